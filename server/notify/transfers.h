/*
 * transfers - requests under way: HTTP on one libcurl multi handle in the caller's thread, SMTP beside it (mailers.h).
 *
 * Each has its own time limits; connections are used again. Which may start, and when, is the caller's.
 */
#ifndef NOTIFY_TRANSFERS_H
#define NOTIFY_TRANSFERS_H

#include "server/notify/channel.h"

struct transfers;

struct transfers *transfers_new(void);
/* Ends what is under way without an answer; NULL is fine. */
void transfers_free(struct transfers *t);

/* Starts one; the request must live until its answer was taken. `tag` comes back with it. */
void transfers_start(struct transfers *t, const struct request *r, void *tag);
/* Moves everything on: waits up to ms for something to do, or until transfers_wake. */
void transfers_turn(struct transfers *t, int64_t ms);
/* The next one that has ended; false: none. */
bool transfers_take(struct transfers *t, void **tag, struct answer *a);
/* From any thread: the waiting turn returns. */
void transfers_wake(struct transfers *t);

#endif
