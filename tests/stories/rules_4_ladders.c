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

STORY("2026-11-24 02:00", rule_4_4_a_repeat_on_a_channel_that_still_does_not_answer_has_reached_nobody)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_resident(w, "R1", "daily 03:00-10:00 +0m", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_channel(w, "mail:W1@example.jp", WORLD_FAILS);
	world_to(w, "10:09");
	CHECK(world_incident(w, "R1").reached);
	world_to(w, "10:11");
	CHECK(!world_incident(w, "R1").reached);
	world_to(w, "11:01");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'alert'"), 2);
	CHECK(!world_incident(w, "R1").reached);
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_to(w, "11:20");
	CHECK(world_incident(w, "R1").reached);
	world_hush(w);
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

/* What follows: the sentences that need more than one step of a story. */

STORY("2026-11-24 02:00", rule_4_1_the_copy_is_of_all_kinds_and_the_people_are_those_of_the_moment)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_policy(w, "P", "help", "0m", "tier2");
	street(w, "P");
	world_to(w, "10:30");
	world_told(w, "resident:R1", "reminder");
	world_told(w, "resident:R1", "reminder");
	world_told(w, "user:tanaka", "alert");
	world_sql(w, "UPDATE policies SET notify = 'tier1' WHERE kind = 'help'");
	world_watcher(w, "new", "R1", 2, "go");
	world_to(w, "10:40");
	world_press(w, "R1", CHECKIN_HELP);
	world_told(w, "watcher:W2", "alert");
	world_told(w, "watcher:new", "alert");
	world_told(w, "user:tanaka", "alert"); /* graver than what was: staff hear each step */
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_2_help_at_night_wakes_those_of_later_steps_as_well)
{
	world_policy(w, "P", "help", "0m", "tier1");
	world_policy(w, "P", "help", "30m", "tier2+tier3");
	street(w, "P");
	world_sql(w, "UPDATE watchers SET night = 'yes' WHERE watcher_id = 'W1'");
	world_to(w, "02:30");
	world_press(w, "R1", CHECKIN_HELP);
	world_told_at(w, "watcher:W1", "alert", "02:30");
	world_to(w, "02:34:59");
	world_quiet(w);
	world_to(w, "02:35");
	world_told_at(w, "watcher:W1", "alert", "02:35");
	world_told_at(w, "watcher:W2", "alert", "02:35");
	world_told_at(w, "watcher:W3", "alert", "02:35");
	world_claim(w, "R1", "watcher:W3");
	world_hush(w);
	world_close(w, "R1", "watcher:W3", "safe", "face");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_2_help_at_night_that_came_late_does_not_wait_again)
{
	world_policy(w, "P", "help", "0m", "tier1");
	world_policy(w, "P", "help", "3h", "tier2+tier3");
	street(w, "P");
	world_to(w, "02:50");
	world_press_at(w, "R1", CHECKIN_HELP, world_time(w, "02:30"));
	world_told_at(w, "watcher:W1", "alert", "02:50");
	world_told_at(w, "watcher:W2", "alert", "02:50");
	world_told_at(w, "watcher:W3", "alert", "02:50");
	world_claim(w, "R1", "watcher:W3");
	world_hush(w);
	world_close(w, "R1", "watcher:W3", "safe", "face");
	world_hush(w);
}

