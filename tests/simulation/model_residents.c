/* model_residents - presses, expectations, pauses and ends of service (rules 1, 2, 7). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/simulation/model.h"

#define EARLY          (3 * M_HOUR)
#define STALE          (48 * M_HOUR)
#define SAME_PRESS     (10 * M_SECOND)
#define BELIEVED       INT64_C(1704067200000) /* 2024 */
#define TOO_LATE       M_DAY
#define ROWS_LONGEST   (31 * M_DAY)
#define RETURN_LONGEST (8 * M_DAY)
#define WINDOW_LONGEST (8 * M_DAY)

/* Pauses. */

static int64_t ends_at(const struct m_pause *p)
{
	return p->ended && p->ended < p->to ? p->ended : p->to;
}

bool model_paused(const struct model *m, int resident, int64_t at)
{
	const struct m_resident *r = &m->residents[resident];

	for (int k = 0; k < r->pauses_n; k++)
		if (r->pauses[k].from <= at && ends_at(&r->pauses[k]) > at)
			return true;
	return false;
}

/* A DUE of 24:00 belongs to the day it ends. */
static bool paused_at_due(const struct model *m, int resident)
{
	return model_paused(m, resident, m->residents[resident].due - 1);
}

static int64_t last_day_question(const struct m_pause *p)
{
	return calendar_at(p->to_day, 9 * 60, false);
}

static int64_t next_question(const struct m_pause *p, int64_t after)
{
	int64_t review = p->entered + M_DAY, last = last_day_question(p);

	if (last > after && (review <= after || last < review))
		return last;
	return review > after ? review : 0;
}

bool model_pause(struct model *m, int resident, int from_days, int to_days, int64_t now)
{
	struct m_resident *r = &m->residents[resident];
	int32_t today = calendar_day(now);
	struct m_pause *p;

	if (r->ended || from_days < 0 || to_days < from_days || to_days - from_days + 1 > 90)
		return false;
	p = &r->pauses[M_MORE(r->pauses, r->pauses_n)];
	p->number = m->pauses_n++;
	p->to_day = today + to_days;
	p->from = from_days ? calendar_at(today + from_days, 0, false) : now;
	p->to = calendar_at(today + to_days + 1, 0, false);
	p->entered = now;
	p->question = next_question(p, now);
	model_touch(m, resident);
	return true;
}

static int end_pauses(struct m_resident *r, int64_t now)
{
	int ended = 0;

	for (int k = 0; k < r->pauses_n; k++)
		if (!r->pauses[k].ended && r->pauses[k].to > now) {
			r->pauses[k].ended = now;
			r->pauses[k].question = 0;
			ended++;
		}
	return ended;
}

bool model_resume(struct model *m, int resident, int64_t now)
{
	struct m_resident *r = &m->residents[resident];

	if (r->ended || !end_pauses(r, now))
		return false;
	model_answer_itself(m, M_PAUSE, M_ABOUT_PAUSES, resident, now);
	return true;
}

/* A press made after the pause was entered says otherwise: asked once a day. */
static void contradict(struct model *m, int resident, int64_t pressed, int64_t now)
{
	struct m_resident *r = &m->residents[resident];
	int32_t today = calendar_day(now);
	bool contradicted = false;
	char detail[48];

	for (int k = 0; k < r->pauses_n; k++) {
		const struct m_pause *p = &r->pauses[k];

		if (p->ended || p->to <= now)
			continue;
		if (p->contradicted == today)
			return;
		contradicted |= p->from <= pressed && p->entered < pressed;
	}
	if (!contradicted)
		return;
	snprintf(detail, sizeof(detail), "press %lld", (long long)pressed);
	model_ask(m, M_PAUSE, M_ABOUT_PAUSES, resident, detail, now);
	for (int k = 0; k < r->pauses_n; k++)
		if (!r->pauses[k].ended && r->pauses[k].to > now && r->pauses[k].from <= pressed)
			r->pauses[k].contradicted = today;
}

