/* Stories of rules 3: incidents. The number after the rule is the place of the sentence in its list. */
#include <string.h>

#include "tests/stories/world.h"

/* One resident due at 10:00 with 30 m of grace, three tiers of a watcher each, staff on duty. */
static void street(struct world *w)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", NULL);
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_watcher(w, "W3", "R1", 3, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
}

/* The morning on which R1 does not press: reminders, and at 10:30 the incident with its first step. */
static void missed_morning(struct world *w)
{
	street(w);
	world_to(w, "10:30");
	world_told_at(w, "resident:R1", "reminder", "10:00");
	world_told_at(w, "resident:R1", "reminder", "10:15");
	world_told_at(w, "resident:R1", "alert", "10:30");
	world_told_at(w, "user:tanaka", "alert", "10:30");
}

STORY("2026-11-24 02:00", rule_3_1_a_missed_check_in_opens_one_incident_with_one_cause)
{
	missed_morning(w);
	world_quiet(w);
	CHECK_INT(world_incidents(w), 1);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_MISSED);
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes"), 1);
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
}

STORY("2026-11-24 02:00", rule_3_1_two_help_presses_are_one_incident_with_two_causes)
{
	street(w);
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_pass(w, MINUTE);
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(world_incidents(w), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes"), 2);
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W2", "alert");
	world_told(w, "watcher:W3", "alert");
	world_told(w, "user:tanaka", "alert");
}

STORY("2026-11-24 02:00", rule_3_2_a_late_press_closes_the_incident_and_everyone_told_hears_the_end)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_told_at(w, "watcher:W1", "alert", "11:00");
	world_to(w, "11:10");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLOSED);
	CHECK_TEXT(world_incident(w, "R1").outcome, "checked_in");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed")); /* the outcome stays */
	CHECK_INT(world_count(w, "SELECT met_late_at FROM expectations WHERE outcome = 'missed'"),
		world_time(w, "11:10"));
}

STORY("2026-11-24 02:00", rule_3_2_a_press_does_not_answer_help)
{
	street(w);
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_close(w, "R1", "user:tanaka", "safe", "face");
	world_told(w, "watcher:W1", "ended");
	world_told(w, "watcher:W2", "ended");
	world_told(w, "watcher:W3", "ended");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_3_2_who_is_going_is_asked_when_the_press_comes_after_all)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_to(w, "11:05");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "watcher:W1", "asked");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLAIMED);
	world_report(w, "R1", "watcher:W1", REPORT_SEEN, "");
	CHECK_TEXT(world_incident(w, "R1").outcome, "safe");
	CHECK_TEXT(world_incident(w, "R1").how, "face");
	world_told(w, "watcher:W1", "ended");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_3_2_asked_and_silent_it_closes_as_checked_in_when_the_lease_ends)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
	world_to(w, "11:29");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLAIMED);
	world_to(w, "11:31");
	CHECK_TEXT(world_incident(w, "R1").outcome, "checked_in");
	world_told(w, "watcher:W1", "ended");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_3_2_asked_and_released_it_closes_as_checked_in)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_press(w, "R1", CHECKIN_OK);
	world_release(w, "R1", "watcher:W1");
	CHECK_TEXT(world_incident(w, "R1").outcome, "checked_in");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_2_asked_and_no_answer_keeps_it_open_and_tells_staff)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
	world_report(w, "R1", "watcher:W1", REPORT_NO_ANSWER, "");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "user:tanaka", "no_answer");
	world_told(w, "watcher:W2", "alert"); /* next step at once */
	world_told(w, "user:tanaka", "alert");
}

STORY("2026-11-24 02:00", rule_3_3_when_the_gravest_is_answered_the_lesser_kind_starts_its_ladder)
{
	world_policy(w, "P", "unwell", "0m", "staff");
	world_policy(w, "P", "unwell", "20m", "tier2");
	world_resident(w, "R1", "daily 03:00-10:00 +30m; daily 15:00-16:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "11:00");                 /* missed; W1 told */
	world_press(w, "R1", CHECKIN_UNWELL); /* meets the expectation: the missed cause is answered, unwell is left */
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_UNWELL);
	world_hush(w);
	world_to(w, "11:19");
	world_quiet(w);
	world_to(w, "11:20");
	world_told_at(w, "watcher:W2", "alert", "11:20");
}

