/* health - does it hear, store and tell, and is any part stuck. */
#include "common/clock.h"
#include "server/health.h"
#include "tests/unit/test.h"

#define BOOT (100 * HOUR)

static struct health health;

static void fresh(void)
{
	health = (struct health){ 0 };
	health_init(&health, 15 * SECOND, BOOT);
}

TEST(it_hears_while_connected_and_the_latest_echo_is_young)
{
	fresh();
	CHECK(!health_hears(&health, BOOT));
	health.connected_at = BOOT;
	CHECK(!health_hears(&health, BOOT));
	health.echo_at = BOOT;
	CHECK(health_hears(&health, BOOT + 14 * SECOND));
	CHECK(!health_hears(&health, BOOT + 15 * SECOND));
	health.connected_at = 0;
	CHECK(!health_hears(&health, BOOT));
}

TEST(it_is_news_once_when_the_store_falls_ill_and_once_when_it_is_well)
{
	fresh();
	CHECK(health_stores(&health));
	CHECK(!health_well(&health, BOOT));
	CHECK(health_unwell(&health, BOOT));
	CHECK(!health_unwell(&health, BOOT + SECOND));
	CHECK(!health_stores(&health));
	CHECK_INT(health.unwell, 2);
	CHECK(health_well(&health, BOOT + MINUTE));
	CHECK(!health_well(&health, BOOT + MINUTE));
	CHECK(health_stores(&health));
}

TEST(a_loop_that_does_not_turn_is_not_alive)
{
	fresh();
	health.turned_at = BOOT;
	CHECK(health_alive(&health, BOOT + 9 * SECOND));
	CHECK(!health_alive(&health, BOOT + 10 * SECOND));
	CHECK(health_moves(&health, BOOT + 50 * SECOND, BOOT + 59 * SECOND));
	CHECK(!health_moves(&health, BOOT + 60 * SECOND, BOOT + 60 * SECOND));
}

TEST(notify_that_stands_still_is_stuck_unless_the_store_is_why)
{
	fresh();
	CHECK(!health_tells(0, BOOT));
	CHECK(health_tells(BOOT, BOOT + 9 * SECOND));
	CHECK(!health_tells(BOOT, BOOT + 10 * SECOND));
	health.turned_at = BOOT + 2 * MINUTE;
	CHECK(!health_moves(&health, BOOT, BOOT + 2 * MINUTE));
	health_unwell(&health, BOOT + MINUTE);
	CHECK(health_moves(&health, BOOT, BOOT + 2 * MINUTE));
	health_well(&health, BOOT + 2 * MINUTE);
	CHECK(health_moves(&health, BOOT, BOOT + 2 * MINUTE)); /* it has a minute from here */
}

TEST(a_batch_is_counted_in_each_bucket_it_fits)
{
	fresh();
	health_batch(&health, 3, 4000);
	health_batch(&health, 1, 10000000);
	CHECK_INT(health.batches, 2);
	CHECK_INT(health.batch_messages, 4);
	CHECK_INT(health.batch_le[0], 0);
	CHECK_INT(health.batch_le[2], 1);
	CHECK_INT(health.batch_le[BATCH_BUCKETS - 1], 1);
}
