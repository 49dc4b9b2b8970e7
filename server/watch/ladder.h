/*
 * ladder - after how long who is told about an incident, and the telling of a step (rules 4).
 *
 * An incident keeps a copy of every kind's steps, taken at opening; the people are looked up when a step fires.
 */
#ifndef WATCH_LADDER_H
#define WATCH_LADDER_H

#include "server/store/incidents.h"
#include "server/watch/watch.h"

enum { TELL_RESIDENT = 1, TELL_TIER1 = 2, TELL_TIER2 = 4, TELL_TIER3 = 8, TELL_STAFF = 16 };
#define TELL_TIERS   (TELL_TIER1 | TELL_TIER2 | TELL_TIER3)
#define LADDER_STEPS 16 /* of one kind */

struct ladder_step {
	int64_t after_ms;
	unsigned tell;
};

bool ladder_tell_parse(const char *text, unsigned *tell); /* resident+tier1+…+staff */
bool ladder_built_in(const char *policy);                 /* default, neighbour_first, gentle */

/* Every kind's steps of the policy that applies to this resident, as text. */
void ladder_copy(struct watch *w, const struct resident *r, char text[LADDER_TEXT]);

/*
 * Fires what is overdue, together and in order; `at_once`: the next step (after the last one, the repeat) although it
 * is not. `except` is told nothing ("" nobody). The incident's round, step, fired_at and reached are set; the row is
 * the caller's to save. False: nothing was due.
 */
bool ladder_fire(struct watch *w, struct incident *i, bool at_once, const char *except, int64_t now);
/* Whether the firing that reached nobody has a next step to go to. */
bool ladder_has_next(const struct incident *i);
/* When the tick must look at an open incident again: its next step or repeat, or to see whom the last firing reached.
 */
int64_t ladder_next_at(struct watch *w, const struct incident *i, int64_t now);

/* A question's telling of staff on duty; when to look again. */
void ladder_question(struct watch *w, struct incident *i, int64_t now);
/* Nobody else was reached: every user with a channel, on duty or not (help). */
void ladder_everybody(struct watch *w, struct incident *i, int64_t now);

#endif
