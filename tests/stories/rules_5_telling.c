/* Stories of rules 5: telling. The number after the rule is the place of the sentence in its list. */
#include <string.h>

#include "server/store/outbox.h"
#include "server/watch/press.h"
#include "server/watch/telling.h"
#include "tests/stories/world.h"

/* Two tiers of one watcher each; staff are asked at once and always on duty. */
static void street(struct world *w)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_policy(w, "P", "missed", "30m", "tier1");
	world_policy(w, "P", "missed", "60m", "tier2");
	world_policy(w, "P", "help", "0m", "tier1+staff");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 00:00-24:00");
}

static void missed_and_tier1_told(struct world *w)
{
	street(w);
	world_to(w, "10:30");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_told_at(w, "watcher:W1", "alert", "10:30");
}

static void begin(struct world *w)
{
	assert_true(store_begin(world_watch(w)->store));
}

static void commit(struct world *w)
{
	assert_true(store_commit(world_watch(w)->store));
}

static bool any_room(void *context, int64_t message_id, const char *channel)
{
	(void)context, (void)message_id, (void)channel;
	return true;
}

/* A sender takes all that is due in hand, for a minute, and sends nothing; how many messages. */
static size_t take_in_hand(struct world *w, const char *who)
{
	static struct outbox_message list[16];
	struct outbox_terms terms = { .who = who, .lease_ms = MINUTE, .group_ms = 30 * SECOND, .room = any_room };
	size_t n;

	begin(w);
	n = outbox_lease(world_watch(w)->store, &terms, "", world_now(w), list, 16);
	commit(w);
	return n;
}

/* The press of R1's button whose alerts nobody has sent yet. */
static void help_unsent(struct world *w)
{
	struct checkin c = world_checkin(w, "R1", CHECKIN_HELP);
	struct ack ack;

	begin(w);
	press_take(world_watch(w), &c, world_now(w), 0, &ack);
	commit(w);
}

/* 1: what is written, and when */

STORY("2026-11-24 02:00", rule_5_1_each_is_about_one_incident_or_reminds_of_one_expectation)
{
	street(w);
	world_resident(w, "R2", "daily 03:00-10:00 +10m", "P");
	world_to(w, "10:10");
	world_hush(w);
	CHECK(world_count(w, "SELECT count(*) FROM notifications") >= 4);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE (incident_id IS NULL)"
				 " = (expectation_id IS NULL)"),
		0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'reminder'"
				 " AND expectation_id IS NULL"),
		0);
}

STORY("2026-11-24 02:00", rule_5_1_it_is_written_in_the_transaction_of_its_cause)
{
	struct checkin c;
	struct ack ack;

	street(w);
	world_to(w, "09:00");
	c = world_checkin(w, "R1", CHECKIN_HELP);
	begin(w);
	press_take(world_watch(w), &c, world_now(w), 0, &ack);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE state = 'waiting'"), 2);
	store_rollback(world_watch(w)->store);
	world_turn(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications"), 0);
	CHECK_INT(world_incidents(w), 0);
	world_press_with(w, &c, 0, &ack); /* the broker brings it again */
	world_told_at(w, "watcher:W1", "alert", "09:00");
	world_told_at(w, "user:tanaka", "alert", "09:00");
}

STORY("2026-11-24 02:00", rule_5_1_the_key_names_incident_round_what_person_and_channel)
{
	missed_and_tier1_told(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE person = 'watcher:W1'"
				 " AND key = 'i' || incident_id || '/2/alert/watcher:W1/mail:W1@example.jp'"),
		1);
}

STORY("2026-11-24 02:00", rule_5_1_the_same_key_is_never_written_twice)
{
	struct incident i;

	missed_and_tier1_told(w);
	i = world_incident(w, "R1");
	begin(w);
	CHECK(!telling_write(world_watch(w), &i, "alert", "watcher:W1", "", world_now(w), false, world_now(w)));
	CHECK(telling_write(world_watch(w), &i, "alert", "watcher:W2", "", world_now(w), false, world_now(w)));
	CHECK(!telling_write(world_watch(w), &i, "alert", "watcher:W2", "", world_now(w), false, world_now(w)));
	commit(w);
	world_told(w, "watcher:W2", "alert");
}

