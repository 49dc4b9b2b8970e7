/*
 * system - the real thing under a stepped clock: the store, the rules, the sender's side of the outbox, and everything
 * around them that can go wrong.
 *
 * It is driven beside the model: what is done here is told there. Each piece of work may be cut off at any statement,
 * as a kill would (system_kill_after): the work does not return, what was not committed is gone, and the store is
 * opened again. Nothing of that is compiled into the product: the linker puts this file between it and SQLite.
 */
#ifndef TESTS_SIMULATION_SYSTEM_H
#define TESTS_SIMULATION_SYSTEM_H

#include "server/intake/batch.h"
#include "server/store/outbox.h"
#include "server/watch/watch.h"
#include "tests/simulation/model.h"

enum channel_mood {
	CHANNEL_TAKES,
	CHANNEL_REFUSES, /* for good */
	CHANNEL_FAILS,   /* for now */
	CHANNEL_UNSURE,  /* takes it, and gives no answer */
	CHANNEL_HANGS,   /* gives no answer for a minute, and took nothing */
	CHANNEL_FULL,    /* has no room: nothing is even tried */
	CHANNEL_MOODS
};

struct system {
	struct store store;
	struct holidays holidays;
	struct watch watch;
	struct health health;
	struct batch batch;
	char folder[128], url[160];
	struct model *m;
	unsigned char *moods; /* by telling address: system_mood */
	int *incidents;       /* the model's number by the system's */
	int64_t incidents_room;
	unsigned char *taken; /* by the model's telling: how often a channel has it */
	int taken_room;
	struct hanging {
		int64_t message, until;
		size_t n;
		int tellings[OUTBOX_MEMBERS];
	} * hanging;
	int hanging_n;
	int kills;    /* how often it was killed */
	int compared; /* tellings before this one were compared when nothing could come of them any more */
	int64_t sent, duplicates;
	int64_t met[CHANNEL_MOODS]; /* how many messages met a channel in such a mood */
	/* Whoever wants to know that a channel took something. */
	void (*took)(void *context, int telling);
	void *context;
};

void system_begin(struct system *s, struct model *m, int64_t now);
void system_end(struct system *s);

/* Whatever runs next is killed at its n-th statement; 0: nothing is. */
void system_kill_after(int statements);
/* Runs work, which may be killed; then the store is open again. False: killed; *stored: it had committed. */
bool system_run(struct system *s, void (*work)(struct system *s, void *argument), void *argument, bool *stored);
void system_restart(struct system *s);

/* One turn at `now`, with the model; wrong: what is not as the model says, else untouched. */
bool system_turn(struct system *s, int64_t now, char *wrong, size_t size);
/* When the system wants its next turn, when a hanging channel gives up, when something may leave; M_NEVER. */
int64_t system_next(struct system *s, int64_t now);

/* The steps of a kind of a policy, as the model has them; inside a transaction. */
void system_write_policy(struct system *s, int policy, int kind);

unsigned char *system_mood(struct system *s, int person, int channel);
/* The system's number of the model's incident, looked up; and back (-1: the model has none). */
int64_t system_incident(struct system *s, int incident);
int system_model_incident(struct system *s, int64_t id);

#endif
