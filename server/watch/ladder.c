/*
 * ladder - the policies that are built in, the copy an incident keeps, and the firing of a step.
 *
 * Steps that are overdue together fire as one, so that nobody is told twice in a minute. Whoever is outside their hours
 * is put off to the start of them. If that is everybody and staff on duty could be told instead, the ladder's clock
 * stops until the first can be told; if not even staff could, nobody was reached and the next step is for the caller to
 * fire: somebody further up may be awake.
 */
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/duration.h"
#include "common/log.h"
#include "server/store/policies.h"
#include "server/store/timeline.h"
#include "server/store/users.h"
#include "server/store/watchers.h"
#include "server/watch/blind.h"
#include "server/watch/duty.h"
#include "server/watch/ladder.h"
#include "server/watch/pause.h"
#include "server/watch/schedule.h"
#include "server/watch/telling.h"

enum { LINKS_MOST = 64, STEPS_MOST = 64, USERS_AT_ONCE = 32 };

/* The built-in policies; a kind that one leaves out is that of `default`. */
static const struct {
	const char *policy, *kind, *steps;
} built_in[] = {
	{ "default", "missed",
		"missed,0m,resident+staff;missed,30m,tier1;missed,60m,tier2+staff;missed,90m,tier3+staff;" },
	{ "default", "help", "help,0m,tier1+tier2+tier3+staff;" },
	{ "default", "unwell", "unwell,0m,staff;" },
	{ "default", "talk", "talk,0m,staff;" },
	{ "neighbour_first", "missed", "missed,0m,resident+tier1;missed,30m,tier2;missed,60m,tier3+staff;" },
	{ "gentle", "missed", "missed,0m,resident;missed,2h,staff;" },
};

bool ladder_built_in(const char *policy)
{
	for (size_t k = 0; k < sizeof(built_in) / sizeof(built_in[0]); k++)
		if (strcmp(built_in[k].policy, policy) == 0)
			return true;
	return false;
}

const char *ladder_built_in_name(size_t n)
{
	const char *last = "";

	for (size_t k = 0; k < sizeof(built_in) / sizeof(built_in[0]); k++)
		if (strcmp(built_in[k].policy, last) != 0) {
			last = built_in[k].policy;
			if (!n--)
				return last;
		}
	return NULL;
}

size_t ladder_built_in_steps(const char *policy, struct policy_step *list, size_t most)
{
	size_t n = 0;

	for (size_t k = 0; k < sizeof(built_in) / sizeof(built_in[0]); k++) {
		const char *at = built_in[k].steps;

		for (; strcmp(built_in[k].policy, policy) == 0 && n < most && *at; at += strcspn(at, ";") + 1)
			if (sscanf(at, "%15[^,],%23[^,],%63[^;]", list[n].kind, list[n].after, list[n].notify) == 3)
				n++;
	}
	return n;
}

static const struct {
	const char *name;
	unsigned bit;
} tell_names[] = { { "resident", TELL_RESIDENT }, { "tier1", TELL_TIER1 }, { "tier2", TELL_TIER2 },
	{ "tier3", TELL_TIER3 }, { "staff", TELL_STAFF } };

const char *ladder_tell_name(unsigned bit)
{
	for (size_t k = 0; k < sizeof(tell_names) / sizeof(tell_names[0]); k++)
		if (tell_names[k].bit == bit)
			return tell_names[k].name;
	return "";
}

bool ladder_tell_parse(const char *text, unsigned *tell)
{
	*tell = 0;
	while (*text) {
		size_t n = strcspn(text, "+"), k = 0;

		while (k < sizeof(tell_names) / sizeof(tell_names[0]) &&
			(strlen(tell_names[k].name) != n || memcmp(tell_names[k].name, text, n) != 0))
			k++;
		if (k == sizeof(tell_names) / sizeof(tell_names[0]))
			return false;
		*tell |= tell_names[k].bit;
		text += n;
		if (*text == '+' && !*++text)
			return false;
	}
	return *tell != 0;
}

