/*
 * blind - our own hearing.
 *
 * Each client keeps a row that says until when it has heard everything. A blind period is what lies between two echoes
 * that came back, so it is known only when it is over; the row that stands open meanwhile is for people to see, and
 * goes again if the gap was short in the end (an echo that was slow, not lost). The gate is computed from these rows
 * each time: nothing is moved when we go deaf, and nothing needs repair when we were stopped in the middle.
 */
#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/accounts.h"
#include "server/store/concerned.h"
#include "server/store/expectations.h"
#include "server/store/hearing.h"
#include "server/store/outbox.h"
#include "server/store/sessions.h"
#include "server/store/tasks.h"
#include "server/watch/blind.h"
#include "server/watch/duty.h"
#include "server/watch/expectation.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "server/watch/press.h"
#include "server/watch/telling.h"

enum { REMINDERS_A_TURN = 200, LISTED_A_TURN = 1000 };
#define CHECK_EVERY   MINUTE /* whom our deafness concerns */
#define QUESTION      "blind"
#define JUMPED_AROUND HOUR /* a clock that is set is not as before to the second */

int64_t blind_heard_until(struct watch *w)
{
	struct heartbeat beat;

	return hearing_beat(w->store, w->client_id, &beat) ? beat.heard_until : 0;
}

int64_t blind_last_beat(struct watch *w)
{
	struct heartbeat beat;

	return hearing_beat(w->store, w->client_id, &beat) ? beat.beat_at : 0;
}

int64_t blind_since(struct watch *w, int64_t now)
{
	int64_t heard_until = blind_heard_until(w);

	return heard_until && now - heard_until > w->rules.deaf_ms ? heard_until : 0;
}

int64_t blind_gate(struct watch *w, int64_t now)
{
	if (!blind_heard_until(w))
		return 0;
	if (!blind_since(w, now) && !hearing_ended(w->store, w->client_id, now - w->rules.settle_ms, now, 0) &&
		!hearing_ended(w->store, w->client_id, now - w->rules.settle_long_ms, now, w->rules.deaf_long_ms))
		return INT64_MAX;
	/* Shut; but the first period that ended after these deadlines ended long enough ago. */
	return hearing_last_end(w->store, w->client_id, now - w->rules.gate_longest_ms);
}

bool blind_calm(struct watch *w, int64_t for_ms, int64_t now)
{
	return !blind_since(w, now) && !hearing_ended(w->store, w->client_id, now - for_ms, now, w->rules.deaf_long_ms);
}

static void set_blind(struct watch *w, int64_t from_at, int64_t to_at)
{
	int64_t lasted_ms = to_at - from_at;

	hearing_set_blind(w->store, w->client_id, from_at, to_at, lasted_ms >= w->rules.deaf_long_ms);
	log_warn("blind_ms=%lld", (long long)lasted_ms);
}

void blind_heard(struct watch *w, int64_t sent_at, int64_t now)
{
	struct heartbeat heard = { sent_at, now }, last;

	if (sent_at > now) /* sent before the clock was set back: says nothing about now */
		return;
	if (hearing_beat(w->store, w->client_id, &last)) {
		if (sent_at <= last.heard_until)
			return;
		if (sent_at - last.heard_until > w->rules.deaf_ms)
			set_blind(w, last.heard_until, sent_at);
		else
			hearing_forget_open(w->store, w->client_id);
	}
	hearing_set_beat(w->store, w->client_id, &heard);
}

/* The clock was set back: nothing is to wait for a time that was never near. */
static void cut_what_is_ahead(struct watch *w, int64_t now)
{
	hearing_until(w->store, w->client_id, now);
	incidents_until(w->store, now);
	outbox_cut(w->store, now, w->rules.retry_longest_ms);
	duty_schedule_all(w, now);
	pause_recompute(w, now);
	tasks_until(w->store, zone_day(now));
	sessions_until(w->store, now);
	accounts_until(w->store, now);
}

/*
 * Of a clock that was set back, and is right again after a stop, nobody saw it jump: so whoever pressed by it is looked
 * for at each start. Where nothing was heard after the last heartbeat's time there is nobody.
 */
void blind_started(struct watch *w, int64_t now)
{
	struct heartbeat beat;

	if (!hearing_beat(w->store, w->client_id, &beat) || now - beat.beat_at <= w->rules.clock_jump_ms)
		return;
	press_clock_returned(w, now - beat.beat_at, now);
	beat.beat_at = now;
	hearing_set_beat(w->store, w->client_id, &beat);
}

/*
 * A clock that was set back may have been ahead, or be behind now: the outcomes of years must not hang on that. It was
 * ahead where it had jumped over now, a blind period by then; what it judged came after. 0: it had not.
 */
static int64_t was_ahead_from(struct watch *w, const struct heartbeat *beat, int64_t now)
{
	return hearing_jumped_to(w->store, w->client_id, now + JUMPED_AROUND, now, beat->heard_until);
}

