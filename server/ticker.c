/* ticker - waits by the monotonic clock, so that a clock set back makes nobody wait for hours. */
#include <string.h>
#include <time.h>

#include "common/log.h"
#include "server/ticker.h"

static bool wait_on(struct ticker *t)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	pthread_mutex_lock(&t->lock);
	while (!t->stopping && pthread_cond_timedwait(&t->wake, &t->lock, &until) == 0)
		;
	pthread_mutex_unlock(&t->lock);
	return !t->stopping;
}

static void *run(void *context)
{
	struct ticker *t = context;

	while (wait_on(t))
		t->tick(t->context);
	return NULL;
}

void ticker_start(struct ticker *t, void (*tick)(void *context), void *context)
{
	pthread_condattr_t monotonic;
	int error;

	t->tick = tick;
	t->context = context;
	atomic_init(&t->stopping, false);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	error = pthread_create(&t->thread, NULL, run, t);
	if (error)
		fatal("error=\"cannot start a thread: %s\"", strerror(error));
}

void ticker_stop(struct ticker *t)
{
	pthread_mutex_lock(&t->lock);
	t->stopping = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->thread, NULL);
	pthread_cond_destroy(&t->wake);
	pthread_mutex_destroy(&t->lock);
}
