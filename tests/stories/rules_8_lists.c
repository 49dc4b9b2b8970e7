/*
 * Stories of the list and those who sign it: signing, the reminder at noon, the end of duty and handing over, who
 * forgets again and again, visits and worries (issue 3, points 2 and 3).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/store/timeline.h"
#include "server/watch/daily.h"
#include "server/watch/signoff.h"
#include "server/watch/usual.h"
#include "server/watch/visit.h"
#include "tests/stories/world.h"

/* Runs an act in a transaction of its own; checks what it said. */
#define ACT(w, wanted, call)                                                   \
	do {                                                                   \
		struct refusal no = { REFUSED_NOT, "" };                       \
		bool done;                                                     \
                                                                               \
		assert_true(store_begin(world_watch(w)->store));               \
		done = call;                                                   \
		if (done)                                                      \
			assert_true(store_commit(world_watch(w)->store));      \
		else                                                           \
			store_rollback(world_watch(w)->store);                 \
		if (no.code != (wanted) || done != ((wanted) == REFUSED_NOT))  \
			fail_msg("refused with %d: %s", (int)no.code, no.why); \
		world_turn(w);                                                 \
	} while (0)

/* 2026-11-24 is a Tuesday. Due at 10:00 with 30 m of grace; staff all day. */
static void town(struct world *w)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", NULL);
	world_watcher(w, "W1", "R1", 1, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
}

static void hand_over(struct world *w, const char *by, const char *to, enum refusal_code wanted)
{
	ACT(w, wanted, incident_hand_over(world_watch(w), world_incident(w, "R1").id, by, to, world_now(w), &no));
}

static void sign_with(struct world *w, const char *date, const char *login, const struct signoff_line *carried,
	size_t count, int64_t behind, enum refusal_code wanted)
{
	struct signing g = { .district = "D1",
		.login = login,
		.version = 40,
		.current_version = 40 + behind,
		.carried = carried,
		.carried_count = count };
	struct signoff o;

	assert_true(date_parse(date, &g.day));
	ACT(w, wanted, signoff_enter(world_watch(w), &g, world_now(w), &o, &no));
}

static void sign(struct world *w, const char *date, const char *login)
{
	sign_with(w, date, login, NULL, 0, 0, REFUSED_NOT);
}

static void visit(struct world *w, const char *kind, const char *person, const char *local, enum refusal_code wanted)
{
	struct visit v = { .at = world_time(w, local), .minutes = 20 };

	snprintf(v.resident_id, sizeof(v.resident_id), "R1");
	snprintf(v.kind, sizeof(v.kind), "%s", kind);
	snprintf(v.person, sizeof(v.person), "%s", person);
	snprintf(v.note, sizeof(v.note), "お元気");
	snprintf(v.entered_by, sizeof(v.entered_by), "user:tanaka");
	ACT(w, wanted, visit_enter(world_watch(w), &v, "", world_now(w), &no));
}

static void worry(struct world *w, const char *by, const char *ticks, const char *note, enum refusal_code wanted)
{
	ACT(w, wanted, visit_worry(world_watch(w), "R1", by, ticks, note, world_now(w), &no));
}

static void close_forgot(struct world *w)
{
	struct closing closing = { .outcome = "safe",
		.cause = "forgot",
		.how = "phone",
		.seen_by = "田中",
		.until = "",
		.note = "",
		.by = "user:tanaka" };

	ACT(w, REFUSED_NOT, incident_close(world_watch(w), world_incident(w, "R1").id, &closing, world_now(w), &no));
}

/* Signing. */

STORY("2026-11-24 02:00", rule_8_1_a_list_is_signed_by_a_user_against_the_version_they_saw)
{
	struct signoff o;

	town(w);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "11:00");
	sign(w, "2026-11-24", "tanaka");
	CHECK(signoffs_find(world_watch(w)->store, zone_day(world_now(w)), "D1", false, &o));
	CHECK_TEXT(o.login, "tanaka");
	CHECK_INT(o.version, 40);
	CHECK_INT(o.at, world_now(w));
}

STORY("2026-11-24 02:00", rule_8_1_a_list_that_changed_since_is_not_signed)
{
	town(w);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "11:00");
	sign_with(w, "2026-11-24", "tanaka", NULL, 0, 1, REFUSED_CHANGED);
	CHECK_INT(world_count(w, "SELECT count(*) FROM signoffs"), 0);
}

STORY("2026-11-24 02:00", rule_8_1_a_day_to_come_is_not_signed_and_a_past_one_may_be)
{
	town(w);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "11:00");
	sign_with(w, "2026-11-25", "tanaka", NULL, 0, 0, REFUSED_INVALID);
	sign(w, "2026-11-22", "tanaka");
}

STORY("2026-11-24 02:00", rule_8_1_only_who_may_act_in_the_district_signs_it)
{
	town(w);
	world_user(w, "kimura", "daily 08:00-20:00");
	world_user(w, "sato", "daily 08:00-20:00");
	world_user(w, "mori", "daily 08:00-20:00");
	world_sql(w, "UPDATE users SET role = 'viewer' WHERE login = 'kimura';"
		     "UPDATE users SET role = 'coordinator', districts = 'D2' WHERE login = 'sato';"
		     "UPDATE users SET disabled_at = 1 WHERE login = 'mori'");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "11:00");
	sign_with(w, "2026-11-24", "kimura", NULL, 0, 0, REFUSED_NOT_YOURS);
	sign_with(w, "2026-11-24", "sato", NULL, 0, 0, REFUSED_NOT_YOURS);
	sign_with(w, "2026-11-24", "mori", NULL, 0, 0, REFUSED_NOT_YOURS);
	sign_with(w, "2026-11-24", "nobody", NULL, 0, 0, REFUSED_NOT_YOURS);
}

