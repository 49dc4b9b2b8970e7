/*
 * circle - a watcher looks in no more: on one resident whose link went, or on anybody, their end having come.
 *
 * Inside the caller's transaction, after the row was written. Who is told is looked up when a step fires
 * (store/watchers.h); here ends what was under way: what waits for them is dropped, what they hold is open again, and
 * the links they answer by are dead.
 */
#ifndef WATCH_CIRCLE_H
#define WATCH_CIRCLE_H

#include "server/watch/watch.h"

void circle_left(struct watch *w, const char *resident_id, const char *watcher_id, int64_t now);
void circle_ended(struct watch *w, const char *watcher_id, int64_t now);

#endif
