/* draw - see there. */
#include "tests/simulation/draw.h"

#include <stdlib.h>
#include <string.h>

#define RASTER (20 * M_MINUTE) /* presses arrive in batches */

void draw_begin(struct draw *d, const struct world *w, uint64_t seed)
{
	*d = (struct draw){ .dice = { seed }, .w = w };
	d->absent_until = calloc((size_t)w->m.residents_n, sizeof(*d->absent_until));
}

void draw_end(struct draw *d)
{
	free(d->queue);
	free(d->order);
	free(d->absent_until);
}

/* The heap. */

static bool before(const struct draw *d, int a, int b)
{
	if (d->queue[a].at != d->queue[b].at)
		return d->queue[a].at < d->queue[b].at;
	return d->order[a] < d->order[b];
}

static void swap(struct draw *d, int a, int b)
{
	struct act act = d->queue[a];
	int64_t order = d->order[a];

	d->queue[a] = d->queue[b];
	d->order[a] = d->order[b];
	d->queue[b] = act;
	d->order[b] = order;
}

static void add(struct draw *d, struct act a)
{
	int k = d->queue_n++;

	if (k == d->room) {
		d->room = d->room ? 2 * d->room : 1024;
		d->queue = realloc(d->queue, (size_t)d->room * sizeof(*d->queue));
		d->order = realloc(d->order, (size_t)d->room * sizeof(*d->order));
		if (!d->queue || !d->order)
			abort();
	}
	d->queue[k] = a;
	d->order[k] = d->drawn++;
	for (; k && before(d, k, (k - 1) / 2); k = (k - 1) / 2)
		swap(d, k, (k - 1) / 2);
}

int64_t draw_next_at(const struct draw *d)
{
	return d->queue_n ? d->queue[0].at : M_NEVER;
}

bool draw_next(struct draw *d, int64_t until, struct act *a)
{
	int k = 0;

	if (!d->queue_n || d->queue[0].at > until)
		return false;
	*a = d->queue[0];
	swap(d, 0, --d->queue_n);
	for (;;) {
		int least = k;

		for (int child = 2 * k + 1; child <= 2 * k + 2; child++)
			if (child < d->queue_n && before(d, child, least))
				least = child;
		if (least == k)
			return true;
		swap(d, k, least);
		k = least;
	}
}

/* Dice. */

static bool chance(struct draw *d, double p)
{
	return dice_chance(&d->dice, p);
}

static int below(struct draw *d, int n)
{
	return dice_below(&d->dice, n);
}

static int64_t between(struct draw *d, int64_t least, int64_t most)
{
	return most > least ? least + (int64_t)(dice_roll(&d->dice) % (uint64_t)(most - least)) : least;
}

/* How long something lasts: mostly short, now and then for days. */
static int64_t lasting(struct draw *d)
{
	switch (below(d, 10)) {
	case 0:
	case 1: return between(d, 2 * M_SECOND, 15 * M_SECOND);
	case 2:
	case 3: return between(d, 16 * M_SECOND, 100 * M_SECOND);
	case 4:
	case 5: return between(d, 2 * M_MINUTE, 10 * M_MINUTE);
	case 6:
	case 7: return between(d, 10 * M_MINUTE, M_HOUR);
	case 8: return between(d, M_HOUR, 5 * M_HOUR);
	default: return chance(d, 0.7) ? between(d, 5 * M_HOUR, 14 * M_HOUR) : between(d, M_DAY, 60 * M_HOUR);
	}
}

#define ADD(d, when, what, ...) add(d, (struct act){ .at = (when), .kind = (what), .n = { __VA_ARGS__ } })

/* Presses. */

static int64_t rastered(int64_t at)
{
	return at - at % RASTER + RASTER;
}

/* pressed at an instant, heard at another; how the button says when: by its clock, by an age, or not at all. */
static void press(struct draw *d, int r, enum m_press kind, int64_t pressed, int64_t heard, int says)
{
	int64_t at = says == 0 ? pressed : -1, age = says == 1 ? heard - pressed : -1;

	ADD(d, heard, ACT_PRESS, r, kind, ++d->press, at, age, 0);
}

