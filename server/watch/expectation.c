/*
 * expectation - the looks at what a resident's schedule expects.
 *
 * A look moves the row on first, naming the look it was read with, and only then writes what follows from it: whoever
 * comes second finds the row elsewhere and does nothing. A row that cannot be looked at is put off and its neighbours
 * go on; it goes straight to the look at its deadline, for judging it matters more than reminding, and where even that
 * fails for long the question of rule 6 lists the resident.
 */
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/expectations.h"
#include "server/store/timeline.h"
#include "server/watch/blind.h"
#include "server/watch/duty.h"
#include "server/watch/expectation.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "server/watch/telling.h"

enum { LOOKS_A_TURN = 100 }; /* of each kind, in one transaction: acks wait for it, some milliseconds */

#define TOLD_LONGEST   (31 * DAY)
#define WINDOW_LONGEST (8 * DAY) /* no window is open for longer */

/* What a run of looks goes by. */
struct hearing {
	int64_t until; /* all that was sent by then is known */
	int64_t gate;  /* deadlines before it may be judged */
	int64_t now;
};

bool expectation_schedule(const char *schedule, const char *category, struct schedule *s)
{
	char why[SCHEDULE_WHY];

	if (!schedule[0])
		schedule = strcmp(category, "parenting") == 0 ? "mon 06:00-20:00 +2h" : "daily 03:00-10:00 +30m";
	return schedule_parse(s, schedule, SCHEDULE_CHECKIN, why, sizeof(why));
}

static bool readable(const struct vigil *v, struct schedule *s)
{
	if (expectation_schedule(v->schedule, v->category, s))
		return true;
	log_error("resident=%s schedule=unreadable", v->resident_id);
	return false;
}

static void expect_nothing(struct vigil *v)
{
	v->opens_at = v->counts_from_at = v->due_at = v->deadline_at = v->expectation_id = v->next_look_at = 0;
	v->next_look = LOOK_NONE;
}

/* Without a grace there is nothing to remind of in time: the deadline's look is the only one. */
static void expect(struct watch *w, struct vigil *v, const struct window *window, int64_t previous_deadline_at)
{
	int64_t early_at = window->opens_at - w->rules.early_ms;

	v->opens_at = window->opens_at;
	v->counts_from_at = early_at > previous_deadline_at ? early_at : previous_deadline_at;
	v->due_at = window->due_at;
	v->deadline_at = window->deadline_at;
	v->expectation_id = 0;
	v->next_look = v->deadline_at > v->due_at ? LOOK_DUE : LOOK_DEADLINE;
	v->next_look_at = v->due_at;
}

/*
 * After this one. Of months that nobody could hear, or that a clock only jumped over, the last one has its rows; what
 * was decided before the clock was set back stays so.
 */
static int64_t goes_on_after(struct watch *w, const struct vigil *v, int64_t now)
{
	int64_t known_at;

	if (v->deadline_at >= now - TOLD_LONGEST)
		return v->deadline_at;
	known_at = expectations_known_until(w->store, v->resident_id, now);
	return known_at > now - TOLD_LONGEST ? known_at : now - TOLD_LONGEST;
}

static void expect_next(struct watch *w, struct vigil *v, const struct schedule *s, int64_t now)
{
	int64_t previous = goes_on_after(w, v, now);
	struct window next;

	if (schedule_next(s, w->holidays, previous, &next))
		expect(w, v, &next, previous);
	else
		expect_nothing(v);
}

static bool paused_at_due(struct watch *w, const struct vigil *v)
{
	return v->paused_until >= v->due_at && pause_covers_due(w, v->resident_id, v->due_at);
}

static bool paused_now(struct watch *w, const struct vigil *v, int64_t now)
{
	return v->paused_until > now && pause_covers(w, v->resident_id, now);
}

static bool met(const struct vigil *v)
{
	return v->last_press_at >= v->counts_from_at;
}

static bool judged_now(const struct vigil *v, const struct hearing *h)
{
	return v->deadline_at <= h->until && v->deadline_at < h->gate;
}

/* Of several whose deadlines passed before they could be judged, the latest is; none is after a whole day. */
static bool too_late(struct watch *w, const struct vigil *v, const struct schedule *s, const struct hearing *h)
{
	struct window next;

	if (h->now - v->deadline_at > w->rules.too_late_ms)
		return true;
	return schedule_next(s, w->holidays, v->deadline_at, &next) && next.deadline_at <= h->until;
}

/* False: it has one already. */
static bool write_outcome(struct watch *w, const struct vigil *v, const char *outcome, int64_t now)
{
	bool ok = strcmp(outcome, "ok") == 0;

	if (!expectations_decide(
		    w->store, v->expectation_id, outcome, ok ? v->last_press_at : 0, ok ? v->last_press_kind : "", now))
		return false;
	if (ok)
		log_debug("resident=%s expectation=%lld outcome=ok", v->resident_id, (long long)v->expectation_id);
	else
		log_info("resident=%s expectation=%lld outcome=%s", v->resident_id, (long long)v->expectation_id,
			outcome);
	return true;
}