STORY("2026-11-24 02:00", rule_8_1_what_needs_a_person_is_carried_over_with_a_reason_to_somebody_who_is_told)
{
	struct signoff_line line = { "R1", "あす朝もう一度電話", "sato" };
	struct timeline_row row;

	town(w);
	world_user(w, "sato", "daily 21:00-22:00");
	world_to(w, "11:00");
	world_hush(w);
	sign_with(w, "2026-11-24", "tanaka", NULL, 0, 0, REFUSED_INVALID);
	world_quiet(w);
	sign_with(w, "2026-11-24", "tanaka", &line, 1, 0, REFUSED_NOT);
	world_told(w, "user:sato", "carried");
	CHECK(timeline_last(world_watch(w)->store, world_incident(w, "R1").id, "carried", &row));
	CHECK_TEXT(row.person, "user:tanaka");
	CHECK_TEXT(row.detail, "to sato: あす朝もう一度電話");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:sato", "ended"); /* who was told hears the end */
	world_told(w, "user:tanaka", "ended");
	world_told(w, "watcher:W1", "ended");
}

STORY("2026-11-24 02:00", rule_8_1_who_carries_over_to_themselves_is_told_nothing)
{
	struct signoff_line line = { "R1", "午後に訪ねる", "tanaka" };

	town(w);
	world_to(w, "11:00");
	world_hush(w);
	sign_with(w, "2026-11-24", "tanaka", &line, 1, 0, REFUSED_NOT);
	world_quiet(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'carried'"), 1);
}

STORY("2026-11-24 02:00", rule_8_1_nothing_is_carried_over_without_need_reason_or_taker)
{
	struct signoff_line lines[2] = { { "R1", "あす", "sato" }, { "R2", "あす", "sato" } };
	struct signoff_line twice[2] = { { "R1", "あす", "sato" }, { "R1", "あす", "sato" } };

	town(w);
	world_resident(w, "R2", "daily 03:00-10:00 +30m", NULL);
	world_user(w, "sato", "daily 21:00-22:00");
	world_press(w, "R2", CHECKIN_OK);
	world_to(w, "11:00");
	world_hush(w);
	sign_with(w, "2026-11-24", "tanaka", lines, 2, 0, REFUSED_INVALID); /* R2 needs nobody */
	sign_with(w, "2026-11-24", "tanaka", twice, 2, 0, REFUSED_INVALID);
	lines[0].reason[0] = '\0';
	sign_with(w, "2026-11-24", "tanaka", lines, 1, 0, REFUSED_INVALID);
	strcpy(lines[0].reason, " ");
	sign_with(w, "2026-11-24", "tanaka", lines, 1, 0, REFUSED_INVALID);
	strcpy(lines[0].reason, "あす");
	world_sql(w, "UPDATE users SET districts = 'D2', role = 'coordinator' WHERE login = 'sato'");
	sign_with(w, "2026-11-24", "tanaka", lines, 1, 0, REFUSED_INVALID);
	world_sql(w, "UPDATE users SET districts = 'D2 D1', role = 'viewer' WHERE login = 'sato'");
	sign_with(w, "2026-11-24", "tanaka", lines, 1, 0, REFUSED_INVALID);
	world_sql(w, "UPDATE users SET role = 'staff', channels = '' WHERE login = 'sato'");
	sign_with(w, "2026-11-24", "tanaka", lines, 1, 0, REFUSED_INVALID);
	world_sql(w, "UPDATE users SET channels = 'mail:sato@example.jp', disabled_at = 1 WHERE login = 'sato'");
	sign_with(w, "2026-11-24", "tanaka", lines, 1, 0, REFUSED_INVALID);
	world_quiet(w);
	world_sql(w, "UPDATE users SET disabled_at = NULL WHERE login = 'sato'");
	sign_with(w, "2026-11-24", "tanaka", lines, 1, 0, REFUSED_NOT);
	world_told(w, "user:sato", "carried");
}

/* A staff's own districts are those they are told of; they may act in all, as with an incident. */
STORY("2026-11-24 02:00", rule_8_1_staff_of_another_district_sign_and_take_over_as_they_may_claim)
{
	struct signoff_line line = { "R1", "あす", "sato" };

	town(w);
	world_user(w, "sato", "daily 21:00-22:00");
	world_sql(w, "UPDATE users SET districts = 'D2' WHERE login = 'sato'");
	world_to(w, "11:00");
	world_hush(w);
	sign_with(w, "2026-11-24", "tanaka", &line, 1, 0, REFUSED_NOT);
	world_told(w, "user:sato", "carried");
	sign_with(w, "2026-11-24", "sato", &line, 1, 0, REFUSED_NOT);
}

static void away(struct world *w, const char *login, const char *from, const char *to)
{
	char statement[256];

	snprintf(statement, sizeof(statement), "UPDATE users SET away_from = '%s', away_to = '%s' WHERE login = '%s'",
		from, to, login);
	world_sql(w, statement);
}

STORY("2026-11-24 02:00", rule_8_1_nothing_is_carried_over_to_who_is_away)
{
	struct signoff_line line = { "R1", "あす", "sato" };

	town(w);
	world_user(w, "sato", "mon-fri 21:00-22:00"); /* off duty, and may be given it */
	world_to(w, "11:00");
	world_hush(w);
	away(w, "sato", "2026-11-10", "2026-11-24"); /* today */
	sign_with(w, "2026-11-24", "tanaka", &line, 1, 0, REFUSED_INVALID);
	away(w, "sato", "2026-11-25", "2026-12-10"); /* on the day whose list it is on next */
	sign_with(w, "2026-11-24", "tanaka", &line, 1, 0, REFUSED_INVALID);
	away(w, "sato", "2026-11-26", "2026-12-10");
	sign_with(w, "2026-11-24", "tanaka", &line, 1, 0, REFUSED_NOT);
	world_told(w, "user:sato", "carried");
}

STORY("2026-11-27 02:00", rule_8_1_from_a_friday_it_is_carried_to_monday)
{
	struct signoff_line line = { "R1", "月曜に", "sato" };

	town(w);
	world_user(w, "sato", "mon-fri 08:30-10:00");
	world_to(w, "11:00");
	world_hush(w);
	away(w, "sato", "2026-11-30", "2026-11-30");
	sign_with(w, "2026-11-27", "tanaka", &line, 1, 0, REFUSED_INVALID);
	away(w, "sato", "2026-11-28", "2026-11-29"); /* the weekend */
	sign_with(w, "2026-11-27", "tanaka", &line, 1, 0, REFUSED_NOT);
	world_told(w, "user:sato", "carried");
}

STORY("2026-11-27 02:00", rule_8_1_a_late_signing_carries_to_today)
{
	struct signoff_line line = { "R1", "きょう", "sato" };

	town(w);
	world_user(w, "sato", "mon-fri 21:00-22:00");
	world_to(w, "11:00");
	world_hush(w);
	world_to(w, "2026-11-30 09:00");
	world_hush(w);
	away(w, "sato", "2026-12-01", "2026-12-10");
	sign_with(w, "2026-11-27", "tanaka", &line, 1, 0, REFUSED_NOT);
	world_told(w, "user:sato", "carried");
}

STORY("2026-11-24 02:00", rule_8_1_what_opened_after_a_day_need_not_be_carried_on_its_list)
{
	town(w);
	world_to(w, "11:00"); /* missed today */
	world_hush(w);
	sign(w, "2026-11-23", "tanaka");
}

STORY("2026-11-24 02:00", rule_8_1_what_happens_after_signing_is_marked)
{
	struct store *s = world_watch(w)->store;
	char ids[4][RESIDENT_ID];
	struct signoff o;
	int64_t from = world_time(w, "2026-11-24 00:00"), until = world_time(w, "2026-11-25 00:00");

	town(w);
	world_resident(w, "R2", "daily 03:00-12:00 +30m", NULL);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "11:00");
	sign(w, "2026-11-24", "tanaka");
	CHECK(signoffs_find(s, zone_day(from), "D1", false, &o));
	CHECK_INT(signoffs_after(s, "D1", o.event_id, from, until, ids, 4), 0);
	world_to(w, "12:40"); /* R2 is missed, staff are told */
	world_hush(w);
	CHECK_INT(signoffs_after(s, "D1", o.event_id, from, until, ids, 4), 1);
	CHECK_TEXT(ids[0], "R2");
	CHECK_INT(signoffs_after(s, "D2", o.event_id, from, until, ids, 4), 0);
	/* On the list of the day before nothing has changed. */
	CHECK_INT(signoffs_after(s, "D1", o.event_id, from - DAY, from, ids, 4), 0);
}

