/* model_incidents - episodes that need a person, what people do with them, and questions for staff (rules 3). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/simulation/model.h"

#define LEASE      (30 * M_MINUTE)
#define LEASE_HELP (15 * M_MINUTE)
#define LEASE_CALL (15 * M_MINUTE)
#define UNREACHED  (10 * M_MINUTE)
#define FORGOT_IN  (14 * M_DAY)

static const char *const end_words[] = { "safe", "emergency", "false_alarm", "hospital", "away", "facility", "deceased",
	"moved" };

bool m_of_person(enum m_kind kind)
{
	return kind <= M_TALK;
}

static void touch(struct model *m, struct m_incident *i)
{
	model_stir(m, i);
	model_touch(m, i->resident);
}

static struct m_cause *gravest(struct m_incident *i)
{
	struct m_cause *found = NULL;

	for (int k = 0; k < i->causes_n; k++) {
		struct m_cause *c = &i->causes[k];

		if (!c->answered && (!found || c->kind < found->kind || (c->kind == found->kind && c->at > found->at)))
			found = c;
	}
	return found;
}

static void forget_claim(struct m_incident *i)
{
	i->claimant = M_NOBODY;
	i->claimed = i->until = 0;
	i->call = i->nudged = i->asked = false;
	i->renewals = 0;
}

static int64_t nudge_at(const struct m_incident *i)
{
	return i->claimed + (i->until - i->claimed) * 2 / 3;
}

static void plan(struct model *m, struct m_incident *i, int64_t now)
{
	switch (i->state) {
	case M_CLOSED: i->next_at = 0; break;
	case M_OPEN:
		if (m_of_person(i->kind))
			i->next_at = ladder_looks_at(m, i, now);
		break;
	case M_CLAIMED:
		i->next_at = i->nudged || i->asked ? i->until : nudge_at(i);
		if (i->kind == M_HELP && i->call && ladder_looks_at(m, i, now) < i->next_at)
			i->next_at = ladder_looks_at(m, i, now);
		break;
	}
}

/* What follows each change: when to look again; and where a firing reached nobody, the next step at once. */
static void follow(struct model *m, struct m_incident *i, bool looked, int fired_before, int except, int64_t now)
{
	bool everybody = false;

	plan(m, i, now);
	touch(m, i);
	while (i->state != M_CLOSED && m_of_person(i->kind) && !i->reached &&
		(looked || i->fired_round != fired_before) &&
		(ladder_goes_on(i) || (i->kind == M_HELP && !everybody))) {
		looked = false;
		fired_before = i->fired_round;
		if (ladder_goes_on(i)) {
			ladder_fires(m, i, true, except, now);
		} else {
			everybody = true;
			ladder_wakes_users(m, i, now);
		}
		plan(m, i, now);
	}
}

static struct m_incident *open_one(struct model *m, enum m_kind kind, int resident, int64_t ladder_at, int64_t now)
{
	int n = M_MORE(m->incidents, m->incidents_n);
	struct m_incident *i = m->incidents[n] = calloc(1, sizeof(*i));

	if (!i)
		abort();
	i->number = n;
	i->kind = kind;
	i->resident = resident;
	i->district = resident >= 0 ? m->residents[resident].district : -1;
	i->opened = now;
	i->ladder_at = ladder_at;
	i->reached = true;
	i->claimant = M_NOBODY;
	i->outcome = "";
	m->open[M_MORE(m->open, m->open_n)] = n;
	return i;
}

static void copy_ladder(const struct model *m, struct m_incident *i)
{
	const struct m_policy *own = &m->policies[m->residents[i->resident].policy];

	for (int k = 0; k < 4; k++)
		i->ladder.kinds[k] = own->kinds[k].count ? own->kinds[k] : m->policies[0].kinds[k];
}

static void start_ladder(struct model *m, struct m_incident *i, int64_t ladder_at, int except, int64_t now)
{
	i->step = 0;
	i->ladder_at = ladder_at;
	i->fired_at = 0;
	i->reached = true;
	ladder_fires(m, i, false, except, now);
}

