/* jump - what counts as a jump of the clock (rules 6). */
#include "common/clock.h"
#include "common/log.h"
#include "server/jump.h"
#include "tests/unit/test.h"

#define NOW  INT64_C(1795402800000)
#define BOOT HOUR

static struct jump jump;

static void start(int64_t last_beat_at)
{
	log_level_set(LOG_LEVEL_ERROR);
	jump_init(&jump, NOW, BOOT, last_beat_at, MINUTE);
}

TEST(time_that_passes_is_no_jump)
{
	start(0);
	CHECK(!jump_look(&jump, NOW, BOOT));
	CHECK(!jump_look(&jump, NOW + DAY, BOOT + DAY));
}

TEST(a_clock_set_ahead_or_back_by_more_than_the_limit_is_one)
{
	start(0);
	CHECK(!jump_look(&jump, NOW + MINUTE, BOOT));
	start(0);
	CHECK(jump_look(&jump, NOW + MINUTE + 1, BOOT));
	start(0);
	CHECK(jump_look(&jump, NOW - MINUTE - 1, BOOT));
}

TEST(a_jump_is_pending_until_it_was_dealt_with_and_then_none)
{
	start(0);
	CHECK(jump_look(&jump, NOW + DAY, BOOT));
	CHECK(jump_look(&jump, NOW + DAY + SECOND, BOOT + SECOND));
	jump.pending = false;
	CHECK(!jump_look(&jump, NOW + DAY + SECOND, BOOT + SECOND));
}

TEST(a_pending_jump_says_how_far_the_clock_was_set_in_all)
{
	start(0);
	jump_look(&jump, NOW - DAY, BOOT);
	CHECK_INT(jump.by_ms, -DAY);
	jump_look(&jump, NOW + DAY, BOOT);
	CHECK_INT(jump.by_ms, DAY);
	jump.pending = false;
	jump_look(&jump, NOW + 3 * DAY, BOOT);
	CHECK_INT(jump.by_ms, 2 * DAY);
	start(NOW + DAY);
	CHECK_INT(jump.by_ms, -DAY);
}

TEST(a_clock_behind_the_last_heartbeat_by_more_than_the_limit_is_behind)
{
	CHECK_INT(jump_behind_ms(NOW, 0, MINUTE), 0);
	CHECK_INT(jump_behind_ms(NOW, NOW - DAY, MINUTE), 0);
	CHECK_INT(jump_behind_ms(NOW, NOW + MINUTE, MINUTE), 0);
	CHECK_INT(jump_behind_ms(NOW, NOW + MINUTE + 1, MINUTE), MINUTE + 1);
	CHECK_INT(jump_behind_ms(0, NOW, MINUTE), NOW);
}

TEST(a_clock_that_is_slewed_for_long_never_jumps)
{
	start(0);
	for (int i = 1; i <= 1000; i++)
		CHECK(!jump_look(&jump, NOW + i * (SECOND + 1), BOOT + i * SECOND));
}

TEST(a_clock_that_a_machine_kept_while_it_was_off_may_be_behind)
{
	log_level_set(LOG_LEVEL_ERROR);
	jump_init(&jump, NOW, 30 * SECOND, NOW - MINUTE, MINUTE); /* it seems to have been off for half a minute */
	CHECK_INT(jump.kept_at, NOW);
	CHECK(!jump.pending);
	CHECK(jump_look(&jump, NOW + 8 * HOUR, 40 * SECOND));
	CHECK_INT(jump.kept_at, NOW);
	jump_look(&jump, NOW + 32 * HOUR, DAY + 40 * SECOND);
	CHECK_INT(jump.kept_at, 0);
	jump_init(&jump, NOW, 30 * SECOND, NOW + 2 * MINUTE, MINUTE); /* kept some minutes before it went off */
	CHECK(jump_look(&jump, NOW, 30 * SECOND));
	CHECK_INT(jump.kept_at, NOW);
	jump_look(&jump, NOW - HOUR, 30 * SECOND); /* set, and not ahead */
	CHECK_INT(jump.kept_at, 0);
	jump_init(&jump, NOW, 30 * SECOND, NOW - HOUR, MINUTE); /* it has a clock: it was off for an hour */
	CHECK_INT(jump.kept_at, 0);
	jump_init(&jump, NOW, HOUR, NOW - MINUTE, MINUTE); /* it was on: only we were off */
	CHECK_INT(jump.kept_at, 0);
	jump_init(&jump, NOW, 30 * SECOND, 0, MINUTE);
	CHECK_INT(jump.kept_at, 0);
}

TEST(at_start_a_clock_behind_the_last_heartbeat_jumped)
{
	start(NOW - DAY);
	CHECK(!jump.pending);
	start(NOW + MINUTE);
	CHECK(!jump.pending);
	start(NOW + MINUTE + 1);
	CHECK(jump.pending);
}