STORY("2026-11-24 02:00", rule_3_3_those_told_of_the_answered_kind_only_hear_its_end)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_told(w, "watcher:W1", "alert");
	world_press(w, "R1", CHECKIN_UNWELL);
	world_told(w, "watcher:W1", "ended");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "user:tanaka", "alert");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
}

STORY("2026-11-24 02:00", rule_3_4_a_graver_cause_ends_the_claim_and_tells_the_claimant_first)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_to(w, "11:05");
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_HELP);
	world_told(w, "watcher:W1", "graver");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W2", "alert");
	world_told(w, "watcher:W3", "alert");
	world_told(w, "user:tanaka", "alert");
}

STORY("2026-11-24 02:00", rule_3_4_a_further_missed_date_starts_again_with_staff_and_asks_who_declined)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "neighbour_first");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "10:30");
	world_decline(w, "R1", "watcher:W1");
	world_to(w, "2026-11-25 09:50");
	world_hush(w);
	world_to(w, "2026-11-25 10:30");
	CHECK_INT(world_incidents(w), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes WHERE kind = 'missed'"), 2);
	world_told_at(w, "watcher:W1", "alert", "10:30");
	world_told_at(w, "user:tanaka", "alert", "10:30");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_4_an_equal_or_lesser_cause_changes_neither_claim_nor_step)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_sql(w, "UPDATE residents SET last_press_at = 0");
	world_to(w, "11:01");
	CHECK_INT(world_incident(w, "R1").step, 2);
	world_press(w, "R1", CHECKIN_TALK);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLAIMED);
	/* talk meets the expectation: what was missed is answered, who is going keeps the claim */
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_TALK);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_4_a_lesser_cause_under_help_tells_the_claimant)
{
	street(w);
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_claim(w, "R1", "watcher:W2");
	world_hush(w);
	world_press(w, "R1", CHECKIN_TALK);
	CHECK_TEXT(world_incident(w, "R1").claimed_by, "watcher:W2");
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_HELP);
	world_told(w, "watcher:W2", "joined");
}

STORY("2026-11-24 02:00", rule_3_6_a_claim_stops_the_steps_and_its_end_fires_what_is_overdue_once)
{
	missed_morning(w);
	world_to(w, "10:40");
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
	world_to(w, "11:00");
	world_told_at(w, "user:tanaka", "nudge", "11:00");
	world_to(w, "11:09");
	world_quiet(w);
	world_to(w, "11:10");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "user:tanaka", "lapsed");
	world_told(w, "watcher:W1", "alert"); /* 11:00's step, overdue */
	world_quiet(w);
	world_to(w, "11:30");
	world_told_at(w, "watcher:W2", "alert", "11:30"); /* the others keep their times */
	world_told(w, "user:tanaka", "alert");
}

STORY("2026-11-24 02:00", rule_3_6_a_claim_is_renewed_twice_and_then_lapses)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_to(w, "11:20");
	world_told(w, "watcher:W1", "nudge");
	world_claim(w, "R1", "watcher:W1");
	world_told(w, "user:tanaka", "renewed");
	world_to(w, "11:40");
	world_told(w, "watcher:W1", "nudge");
	world_claim(w, "R1", "watcher:W1");
	world_told(w, "user:tanaka", "renewed");
	world_to(w, "11:50");
	world_claim_refused(w, "R1", "watcher:W1", REFUSED_INVALID);
	world_to(w, "12:10");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_6_a_claim_of_a_claimed_one_is_refused)
{
	missed_morning(w);
	world_to(w, "11:30");
	world_claim(w, "R1", "watcher:W1");
	world_claim_refused(w, "R1", "watcher:W2", REFUSED_CLAIMED);
	world_claim_refused(w, "R1", "user:tanaka", REFUSED_CLAIMED);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_6_those_told_hear_that_somebody_goes)
{
	missed_morning(w);
	world_to(w, "11:30");
	world_hush(w);
	world_claim(w, "R1", "watcher:W2");
	world_told(w, "watcher:W1", "claimed");
	world_told(w, "user:tanaka", "claimed");
}