/* Pauses that follow each other without a gap are one: the last day of one that goes on is none. */
static bool goes_on(const struct m_resident *r, const struct m_pause *p)
{
	int64_t end = p->to;
	bool longer = true;

	while (longer) {
		longer = false;
		for (int k = 0; k < r->pauses_n; k++)
			if (!r->pauses[k].ended && r->pauses[k].from <= end && r->pauses[k].to > end) {
				end = r->pauses[k].to;
				longer = true;
			}
	}
	return end > p->to;
}

static void ask_about_pause(struct model *m, int resident, int k, int64_t now)
{
	struct m_resident *r = &m->residents[resident];
	struct m_pause *p = &r->pauses[k];
	bool last = p->question >= last_day_question(p) && p->question != p->entered + M_DAY;

	if (!last || !goes_on(r, p))
		model_ask(m, M_PAUSE, M_ABOUT_PAUSES, resident, last ? "last" : "review", now);
	p->question = next_question(p, p->question);
}

void model_cut_pauses(struct model *m, int64_t now)
{
	int32_t today = calendar_day(now);

	for (int r = 0; r < m->residents_n; r++)
		for (int k = 0; k < m->residents[r].pauses_n; k++) {
			struct m_pause *p = &m->residents[r].pauses[k];

			if (p->ended || p->to <= now)
				continue;
			if (p->entered > now)
				p->entered = now;
			if (p->contradicted > today)
				p->contradicted = today;
			p->question = next_question(p, now);
		}
}

bool model_end_service(struct model *m, int resident, bool ill, int64_t now)
{
	struct m_resident *r = &m->residents[resident];

	if (r->ended)
		return false;
	r->ended = now;
	r->ended_ill = ill;
	end_pauses(r, now);
	if (r->look != M_NO_LOOK && r->expectation >= 0) {
		struct m_expectation *e = &m->expectations[r->expectation];

		e->outcome = r->pressed >= r->counts_from ? M_OK : M_PAUSED;
		e->decided = now;
		e->met = e->outcome == M_OK ? r->pressed : 0;
		m->fresh[M_MORE(m->fresh, m->fresh_n)] = r->expectation;
	}
	r->look = M_NO_LOOK;
	r->look_at = r->opens = r->counts_from = r->due = r->deadline = 0;
	r->expectation = -1;
	model_answer_itself(m, M_PAUSE, M_ABOUT_PAUSES, resident, now);
	model_answer_itself(m, M_DEVICE, M_ABOUT_FORGETTING, resident, now);
	if (r->incident < 0)
		r->revoked = true;
	model_touch(m, resident);
	return true;
}

void model_revoke(struct model *m, int resident)
{
	if (m->residents[resident].ended)
		m->residents[resident].revoked = true;
}

struct asking {
	int resident, pause, number;
	int64_t at;
};

static int by_question(const void *a, const void *b)
{
	const struct asking *x = a, *y = b;

	return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->number - y->number;
}

/* The questions that are due, in order. */
static struct asking *questions_due(const struct model *m, int64_t now, int *n)
{
	struct asking *due = NULL;

	*n = 0;
	for (int r = 0; r < m->residents_n; r++)
		for (int k = 0; k < m->residents[r].pauses_n; k++) {
			const struct m_pause *p = &m->residents[r].pauses[k];

			if (p->question && p->question <= now) {
				int last = M_MORE(due, *n);

				due[last] = (struct asking){ r, k, p->number, p->question };
			}
		}
	if (*n > 1)
		qsort(due, (size_t)*n, sizeof(*due), by_question);
	return due;
}

void model_turn_pauses(struct model *m, int64_t now)
{
	int n;
	struct asking *due = questions_due(m, now, &n);

	for (int asked = 0; asked < M_QUESTIONS_A_TURN && asked < n; asked++)
		ask_about_pause(m, due[asked].resident, due[asked].pause, now);
	free(due);
	for (int r = 0; r < m->residents_n && model_calm(m, now); r++) {
		struct m_resident *one = &m->residents[r];

		if (!one->ended && one->ends_on && calendar_day(now) >= one->ends_on) {
			model_end_service(m, r, false, now);
			one->ended = calendar_at(one->ends_on, 0, false);
		}
	}
}

