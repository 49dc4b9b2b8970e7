/* enrolment - everybody read, then judged one by one. */
#include "server/watch/enrolment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/enrolment.h"
#include "server/store/replacements.h"
#include "server/watch/barred.h"
#include "server/watch/duty.h"
#include "server/watch/enrolment_days.h"
#include "server/watch/enrolment_names.h"
#include "server/watch/facts.h"
#include "server/watch/ladder.h"
#include "server/watch/telling.h"

enum { TIERS = 3, REACHABLE_LEAST = 2, FAILED_MOST = 100, NAMES_SAID = 5 };
#define FAILED_WITHIN (60 * DAY)

static const char *const code_names[ENROLMENT_CODES] = { "no_consent", "never_told_linked", "never_told_like",
	"few_watchers", "watcher_channel", "tier_away", "holidays_unknown", "holiday_nobody", "replacement_failed",
	"link_consent", "no_identifier", "similar_name" };

const char *enrolment_code_name(enum enrolment_code code)
{
	return code_names[code];
}

bool enrolment_code_parse(const char *name, enum enrolment_code *code)
{
	for (int k = 0; k < ENROLMENT_CODES; k++)
		if (strcmp(name, code_names[k]) == 0) {
			*code = (enum enrolment_code)k;
			return true;
		}
	return false;
}

/* A watcher, as far as the checks ask. */
struct person {
	char watcher_id[WATCHER_ID]; /* first: found by it */
	char name[PERSON_NAME], kana[PERSON_NAME];
	const char *no_channel; /* why none works; NULL: one does */
	bool away, away_tomorrow, on_holiday;
	bool looks_in; /* on somebody who is looked at */
};

struct reading {
	struct enrolment *e;
	struct watch *w;
	const struct enrolment_scope *scope;
	int64_t now, tomorrow_at;
	struct enrolment_days days;
	struct facts residents, persons, links, failures, barred;
};

static struct enrolment_check *add(
	struct reading *r, enum enrolment_code code, const char *subject, const char *name, const char *district)
{
	struct enrolment *e = r->e;
	struct enrolment_check *c;

	if (e->count == e->room) {
		e->room = e->room ? 2 * e->room : 256;
		e->list = realloc(e->list, e->room * sizeof(*e->list));
		if (!e->list)
			fatal("error=\"out of memory\"");
	}
	c = &e->list[e->count++];
	*c = (struct enrolment_check){ .code = code };
	snprintf(c->subject, sizeof(c->subject), "%s", subject);
	snprintf(c->name, sizeof(c->name), "%s", name);
	snprintf(c->district, sizeof(c->district), "%s", district);
	e->counts[code]++;
	return c;
}

static struct enrolment_check *add_resident(
	struct reading *r, enum enrolment_code code, const struct enrolment_resident *home)
{
	return add(r, code, home->resident_id, home->name, home->district);
}

static const struct enrolment_failure *failure_of(struct reading *r, const char *watcher_id, const char *address)
{
	const struct enrolment_failure *f = NULL;
	char person[PERSON];

	PERSON_OF(person, "watcher", watcher_id);
	while ((f = facts_of(&r->failures, person, f)) != NULL)
		if (strcmp(f->channel, address) == 0)
			return f;
	return NULL;
}

/* NULL: one channel works. Else what is wrong with the last that does not. */
static const char *no_channel(struct reading *r, const struct watcher *watcher)
{
	const char *why = "none";
	char address[sizeof(watcher->channels)];

	for (const char *at = watcher->channels; *(at += strspn(at, " ")); at += strcspn(at, " ")) {
		const struct enrolment_failure *f;

		snprintf(address, sizeof(address), "%.*s", (int)strcspn(at, " "), at);
		f = failure_of(r, watcher->watcher_id, address);
		if (!r->scope->usable(r->scope->context, address))
			why = "off";
		else if (f)
			why = f->bounced ? "bounced" : "refused";
		else
			return NULL;
	}
	return why;
}

