/* replacement - planned with checks, done on its day in one transaction. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/zone.h"
#include "server/store/answer_tokens.h"
#include "server/store/consents.h"
#include "server/store/never_told.h"
#include "server/store/timeline.h"
#include "server/watch/blind.h"
#include "server/watch/duty.h"
#include "server/watch/incident.h"
#include "server/watch/items.h"
#include "server/watch/replacement.h"
#include "server/watch/telling.h"

enum { PLANS_A_TURN = 8, AHEAD_DAYS = 366, LABELS_MOST = 100000 };

/* A number that the new watcher's sheet does not have yet. */
static void free_label(struct watch *w, const char *watcher_id, char label[32])
{
	for (int n = 1; n < LABELS_MOST; n++) {
		snprintf(label, 32, "%d", n);
		if (!replacements_label_taken(w->store, watcher_id, label))
			return;
	}
}

static bool needs_consent(struct watch *w, const char *resident_id, const char *old_id, const char *new_id)
{
	struct consent c;

	return consents_latest(w->store, resident_id, "link", old_id, &c) && c.given &&
	       !(consents_latest(w->store, resident_id, "link", new_id, &c) && c.given);
}

/* What the new one's link will be; `old` is the link that goes. */
static void plan_home(struct watch *w, const struct link *old, const char *new_id, struct replacement_home *h)
{
	struct link own;
	struct consent c;

	*h = (struct replacement_home){ .link = *old, .key = old->key[0] != '\0' };
	snprintf(h->link.watcher_id, sizeof(h->link.watcher_id), "%s", new_id);
	h->link.key[0] = '\0';
	h->barred = never_told_bars(w->store, old->resident_id, new_id);
	h->linked = watchers_link(w->store, old->resident_id, new_id, &own);
	if (h->linked) {
		h->link = own;
		if (old->tier < own.tier)
			h->link.tier = old->tier;
		return;
	}
	h->needs_consent = needs_consent(w, old->resident_id, old->watcher_id, new_id);
	if (h->needs_consent)
		snprintf(h->link.shares, sizeof(h->link.shares), "%s", ITEMS_NONE);
	else if (consents_latest(w->store, old->resident_id, "link", new_id, &c) && c.given)
		snprintf(h->link.shares, sizeof(h->link.shares), "%s", c.items);
	h->renumbered = h->link.label[0] && replacements_label_taken(w->store, new_id, h->link.label);
}

size_t replacement_homes(
	struct watch *w, const char *old_id, const char *new_id, struct replacement_home *list, size_t most)
{
	struct link *links = calloc(most, sizeof(*links));
	size_t n;

	if (!links)
		fatal("error=\"out of memory\"");
	n = watchers_links(w->store, old_id, links, most);
	for (size_t k = 0; k < n; k++)
		plan_home(w, &links[k], new_id, &list[k]);
	free(links);
	return n;
}

/* Whether this watcher may take over from that day on. */
static bool fit(struct watch *w, const struct replacement *r, int64_t from_at, struct refusal *no)
{
	struct watcher new;

	if (!watchers_find(w->store, r->new_id, &new))
		return refuse(no, REFUSED_UNKNOWN, "there is no watcher %s", r->new_id);
	if (duty_away(new.ends, "", from_at))
		return refuse(no, REFUSED_INVALID, "%s has ended by %s", r->new_id, r->from_on);
	if (!new.channels[0])
		return refuse(no, REFUSED_INVALID, "%s has no channel to be told by", r->new_id);
	return true;
}

static bool check_homes(struct watch *w, const struct replacement *r, struct refusal *no)
{
	struct replacement_home *homes = calloc(REPLACEMENT_HOMES, sizeof(*homes));
	struct watcher new;
	bool fine = true;
	size_t n;

	if (!homes)
		fatal("error=\"out of memory\"");
	n = replacement_homes(w, r->old_id, r->new_id, homes, REPLACEMENT_HOMES);
	if (n == REPLACEMENT_HOMES)
		fine = refuse(no, REFUSED_INVALID, "%s has more than %d links", r->old_id, REPLACEMENT_HOMES - 1);
	for (size_t k = 0; fine && k < n; k++)
		if (homes[k].barred)
			fine = refuse(no, REFUSED_INVALID,
				"%s is never to be told about %s: move that link by hand first", r->new_id,
				homes[k].link.resident_id);
		else if (watchers_find(w->store, r->new_id, &new) &&
			 strcmp(new.resident_id, homes[k].link.resident_id) == 0)
			fine = refuse(no, REFUSED_INVALID, "%s is %s: nobody looks in on themselves", r->new_id,
				new.resident_id);
	free(homes);
	return fine;
}