static void append(char text[LADDER_TEXT], const char *more)
{
	size_t used = strlen(text);

	if (used + strlen(more) >= LADDER_TEXT) {
		log_error("ladder=too_long left_out=\"%s\"", more);
		return;
	}
	snprintf(text + used, LADDER_TEXT - used, "%s", more);
}

static bool append_rows(const struct policy_step *rows, size_t n, const char *kind, char text[LADDER_TEXT])
{
	bool any = false;

	for (size_t k = 0; k < n; k++)
		if (strcmp(rows[k].kind, kind) == 0) {
			char step[160];

			snprintf(step, sizeof(step), "%s,%s,%s;", rows[k].kind, rows[k].after, rows[k].notify);
			append(text, step);
			any = true;
		}
	return any;
}

static bool append_built_in(const char *policy, const char *kind, char text[LADDER_TEXT])
{
	for (size_t k = 0; k < sizeof(built_in) / sizeof(built_in[0]); k++)
		if (strcmp(built_in[k].policy, policy) == 0 && strcmp(built_in[k].kind, kind) == 0) {
			append(text, built_in[k].steps);
			return true;
		}
	return false;
}

const char *ladder_policy(const char *policy, const char *category)
{
	return policy[0] ? policy : strcmp(category, "parenting") == 0 ? "gentle" : "default";
}

void ladder_copy(struct watch *w, const char *policy, const char *category, char text[LADDER_TEXT])
{
	struct policy_step own[STEPS_MOST], standard[STEPS_MOST];
	size_t own_n, standard_n = policies_steps(w->store, "default", standard, STEPS_MOST);

	policy = ladder_policy(policy, category);
	own_n = policies_steps(w->store, policy, own, STEPS_MOST);
	text[0] = '\0';
	for (int k = INCIDENT_HELP; k <= INCIDENT_TALK; k++) {
		const char *kind = incident_kind_name((enum incident_kind)k);

		if (!append_rows(own, own_n, kind, text) && !append_built_in(policy, kind, text) &&
			!append_rows(standard, standard_n, kind, text))
			append_built_in("default", kind, text);
	}
}

static size_t steps_of(const char *text, enum incident_kind kind, struct ladder_step steps[LADDER_STEPS])
{
	const char *name = incident_kind_name(kind);
	size_t n = 0, name_len = strlen(name);

	while (*text && n < LADDER_STEPS) {
		size_t len = strcspn(text, ";");
		char step[160], *rest = step;

		if (len < sizeof(step) && strncmp(text, name, name_len) == 0 && text[name_len] == ',') {
			memcpy(step, text + name_len + 1, len - name_len - 1);
			step[len - name_len - 1] = '\0';
			if (duration_parse(strsep(&rest, ","), &steps[n].after_ms) && rest &&
				ladder_tell_parse(rest, &steps[n].tell))
				n++;
		}
		text += len + (text[len] == ';');
	}
	return n;
}

size_t ladder_steps(const struct incident *i, struct ladder_step steps[LADDER_STEPS])
{
	return incident_of_person(i->kind) ? steps_of(i->ladder, i->kind, steps) : 0;
}

/* One firing: whom it asks, and what came of it. */
struct firing {
	struct watch *w;
	struct incident *i;
	const char *except;
	int64_t now;
	bool any_hour;    /* hours do not matter: help, unclaimed for a while */
	bool only_who_go; /* repeats: nobody who can only call, nobody is put off */
	size_t told;      /* people but the resident */
	size_t put_off;
	int64_t put_off_to; /* the earliest of their hours */
};

/* A watcher who is themselves missed, asking for help, paused, not heard of, or gone. */
static bool indisposed(struct firing *f, const struct watcher *watcher)
{
	struct incident own;
	struct resident r;
	struct vigil v;

	if (!watcher->resident_id[0])
		return false;
	if (residents_find(f->w->store, watcher->resident_id, &r) && r.ended_at &&
		(strcmp(r.end_reason, "deceased") == 0 || strcmp(r.end_reason, "facility") == 0))
		return true;
	if (incidents_open_of(f->w->store, watcher->resident_id, &own) && own.kind <= INCIDENT_MISSED)
		return true;
	if (pause_covers(f->w, watcher->resident_id, f->now))
		return true;
	if (!residents_vigil(f->w->store, watcher->resident_id, &v) || v.next_look == LOOK_NONE ||
		v.last_press_at >= v.counts_from_at)
		return false;
	return f->now >= v.deadline_at || (f->now >= v.due_at && blind_since(f->w, f->now));
}

