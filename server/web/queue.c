/* queue - a list for each lane; the next is the oldest head of those lanes that may begin another. */
#include "server/web/queue.h"

static const struct {
	size_t at_once, waiting_most;
} bounds[LANES] = {
	[LANE_QUICK] = { QUEUE_WORKERS, 1024 },
	[LANE_PASSWORD] = { QUEUE_AT_ONCE, 100 }, /* some four seconds of them */
	[LANE_LONG] = { QUEUE_AT_ONCE, 100 },
};

void queue_init(struct queue *q)
{
	*q = (struct queue){ .closed = false };
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->wake, NULL);
	for (enum lane lane = 0; lane < LANES; lane++)
		q->lanes[lane].last = &q->lanes[lane].first;
}

void queue_release(struct queue *q)
{
	pthread_mutex_destroy(&q->lock);
	pthread_cond_destroy(&q->wake);
}

bool queue_add(struct queue *q, struct queued *one, enum lane lane)
{
	bool room;

	pthread_mutex_lock(&q->lock);
	room = !q->closed && q->lanes[lane].waiting < bounds[lane].waiting_most;
	if (room) {
		*one = (struct queued){ .lane = lane, .number = q->numbers++ };
		*q->lanes[lane].last = one;
		q->lanes[lane].last = &one->next;
		q->lanes[lane].waiting++;
		pthread_cond_signal(&q->wake);
	}
	pthread_mutex_unlock(&q->lock);
	return room;
}

/* Out of its lane; NULL: none may begin now. */
static struct queued *take(struct queue *q)
{
	struct queued *oldest = NULL;
	enum lane of = LANES;

	for (enum lane lane = 0; lane < LANES; lane++) {
		struct queued *first = q->lanes[lane].first;

		if (first && q->lanes[lane].under_way < bounds[lane].at_once &&
			(!oldest || first->number < oldest->number)) {
			oldest = first;
			of = lane;
		}
	}
	if (!oldest)
		return NULL;
	q->lanes[of].first = oldest->next;
	if (!oldest->next)
		q->lanes[of].last = &q->lanes[of].first;
	q->lanes[of].waiting--;
	q->lanes[of].under_way++;
	return oldest;
}

struct queued *queue_next(struct queue *q)
{
	struct queued *one = NULL;

	pthread_mutex_lock(&q->lock);
	while (!q->closed && !(one = take(q)))
		pthread_cond_wait(&q->wake, &q->lock);
	pthread_mutex_unlock(&q->lock);
	return one;
}

void queue_done(struct queue *q, enum lane lane)
{
	pthread_mutex_lock(&q->lock);
	q->lanes[lane].under_way--;
	pthread_cond_signal(&q->wake); /* the next of that lane may begin */
	pthread_mutex_unlock(&q->lock);
}

struct queued *queue_close(struct queue *q)
{
	struct queued *all = NULL, **end = &all;

	pthread_mutex_lock(&q->lock);
	q->closed = true;
	for (enum lane lane = 0; lane < LANES; lane++) {
		if (!q->lanes[lane].first)
			continue;
		*end = q->lanes[lane].first;
		end = q->lanes[lane].last;
		q->lanes[lane].first = NULL;
		q->lanes[lane].last = &q->lanes[lane].first;
		q->lanes[lane].waiting = 0;
	}
	pthread_cond_broadcast(&q->wake);
	pthread_mutex_unlock(&q->lock);
	return all;
}

size_t queue_under_way(struct queue *q)
{
	size_t n = 0;

	pthread_mutex_lock(&q->lock);
	for (enum lane lane = 0; lane < LANES; lane++)
		n += q->lanes[lane].under_way;
	pthread_mutex_unlock(&q->lock);
	return n;
}
