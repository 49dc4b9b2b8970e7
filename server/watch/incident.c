/*
 * incident - causes that come, presses that answer them, questions for staff, and the tick.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/store/timeline.h"
#include "server/store/users.h"
#include "server/store/watchers.h"
#include "server/watch/blind.h"
#include "server/watch/duty.h"
#include "server/watch/incident.h"
#include "server/watch/ladder.h"
#include "server/watch/machine.h"
#include "server/watch/signoff.h"
#include "server/watch/telling.h"

enum { BATCH = 100, WATCHERS_MOST = 8, CLAIMS_MOST = 64 };

/* False: it is one already. What was judged by a clock since set back, and was answered, is a cause again. */
static bool enter_cause(struct watch *w, const struct cause *cause)
{
	return causes_add(w->store, cause) ||
	       (cause->expectation_id && causes_detach(w->store, cause->expectation_id) && causes_add(w->store, cause));
}

/* A cause of the resident: opens an incident, or joins the one there is. by: who said so, and need not be told. */
static void add_cause(
	struct watch *w, const char *resident_id, struct cause *cause, const char *by, int64_t ladder_at, int64_t now)
{
	struct incident i = { 0 };
	struct incident_change c = {
		.w = w, .i = &i, .now = now, .person = by, .detail = "", .kind = cause->kind, .at = ladder_at
	};
	struct resident_told r;
	enum incident_kind gravest;
	int64_t at;
	bool graver;

	c.detail = incident_kind_name(cause->kind);
	if (!incidents_open_of(w->store, resident_id, &i)) {
		if (!residents_told(w->store, resident_id, &r))
			return;
		i = (struct incident){ .kind = cause->kind, .opened_at = now, .ladder_at = ladder_at };
		snprintf(i.resident_id, sizeof(i.resident_id), "%s", resident_id);
		snprintf(i.district, sizeof(i.district), "%s", r.district);
		ladder_copy(w, r.policy, r.category, i.ladder);
		if (incident_apply(&c, ON_CAUSE)) {
			cause->incident_id = i.id;
			enter_cause(w, cause);
		}
		return;
	}
	cause->incident_id = i.id;
	graver = cause->kind < i.kind || !causes_gravest(w->store, i.id, &gravest, &at) ||
		 (cause->kind == INCIDENT_MISSED && i.kind == INCIDENT_MISSED &&
			 !causes_same_date(w->store, i.id, cause->expectation_id));
	if (enter_cause(w, cause))
		incident_apply(&c, graver ? ON_GRAVER : ON_JOIN);
}

void incident_missed(struct watch *w, const char *resident_id, int64_t expectation_id, int64_t counts_from_at,
	int64_t deadline_at, int64_t now)
{
	/*
	 * The ladder counts from the deadline. Where judging had to wait until we could hear again, it counts from the
	 * judgement: else everybody of all tiers would be sent out at once.
	 */
	int64_t at = now - deadline_at > w->rules.deaf_ms ? now : deadline_at;
	struct cause cause = {
		.kind = INCIDENT_MISSED, .expectation_id = expectation_id, .at = at, .counts_from_at = counts_from_at
	};

	add_cause(w, resident_id, &cause, "", at, now);
}

void incident_pressed(
	struct watch *w, const char *resident_id, enum incident_kind kind, int64_t checkin_seq, int64_t at, int64_t now)
{
	struct cause cause = { .kind = kind, .checkin_seq = checkin_seq, .at = at };

	add_cause(w, resident_id, &cause, "", at, now);
}

void incident_worried(struct watch *w, const char *resident_id, const char *by, int64_t now)
{
	struct cause cause = { .kind = INCIDENT_UNWELL, .at = now };

	add_cause(w, resident_id, &cause, by, now, now);
}

void incident_checked_in(struct watch *w, const char *resident_id, int64_t pressed_at, int64_t now)
{
	struct incident i;
	struct incident_change c = { .w = w, .i = &i, .now = now, .person = "", .detail = "checked_in" };
	bool going;

	if (!incidents_open_of(w->store, resident_id, &i) || !causes_answer_missed(w->store, i.id, pressed_at, now))
		return;
	going = i.state == INCIDENT_CLAIMED && person_watcher(i.claimed_by) && !i.claim_call;
	if (!causes_gravest(w->store, i.id, &c.kind, &c.at))
		incident_apply(&c, going ? ON_ASK : ON_ANSWERED);
	else if (c.kind != i.kind)
		incident_apply(&c, going ? ON_LESSER : ON_LESSER_FREE);
	else
		timeline_add(w->store, i.id, resident_id, now, "answered", "", incident_kind_name(INCIDENT_MISSED));
}