void blind_clock_jumped(struct watch *w, int64_t by_ms, int64_t now)
{
	struct heartbeat beat = { now, now };
	bool heard = hearing_beat(w->store, w->client_id, &beat);
	int64_t wrong_from = by_ms < 0 ? was_ahead_from(w, &beat, now) : 0;

	if (beat.heard_until > now) { /* set back: what was heard ahead of now is heard, but later */
		beat.heard_until = now;
		hearing_forget_open(w->store, w->client_id);
	}
	beat.beat_at = now; /* also while deaf: a start by another clock sees that this one was ahead */
	if (by_ms < 0)
		cut_what_is_ahead(w, now);
	else
		press_clock_returned(w, by_ms, now);
	if (heard) {
		set_blind(w, beat.heard_until, now);
		hearing_set_beat(w->store, w->client_id, &beat);
	}
	expectation_recompute(w, wrong_from, now);
}

/* The row that people see while we are deaf. */
static void begin(struct watch *w, int64_t since)
{
	if (hearing_blind_open(w->store, w->client_id) || !store_begin(w->store))
		return;
	hearing_set_blind(w->store, w->client_id, since, 0, false);
	if (store_commit(w->store))
		log_warn("deaf_since=%lld", (long long)since);
}

static void remind(struct watch *w, struct vigil *v, int64_t ended_at, int64_t now)
{
	struct vigil later = *v;
	int64_t reminded_at;
	int round;

	if (v->paused_until >= v->due_at && pause_covers_due(w, v->resident_id, v->due_at))
		return;
	later.expectation_id = expectations_open(w->store, v, zone_day(v->opens_at));
	if (!later.expectation_id)
		return;
	round = expectations_reminded(w->store, later.expectation_id, &reminded_at);
	if (reminded_at >= ended_at && reminded_at <= now) /* by a look that was late */
		return;
	if (v->next_look == LOOK_HALF && v->next_look_at <= ended_at) { /* this reminder stands for that one */
		later.next_look = LOOK_DEADLINE;
		later.next_look_at = v->deadline_at;
	}
	if (residents_move(w->store, &later, v->next_look, v->next_look_at))
		telling_remind(w, v->resident_id, later.expectation_id, round < 3 ? 3 : round + 1, now);
}

/* After a long one all who are unmet and past due are reminded; those whose look at DUE is still to come, by that. */
static bool run_reminders(struct watch *w, int64_t now)
{
	struct vigil list[REMINDERS_A_TURN];
	struct reminding r;
	size_t n;

	if (!hearing_reminding(w->store, w->client_id, &r) || !store_begin(w->store))
		return false;
	n = residents_unmet(w->store, r.reminded_to, r.to_at, list, REMINDERS_A_TURN);
	for (size_t k = 0; k < n; k++) {
		db_save(w->store->db);
		remind(w, &list[k], r.to_at, now);
		if (!db_keep(w->store->db) && db_status(w->store->db) == DB_FINE)
			log_error(
				"resident=%s reminder=failed error=\"%s\"", list[k].resident_id, db_why(w->store->db));
	}
	hearing_reminded(w->store, r.id, n ? list[n - 1].resident_id : r.reminded_to, n < REMINDERS_A_TURN);
	return store_commit(w->store) || db_again(w->store->db);
}

/*
 * Whom to ask staff about: those expected while we are deaf, or were until just now (we may have been stopped, or deaf
 * for hardly longer than it takes to ask); else those who stay undecided although we hear.
 */
static struct concern concern_of(struct watch *w, int64_t since, int64_t now)
{
	int64_t from_at, to_at;

	if (since && now - since >= w->rules.deaf_told_ms)
		return (struct concern){ .deaf_since = since, .until = now };
	if (!since && hearing_last(w->store, w->client_id, now, &from_at, &to_at) && now - to_at < w->rules.settle_ms &&
		to_at - from_at >= w->rules.deaf_told_ms)
		return (struct concern){ .deaf_since = from_at, .until = to_at };
	return (struct concern){ .until = now - w->rules.undecided_told_ms, .put_off_to = now + EXPECTATION_PUT_OFF };
}

/* Staff are asked to look after those whom we cannot hear, one question for all of them. True: there are more. */
static bool run_question(struct watch *w, int64_t since, int64_t now)
{
	struct concern concern = concern_of(w, since, now);
	struct incident question;
	bool asked = incidents_open_question(w->store, INCIDENT_BLIND, QUESTION, &question), any;
	size_t listed = 0;

	any = concerned_any(w->store, &concern);
	if (asked || any) {
		if (!store_begin(w->store))
			return false;
		if (any) { /* asked anew where somebody has just closed it */
			question.id = incident_ask(w, INCIDENT_BLIND, QUESTION, "", "", now);
			listed = concerned_add(w->store, question.id, &concern, LISTED_A_TURN);
		}
		concerned_settle(w->store, question.id, now);
		if (!since && concerned_unsettled(w->store, question.id) == 0)
			incident_answer_itself(w, INCIDENT_BLIND, QUESTION, now);
		if (!store_commit(w->store))
			return false;
	}
	if (listed < LISTED_A_TURN)
		w->deaf_checked_at = now;
	return listed == LISTED_A_TURN;
}

bool blind_run(struct watch *w, int64_t now)
{
	int64_t since = blind_since(w, now);
	bool more = false;

	if (since)
		begin(w, since);
	else
		more = run_reminders(w, now);
	if (!w->deaf_checked_at) /* we have only started: the link may need some seconds */
		w->deaf_checked_at = now;
	if (now - w->deaf_checked_at >= CHECK_EVERY || now < w->deaf_checked_at)
		more |= run_question(w, since, now);
	return more;
}
