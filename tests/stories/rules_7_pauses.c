/* Stories of rules 7: pauses, ends, identity. The number after the rule is the place of the sentence in its list. */
#include <string.h>

#include "server/watch/pause.h"
#include "tests/stories/world.h"

static void staff(struct world *w)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_policy(w, "P", "help", "0m", "staff");
	world_policy(w, "P", "unwell", "0m", "staff");
	world_policy(w, "P", "talk", "0m", "staff");
	world_user(w, "tanaka", "daily 00:00-24:00");
}

static void home(struct world *w)
{
	staff(w);
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "P");
}

static bool verified(struct world *w, const char *verify)
{
	struct resident r;
	char why[PAUSE_WHY];

	CHECK(residents_find(world_watch(w)->store, "R1", &r));
	return pause_verify(&r, verify, why);
}

/* A question asked at this time, and answered a minute later. */
static void asked_at(struct world *w, const char *local, const char *detail)
{
	char kind[16];

	world_to(w, local);
	world_told_at(w, "user:tanaka", "question", local);
	snprintf(kind, sizeof(kind), "%.*s", (int)strcspn(world_question(w, "pause", "R1").detail, " "),
		world_question(w, "pause", "R1").detail);
	CHECK_TEXT(kind, detail);
	world_pass(w, MINUTE);
	world_answer(w, "pause", "R1", "user:tanaka");
	world_told(w, "user:tanaka", "ended");
}

/* 1: identity */

STORY("2026-11-24 02:00", rule_7_1_the_birth_date_or_the_last_four_digits_of_the_telephone_verify)
{
	home(w);
	CHECK(verified(w, "1940-05-06"));
	CHECK(verified(w, "2222"));
	CHECK(!verified(w, "1940-06-05"));
	CHECK(!verified(w, "1111")); /* digits of it, but not the last */
	CHECK(!verified(w, "090-1111-2222"));
	CHECK(!verified(w, ""));
	CHECK(!verified(w, "R1"));
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", rule_7_1_where_neither_is_known_nobody_verifies)
{
	home(w);
	world_sql(w, "UPDATE residents SET birth_date = '', phone = ''");
	CHECK(!verified(w, "1940-05-06"));
	CHECK(!verified(w, "2222"));
	CHECK(!verified(w, ""));
	CHECK(!verified(w, "0000"));
}

STORY("2026-11-24 02:00", rule_7_1_what_is_not_on_record_does_not_verify)
{
	home(w);
	world_sql(w, "UPDATE residents SET birth_date = ''");
	CHECK(!verified(w, "1940-05-06"));
	CHECK(verified(w, "2222"));
	world_sql(w, "UPDATE residents SET birth_date = '1940-05-06', phone = '22'");
	CHECK(!verified(w, "22"));
	CHECK(!verified(w, "0022"));
	CHECK(verified(w, "1940-05-06"));
}

STORY("2026-11-24 02:00", rule_7_1_a_refusal_does_not_give_away_what_is_on_record)
{
	char why[PAUSE_WHY];
	struct resident r;

	home(w);
	CHECK(residents_find(world_watch(w)->store, "R1", &r));
	CHECK(!pause_verify(&r, "1940-06-05", why));
	CHECK(!strstr(why, "1940-05-06") && !strstr(why, "2222"));
	CHECK(!pause_verify(&r, "1111", why));
	CHECK(!strstr(why, "1940-05-06") && !strstr(why, "2222"));
}

STORY("2026-11-24 02:00", rule_7_1_who_told_it_is_recorded)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-25", "2026-11-26"));
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM pauses WHERE told_by = '長女' AND entered_by = 'user:tanaka'"), 1);
	CHECK(world_staff_checkin(w, "R1"));
	CHECK(world_resume(w, "R1"));
	CHECK(world_end_service(w, "R1", "moved"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE person = 'user:tanaka'"
				 " AND (detail LIKE '%長女%' OR detail LIKE '%本人%')"),
		4);
	CHECK_INT(world_count(w, "SELECT count(*) FROM audit WHERE who = 'user:tanaka'"), 4);
}

