/* report_count - one month, question by question. */
#include "server/watch/report_count.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/report.h"
#include "server/watch/period.h"
#include "server/watch/signoff.h"
#include "server/watch/telling.h"

enum { DAYS_MOST = 31 };

struct span {
	int32_t first_day, last_day; /* both belong to the month */
	int64_t from_at, until_at;   /* until_at no longer does */
};

/* A district's lists: on which days somebody was in service there, and when each of the month was signed. */
struct lists {
	char district[65];
	int32_t from_day, to_day;
	int64_t signed_at[DAYS_MOST];
};

static int64_t *counts(struct report_month *m, const char *district)
{
	return report_month_at(m, district)->counts;
}

static struct lists *lists_of(struct lists *all, size_t *count, const char *district)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(all[i].district, district) == 0)
			return &all[i];
	memcpy(all[*count].district, district, sizeof(all[*count].district));
	all[*count].from_day = INT32_MAX;
	all[*count].to_day = INT32_MIN;
	return &all[(*count)++];
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When a resident's service began: the day of the record, else when it was entered; 0: before anything was noted. */
static int64_t began_at(const struct report_resident *r)
{
	int32_t day;

	return r->starts[0] && date_parse(r->starts, &day) ? zone_instant(day, 0, ZONE_FIRST) : r->began_at;
}

static void count_resident(struct report_month *m, const struct report_resident *r, const struct span *s, int64_t now)
{
	int64_t until_at = earlier(s->until_at, now + 1), began = began_at(r);
	int64_t *c = counts(m, r->district);

	if (began >= until_at || (r->ended_at && r->ended_at < began))
		return;
	c[COUNTER_residents] += !r->ended_at || r->ended_at >= until_at;
	c[COUNTER_residents_new] += began >= s->from_at;
	c[COUNTER_residents_ended] += r->ended_at >= s->from_at && r->ended_at < until_at;
}

static void count_residents(
	struct report_month *m, struct store *store, const struct span *s, struct lists *lists, size_t *n, int64_t now)
{
	int64_t first_at = report_begins_at(store);
	struct query *q = report_residents(store);
	struct report_resident r;

	while (report_residents_next(q, &r)) {
		struct lists *l = lists_of(lists, n, r.district);
		int64_t began = began_at(&r);
		int32_t from_day = zone_day(began > first_at ? began : first_at);
		int32_t to_day = r.ended_at ? zone_day(r.ended_at) : INT32_MAX;

		count_resident(m, &r, s, now);
		if (from_day < l->from_day)
			l->from_day = from_day;
		if (to_day > l->to_day)
			l->to_day = to_day;
	}
}

static void count_days(struct report_month *m, struct store *store, int32_t from_day, int32_t until_day)
{
	struct query *q = report_outcomes(store, from_day, until_day);
	struct report_outcomes o;
	struct report_presses p;

	while (report_outcomes_next(q, &o)) {
		int64_t *c = counts(m, o.district);

		c[COUNTER_expected_ok] += o.ok;
		c[COUNTER_expected_missed] += o.missed;
		c[COUNTER_expected_paused] += o.paused;
		c[COUNTER_expected_unknown] += o.unknown;
	}
	q = report_presses(store, zone_instant(from_day, 0, ZONE_FIRST), zone_instant(until_day, 0, ZONE_FIRST));
	while (report_presses_next(q, &p))
		counts(m, p.district)[COUNTER_checkins] += p.count;
}

/* A large town's day by day, so that whoever waits for an end waits for a day's rows at most. */
static bool count_expected(struct report_month *m, struct store *store, const struct span *s, const atomic_bool *enough)
{
	int32_t step = report_is_large(store) ? 1 : DAYS_MOST;

	for (int32_t day = s->first_day; day <= s->last_day && !(enough && *enough); day += step)
		count_days(m, store, day, day + step <= s->last_day ? day + step : s->last_day + 1);
	return !(enough && *enough);
}

static enum report_counter kind_counter(enum incident_kind kind)
{
	switch (kind) {
	case INCIDENT_HELP: return COUNTER_incidents_help;
	case INCIDENT_MISSED: return COUNTER_incidents_missed;
	case INCIDENT_UNWELL: return COUNTER_incidents_unwell;
	case INCIDENT_TALK: return COUNTER_incidents_talk;
	default: return COUNTER_questions;
	}
}

static const struct {
	const char *word;
	enum report_counter counter;
} outcomes[] = { { "", COUNTER_outcome_none }, { "safe", COUNTER_outcome_safe }, { "away", COUNTER_outcome_away },
	{ "hospital", COUNTER_outcome_hospital }, { "emergency", COUNTER_outcome_emergency },
	{ "facility", COUNTER_outcome_facility }, { "deceased", COUNTER_outcome_deceased },
	{ "moved", COUNTER_outcome_moved }, { "false_alarm", COUNTER_outcome_false_alarm },
	{ "checked_in", COUNTER_outcome_checked_in } },
  causes[] = { { "", COUNTER_safe_unsaid }, { "forgot", COUNTER_safe_forgot }, { "device", COUNTER_safe_device },
	  { "other", COUNTER_safe_other } };

