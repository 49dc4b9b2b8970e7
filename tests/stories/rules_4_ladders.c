/* Stories of rules 4: ladders. */
#include "tests/stories/world.h"

static void street(struct world *w, const char *policy)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", policy);
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_watcher(w, "W3", "R1", 3, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
}

STORY("2026-11-24 02:00", rule_4_1_steps_count_from_the_deadline)
{
	street(w, NULL);
	world_to(w, "10:30");
	world_hush(w);
	world_to(w, "12:00");
	world_told_at(w, "watcher:W1", "alert", "11:00");
	world_told_at(w, "watcher:W2", "alert", "11:30");
	world_told_at(w, "user:tanaka", "alert", "11:30");
	world_told_at(w, "watcher:W3", "alert", "12:00");
	world_told_at(w, "user:tanaka", "alert", "12:00");
}

STORY("2026-11-24 02:00", rule_4_1_neighbour_first_asks_the_neighbour_at_once)
{
	street(w, "neighbour_first");
	world_to(w, "11:30");
	world_told(w, "resident:R1", "reminder");
	world_told(w, "resident:R1", "reminder");
	world_told_at(w, "resident:R1", "alert", "10:30");
	world_told_at(w, "watcher:W1", "alert", "10:30");
	world_told_at(w, "watcher:W2", "alert", "11:00");
	world_told_at(w, "watcher:W3", "alert", "11:30");
	world_told_at(w, "user:tanaka", "alert", "11:30");
}

STORY("2026-11-24 02:00", rule_4_1_an_open_incident_keeps_the_policy_it_opened_with)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_policy(w, "P", "missed", "10m", "tier1");
	street(w, "P");
	world_to(w, "10:30");
	world_sql(w, "UPDATE policies SET after = '50m' WHERE after = '10m'");
	world_hush(w);
	world_to(w, "10:40");
	world_told_at(w, "watcher:W1", "alert", "10:40");
}

STORY("2026-11-24 02:00", rule_4_2_a_watcher_outside_their_hours_is_put_off_to_their_start)
{
	street(w, NULL);
	world_watcher(w, "W1b", "R1", 1, "go");
	world_sql(w, "UPDATE watchers SET hours = 'daily 13:00-21:00' WHERE watcher_id = 'W1b'");
	world_to(w, "11:00");
	world_hush(w);
	world_sql(w, "UPDATE links SET can = 'know' WHERE watcher_id IN ('W2', 'W3')");
	world_to(w, "12:59");
	world_hush(w);
	world_to(w, "13:00");
	world_told_at(w, "watcher:W1b", "alert", "13:00");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_2_when_all_of_a_step_are_put_off_staff_hear_and_the_clock_stops)
{
	street(w, NULL);
	world_sql(w, "UPDATE watchers SET hours = 'daily 15:00-21:00' WHERE watcher_id = 'W1'");
	world_to(w, "10:30");
	world_hush(w);
	world_to(w, "11:00");
	world_told_at(w, "user:tanaka", "alert", "11:00");
	world_to(w, "14:59");
	world_quiet(w);
	world_to(w, "15:00");
	world_told_at(w, "watcher:W1", "alert", "15:00");
	world_to(w, "15:30");
	world_told_at(w, "watcher:W2", "alert", "15:30"); /* half an hour after the first could be told */
	world_told_at(w, "user:tanaka", "alert", "15:30");
}