int64_t incident_ask(struct watch *w, enum incident_kind kind, const char *subject, const char *resident_id,
	const char *detail, int64_t now)
{
	struct incident i = { 0 };
	struct incident_change c = {
		.w = w, .i = &i, .now = now, .person = "", .detail = detail, .kind = kind, .at = now
	};
	struct resident r;

	if (incidents_open_question(w->store, kind, subject, &i)) {
		if (strcmp(i.detail, detail) != 0) {
			snprintf(i.detail, sizeof(i.detail), "%s", detail);
			incidents_save(w->store, &i, i.state);
			timeline_add(w->store, i.id, i.resident_id, now, "asked_again", "", detail);
			/* Something new is asked: staff hear it at once, or who has taken it on. */
			incident_apply(&c, i.state == INCIDENT_OPEN ? ON_STEP : ON_JOIN);
		}
		return i.id;
	}
	i = (struct incident){ .kind = kind, .opened_at = now, .ladder_at = now };
	snprintf(i.subject, sizeof(i.subject), "%s", subject);
	snprintf(i.detail, sizeof(i.detail), "%s", detail);
	snprintf(i.resident_id, sizeof(i.resident_id), "%s", resident_id);
	if (resident_id[0] && residents_find(w->store, resident_id, &r))
		snprintf(i.district, sizeof(i.district), "%s", r.district);
	return incident_apply(&c, ON_QUESTION) ? i.id : 0;
}

void incident_answer_itself(struct watch *w, enum incident_kind kind, const char *subject, int64_t now)
{
	struct incident i;
	struct incident_change c = { .w = w, .i = &i, .now = now, .person = "", .detail = "gone" };

	if (incidents_open_question(w->store, kind, subject, &i))
		incident_apply(&c, ON_GONE);
}

void incident_lose_claims(struct watch *w, const char *resident_id, int64_t now)
{
	char watchers[WATCHERS_MOST][WATCHER_ID];
	size_t n = watchers_who_are(w->store, resident_id, watchers, WATCHERS_MOST);

	for (size_t k = 0; k < n; k++) {
		int64_t ids[CLAIMS_MOST];
		char person[PERSON];
		size_t claims;

		PERSON_OF(person, "watcher", watchers[k]);
		claims = incidents_claimed_by(w->store, person, ids, CLAIMS_MOST);
		for (size_t j = 0; j < claims; j++) {
			struct incident i;
			struct incident_change c = { .w = w, .i = &i, .now = now, .person = "", .detail = "" };

			if (incidents_find(w->store, ids[j], &i))
				incident_apply(&c, i.asked ? ON_ANSWERED : ON_LOST);
		}
	}
}

static void free_claim(struct watch *w, struct incident *i, int64_t now)
{
	char claimant[PERSON];
	struct incident_change c = { .w = w, .i = i, .now = now, .person = claimant, .detail = "" };

	memcpy(claimant, i->claimed_by, sizeof(claimant));
	incident_apply(&c, i->asked ? ON_ANSWERED : ON_RELEASE);
}

void incident_free_claims(struct watch *w, const char *person, const char *resident_id, int64_t now)
{
	int64_t ids[CLAIMS_MOST];
	struct incident i;
	size_t n;

	if (!person[0]) {
		if (incidents_open_of(w->store, resident_id, &i) && person_watcher(i.claimed_by))
			free_claim(w, &i, now);
		return;
	}
	n = incidents_claimed_by(w->store, person, ids, CLAIMS_MOST);
	for (size_t k = 0; k < n; k++)
		if (incidents_find(w->store, ids[k], &i) &&
			(!resident_id[0] || strcmp(i.resident_id, resident_id) == 0))
			free_claim(w, &i, now);
}

/* What the tick means for an incident in its state. */
static void tick(struct watch *w, struct incident *i, int64_t now)
{
	struct incident_change c = { .w = w, .i = i, .now = now, .person = "", .detail = "", .at = now };
	bool steps_go_on = i->kind == INCIDENT_HELP && i->claim_call;
	enum incident_event event = ON_STEP;

	if (i->state == INCIDENT_CLAIMED) {
		if (now >= i->claimed_until)
			event = i->asked ? ON_ANSWERED : ON_LEASE_UP;
		else if (!i->nudged && !i->asked && now >= incident_nudge_at(i))
			event = ON_NUDGE;
		else if (!steps_go_on)
			return;
	}
	incident_apply(&c, event);
}

