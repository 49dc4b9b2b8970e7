/*
 * blind - when we could not hear, and who may be judged meanwhile (rules 6).
 *
 * heard_until is when we sent our latest echo that came back and whose batch is committed: every press the broker had
 * accepted by then is on disk.
 */
#ifndef WATCH_BLIND_H
#define WATCH_BLIND_H

#include "server/watch/watch.h"

/* Our echo sent at sent_at came back; inside the transaction of the batch it ended. A gap before it is a blind period.
 */
void blind_heard(struct watch *w, int64_t sent_at, int64_t now);
/*
 * The clock jumped (realtime against boottime), or stood behind our last heartbeat at start; by_ms below 0: it was
 * set back. Inside a transaction.
 */
void blind_clock_jumped(struct watch *w, int64_t by_ms, int64_t now);
/* A start, by a clock that is not behind our last heartbeat; inside a transaction. */
void blind_started(struct watch *w, int64_t now);
/*
 * Whether no long blind period (such as a jump of the clock) ended within this long: what cannot be undone and hangs on
 * the date alone waits for that.
 */
bool blind_calm(struct watch *w, int64_t for_ms, int64_t now);
/* When our latest heartbeat was written by our clock; 0 on the first start ever. */
int64_t blind_last_beat(struct watch *w);

/* 0 while we hear (or never heard yet), else since when we have not. */
int64_t blind_since(struct watch *w, int64_t now);
/* Only deadlines up to here are judged; 0: none yet. */
int64_t blind_heard_until(struct watch *w);
/* The gate: deadlines before the instant returned may be judged missed at `now`, later ones not yet. */
int64_t blind_gate(struct watch *w, int64_t now);

/* Each turn: periods that begin, the question to staff, those to remind at a long one's end. True: more at once. */
bool blind_run(struct watch *w, int64_t now);

#endif