static bool is_there(const char *ends, const char *away_from, const char *away_to, int64_t now)
{
	return !duty_away(ends, "", now) && !duty_away(away_from, away_to, now);
}

/* Whether a link ever lets this watcher be told to go or call. */
static bool may_be_asked(const struct linked_watcher *l, int64_t now)
{
	return strcmp(l->link.can, "know") != 0 && l->watcher.channels[0] &&
	       is_there(l->watcher.ends, l->watcher.away_from, l->watcher.away_to, now);
}

static bool only_calls(const struct linked_watcher *l)
{
	return strcmp(l->link.can, "call") == 0;
}

static void hours_of(const struct watcher *watcher, struct schedule *hours)
{
	char why[SCHEDULE_WHY];

	if (watcher->hours[0] && schedule_parse(hours, watcher->hours, SCHEDULE_HOURS, why, sizeof(why)))
		return;
	if (watcher->hours[0])
		log_error("watcher=%s hours=unreadable why=\"%s\"", watcher->watcher_id, why);
	schedule_parse(hours, LADDER_HOURS, SCHEDULE_HOURS, why, sizeof(why));
}

static void ask_watcher(struct firing *f, const struct linked_watcher *l)
{
	char person[PERSON];
	struct schedule hours;
	int64_t from;

	PERSON_OF(person, "watcher", l->watcher.watcher_id);
	if (!may_be_asked(l, f->now) || strcmp(person, f->except) == 0 || (f->only_who_go && only_calls(l)) ||
		declines_has(f->w->store, f->i->id, person) || indisposed(f, &l->watcher))
		return;
	hours_of(&l->watcher, &hours);
	if ((f->any_hour && !only_calls(l)) || schedule_covers(&hours, f->w->holidays, f->now) ||
		(f->i->kind == INCIDENT_HELP && strcmp(l->watcher.night, "yes") == 0)) {
		notifications_drop_alerts(
			f->w->store, f->i->id, person); /* one that still waits says no more than this */
		f->told += telling_write_on(
			f->w, f->i, "alert", person, l->watcher.channels, "", f->now, false, f->now);
		return;
	}
	from = schedule_next_start(&hours, f->w->holidays, f->now);
	if (f->only_who_go || from < 0)
		return;
	notifications_drop_alerts(f->w->store, f->i->id, person);
	if (telling_write_on(f->w, f->i, "alert", person, l->watcher.channels, "", from, true, f->now)) {
		f->put_off++;
		if (!f->put_off_to || from < f->put_off_to)
			f->put_off_to = from;
	}
}

static void ask_tiers(struct firing *f, unsigned tell)
{
	struct linked_watcher list[LINKS_MOST];
	size_t n = watchers_circle(f->w->store, f->i->resident_id, list, LINKS_MOST);

	for (size_t k = 0; k < n; k++)
		if (tell & ((unsigned)TELL_TIER1 << (list[k].link.tier - 1)))
			ask_watcher(f, &list[k]);
}

static void ask_staff(struct firing *f, const char *what)
{
	struct user staff[DUTY_MOST];
	size_t n = duty_staff(f->w, f->i->district, f->now, staff, DUTY_MOST);

	for (size_t k = 0; k < n; k++) {
		char person[PERSON];

		PERSON_OF(person, "user", staff[k].login);
		if (strcmp(person, f->except) != 0 && !declines_has(f->w->store, f->i->id, person))
			f->told += telling_write_on(
				f->w, f->i, what, person, staff[k].channels, "", f->now, false, f->now);
	}
}