static void end(struct model *m, struct m_incident *i, const char *outcome, int64_t now)
{
	int fired = i->fired_round, n = i->number;

	i->state = M_CLOSED;
	i->closed = now;
	i->outcome = outcome;
	i->round++;
	for (int k = 0; k < i->causes_n; k++)
		if (!i->causes[k].answered)
			i->causes[k].answered = now;
	tell_end(m, i, now);
	follow(m, i, false, fired, M_NOBODY, now);
	if (m_of_person(i->kind)) {
		m->residents[i->resident].incident = -1;
		model_revoke(m, i->resident);
	}
	for (int k = 0; k < m->open_n; k++)
		if (m->open[k] == n) {
			memmove(&m->open[k], &m->open[k + 1], (size_t)(m->open_n - k - 1) * sizeof(*m->open));
			m->open_n--;
			break;
		}
}

/* A graver cause, or a missed one of another date: any claim ends, all are asked again, staff too. */
static void restart(struct model *m, struct m_incident *i, enum m_kind kind, int64_t ladder_at, int by, int64_t now)
{
	int former = i->claimant, fired = i->fired_round;

	i->state = M_OPEN;
	i->kind = kind;
	i->with_staff = true;
	i->declined_n = 0;
	free(i->declined);
	i->declined = NULL;
	forget_claim(i);
	tell_drops(m, i, M_NOBODY, M_CLAIM);
	tell_drops(m, i, M_NOBODY, M_COMING);
	if (former != M_NOBODY && former != by) {
		i->round++;
		tell(m, i, M_GRAVER, former, now, false, now);
	}
	start_ladder(m, i, ladder_at, by, now);
	follow(m, i, false, fired, by, now);
}

/* A lesser or equal one: who has it hears, and nothing else changes. */
static void join(struct model *m, struct m_incident *i, int by, int64_t now)
{
	int fired = i->fired_round;

	if (i->state == M_CLAIMED && i->claimant != by) {
		i->round++;
		tell(m, i, M_JOINED, i->claimant, now, false, now);
	}
	follow(m, i, false, fired, by, now);
}

static bool another_date(const struct model *m, const struct m_incident *i, int expectation)
{
	int32_t day = calendar_day(m->expectations[expectation].opens);

	for (int k = 0; k < i->causes_n; k++)
		if (i->causes[k].expectation >= 0 && i->causes[k].expectation != expectation &&
			calendar_day(m->expectations[i->causes[k].expectation].opens) == day)
			return false;
	return true;
}

static void add_cause(struct m_incident *i, struct m_cause cause)
{
	i->causes[M_MORE(i->causes, i->causes_n)] = cause;
}

/* Judged before, by a clock that was set back since: a cause already; but one that was answered is none any more. */
static bool is_cause(struct model *m, int expectation)
{
	for (int k = 0; k < m->incidents_n; k++)
		for (int j = 0; j < m->incidents[k]->causes_n; j++) {
			struct m_cause *c = &m->incidents[k]->causes[j];

			if (expectation < 0 || c->expectation != expectation)
				continue;
			if (m->incidents[k]->state != M_CLOSED && !c->answered)
				return true;
			c->expectation = -1;
		}
	return false;
}

void model_cause(struct model *m, int resident, struct m_cause cause, int64_t ladder_at, int64_t now)
{
	struct m_resident *r = &m->residents[resident];
	struct m_incident *i;
	bool graver;

	if (is_cause(m, cause.expectation))
		return;
	if (r->incident < 0) {
		i = open_one(m, cause.kind, resident, ladder_at, now);
		r->incident = i->number;
		copy_ladder(m, i);
		start_ladder(m, i, ladder_at, M_NOBODY, now);
		follow(m, i, false, 0, M_NOBODY, now);
		add_cause(i, cause);
		return;
	}
	i = m->incidents[r->incident];
	graver = cause.kind < i->kind || !gravest(i) ||
		 (cause.kind == M_MISSED && i->kind == M_MISSED && another_date(m, i, cause.expectation));
	add_cause(i, cause);
	if (graver)
		restart(m, i, cause.kind, ladder_at, M_NOBODY, now);
	else
		join(m, i, M_NOBODY, now);
}

/* When the gravest is answered and a lesser left: that kind, from its first step; who goes keeps on. */
static void step_down(struct model *m, struct m_incident *i, enum m_kind kind, bool going, int64_t now)
{
	enum m_kind answered = i->kind;
	int fired = i->fired_round;

	i->kind = kind;
	i->state = going ? M_CLAIMED : M_OPEN;
	i->round++;
	tell_drops_all(m, i);
	if (!going)
		forget_claim(i);
	tell_end_of_kind(m, i, answered, now);
	i->step = 0;
	i->ladder_at = now;
	if (!going) {
		i->reached = true;
		ladder_fires(m, i, false, M_NOBODY, now);
	}
	follow(m, i, false, fired, M_NOBODY, now);
}

