/*
 * simulation - a town lives for a year under a stepped clock, and the model says after every step what must be true.
 *
 *     tokyo [--seed N] [--residents N] [--days N] [--zone NAME] [--prefix N] [--shorten SECONDS]
 *
 * Everything follows from the seed, which is printed. What happens is a list of acts (acts.h); where the system differs
 * from the model, the list is made as short as time allows (prefix, then acts that are left out), run again, and
 * printed: one act a line, with what differs at the end. --prefix N ends a run after N acts.
 *
 * From such a list to a story (tests/stories): the printed people become world_resident, world_watcher and world_user;
 * PRESS is world_press_with, CLAIM world_claim and so on, each after a world_to of the printed time; DEAF and HEAR are
 * world_deafen and world_hears_again, STOP and START world_stopped_until, CLOCK world_clock_set, CHANNEL world_channel.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "common/zone.h"
#include "server/store/invariants.h"
#include "tests/simulation/compare.h"
#include "tests/simulation/draw.h"
#include "tests/simulation/simulation.h"
#include "tests/simulation/town.h"

#define BEGIN INT64_C(1767193200000) /* 2026-01-01 00:00 in Japan */
#ifdef __SANITIZE_ADDRESS__          /* each step takes ten times as long */
#define DAYS 60
#else
#define DAYS 365
#endif

enum {
	PRINTED = 200, /* acts of the list, at most */
	RESIDENTS_MOST = 4000,
	PAST_EACH = 73, /* days */
};

struct options {
	uint64_t seed;
	int residents, days, shorten; /* shorten: how many seconds a failing list is made shorter */
	long prefix;                  /* 0: all */
	const char *zone;
	int first;           /* the day to begin with */
	const bool *without; /* residents of whom nothing is expected, and who do nothing; NULL: none */
};

/* One run: drawn from the seed, or of a list of acts. */
struct life {
	struct world w;
	struct draw d;
	bool drawing;
	struct act *acts; /* what was done, or is to be done */
	int acts_n, done;
	char wrong[512];
	int64_t turns;
	long did[ACT_KINDS], in_1970, in_2038; /* acts that were not refused; clocks set there */
};

static void took(void *context, int telling)
{
	struct life *l = context;

	if (l->drawing)
		draw_told(&l->d, telling);
}

static void life_begin(struct life *l, const struct options *o, const struct act *acts, int n)
{
	memset(l, 0, sizeof(*l));
	l->w.at = BEGIN + o->first * DAY;
	town_draw(&l->w.m, o->seed, o->residents);
	for (int r = 0; o->without && r < o->residents; r++)
		if (o->without[r])
			l->w.m.residents[r].plan = TOWN_SCHEDULES - 1;
	model_begin(&l->w.m, l->w.at);
	system_begin(&l->w.s, &l->w.m, l->w.at);
	l->w.s.took = took;
	l->w.s.context = l;
	system_kill_after(0);
	if (acts) {
		l->acts = malloc(((size_t)n + 1) * sizeof(*acts));
		memcpy(l->acts, acts, (size_t)n * sizeof(*acts));
		l->acts_n = n;
	} else {
		l->drawing = true;
		draw_begin(&l->d, &l->w, o->seed);
	}
}

static void life_end(struct life *l)
{
	system_end(&l->w.s);
	model_end(&l->w.m);
	if (l->drawing)
		draw_end(&l->d);
	free(l->w.kept);
	free(l->acts);
}

static int64_t next_act_at(const struct life *l)
{
	if (l->drawing)
		return draw_next_at(&l->d);
	return l->done < l->acts_n ? l->acts[l->done].at : M_NEVER;
}

/* The acts of one instant are in l->acts from l->done on. */
static int take_acts(struct life *l)
{
	struct act a;
	int n = l->done;

	if (l->drawing) {
		while (draw_next(&l->d, l->w.at, &a))
			l->acts[M_MORE(l->acts, l->acts_n)] = a;
		return l->acts_n - l->done;
	}
	while (n < l->acts_n && l->acts[n].at <= l->w.at)
		n++;
	return n - l->done;
}

