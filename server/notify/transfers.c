/* transfers - see there. */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/notify/mailers.h"
#include "server/notify/posts.h"
#include "server/notify/transfers.h"

struct transfers {
	struct posts *posts;
	struct mailers *mailers;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t change;
	struct transfer_queue ended;
	size_t others; /* ended elsewhere since the last wait */
	size_t enough; /* so many end a wait; 0: nobody waits */
	bool woken;
};

static size_t count_ended(const struct transfers *t)
{
	return t->ended.count + t->others;
}

static void tell(struct transfers *t)
{
	if (t->enough && (count_ended(t) == 1 || count_ended(t) >= t->enough))
		pthread_cond_signal(&t->change);
}

static void take_note(void *context, struct transfer *x)
{
	struct transfers *t = context;

	pthread_mutex_lock(&t->lock);
	transfer_put(&t->ended, x);
	tell(t);
	pthread_mutex_unlock(&t->lock);
}

void transfers_ended_too(struct transfers *t)
{
	pthread_mutex_lock(&t->lock);
	t->others++;
	tell(t);
	pthread_mutex_unlock(&t->lock);
}

struct transfers *transfers_new(void)
{
	struct transfers *t = calloc(1, sizeof(*t));
	pthread_condattr_t monotonic;

	if (!t)
		fatal("error=\"out of memory\"");
	pthread_mutex_init(&t->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&t->change, &monotonic);
	pthread_condattr_destroy(&monotonic);
	t->posts = posts_new((struct transfer_end){ take_note, t });
	t->mailers = mailers_new((struct transfer_end){ take_note, t });
	return t;
}

void transfers_free(struct transfers *t)
{
	struct transfer *x;

	if (!t)
		return;
	posts_free(t->posts);
	mailers_free(t->mailers);
	while ((x = transfer_take(&t->ended)) != NULL)
		free(x);
	pthread_cond_destroy(&t->change);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

void transfers_start(struct transfers *t, const struct request *r, size_t lane, bool urgent, void *tag)
{
	struct transfer *x = malloc(sizeof(*x));

	if (!x)
		fatal("error=\"out of memory\"");
	*x = (struct transfer){ .request = r, .tag = tag, .lane = lane, .urgent = urgent, .since = clock_boot() };
	if (r->carrier == CARRIER_SMTP)
		mailers_start(t->mailers, x);
	else
		posts_start(t->posts, x);
}

void transfers_recall(struct transfers *t, int64_t before)
{
	struct transfer_queue back = { NULL, NULL, 0 };
	struct transfer *x;

	posts_recall(t->posts, before, &back);
	mailers_recall(t->mailers, before, &back);
	while ((x = transfer_take(&back)) != NULL)
		take_note(t, x);
}

static void add_ms(struct timespec *at, int64_t ms)
{
	at->tv_sec += (time_t)(ms / SECOND);
	at->tv_nsec += (long)(ms % SECOND) * 1000000;
	if (at->tv_nsec >= 1000000000) {
		at->tv_sec++;
		at->tv_nsec -= 1000000000;
	}
}

/* True: the time is over. */
static bool wait_until(struct transfers *t, const struct timespec *at)
{
	return pthread_cond_timedwait(&t->change, &t->lock, at) != 0;
}

void transfers_wait(struct transfers *t, int64_t ms, size_t enough)
{
	struct timespec until, together;
	bool over = ms <= 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	add_ms(&until, ms);
	pthread_mutex_lock(&t->lock);
	t->enough = enough;
	while (!over && !t->woken && count_ended(t) == 0)
		over = wait_until(t, &until);
	if (!over && ms > TRANSFERS_TOGETHER_MS) {
		clock_gettime(CLOCK_MONOTONIC, &together);
		add_ms(&together, TRANSFERS_TOGETHER_MS);
	} else {
		together = until;
	}
	while (!over && !t->woken && count_ended(t) < enough)
		over = wait_until(t, &together);
	t->enough = 0;
	t->others = 0;
	t->woken = false;
	pthread_mutex_unlock(&t->lock);
}

bool transfers_take(struct transfers *t, void **tag, struct answer *a)
{
	struct transfer *x;

	pthread_mutex_lock(&t->lock);
	x = transfer_take(&t->ended);
	pthread_mutex_unlock(&t->lock);
	if (!x)
		return false;
	*tag = x->tag;
	*a = x->answer;
	free(x);
	return true;
}

void transfers_wake(struct transfers *t)
{
	pthread_mutex_lock(&t->lock);
	t->woken = true;
	pthread_cond_signal(&t->change);
	pthread_mutex_unlock(&t->lock);
}