static void press_oddly(struct draw *d, int r, enum m_press kind, int64_t at)
{
	int64_t heard = rastered(at);

	switch (below(d, 8)) {
	case 0: /* the same again: our answer was lost */
		press(d, r, kind, at, heard, below(d, 3));
		for (int k = below(d, 3); k >= 0; k--) {
			struct act again = { .at = heard + between(d, 1, M_HOUR), .kind = ACT_PRESS };

			again.n[0] = r;
			again.n[1] = kind;
			again.n[2] = d->press;
			again.n[3] = chance(d, 0.5) ? at : -1;
			again.n[4] = -1;
			add(d, again);
		}
		break;
	case 1: /* pressed twice within seconds */
		press(d, r, kind, at, heard, 0);
		press(d, r, kind, at + between(d, 0, 12 * M_SECOND), heard, 0);
		break;
	case 2: /* kept by the button for long */
		press(d, r, kind, at, heard + between(d, M_HOUR, 60 * M_HOUR), below(d, 3));
		break;
	case 3: /* the broker had stored it */ ADD(d, heard, ACT_PRESS, r, kind, ++d->press, at, -1, 1); break;
	case 4: /* a clock that is wrong */
		ADD(d, heard, ACT_PRESS, r, kind, ++d->press,
			chance(d, 0.3)   ? between(d, 0, M_DAY)
			: chance(d, 0.5) ? heard + between(d, 0, 4 * M_MINUTE)
					 : heard - between(d, 0, 30 * M_DAY),
			chance(d, 0.3) ? between(d, 0, 3 * M_HOUR) : -1, 0);
		break;
	case 5: /* the same id for something else */
		press(d, r, kind, at, heard, 2);
		ADD(d, heard + between(d, 0, M_HOUR), ACT_PRESS, r, below(d, 5), d->press, -1, -1, 0);
		break;
	case 6: press(d, r, kind, at, heard, 1); break;
	default: /* twice */
		press(d, r, kind, at, heard, 2);
		press(d, r, kind, at, heard + between(d, M_MINUTE, 5 * M_HOUR), 2);
		break;
	}
}

static void press_for_window(struct draw *d, int r, const struct m_window *w)
{
	double roll = (double)below(d, 1000) / 10;
	int64_t at;

	if (roll < 92.5)
		at = between(d, w->opens, w->due - RASTER);
	else if (roll < 94)
		at = between(d, w->opens - 4 * M_HOUR, w->opens);
	else if (roll < 96)
		at = between(d, w->due, w->deadline + M_SECOND);
	else if (roll < 97)
		at = between(d, w->deadline, w->deadline + 5 * M_HOUR);
	else if (roll < 97.5)
		return;
	else {
		press_oddly(d, r, M_PRESS_OK, between(d, w->opens, w->due));
		return;
	}
	press(d, r, M_PRESS_OK, at, rastered(at), chance(d, 0.6) ? 0 : 2);
}

static void draw_presses(struct draw *d, int r, int64_t day)
{
	const struct model *m = &d->w->m;
	const struct m_resident *one = &m->residents[r];
	struct m_window w;
	int64_t from = day;
	bool silent = d->absent_until[r] > day || model_paused(m, r, day + M_DAY / 2);

	if (chance(d, 0.0008))
		d->absent_until[r] = day + between(d, M_DAY, 4 * M_DAY);
	while (calendar_next(&m->plans[one->plan], from, &w) && w.opens < day + M_DAY) {
		if (!silent)
			press_for_window(d, r, &w);
		from = w.opens + 1;
	}
	if (silent && chance(d, 0.04))
		press(d, r, M_PRESS_OK, day + M_DAY / 3, rastered(day + M_DAY / 3), 2);
	for (enum m_press kind = M_PRESS_UNWELL; kind <= M_PRESS_HELP; kind++)
		if (chance(d, 0.0008)) {
			int64_t at = day + between(d, 0, M_DAY);

			if (chance(d, 0.3))
				press_oddly(d, r, kind, at);
			else
				press(d, r, kind, at, at + between(d, 0, 10 * M_SECOND), chance(d, 0.5) ? 0 : 2);
		}
	if (chance(d, one->passive ? 0.3 : 0.01))
		press(d, r, M_PRESS_ACTIVITY, day + M_DAY / 4, rastered(day + between(d, M_DAY / 4, M_DAY)), 2);
}

/* The record. */