/* Expectations. */

static void expect(struct m_resident *r, const struct m_window *w, int64_t previous)
{
	r->opens = w->opens;
	r->counts_from = w->opens - EARLY > previous ? w->opens - EARLY : previous;
	r->due = w->due;
	r->deadline = w->deadline;
	r->expectation = -1;
	r->look = w->deadline > w->due ? M_AT_DUE : M_AT_DEADLINE;
	r->look_at = w->due;
}

static void expect_nothing(struct m_resident *r)
{
	r->look = M_NO_LOOK;
	r->look_at = r->opens = r->counts_from = r->due = r->deadline = 0;
	r->expectation = -1;
}

/* Of months that nobody could hear, the last one has its rows; what was decided before stays so. */
static int64_t goes_on_after(const struct model *m, const struct m_resident *r, int64_t now)
{
	int64_t known = m->began;

	if (r->deadline >= now - ROWS_LONGEST)
		return r->deadline;
	for (int k = 0; k < r->expectations_n; k++) {
		const struct m_expectation *e = &m->expectations[r->expectations[k]];

		if (e->opens < now && e->outcome != M_UNDECIDED && e->deadline > known)
			known = e->deadline;
	}
	return known > now - ROWS_LONGEST ? known : now - ROWS_LONGEST;
}

static void expect_next(struct model *m, struct m_resident *r, int64_t now)
{
	int64_t previous = goes_on_after(m, r, now);
	struct m_window w;

	if (calendar_next(&m->plans[r->plan], previous, &w))
		expect(r, &w, previous);
	else
		expect_nothing(r);
}

int model_row(struct model *m, int resident, int64_t now)
{
	struct m_resident *r = &m->residents[resident];
	struct m_expectation *e;

	(void)now;
	if (r->expectation >= 0)
		return r->expectation;
	for (int k = r->expectations_n - 1; k >= 0; k--)
		if (m->expectations[r->expectations[k]].opens == r->opens) {
			if (m->expectations[r->expectations[k]].outcome != M_UNDECIDED)
				return -1;
			return r->expectation = r->expectations[k];
		}
	r->expectation = M_MORE(m->expectations, m->expectations_n);
	e = &m->expectations[r->expectation];
	*e = (struct m_expectation){ .resident = resident,
		.opens = r->opens,
		.counts_from = r->counts_from,
		.due = r->due,
		.deadline = r->deadline };
	r->expectations[M_MORE(r->expectations, r->expectations_n)] = r->expectation;
	return r->expectation;
}

static void decide(struct model *m, int resident, enum m_outcome outcome, int64_t now)
{
	struct m_resident *r = &m->residents[resident];
	int expectation = r->expectation;
	struct m_expectation *e = &m->expectations[expectation];
	struct m_cause cause = { .kind = M_MISSED, .expectation = expectation, .counts_from = r->counts_from };

	e->outcome = outcome;
	e->decided = now;
	e->met = outcome == M_OK ? r->pressed : 0;
	/* Where judging had to wait until we could hear again, the ladder counts from the judgement. */
	cause.at = now - r->deadline > 15 * M_SECOND ? now : r->deadline;
	expect_next(m, r, now);
	m->fresh[M_MORE(m->fresh, m->fresh_n)] = expectation;
	model_touch(m, resident);
	if (outcome == M_WAS_MISSED) {
		model_cause(m, resident, cause, cause.at, now);
		model_lose_claims(m, resident, now);
	}
}