void model_checked_in(struct model *m, int resident, int64_t at, int64_t now)
{
	struct m_incident *i;
	struct m_cause *left;
	bool any = false, going;

	if (m->residents[resident].incident < 0)
		return;
	i = m->incidents[m->residents[resident].incident];
	for (int k = 0; k < i->causes_n; k++)
		if (i->causes[k].kind == M_MISSED && !i->causes[k].answered && i->causes[k].counts_from <= at) {
			i->causes[k].answered = now;
			any = true;
		}
	if (!any)
		return;
	touch(m, i);
	going = i->state == M_CLAIMED && M_SORT(i->claimant) == M_IS_WATCHER && !i->call;
	left = gravest(i);
	if (!left && going) {
		int fired = i->fired_round;

		i->asked = true;
		i->round++;
		tell(m, i, M_ASKED, i->claimant, now, false, now);
		follow(m, i, false, fired, M_NOBODY, now);
	} else if (!left) {
		end(m, i, "checked_in", now);
	} else if (left->kind != i->kind) {
		step_down(m, i, left->kind, going, now);
	}
}

/* Questions for staff. */

int model_question(const struct model *m, enum m_kind kind, int subject, int resident)
{
	for (int k = 0; k < m->open_n; k++) {
		const struct m_incident *i = m->incidents[m->open[k]];

		if (i->kind == kind && i->subject == subject && i->resident == resident)
			return m->open[k];
	}
	return -1;
}

static void look(struct model *m, struct m_incident *i, int64_t now)
{
	int fired = i->fired_round;

	if (!m_of_person(i->kind))
		ladder_asks_staff(m, i, now);
	else if (!ladder_fires(m, i, false, M_NOBODY, now) && i->reached && i->fired_at)
		i->reached = tell_reached(m, i, now - UNREACHED);
	follow(m, i, true, fired, M_NOBODY, now);
}

int model_ask(struct model *m, enum m_kind kind, int subject, int resident, const char *detail, int64_t now)
{
	int n = model_question(m, kind, subject, resident);
	struct m_incident *i;

	if (n >= 0) {
		i = m->incidents[n];
		if (strcmp(i->detail, detail) == 0)
			return n;
		snprintf(i->detail, sizeof(i->detail), "%s", detail);
		if (i->state == M_OPEN)
			look(m, i, now);
		else
			join(m, i, M_NOBODY, now);
		return n;
	}
	i = open_one(m, kind, resident, now, now);
	n = i->number;
	i->subject = subject;
	if (subject == M_ABOUT_FORGETTING)
		m->residents[resident].forgot_asked = now;
	snprintf(i->detail, sizeof(i->detail), "%s", detail);
	ladder_asks_staff(m, i, now);
	follow(m, i, false, 0, M_NOBODY, now);
	return n;
}

void model_answer_itself(struct model *m, enum m_kind kind, int subject, int resident, int64_t now)
{
	int n = model_question(m, kind, subject, resident);

	if (n >= 0)
		end(m, m->incidents[n], "answered", now);
}

/* People. */

/* Open again: what is overdue fires together, once; those told that somebody goes hear that nobody does. */
static void open_again(struct model *m, struct m_incident *i, int actor, bool at_once, bool staff_know, int64_t now)
{
	bool claimed = i->claimant != M_NOBODY, fired;
	int former = claimed ? i->claimant : actor;

	i->state = M_OPEN;
	forget_claim(i);
	tell_drops(m, i, M_NOBODY, M_CLAIM);
	tell_drops(m, i, M_NOBODY, M_COMING);
	if (!m_of_person(i->kind)) {
		ladder_asks_staff(m, i, now);
		return;
	}
	fired = ladder_fires(m, i, at_once, former, now);
	if (!fired)
		i->round++;
	if (claimed)
		tell_told(m, i, M_RELEASED, former, !staff_know, !fired, now);
}

static void lease_up(struct model *m, struct m_incident *i, int64_t now)
{
	int fired = i->fired_round;

	i->round++;
	tell(m, i, M_LAPSED, i->claimant, now, false, now);
	tell_staff(m, i, M_LAPSED, i->claimant, now);
	open_again(m, i, M_NOBODY, false, true, now);
	follow(m, i, false, fired, M_NOBODY, now);
}