static void draw_record(struct draw *d, int r, int64_t day)
{
	int64_t at = day + between(d, 7 * M_HOUR, 20 * M_HOUR);
	int from = below(d, 3);

	if (chance(d, 0.0015))
		ADD(d, at, ACT_PAUSE, r, from, from + below(d, 12));
	if (model_paused(&d->w->m, r, day) && chance(d, 0.04))
		ADD(d, at, ACT_RESUME, r);
	if (chance(d, 0.00008))
		ADD(d, at, ACT_END, r, chance(d, 0.5));
	if (chance(d, 0.00005))
		ADD(d, at, ACT_PLAN_END, r, below(d, 5));
	if (chance(d, 0.001))
		ADD(d, at, ACT_CHECKIN, r);
	if (chance(d, 0.0012))
		ADD(d, at, ACT_SCHEDULE, r, below(d, TOWN_SCHEDULES));
	if (chance(d, 0.001))
		ADD(d, at, ACT_POLICY, r, below(d, TOWN_POLICIES));
	if (chance(d, 0.0003))
		ADD(d, at, ACT_CONSENT, r, chance(d, 0.8));
}

static void draw_people(struct draw *d, int64_t day)
{
	const struct model *m = &d->w->m;

	for (int w = 0; w < m->watchers_n; w++) {
		int64_t at = day + between(d, 0, M_DAY);
		int from = below(d, 3);

		if (chance(d, 0.005))
			ADD(d, at, ACT_AWAY, M_WATCHER(w), from, from + below(d, 9));
		if (chance(d, 0.001))
			ADD(d, at, ACT_HOURS, M_WATCHER(w), TOWN_FIRST_HOURS + below(d, TOWN_HOURS));
		if (chance(d, 0.0005))
			ADD(d, at, ACT_NIGHT, M_WATCHER(w), chance(d, 0.4));
	}
	for (int u = 0; u < m->users_n; u++) {
		int from = below(d, 2);

		if (chance(d, 0.03))
			ADD(d, day + between(d, 0, M_DAY), ACT_AWAY, M_USER(u), from, from + below(d, 5));
		if (u > 1 && chance(d, 0.004))
			ADD(d, day + between(d, 0, M_DAY), ACT_DUTY, M_USER(u),
				TOWN_FIRST_DUTY + below(d, TOWN_DUTIES));
	}
	if (chance(d, 0.1))
		ADD(d, day + between(d, 0, M_DAY), ACT_LADDER, TOWN_BUILT_IN + below(d, TOWN_POLICIES - TOWN_BUILT_IN),
			below(d, 4), below(d, TOWN_LADDERS));
}

/* Trouble. */

static void draw_channels(struct draw *d, int64_t day)
{
	const struct model *m = &d->w->m;

	for (int k = 0; k < 6; k++) {
		int person = chance(d, 0.4)   ? M_USER(below(d, m->users_n))
			     : chance(d, 0.7) ? M_WATCHER(below(d, m->watchers_n))
					      : M_RESIDENT(below(d, m->residents_n));
		int channel = chance(d, 0.25);
		int64_t at = day + between(d, 0, M_DAY);

		ADD(d, at, ACT_CHANNEL, person, channel, 1 + below(d, CHANNEL_MOODS - 1));
		ADD(d, at + lasting(d), ACT_CHANNEL, person, channel, CHANNEL_TAKES);
	}
	if (chance(d, 0.05)) {
		int64_t at = day + between(d, 0, M_DAY);

		ADD(d, at, ACT_CHANNEL, -1, 0, 2 + below(d, CHANNEL_MOODS - 2));
		ADD(d, at + between(d, M_MINUTE, 4 * M_HOUR), ACT_CHANNEL, -1, 0, CHANNEL_TAKES);
	}
}

static void draw_trouble(struct draw *d, int64_t day)
{
	int64_t at = day + between(d, 0, M_DAY);

	if (chance(d, 0.12)) {
		ADD(d, at, ACT_DEAF, 0);
		ADD(d, at + lasting(d), ACT_HEAR, 0);
	}
	if (chance(d, 0.025)) { /* a link that flaps */
		at = day + between(d, 0, M_DAY);
		for (int k = 4 + below(d, 30); k > 0; k--) {
			ADD(d, at, ACT_DEAF, 0);
			at += between(d, 5 * M_SECOND, chance(d, 0.2) ? 20 * M_MINUTE : M_MINUTE);
			ADD(d, at, ACT_HEAR, 0);
			at += between(d, 5 * M_SECOND, 15 * M_MINUTE);
		}
	}
	if (chance(d, 0.05)) {
		at = day + between(d, 0, M_DAY);
		ADD(d, at, ACT_STOP, 0);
		at += lasting(d);
		ADD(d, at, ACT_START, 0);
		ADD(d, at + between(d, 0, chance(d, 0.8) ? 8 * M_SECOND : M_HOUR), ACT_HEAR, 0);
	}
	if (chance(d, 0.3))
		ADD(d, day + between(d, 0, M_DAY), ACT_RESTART, 0);
	for (int k = below(d, 4); k > 0; k--) /* mostly in the morning, when much is written */
		ADD(d, day + between(d, 0, chance(d, 0.5) ? M_DAY : M_DAY / 2), ACT_KILL,
			1 + below(d, chance(d, 0.5) ? 30 : 400));
}