/* Of several whose deadlines passed before they could be judged, the latest is; none is after a whole day. */
static bool too_late(const struct model *m, const struct m_resident *r, int64_t now)
{
	struct m_window next;

	return now - r->deadline > TOO_LATE ||
	       (calendar_next(&m->plans[r->plan], r->deadline, &next) && next.deadline <= m->heard_until);
}

/* Again, where a clock that was set back since has done so. */
static void remind(struct model *m, int resident, int round, int64_t now)
{
	int row = m->residents[resident].expectation, told;

	if (tell_reminder(m, resident, row, round, now))
		return;
	told = m->expectations[row].reminders;
	if (told >= round)
		tell_reminder(m, resident, row, told < 3 ? 3 : told + 1, now);
}

static void remind_and_wait(struct model *m, int resident, int round, enum m_look look, int64_t look_at, int64_t now)
{
	struct m_resident *r = &m->residents[resident];

	r->look = look;
	r->look_at = look_at;
	model_touch(m, resident);
	if (round && !(r->deadline <= m->heard_until && model_may_judge(m, r->deadline, now)))
		remind(m, resident, round, now);
}

static void look(struct model *m, int resident, int64_t now)
{
	struct m_resident *r = &m->residents[resident];
	int64_t half = r->due + (r->deadline - r->due) / 2;
	bool met = r->pressed >= r->counts_from;

	if (model_row(m, resident, now) < 0) { /* it has its outcome from before a clock was set back */
		expect_next(m, r, now);
		model_touch(m, resident);
		return;
	}
	switch (r->look) {
	case M_NO_LOOK: break;
	case M_AT_DUE:
		if (met || paused_at_due(m, resident))
			decide(m, resident, met ? M_OK : M_PAUSED, now);
		else if (half > m->heard_until)
			remind_and_wait(m, resident, 1, M_AT_HALF, half, now);
		else
			remind_and_wait(m, resident, 1, M_AT_DEADLINE, r->deadline, now);
		break;
	case M_AT_HALF:
		remind_and_wait(
			m, resident, met || model_paused(m, resident, now) ? 0 : 2, M_AT_DEADLINE, r->deadline, now);
		break;
	case M_AT_DEADLINE:
		decide(m, resident,
			met                                                 ? M_OK
			: paused_at_due(m, resident)                        ? M_PAUSED
			: r->maybe >= r->counts_from || too_late(m, r, now) ? M_UNKNOWN
									    : M_WAS_MISSED,
			now);
		break;
	}
}

struct looking {
	int resident;
	int64_t at;
};

static int by_time(const void *a, const void *b)
{
	const struct looking *x = a, *y = b;

	return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->resident - y->resident;
}

void model_turn_looks(struct model *m, int64_t now)
{
	struct looking *list = malloc((size_t)m->residents_n * sizeof(*list));

	for (enum m_look kind = M_AT_DUE; kind <= M_AT_DEADLINE; kind++) {
		size_t n = 0;

		for (int r = 0; r < m->residents_n; r++) {
			const struct m_resident *one = &m->residents[r];

			if (one->look == kind && one->look_at <= m->heard_until &&
				(kind != M_AT_DEADLINE || model_may_judge(m, one->look_at, now)))
				list[n++] = (struct looking){ r, one->look_at };
		}
		if (n > 1)
			qsort(list, n, sizeof(*list), by_time);
		for (size_t k = 0; k < n && k < M_LOOKS_A_TURN; k++)
			look(m, list[k].resident, now);
	}
	free(list);
}

bool model_crowded(const struct model *m, int64_t now)
{
	int looks = 0, steps = 0, questions;

	for (int r = 0; r < m->residents_n; r++)
		looks += m->residents[r].look != M_NO_LOOK && m->residents[r].look_at <= now;
	for (int k = 0; k < m->open_n; k++)
		steps += m->incidents[m->open[k]]->next_at <= now;
	free(questions_due(m, now, &questions));
	return looks > M_LOOKS_A_TURN || steps > M_STEPS_A_TURN || questions > M_QUESTIONS_A_TURN;
}

