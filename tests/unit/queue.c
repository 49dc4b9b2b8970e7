/* queue: who waits for a worker, in what order, and who never waits for whom. */
#include <pthread.h>
#include <unistd.h>

#include "server/web/queue.h"
#include "tests/unit/test.h"

static struct queue q;
static struct queued calls[1200];
static size_t added;

static bool add(enum lane lane)
{
	return queue_add(&q, &calls[added++], lane);
}

static void begin(void)
{
	added = 0;
	queue_init(&q);
}

/* The place of the call that a worker takes next, which has to be there. */
static long next(void)
{
	return queue_next(&q) - calls;
}

TEST(calls_are_taken_as_they_came)
{
	begin();
	add(LANE_QUICK), add(LANE_LONG), add(LANE_QUICK), add(LANE_PASSWORD);
	for (long i = 0; i < 4; i++)
		CHECK_INT(next(), i);
	CHECK_INT(queue_under_way(&q), 4);
	queue_release(&q);
}

TEST(of_those_that_take_long_two_are_under_way_and_the_others_let_the_quick_ones_pass)
{
	for (enum lane slow = LANE_PASSWORD; slow < LANES; slow++) {
		begin();
		for (int i = 0; i < 5; i++)
			add(slow);
		add(LANE_QUICK), add(LANE_QUICK);
		CHECK_INT(next(), 0);
		CHECK_INT(next(), 1);
		CHECK_INT(next(), 5);
		CHECK_INT(next(), 6);
		queue_done(&q, LANE_QUICK);
		add(LANE_QUICK);
		CHECK_INT(next(), 7);
		queue_done(&q, slow);
		add(LANE_QUICK);
		CHECK_INT(next(), 2); /* it has waited longest */
		CHECK_INT(next(), 8);
		queue_release(&q);
	}
}

TEST(however_many_slow_ones_there_are_two_workers_are_left)
{
	begin();
	for (int i = 0; i < 10; i++)
		add(LANE_PASSWORD), add(LANE_LONG);
	for (int i = 0; i < QUEUE_WORKERS - 2; i++)
		CHECK_INT(next(), i);
	add(LANE_QUICK), add(LANE_QUICK);
	CHECK_INT(next(), 20);
	CHECK_INT(next(), 21);
	queue_release(&q);
}

TEST(too_many_of_a_lane_are_turned_away_and_others_are_not)
{
	begin();
	for (int i = 0; i < 100; i++)
		CHECK(add(LANE_PASSWORD));
	CHECK(!add(LANE_PASSWORD));
	CHECK(add(LANE_LONG));
	CHECK(add(LANE_QUICK));
	CHECK_INT(next(), 0);
	CHECK(add(LANE_PASSWORD));
	queue_release(&q);
}

TEST(what_waits_at_the_end_is_given_back_and_nobody_is_taken_any_more)
{
	size_t n = 0;

	begin();
	add(LANE_QUICK), add(LANE_LONG), add(LANE_QUICK), add(LANE_PASSWORD), add(LANE_LONG);
	CHECK_INT(next(), 0);
	for (struct queued *one = queue_close(&q); one; one = one->next)
		n++;
	CHECK_INT(n, 4);
	CHECK(queue_next(&q) == NULL);
	CHECK(!add(LANE_QUICK));
	CHECK(queue_close(&q) == NULL);
	CHECK_INT(queue_under_way(&q), 1);
	queue_done(&q, LANE_QUICK);
	CHECK_INT(queue_under_way(&q), 0);
	queue_release(&q);
}

static void *take_one(void *context)
{
	(void)context;
	return queue_next(&q);
}

TEST(a_worker_that_sleeps_is_woken_by_a_call_by_room_in_its_lane_and_by_the_end)
{
	pthread_t worker;
	void *taken;

	begin();
	pthread_create(&worker, NULL, take_one, NULL);
	add(LANE_LONG);
	pthread_join(worker, &taken);
	CHECK(taken == &calls[0]);
	add(LANE_LONG), add(LANE_LONG);
	CHECK_INT(next(), 1);
	pthread_create(&worker, NULL, take_one, NULL);
	queue_done(&q, LANE_LONG);
	pthread_join(worker, &taken);
	CHECK(taken == &calls[2]);
	pthread_create(&worker, NULL, take_one, NULL);
	queue_close(&q);
	pthread_join(worker, &taken);
	CHECK(taken == NULL);
	queue_release(&q);
}