STORY("2026-11-24 02:00", rule_3_6_the_resident_hears_who_comes_where_that_watcher_agreed)
{
	missed_morning(w);
	world_sql(w, "UPDATE watchers SET named = 'yes' WHERE watcher_id = 'W1'");
	world_to(w, "11:00");
	world_hush(w);
	world_claim(w, "R1", "watcher:W1");
	world_told(w, "resident:R1", "coming");
	world_told(w, "user:tanaka", "claimed");
}

STORY("2026-11-24 02:00", rule_3_6_who_can_go_takes_over_from_who_can_only_call)
{
	missed_morning(w);
	world_sql(w, "UPDATE links SET can = 'call' WHERE watcher_id = 'W1'");
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	CHECK_INT(world_incident(w, "R1").claimed_until, world_time(w, "11:15"));
	world_claim_refused(w, "R1", "watcher:W1", REFUSED_INVALID); /* not renewable */
	world_hush(w);
	world_claim(w, "R1", "watcher:W2");
	CHECK_TEXT(world_incident(w, "R1").claimed_by, "watcher:W2");
	world_told(w, "watcher:W1", "replaced");
	world_told(w, "watcher:W1", "claimed");
	world_told(w, "user:tanaka", "claimed");
}

STORY("2026-11-24 02:00", rule_3_6_a_call_only_claim_of_help_stops_no_step)
{
	world_policy(w, "P", "help", "0m", "tier1+staff");
	world_policy(w, "P", "help", "3m", "tier2");
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "P");
	world_watcher(w, "W1", "R1", 1, "call");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_claim(w, "R1", "watcher:W1");
	world_told(w, "watcher:W1", "alert");
	world_told(w, "user:tanaka", "alert");
	world_told(w, "user:tanaka", "claimed"); /* staff always hear of a claimed help */
	world_to(w, "09:03");
	world_told_at(w, "watcher:W2", "alert", "09:03");
	world_told(w, "watcher:W2", "claimed");
	world_claim(w, "R1", "watcher:W2");
	world_hush(w);
	world_to(w, "09:08");
	world_quiet(w); /* now nobody is asked any more */
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_6_a_claimant_who_is_missed_as_a_resident_loses_the_claim)
{
	missed_morning(w);
	world_resident(w, "R2", "daily 10:50-11:05", NULL);
	world_sql(w, "UPDATE watchers SET resident_id = 'R2' WHERE watcher_id = 'W1'");
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_to(w, "11:05");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "watcher:W1", "lost");
	world_told(w, "user:tanaka", "lost");  /* which says that nobody is going any more */
	world_told(w, "user:tanaka", "alert"); /* R2 */
	world_told(w, "resident:R2", "alert");
	world_sql(w, "UPDATE watchers SET resident_id = NULL"); /* so that the story may end */
}

STORY("2026-11-24 02:00", rule_3_7_a_decline_takes_out_one_and_the_last_fires_the_next_step)
{
	street(w);
	world_watcher(w, "W1b", "R1", 1, "go");
	world_to(w, "11:00");
	world_hush(w);
	world_decline(w, "R1", "watcher:W1");
	world_quiet(w);
	world_decline(w, "R1", "watcher:W1b");
	world_told(w, "watcher:W2", "alert");
	world_told(w, "user:tanaka", "alert");
	world_to(w, "12:00");
	world_hush(w);
	world_to(w, "13:00"); /* the repeat does not ask who declined */
	world_told(w, "watcher:W2", "alert");
	world_told(w, "watcher:W3", "alert");
	world_told(w, "user:tanaka", "alert");
}

STORY("2026-11-24 02:00", rule_3_8_no_answer_is_never_an_outcome)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_to(w, "11:10");
	world_report(w, "R1", "watcher:W1", REPORT_NO_ANSWER, "");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "user:tanaka", "no_answer");
	world_told(w, "watcher:W2", "alert");
	world_told(w, "user:tanaka", "alert");
}