/* A changed schedule applies from the first window that opens no earlier than the open deadline. */
void model_reschedule(struct model *m, int resident, int plan, int64_t now)
{
	struct m_resident *r = &m->residents[resident];
	int64_t previous = 0, from = now;
	struct m_window w;

	r->plan = plan;
	if (r->ended)
		return;
	model_touch(m, resident);
	if (r->look != M_NO_LOOK && r->opens <= now)
		return;
	for (int k = 0; k < r->expectations_n; k++) {
		const struct m_expectation *e = &m->expectations[r->expectations[k]];

		if (e->opens < (r->look == M_NO_LOOK ? now : r->opens) && e->deadline > previous)
			previous = e->deadline;
	}
	from = previous > now ? previous : now;
	if (calendar_next(&m->plans[plan], from, &w)) {
		if (r->look != M_NO_LOOK && w.opens == r->opens && w.due == r->due && w.deadline == r->deadline)
			return;
		expect(r, &w, previous);
	} else if (r->look != M_NO_LOOK) {
		expect_nothing(r);
	}
}

/* What a clock that was ahead has decided since, of days that are still to come, was never decided. */
static void annul(struct model *m, int64_t wrong_from, int64_t now)
{
	for (int k = 0; k < m->expectations_n; k++) {
		struct m_expectation *e = &m->expectations[k];

		if (e->outcome == M_UNDECIDED || e->decided < wrong_from || e->deadline <= now ||
			(e->outcome == M_OK && e->met <= now) ||
			calendar_day(e->opens) < calendar_day(now - WINDOW_LONGEST))
			continue;
		e->outcome = M_UNDECIDED;
		e->decided = e->met = e->met_late = 0;
		m->fresh[M_MORE(m->fresh, m->fresh_n)] = k;
		model_touch(m, e->resident);
	}
}

/* The earliest that is undecided with its deadline ahead; NULL: none. */
static const struct m_expectation *undecided(const struct model *m, const struct m_resident *r, int64_t now)
{
	const struct m_expectation *first = NULL;

	for (int k = 0; k < r->expectations_n; k++) {
		const struct m_expectation *e = &m->expectations[r->expectations[k]];

		if (e->outcome == M_UNDECIDED && e->opens >= now - WINDOW_LONGEST && e->deadline > now &&
			(!first || e->opens < first->opens))
			first = e;
	}
	return first;
}

static int64_t last_deadline(const struct model *m, const struct m_resident *r, int64_t before)
{
	int64_t opens = INT64_MIN, deadline = 0;

	for (int k = 0; k < r->expectations_n; k++) {
		const struct m_expectation *e = &m->expectations[r->expectations[k]];

		if (e->opens < before && e->opens > opens) {
			opens = e->opens;
			deadline = e->deadline;
		}
	}
	return deadline;
}

/* After a clock jump: who expects what is ahead, or was looked at before its time, expects from now on. */
void model_expect_again(struct model *m, int64_t wrong_from, int64_t now)
{
	if (wrong_from)
		annul(m, wrong_from, now);
	for (int k = 0; k < m->residents_n; k++) {
		struct m_resident *r = &m->residents[k];
		const struct m_expectation *open;
		int64_t previous, after;
		struct m_window w;

		if (r->pressed > now)
			r->pressed = now;
		if (r->sign > now)
			r->sign = now;
		if (r->maybe > now)
			r->maybe = now;
		if (r->look == M_NO_LOOK || (r->opens <= now && (r->due <= now || r->look_at <= r->due)))
			continue;
		previous = last_deadline(m, r, now);
		after = previous > now ? previous : now;
		if (!calendar_next_due(&m->plans[r->plan], calendar_day(after), after, &w))
			continue;
		open = undecided(m, r, now);
		if (open && open->opens < w.opens)
			w = (struct m_window){ .opens = open->opens, .due = open->due, .deadline = open->deadline };
		if (w.opens < r->opens || (w.opens == r->opens && r->look_at > r->due)) {
			expect(r, &w, last_deadline(m, r, w.opens));
			model_touch(m, k);
		}
	}
}

