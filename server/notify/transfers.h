/*
 * transfers - requests under way, each with its own time limits: HTTP in a thread of its own (posts.h), SMTP in several
 * (mailers.h), so that connections are busy while their caller is with the store.
 *
 * What goes to one server has a lane: so many connections, used again, and a queue before them. What waits there for
 * long is given back.
 */
#ifndef NOTIFY_TRANSFERS_H
#define NOTIFY_TRANSFERS_H

#include "server/notify/channel.h"

enum { TRANSFERS_TOGETHER_MS = 10 }; /* one that has ended waits so long for others */

struct transfers;

struct transfers *transfers_new(void);
/* Ends what is under way without an answer; NULL is fine. */
void transfers_free(struct transfers *t);

/*
 * Starts one as soon as its lane (below SERVERS_MOST) has a free connection, urgent ones first; the request must live
 * until its answer was taken. `tag` comes back with it.
 */
void transfers_start(struct transfers *t, const struct request *r, size_t lane, bool urgent, void *tag);
/* Those that wait for a connection since before this (clock_boot) end as `waited`: they were never started. */
void transfers_recall(struct transfers *t, int64_t before);
/* Waits up to ms until `enough` have ended, or any some time ago, or for transfers_wake. */
void transfers_wait(struct transfers *t, int64_t ms, size_t enough);
/* The next one that has ended; false: none. */
bool transfers_take(struct transfers *t, void **tag, struct answer *a);
/* From any thread: who waits goes on; or, something else has ended, which counts as much as a transfer. */
void transfers_wake(struct transfers *t);
void transfers_ended_too(struct transfers *t);

#endif