STORY("2026-11-24 02:00", rule_4_2_those_who_only_know_get_only_the_end)
{
	street(w, NULL);
	world_watcher(w, "kin", "R1", 1, "know");
	world_to(w, "11:00");
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "watcher:kin", "ended");
	world_told(w, "watcher:W1", "ended");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_4_2_help_at_night_wakes_those_who_agreed_and_after_five_minutes_all_who_can_go)
{
	street(w, NULL);
	world_watcher(w, "caller", "R1", 1, "call");
	world_sql(w, "UPDATE watchers SET night = 'yes' WHERE watcher_id = 'W2'");
	world_to(w, "02:30");
	world_press(w, "R1", CHECKIN_HELP);
	world_told_at(w, "watcher:W2", "alert", "02:30");
	world_quiet(w);
	world_to(w, "02:34:59");
	world_quiet(w);
	world_to(w, "02:35");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W2", "alert");
	world_told(w, "watcher:W3", "alert");
	world_quiet(w);
	world_claim(w, "R1", "watcher:W3");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_2_who_is_away_or_missed_themselves_is_not_told)
{
	street(w, NULL);
	world_resident(w, "R2", "daily 03:00-09:00", NULL);
	world_watcher(w, "W1b", "R1", 1, "go");
	world_watcher(w, "W1c", "R1", 1, "go");
	world_sql(w, "UPDATE watchers SET away_from = '2026-11-24', away_to = '2026-11-24' WHERE watcher_id = 'W1b'");
	world_sql(w, "UPDATE watchers SET resident_id = 'R2' WHERE watcher_id = 'W1c'");
	world_to(w, "10:59");
	world_hush(w);
	world_to(w, "11:00");
	world_told(w, "watcher:W1", "alert");
	world_quiet(w);
	world_sql(w, "UPDATE watchers SET resident_id = NULL");
}

STORY("2026-11-24 02:00", rule_4_3_staff_are_users_on_duty_for_that_district)
{
	street(w, NULL);
	world_user(w, "off", "daily 18:00-20:00");
	world_user(w, "elsewhere", "daily 08:00-20:00");
	world_user(w, "away", "daily 08:00-20:00");
	world_sql(w, "UPDATE users SET districts = 'D2 D3' WHERE login = 'elsewhere'");
	world_sql(w, "UPDATE users SET away_from = '2026-11-20', away_to = '2026-11-30' WHERE login = 'away'");
	world_to(w, "10:29");
	world_hush(w);
	world_to(w, "10:30");
	world_told(w, "resident:R1", "alert");
	world_told(w, "user:tanaka", "alert");
}

STORY("2026-11-24 02:00", rule_4_4_a_step_that_reached_nobody_goes_on_at_once_and_the_timeline_says_so)
{
	street(w, NULL);
	world_channel(w, "mail:W1@example.jp", WORLD_REFUSES);
	world_to(w, "10:30");
	world_hush(w);
	world_to(w, "11:00");
	world_told_at(w, "watcher:W2", "alert", "11:00");
	world_told_at(w, "user:tanaka", "alert", "11:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'unreached'"), 1);
}

STORY("2026-11-24 02:00", rule_4_4_a_step_with_nobody_in_it_goes_on_at_once)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", NULL);
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "10:30");
	world_hush(w);
	world_to(w, "11:00");
	world_told_at(w, "watcher:W2", "alert", "11:00");
	world_told_at(w, "user:tanaka", "alert", "11:00");
}

STORY("2026-11-24 02:00", rule_4_4_a_channel_that_does_not_answer_for_ten_minutes_has_reached_nobody)
{
	street(w, NULL);
	world_channel(w, "mail:W1@example.jp", WORLD_FAILS);
	world_to(w, "11:09");
	world_hush(w);
	world_to(w, "11:11");
	world_told(w, "watcher:W2", "alert");
	world_told(w, "user:tanaka", "alert");
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_to(w, "11:12");
	world_told(w, "watcher:W1", "alert"); /* nothing is given up */
}

STORY("2026-11-24 02:00", rule_4_4_a_step_that_names_only_the_resident_is_never_unreached)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "gentle");
	world_sql(w, "DELETE FROM devices");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "12:29");
	world_quiet(w);
	world_to(w, "12:30");
	world_told_at(w, "user:tanaka", "alert", "12:30");
}

STORY("2026-11-24 02:00", rule_4_4_without_a_reachable_watcher_staff_hear_at_once)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "neighbour_first");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "10:30");
	world_told(w, "resident:R1", "reminder");
	world_told(w, "resident:R1", "reminder");
	world_told(w, "resident:R1", "alert");
	world_told_at(w, "user:tanaka", "alert", "10:30");
}