STORY("2026-11-24 02:00", rule_8_1_a_carried_line_is_marked_only_when_something_is_done_about_it)
{
	struct store *s = world_watch(w)->store;
	struct signoff_line line = { "R1", "あす", "sato" };
	char ids[4][RESIDENT_ID];
	struct signoff o;
	int64_t from = world_time(w, "2026-11-24 00:00"), until = world_time(w, "2026-11-25 00:00");

	town(w);
	world_user(w, "sato", "daily 21:00-22:00");
	world_to(w, "13:00");
	sign_with(w, "2026-11-24", "tanaka", &line, 1, 0, REFUSED_NOT);
	CHECK(signoffs_find(s, zone_day(from), "D1", false, &o));
	world_to(w, "15:00"); /* steps repeat, messages are sent: none of it changes a line */
	world_hush(w);
	CHECK_INT(signoffs_after(s, "D1", o.event_id, from, until, ids, 4), 0);
	world_to(w, "2026-11-25 09:00");
	world_close(w, "R1", "user:tanaka", "safe", "phone"); /* the next day, about an incident of that list */
	world_hush(w);
	CHECK_INT(signoffs_after(s, "D1", o.event_id, from, until, ids, 4), 1);
}

/* The reminder at noon. */

static void noon_town(struct world *w)
{
	town(w);
	world_lists(w);
}

/* R1 presses at 4:00 on each day until this one comes to 11:59. */
static void quiet_days(struct world *w, const char *until)
{
	int64_t end = world_time(w, until);

	world_pass(w, 2 * HOUR);
	for (;;) {
		world_press(w, "R1", CHECKIN_OK);
		if (world_now(w) + DAY > end)
			break;
		world_pass(w, DAY);
	}
	world_pass(w, end - world_now(w));
}

