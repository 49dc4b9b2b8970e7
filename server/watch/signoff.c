/* signoff - see there. What is told, and that it was, are rows: a turn twice, or by two daemons, tells nobody twice. */
#include "server/watch/signoff.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/daily.h"
#include "server/store/tasks.h"
#include "server/store/timeline.h"
#include "server/watch/daily.h"
#include "server/watch/duty.h"
#include "server/watch/telling.h"

#define TASK "unsigned"
enum { CLOSED_MOST = 31, GAPS = 32 }; /* days closed on end, at most; districts read at a time */

/* The first business day from a day on; the day itself where none is in sight. */
static int32_t business_day(const struct watch *w, int32_t day)
{
	for (int32_t next = day; next <= day + CLOSED_MOST; next++)
		if (signoff_business_day(w, next))
			return next;
	return day;
}

/*
 * Whether they are away now, or on the day that a line is carried to: the business day after the list's, today where
 * it is signed later than that.
 */
static bool check_there(struct watch *w, const struct signing *g, const struct user *u, int64_t now, struct refusal *no)
{
	int32_t today = zone_day(now), to = business_day(w, g->day + 1);
	char date[DATE_TEXT];

	if (duty_away(u->away_from, u->away_to, now))
		return refuse(no, REFUSED_INVALID, "%s is away", u->login);
	if (to > today && duty_away(u->away_from, u->away_to, zone_instant(to, 0, ZONE_FIRST)))
		return refuse(no, REFUSED_INVALID, "%s is away on %s", u->login, date_format(date, to));
	return true;
}

static bool check_line(
	struct watch *w, const struct signing *g, const struct signoff_line *line, int64_t now, struct refusal *no)
{
	struct user u;

	if (!line->reason[strspn(line->reason, " \t\r\n")])
		return refuse(no, REFUSED_INVALID, "%s: why is it carried over?", line->resident_id);
	if (!duty_acting(w, line->handed_to, g->district, &u, no)) {
		no->code = REFUSED_INVALID; /* what is asked, not who asks */
		return false;
	}
	if (!u.channels[0])
		return refuse(no, REFUSED_INVALID, "%s has no channel to be told by", u.login);
	return check_there(w, g, &u, now, no);
}

static const struct signoff_line *line_of(const struct signing *g, const char *resident_id)
{
	for (size_t k = 0; k < g->carried_count; k++)
		if (strcmp(g->carried[k].resident_id, resident_id) == 0)
			return &g->carried[k];
	return NULL;
}

static bool among(const char (*ids)[RESIDENT_ID], size_t n, const char *resident_id)
{
	for (size_t k = 0; k < n; k++)
		if (strcmp(ids[k], resident_id) == 0)
			return true;
	return false;
}

/* Whether what is carried over is what needs a person still: all of it, and nothing else. ids: one more than carried.
 */
static bool check_carried(
	struct watch *w, const struct signing *g, char (*ids)[RESIDENT_ID], int64_t now, struct refusal *no)
{
	int64_t end_at = zone_instant(g->day + 1, 0, ZONE_FIRST);
	size_t n = signoffs_unhandled(w->store, g->district, end_at, ids, g->carried_count + 1);

	for (size_t k = 0; k < n; k++)
		if (!line_of(g, ids[k]))
			return refuse(no, REFUSED_INVALID,
				"%s still needs a person: handle it, or carry it over with a reason and to whom",
				ids[k]);
	for (size_t k = 0; k < g->carried_count; k++) {
		const struct signoff_line *line = &g->carried[k];

		if (line_of(g, line->resident_id) != line)
			return refuse(no, REFUSED_INVALID, "%s is carried over twice", line->resident_id);
		if (!among((const char(*)[RESIDENT_ID])ids, n, line->resident_id))
			return refuse(
				no, REFUSED_INVALID, "%s needs nobody: it cannot be carried over", line->resident_id);
		if (!check_line(w, g, line, now, no))
			return false;
	}
	return true;
}

static bool check(struct watch *w, const struct signing *g, int64_t now, struct refusal *no)
{
	char(*ids)[RESIDENT_ID];
	struct user u;
	bool fine;

	if (!daily_district(w->store, g->district))
		return refuse(no, REFUSED_UNKNOWN, "there is no district %s", g->district);
	if (!duty_acting(w, g->login, g->district, &u, no))
		return false;
	if (g->day > zone_day(now))
		return refuse(no, REFUSED_INVALID, "a list is signed on its day or later");
	if (g->version != g->current_version)
		return refuse(no, REFUSED_CHANGED,
			"the list has changed since version %" PRId64 ": it is %" PRId64 " now", g->version,
			g->current_version);
	ids = calloc(g->carried_count + 1, sizeof(*ids));
	if (!ids)
		fatal("error=\"out of memory\"");
	fine = check_carried(w, g, ids, now, no);
	free(ids);
	return fine;
}