static bool has_watchers(struct firing *f)
{
	struct watcher_presence list[LINKS_MOST];
	size_t n = watchers_to_ask(f->w->store, f->i->resident_id, list, LINKS_MOST);

	for (size_t k = 0; k < n; k++)
		if (is_there(list[k].ends, list[k].away_from, list[k].away_to, f->now))
			return true;
	return false;
}

static bool names_tiers(const struct ladder_step *steps, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (steps[k].tell & TELL_TIERS)
			return true;
	return false;
}

static void tell_all(struct firing *f, unsigned tell)
{
	struct incident *i = f->i;
	char person[PERSON];

	i->round++;
	i->fired_round = i->round;
	i->fired_at = f->now;
	i->fired_here = true;
	PERSON_OF(person, "resident", i->resident_id);
	if (tell & TELL_RESIDENT)
		telling_write(f->w, i, "alert", person, "", f->now, false, f->now);
	if (tell & TELL_TIERS)
		ask_tiers(f, tell); /* of a service that has ended the links stand until the open incident closes */
	if (tell & TELL_STAFF)
		ask_staff(f, "alert");
	if ((!f->told || i->kind == INCIDENT_HELP) && f->put_off && !(tell & TELL_STAFF)) {
		ask_staff(f, "alert");
		if (f->told && i->kind != INCIDENT_HELP)
			i->ladder_at += f->put_off_to - f->now; /* the clock stands still until then */
	}
	/* Of a first round nothing can have waited for long. */
	i->reached = tell == TELL_RESIDENT ||
		     (f->told > 0 && (i->round == 1 || notifications_reached(f->w->store, i->id, i->round,
							       f->now - f->w->rules.unreached_ms)));
}

static void everybody_with_a_channel(struct firing *f)
{
	struct user page[USERS_AT_ONCE];
	char after[LOGIN] = "";
	size_t n;

	while ((n = users_staff(f->w->store, after, page, USERS_AT_ONCE)) > 0) {
		for (size_t k = 0; k < n; k++) {
			char person[PERSON];

			PERSON_OF(person, "user", page[k].login);
			f->told += telling_write(f->w, f->i, "alert", person, "", f->now, false, f->now);
		}
		memcpy(after, page[n - 1].login, sizeof(after));
	}
}

void ladder_everybody(struct watch *w, struct incident *i, int64_t now)
{
	struct firing f = { .w = w, .i = i, .except = "", .now = now };

	i->round++;
	i->fired_round = i->round;
	i->fired_at = now;
	everybody_with_a_channel(&f);
	i->reached = f.told > 0 && notifications_reached(w->store, i->id, i->round, now - w->rules.unreached_ms);
}

static int64_t repeat_ms(const struct watch *w, const struct incident *i)
{
	return i->kind == INCIDENT_HELP ? w->rules.repeat_help_ms : w->rules.repeat_ms;
}

/* Whether a watcher of any tier who can go is outside their hours then. */
static bool anybody_sleeps(struct watch *w, const struct incident *i, int64_t at)
{
	struct linked_watcher list[LINKS_MOST];
	size_t n = watchers_circle(w->store, i->resident_id, list, LINKS_MOST);

	for (size_t k = 0; k < n; k++) {
		struct schedule hours;

		hours_of(&list[k].watcher, &hours);
		if (may_be_asked(&list[k], at) && !only_calls(&list[k]) && !schedule_covers(&hours, w->holidays, at))
			return true;
	}
	return false;
}

/* When help that nobody has claimed tells everybody who can go, whatever the hour; INT64_MAX: it has, or need not. */
static int64_t wakes_all_at(struct watch *w, const struct incident *i)
{
	int64_t at = i->ladder_at + w->rules.repeat_help_ms;

	return i->kind == INCIDENT_HELP && i->fired_at < at && anybody_sleeps(w, i, at) ? at : INT64_MAX;
}

