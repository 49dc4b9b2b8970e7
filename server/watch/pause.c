/*
 * pause - pauses are entered, ended, asked about, and contradicted by presses.
 *
 * Each pause is a row of its own and stays as it was entered; what counts as one is put together when it is asked for.
 * So a longer stay is a second pause, and no entry can shorten another. A pause says when it is asked about next, which
 * is all that the tick looks at. It moves no look: an expectation asks at its looks whether its DUE lay in a pause.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/duration.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/ends.h"
#include "server/store/timeline.h"
#include "server/watch/alike.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"

enum { QUESTIONS_A_TURN = 100, PAUSES_MOST = 64, NOTE = 1024 };
#define PUT_OFF HOUR /* a row that cannot be asked about */

static int64_t last_question_at(const struct watch *w, const struct pause *p)
{
	int32_t last = 0;

	date_parse(p->to_on, &last);
	return zone_instant(last, (int32_t)(w->rules.pause_last_ms / SECOND), ZONE_FIRST);
}

/* The next question after an instant; 0: none. A short pause has its last day before its review. */
static int64_t next_question_at(const struct watch *w, const struct pause *p, int64_t after)
{
	int64_t review_at = p->entered_at + w->rules.pause_review_ms, last_at = last_question_at(w, p);

	if (p->to_at <= p->entered_at)
		return 0; /* it was over when it was entered */
	if (last_at > after && (review_at <= after || last_at < review_at))
		return last_at;
	return review_at > after ? review_at : 0;
}

/* Fills the instants of p's dates. begun: it may have begun before now, or be over. */
static bool read_dates(const struct watch *w, struct pause *p, bool begun, int64_t now, char why[PAUSE_WHY])
{
	int32_t today = zone_day(now), from, to, counted_from;
	char longest[DURATION_TEXT];

	if (!date_parse(p->from_on, &from) || !date_parse(p->to_on, &to)) {
		snprintf(why, PAUSE_WHY, "a pause needs two dates such as 2026-11-23");
		return false;
	}
	if (to < from) {
		snprintf(why, PAUSE_WHY, "the pause ends on %s, before it begins on %s", p->to_on, p->from_on);
		return false;
	}
	if (from < today && !begun) {
		snprintf(why, PAUSE_WHY, "%s is past: a pause begins today or later", p->from_on);
		return false;
	}
	counted_from = from < today ? today : from;
	if ((to - counted_from + 1) * DAY > w->rules.pause_longest_ms) {
		snprintf(why, PAUSE_WHY, "a pause lasts at most %s: it can be made longer later",
			duration_format(longest, w->rules.pause_longest_ms));
		return false;
	}
	p->from_at = from == today ? now : zone_instant(from, 0, ZONE_FIRST);
	p->to_at = zone_instant(to + 1, 0, ZONE_FIRST);
	return true;
}

static bool possible(
	struct watch *w, const char *from_on, const char *to_on, bool begun, int64_t now, char why[PAUSE_WHY])
{
	struct pause p;

	snprintf(p.from_on, sizeof(p.from_on), "%s", from_on);
	snprintf(p.to_on, sizeof(p.to_on), "%s", to_on);
	return read_dates(w, &p, begun, now, why);
}

bool pause_possible(struct watch *w, const char *from_on, const char *to_on, int64_t now, char why[PAUSE_WHY])
{
	return possible(w, from_on, to_on, false, now, why);
}

bool pause_importable(struct watch *w, const char *from_on, const char *to_on, int64_t now, char why[PAUSE_WHY])
{
	return possible(w, from_on, to_on, true, now, why);
}

static void note(struct watch *w, const struct pause *p, const char *by, int64_t now)
{
	char detail[NOTE];

	snprintf(detail, sizeof(detail), "%s to %s: %s (told by %s)", p->from_on, p->to_on, p->reason, p->told_by);
	timeline_add(w->store, 0, p->resident_id, now, "paused", by, detail);
	watch_audit(w, now, by, "pause", p->resident_id, detail);
}

/* What everybody who changes something about a resident must give. */
bool pause_may_change(
	struct watch *w, const char *resident_id, const char *told_by, struct resident *r, char why[PAUSE_WHY])
{
	struct folded f;