static void count_outcome(int64_t *c, const struct report_incident *i)
{
	for (size_t k = 0; k < sizeof(outcomes) / sizeof(outcomes[0]); k++)
		if (strcmp(outcomes[k].word, i->outcome) == 0)
			c[outcomes[k].counter]++;
	for (size_t k = 0; strcmp(i->outcome, "safe") == 0 && k < sizeof(causes) / sizeof(causes[0]); k++)
		if (strcmp(causes[k].word, i->cause) == 0)
			c[causes[k].counter]++;
}

static void add_time(struct report_place *p, enum report_time time, int64_t from_at, int64_t at)
{
	if (from_at && at >= from_at)
		report_bins_add(&p->times[time], (int32_t)earlier((at - from_at) / MINUTE, REPORT_MINUTES_MOST), 1);
}

static void count_incidents(struct report_month *m, struct store *store, const struct span *s)
{
	struct query *q = report_incidents(store, s->from_at, s->until_at);
	struct report_incident i;

	while (report_incidents_next(q, &i)) {
		struct report_place *p = report_month_at(m, i.district);

		p->counts[kind_counter(i.kind)]++;
		if (!incident_of_person(i.kind))
			continue;
		count_outcome(p->counts, &i);
		add_time(p, TIME_TOLD, i.missed_at, i.told_at);
		add_time(p, TIME_CLAIM, i.missed_at, i.claimed_at);
		if (i.by_person)
			add_time(p, TIME_SEEN, i.missed_at, i.closed_at);
	}
}

/* From "I am going" to whatever ended it; one that goes on still is not counted yet. */
static void count_claims(struct report_month *m, struct store *store, const struct span *s)
{
	struct query *q = report_holds(store, s->from_at, s->until_at);
	struct report_hold h, going = { .incident_id = 0 };

	while (report_holds_next(q, &h)) {
		if (going.incident_id == h.incident_id)
			counts(m, going.district)[COUNTER_minutes_claims] += (h.at - going.at) / MINUTE;
		going.incident_id = 0;
		if ((strcmp(h.event, "claimed") == 0 || strcmp(h.event, "taken_over") == 0 ||
			    strcmp(h.event, "handed") == 0) &&
			person_watcher(h.person))
			going = h;
	}
}

static void count_devices(struct report_month *m, struct store *store, const struct span *s)
{
	struct query *q = report_devices(store, s->from_at, s->until_at);
	struct report_devices d;

	while (report_devices_next(q, &d)) {
		int64_t *c = counts(m, d.district);

		c[COUNTER_devices_replaced] = d.replaced;
		if (m->devices_known) {
			c[COUNTER_devices] = d.in_use;
			c[COUNTER_devices_offline] = d.offline;
			c[COUNTER_devices_battery] = d.battery;
		}
	}
}

static void count_contacts(struct report_month *m, struct store *store, const struct span *s)
{
	struct query *q = report_contacts(store, s->from_at, s->until_at);
	struct report_contacts v;

	while (report_contacts_next(q, &v)) {
		int64_t *c = counts(m, v.district);

		c[COUNTER_visits] = v.visits;
		c[COUNTER_calls] = v.calls;
		c[COUNTER_minutes_visits] = v.minutes;
	}
}

static void count_signoffs(
	struct report_month *m, struct watch *w, const struct span *s, struct lists *lists, size_t n, int64_t now)
{
	struct query *q = report_signatures(w->store, s->first_day, s->last_day + 1);
	struct report_signature g;

	while (report_signatures_next(q, &g))
		for (size_t i = 0; i < n; i++)
			if (strcmp(lists[i].district, g.district) == 0)
				lists[i].signed_at[g.day - s->first_day] = g.at;
	for (int32_t day = s->first_day; day <= s->last_day; day++) {
		int64_t due_at = signoff_due_at(w, day);

		for (size_t i = 0; due_at <= now && i < n; i++) {
			int64_t at = lists[i].signed_at[day - s->first_day];

			if (day < lists[i].from_day || day > lists[i].to_day)
				continue;
			counts(m, lists[i].district)[COUNTER_signoffs_due]++;
			counts(m, lists[i].district)[COUNTER_signoffs_kept] += at && at <= due_at;
		}
	}
}

static size_t district_count(struct store *store)
{
	struct query *q = report_districts(store);
	struct report_district d;
	size_t n = 0;

	while (report_districts_next(q, &d))
		n++;
	return n;
}

bool report_month_count(struct report_month *m, struct watch *w, int32_t month, int64_t now, const atomic_bool *enough)
{
	struct span s = { .first_day = period_first_day(month), .last_day = period_first_day(month + 1) - 1 };
	struct lists *lists = calloc(
		district_count(w->store) + 1, sizeof(*lists)); /* all have one: the schema says so */
	size_t n = 0;
	bool whole;

	if (!lists)
		fatal("error=\"out of memory\"");
	s.from_at = zone_instant(s.first_day, 0, ZONE_FIRST);
	s.until_at = zone_instant(s.last_day + 1, 0, ZONE_FIRST);
	*m = (struct report_month){
		.month = month, .known = true, .counted_at = now, .devices_known = s.from_at <= now && now < s.until_at
	};
	count_residents(m, w->store, &s, lists, &n, now);
	whole = count_expected(m, w->store, &s, enough);
	count_incidents(m, w->store, &s);
	count_claims(m, w->store, &s);
	count_devices(m, w->store, &s);
	count_contacts(m, w->store, &s);
	count_signoffs(m, w, &s, lists, n, now);
	free(lists);
	return whole;
}