static void town_with_holiday(struct world *w, const char *date)
{
	char path[] = "/tmp/mimamori-holidays-XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");

	assert_non_null(file);
	fprintf(file, "date,name\n%s,holiday\n", date);
	assert_int_equal(fclose(file), 0);
	world_holidays(w, path);
	unlink(path);
	noon_town(w);
}

STORY("2026-11-24 02:00", rule_8_2_a_list_unsigned_at_noon_of_a_business_day_is_told_to_staff_on_duty_once)
{
	noon_town(w);
	world_user(w, "sato", "daily 18:00-19:00");
	quiet_days(w, "2026-11-24 11:59:59");
	world_quiet(w);
	world_to(w, "12:00");
	world_told_at(w, "user:tanaka", "unsigned", "12:00");
	world_to(w, "23:59"); /* sato's duty begins; tanaka was told */
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_8_2_a_signed_list_is_not_told_of)
{
	noon_town(w);
	quiet_days(w, "2026-11-24 11:00");
	sign(w, "2026-11-24", "tanaka");
	world_to(w, "23:00");
	world_quiet(w);
}

STORY("2026-11-26 02:00", rule_8_2_the_lists_of_closed_days_are_due_on_the_next_business_day)
{
	noon_town(w);
	quiet_days(w, "2026-11-27 11:00"); /* a Friday */
	world_hush(w);
	sign(w, "2026-11-27", "tanaka");
	world_to(w, "2026-11-28 04:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-29 04:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-30 04:00");
	world_press(w, "R1", CHECKIN_OK);
	world_quiet(w); /* nothing on Saturday and Sunday */
	world_to(w, "2026-11-30 09:00");
	sign(w, "2026-11-28", "tanaka");
	sign(w, "2026-11-30", "tanaka");
	world_to(w, "12:00"); /* Sunday's is left */
	world_told_at(w, "user:tanaka", "unsigned", "12:00");
}

STORY("2026-11-28 02:00", rule_8_2_all_closed_days_signed_is_nothing_to_tell)
{
	noon_town(w);
	quiet_days(w, "2026-11-30 09:00");
	sign(w, "2026-11-28", "tanaka");
	sign(w, "2026-11-29", "tanaka");
	sign(w, "2026-11-30", "tanaka");
	world_to(w, "13:00");
	world_quiet(w);
}

STORY("2026-11-20 02:00", rule_8_2_a_public_holiday_is_no_business_day)
{
	town_with_holiday(w, "2026-11-23");
	quiet_days(w, "2026-11-23 11:00"); /* Monday, 勤労感謝の日 */
	world_hush(w);                     /* Friday's */
	world_to(w, "2026-11-24 04:00");
	world_quiet(w);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "11:59");
	sign(w, "2026-11-21", "tanaka");
	sign(w, "2026-11-22", "tanaka");
	sign(w, "2026-11-24", "tanaka");
	world_to(w, "12:00");
	world_told_at(w, "user:tanaka", "unsigned", "12:00"); /* of the holiday itself */
}

STORY("2026-11-24 02:00", rule_8_2_where_nobody_is_on_duty_at_noon_whoever_comes_next_that_day_is_told)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", NULL);
	world_lists(w);
	world_user(w, "sato", "daily 15:00-18:00");
	world_user(w, "mori", "daily 16:00-18:00");
	quiet_days(w, "2026-11-24 14:59:59");
	world_quiet(w);
	world_to(w, "15:00");
	world_told_at(w, "user:sato", "unsigned", "15:00");
	world_to(w, "23:00"); /* mori need not hear it again */
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_8_2_where_nobody_comes_that_day_it_is_dropped_at_midnight)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", NULL);
	world_lists(w);
	world_user(w, "sato", "wed 08:00-11:00");
	quiet_days(w, "2026-11-25 08:30");
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_8_2_each_is_told_of_their_own_districts)
{
	noon_town(w);
	world_sql(w, "INSERT INTO districts (district, name) VALUES ('D2', '南町'); UPDATE users SET districts = 'D2'");
	quiet_days(w, "2026-11-24 12:30");
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_8_2_a_list_of_which_nobody_was_expected_yet_is_not_missed)
{
	world_resident(w, "R1", "wed,thu 03:00-10:00 +30m", NULL);
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_lists(w);
	world_to(w, "2026-11-25 04:00");
	world_quiet(w);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "12:00");
	world_told_at(w, "user:tanaka", "unsigned", "12:00");
	world_end_service(w, "R1", "moved");
	world_to(w, "2026-11-26 13:00"); /* nobody is in service: there is nothing to sign */
	world_quiet(w);
}

STORY("2026-11-24 02:00", rule_8_2_stopped_over_noon_it_is_told_when_we_run_again)
{
	noon_town(w);
	quiet_days(w, "2026-11-24 11:00");
	world_stopped_until(w, "12:20");
	world_hears_again(w);
	world_told(w, "user:tanaka", "unsigned");
}

STORY("2026-11-24 02:00", rule_8_2_a_channel_that_fails_is_tried_until_the_day_is_over)
{
	noon_town(w);
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	quiet_days(w, "2026-11-24 13:00");
	world_quiet(w);
	world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
	world_to(w, "13:30");
	world_told(w, "user:tanaka", "unsigned");
}