static void lost(struct model *m, struct m_incident *i, int64_t now)
{
	int fired = i->fired_round;

	i->round++;
	tell(m, i, M_LOST, i->claimant, now, false, now);
	tell_staff(m, i, M_LOST, i->claimant, now);
	open_again(m, i, M_NOBODY, false, true, now);
	follow(m, i, false, fired, M_NOBODY, now);
}

void model_lose_claims(struct model *m, int resident, int64_t now)
{
	for (int w = 0; w < m->watchers_n; w++) {
		if (m->watchers[w].resident != resident)
			continue;
		for (int k = 0; k < m->incidents_n; k++) {
			struct m_incident *i = m->incidents[k];

			if (i->state != M_CLAIMED || i->claimant != M_WATCHER(w))
				continue;
			if (i->asked)
				end(m, i, "checked_in", now);
			else
				lost(m, i, now);
		}
	}
}

static void release(struct model *m, struct m_incident *i, int person, int64_t now)
{
	int fired = i->fired_round;

	if (i->asked) {
		end(m, i, "checked_in", now);
		return;
	}
	open_again(m, i, person, !ladder_goes_on(i), false, now);
	follow(m, i, false, fired, person, now);
}

/* Whether they look in on this resident, or are staff; *call: only by telephone. */
static bool may_act(const struct model *m, const struct m_incident *i, int person, bool *call)
{
	enum m_can can;

	*call = false;
	if (M_SORT(person) == M_IS_USER)
		return !m->users[M_INDEX(person)].coordinator || model_covers(&m->users[M_INDEX(person)], i->district);
	if (!m_of_person(i->kind) || !model_in_circle(m, i->resident, M_INDEX(person), &can) || can == M_KNOWS)
		return false;
	*call = can == M_CALLS;
	return true;
}

static int64_t lease_end(const struct model *m, const struct m_incident *i)
{
	int64_t until = i->claimed + (i->call ? LEASE_CALL : i->kind == M_HELP ? LEASE_HELP : LEASE);

	if (M_SORT(i->claimant) == M_IS_USER)
		return model_duty_until(m, M_INDEX(i->claimant), i->claimed, until);
	return until;
}

static void take(struct model *m, struct m_incident *i, int person, bool call, int64_t now)
{
	bool named = M_SORT(person) == M_IS_WATCHER && m->watchers[M_INDEX(person)].named;

	forget_claim(i);
	i->state = M_CLAIMED;
	i->claimant = person;
	i->claimed = now;
	i->call = call;
	i->until = lease_end(m, i);
	i->round++;
	tell_drops(m, i, person, M_ALERT);
	if (i->kind != M_HELP)
		tell_holds(m, i);
	tell_told(m, i, M_CLAIM, person, true, true, now);
	if (i->kind == M_HELP)
		tell_staff(m, i, M_CLAIM, person, now);
	if (named && !call && i->resident >= 0)
		tell(m, i, M_COMING, M_RESIDENT(i->resident), now, false, now);
}

enum m_answer model_claim(struct model *m, int incident, int person, int64_t now)
{
	struct m_incident *i = m->incidents[incident];
	int fired = i->fired_round;
	bool call;

	if (i->state == M_CLOSED)
		return M_NO_CLOSED;
	if (!may_act(m, i, person, &call))
		return M_NO;
	if (i->state == M_OPEN) {
		take(m, i, person, call, now);
	} else if (i->claimant == person) {
		if (i->call || i->asked || i->renewals >= 2)
			return M_NO;
		i->renewals++;
		i->nudged = false;
		i->claimed = now;
		i->until = lease_end(m, i);
		i->round++;
		tell_staff(m, i, M_RENEWED, person, now);
	} else if (i->call && !call) {
		i->round++;
		tell(m, i, M_REPLACED, i->claimant, now, false, now);
		take(m, i, person, call, now);
	} else {
		return M_NO;
	}
	follow(m, i, false, fired, person, now);
	return M_DONE;
}

enum m_answer model_release(struct model *m, int incident, int person, int64_t now)
{
	struct m_incident *i = m->incidents[incident];
	bool call;

	if (i->state == M_CLOSED)
		return M_NO_CLOSED;
	if (!may_act(m, i, person, &call) || i->state != M_CLAIMED ||
		(i->claimant != person && M_SORT(person) != M_IS_USER))
		return M_NO;
	release(m, i, person, now);
	return M_DONE;
}

enum m_answer model_decline(struct model *m, int incident, int person, int64_t now)
{
	struct m_incident *i = m->incidents[incident];
	int fired = i->fired_round;
	bool call;

