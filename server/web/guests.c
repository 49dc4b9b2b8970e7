/* guests - a list under a lock. */
#include "server/web/guests.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/log.h"

struct guest {
	struct guests *all;
	struct guest *before, *after;
	int fd;
	int64_t until; /* clock_boot: cut off then; 0: it is ours to go on */
	bool reads;    /* what it takes too long for is an answer */
};

void guests_init(struct guests *all)
{
	all->first = NULL;
	pthread_mutex_init(&all->lock, NULL);
}

void guests_release(struct guests *all)
{
	pthread_mutex_destroy(&all->lock);
}

struct guest *guests_add(struct guests *all, int fd, int64_t longest_ms)
{
	struct guest *g = calloc(1, sizeof(*g));

	if (!g)
		fatal("error=\"out of memory\"");
	g->all = all;
	g->fd = fd;
	g->until = clock_boot() + longest_ms;
	pthread_mutex_lock(&all->lock);
	g->after = all->first;
	if (g->after)
		g->after->before = g;
	all->first = g;
	pthread_mutex_unlock(&all->lock);
	return g;
}

void guests_remove(struct guest *g)
{
	struct guests *all = g->all;

	pthread_mutex_lock(&all->lock);
	if (g->before)
		g->before->after = g->after;
	else
		all->first = g->after;
	if (g->after)
		g->after->before = g->before;
	pthread_mutex_unlock(&all->lock);
	free(g);
}

static void set_until(struct guest *g, int64_t until, bool reads)
{
	pthread_mutex_lock(&g->all->lock);
	g->until = until;
	g->reads = reads;
	pthread_mutex_unlock(&g->all->lock);
}

void guest_says(struct guest *g, int64_t longest_ms)
{
	set_until(g, clock_boot() + longest_ms, false);
}

void guest_reads(struct guest *g, int64_t longest_ms)
{
	set_until(g, clock_boot() + longest_ms, true);
}

void guest_rests(struct guest *g)
{
	set_until(g, 0, false);
}

void guests_sweep(struct guests *all, int64_t boot)
{
	/* Else the kernel would go on serving in our place. What it holds of earlier answers is left to it. */
	static const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	pthread_mutex_lock(&all->lock);
	for (struct guest *g = all->first; g; g = g->after)
		if (g->until && boot > g->until && g->fd >= 0) {
			if (g->reads)
				setsockopt(g->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
			shutdown(g->fd, SHUT_RDWR);
			g->until = 0;
		}
	pthread_mutex_unlock(&all->lock);
}