STORY("2026-11-24 02:00", rule_7_1_without_saying_who_told_it_nothing_is_entered)
{
	char why[PAUSE_WHY];
	struct watch *watch = world_watch(w);

	home(w);
	CHECK(store_begin(watch->store));
	CHECK(!pause_enter(watch, "R1", "2026-11-24", "2026-11-25", "旅行", "", "user:tanaka", world_now(w), why));
	CHECK(!pause_end_service(watch, "R1", "moved", " ", "user:tanaka", world_now(w), why));
	CHECK(!pause_staff_checkin(watch, "R1", "", "", "user:tanaka", world_now(w), why));
	CHECK(!pause_resume(watch, "R1", "", "user:tanaka", world_now(w), why));
	CHECK(store_commit(watch->store));
	CHECK_INT(world_count(w, "SELECT count(*) FROM pauses"), 0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM checkins"), 0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE ended_at IS NOT NULL"), 0);
}

STORY("2026-11-24 02:00", rule_7_1_same_and_similar_names_are_warned_of)
{
	struct resident r;
	char ids[128];

	staff(w);
	for (int k = 1; k <= 5; k++)
		world_resident(w, (char[]){ 'R', (char)('0' + k), 0 }, "none", "P");
	world_sql(w, "UPDATE residents SET name = '佐藤 次郎', kana = 'サトウ ジロウ' WHERE resident_id = 'R1';"
		     "UPDATE residents SET name = '佐藤次郎', kana = 'サトウ ツグオ' WHERE resident_id = 'R2';"
		     "UPDATE residents SET name = '佐東 二郎', kana = 'ｻﾄｳ ｼﾞﾛｳ' WHERE resident_id = 'R3';"
		     "UPDATE residents SET name = '佐藤 花子', kana = 'サトウ ハナコ' WHERE resident_id = 'R4';"
		     "UPDATE residents SET name = '加藤 次郎', kana = 'カトウ ジロウ' WHERE resident_id = 'R5'");
	CHECK(residents_find(world_watch(w)->store, "R1", &r));
	CHECK_INT(pause_similar(world_watch(w), &r, ids, sizeof(ids)), 3);
	CHECK_TEXT(ids, "R2 R3 R5");
}

/* 2: pauses */

STORY("2026-11-24 02:00", rule_7_2_a_pause_has_an_end_after_which_all_is_as_before)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-25"));
	world_to(w, "2026-11-26 10:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "paused"));
	CHECK(world_outcome(w, "R1", "2026-11-25", "paused"));
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_answer(w, "pause", "R1", "user:tanaka");
	world_hush(w);
	world_to(w, "10:31");
	CHECK(world_outcome(w, "R1", "2026-11-26", "ok"));
}