/* Staff are on duty round the clock and the step does not name them: they hear at once, and no clock stops. */
STORY("2026-11-24 02:00", rule_4_2_help_at_night_tells_staff_on_duty_and_stops_no_clock)
{
	world_policy(w, "P", "help", "0m", "tier1");
	world_policy(w, "P", "help", "30m", "tier2+tier3");
	world_resident(w, "R1", "none", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W1b", "R1", 1, "go");
	world_watcher(w, "caller", "R1", 1, "call");
	world_sql(w, "UPDATE watchers SET night = 'yes' WHERE watcher_id = 'W1b'");
	world_user(w, "night", "daily 00:00-24:00");
	world_to(w, "02:30");
	world_press(w, "R1", CHECKIN_HELP);
	world_told_at(w, "watcher:W1b", "alert", "02:30");
	world_told_at(w, "user:night", "alert", "02:30");
	world_to(w, "02:35");
	world_told_at(w, "watcher:W1", "alert", "02:35");
	world_told_at(w, "watcher:W1b", "alert", "02:35");
	world_told_at(w, "user:night", "alert", "02:35");
	world_quiet(w); /* who can only call sleeps on */
	world_close(w, "R1", "user:night", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_2_put_off_by_all_help_still_wakes_after_five_minutes)
{
	world_policy(w, "P", "help", "0m", "tier1");
	world_policy(w, "P", "help", "2h", "tier2");
	world_resident(w, "R1", "none", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "night", "daily 00:00-24:00");
	world_to(w, "02:30");
	world_press(w, "R1", CHECKIN_HELP);
	world_told_at(w, "user:night", "alert", "02:30");
	world_to(w, "02:35");
	world_told_at(w, "watcher:W1", "alert", "02:35");
	world_told_at(w, "watcher:W2", "alert", "02:35");
	world_told_at(w, "user:night", "alert", "02:35");
	world_close(w, "R1", "user:night", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_2_who_is_paused_unknown_or_asks_for_help_as_a_resident_is_not_told)
{
	street(w, NULL);
	world_resident(w, "away", "daily 03:00-12:00", NULL);
	world_resident(w, "help", "none", NULL);
	world_resident(w, "ok", "daily 03:00-09:00", NULL);
	world_watcher(w, "W1b", "R1", 1, "go");
	world_watcher(w, "W1c", "R1", 1, "go");
	world_watcher(w, "W1d", "R1", 1, "go");
	world_sql(w, "UPDATE watchers SET resident_id = 'away' WHERE watcher_id = 'W1b';"
		     "UPDATE watchers SET resident_id = 'help' WHERE watcher_id = 'W1c';"
		     "UPDATE watchers SET resident_id = 'ok' WHERE watcher_id = 'W1d'");
	CHECK(world_pause(w, "away", "2026-11-24", "2026-11-25"));
	world_to(w, "08:30");
	world_press(w, "ok", CHECKIN_OK);
	world_to(w, "10:58");
	world_press(w, "help", CHECKIN_HELP);
	world_claim(w, "help", "user:tanaka");
	world_hush(w);
	world_to(w, "11:00");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W1d", "alert");
	world_quiet(w);
	world_close(w, "help", "user:tanaka", "safe", "phone");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	CHECK(world_resume(w, "away"));
	CHECK(world_end_service(w, "away", "moved"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_2_nor_who_is_unknown_because_we_are_deaf)
{
	world_policy(w, "P", "help", "0m", "tier1");
	world_resident(w, "R1", "none", "P");
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W1b", "R1", 1, "go");
	world_sql(w, "UPDATE watchers SET resident_id = 'R2' WHERE watcher_id = 'W1'");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "09:50");
	world_deafen(w);
	world_to(w, "10:40");
	world_hush(w);
	world_press(w, "R1", CHECKIN_HELP);
	world_told(w, "watcher:W1b", "alert");
	world_quiet(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hears_again(w);
	CHECK(world_end_service(w, "R2", "moved"));
	world_pass(w, 2 * MINUTE);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_3_with_nobody_on_duty_a_step_for_staff_has_reached_nobody)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_policy(w, "P", "missed", "2h", "tier1");
	world_resident(w, "R1", "daily 03:00-07:30", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "07:30");
	world_told_at(w, "watcher:W1", "alert", "07:30"); /* not at 9:30 */
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'unreached'"), 1);
	world_to(w, "08:00");
	world_told_at(w, "user:tanaka", "duty", "08:00");
}

STORY("2026-11-24 02:00", rule_4_5_at_the_end_no_answer_and_the_last_decline_repeat_at_once)
{
	world_policy(w, "P", "missed", "0m", "tier1+staff");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "10:10");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "user:tanaka", "alert");
	world_report(w, "R1", "watcher:W1", REPORT_NO_ANSWER, ""); /* all tiers now, but who has just been there */
	world_told(w, "watcher:W2", "alert");
	world_told(w, "user:tanaka", "no_answer");
	world_told(w, "user:tanaka", "alert");
	world_to(w, "10:20");
	world_decline(w, "R1", "watcher:W2");
	world_quiet(w);
	world_decline(w, "R1", "user:tanaka"); /* the last of those asked last */
	world_told(w, "watcher:W1", "alert");
	world_to(w, "11:20");
	world_told_at(w, "watcher:W1", "alert", "11:20");
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_4_5_a_repeat_that_reached_nobody_waits_for_its_hour)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_to(w, "10:00");
	world_told_at(w, "watcher:W1", "alert", "10:00");
	world_channel(w, "mail:W1@example.jp", WORLD_REFUSES);
	world_to(w, "10:59");
	world_quiet(w);
	world_to(w, "13:30");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE state = 'refused'"), 3); /* 11, 12, 13 */
	CHECK(!world_incident(w, "R1").reached);
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_to(w, "14:00");
	world_told_at(w, "watcher:W1", "alert", "14:00");
	CHECK(world_incident(w, "R1").reached);
}

STORY("2026-11-24 02:00", rule_4_4_a_channel_that_takes_it_after_all_has_reached_somebody)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_channel(w, "mail:W1@example.jp", WORLD_FAILS);
	world_to(w, "10:11");
	CHECK(!world_incident(w, "R1").reached);
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_to(w, "10:12");
	world_told(w, "watcher:W1", "alert");
	CHECK(world_incident(w, "R1").reached);
}