STORY("2026-11-24 02:00", rule_3_8_what_is_no_longer_true_is_not_told_any_more)
{
	missed_morning(w);
	world_claim(w, "R1", "watcher:W1"); /* that somebody goes waits for half a minute, to go with what follows */
	world_report(w, "R1", "watcher:W1", REPORT_NO_ANSWER, "");
	world_told(w, "user:tanaka", "no_answer"); /* and neither "claimed" nor "released" */
	world_told(w, "user:tanaka", "alert");
	world_told(w, "watcher:W2", "alert");
}

STORY("2026-11-24 02:00", rule_3_8_needs_help_becomes_help_and_spares_who_is_there)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_report(w, "R1", "watcher:W1", REPORT_NEEDS_HELP, "");
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_HELP);
	world_told(w, "watcher:W2", "alert");
	world_told(w, "watcher:W3", "alert");
	world_told(w, "user:tanaka", "alert");
	world_told(w, "user:tanaka", "needs_help");
}

STORY("2026-11-24 02:00", rule_3_8_seen_or_heard_closes_with_who_and_how)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_report(w, "R1", "watcher:W1", REPORT_HEARD, "voice");
	CHECK_TEXT(world_incident(w, "R1").outcome, "safe");
	CHECK_TEXT(world_incident(w, "R1").how, "voice");
	CHECK_TEXT(world_incident(w, "R1").seen_by, "W1");
	CHECK_TEXT(world_incident(w, "R1").closed_by, "watcher:W1");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_9_hospital_sets_a_pause_in_the_same_act)
{
	missed_morning(w);
	world_close(w, "R1", "user:tanaka", "hospital", "kin");
	world_told(w, "user:tanaka", "ended");
	world_to(w, "2026-11-25 11:00");
	CHECK(world_outcome(w, "R1", "2026-11-25", "paused"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_9_deceased_ends_the_service)
{
	missed_morning(w);
	world_close(w, "R1", "user:tanaka", "deceased", "authority");
	world_hush(w);
	world_to(w, "2026-11-26 12:00");
	world_quiet(w);
	CHECK_INT(world_press(w, "R1", CHECKIN_OK), ACK_UNKNOWN_DEVICE);
}

STORY("2026-11-24 02:00", rule_3_9_anything_on_a_closed_incident_is_refused)
{
	missed_morning(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_claim_refused(w, "R1", "watcher:W1", REFUSED_CLOSED);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_5_6_who_is_reached_after_the_end_hears_the_end)
{
	street(w);
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	world_to(w, "11:00");
	world_told(w, "watcher:W1", "alert");
	world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "watcher:W1", "ended");
	world_to(w, "12:00");
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE person = 'user:tanaka' AND state = 'sent'"),
		0);
}

/* What follows: the sentences that need more than one step of a story. */

STORY("2026-11-24 02:00", rule_3_0_at_most_one_of_a_person_is_open_and_it_takes_its_gravest_kind)
{
	street(w);
	world_to(w, "08:00");
	world_press(w, "R1", CHECKIN_TALK);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_TALK);
	world_to(w, "08:10");
	world_press(w, "R1", CHECKIN_UNWELL);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_UNWELL);
	world_to(w, "2026-11-25 10:30");
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_MISSED);
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_HELP);
	CHECK_INT(world_incidents(w), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes"), 4);
	world_close(w, "R1", "user:tanaka", "emergency", "face");
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes WHERE answered_at IS NULL"), 0);
	world_hush(w);
}

