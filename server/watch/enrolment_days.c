/* enrolment_days - what many have in common (hours, policies, districts) is judged once. */
#include "server/watch/enrolment_days.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/watch/duty.h"
#include "server/watch/ladder.h"
#include "server/watch/schedule.h"

enum { HOURS_MOST = 256, POLICIES_MOST = 256, STAFF_MOST = 1024, HALF_HOURS = 48, AHEAD_DAYS = 366 };
#define HALF_HOUR (HOUR / 2)

struct enrolment_hours {
	char text[512];
	bool covers;
};

/* Whom each kind of a policy tells in all its steps. */
struct enrolment_policy {
	char policy[65];
	unsigned tell[INCIDENT_TALK + 1];
};

struct enrolment_staff {
	char district[65];
	bool on_duty; /* at any time of that day */
};

static void *list_of(size_t most, size_t size)
{
	void *list = calloc(most, size);

	if (!list)
		fatal("error=\"out of memory\"");
	return list;
}

void enrolment_days_begin(struct enrolment_days *d, struct watch *w, int64_t now)
{
	int32_t today = zone_day(now);

	*d = (struct enrolment_days){ .holidays = w->holidays };
	for (int32_t day = today + 1; !d->holiday_at && day <= today + AHEAD_DAYS; day++)
		if (holidays_has(w->holidays, day))
			d->holiday_at = zone_instant(day, 0, ZONE_FIRST);
	d->hours = list_of(HOURS_MOST, sizeof(*d->hours));
	d->policies = list_of(POLICIES_MOST, sizeof(*d->policies));
	d->staff = list_of(STAFF_MOST, sizeof(*d->staff));
	d->gaps = list_of((size_t)POLICIES_MOST * (INCIDENT_TALK + 1), sizeof(*d->gaps));
}

void enrolment_days_end(struct enrolment_days *d)
{
	free(d->hours);
	free(d->policies);
	free(d->staff);
	free(d->gaps);
}

static bool judge_hours(const struct enrolment_days *d, const char *text)
{
	int64_t until_at = zone_instant(zone_day(d->holiday_at) + 1, 0, ZONE_FIRST), next;
	char why[SCHEDULE_WHY];
	struct schedule s;

	if (!text[0] || !schedule_parse(&s, text, SCHEDULE_HOURS, why, sizeof(why)))
		return true; /* the standard hours, daily */
	next = schedule_next_start(&s, d->holidays, d->holiday_at);
	return next >= 0 && next < until_at;
}

bool enrolment_days_hours(struct enrolment_days *d, const char *hours)
{
	size_t k = 0;

	if (!d->holiday_at)
		return true;
	while (k < d->hours_count && strcmp(d->hours[k].text, hours) != 0)
		k++;
	if (k == d->hours_count) {
		if (k == HOURS_MOST)
			return judge_hours(d, hours);
		snprintf(d->hours[k].text, sizeof(d->hours[k].text), "%s", hours);
		d->hours[k].covers = judge_hours(d, hours);
		d->hours_count++;
	}
	return d->hours[k].covers;
}

static bool judge_staff(const struct enrolment_days *d, struct watch *w, const char *district)
{
	struct user *one = list_of(1, sizeof(*one));
	bool any = false;

	for (int k = 0; !any && k < HALF_HOURS; k++)
		any = duty_staff(w, district, d->holiday_at + k * HALF_HOUR, one, 1) > 0;
	free(one);
	return any;
}

static bool staff_on_duty(struct enrolment_days *d, struct watch *w, const char *district)
{
	size_t k = 0;

	while (k < d->staff_count && strcmp(d->staff[k].district, district) != 0)
		k++;
	if (k == STAFF_MOST)
		return judge_staff(d, w, district);
	if (k == d->staff_count) {
		snprintf(d->staff[k].district, sizeof(d->staff[k].district), "%s", district);
		d->staff[k].on_duty = judge_staff(d, w, district);
		d->staff_count++;
	}
	return d->staff[k].on_duty;
}

static void judge_policy(struct watch *w, const struct enrolment_resident *home, struct enrolment_policy *p)
{
	struct incident *i = list_of(1, sizeof(*i));
	struct ladder_step steps[LADDER_STEPS];

	ladder_copy(w, home->policy, home->category, i->ladder);
	for (int kind = INCIDENT_HELP; kind <= INCIDENT_TALK; kind++) {
		size_t n;

		i->kind = (enum incident_kind)kind;
		n = ladder_steps(i, steps);
		for (size_t k = 0; k < n; k++)
			p->tell[kind] |= steps[k].tell;
	}
	free(i);
}

static const struct enrolment_policy *policy_of(
	struct enrolment_days *d, struct watch *w, const struct enrolment_resident *home)
{
	const char *name = ladder_policy(home->policy, home->category);
	size_t k = 0;

	while (k < d->policy_count && strcmp(d->policies[k].policy, name) != 0)
		k++;
	if (k == POLICIES_MOST)
		return NULL;
	if (k == d->policy_count) {
		snprintf(d->policies[k].policy, sizeof(d->policies[k].policy), "%s", name);
		judge_policy(w, home, &d->policies[k]);
		d->policy_count++;
	}
	return &d->policies[k];
}

static void add_gap(struct enrolment_days *d, const char *policy, enum incident_kind kind)
{
	size_t k = 0;

	while (k < d->gap_count && (d->gaps[k].kind != kind || strcmp(d->gaps[k].policy, policy) != 0))
		k++;
	if (k == d->gap_count) {
		d->gaps[k] = (struct enrolment_gap){ .kind = kind };
		snprintf(d->gaps[k].policy, sizeof(d->gaps[k].policy), "%s", policy);
		d->gap_count++;
	}
	d->gaps[k].homes++;
}

void enrolment_days_home(
	struct enrolment_days *d, struct watch *w, const struct enrolment_resident *home, unsigned tiers)
{
	const struct enrolment_policy *p = d->holiday_at ? policy_of(d, w, home) : NULL;

	if (!p)
		return;
	/* A help that reached nobody goes to everybody of the council who has a channel. */
	for (int kind = INCIDENT_MISSED; kind <= INCIDENT_TALK; kind++) {
		bool staff = (p->tell[kind] & TELL_STAFF) && staff_on_duty(d, w, home->district);

		if (!staff && !(p->tell[kind] & tiers))
			add_gap(d, p->policy, (enum incident_kind)kind);
	}
}