STORY("2026-11-24 02:00", rule_8_2_what_no_channel_took_that_day_is_of_no_use_the_next)
{
	noon_town(w);
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	quiet_days(w, "2026-11-24 23:59");
	world_pass(w, 10 * MINUTE);
	world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
	world_to(w, "2026-11-25 03:00");
	world_quiet(w);
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM notifications WHERE what = 'unsigned' AND state = 'dropped'"), 1);
	world_press(w, "R1", CHECKIN_OK);
}

/* The end of duty. */

/* Sato's duty ends at 11:00; the incident of 10:30 is claimed ten minutes before that. */
static void claimed_before_the_end_of_duty(struct world *w)
{
	town(w);
	world_user(w, "sato", "daily 08:00-11:00");
	world_to(w, "10:50");
	world_hush(w);
	world_claim(w, "R1", "user:sato");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_3_a_claim_made_on_duty_ends_at_the_latest_with_the_duty)
{
	claimed_before_the_end_of_duty(w);
	CHECK_INT(world_incident(w, "R1").claimed_until, world_time(w, "11:00"));
	world_to(w, "10:57"); /* two thirds */
	world_told(w, "user:sato", "nudge");
	world_to(w, "11:00");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_told(w, "user:sato", "lapsed");
	world_told(w, "user:tanaka", "lapsed");
	world_told(w, "watcher:W1", "alert"); /* its step is due */
}