bool replacement_plan(struct watch *w, struct replacement *r, const char *by, int64_t now, struct refusal *no)
{
	struct watcher old;
	int32_t day;

	if (!watchers_find(w->store, r->old_id, &old))
		return refuse(no, REFUSED_UNKNOWN, "there is no watcher %s", r->old_id);
	if (strcmp(r->old_id, r->new_id) == 0)
		return refuse(no, REFUSED_INVALID, "nobody takes over from themselves");
	if (!date_parse(r->from_on, &day) || day < zone_day(now) || day > zone_day(now) + AHEAD_DAYS)
		return refuse(no, REFUSED_INVALID, "from is a date (2026-11-30), today or within a year");
	if (!r->reason[strspn(r->reason, " ")])
		return refuse(no, REFUSED_INVALID, "the reason is missing");
	if (!fit(w, r, zone_instant(day, 0, ZONE_FIRST), no) || !check_homes(w, r, no))
		return false;
	if (replacements_clashes(w->store, r->old_id, r->new_id))
		return refuse(no, REFUSED_INVALID, "one of them is being replaced, or takes over, already");
	snprintf(r->entered_by, sizeof(r->entered_by), "%s", by);
	r->entered_at = now;
	r->id = replacements_add(w->store, r);
	return true;
}

bool replacement_drop(struct watch *w, int64_t id, struct refusal *no, int64_t now)
{
	struct replacement r;

	if (!replacements_find(w->store, id, &r))
		return refuse(no, REFUSED_UNKNOWN, "there is no such replacement");
	if (!replacements_drop(w->store, id, "", now))
		return refuse(no, REFUSED_CLOSED, "it was %s before", r.done_at ? "done" : "taken back");
	return true;
}

/* Alerts that wait for the old one about this home would find nobody. */
static void drop_alerts(struct watch *w, const char *resident_id, const char *person)
{
	struct incident i;

	if (incidents_open_of(w->store, resident_id, &i))
		notifications_drop_alerts(w->store, i.id, person);
}

static void move_home(struct watch *w, const struct replacement *r, const struct link *old, int64_t now)
{
	struct replacement_home h;
	char person[PERSON], detail[256];

	plan_home(w, old, r->new_id, &h);
	replacements_unlink(w->store, old->resident_id, old->watcher_id);
	if (!h.barred) {
		if (h.renumbered)
			free_label(w, r->new_id, h.link.label);
		replacements_link(w->store, &h.link);
	}
	PERSON_OF(person, "watcher", r->old_id);
	drop_alerts(w, old->resident_id, person);
	snprintf(detail, sizeof(detail), "%s %s%s%s%s%s", r->old_id, r->new_id, h.barred ? " barred" : "",
		h.needs_consent ? " needs_consent" : "", h.key ? " key" : "", h.renumbered ? " renumbered" : "");
	PERSON_OF(person, "watcher", h.barred ? r->old_id : r->new_id);
	timeline_add(w->store, 0, old->resident_id, now, "watcher_replaced", person, detail);
}

static void carry_out(struct watch *w, const struct replacement *r, int64_t now)
{
	struct link *links = calloc(REPLACEMENT_HOMES, sizeof(*links));
	char person[PERSON], detail[256];
	size_t n;

	if (!links)
		fatal("error=\"out of memory\"");
	n = watchers_links(w->store, r->old_id, links, REPLACEMENT_HOMES);
	for (size_t k = 0; k < n; k++)
		move_home(w, r, &links[k], now);
	free(links);
	answer_tokens_revoke_watcher(w->store, r->old_id, now);
	replacements_end_watcher(w->store, r->old_id, r->from_on, r->reason);
	PERSON_OF(person, "watcher", r->old_id);
	incident_free_claims(w, person, "", now);
	snprintf(detail, sizeof(detail), "by %s from %s, links %zu", r->new_id, r->from_on, n);
	watch_audit(w, now, r->entered_by, "replaced", r->old_id, detail);
	log_info("replacement=%" PRId64 " links=%zu", r->id, n);
}

static void run_one(struct watch *w, int64_t id, int64_t now)
{
	struct replacement r;
	struct refusal no = { REFUSED_NOT, "" };

	if (!replacements_find(w->store, id, &r))
		return;
	if (!fit(w, &r, now, &no)) {
		log_error("replacement=%" PRId64 " done=no why=\"%s\"", id, no.why);
		replacements_drop(w->store, id, no.why, now);
	} else if (replacements_done(w->store, id, now)) {
		carry_out(w, &r, now);
	}
}

bool replacement_run(struct watch *w, int64_t now)
{
	char today[DATE_TEXT];
	int64_t ids[PLANS_A_TURN];
	size_t n, done = 0;

	date_format(today, zone_day(now));
	if (replacements_due(w->store, today, ids, 1) == 0 || !blind_calm(w, w->rules.settle_long_ms, now) ||
		!store_begin(w->store))
		return false;
	n = replacements_due(w->store, today, ids, PLANS_A_TURN);
	for (size_t k = 0; k < n; k++) {
		db_save(w->store->db);
		run_one(w, ids[k], now);
		if (db_keep(w->store->db))
			done++;
		else if (db_status(w->store->db) == DB_FINE)
			log_error("replacement=%" PRId64 " error=\"put off: %s\"", ids[k], db_why(w->store->db));
	}
	return (store_commit(w->store) && done == PLANS_A_TURN) || db_again(w->store->db);
}

int64_t replacement_next_due(struct watch *w, int64_t now)
{
	char today[DATE_TEXT], on[16];
	int32_t day;

	date_format(today, zone_day(now));
	if (!replacements_next(w->store, today, on) || !date_parse(on, &day))
		return INT64_MAX;
	return zone_instant(day, 0, ZONE_FIRST);
}
