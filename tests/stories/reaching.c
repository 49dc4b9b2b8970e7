/* Stories of whom a telling reached, who may have it without our knowing, and who must hear how it ends. */
#include <stdio.h>
#include <string.h>

#include "server/store/notifications.h"
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

/* No answer came: the server may have taken it. */

STORY("2026-11-24 02:00", who_may_have_the_alert_hears_the_end)
{
	street(w);
	world_channel(w, "mail:W1@example.jp", WORLD_UNSURE);
	world_to(w, "10:30:10");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM notifications WHERE person = 'watcher:W1' AND state = 'waiting'"),
		1);
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
	world_to(w, "11:30");
	world_quiet(w);
}

STORY("2026-11-24 02:00", who_may_have_the_alert_is_no_one_reached)
{
	street(w);
	world_policy(w, "Q", "missed", "0m", "tier1");
	world_policy(w, "Q", "missed", "60m", "tier2");
	world_resident(w, "R2", "daily 03:00-10:00", "Q");
	world_watcher(w, "W3", "R2", 1, "go");
	world_watcher(w, "W4", "R2", 2, "go");
	world_channel(w, "mail:W3@example.jp", WORLD_UNSURE);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "10:10");
	world_told_at(w, "watcher:W4", "alert", "10:10");
	world_press(w, "R2", CHECKIN_OK);
	world_told(w, "watcher:W4", "ended");
	world_channel(w, "mail:W3@example.jp", WORLD_TAKES);
	world_told(w, "watcher:W3", "ended");
}

/* The incident closes while the alert is under way, and then no answer comes. */
STORY("2026-11-24 02:00", whose_alert_ends_without_an_answer_after_the_closing_hears_the_end)
{
	struct store *s = world_watch(w)->store;
	int64_t id;

	street(w);
	world_to(w, "10:30");
	world_hush(w);
	world_to(w, "10:59:59");
	world_channel(w, "mail:W2@example.jp", WORLD_FAILS);
	world_to(w, "11:00:10");
	id = world_count(w, "SELECT id FROM notifications WHERE person = 'watcher:W2'");
	world_sql(w,
		"UPDATE notifications SET state = 'in_flight', leased_by = 'elsewhere', leased_until = send_at + 60000"
		" WHERE person = 'watcher:W2'");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "watcher:W1", "ended");
	world_told(w, "user:tanaka", "ended");
	world_channel(w, "mail:W2@example.jp", WORLD_TAKES);
	assert_true(store_begin(s));
	telling_unsure(world_watch(w), id, "no answer", world_now(w) + MINUTE, world_now(w));
	assert_true(store_commit(s));
	world_turn(w);
	world_told(w, "watcher:W2", "ended");
	world_to(w, "11:30");
	world_quiet(w);
}

/* A sender that was killed may have been heard to the end. */
STORY("2026-11-24 02:00", whose_alert_a_killed_sender_had_in_hand_hears_the_end)
{
	street(w);
	world_channel(w, "mail:W1@example.jp", WORLD_FAILS);
	world_to(w, "10:30:10");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_sql(w, "UPDATE notifications SET state = 'in_flight', leased_by = 'story', leased_until = 0"
		     " WHERE person = 'watcher:W1'");
	world_turn(w); /* the next sender's try is refused for now */
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
}

STORY("2026-11-24 02:00", who_was_surely_not_told_hears_no_end)
{
	street(w);
	world_channel(w, "mail:W1@example.jp", WORLD_FAILS);
	world_to(w, "10:30:10");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_told(w, "user:tanaka", "ended");
}

/* Nobody reached */