STORY("2026-11-24 08:00", rule_3_0_a_question_is_claimed_repeated_and_closed_like_any_other)
{
	struct refusal no;
	int64_t id;

	world_user(w, "tanaka", "daily 08:00-20:00");
	world_press(w, "nobody", CHECKIN_HELP);
	world_told_at(w, "user:tanaka", "question", "08:00");
	world_to(w, "08:50");
	id = world_question(w, "device", "b-nobody").id;
	assert_true(store_begin(world_watch(w)->store));
	CHECK(incident_claim(world_watch(w), id, "user:tanaka", world_now(w), &no));
	assert_true(store_commit(world_watch(w)->store));
	world_to(w, "09:10");
	world_told_at(w, "user:tanaka", "nudge", "09:10"); /* and no repeat at nine */
	world_to(w, "09:20");
	world_told(w, "user:tanaka", "lapsed");
	world_told(w, "user:tanaka", "question");
	assert_true(store_begin(world_watch(w)->store));
	struct closing closing = { .outcome = "answered",
		.cause = "",
		.how = "",
		.seen_by = "",
		.until = "",
		.note = "",
		.by = "user:tanaka" };
	CHECK(!incident_close(world_watch(w), id, &closing, world_now(w), &no)); /* a note is asked for */
	CHECK_INT(no.code, REFUSED_INVALID);
	closing.outcome = "safe";
	closing.note = "電話した";
	CHECK(!incident_close(world_watch(w), id, &closing, world_now(w), &no));
	store_rollback(world_watch(w)->store);
	world_answer(w, "device", "b-nobody", "user:tanaka");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_3_2_a_press_answers_only_what_it_meets)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "2026-11-25 10:30"); /* missed on two days */
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes WHERE answered_at IS NULL"), 2);
	world_press_at(w, "R1", CHECKIN_OK, world_time(w, "2026-11-23 23:59")); /* before either */
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes WHERE answered_at IS NULL"), 2);
	world_press_at(w, "R1", CHECKIN_OK, world_time(w, "2026-11-24 12:00")); /* meets the first */
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes WHERE answered_at IS NULL"), 1);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_MISSED);
	world_quiet(w);
	world_press(w, "R1", CHECKIN_OK);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLOSED);
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_3_2_unwell_and_talk_are_answered_by_a_person_only)
{
	street(w);
	world_to(w, "08:30");
	world_press(w, "R1", CHECKIN_TALK);
	world_press(w, "R1", CHECKIN_UNWELL);
	world_hush(w);
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_OK);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_UNWELL);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_3_2_staff_who_hold_it_are_not_asked_and_it_closes)
{
	missed_morning(w);
	world_claim(w, "R1", "user:tanaka");
	world_to(w, "10:40");
	world_press(w, "R1", CHECKIN_OK);
	CHECK_TEXT(world_incident(w, "R1").outcome, "checked_in");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_3_2_nor_who_can_only_call)
{
	missed_morning(w);
	world_sql(w, "UPDATE links SET can = 'call' WHERE watcher_id = 'W1'");
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	CHECK_TEXT(world_incident(w, "R1").outcome, "checked_in");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
}

STORY("2026-11-24 02:00", rule_3_2_asked_and_heard_closes_as_safe)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
	world_report(w, "R1", "watcher:W1", REPORT_HEARD, "phone");
	CHECK_TEXT(world_incident(w, "R1").outcome, "safe");
	CHECK_TEXT(world_incident(w, "R1").how, "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_2_asked_and_needs_help_acts_as_always)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
	world_report(w, "R1", "watcher:W1", REPORT_NEEDS_HELP, "");
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_HELP);
	world_told(w, "watcher:W2", "alert");
	world_told(w, "watcher:W3", "alert");
	world_told(w, "user:tanaka", "alert");
	world_told(w, "user:tanaka", "needs_help");
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_4_the_former_claimant_is_told_before_all_others)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications n WHERE n.what = 'alert' AND n.kind = 'help'"
				 " AND n.id < (SELECT id FROM notifications WHERE what = 'graver')"),
		0);
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_4_a_further_missed_date_ends_the_claim)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "neighbour_first");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "2026-11-25 10:20");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_to(w, "10:30");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "watcher:W1", "graver");
	world_told(w, "watcher:W1", "alert");
	world_told_at(w, "user:tanaka", "alert", "10:30"); /* staff at each step from now on */
	world_hush(w);
	world_to(w, "11:00");
	world_told_at(w, "watcher:W2", "alert", "11:00");
	world_told_at(w, "user:tanaka", "alert", "11:00");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_4_a_further_window_of_the_same_date_changes_neither_claim_nor_step)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_policy(w, "P", "missed", "3h", "tier2");
	world_resident(w, "R1", "daily 03:00-10:00; daily 10:00-11:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "10:50");
	world_claim(w, "R1", "watcher:W1");
	world_told_at(w, "watcher:W1", "alert", "10:00");
	world_to(w, "11:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes WHERE kind = 'missed'"), 2);
	CHECK_TEXT(world_incident(w, "R1").claimed_by, "watcher:W1");
	CHECK_INT(world_incident(w, "R1").step, 1);
	world_told(w, "watcher:W1", "joined");
}

