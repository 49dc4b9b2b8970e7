/*
 * draw - what happens in a simulation, drawn from its seed: each day's presses and troubles, and what people do when
 * they are told something. Most residents are fine on most days; the rest keeps thousands of incidents going.
 */
#ifndef TESTS_SIMULATION_DRAW_H
#define TESTS_SIMULATION_DRAW_H

#include "tests/simulation/acts.h"
#include "tests/simulation/town.h"

struct draw {
	struct dice dice;
	const struct world *w;
	struct act *queue; /* a heap, earliest first; those of one instant in the order in which they were drawn */
	int64_t *order;
	int queue_n, room;
	int64_t drawn;
	int press;             /* the last press's id */
	int64_t *absent_until; /* of each resident: in bed, or gone without a word */
};

void draw_begin(struct draw *d, const struct world *w, uint64_t seed);
void draw_end(struct draw *d);
/* All that is to happen on the day that begins at `at`. */
void draw_day(struct draw *d, int64_t at);
/* What follows an act that was done; and that somebody was told. */
void draw_after(struct draw *d, const struct act *a);
void draw_told(struct draw *d, int telling);
/* The next; false: there is none until then. */
bool draw_next(struct draw *d, int64_t until, struct act *a);
int64_t draw_next_at(const struct draw *d);

#endif