STORY("2026-11-24 02:00", rule_5_1_repeats_are_new_and_resends_are_not)
{
	world_policy(w, "Q", "missed", "0m", "staff");
	world_resident(w, "R1", "daily 03:00-10:00", "Q");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	world_to(w, "10:05");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications"), 1); /* tried a dozen times */
	CHECK(world_count(w, "SELECT tries FROM notifications") > 5);
	world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
	world_to(w, "10:06");
	world_told(w, "user:tanaka", "alert");
	world_to(w, "11:00");
	world_told_at(w, "user:tanaka", "alert", "11:00");
	CHECK_INT(world_count(w, "SELECT count(DISTINCT round) FROM notifications WHERE what = 'alert'"), 2);
}

/* 2: from waiting to sent */

STORY("2026-11-24 02:00", rule_5_2_sent_only_when_the_channel_took_it)
{
	street(w);
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	world_to(w, "10:01");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE state = 'waiting' AND sent_at IS NULL"), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'told'"), 0);
	world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
	world_to(w, "10:02");
	world_told(w, "user:tanaka", "alert");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE state = 'sent' AND sent_at > 0"), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'told'"), 1);
}

STORY("2026-11-24 02:00", rule_5_2_what_a_killed_sender_had_in_hand_is_sent_by_the_next)
{
	street(w);
	world_to(w, "09:00");
	help_unsent(w);
	CHECK_INT(take_in_hand(w, "story"), 2);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE state = 'in_flight'"), 2);
	begin(w);
	outbox_take_over(world_watch(w)->store, "story"); /* the same sender, started again */
	commit(w);
	world_turn(w);
	world_told_at(w, "watcher:W1", "alert", "09:00");
	world_told_at(w, "user:tanaka", "alert", "09:00");
}

STORY("2026-11-24 02:00", rule_5_2_and_by_another_when_the_lease_has_run_out)
{
	street(w);
	world_to(w, "09:00");
	help_unsent(w);
	CHECK_INT(take_in_hand(w, "elsewhere"), 2);
	world_to(w, "09:00:59");
	world_quiet(w);
	world_to(w, "09:01");
	world_told_at(w, "watcher:W1", "alert", "09:01");
	world_told_at(w, "user:tanaka", "alert", "09:01");
}

STORY("2026-11-24 02:00", rule_5_2_after_two_minutes_of_failing_the_next_channel_as_well)
{
	street(w);
	world_sql(w, "UPDATE users SET channels = 'mail:t1@example.jp mail:t2@example.jp mail:t3@example.jp'");
	world_channel(w, "mail:t1@example.jp", WORLD_FAILS);
	world_channel(w, "mail:t2@example.jp", WORLD_FAILS);
	world_to(w, "10:01:59");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications"), 1);
	world_to(w, "10:02");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications"), 2);
	world_to(w, "10:04:30");
	world_told_on(w, "user:tanaka", "alert", "mail:t3@example.jp"); /* and its next after two more */
	world_channel(w, "mail:t1@example.jp", WORLD_TAKES);
	world_to(w, "10:06");
	world_told_on(w, "user:tanaka", "alert", "mail:t1@example.jp"); /* as well: nothing is given up */
	world_channel(w, "mail:t2@example.jp", WORLD_TAKES);
	world_to(w, "10:07");
	world_told_on(w, "user:tanaka", "alert", "mail:t2@example.jp");
}

STORY("2026-11-24 02:00", rule_5_2_after_two_minutes_also_where_the_server_asks_for_more)
{
	int64_t id;

	street(w);
	world_sql(w, "UPDATE users SET channels = 'mail:t1@example.jp mail:t2@example.jp'");
	world_channel(w, "mail:t1@example.jp", WORLD_FULL);
	world_to(w, "10:00");
	CHECK_INT(take_in_hand(w, "elsewhere"), 1);
	id = world_count(w, "SELECT id FROM notifications");
	begin(w);
	telling_failed(world_watch(w), id, false, "429 in an hour", world_now(w) + HOUR, world_now(w));
	commit(w);
	world_channel(w, "mail:t1@example.jp", WORLD_FAILS);
	world_to(w, "10:01:59");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications"), 1);
	world_to(w, "10:02");
	world_told_on(w, "user:tanaka", "alert", "mail:t2@example.jp");
}

