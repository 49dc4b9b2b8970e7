/*
 * replacements - one watcher who takes the place of another from a date on: entered before, done on that day, or
 * dropped before it. Rows are kept.
 */
#ifndef STORE_REPLACEMENTS_H
#define STORE_REPLACEMENTS_H

#include "server/store/incidents.h"
#include "server/store/watchers.h"

struct replacement {
	int64_t id;
	char old_id[WATCHER_ID], new_id[WATCHER_ID];
	char from_on[16]; /* local date: from its start */
	char reason[512], entered_by[PERSON];
	int64_t entered_at, done_at, dropped_at; /* done_at and dropped_at 0: it is still to come */
	char why_not[256];                       /* it could not be done on its day */
};

int64_t replacements_add(struct store *s, const struct replacement *r); /* its id */
bool replacements_find(struct store *s, int64_t id, struct replacement *r);
/* The one to come, of a watcher who goes or who takes over; of several the earliest. */
bool replacements_pending(struct store *s, const char *watcher_id, struct replacement *r);
bool replacements_clashes(struct store *s, const char *old_id, const char *new_id);
/* All of a watcher, latest first. How many (at most `most`). */
size_t replacements_of(struct store *s, const char *watcher_id, struct replacement *list, size_t most);
/* Those whose date has come by this local date, earliest first; and the next date after it (false: none). */
size_t replacements_due(struct store *s, const char *today, int64_t *ids, size_t most);
bool replacements_next(struct store *s, const char *today, char on[16]);
bool replacements_done(struct store *s, int64_t id, int64_t now); /* false: done or dropped before */
/* why_not: "" because staff took it back. */
bool replacements_drop(struct store *s, int64_t id, const char *why_not, int64_t now);
/* Those that could not be done since. */
size_t replacements_failed(struct store *s, int64_t since_at, struct replacement *list, size_t most);

/* What moving a link takes. */
void replacements_unlink(struct store *s, const char *resident_id, const char *watcher_id);
void replacements_link(struct store *s, const struct link *l); /* one that is there is changed */
bool replacements_label_taken(struct store *s, const char *watcher_id, const char *label);
void replacements_end_watcher(struct store *s, const char *watcher_id, const char *ends, const char *end_reason);

#endif