	if (i->state == M_CLOSED)
		return M_NO_CLOSED;
	if (!may_act(m, i, person, &call))
		return M_NO;
	if (tell_declined(i, person))
		return M_DONE;
	i->declined[M_MORE(i->declined, i->declined_n)] = person;
	tell_drops(m, i, person, M_ALERT);
	if (i->state == M_CLAIMED && i->claimant == person) {
		release(m, i, person, now);
		return M_DONE;
	}
	if (i->state == M_OPEN && tell_all_declined(m, i)) {
		if (m_of_person(i->kind))
			ladder_fires(m, i, true, person, now);
		else
			ladder_asks_staff(m, i, now);
	}
	follow(m, i, false, fired, person, now);
	return M_DONE;
}

static bool in_person(enum m_how how)
{
	return how == M_FACE || how == M_PHONE || how == M_VOICE;
}

static void close_one(struct model *m, struct m_incident *i, const struct m_closing *c, int64_t now)
{
	int resident = i->resident;
	struct m_resident *r = &m->residents[resident];
	bool was_ended = r->ended != 0;

	end(m, i, end_words[c->end], now);
	if (!was_ended) {
		if (c->end == M_HOSPITAL || c->end == M_AWAY)
			model_pause(m, resident, 0, c->until_days, now);
		if (c->end == M_FACILITY || c->end == M_DECEASED || c->end == M_MOVED)
			model_end_service(m, resident, c->end != M_MOVED, now);
	}
	if (in_person(c->how) && c->end <= M_AWAY)
		model_met(m, resident, now, now);
	if (c->forgot) {
		int count = 0;

		r->forgot[M_MORE(r->forgot, r->forgot_n)] = now;
		for (int k = 0; k < r->forgot_n; k++)
			count += r->forgot[k] > now - FORGOT_IN && r->forgot[k] > r->forgot_asked;
		if (count >= 3)
			model_ask(m, M_DEVICE, M_ABOUT_FORGETTING, resident, "forgot", now);
	}
}

enum m_answer model_report(struct model *m, int incident, int person, enum m_report report, enum m_how how, int64_t now)
{
	struct m_incident *i = m->incidents[incident];
	struct m_closing fine = { .person = person, .end = M_SAFE, .how = report == M_SEEN ? M_FACE : how };
	struct m_cause help = { .kind = M_HELP, .expectation = -1, .at = now };
	int fired = i->fired_round;
	bool call;

	if (i->state == M_CLOSED)
		return M_NO_CLOSED;
	if (!may_act(m, i, person, &call) || !m_of_person(i->kind))
		return M_NO;
	switch (report) {
	case M_HEARD:
		if (how != M_PHONE && how != M_VOICE)
			return M_NO;
		/* fall through */
	case M_SEEN: close_one(m, i, &fine, now); break;
	case M_NOBODY_ANSWERED:
		i->round++;
		tell_staff(m, i, M_NO_ANSWER, person, now);
		if (i->state == M_CLAIMED && i->claimant != person)
			tell(m, i, M_NO_ANSWER, i->claimant, now, false, now);
		else
			open_again(m, i, person, true, true, now);
		follow(m, i, false, fired, person, now);
		break;
	case M_HELP_IS_NEEDED:
		add_cause(i, help);
		if (i->kind == M_HELP)
			join(m, i, person, now);
		else
			restart(m, i, M_HELP, now, person, now);
		i->round++;
		tell_staff(m, i, M_NEEDS_HELP, person, now);
		touch(m, i);
		break;
	}
	return M_DONE;
}

enum m_answer model_close(struct model *m, int incident, const struct m_closing *c, int64_t now)
{
	struct m_incident *i = m->incidents[incident];
	bool call;

	if (i->state == M_CLOSED)
		return M_NO_CLOSED;
	if (!may_act(m, i, c->person, &call) || !m_of_person(i->kind) || (c->forgot && c->end != M_SAFE) ||
		((c->end == M_HOSPITAL || c->end == M_AWAY) &&
			(c->until_days < 0 || (!m->residents[i->resident].ended && c->until_days >= 90))))
		return M_NO;
	close_one(m, i, c, now);
	return M_DONE;
}

enum m_answer model_close_question(struct model *m, int incident, int person, int64_t now)
{
	struct m_incident *i = m->incidents[incident];
	bool call;