STORY("2026-11-24 02:00", rule_5_2_permanently_refused_the_next_channel_at_once)
{
	street(w);
	world_sql(w, "UPDATE users SET channels = 'mail:t1@example.jp mail:t2@example.jp'");
	world_channel(w, "mail:t1@example.jp", WORLD_REFUSES);
	world_to(w, "10:00");
	world_told_on(w, "user:tanaka", "alert", "mail:t2@example.jp");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE state = 'refused'"), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'refused'"), 1);
}

/* The alert to W1, as the channel knows it. */
static int64_t alert_to_w1(struct world *w)
{
	return world_count(w, "SELECT max(id) FROM notifications WHERE person = 'watcher:W1' AND what = 'alert'");
}

static void followed(struct world *w, int64_t id, const char *state)
{
	begin(w);
	telling_followed(world_watch(w), id, state, "5.1.1", world_now(w));
	commit(w);
	world_turn(w);
}

STORY("2026-11-24 02:00", rule_5_2_what_bounces_goes_to_the_next_channel)
{
	missed_and_tier1_told(w);
	world_sql(w, "UPDATE watchers SET channels = 'mail:W1@example.jp mail:w1b@example.jp' WHERE watcher_id = 'W1'");
	world_to(w, "10:32");
	followed(w, alert_to_w1(w), "bounced");
	world_told_on(w, "watcher:W1", "alert", "mail:w1b@example.jp");
}

STORY("2026-11-24 02:00", rule_5_2_what_bounces_without_a_next_channel_has_reached_nobody)
{
	missed_and_tier1_told(w);
	world_to(w, "10:32");
	followed(w, alert_to_w1(w), "bounced");
	world_told_at(w, "watcher:W2", "alert", "10:32"); /* not at 11:00 */
}

STORY("2026-11-24 02:00", rule_5_2_what_bounces_after_the_end_asks_nobody_any_more)
{
	missed_and_tier1_told(w);
	world_sql(w, "UPDATE watchers SET channels = 'mail:W1@example.jp mail:w1b@example.jp' WHERE watcher_id = 'W1'");
	world_to(w, "10:32");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
	followed(w, alert_to_w1(w), "bounced");
	world_pass(w, MINUTE);
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_5_2_who_has_seen_or_answered_hears_the_end_like_all)
{
	missed_and_tier1_told(w);
	followed(w, alert_to_w1(w), "seen");
	followed(w, alert_to_w1(w), "answered");
	world_to(w, "10:40");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
}

/* 3: grouping */

STORY("2026-11-24 02:00", rule_5_3_the_first_leaves_at_once_and_what_follows_within_30_seconds_goes_as_one)
{
	world_policy(w, "Q", "missed", "0m", "staff");
	world_resident(w, "R1", "daily 03:00-10:00:00", "Q");
	world_resident(w, "R2", "daily 03:00-10:00:05", "Q");
	world_resident(w, "R3", "daily 03:00-10:00:20", "Q");
	world_resident(w, "R4", "daily 03:00-10:02:00", "Q");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_to(w, "10:00:29");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_quiet(w);
	world_to(w, "10:00:40");
	world_told(w, "user:tanaka", "alert");
	world_told(w, "user:tanaka", "alert");
	CHECK_INT(world_count(w, "SELECT count(DISTINCT message_id) FROM notifications"), 2);
	world_to(w, "10:02"); /* long after: the first again */
	world_told_at(w, "user:tanaka", "alert", "10:02");
	CHECK_INT(world_count(w, "SELECT count(DISTINCT message_id) FROM notifications"), 3);
}

STORY("2026-11-24 02:00", rule_5_3_others_and_other_channels_do_not_wait)
{
	world_policy(w, "Q", "missed", "0m", "tier1");
	world_resident(w, "R1", "daily 03:00-10:00:00", "Q");
	world_resident(w, "R2", "daily 03:00-10:00:05", "Q");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R2", 1, "go");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_to(w, "10:00:05");
	world_told_at(w, "watcher:W1", "alert", "10:00");
	world_told_at(w, "watcher:W2", "alert", "10:00:05");
}

