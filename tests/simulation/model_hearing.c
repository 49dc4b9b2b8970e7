/* model_hearing - blind periods, the gate, clocks, and the question about those we could not hear (rule 6). */
#include <string.h>

#include "tests/simulation/model.h"

#define DEAF         (15 * M_SECOND)
#define SETTLE       (5 * M_MINUTE)
#define SETTLE_LONG  M_HOUR
#define LONG         (10 * M_MINUTE)
#define GATE_LONGEST (3 * M_HOUR)
#define DEAF_TOLD    (2 * M_MINUTE)
#define UNDECIDED    M_HOUR

int64_t model_deaf_since(const struct model *m, int64_t now)
{
	return m->heard_until && now - m->heard_until > DEAF ? m->heard_until : 0;
}

bool model_gate_shut(const struct model *m, int64_t now)
{
	if (model_deaf_since(m, now))
		return true;
	for (int k = 0; k < m->blind_n; k++) {
		const struct m_blind *b = &m->blind[k];

		if (b->to <= now && (now - b->to < SETTLE || (b->to - b->from >= LONG && now - b->to < SETTLE_LONG)))
			return true;
	}
	return false;
}

/* What hangs on the date alone waits until no clock can have jumped just now. */
bool model_calm(const struct model *m, int64_t now)
{
	for (int k = 0; k < m->blind_n; k++) {
		const struct m_blind *b = &m->blind[k];

		if (b->to <= now && b->to > now - SETTLE_LONG && b->to - b->from >= LONG)
			return false;
	}
	return !model_deaf_since(m, now);
}

/* However hearing flaps, nobody is held longer than 3 h after the first period that ended after the deadline. */
bool model_may_judge(const struct model *m, int64_t deadline, int64_t now)
{
	if (!model_gate_shut(m, now))
		return true;
	for (int k = 0; k < m->blind_n; k++)
		if (m->blind[k].to > deadline && m->blind[k].to <= now - GATE_LONGEST)
			return true;
	return false;
}

static void add_blind(struct model *m, int64_t from, int64_t to)
{
	int k = 0;

	while (k < m->blind_n && m->blind[k].from != from)
		k++;
	if (k == m->blind_n)
		M_MORE(m->blind, m->blind_n);
	m->blind[k] = (struct m_blind){ from, to, to - from >= LONG };
}

void model_beat(struct model *m, int64_t now)
{
	m->heard_until = m->beat = now;
}

void model_heard(struct model *m, int64_t now)
{
	m->hearing = true;
	if (now <= m->heard_until)
		return;
	if (now - m->heard_until > DEAF)
		add_blind(m, m->heard_until, now);
	m->heard_until = m->beat = now;
}

void model_restarted(struct model *m)
{
	m->checked = 0;
}

/* What was to come by a clock that was ahead is not: periods of it go, and nothing waits for it. */
static void cut(struct model *m, int64_t now)
{
	int kept = 0;

	for (int k = 0; k < m->blind_n; k++)
		if (m->blind[k].from < now) {
			m->blind[kept] = m->blind[k];
			if (m->blind[kept].to > now)
				m->blind[kept].to = now;
			kept++;
		}
	m->blind_n = kept;
	model_cut_incidents(m, now);
	model_cut_tellings(m, now);
	for (int u = 0; u < m->users_n; u++)
		model_plan_duty(m, u, now);
	model_cut_pauses(m, now);
}

/* Since when a clock that was ahead has heard and judged: it had jumped over now. 0: it was not. */
static int64_t ahead_from(const struct model *m, int64_t now)
{
	int64_t first = 0;

	for (int k = 0; k < m->blind_n; k++) {
		const struct m_blind *b = &m->blind[k];

		if (b->from <= now + M_HOUR && b->to > now && b->to <= m->heard_until && (!first || b->to < first))
			first = b->to;
	}
	return first;
}

void model_clock_jumped(struct model *m, int64_t by, int64_t now)
{
	int64_t wrong_from = by < 0 ? ahead_from(m, now) : 0;

	if (m->heard_until > now)
		m->heard_until = now;
	m->beat = now;
	if (by < 0)
		cut(m, now);
	else
		model_clock_returned(m, by, now);
	add_blind(m, m->heard_until, now);
	model_expect_again(m, wrong_from, now);
}

