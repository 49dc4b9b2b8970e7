/* consent - checked, kept, and made true in record and link. */
#include <stdio.h>
#include <string.h>

#include "common/zone.h"
#include "server/store/never_told.h"
#include "server/store/timeline.h"
#include "server/watch/consent.h"
#include "server/watch/incident.h"
#include "server/watch/items.h"
#include "server/watch/telling.h"

static bool is(const struct consent *c, const char *what)
{
	return strcmp(c->what, what) == 0;
}

static bool check_link(struct watch *w, const struct consent *c, struct refusal *no)
{
	struct link l;

	if (!watchers_link(w->store, c->resident_id, c->watcher_id, &l))
		return refuse(no, REFUSED_INVALID, "%s does not look in on %s", c->watcher_id, c->resident_id);
	if (!c->given)
		return !c->items[0] || refuse(no, REFUSED_INVALID, "items go with a consent that is given");
	if (never_told_bars(w->store, c->resident_id, c->watcher_id))
		return refuse(no, REFUSED_INVALID, "%s is never to be told about %s", c->watcher_id, c->resident_id);
	if (!c->items[0] || (strcmp(c->items, ITEMS_NONE) != 0 && !items_are_of(c->items, ITEMS_OF_LINK)))
		return refuse(
			no, REFUSED_INVALID, "what may be told is any of " ITEMS_OF_LINK ", or " ITEMS_NONE " alone");
	return true;
}

static bool check_what(struct watch *w, const struct consent *c, struct refusal *no)
{
	if (is(c, "link"))
		return check_link(w, c, no);
	if (c->watcher_id[0])
		return refuse(no, REFUSED_INVALID, "a watcher goes with what is link");
	if (is(c, "service"))
		return !c->items[0] || refuse(no, REFUSED_INVALID, "items go with what is link or entry");
	if (!is(c, "entry"))
		return refuse(no, REFUSED_INVALID, "what is agreed is one of service entry link");
	if (c->items[0] && (!c->given || strcmp(c->items, "police") != 0))
		return refuse(no, REFUSED_INVALID, "the items of an entry that is agreed to are police, or none");
	return true;
}

static bool check(struct watch *w, const struct consent *c, int64_t now, struct refusal *no)
{
	struct resident r;
	int32_t day;

	if (!residents_find(w->store, c->resident_id, &r))
		return refuse(no, REFUSED_UNKNOWN, "there is no resident %s", c->resident_id);
	if (!check_what(w, c, no))
		return false;
	if (!date_parse(c->agreed_on, &day) || day > zone_day(now))
		return refuse(no, REFUSED_INVALID, "agreed_on is a date (2026-11-30) that is not to come");
	if (!c->agreed_by[strspn(c->agreed_by, " ")])
		return refuse(no, REFUSED_INVALID, "who agreed is missing");
	if (!c->form[0] || strchr(c->form, ' ') || !items_are_of(c->form, "paper spoken online"))
		return refuse(no, REFUSED_INVALID, "the form is one of paper spoken online");
	return true;
}

/* Makes it true. Whoever may not be told any more does not hold what they were told of. */
static void apply(struct watch *w, const struct consent *c, int64_t now)
{
	char person[PERSON];

	if (is(c, "service")) {
		consents_set_service(w->store, c->resident_id, c->given ? c->agreed_on : "");
		if (!c->given)
			incident_free_claims(w, "", c->resident_id, now);
	} else if (is(c, "entry")) {
		consents_set_entry(w->store, c->resident_id, !c->given ? "no" : c->items[0] ? c->items : "yes");
	} else if (c->given) {
		consents_set_shares(w->store, c->resident_id, c->watcher_id, c->items);
	} else {
		PERSON_OF(person, "watcher", c->watcher_id);
		incident_free_claims(w, person, c->resident_id, now);
	}
}

bool consent_record(struct watch *w, struct consent *c, const char *by, int64_t now, struct refusal *no)
{
	char detail[512], person[PERSON];

	if (!check(w, c, now, no))
		return false;
	snprintf(c->entered_by, sizeof(c->entered_by), "%s", by);
	c->entered_at = now;
	c->id = consents_add(w->store, c);
	PERSON_OF(person, "watcher", c->watcher_id);
	snprintf(detail, sizeof(detail), "%s%s%s %s%s%s", c->what, c->watcher_id[0] ? " " : "",
		c->watcher_id[0] ? person : "", c->given ? "given" : "taken_back", c->items[0] ? ": " : "", c->items);
	timeline_add(w->store, 0, c->resident_id, now, "consent", by, detail);
	apply(w, c, now);
	return true;
}