static void read_persons(struct reading *r)
{
	char today[DATE_TEXT];
	struct query *q = enrolment_watchers(r->w->store, date_format(today, zone_day(r->now)));
	struct watcher watcher;

	while (enrolment_watchers_next(q, &watcher)) {
		struct person *p = facts_add(&r->persons);

		*p = (struct person){ .no_channel = no_channel(r, &watcher) };
		memcpy(p->watcher_id, watcher.watcher_id, sizeof(p->watcher_id));
		memcpy(p->name, watcher.name, sizeof(p->name));
		memcpy(p->kana, watcher.kana, sizeof(p->kana));
		p->away = duty_away(watcher.away_from, watcher.away_to, r->now);
		p->away_tomorrow = duty_away(watcher.away_from, watcher.away_to, r->tomorrow_at) ||
				   duty_away(watcher.ends, "", r->tomorrow_at);
		p->on_holiday = enrolment_days_hours(&r->days, watcher.hours) &&
				!duty_away(watcher.away_from, watcher.away_to, r->days.holiday_at) &&
				!duty_away(watcher.ends, "", r->days.holiday_at);
	}
	facts_sort(&r->persons);
}

static void read_failures(struct reading *r)
{
	struct query *q = enrolment_failures(r->w->store);
	struct enrolment_failure f;

	while (enrolment_failures_next(q, &f))
		memcpy(facts_add(&r->failures), &f, sizeof(f));
	facts_sort(&r->failures);
}

static void read_links(struct reading *r)
{
	struct query *q = enrolment_links(r->w->store);
	struct enrolment_link l;

	while (enrolment_links_next(q, &l))
		memcpy(facts_add(&r->links), &l, sizeof(l));
	facts_sort(&r->links);
}

static void read_barred(struct reading *r)
{
	struct query *q = enrolment_barred(r->w->store);
	struct enrolment_barred b;

	while (enrolment_barred_next(q, &b))
		memcpy(facts_add(&r->barred), &b, sizeof(b));
	facts_sort(&r->barred);
}

static void read_residents(struct reading *r)
{
	struct query *q = enrolment_residents(r->w->store);
	struct enrolment_resident home;

	while (enrolment_residents_next(q, &home))
		if (r->scope->covers(r->scope->context, home.district))
			memcpy(facts_add(&r->residents), &home, sizeof(home));
	facts_sort(&r->residents);
}

static struct person *person_of(struct reading *r, const char *watcher_id)
{
	const char *found = facts_of(&r->persons, watcher_id, NULL);

	return found ? (struct person *)(void *)(r->persons.list + (found - r->persons.list)) : NULL;
}

/* What the links of one home come to. */
struct circle {
	size_t reachable;
	unsigned tiers, tomorrow, holiday; /* bits of ladder.h: with somebody who may be asked, ever, and then */
	char away[TIERS][128];             /* who of a tier is away tomorrow */
};

static void check_barred(struct reading *r, const struct enrolment_resident *home, const struct enrolment_link *l,
	const struct person *p)
{
	const struct enrolment_barred *b = NULL;

	if (l->barred)
		snprintf(add_resident(r, ENROLMENT_NEVER_TOLD_LINKED, home)->detail, 256, "%s", l->watcher_id);
	while ((b = facts_of(&r->barred, home->resident_id, b)) != NULL)
		if (strcmp(b->watcher_id, p->watcher_id) != 0 && barred_alike(b->name, p->name, p->kana)) {
			snprintf(add_resident(r, ENROLMENT_NEVER_TOLD_LIKE, home)->detail, 256, "%s", l->watcher_id);
			return;
		}
}