STORY("2026-11-24 02:00", rule_5_3_help_never_waits_and_goes_alone)
{
	street(w);
	world_resident(w, "R2", "daily 03:00-10:00:01", "P");
	world_resident(w, "R3", "none", "P");
	world_to(w, "10:00:02");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_quiet(w); /* R2's waits */
	world_press(w, "R3", CHECKIN_HELP);
	world_told_at(w, "user:tanaka", "alert", "10:00:02");
	world_pass(w, 11 * SECOND);
	world_press(w, "R3", CHECKIN_HELP); /* a cause more, nobody is told twice */
	world_quiet(w);
	world_resident(w, "R4", "none", "P");
	world_press(w, "R4", CHECKIN_HELP);
	world_told_at(w, "user:tanaka", "alert", "10:00:13");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications n WHERE n.kind = 'help' AND 1 <> (SELECT count(*)"
				 " FROM notifications m WHERE m.message_id = n.message_id)"),
		0);
	world_told(w, "user:tanaka", "alert"); /* R2's, in time */
	world_claim(w, "R3", "user:tanaka");
	world_claim(w, "R4", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_5_3_members_and_message_id_are_fixed_at_the_first_lease)
{
	world_policy(w, "Q", "missed", "0m", "staff");
	world_resident(w, "R1", "daily 03:00-10:00:00", "Q");
	world_resident(w, "R2", "daily 03:00-10:00:05", "Q");
	world_resident(w, "R3", "daily 03:00-10:00:06", "Q");
	world_resident(w, "R4", "daily 03:00-10:01:00", "Q");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_to(w, "10:00:10");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	world_to(w, "10:01:10"); /* R2's and R3's were tried together; R4's came later and is tried alone */
	CHECK_INT(world_count(w, "SELECT count(DISTINCT message_id) FROM notifications WHERE state <> 'sent'"), 2);
	world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
	world_to(w, "10:02");
	for (int k = 0; k < 3; k++)
		world_told(w, "user:tanaka", "alert");
	CHECK_INT(world_count(w, "SELECT count(DISTINCT message_id) FROM notifications"), 3);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications n JOIN notifications f ON f.id = n.message_id"
				 " WHERE n.id <> f.id"),
		1);
}

/* W1 goes; before W2's channel has said whether it took that, W1 does not go after all, and W2 is asked again. */
static int64_t claimed_in_hand_and_released(struct world *w)
{
	missed_and_tier1_told(w);
	world_to(w, "11:00");
	world_told_at(w, "watcher:W2", "alert", "11:00");
	world_to(w, "11:05");
	world_channel(w, "mail:W2@example.jp", WORLD_FULL);
	world_claim(w, "R1", "watcher:W1");
	world_told(w, "user:tanaka", "claimed");
	CHECK_INT(take_in_hand(w, "elsewhere"), 1);
	world_release(w, "R1", "watcher:W1");
	world_told(w, "user:tanaka", "alert");
	return world_count(w, "SELECT id FROM notifications WHERE person = 'watcher:W2' AND what = 'claimed'");
}

STORY("2026-11-24 02:00", rule_5_2_that_somebody_goes_is_not_tried_again_when_nobody_does)
{
	int64_t id = claimed_in_hand_and_released(w);

	begin(w);
	telling_failed(world_watch(w), id, false, "450 later", world_now(w) + MINUTE, world_now(w));
	commit(w);
	world_channel(w, "mail:W2@example.jp", WORLD_TAKES);
	world_pass(w, 5 * MINUTE);
	world_told(w, "watcher:W2", "alert");
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_5_2_that_somebody_goes_is_not_given_back_when_nobody_does)
{
	int64_t id = claimed_in_hand_and_released(w);

	begin(w);
	telling_waited(world_watch(w), id, world_now(w));
	commit(w);
	world_channel(w, "mail:W2@example.jp", WORLD_TAKES);
	world_pass(w, 5 * MINUTE);
	world_told(w, "watcher:W2", "alert");
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_5_2_that_somebody_goes_is_not_told_when_a_graver_cause_ended_it)
{
	missed_and_tier1_told(w);
	world_to(w, "11:00");
	world_told_at(w, "watcher:W2", "alert", "11:00");
	world_to(w, "11:05");
	world_channel(w, "mail:W2@example.jp", WORLD_FAILS);
	world_claim(w, "R1", "watcher:W1");
	world_press(w, "R1", CHECKIN_HELP);
	world_channel(w, "mail:W2@example.jp", WORLD_TAKES);
	world_pass(w, MINUTE);
	world_told(w, "user:tanaka", "claimed");
	world_told(w, "watcher:W1", "graver");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "user:tanaka", "alert");
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_5_2_a_resident_does_not_hear_late_who_comes_when_nobody_does)
{
	missed_and_tier1_told(w);
	world_sql(w, "UPDATE watchers SET named = 'yes' WHERE watcher_id = 'W1'");
	world_to(w, "10:35");
	world_channel(w, "device:b-R1", WORLD_FAILS);
	world_claim(w, "R1", "watcher:W1");
	world_told(w, "user:tanaka", "claimed");
	world_release(w, "R1", "watcher:W1");
	world_told(w, "user:tanaka", "released");
	world_channel(w, "device:b-R1", WORLD_TAKES);
	world_pass(w, 5 * MINUTE);
	world_quiet(w);
}