static bool turn(struct life *l)
{
	char at[ZONE_TEXT];
	size_t used;

	l->turns++;
	if (system_turn(&l->w.s, world_now(&l->w), l->wrong, sizeof(l->wrong)) &&
		compare_touched(&l->w.s, l->wrong, sizeof(l->wrong)))
		return true;
	used = strlen(l->wrong);
	snprintf(l->wrong + used, sizeof(l->wrong) - used, " (%s)", zone_format(at, world_now(&l->w)));
	return false;
}

static bool do_acts(struct life *l, const struct options *o)
{
	int n;

	while ((n = take_acts(l)) > 0) {
		for (int end = l->done + n; l->done < end;) {
			struct act a = l->acts[l->done];
			bool done;
			int count = acts_do(&l->w, &l->acts[l->done], end - l->done, &done, l->wrong, sizeof(l->wrong));

			if (count < 0 || (!l->w.stopped && !turn(l))) {
				l->done += count < 1 ? 1 : count;
				return false;
			}
			l->done += count;
			l->did[a.kind] += done ? count : 0;
			if (a.kind == ACT_CLOCK) {
				l->in_1970 += world_now(&l->w) < 2 * DAY;
				l->in_2038 += world_now(&l->w) > INT64_C(2147483647000) - DAY;
			}
			if (l->drawing && done)
				draw_after(&l->d, &a);
			if (o->prefix && l->done >= o->prefix)
				return true;
		}
	}
	return true;
}

/* When something is to be done next; while we are deaf, or a gate is shut, now and then. */
static int64_t next_at(struct life *l, int64_t until)
{
	int64_t now = world_now(&l->w), next = next_act_at(l), at;

	if (next > until)
		next = until;
	if (l->w.stopped)
		return next;
	at = model_next(&l->w.m, now);
	if (system_next(&l->w.s, now) < at)
		at = system_next(&l->w.s, now);
	if (model_gate_shut(&l->w.m, now) || !l->w.m.hearing ||
		model_question(&l->w.m, M_BLIND, M_ABOUT_HEARING, -1) >= 0) {
		bool first = now - l->w.m.heard_until < 4 * MINUTE && !l->w.m.hearing;

		if (now + (first ? 30 * SECOND : 10 * MINUTE) < at)
			at = now + (first ? 30 * SECOND : 10 * MINUTE);
	}
	if (at <= now)
		at = now + SECOND;
	return at - l->w.offset < next ? at - l->w.offset : next;
}

static void print_fault(void *context, const char *fault)
{
	snprintf(context, 256, "the store: %s", fault);
}

/* Lives until the last act or day; false: wrong says what differs. */
static bool live(struct life *l, const struct options *o)
{
	int64_t end = BEGIN + o->days * DAY;

	for (int64_t day = l->w.at; day < end; day += DAY) {
		if (l->drawing)
			draw_day(&l->d, day);
		while (l->w.at < day + DAY) {
			if (!do_acts(l, o))
				return false;
			if (o->prefix && l->done >= o->prefix)
				return compare_all(&l->w.s, world_now(&l->w), l->wrong, sizeof(l->wrong));
			l->w.at = next_at(l, day + DAY);
			if (next_act_at(l) > l->w.at && !l->w.stopped && !turn(l))
				return false;
		}
		if (!l->w.stopped && !compare_all(&l->w.s, world_now(&l->w), l->wrong, sizeof(l->wrong)))
			return false;
		if (!l->w.stopped && (day - BEGIN) / DAY % PAST_EACH == PAST_EACH - 1 &&
			!compare_past(&l->w.s, l->wrong, sizeof(l->wrong)))
			return false;
	}
	if (!l->w.stopped && !compare_past(&l->w.s, l->wrong, sizeof(l->wrong)))
		return false;
	return invariants_all(&l->w.s.store, print_fault, l->wrong) == 0;
}

/* Whether a list of acts still fails. */
static bool fails(const struct options *o, const struct act *acts, int n, char wrong[512])
{
	struct life *l = malloc(sizeof(*l));
	bool fine;

	life_begin(l, o, acts, n);
	fine = live(l, o);
	memcpy(wrong, l->wrong, 512);
	life_end(l);
	free(l);
	return !fine;
}