static bool gate_open(struct watch *w, int64_t now, int64_t *gate)
{
	*gate = blind_gate(w, now);
	return *gate >= blind_heard_until(w);
}

/* Which incidents wait until we can hear, and until the gate opens. */
static void who_waits(struct watch *w, int64_t now, bool *deaf, int64_t *gate)
{
	*deaf = blind_since(w, now) != 0;
	if (gate_open(w, now, gate))
		*gate = INT64_MAX;
}

static bool run_steps(struct watch *w, int64_t now)
{
	int64_t ids[BATCH], gate;
	struct roster roster;
	struct incident i;
	bool deaf, more;
	size_t n;

	who_waits(w, now, &deaf, &gate);
	n = incidents_due(w->store, now, deaf, gate, ids, BATCH);
	if (!n || !store_begin(w->store))
		return false;
	more = n == BATCH;
	duty_roster_begin(w, &roster, now);
	for (size_t k = 0; k < n; k++) {
		if (k && watch_awaited(w)) {
			more = true;
			break;
		}
		db_save(w->store->db);
		if (incidents_find(w->store, ids[k], &i) && i.next_step_at && i.next_step_at <= now)
			tick(w, &i, now);
		if (!db_keep(w->store->db) && db_status(w->store->db) == DB_FINE) {
			log_error("incident=%" PRId64 " step=failed why=\"%s\"", ids[k], db_why(w->store->db));
			incidents_put_off(w->store, ids[k], now + MINUTE);
		}
	}
	duty_roster_end(w);
	return (store_commit(w->store) && more) || db_again(w->store->db);
}

/* Their duty begins (and is not over: we may have been stopped): they are told all that is open, as one message. */
static void begin_duty(struct watch *w, const struct user *u, int64_t now)
{
	int64_t ids[BATCH], after = 0;
	char person[PERSON];
	size_t n;

	PERSON_OF(person, "user", u->login);
	while (duty_has(w, u, now) && (n = incidents_open(w->store, after, ids, BATCH)) > 0) {
		for (size_t k = 0; k < n; k++) {
			struct incident i;

			if (!incidents_find(w->store, ids[k], &i) || !duty_covers(u, i.district) ||
				(!incident_of_person(i.kind) && i.next_step_at && i.next_step_at <= now))
				continue; /* a question that tells staff in this very turn */
			i.round++;
			if (telling_write(w, &i, "duty", person, "", now, false, now))
				incidents_save(w->store, &i, i.state);
		}
		after = ids[n - 1];
	}
	signoff_duty_began(w, u, now);
	duty_schedule(w, u->login, now);
}

static bool run_duty(struct watch *w, int64_t now)
{
	struct user list[16];
	size_t n = users_duty_due(w->store, now, list, sizeof(list) / sizeof(list[0]));

	if (!n || !store_begin(w->store))
		return false;
	for (size_t k = 0; k < n; k++) {
		db_save(w->store->db);
		begin_duty(w, &list[k], now);
		if (!db_keep(w->store->db) && db_status(w->store->db) == DB_FINE) {
			log_error("user=%s duty=not_told why=\"%s\"", list[k].login, db_why(w->store->db));
			users_set_next_duty(w->store, list[k].login, now + MINUTE);
		}
	}
	return (store_commit(w->store) && n == sizeof(list) / sizeof(list[0])) || db_again(w->store->db);
}

static void complain(struct watch *w, int64_t now)
{
	int64_t n;

	if (now - w->complained_at < MINUTE && now >= w->complained_at)
		return;
	w->complained_at = now;
	n = incidents_unreached(w->store);
	if (n > 0)
		log_error("incidents=%" PRId64 " told=nobody", n);
}

bool incident_run(struct watch *w, int64_t now)
{
	bool more = run_duty(w, now);

	more |= run_steps(w, now);
	complain(w, now);
	return more;
}

int64_t incident_next_due(struct watch *w, int64_t now)
{
	int64_t gate, steps, duty = users_next_duty_at(w->store);
	bool deaf;

	who_waits(w, now, &deaf, &gate);
	steps = incidents_next_step_at(w->store, deaf, gate);
	return steps < duty ? steps : duty;
}
