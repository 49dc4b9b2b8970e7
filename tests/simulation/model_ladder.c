/* model_ladder - after how long who is told; who is on duty, within hours, able to go (rule 4). */
#include "tests/simulation/model.h"

#define REPEAT      M_HOUR
#define REPEAT_HELP (5 * M_MINUTE)
#define UNREACHED   (10 * M_MINUTE)
#define QUESTION    M_HOUR
#define USERS       64

/* Staff. */

bool model_away(int32_t from, int32_t to, int64_t now)
{
	int32_t today = calendar_day(now);

	return (from || to) && (!from || today >= from) && (!to || today <= to);
}

bool model_covers(const struct m_user *u, int district)
{
	return !u->districts || district < 0 || (u->districts >> district & 1);
}

bool model_on_duty(const struct model *m, int user, int64_t now)
{
	const struct m_user *u = &m->users[user];

	return !model_away(u->away_from, u->away_to, now) && calendar_covers(&m->plans[u->duty], now);
}

int64_t model_duty_until(const struct model *m, int user, int64_t now, int64_t latest)
{
	const struct m_user *u = &m->users[user];
	int64_t away;

	if (!model_on_duty(m, user, now))
		return latest;
	latest = calendar_covered_until(&m->plans[u->duty], now, latest);
	if (!u->away_from)
		return latest;
	away = calendar_at(u->away_from, 0, false);
	return away > now && away < latest ? away : latest;
}

int model_staff(const struct model *m, int district, int64_t now, int *users)
{
	int n = 0;

	for (int u = 0; u < m->users_n; u++)
		if (m->users[u].channels && model_covers(&m->users[u], district) && model_on_duty(m, u, now))
			users[n++] = u;
	return n;
}

static int64_t next_begin(const struct model *m, int user, int64_t after)
{
	const struct m_user *u = &m->users[user];

	for (int tries = 0; tries < 400; tries++) {
		after = calendar_next_begin(&m->plans[u->duty], after);
		if (after == M_NEVER || !model_away(u->away_from, u->away_to, after))
			return after;
	}
	return M_NEVER;
}

void model_plan_duty(struct model *m, int user, int64_t now)
{
	int64_t at = m->users[user].channels ? next_begin(m, user, now) : M_NEVER;

	m->users[user].next_duty = at == M_NEVER ? 0 : at;
}

static int64_t next_duty(const struct model *m, int district, int64_t now)
{
	int64_t next = M_NEVER;

	for (int u = 0; u < m->users_n; u++) {
		int64_t at;

		if (!m->users[u].channels || !model_covers(&m->users[u], district))
			continue;
		if (model_on_duty(m, u, now))
			return now;
		at = next_begin(m, u, now);
		next = at < next ? at : next;
	}
	return next;
}

/* Watchers. */

bool model_in_circle(const struct model *m, int resident, int watcher, enum m_can *can)
{
	if (!m->residents[resident].consents)
		return false;
	for (const struct m_link *l = m->links[resident]; l->watcher >= 0; l++)
		if (l->watcher == watcher) {
			*can = l->can;
			return true;
		}
	return false;
}

static bool may_be_asked(const struct model *m, const struct m_link *l, int64_t now)
{
	const struct m_watcher *w = &m->watchers[l->watcher];

	return l->can != M_KNOWS && w->channels && !model_away(w->away_from, w->away_to, now);
}

/* Missed, asking for help, paused, not heard of, or gone themselves. */
static bool indisposed(const struct model *m, const struct m_watcher *w, int64_t now)
{
	const struct m_resident *r;

	if (w->resident < 0)
		return false;
	r = &m->residents[w->resident];
	if (r->ended && r->ended_ill)
		return true;
	if (r->incident >= 0 && m->incidents[r->incident]->kind <= M_MISSED)
		return true;
	if (model_paused(m, w->resident, now))
		return true;
	if (r->look == M_NO_LOOK || r->pressed >= r->counts_from)
		return false;
	return now >= r->deadline || (now >= r->due && model_deaf_since(m, now));
}

static bool anybody_sleeps(const struct model *m, const struct m_incident *i, int64_t at)
{
	if (!m->residents[i->resident].consents)
		return false;
	for (const struct m_link *l = m->links[i->resident]; l->watcher >= 0; l++)
		if (may_be_asked(m, l, at) && l->can == M_GOES &&
			!calendar_covers(&m->plans[m->watchers[l->watcher].hours], at))
			return true;
	return false;
}

/* When help that nobody has claimed wakes all who can go. */
static int64_t wakes_at(const struct model *m, const struct m_incident *i)
{
	int64_t at = i->ladder_at + REPEAT_HELP;

	return i->kind == M_HELP && i->fired_at < at && anybody_sleeps(m, i, at) ? at : M_NEVER;
}

/* Firing. */

struct firing {
	struct model *m;
	struct m_incident *i;
	int except;
	int64_t now;
	bool any_hour, only_who_go;
	int told, put_off;
	int64_t put_off_to;
};

static void ask_watcher(struct firing *f, const struct m_link *l)
{
	const struct m_watcher *w = &f->m->watchers[l->watcher];
	const struct m_plan *hours = &f->m->plans[w->hours];
	int person = M_WATCHER(l->watcher);
	int64_t from;

	if (!may_be_asked(f->m, l, f->now) || person == f->except || (f->only_who_go && l->can == M_CALLS) ||
		tell_declined(f->i, person) || indisposed(f->m, w, f->now))
		return;
	if ((f->any_hour && l->can == M_GOES) || calendar_covers(hours, f->now) || (f->i->kind == M_HELP && w->night)) {
		tell_drops(f->m, f->i, person, M_ALERT);
		f->told += tell(f->m, f->i, M_ALERT, person, f->now, false, f->now);
		return;
	}
	from = calendar_next_start(hours, f->now);
	if (f->only_who_go || from == M_NEVER)
		return;
	tell_drops(f->m, f->i, person, M_ALERT);
	if (tell(f->m, f->i, M_ALERT, person, from, true, f->now)) {
		f->put_off++;
		if (!f->put_off_to || from < f->put_off_to)
			f->put_off_to = from;
	}
}