/* What is left of a failing list while it is made shorter. */
struct shorter {
	struct options o;
	struct act *acts, *fewer;
	int n;
	bool *without;
	char wrong[512];
	time_t until;
};

/* Whether it still fails with only those acts that are in `fewer`; then it is the list. */
static bool enough(struct shorter *s, int n)
{
	char wrong[512];

	if (!fails(&s->o, s->fewer, n, wrong))
		return false;
	memcpy(s->acts, s->fewer, (size_t)n * sizeof(*s->acts));
	s->n = n;
	memcpy(s->wrong, wrong, sizeof(wrong));
	return true;
}

static bool of_resident(const struct act *a)
{
	return a->kind <= ACT_POLICY || a->kind == ACT_CONSENT;
}

/* Begins as late as it still fails. */
static void leave_out_days(struct shorter *s)
{
	static const int back[] = { 1, 4, 15, 60, 180 };

	for (size_t k = 0; k < sizeof(back) / sizeof(back[0]); k++) {
		int n = 0;

		s->o.first = s->o.days - 1 - back[k];
		if (s->o.first <= 0)
			break;
		for (int j = 0; j < s->n; j++)
			if (s->acts[j].at >= BEGIN + s->o.first * DAY)
				s->fewer[n++] = s->acts[j];
		if (enough(s, n))
			return;
	}
	s->o.first = 0;
}

static void leave_out_kinds(struct shorter *s)
{
	for (enum act_kind kind = ACT_KINDS; kind-- > 0 && time(NULL) < s->until;) {
		int n = 0;

		for (int k = 0; k < s->n; k++)
			if (s->acts[k].kind != kind)
				s->fewer[n++] = s->acts[k];
		if (n < s->n)
			enough(s, n);
	}
}

static void leave_out_residents(struct shorter *s)
{
	for (int piece = s->o.residents / 2; piece > 0 && time(NULL) < s->until; piece /= 2)
		for (int from = 0; from < s->o.residents && time(NULL) < s->until; from += piece) {
			bool was[RESIDENTS_MOST];
			int n = 0;

			memcpy(was, s->without, (size_t)s->o.residents * sizeof(*was));
			for (int r = from; r < from + piece && r < s->o.residents; r++)
				s->without[r] = true;
			if (memcmp(was, s->without, (size_t)s->o.residents * sizeof(*was)) == 0)
				continue;
			for (int k = 0; k < s->n; k++)
				if (!of_resident(&s->acts[k]) || s->acts[k].n[0] < 0 || !s->without[s->acts[k].n[0]])
					s->fewer[n++] = s->acts[k];
			if (!enough(s, n))
				memcpy(s->without, was, (size_t)s->o.residents * sizeof(*was));
		}
}

static void leave_out_acts(struct shorter *s)
{
	for (int piece = s->n / 2; piece > 0 && time(NULL) < s->until; piece /= 2)
		for (int from = 0; from < s->n && time(NULL) < s->until;) {
			int cut = piece < s->n - from ? piece : s->n - from;

			memcpy(s->fewer, s->acts, (size_t)from * sizeof(*s->acts));
			memcpy(s->fewer + from, s->acts + from + cut, (size_t)(s->n - from - cut) * sizeof(*s->acts));
			if (!enough(s, s->n - cut))
				from += cut;
		}
}

static void print_people(const struct world *w, const struct act *acts, int n)
{
	static const char *const can[] = { "goes", "calls", "knows" };
	bool *seen = calloc((size_t)w->m.residents_n, sizeof(*seen));

	for (int k = 0; k < n; k++) {
		int r = (int)acts[k].n[0];
		const struct m_resident *one = &w->m.residents[r];

		if (!of_resident(&acts[k]) || r < 0 || seen[r])
			continue;
		seen[r] = true;
		printf("# R%04d: schedule \"%s\", policy %s, district D%d%s%s\n", r, w->m.plans[one->plan].text,
			town_policies[one->policy], one->district, one->consents ? "" : ", no consent",
			one->passive ? ", passive" : "");
		for (const struct m_link *l = w->m.links[r]; l->watcher >= 0; l++) {
			const struct m_watcher *who = &w->m.watchers[l->watcher];

			printf("#   W%04d: tier %d, %s, hours \"%s\", %d channels%s%s%s, lives as R%04d\n", l->watcher,
				l->tier, can[l->can], w->m.plans[who->hours].text, who->channels,
				who->night ? ", night" : "", who->named ? ", named" : "",
				who->summary ? ", summary" : "", who->resident);
		}
	}
	free(seen);
}