/* On the incident's timeline, and to whom it is given now; who gives it to themselves knows. */
static void carry(struct watch *w, const char *person, const struct signoff_line *line, int64_t now)
{
	char detail[LOGIN + sizeof(line->reason) + 8], to[PERSON];
	struct incident i;

	if (!incidents_find(w->store, signoffs_incident(w->store, line->resident_id), &i))
		return;
	snprintf(detail, sizeof(detail), "to %s: %s", line->handed_to, line->reason);
	timeline_add(w->store, i.id, line->resident_id, now, "carried", person, detail);
	PERSON_OF(to, "user", line->handed_to);
	if (strcmp(to, person) == 0)
		return;
	i.round++;
	if (telling_write(w, &i, "carried", to, line->reason, now, false, now))
		incidents_save(w->store, &i, i.state);
}

bool signoff_enter(struct watch *w, const struct signing *g, int64_t now, struct signoff *o, struct refusal *no)
{
	char person[PERSON];
	int64_t events;

	*no = (struct refusal){ .code = REFUSED_NOT };
	if (!check(w, g, now, no))
		return false;
	PERSON_OF(person, "user", g->login);
	events = daily_version_of_events(w, g->day, g->district, now);
	for (size_t k = 0; k < g->carried_count; k++)
		carry(w, person, &g->carried[k], now);
	*o = (struct signoff){ .day = g->day, .version = g->version, .at = now };
	o->version += daily_version_of_events(w, g->day, g->district, now) - events; /* its own rows change nothing */
	snprintf(o->district, sizeof(o->district), "%s", g->district);
	snprintf(o->login, sizeof(o->login), "%s", g->login);
	signoffs_add(w->store, o);
	for (size_t k = 0; k < g->carried_count; k++)
		signoffs_add_line(w->store, o->id, &g->carried[k]);
	return true;
}

bool signoff_business_day(const struct watch *w, int32_t day)
{
	int weekday = date_weekday(day);

	return weekday > 0 && weekday < 6 && !holidays_has(w->holidays, day);
}

static int64_t told_at(const struct watch *w, int32_t business_day)
{
	return zone_instant(business_day, (int32_t)(w->rules.unsigned_at_ms / SECOND), ZONE_FIRST);
}

int64_t signoff_due_at(const struct watch *w, int32_t day)
{
	int32_t next = business_day(w, day);

	return signoff_business_day(w, next) ? told_at(w, next) : INT64_MAX;
}

int32_t signoff_first_day(const struct watch *w, int32_t business_day)
{
	int32_t day = business_day;

	while (business_day - day < CLOSED_MOST && !signoff_business_day(w, day - 1))
		day--;
	return day;
}

/* Users on duty, and whom a list that is not signed concerns. */
struct signers {
	struct user list[DUTY_MOST];
	bool concerned[DUTY_MOST];
	size_t count;
	bool later; /* only a district that nobody was told of today is a reason to tell */
};

static void concern(struct watch *w, struct signers *s, const char *district, int32_t today, int64_t now)
{
	bool covered = false, news;

	for (size_t k = 0; k < s->count; k++)
		covered |= duty_covers(&s->list[k], district);
	if (!covered)
		return;
	news = tasks_take(w->store, TASK, district, today, now) || !s->later;
	for (size_t k = 0; k < s->count; k++)
		s->concerned[k] |= news && duty_covers(&s->list[k], district);
}

static struct signers *signers_new(bool later)
{
	struct signers *s = calloc(1, sizeof(*s));

	if (!s)
		fatal("error=\"out of memory\"");
	s->later = later;
	return s;
}

/* Tells those on duty, if lists of their districts are not signed. Districts that somebody was told of are marked. */
static void tell(struct watch *w, struct signers *s, int32_t today, int64_t now)
{
	for (int32_t day = signoff_first_day(w, today); day <= today; day++) {
		char after[65] = "";
		struct signoff_gap gaps[GAPS];
		size_t n;

		while ((n = signoffs_missing(w->store, day, after, gaps, GAPS)) > 0) {
			for (size_t k = 0; k < n; k++)
				concern(w, s, gaps[k].district, today, now);
			memcpy(after, gaps[n - 1].district, sizeof(after));
		}
	}
	for (size_t k = 0; k < s->count; k++) {
		char person[PERSON];

		PERSON_OF(person, "user", s->list[k].login);
		if (s->concerned[k])
			telling_day(w, "signoff", "unsigned", person, today, now);
	}
}

void signoff_run(struct watch *w, int64_t now)
{
	int32_t today = zone_day(now);
	struct signers *s;

	if (!signoff_business_day(w, today) || now < told_at(w, today) || tasks_done(w->store, TASK, "", today) ||
		!store_begin(w->store))
		return;
	if (tasks_take(w->store, TASK, "", today, now)) {
		s = signers_new(false);
		s->count = duty_staff(w, "", now, s->list, DUTY_MOST);
		tell(w, s, today, now);
		free(s);
	}
	store_commit(w->store);
}

int64_t signoff_next_due(struct watch *w, int64_t now)
{
	int32_t today = zone_day(now);
	int64_t at = signoff_due_at(w, today);

	return at > now ? at : signoff_due_at(w, today + 1);
}

void signoff_duty_began(struct watch *w, const struct user *u, int64_t now)
{
	int32_t today = zone_day(now);
	struct signers *s;

	if (!signoff_business_day(w, today) || !tasks_done(w->store, TASK, "", today) || !duty_has(w, u, now))
		return;
	s = signers_new(true);
	s->list[s->count++] = *u;
	tell(w, s, today, now);
	free(s);
}