static void add_link(struct reading *r, struct circle *c, const struct enrolment_resident *home,
	const struct enrolment_link *l, struct person *p)
{
	unsigned bit = (unsigned)TELL_TIER1 << (l->tier - 1);
	char *away = c->away[l->tier - 1];
	size_t used = strlen(away);

	p->looks_in = true;
	check_barred(r, home, l, p);
	if (l->unasked)
		snprintf(add_resident(r, ENROLMENT_LINK_CONSENT, home)->detail, 256, "%s", l->watcher_id);
	if (l->barred || l->refused || l->know || p->no_channel)
		return;
	c->reachable += !p->away;
	c->tiers |= bit;
	if (p->on_holiday)
		c->holiday |= bit;
	if (!p->away_tomorrow)
		c->tomorrow |= bit;
	else
		snprintf(away + used, sizeof(c->away[0]) - used, " %s", l->watcher_id);
}

static void judge_tiers(struct reading *r, const struct enrolment_resident *home, const struct circle *c)
{
	for (int tier = 0; tier < TIERS; tier++) {
		unsigned bit = (unsigned)TELL_TIER1 << tier;

		if ((c->tiers & bit) && !(c->tomorrow & bit))
			snprintf(add_resident(r, ENROLMENT_TIER_AWAY, home)->detail, 256, "%d%s", tier + 1,
				c->away[tier]);
	}
}

static void judge_home(struct reading *r, const struct enrolment_resident *home)
{
	const struct enrolment_link *l = NULL;
	struct circle c = { 0 };

	while ((l = facts_of(&r->links, home->resident_id, l)) != NULL) {
		struct person *p = person_of(r, l->watcher_id);

		if (p && l->tier >= 1 && l->tier <= TIERS)
			add_link(r, &c, home, l, p);
	}
	if (!home->consent)
		add_resident(r, ENROLMENT_NO_CONSENT, home);
	if (!home->identified)
		add_resident(r, ENROLMENT_NO_IDENTIFIER, home);
	if (c.reachable < REACHABLE_LEAST)
		snprintf(add_resident(r, ENROLMENT_FEW_WATCHERS, home)->detail, 256, "%zu", c.reachable);
	judge_tiers(r, home, &c);
	enrolment_days_home(&r->days, r->w, home, home->consent ? c.holiday : 0);
}

static void judge_persons(struct reading *r)
{
	for (size_t k = 0; k < r->persons.count; k++) {
		const struct person *p = (const struct person *)(const void *)(r->persons.list + k * r->persons.size);

		if (p->looks_in && p->no_channel)
			snprintf(add(r, ENROLMENT_WATCHER_CHANNEL, p->watcher_id, p->name, "")->detail, 256, "%s",
				p->no_channel);
	}
}

static void judge_replacements(struct reading *r)
{
	struct replacement *list = calloc(FAILED_MOST, sizeof(*list));
	size_t n;

	if (!list)
		fatal("error=\"out of memory\"");
	n = replacements_failed(r->w->store, r->now - FAILED_WITHIN, list, FAILED_MOST);
	for (size_t k = 0; k < n; k++) {
		const struct person *p = person_of(r, list[k].old_id);

		if (p && p->looks_in)
			snprintf(add(r, ENROLMENT_REPLACEMENT_FAILED, p->watcher_id, p->name, "")->detail, 256, "%s",
				list[k].new_id);
	}
	free(list);
}

/* Pairs come by their first: one check for each of those, naming the others. */
struct likeness {
	struct reading *r;
	struct enrolment_check *check; /* of the one before; it moves when the list grows */
	size_t one, named, more;
};

static const struct enrolment_resident *home_at(const struct reading *r, size_t place)
{
	return (const struct enrolment_resident *)(const void *)(r->residents.list + place * r->residents.size);
}

static void end_likeness(struct likeness *l)
{
	size_t used;

	if (!l->named || !l->more)
		return;
	used = strlen(l->check->detail);
	snprintf(l->check->detail + used, sizeof(l->check->detail) - used, " +%zu", l->more);
}