static void print_short(const struct shorter *s, const struct world *w)
{
	char at[ZONE_TEXT];

	printf("# the town begins at %s\n", zone_format(at, BEGIN + s->o.first * DAY));
	print_people(w, s->acts, s->n);
	for (int k = s->n > PRINTED ? s->n - PRINTED : 0; k < s->n; k++) {
		fputs("# ", stdout);
		acts_print(stdout, w, &s->acts[k]);
	}
	printf("# %s\n", s->wrong);
}

static void explain(const struct options *o, const struct life *l)
{
	size_t room = ((size_t)l->done + 1) * sizeof(struct act);
	struct shorter s = { .o = *o, .acts = malloc(room), .fewer = malloc(room), .n = l->done };

	printf("# seed %llu, residents %d, zone %s: differs after %d acts, on day %d: %s\n",
		(unsigned long long)o->seed, o->residents, o->zone, s.n, (int)((l->w.at - BEGIN) / DAY), l->wrong);
	printf("# again: tokyo --seed %llu --residents %d --days %d --zone %s --prefix %d\n",
		(unsigned long long)o->seed, o->residents, o->days, o->zone, s.n);
	fflush(stdout);
	s.until = time(NULL) + o->shorten;
	s.o.without = s.without = calloc((size_t)o->residents, sizeof(*s.without));
	s.o.days = (int)((l->w.at - BEGIN) / DAY) + 1;
	s.o.prefix = 0;
	memcpy(s.acts, l->acts, (size_t)s.n * sizeof(*s.acts));
	leave_out_days(&s);
	memcpy(s.fewer, s.acts, (size_t)s.n * sizeof(*s.acts));
	if (s.o.first || enough(&s, s.n)) {
		leave_out_residents(&s);
		leave_out_kinds(&s);
		leave_out_acts(&s);
		print_short(&s, &l->w);
	}
	free(s.acts);
	free(s.fewer);
	free(s.without);
}

/* What never happens is not tried. */
static void happened(bool *all, const char *what, int64_t times)
{
	if (times)
		return;
	printf("# it never happens: %s\n", what);
	*all = false;
}

static const char nobody_sql[] = "SELECT count(*) FROM timeline WHERE detail LIKE '% nobody'";

