/*
 * ladder - after how long who is told about an incident, and the telling of a step (rules 4).
 *
 * An incident keeps a copy of every kind's steps, taken at opening; the people are looked up when a step fires.
 */
#ifndef WATCH_LADDER_H
#define WATCH_LADDER_H

#include "server/store/incidents.h"
#include "server/store/policies.h"
#include "server/watch/watch.h"

enum { TELL_RESIDENT = 1, TELL_TIER1 = 2, TELL_TIER2 = 4, TELL_TIER3 = 8, TELL_STAFF = 16 };
#define TELL_TIERS   (TELL_TIER1 | TELL_TIER2 | TELL_TIER3)
#define LADDER_HOURS "daily 07:00-21:00" /* of watchers who have none of their own */
#define LADDER_STEPS 16                  /* of one kind */

struct ladder_step {
	int64_t after_ms;
	unsigned tell;
};

bool ladder_tell_parse(const char *text, unsigned *tell); /* resident+tier1+…+staff */
const char *ladder_tell_name(unsigned bit);               /* the word of one of them */
bool ladder_built_in(const char *policy);                 /* default, neighbour_first, gentle */
const char *ladder_built_in_name(size_t n);               /* the n-th of them; NULL: there are no more */
/* The steps of a built-in policy, but those of kinds that it leaves to `default`. */
size_t ladder_built_in_steps(const char *policy, struct policy_step *list, size_t most);

/* The policy that applies: the resident's own, or by category where the cell is empty. */
const char *ladder_policy(const char *policy, const char *category);
/* Every kind's steps of the policy that applies to a resident with these two, as text. */
void ladder_copy(struct watch *w, const char *policy, const char *category, char text[LADDER_TEXT]);

/* The steps of an incident's kind, in order; how many. */
size_t ladder_steps(const struct incident *i, struct ladder_step steps[LADDER_STEPS]);
/*
 * Whom it tells next, and when; repeat: after the last step everybody again. False: nobody, as long as it is as it is:
 * somebody has claimed it, or it is closed.
 */
struct ladder_coming {
	int64_t at;
	unsigned tell;
	bool repeat;
};
bool ladder_coming(struct watch *w, const struct incident *i, struct ladder_coming *next);

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