/* 4: everyone told hears the end */

STORY("2026-11-24 02:00", rule_5_4_everyone_told_hears_the_end_once_and_nobody_else)
{
	missed_and_tier1_told(w);
	world_to(w, "10:50");
	world_claim(w, "R1", "watcher:W1");
	world_told(w, "user:tanaka", "claimed");
	world_release(w, "R1", "watcher:W1");
	world_told(w, "user:tanaka", "released");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
	/* W2 was never told; the resident is not told how they are. */
}

STORY("2026-11-24 02:00", rule_5_4_who_declined_hears_the_end_as_well)
{
	missed_and_tier1_told(w);
	world_to(w, "10:40");
	world_decline(w, "R1", "watcher:W1");
	world_told_at(w, "watcher:W2", "alert", "10:40");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
	world_told(w, "watcher:W2", "ended");
}

STORY("2026-11-24 02:00", rule_5_4_a_claimant_whom_nobody_told_hears_the_end)
{
	missed_and_tier1_told(w);
	world_user(w, "suzuki", "daily 22:00-23:00");
	world_claim(w, "R1", "user:suzuki");
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:suzuki", "ended");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
}

STORY("2026-11-24 02:00", rule_5_4_the_end_takes_the_channel_that_took_the_alert)
{
	street(w);
	world_sql(
		w, "UPDATE watchers SET channels = 'mail:w1a@example.jp mail:w1b@example.jp' WHERE watcher_id = 'W1'");
	world_channel(w, "mail:w1a@example.jp", WORLD_REFUSES);
	world_to(w, "10:30");
	world_told(w, "user:tanaka", "alert");
	world_told_on(w, "watcher:W1", "alert", "mail:w1b@example.jp");
	world_channel(w, "mail:w1a@example.jp", WORLD_TAKES);
	world_to(w, "10:40");
	world_press(w, "R1", CHECKIN_OK);
	world_told_on(w, "watcher:W1", "ended", "mail:w1b@example.jp");
	world_told(w, "user:tanaka", "ended");
}

static void end_that_fails(struct world *w, enum world_channel how)
{
	street(w);
	world_sql(
		w, "UPDATE watchers SET channels = 'mail:w1a@example.jp mail:w1b@example.jp' WHERE watcher_id = 'W1'");
	world_to(w, "10:30");
	world_told(w, "user:tanaka", "alert");
	world_told_on(w, "watcher:W1", "alert", "mail:w1a@example.jp");
	world_to(w, "11:00");
	world_told(w, "watcher:W2", "alert");
	world_to(w, "11:10");
	world_channel(w, "mail:w1a@example.jp", how);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_sql(w, "UPDATE residents SET schedule = 'none'"); /* this is the last incident of the story */
	world_reschedule(w, "R1", "none");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W2", "ended");
}

