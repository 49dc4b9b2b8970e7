/* disclosure - one row each time somebody was told. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/utf8.h"
#include "common/zone.h"
#include "server/store/timeline.h"
#include "server/watch/disclosure.h"
#include "server/watch/items.h"
#include "server/watch/telling.h"

static struct disclosure by_consent(struct watch *w, const char *resident_id, const char *person, const char *items,
	int64_t incident_id, int64_t now)
{
	struct disclosure d = { .at = now, .incident_id = incident_id };

	snprintf(d.resident_id, sizeof(d.resident_id), "%s", resident_id);
	snprintf(d.person, sizeof(d.person), "%s", person);
	telling_name(w, person, d.name);
	snprintf(d.items, sizeof(d.items), "%s", items);
	snprintf(d.basis, sizeof(d.basis), "consent");
	return d;
}

void disclosure_told(struct watch *w, const char *resident_id, const char *person, const char *items,
	const char *channel, int64_t incident_id, int64_t now)
{
	struct disclosure d;

	if (!items[0] || !resident_id[0] || !person_watcher(person))
		return;
	d = by_consent(w, resident_id, person, items, incident_id, now);
	snprintf(d.channel, sizeof(d.channel), "%.*s", (int)strcspn(channel, ":"), channel);
	disclosures_add(w->store, &d);
}

/* Told again the same day it is the same telling. */
static bool once_a_day(struct watch *w, const char *resident_id, const char *watcher_id, const char *items,
	const char *channel, int64_t incident_id, int64_t now)
{
	char person[PERSON];
	struct disclosure d;

	if (!items[0])
		return false;
	PERSON_OF(person, "watcher", watcher_id);
	d = by_consent(w, resident_id, person, items, incident_id, now);
	snprintf(d.channel, sizeof(d.channel), "%s", channel);
	if (disclosures_has(w->store, &d, zone_instant(zone_day(now), 0, ZONE_FIRST)))
		return false;
	return disclosures_add(w->store, &d) != 0;
}

bool disclosure_shown(struct watch *w, const char *resident_id, const char *watcher_id, const char *items,
	int64_t incident_id, int64_t now)
{
	return once_a_day(w, resident_id, watcher_id, items, "page", incident_id, now);
}

bool disclosure_paper(struct watch *w, const char *resident_id, const char *watcher_id, const char *items, int64_t now)
{
	return once_a_day(w, resident_id, watcher_id, items, "paper", 0, now);
}

static bool check_emergency(struct watch *w, const struct disclosure *d, struct refusal *no)
{
	struct incident i;
	struct resident r;

	if (!residents_find(w->store, d->resident_id, &r))
		return refuse(no, REFUSED_UNKNOWN, "there is no resident %s", d->resident_id);
	if (!d->name[strspn(d->name, " ")])
		return refuse(no, REFUSED_INVALID, "who was told is missing");
	if (!d->reason[strspn(d->reason, " ")])
		return refuse(no, REFUSED_INVALID, "the reason is missing");
	if (!d->items[0] || !items_are_of(d->items, ITEMS_ALL))
		return refuse(no, REFUSED_INVALID, "what was told is any of " ITEMS_ALL);
	if (d->incident_id &&
		(!incidents_find(w->store, d->incident_id, &i) || strcmp(i.resident_id, d->resident_id) != 0))
		return refuse(
			no, REFUSED_INVALID, "incident %" PRId64 " is not about %s", d->incident_id, d->resident_id);
	return true;
}

bool disclosure_emergency(struct watch *w, struct disclosure *d, const char *by, int64_t now, struct refusal *no)
{
	char detail[512];

	if (!check_emergency(w, d, no))
		return false;
	d->at = now;
	snprintf(d->basis, sizeof(d->basis), "emergency");
	snprintf(d->by_person, sizeof(d->by_person), "%s", by);
	d->id = disclosures_add(w->store, d);
	snprintf(detail, sizeof(detail), "%.120s: %s (%.200s)", d->name, d->items, d->reason);
	utf8_mend(detail);
	timeline_add(w->store, d->incident_id, d->resident_id, now, "disclosed", by, detail);
	return true;
}
