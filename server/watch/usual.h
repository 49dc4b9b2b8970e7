/*
 * usual - when a resident usually presses: learned from the first press of each of the last 90 days, so that drift
 * shows before a miss; and the question to staff about who forgets again and again.
 */
#ifndef WATCH_USUAL_H
#define WATCH_USUAL_H

#include "server/store/residents.h"
#include "server/watch/watch.h"

enum {
	USUAL_DAYS = 90, /* with today */
	USUAL_LEAST = 7, /* days with a press, before anything is learned */
};

/* Minutes are of the wall clock, 0-1439. */
struct usual {
	size_t count; /* days with a press */
	struct {
		int32_t day;
		int minute; /* of the first press that counts */
	} days[USUAL_DAYS];
	bool learned;         /* false: too few days for what follows */
	int from, to, median; /* nine presses of ten come from the one on, nine of ten by the other */
};
void usual_read(struct watch *w, const char *resident_id, int64_t now, struct usual *u);

/* DUE of what is expected next of a resident, in minutes of its day, 1440 at its end; -1: nothing is. */
int usual_due(const struct vigil *v);
/*
 * A better DUE than this one for who presses too late for it: the half hour after nine presses of ten; minutes, up to
 * 1440. -1: a later time would not help, or nothing is learned.
 */
int usual_better_due(const struct usual *u, int due);

/*
 * An incident closed because the resident had forgotten: FORGOT_TIMES within forgot_within raise one question for
 * staff of kind device, subject and detail as below; each question has its own.
 */
#define USUAL_SUBJECT "forgot/" /* and the resident's id */
#define USUAL_DETAIL  "forgot"
void usual_forgot(struct watch *w, const char *resident_id, int64_t now);
/* The service ended: there is nothing to ask any more. */
void usual_ended(struct watch *w, const char *resident_id, int64_t now);

#endif