/* Presses. */

static bool pressed_before(struct m_resident *r, const struct m_pressing *p, bool *other_kind)
{
	*other_kind = false;
	for (int k = r->presses_n - 1; k >= 0; k--) {
		if (r->presses[k].id != p->id)
			continue;
		if (r->presses[k].kind == p->kind)
			return true;
		*other_kind = true;
	}
	return false;
}

static enum m_heard from_nobody(struct model *m, const struct m_pressing *p, int64_t pressed, bool stale, int64_t now)
{
	char detail[48];

	if (p->kind != M_PRESS_HELP)
		return M_UNKNOWN_DEVICE;
	if (stale)
		return M_REJECTED;
	for (int k = 0; k < m->unknown_helps_n; k++)
		if (m->unknown_helps[k].device == p->resident && m->unknown_helps[k].id == p->id)
			return M_UNKNOWN_DEVICE;
	M_MORE(m->unknown_helps, m->unknown_helps_n);
	m->unknown_helps[m->unknown_helps_n - 1].device = p->resident;
	m->unknown_helps[m->unknown_helps_n - 1].id = p->id;
	snprintf(detail, sizeof(detail), "unknown_help %lld", (long long)pressed);
	model_ask(m, M_DEVICE, M_ABOUT_BUTTON, p->resident, detail, now);
	return M_UNKNOWN_DEVICE;
}

/* What needs a person; pressed again within seconds it is the same press. */
static void raise_cause(struct model *m, const struct m_pressing *p, int64_t pressed, int64_t now)
{
	struct m_resident *r = &m->residents[p->resident];
	enum m_kind kind = p->kind == M_PRESS_HELP ? M_HELP : p->kind == M_PRESS_UNWELL ? M_UNWELL : M_TALK;
	int n;

	for (int k = 0; k < r->pressed_causes_n; k++)
		if (r->pressed_causes[k].kind == kind && r->pressed_causes[k].at >= pressed - SAME_PRESS &&
			r->pressed_causes[k].at <= pressed + SAME_PRESS)
			return;
	n = M_MORE(r->pressed_causes, r->pressed_causes_n);
	r->pressed_causes[n].kind = kind;
	r->pressed_causes[n].at = pressed;
	model_cause(m, p->resident, (struct m_cause){ .kind = kind, .expectation = -1, .at = pressed }, pressed, now);
	if (kind == M_HELP)
		model_lose_claims(m, p->resident, now);
}

static void meets(struct model *m, int resident, int64_t pressed, bool guessed, int64_t now)
{
	struct m_resident *r = &m->residents[resident];

	if (pressed > r->pressed)
		r->pressed = pressed;
	if (pressed > r->sign)
		r->sign = pressed;
	if (guessed && now > r->maybe)
		r->maybe = now;
	for (int k = 0; k < r->expectations_n; k++) {
		struct m_expectation *e = &m->expectations[r->expectations[k]];

		if ((e->outcome == M_WAS_MISSED || e->outcome == M_UNKNOWN) && !e->met_late &&
			e->counts_from <= pressed) {
			e->met_late = now;
			m->fresh[M_MORE(m->fresh, m->fresh_n)] = r->expectations[k];
		}
	}
	model_checked_in(m, resident, pressed, now);
	model_touch(m, resident);
}

static void store(struct model *m, int resident, enum m_press kind, int64_t pressed, int64_t now)
{
	int n = M_MORE(m->checkins, m->checkins_n);

	m->checkins[n].resident = resident;
	m->checkins[n].kind = kind;
	m->checkins[n].pressed = pressed;
	m->checkins[n].heard = now;
}

/*
 * The clock goes forward again: what was pressed by one that stood behind may have been pressed as late as this. That
 * is what came last, after the last that was heard at a time which this clock had not come to; and what was heard
 * before 2024. Read as the store is read, 500 of the latest at a time, until they are too old to matter.
 */