STORY("2026-11-24 02:00", rule_7_2_a_pause_without_possible_dates_is_refused)
{
	home(w);
	CHECK(!world_pause(w, "R1", "2026-11-24", ""));
	CHECK(!world_pause(w, "R1", "2026-11-25", "2026-11-24"));
	CHECK(!world_pause(w, "R1", "2026-11-23", "2026-11-25")); /* past */
	CHECK(!world_pause(w, "R1", "2026-11-24", "2027-02-29"));
	CHECK(!world_pause(w, "R9", "2026-11-24", "2026-11-25"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM pauses"), 0);
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", rule_7_2_it_lasts_at_most_90_days_and_can_be_extended)
{
	home(w);
	CHECK(!world_pause(w, "R1", "2026-11-24", "2027-02-22"));
	CHECK(world_pause(w, "R1", "2026-11-24", "2027-02-21")); /* the 90th day */
	asked_at(w, "2026-11-25 02:00", PAUSE_REVIEW);
	world_to(w, "2027-02-20 12:00");
	CHECK(world_pause(w, "R1", "2027-02-20", "2027-03-31"));
	world_to(w, "2027-02-21 09:01");
	world_quiet(w); /* what goes on has no last day yet */
	asked_at(w, "12:00", PAUSE_REVIEW);
	world_to(w, "2027-02-22 12:00");
	CHECK(world_outcome(w, "R1", "2027-02-22", "paused"));
	asked_at(w, "2027-03-31 09:00", PAUSE_LAST);
	CHECK(world_resume(w, "R1"));
	CHECK(world_end_service(w, "R1", "moved"));
}

STORY("2026-11-24 02:00", rule_7_2_no_closing_makes_a_longer_one_either)
{
	struct closing closing = { .outcome = "hospital",
		.cause = "",
		.how = "kin",
		.seen_by = "長女",
		.until = "2027-02-22",
		.note = "",
		.by = "user:tanaka" };
	struct refusal no;

	home(w);
	world_to(w, "10:30");
	world_hush(w);
	CHECK(store_begin(world_watch(w)->store));
	CHECK(!incident_close(world_watch(w), world_incident(w, "R1").id, &closing, world_now(w), &no));
	store_rollback(world_watch(w)->store);
	CHECK_INT(no.code, REFUSED_INVALID);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_7_2_help_unwell_and_talk_work_as_always_meanwhile)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-27"));
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_TALK);
	world_told_at(w, "user:tanaka", "alert", "09:00");
	world_to(w, "09:10");
	world_press(w, "R1", CHECKIN_UNWELL);
	world_told_at(w, "user:tanaka", "alert", "09:10");
	world_to(w, "09:20");
	world_press(w, "R1", CHECKIN_HELP);
	world_told_at(w, "user:tanaka", "alert", "09:20");
	CHECK_INT(world_count(w, "SELECT count(*) FROM incidents WHERE kind = 'pause'"),
		0); /* and are no contradiction */
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	CHECK(world_resume(w, "R1"));
}

STORY("2026-11-24 02:00", rule_7_2_another_press_raises_a_question_once_a_day)
{
	home(w);
	world_to(w, "06:00");
	world_press(w, "R1", CHECKIN_OK); /* before it was entered: no contradiction */
	world_to(w, "07:00");
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-12-24"));
	world_press_at(w, "R1", CHECKIN_OK, world_time(w, "06:59:59"));
	world_quiet(w);
	world_to(w, "08:00");
	world_press(w, "R1", CHECKIN_OK);
	asked_at(w, "08:00", PAUSE_PRESS);
	world_to(w, "20:00");
	world_press(w, "R1", CHECKIN_OK);
	world_quiet(w);
	asked_at(w, "2026-11-25 07:00", PAUSE_REVIEW);
	world_to(w, "2026-11-25 08:00");
	world_press(w, "R1", CHECKIN_OK);
	asked_at(w, "08:00", PAUSE_PRESS);
	CHECK(world_resume(w, "R1"));
	CHECK(world_end_service(w, "R1", "moved"));
}

/* An import may say that somebody has been away for days: a press before it was said contradicts nothing yet. */
STORY("2026-11-24 02:00", rule_7_2_a_press_before_the_pause_was_entered_contradicts_nothing)
{
	struct watch *watch = world_watch(w);

	home(w);
	world_to(w, "07:00");
	CHECK(store_begin(watch->store));
	CHECK(pause_import(watch, "R1", "2026-11-22", "2026-12-10", "入院", "長女", "user:tanaka", world_now(w)));
	CHECK(store_commit(watch->store));
	world_to(w, "07:10");
	world_press_at(w, "R1", CHECKIN_OK, world_time(w, "06:00"));
	world_quiet(w);
	world_press(w, "R1", CHECKIN_OK);
	asked_at(w, "07:10", PAUSE_PRESS);
	CHECK(world_resume(w, "R1"));
}

STORY("2026-11-24 02:00", rule_7_2_activity_contradicts_where_it_counts)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-27"));
	world_to(w, "06:00");
	world_press(w, "R1", CHECKIN_ACTIVITY);
	world_quiet(w);
	world_sql(w, "UPDATE residents SET passive = 'yes'");
	world_press(w, "R1", CHECKIN_ACTIVITY);
	asked_at(w, "06:00", PAUSE_PRESS);
	CHECK(world_resume(w, "R1"));
}