static void ask_staff(struct firing *f, enum m_what what)
{
	int users[USERS], n = model_staff(f->m, f->i->district, f->now, users);

	for (int k = 0; k < n; k++)
		if (M_USER(users[k]) != f->except && !tell_declined(f->i, M_USER(users[k])))
			f->told += tell(f->m, f->i, what, M_USER(users[k]), f->now, false, f->now);
}

static void fire(struct firing *f, unsigned whom)
{
	struct m_incident *i = f->i;

	i->fired_round = ++i->round;
	i->fired_at = f->now;
	if (whom & M_TO_RESIDENT)
		tell(f->m, i, M_ALERT, M_RESIDENT(i->resident), f->now, false, f->now);
	if (f->m->residents[i->resident].consents)
		for (const struct m_link *l = f->m->links[i->resident]; l->watcher >= 0; l++)
			if (whom & (unsigned)M_TO_TIER1 << (l->tier - 1))
				ask_watcher(f, l);
	if (whom & M_TO_STAFF)
		ask_staff(f, M_ALERT);
	if ((!f->told || i->kind == M_HELP) && f->put_off && !(whom & M_TO_STAFF)) {
		ask_staff(f, M_ALERT);
		if (f->told && i->kind != M_HELP)
			i->ladder_at += f->put_off_to - f->now; /* the clock stands still until then */
	}
	i->reached = whom == M_TO_RESIDENT || (f->told && tell_reached(f->m, i, f->now - UNREACHED));
}

static bool nobody_reachable(const struct model *m, const struct m_incident *i, int64_t now)
{
	if (!m->residents[i->resident].consents)
		return true;
	for (const struct m_link *l = m->links[i->resident]; l->watcher >= 0; l++)
		if (may_be_asked(m, l, now))
			return false;
	return true;
}

bool ladder_fires(struct model *m, struct m_incident *i, bool at_once, int except, int64_t now)
{
	const struct m_policy *p = &i->ladder;
	int n = p->kinds[i->kind].count, first = i->step;
	struct firing f = { .m = m, .i = i, .except = except, .now = now };
	bool wakes = wakes_at(m, i) <= now, tiers = false;
	unsigned whom = 0;

	for (int k = 0; k < n; k++)
		tiers |= (p->kinds[i->kind].steps[k].tell & M_TO_TIERS) != 0;
	for (; i->step < n; i->step++) {
		if (i->ladder_at + p->kinds[i->kind].steps[i->step].after * M_MINUTE > now &&
			!(at_once && i->step == first))
			break;
		whom |= p->kinds[i->kind].steps[i->step].tell;
	}
	if (whom) {
		if (i->with_staff || (first == 0 && tiers && nobody_reachable(m, i, now)))
			whom |= M_TO_STAFF;
		f.any_hour = wakes;
		fire(&f, wakes ? whom | M_TO_TIERS | M_TO_STAFF : whom);
		return true;
	}
	if (!wakes && (first < n || (!at_once && now < i->fired_at + (i->kind == M_HELP ? REPEAT_HELP : REPEAT))))
		return false;
	f.only_who_go = true;
	f.any_hour = i->kind == M_HELP;
	fire(&f, M_TO_TIERS | M_TO_STAFF);
	return true;
}

bool ladder_goes_on(const struct m_incident *i)
{
	return m_of_person(i->kind) && i->step < i->ladder.kinds[i->kind].count;
}

/* Help that reached nobody: every user with a channel, on duty or not. */
void ladder_wakes_users(struct model *m, struct m_incident *i, int64_t now)
{
	int told = 0;

	i->fired_round = ++i->round;
	i->fired_at = now;
	for (int u = 0; u < m->users_n; u++)
		told += tell(m, i, M_ALERT, M_USER(u), now, false, now);
	i->reached = told > 0 && tell_reached(m, i, now - UNREACHED);
}

int64_t ladder_looks_at(const struct model *m, const struct m_incident *i, int64_t now)
{
	int n = i->ladder.kinds[i->kind].count;
	int64_t at = i->step < n ? i->ladder_at + i->ladder.kinds[i->kind].steps[i->step].after * M_MINUTE
				 : i->fired_at + (i->kind == M_HELP ? REPEAT_HELP : REPEAT);
	int64_t wake = wakes_at(m, i), see = i->fired_at + UNREACHED;

	if (wake < at)
		at = wake;
	if (i->fired_at && i->reached && i->step > 0 && i->step <= n && !tell_taken(m, i) &&
		i->ladder.kinds[i->kind].steps[i->step - 1].tell != M_TO_RESIDENT) {
		if (!tell_reached(m, i, now - UNREACHED))
			at = now;
		else if (see > now && see < at)
			at = see;
	}
	return at;
}

/* A question: staff on duty at once and each hour of duty; outside it waits, and that is no "nobody". */
void ladder_asks_staff(struct model *m, struct m_incident *i, int64_t now)
{
	struct firing f = { .m = m, .i = i, .except = M_NOBODY, .now = now };

	i->fired_round = ++i->round;
	i->fired_at = now;
	i->reached = true;
	ask_staff(&f, M_QUESTION);
	i->next_at = next_duty(m, i->district, f.told ? now + QUESTION : now);
	if (i->next_at <= now)
		i->next_at = now + QUESTION;
	if (i->next_at == M_NEVER)
		i->next_at = now + M_DAY;
}