enum { CLOCK_1970 = 4, CLOCK_2038, CLOCKS };

/* Mostly wrong for minutes, now and then for so long that we believe it. */
static void draw_clock(struct draw *d, int64_t day, int how)
{
	int64_t at = day + between(d, 0, M_DAY), ahead;

	switch (how) {
	case 0: ahead = between(d, -M_MINUTE, M_MINUTE); break;
	case 1: ahead = between(d, M_MINUTE, 3 * M_HOUR); break;
	case 2: ahead = -between(d, M_MINUTE, 3 * M_HOUR); break;
	case 3: ahead = between(d, M_DAY, 4 * M_DAY) * (chance(d, 0.5) ? 1 : -1); break;
	case CLOCK_1970: ahead = between(d, M_MINUTE, M_DAY) - at; break;
	default: ahead = INT64_C(2147483647000) - between(d, -M_HOUR, M_HOUR) - at; break; /* 2038 */
	}
	ADD(d, at, ACT_CLOCK, ahead);
	ADD(d, at + (chance(d, 0.8) ? between(d, M_SECOND, 40 * M_MINUTE) : between(d, M_HOUR, 5 * M_HOUR)), ACT_CLOCK,
		0);
}

void draw_day(struct draw *d, int64_t at)
{
	for (int r = 0; r < d->w->m.residents_n; r++) {
		if (d->w->m.residents[r].ended) {
			if (chance(d, 0.01)) /* somebody still has the button */
				press(d, r, (enum m_press)below(d, 5), at + M_DAY / 2, rastered(at + M_DAY / 2), 2);
			if (chance(d, 0.003)) /* it had lain in a drawer */
				press(d, r, M_PRESS_HELP, at - 2 * M_DAY, rastered(at + M_HOUR), below(d, 2));
			continue;
		}
		draw_presses(d, r, at);
		draw_record(d, r, at);
	}
	draw_people(d, at);
	draw_channels(d, at);
	draw_trouble(d, at);
	if (chance(d, 0.03))
		draw_clock(d, at, below(d, CLOCKS));
	if (at / M_DAY % 90 == 45) /* in every quarter, whatever chance says */
		draw_clock(d, at, at / M_DAY / 90 % 2 ? CLOCK_1970 : CLOCK_2038);
}

/* People. */

static int64_t soon(struct draw *d, int minutes)
{
	return d->w->at + between(d, M_MINUTE, minutes * M_MINUTE);
}

/* What a person makes of one who was met. */
static void close_it(struct draw *d, int64_t at, int resident, int person)
{
	enum m_end end = chance(d, 0.75)   ? M_SAFE
			 : chance(d, 0.3)  ? M_AWAY
			 : chance(d, 0.3)  ? M_HOSPITAL
			 : chance(d, 0.5)  ? M_FALSE_ALARM
			 : chance(d, 0.85) ? M_EMERGENCY
					   : (enum m_end)(M_FACILITY + below(d, 3));
	enum m_how how = (enum m_how)below(d, M_HOWS);

	ADD(d, at, ACT_CLOSE, resident, M_OF_PERSON, person, end * 10 + how, below(d, 9),
		end == M_SAFE && chance(d, 0.4));
}

static void report(struct draw *d, int64_t at, int resident, int person, enum m_report what)
{
	ADD(d, at, ACT_REPORT, resident, M_OF_PERSON, person, what,
		what == M_HEARD ? (chance(d, 0.5) ? M_PHONE : M_VOICE) : 0);
}