STORY("2026-11-24 02:00", rule_4_8_a_lease_that_is_up_while_we_are_deaf_waits_for_the_end_and_the_gate)
{
	street(w, NULL);
	world_to(w, "10:40");
	world_claim(w, "R1", "user:tanaka");
	world_to(w, "11:00");
	world_hush(w);
	world_deafen(w);
	world_to(w, "11:05");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLAIMED);
	world_to(w, "11:20"); /* the lease ended at 11:10 */
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLAIMED);
	world_hears_again(w);
	world_to(w, "12:19");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLAIMED);
	world_hush(w);
	world_to(w, "12:21");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_8_steps_of_unwell_wait_for_the_end_and_no_gate)
{
	world_policy(w, "P", "unwell", "0m", "staff");
	world_policy(w, "P", "unwell", "20m", "tier1");
	street(w, "P");
	world_resident(w, "R2", "none", "P");
	world_link(w, "R2", "W1", 1, "go");
	world_to(w, "02:30");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "13:00");
	world_press(w, "R2", CHECKIN_UNWELL);
	world_hush(w);
	world_deafen(w);
	world_to(w, "13:40");
	world_quiet(w);
	world_hears_again(w);
	world_told_at(w, "watcher:W1", "alert", "13:40");
	world_close(w, "R2", "user:tanaka", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_1_where_judging_had_to_wait_the_ladder_counts_from_the_judgement)
{
	street(w, NULL);
	world_to(w, "10:20");
	world_deafen(w);
	world_to(w, "10:40");
	world_hears_again(w);
	world_hush(w);
	world_to(w, "11:40");
	world_hush(w); /* missed, with its first step */
	CHECK_INT(world_incident(w, "R1").step, 1);
	world_to(w, "12:09");
	world_hush(w);
	CHECK_INT(world_incident(w, "R1").step, 1);
	world_to(w, "12:10");
	world_told_at(w, "watcher:W1", "alert", "12:10"); /* half an hour later, and not all at once */
	world_hush(w);
}

