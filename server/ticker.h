/*
 * ticker - a thread that wakes each second, and ends soon after it is asked to.
 */
#ifndef SERVER_TICKER_H
#define SERVER_TICKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct ticker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	atomic_bool stopping; /* changed under the lock; read anywhere */
	void (*tick)(void *context);
	void *context;
};

/* Calls `tick` each second, the first time after one, in a thread of its own. */
void ticker_start(struct ticker *t, void (*tick)(void *context), void *context);
/* No tick after this; waits for one under way. */
void ticker_stop(struct ticker *t);

#endif
