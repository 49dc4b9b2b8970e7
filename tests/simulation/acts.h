/*
 * acts - everything that happens in the world of a simulation: one line each, done to the system and told to the model.
 *
 * An act names its time by a clock that never goes wrong; ours may (ACT_CLOCK). Acts that have become impossible are
 * done all the same: both sides must refuse them. So any subset of a list of acts is a simulation too.
 */
#ifndef TESTS_SIMULATION_ACTS_H
#define TESTS_SIMULATION_ACTS_H

#include <stdio.h>

#include "tests/simulation/system.h"

/* ACT(name, what its numbers are) */
#define ACTS(ACT)                                                    \
	ACT(PRESS, "resident kind id at age retained")               \
	ACT(CLAIM, "resident subject person")                        \
	ACT(RELEASE, "resident subject person")                      \
	ACT(DECLINE, "resident subject person")                      \
	ACT(REPORT, "resident subject person report how")            \
	ACT(CLOSE, "resident subject person end*10+how days forgot") \
	ACT(ANSWER, "resident subject person")                       \
	ACT(PAUSE, "resident from_days to_days")                     \
	ACT(RESUME, "resident")                                      \
	ACT(END, "resident ill")                                     \
	ACT(PLAN_END, "resident days")                               \
	ACT(CHECKIN, "resident")                                     \
	ACT(SCHEDULE, "resident plan")                               \
	ACT(POLICY, "resident policy")                               \
	ACT(LADDER, "policy kind ladder")                            \
	ACT(CONSENT, "resident given")                               \
	ACT(AWAY, "person from_days to_days")                        \
	ACT(HOURS, "watcher plan")                                   \
	ACT(NIGHT, "watcher night")                                  \
	ACT(DUTY, "user plan")                                       \
	ACT(CHANNEL, "person channel mood")                          \
	ACT(DEAF, "")                                                \
	ACT(HEAR, "")                                                \
	ACT(STOP, "")                                                \
	ACT(START, "")                                               \
	ACT(RESTART, "")                                             \
	ACT(KILL, "statements")                                      \
	ACT(CLOCK, "ahead_ms")

enum act_kind {
#define ACT(name, numbers) ACT_##name,
	ACTS(ACT)
#undef ACT
		ACT_KINDS
};

enum { ACT_NUMBERS = 6 };

struct act {
	int64_t at;
	enum act_kind kind;
	int64_t n[ACT_NUMBERS];
};

/* What an act works on. */
struct world {
	struct system s;
	struct model m;
	int64_t at;       /* the true time */
	int64_t offset;   /* our clock is ahead of it by this */
	bool stopped;     /* nothing of ours runs */
	struct act *kept; /* presses that the broker keeps while we are deaf */
	int kept_n;
	int64_t heard[M_REJECTED + 1], retained, kept_heard; /* presses, by their answer; and those without */
};

static inline int64_t world_now(const struct world *w)
{
	return w->at + w->offset;
}

/* Acts of one instant: all presses of a batch, or one of anything else; how many were done. *done: it was not refused.
 */
int acts_do(struct world *w, const struct act *acts, int n, bool *done, char *wrong, size_t size);
/* The incident that it is about: the resident's latest, or the open question; -1: there is none. */
int acts_incident(const struct world *w, const struct act *a);
const char *acts_name(enum act_kind kind);
void acts_print(FILE *out, const struct world *w, const struct act *a);

#endif