	if (i->state == M_CLOSED)
		return M_NO_CLOSED;
	if (!may_act(m, i, person, &call) || m_of_person(i->kind))
		return M_NO;
	if (i->kind == M_BLIND && m->users[M_INDEX(person)].coordinator)
		for (int k = 0; k < m->concerned_n; k++)
			if (m->concerned[k].incident == incident && !m->concerned[k].settled &&
				!model_covers(
					&m->users[M_INDEX(person)], m->residents[m->concerned[k].resident].district))
				return M_NO;
	end(m, i, "answered", now);
	return M_DONE;
}

/* Time. */

bool model_waits(const struct model *m, const struct m_incident *i, int64_t now)
{
	if (i->state == M_CLOSED || !i->next_at)
		return true;
	if (!m_of_person(i->kind) || i->kind == M_HELP)
		return false;
	return model_deaf_since(m, now) || (i->kind == M_MISSED && !model_may_judge(m, i->ladder_at, now));
}

static void tick(struct model *m, struct m_incident *i, int64_t now)
{
	if (i->state == M_CLAIMED) {
		if (now >= i->until) {
			if (i->asked)
				end(m, i, "checked_in", now);
			else
				lease_up(m, i, now);
			return;
		}
		if (!i->nudged && !i->asked && now >= nudge_at(i)) {
			int fired = i->fired_round;

			i->nudged = true;
			i->round++;
			tell(m, i, M_NUDGE, i->claimant, now, false, now);
			follow(m, i, false, fired, M_NOBODY, now);
			return;
		}
		if (i->kind != M_HELP || !i->call)
			return;
	}
	look(m, i, now);
}

struct due {
	int incident;
	int64_t at;
};

static int by_time(const void *a, const void *b)
{
	const struct due *x = a, *y = b;

	return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->incident - y->incident;
}

void model_turn_steps(struct model *m, int64_t now)
{
	struct due *list = malloc((size_t)(m->open_n + 1) * sizeof(*list));
	size_t n = 0;

	for (int k = 0; k < m->open_n; k++) {
		struct m_incident *i = m->incidents[m->open[k]];

		if (i->next_at <= now && !model_waits(m, i, now))
			list[n++] = (struct due){ m->open[k], i->next_at };
	}
	if (n > 1)
		qsort(list, n, sizeof(*list), by_time);
	for (size_t k = 0; k < n && k < M_STEPS_A_TURN; k++) {
		struct m_incident *i = m->incidents[list[k].incident];

		if (i->state != M_CLOSED && i->next_at && i->next_at <= now)
			tick(m, i, now);
	}
	free(list);
}

/* Whoever's duty begins is told all that is open, but questions that tell staff in this very turn. */
void model_turn_duty(struct model *m, int64_t now)
{
	for (;;) {
		struct m_user *user;
		int u = -1;

		for (int k = 0; k < m->users_n; k++)
			if (m->users[k].next_duty && m->users[k].next_duty <= now &&
				(u < 0 || m->users[k].next_duty < m->users[u].next_duty))
				u = k;
		if (u < 0)
			return;
		user = &m->users[u];
		for (int k = 0; model_on_duty(m, u, now) && k < m->open_n; k++) {
			struct m_incident *i = m->incidents[m->open[k]];

			if (!model_covers(user, i->district) ||
				(!m_of_person(i->kind) && i->next_at && i->next_at <= now))
				continue;
			i->round++;
			if (tell(m, i, M_DUTY, M_USER(u), now, false, now))
				touch(m, i);
			else
				i->round--;
		}
		model_plan_duty(m, u, now);
	}
}

/* The clock was set back: nothing waits for a time that was never near; what has closed keeps its time. */
void model_cut_incidents(struct model *m, int64_t now)
{
	for (int k = 0; k < m->open_n; k++) {
		struct m_incident *i = m->incidents[m->open[k]];
		int64_t lease = i->until - i->claimed;

		if (i->ladder_at <= now && i->fired_at <= now && i->claimed <= now)
			continue;
		if (i->state == M_OPEN || (i->kind == M_HELP && i->call))
			i->next_at = now;
		else if (i->claimed > now)
			i->next_at = now + (i->nudged || i->asked ? lease : lease * 2 / 3);
		if (i->claimed > now) {
			i->claimed = now;
			i->until = now + lease;
		}
		if (i->ladder_at > now)
			i->ladder_at = now;
		if (i->fired_at > now)
			i->fired_at = now;
		touch(m, i);
	}
}
