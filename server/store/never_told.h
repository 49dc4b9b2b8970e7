/*
 * never_told - persons who must never be told about a resident: by watcher, or by a name that no watcher has. Lifting
 * an entry keeps its row.
 */
#ifndef STORE_NEVER_TOLD_H
#define STORE_NEVER_TOLD_H

#include "server/store/incidents.h"
#include "server/store/watchers.h"

struct never_told {
	int64_t id;
	char resident_id[RESIDENT_ID];
	char watcher_id[WATCHER_ID]; /* "": only a name */
	char name[PERSON_NAME], reason[512], entered_by[PERSON];
	int64_t entered_at, lifted_at; /* lifted_at 0: it holds */
};

int64_t never_told_insert(struct store *s, const struct never_told *n); /* its id */
bool never_told_find(struct store *s, int64_t id, struct never_told *n);
bool never_told_set_lifted(struct store *s, int64_t id, int64_t now); /* false: it was lifted before */
/* Those of a resident by id, lifted ones too if `lifted`. How many (at most `most`). */
size_t never_told_of(struct store *s, const char *resident_id, bool lifted, struct never_told *list, size_t most);
/* Whether this watcher is one of them, now. */
bool never_told_bars(struct store *s, const char *resident_id, const char *watcher_id);

/* What waits for a person about incidents of this resident is dropped. */
void never_told_drop_waiting(struct store *s, const char *resident_id, const char *person);
/* The links by which a watcher could see incidents of this resident are dead. */
void never_told_revoke(struct store *s, const char *resident_id, const char *watcher_id, int64_t now);

/* Names of watchers who have not ended by a local date, by id from after_id on. */
struct watcher_name {
	char watcher_id[WATCHER_ID], name[PERSON_NAME], kana[PERSON_NAME];
};
size_t never_told_names(
	struct store *s, const char *after_id, const char *today, struct watcher_name *list, size_t most);

#endif