STORY("2026-11-24 02:00", rule_8_3_long_before_the_end_of_duty_it_is_a_plain_lease)
{
	town(w);
	world_to(w, "10:30");
	world_claim(w, "R1", "user:tanaka");
	CHECK_INT(world_incident(w, "R1").claimed_until, world_time(w, "11:00"));
	world_to(w, "10:55");
	world_claim(w, "R1", "user:tanaka");
	CHECK_INT(world_incident(w, "R1").claimed_until, world_time(w, "11:25"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_3_nor_does_a_renewal_outlast_the_duty)
{
	claimed_before_the_end_of_duty(w);
	world_to(w, "10:55");
	world_claim(w, "R1", "user:sato");
	world_hush(w);
	CHECK_INT(world_incident(w, "R1").claimed_until, world_time(w, "11:00"));
	CHECK_INT(world_incident(w, "R1").renewals, 1);
}

STORY("2026-11-24 02:00", rule_8_3_who_claims_off_duty_has_the_plain_lease)
{
	town(w);
	world_user(w, "sato", "daily 08:00-10:00");
	world_to(w, "10:30");
	world_claim(w, "R1", "user:sato");
	CHECK_INT(world_incident(w, "R1").claimed_until, world_time(w, "11:00"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_3_duty_ends_at_midnight_before_an_absence)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", NULL);
	world_user(w, "sato", "daily 00:00-24:00");
	world_sql(w, "UPDATE users SET away_from = '2026-11-25'");
	world_to(w, "23:50");
	world_claim(w, "R1", "user:sato");
	CHECK_INT(world_incident(w, "R1").claimed_until, world_time(w, "2026-11-25 00:00"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_3_a_question_that_a_user_holds_opens_again_when_their_duty_ends)
{
	struct incident q;

	claimed_before_the_end_of_duty(w);
	world_pause(w, "R1", "2026-11-24", "2026-11-24");
	world_hush(w);
	world_to(w, "10:58");
	world_press(w, "R1", CHECKIN_OK); /* contradicts the pause */
	world_hush(w);
	q = world_question(w, "pause", "R1");
	ACT(w, REFUSED_NOT, incident_claim(world_watch(w), q.id, "user:sato", world_now(w), &no));
	CHECK_INT(world_question(w, "pause", "R1").claimed_until, world_time(w, "11:00"));
	world_to(w, "11:00:30");
	CHECK_INT(world_question(w, "pause", "R1").state, INCIDENT_OPEN);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_3_handed_over_it_stays_claimed_and_only_the_new_holder_hears)
{
	struct timeline_row row;

	claimed_before_the_end_of_duty(w);
	world_to(w, "10:55");
	hand_over(w, "user:sato", "user:tanaka", REFUSED_NOT);
	world_told(w, "user:tanaka", "handed");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLAIMED);
	CHECK_TEXT(world_incident(w, "R1").claimed_by, "user:tanaka");
	CHECK(timeline_last(world_watch(w)->store, world_incident(w, "R1").id, "handed", &row));
	CHECK_TEXT(row.person, "user:sato");
	CHECK_TEXT(row.detail, "user:tanaka");
	world_to(w, "11:10"); /* nothing at the end of sato's duty, nor a step */
	world_quiet(w);
	world_to(w, "11:15"); /* two thirds of the new lease */
	world_told_at(w, "user:tanaka", "nudge", "11:15");
	world_to(w, "11:25");
	world_told(w, "user:tanaka", "lapsed");
	world_told(w, "watcher:W1", "alert");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
}

STORY("2026-11-24 02:00", rule_8_3_handed_over_the_renewals_begin_anew)
{
	town(w);
	world_user(w, "sato", "daily 08:00-20:00");
	world_to(w, "10:30");
	world_claim(w, "R1", "user:sato");
	world_claim(w, "R1", "user:sato");
	world_claim(w, "R1", "user:sato");
	CHECK_INT(world_incident(w, "R1").renewals, CLAIM_RENEWALS);
	hand_over(w, "user:sato", "user:tanaka", REFUSED_NOT);
	CHECK_INT(world_incident(w, "R1").renewals, 0);
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_3_handed_to_a_watcher_they_read_what_an_alert_says_and_the_resident_who_comes)
{
	claimed_before_the_end_of_duty(w);
	world_sql(w, "UPDATE watchers SET named = 'yes' WHERE watcher_id = 'W2'");
	world_to(w, "10:55");
	hand_over(w, "user:sato", "watcher:W2", REFUSED_NOT);
	world_told(w, "watcher:W2", "handed");
	world_told(w, "resident:R1", "coming");
	CHECK_INT(world_incident(w, "R1").claimed_until, world_time(w, "11:25"));
	world_report(w, "R1", "watcher:W2", REPORT_SEEN, "");
	world_told(w, "watcher:W2", "ended");
	world_told(w, "user:tanaka", "ended");
	world_told(w, "user:sato", "ended");
}

STORY("2026-11-24 02:00", rule_8_3_whose_claim_another_user_gives_away_is_told)
{
	claimed_before_the_end_of_duty(w);
	hand_over(w, "user:tanaka", "watcher:W1", REFUSED_NOT);
	world_told(w, "watcher:W1", "handed");
	world_told(w, "user:sato", "lost");
}

STORY("2026-11-24 02:00", rule_8_3_it_is_handed_only_to_who_may_and_can_go)
{
	claimed_before_the_end_of_duty(w);
	world_watcher(w, "W3", "R1", 3, "call");
	world_watcher(w, "W4", "R1", 3, "know");
	world_watcher(w, "W5", "R1", 3, "go");
	world_user(w, "kimura", "daily 08:00-20:00");
	world_user(w, "mori", "daily 08:00-20:00");
	world_sql(w, "UPDATE users SET role = 'viewer' WHERE login = 'kimura';"
		     "UPDATE users SET channels = '' WHERE login = 'mori';"
		     "UPDATE watchers SET away_from = '2026-11-20', away_to = '2026-11-24' WHERE watcher_id = 'W5'");
	hand_over(w, "user:sato", "user:kimura", REFUSED_NOT_YOURS);
	hand_over(w, "user:sato", "user:mori", REFUSED_INVALID);
	away(w, "tanaka", "2026-11-20", "2026-12-20");
	hand_over(w, "user:sato", "user:tanaka", REFUSED_INVALID);
	away(w, "tanaka", "", "");
	hand_over(w, "user:sato", "watcher:W3", REFUSED_INVALID);
	hand_over(w, "user:sato", "watcher:W4", REFUSED_NOT_YOURS);
	hand_over(w, "user:sato", "watcher:W5", REFUSED_INVALID);
	hand_over(w, "user:sato", "watcher:nobody", REFUSED_UNKNOWN);
	hand_over(w, "user:sato", "shell:root", REFUSED_UNKNOWN);
	hand_over(w, "user:sato", "user:sato", REFUSED_INVALID);
	hand_over(w, "watcher:W1", "watcher:W2", REFUSED_NOT_YOURS);
	hand_over(w, "user:kimura", "user:tanaka", REFUSED_NOT_YOURS);
	CHECK_TEXT(world_incident(w, "R1").claimed_by, "user:sato");
	world_release(w, "R1", "user:sato");
	hand_over(w, "user:tanaka", "watcher:W1", REFUSED_INVALID); /* nobody has it */
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_3_who_was_asked_whether_they_met_says_so_and_hands_nothing_over)
{
	town(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_press(w, "R1", CHECKIN_OK);
	hand_over(w, "user:tanaka", "watcher:W2", REFUSED_INVALID);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_3_a_help_handed_to_who_goes_stops_the_steps_that_a_call_did_not)
{
	town(w);
	world_sql(w, "UPDATE links SET can = 'call' WHERE watcher_id = 'W2'");
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_HELP);
	world_claim(w, "R1", "watcher:W2");
	world_hush(w);
	world_to(w, "09:01");
	hand_over(w, "user:tanaka", "watcher:W1", REFUSED_NOT);
	world_told(w, "watcher:W1", "handed");
	world_told(w, "watcher:W2", "lost");
	world_to(w, "09:10"); /* no repeat */
	world_quiet(w);
	world_to(w, "09:11");
	world_told_at(w, "watcher:W1", "nudge", "09:11");
	world_press(w, "R1", CHECKIN_OK);
}

/* Who forgets again and again. */

/* The morning of a day of November on which R1 forgets, until the council has called. */
static void forgotten(struct world *w, int day)
{
	char local[32];

	snprintf(local, sizeof(local), "2026-11-%02d 11:00", day);
	world_to(w, local);
	world_hush(w);
	close_forgot(w);
	world_told(w, "user:tanaka", "ended");
}

static int64_t device_questions(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM incidents WHERE kind = 'device'");
}

static void forgetful(struct world *w)
{
	world_resident(w, "R1", "daily 03:00-10:00 +30m", NULL);
	world_user(w, "tanaka", "daily 08:00-20:00");
}

STORY("2026-11-02 02:00", rule_8_4_three_forgotten_in_fourteen_days_are_one_question)
{
	forgetful(w);
	for (int day = 2; day <= 5; day++) {
		forgotten(w, day);
		if (day == 4)
			world_told(w, "user:tanaka", "question");
		world_quiet(w);
		CHECK_INT(device_questions(w), day >= 4);
	}
	CHECK_TEXT(world_question(w, "device", USUAL_SUBJECT "R1").detail, USUAL_DETAIL);
	CHECK_TEXT(world_question(w, "device", USUAL_SUBJECT "R1").resident_id, "R1");
}

STORY("2026-11-02 02:00", rule_8_4_three_over_a_longer_time_are_none)
{
	forgetful(w);
	world_reschedule(w, "R1", "mon,thu 03:00-10:00 +30m");
	forgotten(w, 2);
	world_to(w, "2026-11-05 09:00");
	world_press(w, "R1", CHECKIN_OK);
	forgotten(w, 9);
	world_to(w, "2026-11-12 09:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-16 11:05"); /* fourteen days and some minutes after the first */
	world_hush(w);
	close_forgot(w);
	world_hush(w);
	CHECK_INT(device_questions(w), 0);
	forgotten(w, 19);
	CHECK_INT(device_questions(w), 1); /* of the 9th, 16th and 19th */
	world_hush(w);
}

STORY("2026-11-02 02:00", rule_8_4_closed_for_another_reason_is_not_forgotten)
{
	forgetful(w);
	for (int day = 2; day <= 5; day++) {
		char local[32];

		snprintf(local, sizeof(local), "2026-11-%02d 11:00", day);
		world_to(w, local);
		world_close(w, "R1", "user:tanaka", "safe", "phone");
	}
	CHECK_INT(device_questions(w), 0);
	world_hush(w);
}

STORY("2026-11-02 02:00", rule_8_4_each_question_has_its_own_three)
{
	forgetful(w);
	for (int day = 2; day <= 7; day++) {
		forgotten(w, day);
		if (day == 4)
			world_answer(w, "device", USUAL_SUBJECT "R1", "user:tanaka");
		CHECK_INT(device_questions(w), (day - 1) / 3);
		world_hush(w);
	}
}

STORY("2026-11-02 02:00", rule_8_4_the_question_ends_with_the_service)
{
	forgetful(w);
	for (int day = 2; day <= 4; day++)
		forgotten(w, day);
	CHECK_INT(world_question(w, "device", USUAL_SUBJECT "R1").state, INCIDENT_OPEN);
	world_end_service(w, "R1", "moved");
	CHECK_INT(world_question(w, "device", USUAL_SUBJECT "R1").state, INCIDENT_CLOSED);
	world_hush(w);
}

/* Visits. */

STORY("2026-11-24 02:00", rule_8_5_a_visit_meets_the_expectation)
{
	town(w);
	world_to(w, "09:00");
	visit(w, "visit", "watcher:W1", "08:30", REFUSED_NOT);
	world_to(w, "11:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(world_count(w, "SELECT met_at FROM expectations"), world_time(w, "08:30"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM visits WHERE minutes = 20 AND entered_by = 'user:tanaka'"), 1);
}

STORY("2026-11-24 02:00", rule_8_5_a_call_closes_what_the_miss_had_opened)
{
	town(w);
	world_to(w, "10:40");
	world_hush(w);
	visit(w, "call", "user:tanaka", "10:35", REFUSED_NOT);
	CHECK_TEXT(world_incident(w, "R1").outcome, "checked_in");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_8_5_one_of_over_48_hours_ago_is_kept_and_meets_nothing)
{
	town(w);
	world_to(w, "10:40");
	world_hush(w);
	visit(w, "visit", "佐藤さん（民生委員）", "2026-11-22 10:39", REFUSED_NOT);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	CHECK_INT(world_count(w, "SELECT count(*) FROM checkins"), 0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM visits"), 1);
}

STORY("2026-11-24 02:00", rule_8_5_nobody_visits_in_the_future_long_ago_or_without_a_name)
{
	town(w);
	world_to(w, "09:00");
	visit(w, "visit", "watcher:W1", "09:00:01", REFUSED_INVALID);
	visit(w, "visit", "watcher:W1", "2026-10-25 08:59", REFUSED_INVALID);
	visit(w, "visit", "watcher:W1", "2026-10-25 09:00", REFUSED_NOT);
	visit(w, "visit", "", "08:30", REFUSED_INVALID);
	visit(w, "visit", "watcher:nobody", "08:30", REFUSED_INVALID);
	visit(w, "visit", "user:nobody", "08:30", REFUSED_INVALID);
	visit(w, "letter", "watcher:W1", "08:30", REFUSED_INVALID);
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", rule_8_5_the_same_visit_entered_twice_is_one)
{
	town(w);
	world_to(w, "09:00");
	visit(w, "visit", "watcher:W1", "08:30", REFUSED_NOT);
	visit(w, "visit", "watcher:W1", "08:30", REFUSED_NOT);
	CHECK_INT(world_count(w, "SELECT count(*) FROM visits"), 1);
}

STORY("2026-11-24 02:00", rule_8_5_the_last_human_contact_is_a_visit_or_a_closing_in_person)
{
	struct store *s = world_watch(w)->store;
	struct contact c;

	town(w);
	CHECK(!visits_last_contact(s, "R1", &c));
	world_to(w, "09:00");
	visit(w, "visit", "watcher:W1", "2026-11-20 15:00", REFUSED_NOT);
	CHECK(visits_last_contact(s, "R1", &c));
	CHECK_INT(c.at, world_time(w, "2026-11-20 15:00"));
	CHECK_TEXT(c.how, "visit");
	CHECK_TEXT(c.person, "watcher:W1");
	world_to(w, "10:45");
	world_close(w, "R1", "user:tanaka", "safe", "kin"); /* nobody spoke with R1 */
	CHECK(visits_last_contact(s, "R1", &c));
	CHECK_TEXT(c.how, "visit");
	world_to(w, "2026-11-25 10:45");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	CHECK(visits_last_contact(s, "R1", &c));
	CHECK_INT(c.at, world_time(w, "10:45"));
	CHECK_TEXT(c.how, "phone");
	CHECK_TEXT(c.person, "田中");
	world_hush(w);
}

/* Worries. */

STORY("2026-11-24 02:00", rule_8_6_a_watchers_worry_is_told_to_staff_at_once_and_is_no_sign_of_life)
{
	struct timeline_row row;

	town(w);
	world_to(w, "08:30");
	worry(w, "watcher:W1", "newspapers smell", "玄関に3日分", REFUSED_NOT);
	world_told_at(w, "user:tanaka", "alert", "08:30");
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_UNWELL);
	CHECK(timeline_last(world_watch(w)->store, world_incident(w, "R1").id, "worry", &row));
	CHECK_TEXT(row.person, "watcher:W1");
	CHECK_TEXT(row.detail, "newspapers smell: 玄関に3日分");
	CHECK_INT(world_count(w, "SELECT last_sign_at FROM residents"), 0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM checkins"), 0);
	world_to(w, "10:30"); /* still missed */
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_MISSED);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_6_staff_hear_what_was_seen_though_the_ladder_tells_them_later)
{
	world_policy(w, "P", "unwell", "0m", "tier2");
	world_policy(w, "P", "unwell", "60m", "staff");
	world_resident(w, "R1", "daily 03:00-20:00", "P");
	world_watcher(w, "W1", "R1", 2, "go");
	world_watcher(w, "W2", "R1", 2, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "09:00");
	worry(w, "watcher:W1", "lights", "", REFUSED_NOT);
	world_told_at(w, "user:tanaka", "worry", "09:00");
	world_told_at(w, "watcher:W2", "alert", "09:00"); /* but W1, who said so, is not asked */
}

STORY("2026-11-24 02:00", rule_8_6_a_worry_told_to_staff_reaches_nobody_who_would_go)
{
	world_policy(w, "P", "unwell", "0m", "tier2");
	world_policy(w, "P", "unwell", "60m", "tier1");
	world_resident(w, "R1", "daily 03:00-20:00", "P");
	world_watcher(w, "W1", "R1", 2, "go");
	world_watcher(w, "W2", "R1", 1, "go");
	world_user(w, "tanaka", "daily 08:00-20:00");
	world_to(w, "09:00");
	worry(w, "watcher:W1", "sounds", "", REFUSED_NOT);
	world_told(w, "user:tanaka", "worry");
	world_told_at(w, "watcher:W2", "alert", "09:00"); /* the first step had only W1: the next comes at once */
}

STORY("2026-11-24 02:00", rule_8_6_a_worry_joins_what_is_open_and_changes_neither_claim_nor_step)
{
	town(w);
	world_to(w, "11:00");
	world_claim(w, "R1", "watcher:W1");
	world_hush(w);
	worry(w, "watcher:W2", "other", "呼んでも返事がない", REFUSED_NOT);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_MISSED);
	CHECK_TEXT(world_incident(w, "R1").claimed_by, "watcher:W1");
	world_told(w, "user:tanaka", "worry");
	world_told(w, "watcher:W1", "joined");
	world_press(w, "R1", CHECKIN_OK); /* answers the miss, and not the worry */
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_UNWELL);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_CLAIMED);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_6_the_same_worry_sent_twice_is_one)
{
	town(w);
	world_to(w, "09:00");
	worry(w, "watcher:W1", "lights", "", REFUSED_NOT);
	worry(w, "watcher:W1", "lights", "", REFUSED_NOT);
	world_told(w, "user:tanaka", "alert");
	world_quiet(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes"), 1);
	world_pass(w, MINUTE);
	worry(w, "watcher:W1", "lights", "", REFUSED_NOT); /* seen again */
	world_told(w, "user:tanaka", "worry");
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes"), 2);
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_8_6_only_a_watcher_of_the_resident_worries_and_says_about_what)
{
	town(w);
	world_resident(w, "R2", "none", NULL);
	world_watcher(w, "W9", "R2", 1, "go");
	world_to(w, "09:00");
	worry(w, "watcher:W9", "lights", "", REFUSED_NOT_YOURS);
	worry(w, "watcher:nobody", "lights", "", REFUSED_NOT_YOURS);
	worry(w, "user:tanaka", "lights", "", REFUSED_NOT_YOURS);
	worry(w, "watcher:W1", "", " ", REFUSED_INVALID);
	worry(w, "watcher:W1", "light", "", REFUSED_INVALID);
	world_sql(w, "UPDATE watchers SET ends = '2026-11-20' WHERE watcher_id = 'W1'");
	worry(w, "watcher:W1", "lights", "", REFUSED_NOT_YOURS);
	CHECK_INT(world_incidents(w), 0);
	world_press(w, "R1", CHECKIN_OK);
}
