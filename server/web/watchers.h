/*
 * watchers - a watcher as the pages read them, and whether they may.
 *
 * A watcher belongs to the districts of those they look in on; one who looks in on nobody yet is for those who have all
 * districts.
 */
#ifndef WEB_WATCHERS_H
#define WEB_WATCHERS_H

#include "server/store/watchers.h"
#include "server/web/call.h"

/* Whether the caller may know of them; and whether all of their residents are in the caller's districts. */
bool watcher_covered(const struct call *c, const char *watcher_id);
bool watcher_covered_whole(const struct call *c, const char *watcher_id);
/* Whom a login or a watcher's id names: user:LOGIN, watcher:ID. False: nobody whom the caller may know of. */
bool call_person(struct call *c, const char *who, char person[PERSON]);
/* The watcher, if there is one of the caller's; else 404 was replied. Not audited yet. */
bool call_watcher(struct call *c, const char *watcher_id, struct watcher *w);

#endif
