/* model - its memory, and the order of a turn. */
#include "tests/simulation/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *m_more(void *array, int n, size_t size)
{
	if ((n & (n - 1)) == 0) { /* full: 0, 1, 2, 4 … */
		array = realloc(array, (n ? 2 * (size_t)n : 1) * size);
		if (!array)
			abort();
	}
	memset((char *)array + (size_t)n * size, 0, size);
	return array;
}

void model_touch(struct model *m, int resident)
{
	if (resident < 0 || m->is_touched[resident])
		return;
	m->is_touched[resident] = true;
	m->touched[m->touched_n++] = resident;
}

void model_stir(struct model *m, struct m_incident *i)
{
	i->changed = true;
	if (i->touched)
		return;
	i->touched = true;
	m->stirred[M_MORE(m->stirred, m->stirred_n)] = i->number;
}

void model_begin(struct model *m, int64_t now)
{
	m->touched = calloc((size_t)m->residents_n, sizeof(*m->touched));
	m->is_touched = calloc((size_t)m->residents_n, sizeof(*m->is_touched));
	m->last_message = calloc(2 * (size_t)(m->residents_n + m->watchers_n + m->users_n), sizeof(*m->last_message));
	m->hearing = true;
	m->began = now;
	m->heard_until = m->beat = now;
	for (int r = 0; r < m->residents_n; r++) {
		struct m_resident *one = &m->residents[r];
		struct m_window w;

		one->incident = one->expectation = -1;
		if (!calendar_next(&m->plans[one->plan], now, &w))
			continue;
		one->opens = w.opens;
		one->counts_from = w.opens - 3 * M_HOUR;
		one->due = w.due;
		one->deadline = w.deadline;
		one->look = w.deadline > w.due ? M_AT_DUE : M_AT_DEADLINE;
		one->look_at = w.due;
	}
	for (int u = 0; u < m->users_n; u++)
		model_plan_duty(m, u, now);
}

void model_end(struct model *m)
{
	for (int r = 0; r < m->residents_n; r++) {
		struct m_resident *one = &m->residents[r];

		free(one->expectations);
		free(one->pauses);
		free(one->presses);
		free(one->pressed_causes);
		free(one->forgot);
		free(m->links[r]);
	}
	for (int w = 0; w < m->watchers_n; w++)
		free(m->watchers[w].links);
	for (int k = 0; k < m->incidents_n; k++) {
		free(m->incidents[k]->causes);
		free(m->incidents[k]->declined);
		free(m->incidents[k]->tellings);
		free(m->incidents[k]);
	}
	free(m->policies);
	free(m->residents);
	free(m->watchers);
	free(m->users);
	free(m->expectations);
	free(m->incidents);
	free(m->tellings);
	free(m->waiting);
	free(m->open);
	free(m->concerned);
	free(m->blind);
	free(m->last_message);
	free(m->keys);
	free(m->unknown_helps);
	free(m->touched);
	free(m->is_touched);
	free(m->checkins);
	free(m->fresh);
	free(m->stirred);
}

void model_turn(struct model *m, int64_t now)
{
	model_turn_hearing(m, now);
	model_turn_pauses(m, now);
	model_turn_looks(m, now);
	model_turn_duty(m, now);
	model_turn_steps(m, now);
}

static void earlier(int64_t *next, int64_t at)
{
	if (at < *next)
		*next = at;
}

int64_t model_next(const struct model *m, int64_t now)
{
	int64_t next = M_NEVER;

	for (int r = 0; r < m->residents_n; r++) {
		const struct m_resident *one = &m->residents[r];

		if (one->look != M_NO_LOOK && one->look_at > now && m->hearing)
			earlier(&next, one->look_at);
		for (int k = 0; k < one->pauses_n; k++)
			if (one->pauses[k].question)
				earlier(&next, one->pauses[k].question);
		if (one->ends_on && !one->ended)
			earlier(&next, calendar_at(one->ends_on, 0, false));
	}
	for (int u = 0; u < m->users_n; u++)
		if (m->users[u].next_duty)
			earlier(&next, m->users[u].next_duty);
	for (int k = 0; k < m->open_n; k++) {
		const struct m_incident *i = m->incidents[m->open[k]];

		if (!model_waits(m, i, now))
			earlier(&next, i->next_at);
	}
	for (int k = 0; k < m->blind_n; k++) { /* what waits for a gate may go on */
		int64_t to = m->blind[k].to;

		if (to + 4 * M_HOUR < now)
			continue;
		for (int j = 0; j < 3; j++) {
			static const int64_t after[] = { 5 * M_MINUTE, M_HOUR, 3 * M_HOUR };

			if (to + after[j] > now)
				earlier(&next, to + after[j]);
		}
	}
	return next;
}