/* After a long one all who are unmet and past due are reminded, but those whose look at DUE is still to come. */
static void remind(struct model *m, const struct m_blind *b, int64_t now)
{
	for (int r = 0; r < m->residents_n; r++) {
		struct m_resident *one = &m->residents[r];
		int row;

		if ((one->look != M_AT_HALF && one->look != M_AT_DEADLINE) || one->due > b->to ||
			one->pressed >= one->counts_from || model_paused(m, r, one->due - 1))
			continue;
		row = model_row(m, r, now);
		if (row < 0 || (m->expectations[row].reminded >= b->to && m->expectations[row].reminded <= now))
			continue;
		if (one->look == M_AT_HALF && one->look_at <= b->to) {
			one->look = M_AT_DEADLINE;
			one->look_at = one->deadline;
		}
		model_touch(m, r);
		tell_reminder(
			m, r, row, m->expectations[row].reminders < 3 ? 3 : m->expectations[row].reminders + 1, now);
	}
}

static bool listed(const struct model *m, int resident, int64_t due)
{
	for (int k = m->concerned_n - 1; k >= 0; k--)
		if (m->concerned[k].resident == resident && m->concerned[k].due == due)
			return true;
	return false;
}

static bool is_paused_then(const struct m_resident *r, int64_t due)
{
	for (int k = 0; k < r->pauses_n; k++) {
		const struct m_pause *p = &r->pauses[k];

		if (p->from < due && p->to >= due && (!p->ended || p->ended >= due))
			return true;
	}
	return false;
}

/* deaf: since when we were deaf, 0: we were not, and ask about those who stay undecided. */
static bool concerns(const struct model *m, int resident, int64_t deaf, int64_t until, int64_t now)
{
	const struct m_resident *r = &m->residents[resident];

	if (r->look == M_NO_LOOK || r->pressed >= r->counts_from || is_paused_then(r, r->due) ||
		listed(m, resident, r->due))
		return false;
	if (deaf)
		return r->opens <= until && r->sign < deaf;
	return r->deadline <= until && r->sign < r->counts_from &&
	       r->look_at <= (r->look == M_AT_DEADLINE ? now + 10 * M_MINUTE : until);
}

static void list(struct model *m, int question, int resident, int64_t since)
{
	struct m_concerned c = { question, resident, since, m->residents[resident].due, false };

	for (int k = 0; k < m->concerned_n; k++)
		if (m->concerned[k].incident == question && m->concerned[k].resident == resident) {
			m->concerned[k] = c;
			return;
		}
	m->concerned[M_MORE(m->concerned, m->concerned_n)] = c;
}

static bool settled(const struct model *m, const struct m_concerned *c)
{
	const struct m_resident *r = &m->residents[c->resident];

	if (r->sign >= c->since || r->ended)
		return true;
	for (int k = r->expectations_n - 1; k >= 0; k--) {
		const struct m_expectation *e = &m->expectations[r->expectations[k]];

		if (e->due == c->due && e->outcome != M_UNDECIDED)
			return true;
	}
	return false;
}

static void ask(struct model *m, int64_t since, int64_t now)
{
	int64_t deaf = 0, until = now - UNDECIDED, last_to = 0, last_from = 0;
	int question = model_question(m, M_BLIND, M_ABOUT_HEARING, -1);
	bool any = false, left = false;

	for (int k = 0; k < m->blind_n; k++)
		if (m->blind[k].to <= now && m->blind[k].to >= last_to) {
			last_to = m->blind[k].to;
			last_from = m->blind[k].from;
		}
	if (since && now - since >= DEAF_TOLD) {
		deaf = since;
		until = now;
	} else if (!since && last_to && now - last_to < SETTLE && last_to - last_from >= DEAF_TOLD) {
		deaf = last_from;
		until = last_to;
	}
	for (int r = 0; r < m->residents_n && !any; r++)
		any = concerns(m, r, deaf, until, now);
	m->checked = now;
	if (question < 0 && !any)
		return;
	if (any) {
		question = model_ask(m, M_BLIND, M_ABOUT_HEARING, -1, "", now);
		for (int r = 0; r < m->residents_n; r++)
			if (concerns(m, r, deaf, until, now))
				list(m, question, r, deaf ? deaf : m->residents[r].counts_from);
	}
	for (int k = 0; k < m->concerned_n; k++)
		if (m->concerned[k].incident == question && !m->concerned[k].settled) {
			m->concerned[k].settled = settled(m, &m->concerned[k]);
			left |= !m->concerned[k].settled;
		}
	if (!since && !left)
		model_answer_itself(m, M_BLIND, M_ABOUT_HEARING, -1, now);
}

void model_turn_hearing(struct model *m, int64_t now)
{
	int64_t since = model_deaf_since(m, now);

	for (int k = 0; k < m->blind_n && !since; k++)
		if (m->blind[k].remind) {
			remind(m, &m->blind[k], now);
			m->blind[k].remind = false;
			break; /* one a turn */
		}
	if (!m->checked)
		m->checked = now;
	if (now - m->checked >= M_MINUTE || now < m->checked)
		ask(m, since, now);
}