STORY("2026-11-24 02:00", rule_7_2_a_pause_to_come_is_not_contradicted_before_it_begins)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-25", "2026-11-27"));
	world_to(w, "08:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(world_incidents(w), 0);
	asked_at(w, "2026-11-25 02:00", PAUSE_REVIEW); /* 24 h after it was entered */
	world_to(w, "08:00");
	world_press(w, "R1", CHECKIN_OK);
	asked_at(w, "08:00", PAUSE_PRESS);
	CHECK(world_resume(w, "R1"));
	CHECK(world_end_service(w, "R1", "moved"));
}

STORY("2026-11-24 14:00", rule_7_2_each_raises_a_question_after_24_hours_and_at_9_of_its_last_day)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-28"));
	world_to(w, "2026-11-25 13:59:59");
	world_quiet(w);
	asked_at(w, "14:00", PAUSE_REVIEW);
	world_to(w, "2026-11-28 08:59:59");
	world_quiet(w);
	asked_at(w, "09:00", PAUSE_LAST);
	world_to(w, "2026-11-29 02:00");
	CHECK_INT(world_incidents(w), 2);
	CHECK(world_end_service(w, "R1", "moved"));
}

STORY("2026-11-24 14:00", rule_7_2_one_that_ends_tomorrow_is_asked_about_at_9_and_then_after_24_hours)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-25"));
	asked_at(w, "2026-11-25 09:00", PAUSE_LAST);
	asked_at(w, "2026-11-25 14:00", PAUSE_REVIEW);
	CHECK(world_resume(w, "R1"));
	CHECK(world_end_service(w, "R1", "moved"));
}

STORY("2026-11-24 02:00", rule_7_2_a_question_waits_for_duty_and_is_asked_again_each_hour_of_it)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_user(w, "tanaka", "daily 08:30-10:00");
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "P");
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-12-24"));
	world_to(w, "06:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "08:29:59");
	world_quiet(w);
	world_to(w, "09:40");
	world_told_at(w, "user:tanaka", "question", "08:30");
	world_told_at(w, "user:tanaka", "question", "09:30");
	CHECK(world_resume(w, "R1"));
	world_told(w, "user:tanaka", "ended");
	CHECK(world_end_service(w, "R1", "moved"));
}

STORY("2026-11-24 02:00", rule_7_2_a_pause_closes_no_incident)
{
	home(w);
	world_to(w, "10:30");
	world_hush(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-27"));
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_to(w, "11:30");
	world_told_at(w, "user:tanaka", "alert", "11:30"); /* and it goes on */
	world_close(w, "R1", "user:tanaka", "hospital", "kin");
	world_told(w, "user:tanaka", "ended");
	CHECK(world_end_service(w, "R1", "moved"));
}

STORY("2026-11-24 02:00", rule_7_2_overlapping_pauses_count_as_one)
{
	struct pause p;

	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-26"));
	CHECK(world_pause(w, "R1", "2026-11-25", "2026-11-30"));
	CHECK(pause_at(world_watch(w), "R1", world_now(w), &p));
	CHECK_TEXT(p.to_on, "2026-11-30");
	asked_at(w, "2026-11-25 02:00", PAUSE_REVIEW); /* both were entered 24 h ago: one question */
	world_to(w, "2026-11-26 12:00");
	world_quiet(w); /* the first one's last day is no last day */
	asked_at(w, "2026-11-30 09:00", PAUSE_LAST);
	world_to(w, "12:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome = 'paused'"), 7);
	CHECK(world_resume(w, "R1")); /* ends both */
	world_to(w, "2026-12-01 10:30");
	CHECK(world_outcome(w, "R1", "2026-12-01", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_7_2_of_overlapping_pauses_a_press_raises_one_question)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-26"));
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-30"));
	world_to(w, "06:00");
	world_press(w, "R1", CHECKIN_OK);
	asked_at(w, "06:00", PAUSE_PRESS);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "12:00");
	world_quiet(w);
	CHECK_INT(world_incidents(w), 1);
	CHECK(world_resume(w, "R1"));
}

