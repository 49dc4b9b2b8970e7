/*
 * expectation - notices that a resident has not checked in (rules 2).
 *
 * Every resident row carries next_look_at. A press does not move it: when it comes, a look asks whether a press came,
 * reminds or writes the expectation's one outcome, opens the incident if none came, and moves on to the next look,
 * all in one transaction. Looking twice changes nothing.
 */
#ifndef WATCH_EXPECTATION_H
#define WATCH_EXPECTATION_H

#include "common/clock.h"
#include "server/store/residents.h"
#include "server/watch/schedule.h"
#include "server/watch/watch.h"

/* The schedule that applies: the resident's own, or by category where the cell is empty. False: it is not readable. */
bool expectation_schedule(const char *schedule, const char *category, struct schedule *s);

/*
 * Begins watching over a resident who is new (or again in service), or applies a changed schedule: inside the
 * caller's transaction, after the row was written. Does nothing where the open expectation stands as it should.
 */
void expectation_begin(struct watch *w, const char *resident_id, int64_t now);
void expectation_reschedule(struct watch *w, const char *resident_id, int64_t now);
/* The service has ended: nothing is expected any more; what was open becomes `paused` if it is unmet. */
void expectation_stop(struct watch *w, const char *resident_id, int64_t now);
/*
 * After a clock jump: every open expectation is computed again from now. wrong_from: since when a clock that was ahead
 * has judged, by itself; 0: none has.
 */
void expectation_recompute(struct watch *w, int64_t wrong_from, int64_t now);

#define EXPECTATION_PUT_OFF (10 * MINUTE) /* a look at a row that fails is tried again after */

/* All looks due. True: more at once. */
bool expectation_run(struct watch *w, int64_t now);
/* The earliest look after now; one that is past is run or waits for our hearing. INT64_MAX: none. */
int64_t expectation_next_due(struct watch *w, int64_t now);

#endif