STORY("2026-11-24 02:00", rule_3_4_a_graver_cause_adds_staff_and_asks_again_who_declined)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_policy(w, "P", "help", "0m", "tier1");
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W1b", "R1", 1, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "10:05");
	world_decline(w, "R1", "watcher:W1");
	world_hush(w);
	world_press(w, "R1", CHECKIN_HELP);
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W1b", "alert");
	world_told(w, "user:tanaka", "alert");
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_6_a_claim_of_help_lasts_15_minutes)
{
	street(w);
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	CHECK_INT(world_incident(w, "R1").claimed_until, world_time(w, "09:15"));
	world_to(w, "09:10");
	world_told_at(w, "watcher:W1", "nudge", "09:10");
	world_to(w, "09:14:59");
	world_quiet(w);
	world_to(w, "09:15");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "watcher:W1", "lapsed");
	world_told(w, "user:tanaka", "lapsed");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_6_overdue_steps_fire_together_once_when_a_claim_ends)
{
	missed_morning(w);
	world_to(w, "10:50");
	world_claim(w, "R1", "user:tanaka");
	world_to(w, "11:10");
	world_claim(w, "R1", "user:tanaka"); /* renewed */
	world_to(w, "11:35");
	world_hush(w);
	world_release(w, "R1", "user:tanaka"); /* 11:00 and 11:30 are overdue */
	world_told(w, "watcher:W1", "alert");
	world_told(w, "watcher:W2", "alert");
	world_quiet(w); /* who releases is not asked at once again */
	world_to(w, "12:00");
	world_told_at(w, "watcher:W3", "alert", "12:00");
	world_told_at(w, "user:tanaka", "alert", "12:00");
}

STORY("2026-11-24 02:00", rule_3_6_a_claimant_who_asks_for_help_loses_the_claim)
{
	missed_morning(w);
	world_resident(w, "R2", "none", NULL);
	world_sql(w, "UPDATE watchers SET resident_id = 'R2' WHERE watcher_id = 'W1'");
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_press(w, "R2", CHECKIN_HELP);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "watcher:W1", "lost");
	world_told(w, "user:tanaka", "lost");
	world_claim(w, "R2", "user:tanaka");
	world_hush(w);
	world_sql(w, "UPDATE watchers SET resident_id = NULL");
}

STORY("2026-11-24 02:00", rule_3_9_close_needs_an_outcome_who_saw_the_person_and_how)
{
	struct closing closing = { .outcome = "safe",
		.cause = "",
		.how = "face",
		.seen_by = "田中",
		.until = "",
		.note = "",
		.by = "user:tanaka" };
	struct closing wrong[8];
	struct refusal no;
	int64_t id;

	missed_morning(w);
	id = world_incident(w, "R1").id;
	for (size_t k = 0; k < 8; k++)
		wrong[k] = closing;
	wrong[0].outcome = "";
	wrong[1].outcome = "no_answer";
	wrong[2].outcome = "checked_in";
	wrong[3].outcome = "answered";
	wrong[4].how = "";
	wrong[5].seen_by = "";
	wrong[6].outcome = "hospital"; /* until when? */
	wrong[7].outcome = "away";
	wrong[7].until = "2026-11-23";
	for (size_t k = 0; k < 8; k++) {
		assert_true(store_begin(world_watch(w)->store));
		CHECK(!incident_close(world_watch(w), id, &wrong[k], world_now(w), &no));
		CHECK_INT(no.code, REFUSED_INVALID);
		store_rollback(world_watch(w)->store);
	}
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_close(w, "R1", "user:tanaka", "safe", "face");
	world_told(w, "user:tanaka", "ended");
	assert_true(store_begin(world_watch(w)->store));
	CHECK(!incident_close(world_watch(w), id, &closing, world_now(w), &no));
	CHECK_INT(no.code, REFUSED_CLOSED);
	CHECK(strstr(no.why, "safe")); /* with its outcome */
	store_rollback(world_watch(w)->store);
}