STORY("2026-11-24 02:00", rule_4_5_after_the_last_step_it_repeats_each_hour_until_claimed)
{
	street(w, NULL);
	world_to(w, "12:00");
	world_hush(w);
	world_to(w, "12:59");
	world_quiet(w);
	world_to(w, "13:00");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W2", "alert");
	world_told(w, "watcher:W3", "alert");
	world_told(w, "user:tanaka", "alert");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_to(w, "13:19");
	world_quiet(w);
	world_to(w, "13:25");
	world_hush(w);
	world_release(w, "R1", "watcher:W1"); /* there a release fires it at once */
	world_told(w, "watcher:W2", "alert");
	world_told(w, "watcher:W3", "alert");
	world_told(w, "user:tanaka", "alert");
}

STORY("2026-11-24 02:00", rule_4_5_help_repeats_each_five_minutes)
{
	street(w, NULL);
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_hush(w);
	world_to(w, "09:05");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W2", "alert");
	world_told(w, "watcher:W3", "alert");
	world_told(w, "user:tanaka", "alert");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_6_help_that_reached_nobody_goes_to_every_user_with_a_channel)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", NULL);
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "02:30");
	world_press(w, "R1", CHECKIN_HELP);
	world_told_at(w, "user:tanaka", "alert", "02:30");
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_6_when_duty_begins_staff_are_told_all_that_is_open_in_one_message)
{
	world_resident(w, "R1", "daily 03:00-05:00", NULL);
	world_resident(w, "R2", "daily 03:00-05:00", NULL);
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "07:59");
	world_hush(w);
	world_to(w, "08:00");
	world_told_at(w, "user:tanaka", "duty", "08:00");
	world_told_at(w, "user:tanaka", "duty", "08:00");
	CHECK_INT(world_count(w, "SELECT count(DISTINCT message_id) FROM notifications WHERE what = 'duty'"), 1);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_7_a_question_waits_for_duty_and_repeats_within_it)
{
	world_user(w, "tanaka", "daily 08:00-10:00");
	world_to(w, "03:00");
	world_sql(w, "SELECT 1");
	assert_true(store_begin(world_watch(w)->store));
	incident_ask(world_watch(w), INCIDENT_DEVICE, "btn-9", "", "unknown_help", world_now(w));
	assert_true(store_commit(world_watch(w)->store));
	world_turn(w);
	world_quiet(w);
	CHECK(world_question(w, "device", "btn-9").reached); /* no "nobody reached" */
	world_to(w, "08:00");
	world_told_at(w, "user:tanaka", "question", "08:00");
	world_to(w, "09:00");
	world_told_at(w, "user:tanaka", "question", "09:00");
	world_to(w, "2026-11-25 07:59");
	world_quiet(w);
	world_to(w, "2026-11-25 08:00");
	world_told_at(w, "user:tanaka", "question", "08:00");
}

STORY("2026-11-24 02:00", rule_4_8_steps_due_while_we_are_deaf_wait_and_help_does_not)
{
	world_policy(w, "P", "help", "0m", "staff");
	world_policy(w, "P", "help", "10m", "tier1");
	street(w, NULL);
	world_resident(w, "R2", "none", "P");
	world_link(w, "R2", "W1", 1, "go");
	world_to(w, "10:31");
	world_press(w, "R2", CHECKIN_HELP);
	world_hush(w);
	world_deafen(w);
	world_to(w, "11:20");
	world_told_at(w, "watcher:W1", "alert", "10:41"); /* help */
	world_hush(w);
	CHECK_INT(world_incident(w, "R1").step, 1); /* 11:00 waits */
	world_hears_again(w);
	CHECK_INT(world_incident(w, "R1").step, 1); /* and for the gate */
	world_to(w, "12:21");
	CHECK(world_incident(w, "R1").step >= 2);
	world_hush(w);
	world_claim(w, "R2", "user:tanaka");
	world_hush(w);
}