static void found_alike(void *context, size_t one, size_t other)
{
	struct likeness *l = context;
	size_t used;

	if (!l->named || one != l->one) {
		end_likeness(l);
		l->check = add_resident(l->r, ENROLMENT_SIMILAR_NAME, home_at(l->r, one));
		l->one = one;
		l->named = l->more = 0;
	}
	used = strlen(l->check->detail);
	if (l->named == NAMES_SAID || used + RESIDENT_ID + 8 > sizeof(l->check->detail)) {
		l->more++;
		return;
	}
	snprintf(l->check->detail + used, sizeof(l->check->detail) - used, "%s%s", used ? " " : "",
		home_at(l->r, other)->resident_id);
	l->named++;
}

static void judge_names(struct reading *r)
{
	struct enrolment_name *names = calloc(r->residents.count + 1, sizeof(*names));
	struct likeness l = { .r = r };

	if (!names)
		fatal("error=\"out of memory\"");
	for (size_t k = 0; k < r->residents.count; k++)
		names[k] = (struct enrolment_name){ home_at(r, k)->name, home_at(r, k)->kana };
	enrolment_names_alike(names, r->residents.count, found_alike, &l);
	end_likeness(&l);
	free(names);
}

/* The setting is named: it lacks a file, or the file has run out. */
static void add_unknown_holidays(struct reading *r)
{
	const struct holidays *known = r->w->holidays;
	struct enrolment_check *c = add(r, ENROLMENT_HOLIDAYS_UNKNOWN, "[server] holidays", "", "");
	char last[DATE_TEXT];

	if (known->count)
		snprintf(c->detail, sizeof(c->detail), "%s", date_format(last, known->days[known->count - 1]));
}

static void judge_holiday(struct reading *r)
{
	if (!r->days.holiday_at)
		add_unknown_holidays(r);
	for (size_t k = 0; k < r->days.gap_count; k++) {
		const struct enrolment_gap *g = &r->days.gaps[k];
		char on[DATE_TEXT];

		snprintf(add(r, ENROLMENT_HOLIDAY_NOBODY, g->policy, "", "")->detail, 256, "%s %s %zu",
			incident_kind_name(g->kind), date_format(on, zone_day(r->days.holiday_at)), g->homes);
	}
}

static int by_code(const void *a, const void *b)
{
	const struct enrolment_check *one = a, *other = b;

	if (one->code != other->code)
		return one->code < other->code ? -1 : 1;
	return strcmp(one->subject, other->subject);
}

bool enrolment_read(struct enrolment *e, struct watch *w, const struct enrolment_scope *scope, int64_t now)
{
	struct reading r = { .e = e,
		.w = w,
		.scope = scope,
		.now = now,
		.tomorrow_at = zone_instant(zone_day(now) + 1, 0, ZONE_FIRST),
		.residents = { .size = sizeof(struct enrolment_resident) },
		.persons = { .size = sizeof(struct person) },
		.links = { .size = sizeof(struct enrolment_link) },
		.failures = { .size = sizeof(struct enrolment_failure) },
		.barred = { .size = sizeof(struct enrolment_barred) } };
	bool good;

	*e = (struct enrolment){ 0 };
	if (!db_begin_read(w->store->db))
		return false;
	enrolment_days_begin(&r.days, w, now);
	read_failures(&r);
	read_links(&r);
	read_barred(&r);
	read_persons(&r);
	read_residents(&r);
	for (size_t k = 0; k < r.residents.count; k++)
		judge_home(&r, home_at(&r, k));
	judge_persons(&r);
	judge_replacements(&r);
	judge_names(&r);
	judge_holiday(&r);
	good = db_status(w->store->db) == DB_FINE;
	db_rollback(w->store->db);
	if (e->count)
		qsort(e->list, e->count, sizeof(*e->list), by_code);
	enrolment_days_end(&r.days);
	free(r.residents.list);
	free(r.persons.list);
	free(r.links.list);
	free(r.failures.list);
	free(r.barred.list);
	return good;
}

void enrolment_release(struct enrolment *e)
{
	free(e->list);
	*e = (struct enrolment){ 0 };
}