STORY("2026-11-24 02:00", help_whose_channels_do_not_answer_goes_to_every_user_after_ten_minutes)
{
	world_policy(w, "P", "help", "0m", "tier1+staff");
	world_resident(w, "R1", "daily 03:00-23:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_user(w, "suzuki", "daily 22:00-23:00");
	world_channel(w, "mail:W1@example.jp", WORLD_FAILS);
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	world_to(w, "12:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_to(w, "12:09");
	world_quiet(w);
	world_to(w, "12:10");
	world_told_at(w, "user:suzuki", "alert", "12:10");
	CHECK(world_incident(w, "R1").reached);
	world_to(w, "12:11");
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_hush(w);
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
}

STORY("2026-11-24 02:00", help_that_is_heard_is_not_sent_to_every_user)
{
	world_policy(w, "P", "help", "0m", "tier1+staff");
	world_resident(w, "R1", "daily 03:00-23:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 1, "go");
	world_user(w, "suzuki", "daily 22:00-23:00");
	world_channel(w, "mail:W1@example.jp", WORLD_FAILS);
	world_to(w, "12:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_to(w, "12:21");
	for (int told = 0; told < 5; told++)
		world_told(w, "watcher:W2", "alert");
	world_quiet(w);
	world_claim(w, "R1", "watcher:W2");
	world_hush(w);
}

/* Duty */

STORY("2026-11-24 02:00", who_is_told_when_their_duty_begins_is_reached)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_resident(w, "R1", "daily 03:00-07:30", "P");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "07:45");
	CHECK(!world_incident(w, "R1").reached);
	world_to(w, "08:01");
	world_told_at(w, "user:tanaka", "duty", "08:00");
	CHECK(world_incident(w, "R1").reached);
	world_to(w, "08:20");
	CHECK(world_incident(w, "R1").reached);
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", duty_that_began_and_ended_while_we_were_stopped_tells_nobody)
{
	world_resident(w, "R1", "daily 03:00-05:00", "gentle");
	world_user(w, "tanaka", "daily 08:00-09:00");
	world_to(w, "07:59");
	world_hush(w);
	world_stopped_until(w, "10:00");
	world_hears_again(w);
	world_to(w, "12:00");
	world_quiet(w);
	world_to(w, "2026-11-25 08:00");
	world_told_at(w, "user:tanaka", "duty", "08:00");
	world_hush(w);
}

/* However many users there are, those on duty are among them. */
STORY("2026-11-24 02:00", who_is_on_duty_is_told_however_many_users_there_are)
{
	char login[16];

	world_policy(w, "P", "missed", "0m", "staff");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	for (int k = 0; k < 300; k++) {
		snprintf(login, sizeof(login), "a%d", k);
		world_user(w, login, "daily 01:00-01:01");
	}
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_to(w, "10:00");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
}

/* The press answered what they had claimed; what is left is no business of theirs. */
STORY("2026-11-24 02:00", a_claimant_by_telephone_hears_the_end_of_what_was_answered)
{
	street(w);
	world_watcher(w, "W3", "R1", 1, "call");
	world_to(w, "10:30");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_told_at(w, "watcher:W1", "alert", "10:30");
	world_told_at(w, "watcher:W3", "alert", "10:30");
	world_claim(w, "R1", "watcher:W3");
	world_hush(w);
	world_press(w, "R1", CHECKIN_TALK);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "watcher:W1", "ended");
	world_told(w, "watcher:W3", "ended");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "user:tanaka", "alert");
	world_to(w, "10:35");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
}

/* The repeat waits for its group when its reader declines what they were told before. */
STORY("2026-11-24 02:00", a_decline_before_the_repeat_was_sent_fires_at_once)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_sql(w, "UPDATE watchers SET away_to = '2026-11-24' WHERE watcher_id = 'W2'");
	world_to(w, "10:00");
	world_told_at(w, "watcher:W1", "alert", "10:00");
	world_channel(w, "mail:W1@example.jp", WORLD_FAILS);
	world_to(w, "11:00:05");
	world_sql(w, "UPDATE watchers SET away_to = '' WHERE watcher_id = 'W2'");
	world_decline(w, "R1", "watcher:W1");
	world_told_at(w, "watcher:W2", "alert", "11:00:05");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "watcher:W2", "ended");
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_told(w, "watcher:W1", "ended");
}

/* Channels */

STORY("2026-11-24 02:00", an_address_that_is_no_longer_theirs_gives_way_to_their_first)
{
	street(w);
	world_channel(w, "mail:W1@example.jp", WORLD_FAILS);
	world_to(w, "10:30:10");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_sql(w, "UPDATE watchers SET channels = 'mail:new@example.jp' WHERE watcher_id = 'W1'");
	world_channel(w, "mail:W1@example.jp", WORLD_REFUSES);
	world_to(w, "10:31");
	world_told_on(w, "watcher:W1", "alert", "mail:new@example.jp");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
	world_told_on(w, "watcher:W1", "ended", "mail:new@example.jp");
}

STORY("2026-11-24 02:00", however_many_buttons_there_are_no_address_of_a_resident_is_cut)
{
	char channels[2 * ADDRESS], sql[256];

	world_resident(w, "R1", "", NULL);
	world_sql(w,
		"UPDATE residents SET channels = '"
		"webhook:https://one.example.jp/a-rather-long-path-to-whoever-reads-it-there-in-the-end-xxxxxxxxxxx "
		"webhook:https://two.example.jp/a-rather-long-path-to-whoever-reads-it-there-in-the-end-xxxxxxxxxxx "
		"mail:R1@example.jp' WHERE resident_id = 'R1'");
	for (int k = 10; k < 30; k++) {
		snprintf(sql, sizeof(sql), "INSERT INTO devices (device_id, resident_id) VALUES ('button-%d-%s', 'R1')",
			k, "with-the-longest-name-one-could-ever-think-of-here");
		world_sql(w, sql);
	}
	telling_channels(world_watch(w), "resident:R1", channels, sizeof(channels));
	CHECK(strstr(channels, "device:") != NULL);
	CHECK(strstr(channels, " mail:R1@example.jp") != NULL);
}

/* Hours */

STORY("2026-11-24 02:00", put_off_twice_they_are_asked_once)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_policy(w, "P", "missed", "12h", "tier2");
	world_policy(w, "P", "help", "0m", "tier1");
	world_resident(w, "R1", "daily 01:00-03:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_sql(w, "UPDATE watchers SET hours = 'daily 09:00-21:00' WHERE watcher_id = 'W1'");
	world_resident(w, "R2", "daily 01:00-03:00", "P");
	world_link(w, "R2", "W1", 1, "call");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "03:01");
	world_press(w, "R2", CHECKIN_HELP);
	world_to(w, "08:00");
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE person = 'watcher:W1'"
				 " AND state = 'waiting' AND what = 'alert'"),
		1);
	world_close(w, "R2", "user:tanaka", "safe", "phone");
	world_hush(w);
}

/* Their own button is told of anyway; naming it among the channels tells it no more often. */
STORY("2026-11-24 02:00", a_resident_whose_own_button_is_among_the_channels_is_told_once)
{
	street(w);
	world_sql(w, "UPDATE residents SET channels = 'device:b-R1 mail:R1@example.jp' WHERE resident_id = 'R1'");
	world_resident(w, "R2", "daily 03:00-09:00 +10m", "P");
	world_sql(w, "UPDATE residents SET channels = 'device:b-R2' WHERE resident_id = 'R2'");
	world_to(w, "09:01");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'reminder'"), 1);
	world_press(w, "R1", CHECKIN_OK);
	world_press(w, "R2", CHECKIN_OK);
	world_hush(w);
}
