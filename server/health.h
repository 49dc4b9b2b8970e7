/*
 * health - what every part says of itself: counted and stamped where it happens, read by /metrics, /readyz, the
 * heartbeat and the watchdog, each in a thread of its own. So everything here is atomic and nothing is locked.
 *
 * "Does it hear, does it store, does it tell" is asked here, once, for all of them.
 */
#ifndef SERVER_HEALTH_H
#define SERVER_HEALTH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum press_count {
	PRESS_STORED,
	PRESS_DUPLICATE,
	PRESS_UNKNOWN_DEVICE,
	PRESS_REJECTED,
	PRESS_RETAINED, /* ignored: no press */
	PRESS_FOREIGN,  /* under a name that is no device's */
	PRESS_FAILED,   /* our own mistake: the store refused the row; kept for staff, not answered */
	PRESS_COUNTS
};
extern const char *const press_count_names[PRESS_COUNTS];

#define BATCH_BUCKETS 8
extern const double batch_bucket_s[BATCH_BUCKETS]; /* upper bounds, seconds */

struct health {
	int64_t deaf_ms; /* set before any thread starts: an echo older than this is no hearing */

	/* Counted from the start of the process. */
	atomic_uint_fast64_t presses[PRESS_COUNTS], states, states_bad, acks;
	atomic_uint_fast64_t batches, batch_messages, batch_us, batch_le[BATCH_BUCKETS];
	atomic_uint_fast64_t busy, unwell; /* commits put off because of a lock; refused by the store */
	atomic_uint_fast64_t connects, echoes, turns, heartbeats;
	atomic_uint_fast64_t broken;  /* invariants found broken at the latest look */
	atomic_uint_fast64_t in_hand; /* messages read and not stored yet */

	/* By clock_boot, ms; 0: never, or not now. */
	atomic_int_fast64_t turned_at;    /* the loop's last turn */
	atomic_int_fast64_t connected_at; /* to the broker, since; 0: not connected */
	atomic_int_fast64_t echo_at;      /* when our latest echo that came back was sent */
	atomic_int_fast64_t unwell_at;    /* the store cannot commit, since; 0: it can */
	atomic_int_fast64_t well_at;      /* since when it can again */
	atomic_int_fast64_t log_bytes;    /* of the store's write-ahead log */
	atomic_bool log_nearly;           /* a last checkpoint by the loop would let it begin anew */
	atomic_bool timeless;             /* at start the clock is behind, and waited for: nothing may go by it */
};

void health_init(struct health *h, int64_t deaf_ms, int64_t boot);

/* A batch of so many messages was committed, which took so long. */
void health_batch(struct health *h, size_t messages, int64_t us);
/* The store could not commit, or could again; true: that is news. */
bool health_unwell(struct health *h, int64_t boot);
bool health_well(struct health *h, int64_t boot);

/* Seconds since an instant of clock_boot, which another thread may have noted after the caller looked at the clock. */
double health_age_s(int64_t at, int64_t boot);
bool health_alive(struct health *h, int64_t boot);         /* the loop turns */
bool health_hears(struct health *h, int64_t boot);         /* what the broker accepted some seconds ago is on disk */
bool health_stores(struct health *h);                      /* the latest commit succeeded */
bool health_tells(int64_t notify_turned_at, int64_t boot); /* notify turns; as notify_turned_at gives it */
/* No part is stuck. A store that is unwell is no reason to be started again: it would not be better then. */
bool health_moves(struct health *h, int64_t notify_turned_at, int64_t boot);

#endif