	if (!residents_find(w->store, resident_id, r)) {
		snprintf(why, PAUSE_WHY, "there is no resident %s", resident_id);
		return false;
	}
	if (r->ended_at) {
		snprintf(why, PAUSE_WHY, "the service of %s has ended", resident_id);
		return false;
	}
	alike_fold(&f, told_by);
	if (!f.count || strlen(told_by) >= PERSON_NAME) {
		snprintf(why, PAUSE_WHY, "who told it is %s", f.count ? "too long" : "missing");
		return false;
	}
	return true;
}

static void fill(struct pause *p, const char *resident_id, const char *from_on, const char *to_on, const char *reason,
	const char *told_by, const char *by)
{
	snprintf(p->resident_id, sizeof(p->resident_id), "%s", resident_id);
	snprintf(p->from_on, sizeof(p->from_on), "%s", from_on);
	snprintf(p->to_on, sizeof(p->to_on), "%s", to_on);
	snprintf(p->reason, sizeof(p->reason), "%s", reason);
	snprintf(p->told_by, sizeof(p->told_by), "%s", told_by);
	snprintf(p->entered_by, sizeof(p->entered_by), "%s", by);
}

bool pause_enter(struct watch *w, const char *resident_id, const char *from_on, const char *to_on, const char *reason,
	const char *told_by, const char *by, int64_t now, char why[PAUSE_WHY])
{
	struct pause p = { .entered_at = now };
	struct resident r;
	struct folded f;

	if (!pause_may_change(w, resident_id, told_by, &r, why))
		return false;
	alike_fold(&f, reason);
	if (!f.count || strlen(reason) >= sizeof(p.reason)) {
		snprintf(why, PAUSE_WHY, "the reason is %s", f.count ? "too long" : "missing");
		return false;
	}
	fill(&p, resident_id, from_on, to_on, reason, told_by, by);
	if (!read_dates(w, &p, false, now, why))
		return false;
	p.next_question_at = next_question_at(w, &p, now);
	pauses_add(w->store, &p);
	note(w, &p, by, now);
	return true;
}

bool pause_import(struct watch *w, const char *resident_id, const char *from_on, const char *to_on, const char *reason,
	const char *told_by, const char *by, int64_t now)
{
	struct pause p = { 0 };
	bool known = pauses_find(w->store, resident_id, from_on, &p);
	int64_t began_at = p.from_at;
	char why[PAUSE_WHY];

	if (known && strcmp(p.to_on, to_on) == 0 && strcmp(p.reason, reason) == 0 && strcmp(p.told_by, told_by) == 0)
		return false;
	fill(&p, resident_id, from_on, to_on, reason, told_by, by);
	p.entered_at = now;
	p.ended_at = 0;
	if (!read_dates(w, &p, true, now, why)) {
		log_error("resident=%s pause=refused why=\"%s\"", resident_id, why);
		return false;
	}
	if (known)
		p.from_at = began_at;
	p.next_question_at = next_question_at(w, &p, now);
	if (known)
		pauses_change(w->store, &p);
	else
		pauses_add(w->store, &p);
	note(w, &p, by, now);
	return true;
}

bool pause_resume(
	struct watch *w, const char *resident_id, const char *told_by, const char *by, int64_t now, char why[PAUSE_WHY])
{
	struct resident r;
	char detail[NOTE];

	if (!pause_may_change(w, resident_id, told_by, &r, why))
		return false;
	if (!pauses_end(w->store, resident_id, now)) {
		snprintf(why, PAUSE_WHY, "%s is not paused, and no pause is to come", resident_id);
		return false;
	}
	incident_answer_itself(w, INCIDENT_PAUSE, resident_id, now);
	snprintf(detail, sizeof(detail), "told by %s", told_by);
	timeline_add(w->store, 0, resident_id, now, "resumed", by, detail);
	watch_audit(w, now, by, "resume", resident_id, detail);
	return true;
}

bool pause_covers(struct watch *w, const char *resident_id, int64_t at)
{
	return pauses_cover(w->store, resident_id, at);
}

bool pause_covers_due(struct watch *w, const char *resident_id, int64_t due_at)
{
	return pauses_cover(w->store, resident_id, due_at - 1);
}