static bool all_happened(const struct life *l)
{
	static const char *const outcomes[] = { NULL, "ok", "missed", "paused", "unknown" };
	static const char *const whats[M_WHATS] = { "alert", "duty", "question", "reminder", "coming", "claimed",
		"released", "nudge", "asked", "graver", "joined", "replaced", "lost", "lapsed", "renewed", "no_answer",
		"needs_help", "ended" };
	static const char *const states[] = { NULL, NULL, "sent", "refused", "dropped" };
	static const char *const moods[] = { "a channel takes it", "a channel refuses it", "a channel fails",
		"a channel is cut off", "a channel hangs", "a channel has no room" };
	static const char *const heards[] = { "stored", "duplicate", "unknown_device", "rejected" };
	const struct model *m = &l->w.m;
	int64_t by_outcome[5] = { 0 }, by_what[M_WHATS] = { 0 }, by_state[5] = { 0 }, by_kind[M_KINDS] = { 0 };
	bool all = true;

	for (int k = 0; k < m->expectations_n; k++)
		by_outcome[m->expectations[k].outcome]++;
	for (int k = 0; k < m->incidents_n; k++)
		by_kind[m->incidents[k]->kind]++;
	for (int k = 0; k < m->tellings_n; k++) {
		by_what[m->tellings[k].what] += m->tellings[k].state == M_SENT;
		by_state[m->tellings[k].state]++;
	}
	for (int k = M_OK; k <= M_UNKNOWN; k++)
		happened(&all, outcomes[k], by_outcome[k]);
	for (int k = 0; k < M_KINDS; k++)
		happened(&all, town_kinds[k], by_kind[k]);
	for (int k = 0; k < M_WHATS; k++)
		happened(&all, whats[k], by_what[k]);
	for (int k = M_SENT; k <= M_DROPPED; k++)
		happened(&all, states[k], by_state[k]);
	for (int k = 0; k < ACT_KINDS; k++)
		happened(&all, acts_name((enum act_kind)k), l->did[k]);
	for (int k = 0; k < CHANNEL_MOODS; k++)
		happened(&all, moods[k], l->w.s.met[k]);
	for (int k = M_STORED; k <= M_REJECTED; k++)
		happened(&all, heards[k], l->w.heard[k]);
	happened(&all, "a press that the broker had stored", l->w.retained);
	happened(&all, "a press that the broker kept while we were deaf", l->w.kept_heard);
	happened(&all, "a clock in 1970", l->in_1970);
	happened(&all, "a clock in 2038", l->in_2038);
	happened(&all, "a step that reaches nobody", db_number(l->w.s.store.db, 0, nobody_sql));
	happened(&all, "a kill", l->w.s.kills);
	happened(&all, "a message that comes twice", l->w.s.duplicates);
	return all;
}

static bool simulate(struct options *o, bool *all)
{
	struct life *l = malloc(sizeof(*l));
	bool fine;

	life_begin(l, o, NULL, 0);
	fine = live(l, o);
	if (!fine)
		explain(o, l);
	printf("# %d days, %d residents: %d acts, %lld turns, %d expectations, %d incidents, %d tellings, %lld sent"
	       " (%lld twice, as they must), %d kills\n",
		o->days, o->residents, l->done, (long long)l->turns, l->w.m.expectations_n, l->w.m.incidents_n,
		l->w.m.tellings_n, (long long)l->w.s.sent, (long long)l->w.s.duplicates, l->w.s.kills);
	if (all)
		*all = fine && all_happened(l);
	life_end(l);
	free(l);
	return fine;
}

int simulation_main(int argc, char **argv, uint64_t seed, const char *zone)
{
	struct options o = { .seed = seed, .residents = 250, .days = DAYS, .shorten = 60, .zone = zone };
	bool known = argc == 1 && DAYS == 365; /* of another town nobody knows what chance will leave out */
	bool fine, all;

	for (int k = 1; k + 1 < argc; k += 2) {
		if (strcmp(argv[k], "--seed") == 0)
			o.seed = strtoull(argv[k + 1], NULL, 10);
		else if (strcmp(argv[k], "--residents") == 0)
			o.residents = atoi(argv[k + 1]);
		else if (strcmp(argv[k], "--days") == 0)
			o.days = atoi(argv[k + 1]);
		else if (strcmp(argv[k], "--zone") == 0)
			o.zone = argv[k + 1];
		else if (strcmp(argv[k], "--shorten") == 0)
			o.shorten = atoi(argv[k + 1]);
		else if (strcmp(argv[k], "--prefix") == 0)
			o.prefix = atol(argv[k + 1]);
	}
	if (o.residents < 1 || o.residents > RESIDENTS_MOST || !zone_set(o.zone)) {
		fprintf(stderr, "1 to %d residents, and a zone that exists\n", RESIDENTS_MOST);
		return 2;
	}
	printf("1..%d\n# seed %llu, zone %s\n", 1 + known, (unsigned long long)o.seed, o.zone);
	fflush(stdout);
	fine = simulate(&o, known ? &all : NULL);
	printf("%sok 1 - %d days of %d residents are as the model says\n", fine ? "" : "not ", o.days, o.residents);
	if (known)
		printf("%sok 2 - all that may happen in a year happened\n", all ? "" : "not ");
	return fine && (all || !known) ? 0 : 1;
}