STORY("2026-11-24 02:00", rule_3_9_away_sets_a_pause_and_facility_ends_the_service)
{
	missed_morning(w);
	world_resident(w, "R2", "daily 11:00-12:00", NULL);
	world_close(w, "R1", "user:tanaka", "away", "kin");
	world_told(w, "user:tanaka", "ended");
	CHECK_INT(world_count(w, "SELECT count(*) FROM pauses WHERE resident_id = 'R1' AND to_on = '2026-11-27'"), 1);
	world_to(w, "12:00");
	world_hush(w);
	world_close(w, "R2", "user:tanaka", "facility", "authority");
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM residents WHERE resident_id = 'R2' AND ended_at IS NOT NULL"), 1);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_6_while_claimed_nobody_put_off_is_told)
{
	street(w);
	world_watcher(w, "W1b", "R1", 1, "go");
	world_sql(w, "UPDATE watchers SET hours = 'daily 13:00-21:00' WHERE watcher_id = 'W1b'");
	world_to(w, "12:50");
	world_hush(w);
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_to(w, "13:05");
	world_quiet(w);
	world_release(w, "R1", "watcher:W1");
	world_told(w, "watcher:W1b", "alert");
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_6_while_claimed_nobody_is_told_whose_channel_comes_back)
{
	street(w);
	world_watcher(w, "W1b", "R1", 1, "go");
	world_channel(w, "mail:W1b@example.jp", WORLD_FAILS);
	world_to(w, "11:02");
	world_hush(w);
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_channel(w, "mail:W1b@example.jp", WORLD_TAKES);
	world_to(w, "11:10");
	world_quiet(w);
	world_release(w, "R1", "watcher:W1");
	world_told(w, "watcher:W1b", "alert");
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_6_a_step_between_does_not_bring_the_nudge_early)
{
	world_policy(w, "P", "help", "0m", "tier1");
	world_policy(w, "P", "help", "7m", "tier2");
	world_resident(w, "R1", "none", "P");
	world_watcher(w, "W1", "R1", 1, "call");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_told_at(w, "watcher:W1", "alert", "09:00");
	world_claim(w, "R1", "watcher:W1");
	world_told_at(w, "user:tanaka", "claimed", "09:00"); /* staff hear of a claimed help, asked or not */
	world_to(w, "09:09:59");
	world_told_at(w, "watcher:W2", "alert", "09:07");
	world_told_at(w, "watcher:W2", "claimed", "09:07"); /* who takes the alert hears that somebody is at it */
	world_quiet(w);
	world_to(w, "09:10");
	world_told_at(w, "watcher:W1", "nudge", "09:10");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_7_who_declines_before_their_hours_is_not_told)
{
	street(w);
	world_watcher(w, "W1b", "R1", 1, "go");
	world_sql(w, "UPDATE watchers SET hours = 'daily 11:10-21:00' WHERE watcher_id = 'W1b'");
	world_to(w, "11:05");
	world_hush(w);
	world_decline(w, "R1", "watcher:W1b");
	world_to(w, "11:20");
	world_quiet(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_3_6_whoever_heard_that_somebody_goes_hears_that_nobody_does)
{
	missed_morning(w);
	world_to(w, "11:00");
	world_told_at(w, "watcher:W1", "alert", "11:00");
	world_to(w, "11:05");
	world_claim(w, "R1", "user:tanaka");
	world_told(w, "watcher:W1", "claimed"); /* though asked by the last step that fired */
	world_release(w, "R1", "user:tanaka");
	world_told(w, "watcher:W1", "released");
}
