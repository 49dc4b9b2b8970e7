/*
 * queue - calls that wait for a worker, in lanes.
 *
 * Whoever came first is taken first; but of a lane whose calls take long only so many are under way at a time, and the
 * others wait without a worker while what came behind them is answered. So neither a crowd that signs in nor a few long
 * lists keep a watcher's answer waiting.
 */
#ifndef WEB_QUEUE_H
#define WEB_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lane {
	LANE_QUICK,    /* what is answered in some milliseconds */
	LANE_PASSWORD, /* hashes a password: 64 MiB and some tens of milliseconds each */
	LANE_LONG,     /* reads much, or runs a program */
	LANES
};

/* The first member of what waits. */
struct queued {
	struct queued *next;
	enum lane lane;
	uint64_t number; /* as they came */
};

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct {
		struct queued *first, **last;
		size_t waiting, under_way;
	} lanes[LANES];
	uint64_t numbers;
	bool closed;
};

enum {
	QUEUE_AT_ONCE = 2, /* of each lane but the quick one */
	/* So two workers at least are left to the quick ones. */
	QUEUE_WORKERS = QUEUE_AT_ONCE * (LANES - 1) + 2,
};

void queue_init(struct queue *q);
void queue_release(struct queue *q);
/* False: too many of that lane wait, or the queue is closed. */
bool queue_add(struct queue *q, struct queued *one, enum lane lane);
/* The next one to answer, waiting for it; queue_done follows. NULL: the queue is closed. */
struct queued *queue_next(struct queue *q);
void queue_done(struct queue *q, enum lane lane);
/* Nobody is taken any more. What waited is given back as a list, for whoever closes to turn away. */
struct queued *queue_close(struct queue *q);
size_t queue_under_way(struct queue *q);

#endif