STORY("2026-11-24 02:00", rule_7_2_resumed_the_resident_is_expected_again_and_no_question_is_left)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-12-24"));
	world_to(w, "2026-11-25 03:00");
	world_hush(w); /* reviewed after 24 h */
	CHECK(world_resume(w, "R1"));
	world_told(w, "user:tanaka", "ended");
	CHECK_INT(world_question(w, "pause", "R1").state, INCIDENT_CLOSED);
	CHECK(!world_resume(w, "R1"));
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "paused"));
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "kin");
	world_hush(w);
	world_reschedule(w, "R1", "none");
	world_to(w, "2026-12-24 12:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM incidents WHERE kind = 'pause'"), 1);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_7_2_resumed_after_due_it_stays_paused)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-12-24"));
	world_to(w, "09:59");
	world_deafen(w);
	world_to(w, "10:10");
	CHECK(world_resume(w, "R1"));
	world_hush(w);
	world_hears_again(w);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "paused"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM incidents WHERE kind = 'missed'"), 0);
	world_hush(w);
}

/* 3: ends */

STORY("2026-11-24 02:00", rule_7_3_an_ended_resident_expects_nothing_and_the_devices_are_revoked)
{
	home(w);
	world_to(w, "09:00");
	CHECK(world_end_service(w, "R1", "moved"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM devices WHERE revoked_at IS NULL"), 0);
	world_to(w, "2026-11-25 12:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 0);
	CHECK_INT(world_press(w, "R1", CHECKIN_OK), ACK_UNKNOWN_DEVICE);
	CHECK(!world_end_service(w, "R1", "moved"));
	CHECK(!world_pause(w, "R1", "2026-11-25", "2026-11-26"));
	CHECK(!world_staff_checkin(w, "R1"));
}

STORY("2026-11-24 02:00", rule_7_3_what_was_open_when_it_ended_accuses_nobody)
{
	home(w);
	world_to(w, "10:10");
	world_told_at(w, "resident:R1", "reminder", "10:00");
	CHECK(world_end_service(w, "R1", "facility"));
	world_to(w, "12:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome IS NULL OR outcome = 'missed'"), 0);
	CHECK_INT(world_incidents(w), 0);
}

STORY("2026-11-24 02:00", rule_7_3_a_reason_that_is_none_ends_nothing)
{
	home(w);
	CHECK(!world_end_service(w, "R1", "gone"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM devices WHERE revoked_at IS NULL"), 1);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
}

/* The service ends while an incident is open: it goes on to its end with its people and its devices. */
STORY("2026-11-24 02:00", rule_7_3_devices_and_links_of_an_open_incident_are_revoked_when_it_closes)
{
	staff(w);
	world_policy(w, "Q", "missed", "0m", "staff");
	world_policy(w, "Q", "missed", "30m", "tier1");
	world_policy(w, "Q", "help", "0m", "tier1+staff");
	world_resident(w, "R1", "daily 03:00-10:00", "Q");
	world_watcher(w, "W1", "R1", 1, "go");
	world_to(w, "10:10");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	CHECK(world_end_service(w, "R1", "declined"));
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	CHECK_INT(world_count(w, "SELECT count(*) FROM devices WHERE revoked_at IS NULL"), 1);
	world_to(w, "10:30");
	world_told_at(w, "watcher:W1", "alert", "10:30");
	world_press(w, "R1", CHECKIN_HELP);
	world_told(w, "watcher:W1", "alert");
	world_told(w, "user:tanaka", "alert");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	world_report(w, "R1", "watcher:W1", REPORT_SEEN, "");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
	CHECK_INT(world_count(w, "SELECT count(*) FROM devices WHERE revoked_at IS NULL"), 0);
	CHECK_INT(world_press(w, "R1", CHECKIN_OK), ACK_UNKNOWN_DEVICE);
}

STORY("2026-11-24 02:00", rule_7_3_a_press_that_closes_the_incident_revokes_as_well)
{
	home(w);
	world_to(w, "10:30");
	world_hush(w);
	CHECK(world_end_service(w, "R1", "moved"));
	CHECK_INT(world_press(w, "R1", CHECKIN_OK), ACK_STORED);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLOSED);
	world_told(w, "user:tanaka", "ended");
	CHECK_INT(world_count(w, "SELECT count(*) FROM devices WHERE revoked_at IS NULL"), 0);
	CHECK_INT(world_press(w, "R1", CHECKIN_OK), ACK_UNKNOWN_DEVICE);
}

STORY("2026-11-24 02:00", rule_7_3_an_incident_that_ends_the_service_revokes_at_once)
{
	home(w);
	world_to(w, "10:30");
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "deceased", "authority");
	world_told(w, "user:tanaka", "ended");
	CHECK_INT(world_count(w, "SELECT count(*) FROM devices WHERE revoked_at IS NULL"), 0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE end_reason = 'deceased'"), 1);
	world_to(w, "2026-11-26 12:00");
}

STORY("2026-11-24 02:00", rule_7_3_a_planned_end_comes_with_its_date)
{
	home(w);
	world_sql(w, "UPDATE residents SET ends = '2026-11-26', end_reason = 'moved'");
	for (int day = 24; day <= 25; day++) {
		char morning[] = "2026-11-00 08:00";

		morning[8] = (char)('0' + day / 10);
		morning[9] = (char)('0' + day % 10);
		world_to(w, morning);
		world_press(w, "R1", CHECKIN_OK);
	}
	world_to(w, "2026-11-25 23:59:59");
	CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE ended_at IS NULL"), 1);
	world_to(w, "2026-11-26 00:00");
	CHECK_INT(world_count(w, "SELECT ended_at FROM residents"), world_time(w, "2026-11-26 00:00"));
	world_to(w, "2026-11-27 12:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 2);
}

STORY("2026-11-24 02:00", rule_7_3_a_planned_end_leaves_an_open_incident_open)
{
	home(w);
	world_sql(w, "UPDATE residents SET ends = '2026-11-25'");
	world_to(w, "10:30");
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
	world_to(w, "2026-11-25 00:10");
	CHECK(world_incident(w, "R1").state != INCIDENT_CLOSED);
	CHECK_INT(world_count(w, "SELECT count(*) FROM devices WHERE revoked_at IS NULL"), 1);
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	CHECK_INT(world_count(w, "SELECT count(*) FROM devices WHERE revoked_at IS NULL"), 0);
}

STORY("2026-11-24 02:00", rule_7_3_the_end_closes_the_questions_about_a_pause)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-30"));
	world_to(w, "2026-11-25 02:00");
	world_told(w, "user:tanaka", "question");
	CHECK(world_end_service(w, "R1", "deceased"));
	world_told(w, "user:tanaka", "ended");
	world_to(w, "2026-12-01 12:00");
}

/* 4: consent */

STORY("2026-11-24 02:00", rule_7_4_without_recorded_consent_no_watcher_is_told)
{
	world_resident(w, "R1", "daily 03:00-10:00", NULL);
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "kin", "R1", 2, "know");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_sql(w, "UPDATE residents SET consent_on = ''");
	world_to(w, "11:35");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE person LIKE 'watcher:%'"), 0);
	world_told(w, "resident:R1", "alert");
	world_told_at(w, "user:tanaka", "alert", "10:00");
	world_hush(w);
	world_press(w, "R1", CHECKIN_HELP);
	world_told(w, "user:tanaka", "alert");
	world_pass(w, 6 * MINUTE);
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE person LIKE 'watcher:%'"), 0);
}

STORY("2026-11-24 02:00", rule_7_4_nor_may_a_watcher_act)
{
	world_resident(w, "R1", "daily 03:00-10:00", NULL);
	world_watcher(w, "W1", "R1", 1, "go");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_sql(w, "UPDATE residents SET consent_on = ''");
	world_to(w, "10:00");
	world_hush(w);
	world_claim_refused(w, "R1", "watcher:W1", REFUSED_NOT_YOURS);
}

STORY("2026-11-24 02:00", rule_7_4_consent_that_is_taken_back_stops_what_still_waits)
{
	world_resident(w, "R1", "daily 03:00-10:00", "neighbour_first");
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 00:00-24:00");
	world_to(w, "10:10");
	world_told_at(w, "watcher:W1", "alert", "10:00");
	world_told_at(w, "resident:R1", "alert", "10:00");
	world_sql(w, "UPDATE residents SET consent_on = ''");
	world_to(w, "10:31");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE person = 'watcher:W2'"), 0);
	world_told_at(w, "user:tanaka", "alert", "10:30");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended"); /* who was asked is told that there is no need any more */
}