STORY("2026-11-24 02:00", rule_5_4_the_end_is_tried_for_24_hours_on_that_channel)
{
	end_that_fails(w, WORLD_FAILS);
	world_to(w, "2026-11-25 10:50");
	world_quiet(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE channel = 'mail:w1b@example.jp'"), 0);
	world_channel(w, "mail:w1a@example.jp", WORLD_TAKES);
	world_to(w, "11:02");
	world_told_on(w, "watcher:W1", "ended", "mail:w1a@example.jp");
}

STORY("2026-11-24 02:00", rule_5_4_then_on_the_next)
{
	end_that_fails(w, WORLD_FAILS);
	world_to(w, "2026-11-25 11:09");
	world_quiet(w);
	world_to(w, "11:21");
	world_told_on(w, "watcher:W1", "ended", "mail:w1b@example.jp");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE state IN ('waiting', 'in_flight')"), 0);
}

STORY("2026-11-24 02:00", rule_5_4_and_at_once_where_that_channel_refuses)
{
	end_that_fails(w, WORLD_REFUSES);
	world_told_on(w, "watcher:W1", "ended", "mail:w1b@example.jp");
}

STORY("2026-11-24 02:00", rule_5_4_on_closing_waiting_alerts_are_dropped)
{
	street(w);
	world_sql(w, "UPDATE watchers SET hours = 'daily 12:00-21:00' WHERE watcher_id = 'W1'");
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	world_to(w, "10:50");
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	CHECK(world_count(w, "SELECT count(*) FROM notifications WHERE state = 'dropped' AND what = 'alert'") >= 2);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE state = 'waiting'"), 0);
	world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
	world_to(w, "13:00");
	world_told(w, "watcher:W2", "ended");
	world_quiet(w); /* the others were not told, and hear no end */
}

/* An alert is with its channel while somebody closes the incident. */
STORY("2026-11-24 02:00", rule_5_4_an_alert_taken_after_the_closing_brings_that_persons_end)
{
	int64_t id;

	street(w);
	world_to(w, "09:00");
	help_unsent(w);
	CHECK_INT(take_in_hand(w, "elsewhere"), 2);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_quiet(w);
	id = alert_to_w1(w);
	begin(w);
	telling_sent(world_watch(w), id, "", "250 taken", world_now(w));
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'ended'"), 1); /* in the same */
	commit(w);
	world_turn(w);
	world_told_at(w, "watcher:W1", "ended", "09:00");
	begin(w);
	id = world_count(w, "SELECT id FROM notifications WHERE person = 'user:tanaka' AND what = 'alert'");
	telling_failed(world_watch(w), id, false, "450 later", world_now(w) + MINUTE, world_now(w));
	commit(w);
	world_to(w, "09:10");
	world_quiet(w); /* not taken: there is no use in trying again */
}

/* A killed sender may have sent the alert, and the next one sends it again around the closing: that is one end. */
STORY("2026-11-24 02:00", rule_5_4_an_alert_sent_twice_around_the_closing_brings_one_end)
{
	street(w);
	world_to(w, "09:00");
	help_unsent(w);
	CHECK_INT(take_in_hand(w, "story"), 2);
	begin(w);
	outbox_take_over(world_watch(w)->store, "story");
	commit(w);
	CHECK_INT(take_in_hand(w, "elsewhere"), 2);
	world_channel(w, "mail:W1@example.jp", WORLD_FAILS);
	world_close(
		w, "R1", "user:tanaka", "safe", "phone"); /* there was no answer yet: everybody may have been told */
	world_told(w, "user:tanaka", "ended");
	begin(w);
	telling_sent(world_watch(w), alert_to_w1(w), "", "250 taken", world_now(w));
	telling_sent(world_watch(w),
		world_count(w, "SELECT id FROM notifications WHERE person = 'user:tanaka' AND what = 'alert'"), "",
		"250 taken", world_now(w));
	commit(w);
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_pass(w, 2 * MINUTE);
	world_told(w, "watcher:W1", "ended");
	world_told(w, "user:tanaka", "ended"); /* the first may have come before the alert */
	world_pass(w, 10 * MINUTE);
	world_quiet(w);
}

/* What was missed is answered by a press that asks to talk: who was told of the one hears its end, and that is all. */
STORY("2026-11-24 02:00", rule_5_4_who_heard_the_end_of_a_graver_kind_hears_no_more_of_the_lesser)
{
	missed_and_tier1_told(w);
	world_to(w, "10:40");
	world_press(w, "R1", CHECKIN_TALK);
	world_told(w, "watcher:W1", "ended");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "user:tanaka", "alert");
	world_to(w, "10:50");
	world_claim(w, "R1", "user:tanaka");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	world_pass(w, MINUTE);
	world_quiet(w); /* the neighbour's part was over at 10:40 */
}