/* Goes on to the next expectation and writes this one's outcome. */
static void decide(struct watch *w, const struct vigil *v, const struct schedule *s, const char *outcome, int64_t now)
{
	struct vigil next = *v;

	expect_next(w, &next, s, now);
	if (!residents_move(w->store, &next, v->next_look, v->next_look_at) || !write_outcome(w, v, outcome, now))
		return;
	if (strcmp(outcome, "missed") == 0) {
		incident_missed(w, v->resident_id, v->expectation_id, v->counts_from_at, v->deadline_at, now);
		incident_lose_claims(w, v->resident_id, now);
	}
}

static const char *judgement(struct watch *w, const struct vigil *v, const struct schedule *s, const struct hearing *h)
{
	if (met(v))
		return "ok";
	if (paused_at_due(w, v))
		return "paused";
	if (v->maybe_press_at >= v->counts_from_at || too_late(w, v, s, h))
		return "unknown";
	return "missed";
}

/* Where a clock that was set back since has reminded of it, that was not today: it is told once more. */
static void remind(struct watch *w, const struct vigil *v, int round, int64_t now)
{
	int64_t told_at;
	int told;

	if (telling_remind(w, v->resident_id, v->expectation_id, round, now))
		return;
	told = expectations_reminded(w->store, v->expectation_id, &told_at);
	if (told >= round)
		telling_remind(w, v->resident_id, v->expectation_id, told < 3 ? 3 : told + 1, now);
}

/* Reminds, unless the judgement comes at once, and waits for a later look. */
static void wait_longer(
	struct watch *w, const struct vigil *v, int round, enum look look, int64_t look_at, const struct hearing *h)
{
	struct vigil later = *v;

	later.next_look = look;
	later.next_look_at = look_at;
	if (residents_move(w->store, &later, v->next_look, v->next_look_at) && round && !judged_now(v, h))
		remind(w, v, round, h->now);
}

/* One look. False: the row cannot be looked at. */
static bool look(struct watch *w, struct vigil *v, const struct hearing *h)
{
	int64_t half_at = v->due_at + (v->deadline_at - v->due_at) / 2;
	struct schedule s;

	if (!readable(v, &s))
		return false;
	v->expectation_id = expectations_open(w->store, v, zone_day(v->opens_at));
	if (!v->expectation_id) { /* it has its outcome from before a clock was set back */
		struct vigil next = *v;

		expect_next(w, &next, &s, h->now);
		residents_move(w->store, &next, v->next_look, v->next_look_at);
		return true;
	}
	switch (v->next_look) {
	case LOOK_NONE: break;
	case LOOK_DUE:
		if (met(v) || paused_at_due(w, v))
			decide(w, v, &s, met(v) ? "ok" : "paused", h->now);
		else if (half_at > h->until)
			wait_longer(w, v, 1, LOOK_HALF, half_at, h);
		else
			wait_longer(w, v, 1, LOOK_DEADLINE, v->deadline_at, h);
		break;
	case LOOK_HALF:
		wait_longer(w, v, met(v) || paused_now(w, v, h->now) ? 0 : 2, LOOK_DEADLINE, v->deadline_at, h);
		break;
	case LOOK_DEADLINE: decide(w, v, &s, judgement(w, v, &s, h), h->now); break;
	}
	return true;
}

static void put_off(struct watch *w, const struct vigil *v, int64_t now)
{
	bool again = v->next_look == LOOK_DEADLINE && v->next_look_at != v->deadline_at;
	struct vigil later = *v;

	later.next_look = LOOK_DEADLINE;
	later.next_look_at = now + EXPECTATION_PUT_OFF;
	if (v->next_look != LOOK_DEADLINE && v->deadline_at > later.next_look_at)
		later.next_look_at = v->deadline_at;
	db_save(w->store->db);
	residents_move(w->store, &later, v->next_look, v->next_look_at);
	if (!again)
		timeline_add(w->store, 0, v->resident_id, now, "error", "", "look");
	db_keep(w->store->db);
}

static bool run_looks(struct watch *w, enum look kind, const struct hearing *h)
{
	struct vigil list[LOOKS_A_TURN];
	int64_t until = kind == LOOK_DEADLINE && h->gate <= h->until ? h->gate - 1 : h->until;
	struct roster roster;
	size_t n;

	/* Most turns have nothing to do, and then need no lock on the store. */
	if (residents_looks(w->store, kind, until, list, 1) == 0 || !store_begin(w->store))
		return false;
	duty_roster_begin(w, &roster, h->now);
	n = residents_looks(w->store, kind, until, list, LOOKS_A_TURN);
	for (size_t k = 0; k < n && !(k && watch_awaited(w)); k++) {
		struct vigil v = list[k];

		db_save(w->store->db);
		bool looked = look(w, &v, h), kept = db_keep(w->store->db);
		if (db_status(w->store->db) != DB_FINE)
			break;
		if (!kept)
			log_error("resident=%s look=%d error=\"%s\"", v.resident_id, (int)kind, db_why(w->store->db));
		if (!looked || !kept)
			put_off(w, &list[k], h->now);
	}
	duty_roster_end(w);
	return (store_commit(w->store) || db_again(w->store->db)) && n > 0;
}

