/*
 * jump - notices that the clock jumped: realtime against boottime, from turn to turn (rules 6).
 *
 * A clock that is slewed drifts by less than that between two turns and is no jump.
 *
 * A machine without a clock of its own goes on from the time that it kept when it went off, which is behind by as long
 * as it was off, and not behind our last heartbeat. Then it seems to have been off for hardly any time; what is heard
 * until it is set ahead is heard late.
 */
#ifndef SERVER_JUMP_H
#define SERVER_JUMP_H

#include <stdbool.h>
#include <stdint.h>

struct jump {
	int64_t limit_ms;
	int64_t ahead_ms; /* realtime before boottime, as of the last look */
	bool pending;     /* it jumped, and whoever must know does not yet */
	int64_t by_ms;    /* pending: so far ahead; below 0 it was set back */
	int64_t kept_at;  /* it may go on from a time that was kept: since then, by itself; 0: it does not */
};

/* How far this clock is behind one by which we wrote a heartbeat at last_beat_at (0: never); 0: by no jump. */
int64_t jump_behind_ms(int64_t now, int64_t last_beat_at, int64_t limit_ms);
/* last_beat_at: as above; a clock that is behind it has jumped. boot: how long the machine has been on. */
void jump_init(struct jump *j, int64_t now, int64_t boot, int64_t last_beat_at, int64_t limit_ms);
/* Each turn; whether a jump is pending. */
bool jump_look(struct jump *j, int64_t now, int64_t boot);

#endif