void model_clock_returned(struct model *m, int64_t by, int64_t now)
{
	int64_t at = now;
	bool any = false, right = false;
	int seen = 0;

	for (int k = m->checkins_n - 1; k >= 0 && k >= m->checkins_n - 100000; k--)
		any |= m->checkins[k].heard > now - by + M_MINUTE && m->checkins[k].heard <= now;
	for (int k = m->checkins_n - 1; any && k >= 0; k--) {
		struct m_resident *r = &m->residents[m->checkins[k].resident];
		int64_t heard = m->checkins[k].heard, latest;

		if (m->checkins[k].kind == M_PRESS_ACTIVITY && !r->passive)
			continue;
		if (heard <= now) {
			right |= heard > now - by;
			latest = m->checkins[k].pressed + (right && heard >= BELIEVED ? 0 : by);
			at = heard + (right && heard >= BELIEVED ? 0 : by);
			if (latest > now)
				latest = now;
			if (latest >= now - RETURN_LONGEST && latest > r->maybe) {
				r->maybe = latest;
				model_touch(m, m->checkins[k].resident);
			}
		}
		if (++seen % 500 == 0 && at < now - RETURN_LONGEST)
			return;
	}
}

/* A start: the clock may have come back while we were stopped. */
void model_started(struct model *m, int64_t now)
{
	if (!m->heard_until || now - m->beat <= M_MINUTE)
		return;
	model_clock_returned(m, now - m->beat, now);
	m->beat = now;
}

void model_met(struct model *m, int resident, int64_t at, int64_t now)
{
	store(m, resident, M_PRESS_OK, at, now);
	meets(m, resident, at, false, now);
}

bool model_staff_checkin(struct model *m, int resident, int64_t now)
{
	if (m->residents[resident].ended)
		return false;
	store(m, resident, M_PRESS_OK, now, now);
	meets(m, resident, now, false, now);
	return true;
}

enum m_heard model_press(struct model *m, const struct m_pressing *p, int64_t now)
{
	struct m_resident *r = &m->residents[p->resident];
	int64_t pressed = now;
	bool guessed = false, stale, quiet = p->kind == M_PRESS_OK || p->kind == M_PRESS_ACTIVITY, other_kind, before;
	bool was_paused = false;
	int n;

	if (p->at >= BELIEVED && p->at <= now + 120 * M_SECOND) {
		pressed = p->at;
	} else if (p->kept_since) {
		pressed = p->kept_since - (p->age > 0 ? p->age : 0);
		guessed = true;
	} else if (p->age >= 0) {
		pressed = now - p->age;
	}
	if (pressed > now)
		pressed = now;
	stale = (guessed ? p->age : now - pressed) > STALE;
	before = pressed_before(r, p, &other_kind);
	if (r->revoked)
		return before ? M_DUPLICATE : from_nobody(m, p, pressed, stale, now);
	if (before)
		return M_DUPLICATE;
	n = M_MORE(r->presses, r->presses_n);
	r->presses[n].id = p->id;
	r->presses[n].kind = p->kind;
	r->presses[n].heard = now;
	store(m, p->resident, p->kind, pressed, now);
	for (int k = 0; k < r->pauses_n; k++)
		was_paused |= ends_at(&r->pauses[k]) > now;
	if (other_kind)
		model_ask(m, M_DEVICE, M_ABOUT_BUTTON, p->resident, "same_id", now);
	if (!quiet && (!stale || p->kind == M_PRESS_HELP))
		raise_cause(m, p, pressed, now);
	if (stale)
		return M_STORED;
	if (p->kind != M_PRESS_ACTIVITY || r->passive) {
		meets(m, p->resident, pressed, guessed, now);
		if (quiet && was_paused)
			contradict(m, p->resident, pressed, now);
	} else if (pressed > r->sign) {
		r->sign = pressed;
	}
	return M_STORED;
}
