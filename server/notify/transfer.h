/*
 * transfer - one request under way or waiting for a connection, and queues of them: what transfers.h gives to those who
 * carry it.
 */
#ifndef NOTIFY_TRANSFER_H
#define NOTIFY_TRANSFER_H

#include "server/notify/channel.h"

struct transfer {
	struct transfer *next;
	const struct request *request;
	void *tag;
	size_t lane;
	bool urgent;
	int64_t since; /* by clock_boot: when it was given to its carrier */
	struct answer answer;
};

struct transfer_queue {
	struct transfer *first, *last;
	size_t count;
};

static inline void transfer_put(struct transfer_queue *q, struct transfer *x)
{
	x->next = NULL;
	if (q->last)
		q->last->next = x;
	else
		q->first = x;
	q->last = x;
	q->count++;
}

/* The first; NULL: there is none. */
static inline struct transfer *transfer_take(struct transfer_queue *q)
{
	struct transfer *x = q->first;

	if (!x)
		return NULL;
	q->first = x->next;
	if (!q->first)
		q->last = NULL;
	q->count--;
	return x;
}

/* Moves those that wait since before this to another queue, as answered: there was no connection for them. */
static inline void transfer_recall(struct transfer_queue *q, int64_t before, struct transfer_queue *to)
{
	while (q->first && q->first->since < before) {
		struct transfer *x = transfer_take(q);

		x->answer = (struct answer){ .waited = true };
		transfer_put(to, x);
	}
}

/* What is told of each that has ended, in a carrier's thread. */
struct transfer_end {
	void (*ended)(void *context, struct transfer *x);
	void *context;
};

enum {
	LANE_CONNECTIONS = 16, /* to one server at a time */
	LANE_URGENT = 4,       /* besides, for what is urgent */
};

#endif