bool expectation_run(struct watch *w, int64_t now)
{
	struct hearing h = { .until = blind_heard_until(w), .gate = blind_gate(w, now), .now = now };
	bool more = false;

	for (enum look kind = LOOK_DUE; kind <= LOOK_DEADLINE; kind++)
		more |= run_looks(w, kind, &h);
	return more;
}

int64_t expectation_next_due(struct watch *w, int64_t now)
{
	return residents_next_look_at(w->store, now);
}

/* When `starts` begins, by local date; 0 where the resident has none. */
static int64_t starts_at(const struct vigil *v, int32_t *day)
{
	return v->starts[0] && date_parse(v->starts, day) ? zone_instant(*day, 0, ZONE_FIRST) : 0;
}

static int64_t latest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void expectation_begin(struct watch *w, const char *resident_id, int64_t now)
{
	struct vigil v;
	struct schedule s;
	struct window first;
	int64_t previous;
	int32_t day;

	if (!residents_vigil(w->store, resident_id, &v) || v.ended_at)
		return;
	residents_begin(w->store, resident_id, now);
	if (v.next_look != LOOK_NONE || !readable(&v, &s))
		return;
	previous = expectations_last_deadline(w->store, resident_id, now);
	if (starts_at(&v, &day) ? !schedule_next_due(&s, w->holidays, day, now, &first)
				: !schedule_next(&s, w->holidays, latest(now, previous), &first))
		return;
	expect(w, &v, &first, previous);
	residents_move(w->store, &v, LOOK_NONE, 0);
}

void expectation_reschedule(struct watch *w, const char *resident_id, int64_t now)
{
	struct vigil v, changed;
	struct schedule s;
	struct window next;
	int64_t previous;
	int32_t day;

	if (!residents_vigil(w->store, resident_id, &v) || v.ended_at)
		return;
	if (v.next_look == LOOK_NONE) {
		expectation_begin(w, resident_id, now);
		return;
	}
	if (v.opens_at <= now || !readable(&v, &s)) /* its window is open: it stands until its deadline */
		return;
	changed = v;
	previous = expectations_last_deadline(w->store, resident_id, v.opens_at);
	if (schedule_next(&s, w->holidays, latest(latest(now, previous), starts_at(&v, &day)), &next))
		expect(w, &changed, &next, previous);
	else
		expect_nothing(&changed);
	if (changed.counts_from_at != v.counts_from_at || changed.opens_at != v.opens_at ||
		changed.due_at != v.due_at || changed.deadline_at != v.deadline_at)
		residents_move(w->store, &changed, v.next_look, v.next_look_at);
}

void expectation_stop(struct watch *w, const char *resident_id, int64_t now)
{
	struct vigil v, none;

	if (!residents_vigil(w->store, resident_id, &v) || v.next_look == LOOK_NONE)
		return;
	none = v;
	expect_nothing(&none);
	if (residents_move(w->store, &none, v.next_look, v.next_look_at) && v.expectation_id)
		write_outcome(w, &v, met(&v) ? "ok" : "paused", now);
}

/*
 * A clock set back leaves some expecting what is far ahead, after judging what has not been yet, or beyond a DUE that
 * is still to come: that is open again. A clock set forward leaves nobody wrong: the looks go on from where they were,
 * behind the gate, and judge the latest.
 */
static void recompute(struct watch *w, const struct vigil *v, int64_t now)
{
	struct vigil changed = *v;
	struct schedule s;
	struct window window;
	int32_t day;
	int64_t previous = expectations_last_deadline(w->store, v->resident_id, now);
	int64_t after_at = latest(latest(previous, now), starts_at(v, &day));
	struct vigil open;

	if (!readable(v, &s) || !schedule_next_due(&s, w->holidays, zone_day(after_at), after_at, &window))
		return;
	/* What was ahead keeps its row, without an outcome, until its time comes again. */
	if (expectations_undecided(w->store, v->resident_id, now - WINDOW_LONGEST, now, &open) &&
		open.opens_at < window.opens_at)
		window = (struct window){
			.opens_at = open.opens_at, .due_at = open.due_at, .deadline_at = open.deadline_at
		};
	if (window.opens_at > v->opens_at || (window.opens_at == v->opens_at && v->next_look_at <= v->due_at))
		return;
	expect(w, &changed, &window, expectations_last_deadline(w->store, v->resident_id, window.opens_at));
	residents_move(w->store, &changed, v->next_look, v->next_look_at);
}

void expectation_recompute(struct watch *w, int64_t wrong_from, int64_t now)
{
	struct vigil list[LOOKS_A_TURN];
	char after[RESIDENT_ID] = "";
	size_t n;

	residents_signs_until(w->store, now);
	if (wrong_from)
		expectations_annul(w->store, wrong_from, now, zone_day(now - WINDOW_LONGEST));
	do {
		n = residents_ahead(w->store, after, now, list, LOOKS_A_TURN);
		for (size_t k = 0; k < n; k++)
			recompute(w, &list[k], now);
		if (n)
			memcpy(after, list[n - 1].resident_id, sizeof(after));
	} while (n == LOOKS_A_TURN);
}