/* The same, with the alert still on its way when the press came. */
STORY("2026-11-24 02:00", rule_5_4_an_alert_of_what_was_answered_meanwhile_brings_its_end)
{
	int64_t id;

	missed_and_tier1_told(w);
	world_to(w, "10:59:59");
	world_channel(w, "mail:W2@example.jp", WORLD_FAILS);
	world_to(w, "11:00:10");
	id = world_count(w, "SELECT id FROM notifications WHERE person = 'watcher:W2'");
	world_sql(w, "UPDATE notifications SET state = 'in_flight', leased_until = send_at + 60000"
		     " WHERE person = 'watcher:W2'");
	world_press(w, "R1", CHECKIN_UNWELL);
	world_told(w, "watcher:W1", "ended");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "user:tanaka", "alert");
	world_channel(w, "mail:W2@example.jp", WORLD_TAKES);
	begin(w);
	telling_sent(world_watch(w), id, "", "250 taken", world_now(w));
	commit(w);
	world_turn(w);
	world_told(w, "watcher:W2", "ended");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_5_4_asked_again_they_hear_the_end_again)
{
	missed_and_tier1_told(w);
	world_to(w, "10:40");
	world_press(w, "R1", CHECKIN_TALK);
	world_hush(w);
	world_to(w, "10:50");
	world_press(w, "R1", CHECKIN_HELP);
	world_told(w, "watcher:W1", "alert");
	world_told(w, "user:tanaka", "alert");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
}

STORY("2026-11-24 02:00", rule_5_4_the_end_of_an_incident_of_its_own_for_each)
{
	missed_and_tier1_told(w);
	world_to(w, "10:40");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "watcher:W1", "ended");
	world_told(w, "user:tanaka", "ended");
	world_to(w, "10:50");
	world_press(w, "R1", CHECKIN_HELP);
	world_told(w, "watcher:W1", "alert");
	world_told(w, "user:tanaka", "alert");
	world_close(w, "R1", "user:tanaka", "emergency", "face");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
	/* Nothing that goes along could tell a neighbour more than that it has ended. */
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'ended'"
				 " AND person LIKE 'watcher:%' AND detail <> ''"),
		0);
}

/* 5: what watchers hear of each other, and what they do not */

static int64_t claimed_with_detail(struct world *w, const char *sql)
{
	missed_and_tier1_told(w);
	world_to(w, "11:00");
	world_told_at(w, "watcher:W2", "alert", "11:00");
	world_sql(w, sql);
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'claimed' AND person = 'user:tanaka'"
				 " AND detail = '鈴木'"),
		1);
	return world_count(w, "SELECT count(*) FROM notifications WHERE what = 'claimed' AND person = 'watcher:W2'"
			      " AND detail = '鈴木'");
}

STORY("2026-11-24 02:00", rule_5_5_watchers_hear_no_name_that_was_not_agreed_to)
{
	CHECK_INT(claimed_with_detail(w, "UPDATE watchers SET name = '鈴木' WHERE watcher_id = 'W1'"), 0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'coming'"), 0);
}

STORY("2026-11-24 02:00", rule_5_5_and_hear_one_that_was)
{
	CHECK_INT(
		claimed_with_detail(w, "UPDATE watchers SET name = '鈴木', named = 'yes' WHERE watcher_id = 'W1'"), 1);
}

STORY("2026-11-24 02:00", rule_5_5_who_asks_hears_no_name_either)
{
	struct refusal no;

	missed_and_tier1_told(w);
	world_to(w, "11:00");
	world_sql(w, "UPDATE watchers SET name = '鈴木' WHERE watcher_id = 'W1'");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	CHECK(!incident_claim(world_watch(w), world_incident(w, "R1").id, "watcher:W2", world_now(w), &no));
	CHECK(!strstr(no.why, "鈴木"));
	CHECK(!incident_claim(world_watch(w), world_incident(w, "R1").id, "user:tanaka", world_now(w), &no));
	CHECK(strstr(no.why, "鈴木"));
}

STORY("2026-11-24 02:00", rule_5_5_free_notes_go_to_staff_only)
{
	missed_and_tier1_told(w);
	world_to(w, "11:00");
	world_hush(w);
	world_claim(w, "R1", "watcher:W1");
	world_report(w, "R1", "watcher:W1", REPORT_NO_ANSWER, "");
	world_hush(w);
	world_claim(w, "R1", "watcher:W2");
	world_report(w, "R1", "watcher:W1", REPORT_NO_ANSWER, ""); /* W1 looks again while W2 is going */
	world_told(w, "watcher:W2", "no_answer");
	world_hush(w);
	world_report(w, "R1", "watcher:W2", REPORT_NEEDS_HELP, "");
	world_hush(w);
	CHECK(world_count(w,
		      "SELECT count(*) FROM notifications WHERE person LIKE 'user:%' AND detail LIKE '%新聞%'") >= 3);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE person NOT LIKE 'user:%'"
				 " AND detail LIKE '%新聞%'"),
		0);
	world_close(w, "R1", "user:tanaka", "emergency", "face");
	world_hush(w);
}
