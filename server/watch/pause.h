/*
 * pause - times when nothing is expected, ends of service, and who may say so (rules 7).
 *
 * Inside the caller's transaction. False: `why` says what is wrong and nothing changed. `by` is who enters it, for
 * timeline and audit; who told it is recorded with it. Overlapping pauses, and those that follow each other without a
 * gap, count as one.
 *
 * A question about pauses has the resident as its subject; its detail is PAUSE_REVIEW, PAUSE_LAST, or PAUSE_PRESS, a
 * space and the press's pressed_at. It closes by itself when the resident is back or the service ends.
 */
#ifndef WATCH_PAUSE_H
#define WATCH_PAUSE_H

#include "server/store/pauses.h"
#include "server/watch/watch.h"

#define PAUSE_WHY 256

#define PAUSE_REVIEW "review" /* 24 h after it was entered */
#define PAUSE_LAST   "last"   /* its last day */
#define PAUSE_PRESS  "press"  /* a press contradicts it */

/* Birth date YYYY-MM-DD or the last four digits of the telephone, as the one who reports it says. */
bool pause_verify(const struct resident *r, const char *verify, char why[PAUSE_WHY]);
/* Others in service with the same or a similar name, for a warning: ids, space separated; how many. */
size_t pause_similar(struct watch *w, const struct resident *r, char *ids, size_t size);

/* Whether two local dates make a pause: in order, not over, from_on not past, to_on at most pause_longest away. */
bool pause_possible(struct watch *w, const char *from_on, const char *to_on, int64_t now, char why[PAUSE_WHY]);
/* Whole local dates, from now where from_on is today, to the end of to_on. */
bool pause_enter(struct watch *w, const char *resident_id, const char *from_on, const char *to_on, const char *reason,
	const char *told_by, const char *by, int64_t now, char why[PAUSE_WHY]);
/*
 * The same for import files, where a pause may have begun before, or be over: of a pause that has begun, only what is
 * to come counts towards pause_longest. pause_import takes dates that are possible; resident and from_on name the
 * pause, which is changed where it differs and stands again then. False: it was there already, nothing changed.
 */
bool pause_importable(struct watch *w, const char *from_on, const char *to_on, int64_t now, char why[PAUSE_WHY]);
bool pause_import(struct watch *w, const char *resident_id, const char *from_on, const char *to_on, const char *reason,
	const char *told_by, const char *by, int64_t now);
/* Ends what pauses there are now and to come. */
bool pause_resume(struct watch *w, const char *resident_id, const char *told_by, const char *by, int64_t now,
	char why[PAUSE_WHY]);

/* The service ends: reason deceased moved facility declined other. */
bool pause_end_service(struct watch *w, const char *resident_id, const char *reason, const char *told_by,
	const char *by, int64_t now, char why[PAUSE_WHY]);
/*
 * What waits for the end of an incident of an ended resident: devices and watchers' answer links are revoked. Called
 * when it closes; does nothing to a resident in service. Links to watchers stay as rows: an ended resident has no
 * incident, so nobody is told through them.
 */
void pause_revoke(struct watch *w, const char *resident_id, int64_t now);

/* Staff heard from the resident outside an incident: a check-in of kind ok. The caller has verified who reports it. */
bool pause_staff_checkin(struct watch *w, const char *resident_id, const char *told_by, const char *note,
	const char *by, int64_t now, char why[PAUSE_WHY]);

/*
 * Whether an instant lies in a pause of the resident: the start belongs to it, the end no longer. Of an expectation
 * that is asked for the instant before DUE (pause_covers_due), so that a DUE of 24:00 belongs to the day it ends.
 */
bool pause_covers(struct watch *w, const char *resident_id, int64_t at);
bool pause_covers_due(struct watch *w, const char *resident_id, int64_t due_at);
/* The pause at an instant, else the next to come, all that count as one together (from_*, to_*); false: none. */
bool pause_at(struct watch *w, const char *resident_id, int64_t at, struct pause *p);
/* A counting press of a resident who is paused: raises the question, once a day. */
void pause_contradicted(struct watch *w, const char *resident_id, int64_t pressed_at, int64_t now);

/* What each change above asks first: the resident is known and in service, and somebody told it. Reads the resident. */
bool pause_may_change(
	struct watch *w, const char *resident_id, const char *told_by, struct resident *r, char why[PAUSE_WHY]);

/* Questions due, and pause_run_ends. True: more at once. */
bool pause_run(struct watch *w, int64_t now);
/* Ends of service planned in the record (`ends`): from the start of that local date, but not just after a long deafness
 * or a jump of the clock. */
bool pause_run_ends(struct watch *w, int64_t now);
int64_t pause_next_due(struct watch *w, int64_t now);
/* After a clock was set back: questions are asked when they are due from now on. */
void pause_recompute(struct watch *w, int64_t now);

#endif
