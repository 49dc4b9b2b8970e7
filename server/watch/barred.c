/* barred - entries, and likeness of names. */
#include <stdio.h>
#include <string.h>

#include "common/zone.h"
#include "server/store/timeline.h"
#include "server/watch/alike.h"
#include "server/watch/barred.h"
#include "server/watch/incident.h"
#include "server/watch/telling.h"

enum { ENTRIES_MOST = 64, NAMES_AT_ONCE = 64 };

static bool same_entry(const struct never_told *a, const struct never_told *b)
{
	struct folded one, other;

	if (a->watcher_id[0] || b->watcher_id[0])
		return strcmp(a->watcher_id, b->watcher_id) == 0;
	alike_fold(&one, a->name);
	alike_fold(&other, b->name);
	return alike_equal(&one, &other);
}

static bool check(struct watch *w, struct never_told *n, struct refusal *no)
{
	struct never_told list[ENTRIES_MOST];
	struct watcher watcher;
	struct resident r;
	size_t count;

	if (!residents_find(w->store, n->resident_id, &r))
		return refuse(no, REFUSED_UNKNOWN, "there is no resident %s", n->resident_id);
	if (n->watcher_id[0]) {
		if (!watchers_find(w->store, n->watcher_id, &watcher))
			return refuse(no, REFUSED_UNKNOWN, "there is no watcher %s", n->watcher_id);
		snprintf(n->name, sizeof(n->name), "%s", watcher.name);
	}
	if (!n->name[strspn(n->name, " ")])
		return refuse(no, REFUSED_INVALID, "who is never to be told is missing");
	if (!n->reason[strspn(n->reason, " ")])
		return refuse(no, REFUSED_INVALID, "the reason is missing");
	count = never_told_of(w->store, n->resident_id, false, list, ENTRIES_MOST);
	if (count == ENTRIES_MOST)
		return refuse(no, REFUSED_INVALID, "more than %d persons are never to be told", ENTRIES_MOST);
	for (size_t k = 0; k < count; k++)
		if (same_entry(&list[k], n))
			return refuse(no, REFUSED_INVALID, "%s is listed already", n->name);
	return true;
}

bool barred_add(struct watch *w, struct never_told *n, const char *by, int64_t now, struct refusal *no)
{
	char person[PERSON];

	if (!check(w, n, no))
		return false;
	snprintf(n->entered_by, sizeof(n->entered_by), "%s", by);
	n->entered_at = now;
	n->id = never_told_insert(w->store, n);
	timeline_add(w->store, 0, n->resident_id, now, "never_told", by, n->watcher_id);
	if (!n->watcher_id[0])
		return true;
	PERSON_OF(person, "watcher", n->watcher_id);
	never_told_drop_waiting(w->store, n->resident_id, person);
	never_told_revoke(w->store, n->resident_id, n->watcher_id, now);
	incident_free_claims(w, person, n->resident_id, now);
	return true;
}

bool barred_lift(struct watch *w, int64_t id, const char *by, int64_t now, struct refusal *no)
{
	struct never_told n;

	if (!never_told_find(w->store, id, &n))
		return refuse(no, REFUSED_UNKNOWN, "there is no such entry");
	if (!never_told_set_lifted(w->store, id, now))
		return refuse(no, REFUSED_INVALID, "it was lifted before");
	timeline_add(w->store, 0, n.resident_id, now, "never_told_lifted", by, n.watcher_id);
	return true;
}

bool barred_may_link(struct watch *w, const char *resident_id, const char *watcher_id, struct refusal *no)
{
	if (!never_told_bars(w->store, resident_id, watcher_id))
		return true;
	return refuse(no, REFUSED_INVALID, "%s is never to be told about %s", watcher_id, resident_id);
}

/* By the name, or, where it was written in kana, by that. */
static bool resembles(const struct folded *barred, const char *name, const char *kana)
{
	struct folded f;

	alike_fold(&f, name);
	if (f.count && alike_nearly(barred, &f))
		return true;
	alike_fold(&f, kana);
	return f.count && alike_nearly(barred, &f);
}

bool barred_alike(const char *barred, const char *name, const char *kana)
{
	struct folded f;

	alike_fold(&f, barred);
	return resembles(&f, name, kana);
}

bool barred_resembles(struct watch *w, const char *resident_id, const struct watcher *watcher, char name[PERSON_NAME])
{
	struct never_told list[ENTRIES_MOST];
	size_t count = never_told_of(w->store, resident_id, false, list, ENTRIES_MOST);

	for (size_t k = 0; k < count; k++)
		if (strcmp(list[k].watcher_id, watcher->watcher_id) != 0 &&
			barred_alike(list[k].name, watcher->name, watcher->kana)) {
			snprintf(name, PERSON_NAME, "%s", list[k].name);
			return true;
		}
	return false;
}

size_t barred_like(struct watch *w, const char *name, int64_t now, struct watcher_name *list, size_t most)
{
	struct watcher_name page[NAMES_AT_ONCE];
	char after[WATCHER_ID] = "", today[DATE_TEXT];
	struct folded f;
	size_t n, found = 0;

	alike_fold(&f, name);
	date_format(today, zone_day(now));
	while (f.count && (n = never_told_names(w->store, after, today, page, NAMES_AT_ONCE)) > 0) {
		for (size_t k = 0; k < n && found < most; k++)
			if (resembles(&f, page[k].name, page[k].kana))
				list[found++] = page[k];
		memcpy(after, page[n - 1].watcher_id, sizeof(after));
	}
	return found;
}