bool ladder_fire(struct watch *w, struct incident *i, bool at_once, const char *except, int64_t now)
{
	struct ladder_step steps[LADDER_STEPS];
	size_t n = steps_of(i->ladder, i->kind, steps), first = (size_t)i->step;
	struct firing f = { .w = w, .i = i, .except = except, .now = now };
	unsigned tell = 0;
	bool wakes = wakes_all_at(w, i) <= now;

	for (; (size_t)i->step < n; i->step++) {
		const struct ladder_step *s = &steps[i->step];

		if (i->ladder_at + s->after_ms > now && !(at_once && (size_t)i->step == first))
			break;
		tell |= s->tell;
	}
	if (tell) {
		if (i->with_staff || (first == 0 && names_tiers(steps, n) && !has_watchers(&f)))
			tell |= TELL_STAFF;
		f.any_hour = wakes;
		tell_all(&f, wakes ? tell | TELL_TIERS | TELL_STAFF : tell);
		return true;
	}
	if (!wakes && (first < n || (!at_once && now < i->fired_at + repeat_ms(w, i))))
		return false;
	f.only_who_go = true;
	f.any_hour = i->kind == INCIDENT_HELP;
	tell_all(&f, TELL_TIERS | TELL_STAFF);
	return true;
}

bool ladder_has_next(const struct incident *i)
{
	struct ladder_step steps[LADDER_STEPS];

	return (size_t)i->step < steps_of(i->ladder, i->kind, steps);
}

bool ladder_coming(struct watch *w, const struct incident *i, struct ladder_coming *next)
{
	struct ladder_step steps[LADDER_STEPS];
	size_t n = ladder_steps(i, steps);

	if (i->state == INCIDENT_CLOSED ||
		(i->state == INCIDENT_CLAIMED && !(i->kind == INCIDENT_HELP && i->claim_call)))
		return false;
	if (!incident_of_person(i->kind))
		*next = (struct ladder_coming){ .at = i->next_step_at, .tell = TELL_STAFF, .repeat = i->fired_at != 0 };
	else if ((size_t)i->step < n)
		*next = (struct ladder_coming){ .at = i->ladder_at + steps[i->step].after_ms,
			.tell = steps[i->step].tell | (i->with_staff ? TELL_STAFF : 0) };
	else
		*next = (struct ladder_coming){
			.at = i->fired_at + repeat_ms(w, i), .tell = TELL_TIERS | TELL_STAFF, .repeat = true
		};
	return true;
}

int64_t ladder_next_at(struct watch *w, const struct incident *i, int64_t now)
{
	struct ladder_step steps[LADDER_STEPS];
	size_t n = steps_of(i->ladder, i->kind, steps);
	int64_t at = (size_t)i->step < n ? i->ladder_at + steps[i->step].after_ms : i->fired_at + repeat_ms(w, i);
	int64_t wake = wakes_all_at(w, i), see = i->fired_at + w->rules.unreached_ms;

	if (wake < at)
		at = wake;
	/* A firing that no channel has taken yet is looked at when it has waited too long, or has nothing to wait for.
	 */
	if (i->fired_at && i->reached && i->step > 0 && (size_t)i->step <= n &&
		steps[i->step - 1].tell != TELL_RESIDENT &&
		(i->fired_here || !notifications_taken(w->store, i->id, i->fired_round))) {
		if (!i->fired_here && /* else it was asked at the firing */
			!notifications_reached(w->store, i->id, i->fired_round, now - w->rules.unreached_ms))
			at = now;
		else if (see > now && see < at)
			at = see;
	}
	return at;
}

void ladder_question(struct watch *w, struct incident *i, int64_t now)
{
	struct firing f = { .w = w, .i = i, .except = "", .now = now };
	int64_t next;

	i->round++;
	i->fired_round = i->round;
	i->fired_at = now;
	i->reached = true; /* outside duty a question waits, and that is no "nobody reached" */
	ask_staff(&f, "question");
	next = duty_next(w, i->district, f.told ? now + w->rules.question_ms : now);
	if (next <= now)
		next = now + w->rules.question_ms; /* somebody is on duty and has declined */
	if (next == INT64_MAX)
		next = now + DAY; /* nobody ever is; somebody may be enrolled */
	i->next_step_at = next;
}