STORY("2026-11-24 00:30", rule_4_2_help_that_came_late_wakes_all_also_where_something_was_told_before)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_policy(w, "P", "help", "0m", "tier1");
	world_policy(w, "P", "help", "3h", "tier2");
	world_resident(w, "R1", "daily 01:00-03:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "night", "daily 00:00-24:00");
	world_to(w, "03:00");
	world_told_at(w, "user:night", "alert", "03:00");
	world_to(w, "03:10");
	world_press_at(w, "R1", CHECKIN_HELP, world_time(w, "02:50"));
	world_told_at(w, "watcher:W1", "alert", "03:10");
	world_told_at(w, "watcher:W2", "alert", "03:10");
	world_told_at(w, "user:night", "alert", "03:10");
	world_close(w, "R1", "user:night", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_2_who_can_only_call_is_not_woken_by_a_step_of_that_minute)
{
	world_policy(w, "P", "help", "0m", "tier1");
	world_policy(w, "P", "help", "5m", "tier2");
	world_resident(w, "R1", "none", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_watcher(w, "caller", "R1", 2, "call");
	world_sql(w, "UPDATE watchers SET night = 'yes' WHERE watcher_id = 'W1'");
	world_to(w, "02:30");
	world_press(w, "R1", CHECKIN_HELP);
	world_told_at(w, "watcher:W1", "alert", "02:30");
	world_to(w, "02:35");
	world_told_at(w, "watcher:W1", "alert", "02:35");
	world_told_at(w, "watcher:W2", "alert", "02:35");
	world_quiet(w);
	world_close(w, "R1", "watcher:W2", "safe", "face");
	world_hush(w);
}

/* Late but within grace while we are deaf; and undecided behind the gate, although we hear. */
STORY("2026-11-24 02:00", rule_4_2_nor_who_is_not_judged_yet_because_we_were_deaf)
{
	world_policy(w, "P", "help", "0m", "tier1");
	world_resident(w, "R1", "none", "P");
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W1b", "R1", 1, "go");
	world_sql(w, "UPDATE watchers SET resident_id = 'R2' WHERE watcher_id = 'W1'");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "09:55");
	world_deafen(w);
	world_to(w, "10:20");
	world_hush(w);
	world_press(w, "R1", CHECKIN_HELP);
	world_told(w, "watcher:W1b", "alert");
	world_quiet(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hears_again(w);
	world_to(w, "10:40");
	world_hush(w);
	world_press(w, "R1", CHECKIN_HELP);
	world_told(w, "watcher:W1b", "alert");
	world_quiet(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	CHECK(world_end_service(w, "R2", "moved"));
	world_pass(w, 2 * MINUTE);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_4_2_nor_who_has_died)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_resident(w, "R2", "none", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W1b", "R1", 1, "go");
	world_sql(w, "UPDATE watchers SET resident_id = 'R2' WHERE watcher_id = 'W1'");
	CHECK(world_end_service(w, "R2", "deceased"));
	world_to(w, "10:00");
	world_told_at(w, "watcher:W1b", "alert", "10:00");
}

STORY("2026-11-24 02:00", rule_4_4_what_waits_for_ten_minutes_without_being_tried_has_reached_nobody)
{
	street(w, NULL);
	world_to(w, "10:59");
	world_hush(w);
	world_channel(w, "mail:W1@example.jp", WORLD_FULL);
	world_to(w, "11:09:59");
	world_quiet(w);
	world_to(w, "11:10");
	world_told_at(w, "watcher:W2", "alert", "11:10");
	world_told_at(w, "user:tanaka", "alert", "11:10");
	world_channel(w, "mail:W1@example.jp", WORLD_TAKES);
	world_told(w, "watcher:W1", "alert");
}

STORY("2026-11-24 02:00", rule_4_5_repeats_ask_those_of_all_tiers_who_can_go)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "caller", "R1", 1, "call");
	world_watcher(w, "W3", "R1", 3, "go");
	world_watcher(w, "late", "R1", 2, "go");
	world_sql(w, "UPDATE watchers SET hours = 'daily 16:00-20:00' WHERE watcher_id = 'late'");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "10:00");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:caller", "alert");
	world_to(w, "11:00");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W3", "alert");
	world_told(w, "user:tanaka", "alert");
	world_quiet(w); /* neither who can only call nor who is outside their hours */
}