bool pause_at(struct watch *w, const char *resident_id, int64_t at, struct pause *p)
{
	struct pause list[PAUSES_MOST];
	/* One that is over may be where the present one really began. */
	size_t n = pauses_of(w->store, resident_id, at - w->rules.pause_longest_ms, list, PAUSES_MOST);

	for (size_t k = 0; k < n; k++) {
		if (k == 0 || (list[k].from_at > p->to_at && p->to_at <= at)) {
			*p = list[k];
		} else if (list[k].from_at > p->to_at) {
			break;
		} else if (list[k].to_at > p->to_at) {
			p->to_at = list[k].to_at;
			memcpy(p->to_on, list[k].to_on, sizeof(p->to_on));
		}
	}
	return n > 0 && p->to_at > at;
}

void pause_contradicted(struct watch *w, const char *resident_id, int64_t pressed_at, int64_t now)
{
	struct pause list[PAUSES_MOST];
	size_t n = pauses_of(w->store, resident_id, now, list, PAUSES_MOST);
	int32_t today = zone_day(now);
	bool contradicted = false;
	char detail[64];

	for (size_t k = 0; k < n; k++) {
		if (list[k].last_sign_question == today)
			return;
		contradicted |= list[k].from_at <= pressed_at && list[k].entered_at < pressed_at;
	}
	if (!contradicted)
		return;
	snprintf(detail, sizeof(detail), PAUSE_PRESS " %" PRId64, pressed_at);
	incident_ask(w, INCIDENT_PAUSE, resident_id, resident_id, detail, now);
	for (size_t k = 0; k < n; k++)
		if (list[k].from_at <= pressed_at)
			pauses_set_sign_question(w->store, list[k].id, today);
}

/* The last day of one that goes on in another is no last day. */
static bool goes_on(struct watch *w, const struct pause *p)
{
	struct pause whole;

	return pause_at(w, p->resident_id, p->to_at - 1, &whole) && whole.to_at > p->to_at;
}

static void ask(struct watch *w, const struct pause *p, int64_t now)
{
	bool last = p->next_question_at >= last_question_at(w, p) &&
		    p->next_question_at != p->entered_at + w->rules.pause_review_ms;

	if (!last || !goes_on(w, p))
		incident_ask(w, INCIDENT_PAUSE, p->resident_id, p->resident_id, last ? PAUSE_LAST : PAUSE_REVIEW, now);
	pauses_set_next_question(w->store, p->id, next_question_at(w, p, p->next_question_at));
}

void pause_recompute(struct watch *w, int64_t now)
{
	struct pause list[QUESTIONS_A_TURN];
	int64_t after_id = 0;
	int32_t today = zone_day(now);
	size_t n;

	do {
		n = pauses_standing(w->store, after_id, now, list, QUESTIONS_A_TURN);
		for (size_t k = 0; k < n; k++) {
			struct pause *p = &list[k];

			if (p->entered_at > now)
				p->entered_at = now;
			if (p->last_sign_question > today)
				p->last_sign_question = today;
			p->next_question_at = next_question_at(w, p, now);
			pauses_change(w->store, p);
			after_id = p->id;
		}
	} while (n == QUESTIONS_A_TURN);
}

static bool run_questions(struct watch *w, int64_t now)
{
	struct pause list[QUESTIONS_A_TURN];
	size_t n;

	if (pauses_next_question_at(w->store) > now || !store_begin(w->store))
		return false;
	n = pauses_due(w->store, now, list, QUESTIONS_A_TURN);
	for (size_t k = 0; k < n; k++) {
		db_save(w->store->db);
		ask(w, &list[k], now);
		if (!db_keep(w->store->db) && db_status(w->store->db) == DB_FINE) {
			log_error("pause=%" PRId64 " error=\"put off: %s\"", list[k].id, db_why(w->store->db));
			pauses_set_next_question(w->store, list[k].id, now + PUT_OFF);
		}
	}
	return (store_commit(w->store) || db_again(w->store->db)) && n > 0;
}

bool pause_run(struct watch *w, int64_t now)
{
	bool more = run_questions(w, now);

	return pause_run_ends(w, now) || more;
}

int64_t pause_next_due(struct watch *w, int64_t now)
{
	int64_t next = pauses_next_question_at(w->store);
	char today[DATE_TEXT], on[DATE_TEXT];
	int32_t day;

	if (ends_next(w->store, date_format(today, zone_day(now)), on) && date_parse(on, &day) &&
		zone_instant(day, 0, ZONE_FIRST) < next)
		next = zone_instant(day, 0, ZONE_FIRST);
	return next;
}