static void watcher_hears(struct draw *d, const struct m_telling *t, int resident)
{
	int roll = below(d, 100), person = t->person;

	switch (t->what) {
	case M_ALERT:
		if (roll < 40)
			ADD(d, soon(d, 25), ACT_CLAIM, resident, M_OF_PERSON, person);
		else if (roll < 54)
			ADD(d, soon(d, 30), ACT_DECLINE, resident, M_OF_PERSON, person);
		else if (roll < 58)
			report(d, soon(d, 40), resident, person, M_SEEN);
		else if (roll < 62)
			report(d, soon(d, 40), resident, person, M_NOBODY_ANSWERED);
		else if (roll < 63)
			report(d, soon(d, 40), resident, person, M_HELP_IS_NEEDED);
		break;
	case M_ASKED:
		if (roll < 60)
			report(d, soon(d, 10), resident, person, M_SEEN);
		else if (roll < 75)
			ADD(d, soon(d, 10), ACT_RELEASE, resident, M_OF_PERSON, person);
		else if (roll < 85)
			report(d, soon(d, 10), resident, person, (enum m_report)(M_NOBODY_ANSWERED + below(d, 2)));
		break;
	case M_NUDGE:
		if (roll < 50)
			ADD(d, soon(d, 8), ACT_CLAIM, resident, M_OF_PERSON, person);
		break;
	case M_RELEASED:
		if (roll < 20)
			ADD(d, soon(d, 20), ACT_CLAIM, resident, M_OF_PERSON, person);
		break;
	default: break;
	}
}

static void user_hears(struct draw *d, const struct m_telling *t, const struct m_incident *i)
{
	int roll = below(d, 100), person = t->person, resident = i->resident;

	if (!m_of_person(i->kind)) {
		if (roll < 35)
			ADD(d, soon(d, 180), ACT_ANSWER, resident, i->subject, person);
		else if (roll < 43)
			ADD(d, soon(d, 60), ACT_CLAIM, resident, i->subject, person);
		else if (roll < 46)
			ADD(d, soon(d, 60), ACT_DECLINE, resident, i->subject, person);
		return;
	}
	if (t->what != M_ALERT && t->what != M_DUTY && t->what != M_LAPSED)
		return;
	if (roll < 12)
		ADD(d, soon(d, 40), ACT_CLAIM, resident, M_OF_PERSON, person);
	else if (roll < 24)
		close_it(d, soon(d, 90), resident, person);
	else if (roll < 27)
		ADD(d, soon(d, 30), ACT_DECLINE, resident, M_OF_PERSON, person);
	else if (roll < 28)
		ADD(d, soon(d, 30), ACT_RELEASE, resident, M_OF_PERSON, person);
	else if (roll < 29)
		report(d, soon(d, 30), resident, person, (enum m_report)below(d, 4));
}

void draw_told(struct draw *d, int telling)
{
	const struct m_telling *t = &d->w->m.tellings[telling];
	const struct m_incident *i;

	if (t->incident < 0)
		return;
	i = d->w->m.incidents[t->incident];
	if (M_SORT(t->person) == M_IS_WATCHER)
		watcher_hears(d, t, i->resident);
	else if (M_SORT(t->person) == M_IS_USER)
		user_hears(d, t, i);
}

void draw_after(struct draw *d, const struct act *a)
{
	int resident = (int)a->n[0], person = (int)a->n[2], roll = below(d, 100);
	int64_t at = soon(d, 35);

	if (a->kind != ACT_CLAIM)
		return;
	if (M_SORT(person) == M_IS_WATCHER && d->w->m.watchers[M_INDEX(person)].resident >= 0 && chance(d, 0.1)) {
		int64_t pressed = soon(d, 10); /* who went needs help now */

		press(d, d->w->m.watchers[M_INDEX(person)].resident, M_PRESS_HELP, pressed, pressed, 0);
	}
	if (a->n[1] != M_OF_PERSON) {
		if (roll < 60)
			ADD(d, at, ACT_ANSWER, resident, a->n[1], person);
		else if (roll < 70)
			ADD(d, at, ACT_RELEASE, resident, a->n[1], person);
	} else if (M_SORT(person) == M_IS_USER && roll < 60) {
		close_it(d, at, resident, person);
	} else if (roll < 50) {
		report(d, at, resident, person, M_SEEN);
	} else if (roll < 62) {
		report(d, at, resident, person, M_HEARD);
	} else if (roll < 74) {
		report(d, at, resident, person, M_NOBODY_ANSWERED);
	} else if (roll < 78) {
		report(d, at, resident, person, M_HELP_IS_NEEDED);
	} else if (roll < 84) {
		ADD(d, at, ACT_RELEASE, resident, M_OF_PERSON, person);
	} else if (roll < 87) {
		ADD(d, at, ACT_DECLINE, resident, M_OF_PERSON, person);
	} else if (roll < 89) { /* somebody who is no watcher of theirs */
		ADD(d, at, ACT_CLAIM, resident, M_OF_PERSON, M_WATCHER(below(d, d->w->m.watchers_n)));
	}
}