STORY("2026-11-24 02:00", rule_4_7_a_question_shortly_before_duty_is_asked_when_duty_begins)
{
	world_user(w, "tanaka", "daily 08:00-10:00");
	world_to(w, "07:40");
	world_press(w, "nobody", CHECKIN_HELP);
	world_to(w, "08:00");
	world_told_at(w, "user:tanaka", "question", "08:00");
	world_to(w, "08:59");
	world_quiet(w);
	world_answer(w, "device", "b-nobody", "user:tanaka");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_4_4_being_put_off_is_not_being_told)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_policy(w, "P", "missed", "2h", "tier2");
	world_resident(w, "R1", "daily 03:00-06:00", "P");
	world_watcher(w, "W1", "R1", 1, "go"); /* sleeps until seven */
	world_watcher(w, "W2", "R1", 2, "go");
	world_sql(w, "UPDATE watchers SET hours = 'daily 00:00-24:00' WHERE watcher_id = 'W2'");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "06:00");
	world_told_at(w, "watcher:W2", "alert", "06:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'unreached'"), 1);
	world_close(w, "R1", "watcher:W2", "safe", "face");
	world_told(w, "watcher:W2", "ended");
	world_to(w, "08:30");
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_4_4_a_policy_of_tiers_only_goes_to_staff_where_no_watcher_can_be_reached)
{
	world_policy(w, "P", "missed", "0m", "resident");
	world_policy(w, "P", "missed", "3h", "tier1");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_resident(w, "R2", "daily 03:00-10:00", "P");
	world_resident(w, "R3", "daily 03:00-10:00", "P");
	world_watcher(w, "kin", "R1", 1, "know");
	world_watcher(w, "mute", "R2", 1, "go");
	world_watcher(w, "gone", "R3", 1, "go");
	world_sql(w, "UPDATE watchers SET channels = '' WHERE watcher_id = 'mute'");
	world_sql(w, "UPDATE watchers SET ends = '2026-11-24' WHERE watcher_id = 'gone'");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "10:00");
	for (int k = 1; k <= 3; k++) {
		char resident[16];

		snprintf(resident, sizeof(resident), "resident:R%d", k);
		world_told_at(w, resident, "alert", "10:00");
		world_told_at(w, "user:tanaka", "alert", "10:00");
	}
}

STORY("2026-11-24 09:00", rule_4_7_a_question_that_all_on_duty_decline_is_not_asked_without_end)
{
	struct refusal no;

	world_user(w, "tanaka", "daily 08:00-20:00");
	world_press(w, "nobody", CHECKIN_HELP);
	world_told_at(w, "user:tanaka", "question", "09:00");
	assert_true(store_begin(world_watch(w)->store));
	CHECK(incident_decline(
		world_watch(w), world_question(w, "device", "b-nobody").id, "user:tanaka", world_now(w), &no));
	assert_true(store_commit(world_watch(w)->store));
	world_to(w, "12:30");
	CHECK_INT(world_question(w, "device", "b-nobody").state, INCIDENT_OPEN);
	CHECK(world_count(w, "SELECT count(*) FROM timeline WHERE incident_id IS NOT NULL") < 12);
	world_answer(w, "device", "b-nobody", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 09:00",
	rule_4_7_a_help_that_every_channel_fails_for_long_is_told_anew_at_each_repeat_and_not_at_each_turn)
{
	world_policy(w, "P", "help", "0m", "staff");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_resident(w, "R1", "none", "P");
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	world_press(w, "R1", CHECKIN_HELP);
	world_pass(w, 9 * MINUTE);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications"), 2);
	world_pass(w, 30 * MINUTE); /* each five minutes: those on duty, and as they were not reached, everybody */
	CHECK_INT(world_count(w, "SELECT max(reached) FROM incidents"), 0);
	CHECK(world_count(w, "SELECT count(*) FROM notifications") <= 2 + 2 * 6 + 1);
	world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
	world_pass(w, 10 * MINUTE);
	CHECK_INT(world_count(w, "SELECT max(reached) FROM incidents"), 1);
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "false_alarm", "phone");
	world_hush(w);
}

STORY("2026-11-24 09:00", rule_4_7_a_question_that_its_channel_fails_is_told_each_hour_and_not_at_each_try)
{
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	world_press(w, "nobody", CHECKIN_HELP);
	world_pass(w, 150 * MINUTE);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications"), 3);
	world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
	world_hush(w);
	world_answer(w, "device", "b-nobody", "user:tanaka");
	world_hush(w);
}
