/* usual - see there. Read from the presses each time, so it is never out of date and needs no repair. */
#include "server/watch/usual.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/zone.h"
#include "server/store/checkins.h"
#include "server/watch/incident.h"

enum { HALF_HOUR = 30, WHOLE_DAY = 24 * 60 };

static int by_size(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The least that this share of all are not above. */
static int percentile(const int *sorted, size_t n, size_t percent)
{
	return sorted[(n * percent + 99) / 100 - 1];
}

static void learn(struct usual *u)
{
	int sorted[USUAL_DAYS];

	for (size_t k = 0; k < u->count; k++)
		sorted[k] = u->days[k].minute;
	qsort(sorted, u->count, sizeof(sorted[0]), by_size);
	u->learned = true;
	u->from = percentile(sorted, u->count, 10);
	u->median = percentile(sorted, u->count, 50);
	u->to = percentile(sorted, u->count, 90);
}

void usual_read(struct watch *w, const char *resident_id, int64_t now, struct usual *u)
{
	int32_t first = zone_day(now) - USUAL_DAYS + 1;
	struct query *q = checkins_presses(w->store, resident_id, zone_instant(first, 0, ZONE_FIRST));
	int64_t at;

	*u = (struct usual){ 0 };
	while (u->count < USUAL_DAYS && checkins_presses_next(q, &at)) {
		int32_t day = zone_day(at);

		if (at > now || (u->count && u->days[u->count - 1].day == day))
			continue;
		u->days[u->count].day = day;
		u->days[u->count++].minute = zone_second(at) / 60;
	}
	db_done(q);
	if (u->count >= USUAL_LEAST)
		learn(u);
}

int usual_due(const struct vigil *v)
{
	if (!v->opens_at)
		return -1;
	return zone_day(v->due_at) == zone_day(v->opens_at) ? zone_second(v->due_at) / 60 : WHOLE_DAY;
}

int usual_better_due(const struct usual *u, int due)
{
	int better = (u->to / HALF_HOUR + 1) * HALF_HOUR;

	return u->learned && better > due && better <= WHOLE_DAY ? better : -1;
}

static void subject_of(const char *resident_id, char subject[RESIDENT_ID + 8])
{
	snprintf(subject, RESIDENT_ID + 8, USUAL_SUBJECT "%s", resident_id);
}

void usual_forgot(struct watch *w, const char *resident_id, int64_t now)
{
	char subject[RESIDENT_ID + 8];

	subject_of(resident_id, subject);
	if (incidents_forgotten(w->store, resident_id, subject, now - w->rules.forgot_within_ms) >= FORGOT_TIMES)
		incident_ask(w, INCIDENT_DEVICE, subject, resident_id, USUAL_DETAIL, now);
}

void usual_ended(struct watch *w, const char *resident_id, int64_t now)
{
	char subject[RESIDENT_ID + 8];

	subject_of(resident_id, subject);
	incident_answer_itself(w, INCIDENT_DEVICE, subject, now);
}
