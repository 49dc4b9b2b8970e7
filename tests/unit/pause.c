/* pause: pauses, their questions, ends of service, check-ins that staff enter (rules 7). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/hearing.h"
#include "server/store/timeline.h"
#include "server/watch/expectation.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "server/watch/press.h"
#include "tests/unit/test.h"

static char folder[64];
static struct store store;
static const struct holidays no_holidays;
static struct watch watch;
static int64_t now;
static char why[PAUSE_WHY];

/* A local time, "2026-11-23 10:30". */
static int64_t at(const char *local)
{
	char date[DATE_TEXT];
	int32_t day;
	int hour, minute;

	snprintf(date, sizeof(date), "%.10s", local);
	CHECK(date_parse(date, &day));
	CHECK_INT(sscanf(local + 11, "%d:%d", &hour, &minute), 2);
	return zone_instant(day, hour * 3600 + minute * 60, ZONE_FIRST);
}

static const char town[] =
	"INSERT INTO districts (district, name) VALUES ('D1', '本町');"
	"INSERT INTO residents (resident_id, name, kana, district, birth_date, phone, consent_on)"
	" VALUES ('R1', '佐藤 次郎', 'サトウ ジロウ', 'D1', '1940-05-06', '090-1234-5678', '2026-01-01'),"
	" ('R2', '山田 花子', 'ヤマダ ハナコ', 'D1', '', '', '2026-01-01');"
	"INSERT INTO devices (device_id, resident_id) VALUES ('b1', 'R1'), ('b2', 'R2');"
	"INSERT INTO users (login, name, role, channels, duty)"
	" VALUES ('tanaka', '田中', 'staff', 'mail:tanaka@example.jp', 'daily 00:00-24:00');";

static void begin(void)
{
	CHECK(store_begin(&store));
}

static void commit(void)
{
	if (!store_commit(&store))
		fail_msg("%s", db_why(store.db));
}

static void sql(const char *text)
{
	begin();
	CHECK(db_script(store.db, text));
	commit();
}

static void town_in(const char *zone, const char *start)
{
	char url[128];

	log_level_set(LOG_LEVEL_ERROR);
	CHECK(zone_set(zone));
	snprintf(folder, sizeof(folder), "/tmp/mimamori-pause-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(url, sizeof(url), "sqlite:%s/store.db", folder);
	CHECK_INT(store_open(&store, url, why, sizeof(why)), DB_FINE);
	watch = (struct watch){ .store = &store, .holidays = &no_holidays, .client_id = "mimamorid", .language = "ja" };
	rules_default(&watch.rules);
	now = at(start);
	sql(town);
	begin();
	expectation_begin(&watch, "R1", now);
	expectation_begin(&watch, "R2", now);
	commit();
}

static void leave_town(void)
{
	char path[128];

	store_close(&store);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/store.db%s", folder, i == 0 ? "" : i == 1 ? "-wal" : "-shm");
		unlink(path);
	}
	CHECK_INT(rmdir(folder), 0);
}

#define DAYTIME "2026-11-23 10:45"
#define TOWN    town_in("Asia/Tokyo", DAYTIME)

static int64_t number(const char *text)
{
	struct query *q = db_query(store.db, text);
	int64_t n;

	CHECK(db_step(q));
	n = db_int(q, 0);
	db_done(q);
	return n;
}

static bool enter(const char *resident, const char *from, const char *to)
{
	bool done;

	begin();
	done = pause_enter(&watch, resident, from, to, "入院", "長女", "user:tanaka", now, why);
	commit();
	return done;
}

static bool resume(const char *resident)
{
	bool done;

	begin();
	done = pause_resume(&watch, resident, "本人", "user:tanaka", now, why);
	commit();
	return done;
}

static bool end(const char *resident, const char *reason)
{
	bool done;

	begin();
	done = pause_end_service(&watch, resident, reason, "長女", "user:tanaka", now, why);
	commit();
	return done;
}

static bool imports(const char *from, const char *to, const char *reason)
{
	bool changed;

	begin();
	changed = pause_import(&watch, "R1", from, to, reason, "長女", "shell:root", now);
	commit();
	return changed;
}

static void press(const char *device, const char *id, enum checkin_kind kind, int64_t pressed_at)
{
	struct checkin c = { .kind = kind, .at = pressed_at, .age_ms = -1, .battery = -1 };
	struct ack ack;

	snprintf(c.device_id, sizeof(c.device_id), "%s", device);
	snprintf(c.id, sizeof(c.id), "%s", id);
	begin();
	press_take(&watch, &c, now, 0, &ack);
	commit();
	CHECK_INT(ack.result, ACK_STORED);
}

/* We hear everything, and all that is due of pauses, looks and ends happens now. */
static void turn_at(const char *local)
{
	struct heartbeat beat = { .heard_until = at(local), .beat_at = at(local) };

	now = at(local);
	begin();
	hearing_set_beat(&store, watch.client_id, &beat);
	commit();
	while (pause_run(&watch, now) || expectation_run(&watch, now))
		;
}

/* The open question about the resident's pause; its detail, "" none. */
static const char *question(const char *resident)
{
	static struct incident i;

	return incidents_open_question(&store, INCIDENT_PAUSE, resident, &i) ? i.detail : "";
}

static void answer(const char *resident)
{
	struct closing closing = { .outcome = "answered",
		.cause = "",
		.how = "",
		.seen_by = "",
		.until = "",
		.note = "長女に確認",
		.by = "user:tanaka" };
	struct refusal no;
	struct incident i;

	CHECK(incidents_open_question(&store, INCIDENT_PAUSE, resident, &i));
	begin();
	CHECK(incident_close(&watch, i.id, &closing, now, &no));
	commit();
}

TEST(a_pause_from_today_begins_now_and_lasts_to_the_end_of_its_last_day)
{
	struct pause p;

	TOWN;
	CHECK(enter("R1", "2026-11-23", "2026-11-24"));
	CHECK(!pause_covers(&watch, "R1", now - 1));
	CHECK(pause_covers(&watch, "R1", now));
	CHECK(pause_covers(&watch, "R1", at("2026-11-25 00:00") - 1));
	CHECK(!pause_covers(&watch, "R1", at("2026-11-25 00:00")));
	CHECK(!pause_covers(&watch, "R2", now));
	CHECK(pause_at(&watch, "R1", now, &p));
	CHECK_TEXT(p.reason, "入院");
	CHECK_TEXT(p.told_by, "長女");
	CHECK_TEXT(p.entered_by, "user:tanaka");
	CHECK_INT(p.entered_at, now);
	CHECK_INT(number("SELECT paused_until FROM residents WHERE resident_id = 'R1'"), at("2026-11-25 00:00"));
	CHECK_INT(number("SELECT count(*) FROM timeline WHERE resident_id = 'R1' AND event = 'paused'"
			 " AND detail = '2026-11-23 to 2026-11-24: 入院 (told by 長女)' AND person = 'user:tanaka'"),
		1);
	CHECK_INT(number("SELECT count(*) FROM audit WHERE who = 'user:tanaka' AND what = 'pause' AND subject = 'R1'"),
		1);
	leave_town();
}

TEST(a_pause_to_come_covers_whole_local_days_across_a_change_of_the_clocks)
{
	town_in("Europe/London", "2027-03-20 12:00");
	CHECK(enter("R1", "2027-03-28", "2027-03-28")); /* 23 hours long */
	CHECK(!pause_covers(&watch, "R1", now));
	CHECK(!pause_covers(&watch, "R1", at("2027-03-28 00:00") - 1));
	CHECK(pause_covers(&watch, "R1", at("2027-03-28 00:00")));
	CHECK(pause_covers(&watch, "R1", at("2027-03-28 00:00") + 23 * HOUR - 1));
	CHECK(!pause_covers(&watch, "R1", at("2027-03-28 00:00") + 23 * HOUR));
	leave_town();
}

TEST(a_due_at_midnight_belongs_to_the_day_it_ends)
{
	TOWN;
	CHECK(enter("R1", "2026-11-24", "2026-11-25"));
	CHECK(!pause_covers_due(&watch, "R1", at("2026-11-24 00:00")));
	CHECK(pause_covers_due(&watch, "R1", at("2026-11-24 10:00")));
	CHECK(pause_covers_due(&watch, "R1", at("2026-11-26 00:00")));
	CHECK(!pause_covers_due(&watch, "R1", at("2026-11-26 00:01")));
	leave_town();
}

TEST(what_makes_no_pause_is_refused_and_changes_nothing)
{
	static const struct {
		const char *from, *to, *why;
	} dates[] = {
		{ "2026-11-22", "2026-11-24", "2026-11-22 is past" },
		{ "2026-11-25", "2026-11-24", "before it begins" },
		{ "2026-11-23", "2027-02-21", "at most 90d" },
		{ "2026-02-30", "2026-11-24", "two dates" },
		{ "", "2026-11-24", "two dates" },
		{ "2026-11-23", "tomorrow", "two dates" },
		{ "2026-11-23", "9999-12-31", "at most 90d" },
	};

	TOWN;
	for (size_t k = 0; k < sizeof(dates) / sizeof(dates[0]); k++) {
		CHECK(!pause_possible(&watch, dates[k].from, dates[k].to, now, why));
		CHECK(!enter("R1", dates[k].from, dates[k].to));
		CHECK(strstr(why, dates[k].why) != NULL);
	}
	begin();
	CHECK(!pause_enter(&watch, "R1", "2026-11-23", "2026-11-24", " 　", "長女", "user:tanaka", now, why));
	CHECK_TEXT(why, "the reason is missing");
	CHECK(!pause_enter(&watch, "R1", "2026-11-23", "2026-11-24", "入院", "", "user:tanaka", now, why));
	CHECK_TEXT(why, "who told it is missing");
	CHECK(!pause_enter(&watch, "R9", "2026-11-23", "2026-11-24", "入院", "長女", "user:tanaka", now, why));
	CHECK_TEXT(why, "there is no resident R9");
	commit();
	CHECK_INT(number("SELECT count(*) FROM pauses"), 0);
	CHECK_INT(number("SELECT count(*) FROM timeline") + number("SELECT count(*) FROM audit"), 0);
	CHECK(enter("R1", "2026-11-23", "2027-02-20")); /* 90 days, today among them */
	leave_town();
}

TEST(a_due_in_a_pause_is_paused_and_one_outside_is_not)
{
	TOWN;
	CHECK(enter("R1", "2026-11-24", "2026-11-24"));
	turn_at("2026-11-24 10:00");
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE resident_id = 'R1' AND outcome = 'paused'"), 1);
	turn_at("2026-11-25 10:30");
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE resident_id = 'R1' AND outcome = 'missed'"), 1);
	CHECK_INT(number("SELECT count(*) FROM incidents WHERE resident_id = 'R1' AND kind = 'missed'"), 1);
	leave_town();
}

TEST(a_pause_raises_a_question_after_a_day_and_on_the_morning_of_its_last_day)
{
	struct incident i;

	TOWN;
	CHECK(enter("R1", "2026-11-23", "2026-11-30"));
	CHECK_INT(pause_next_due(&watch, now), at("2026-11-24 10:45"));
	turn_at("2026-11-24 10:44");
	CHECK_TEXT(question("R1"), "");
	turn_at("2026-11-24 10:45");
	CHECK_TEXT(question("R1"), PAUSE_REVIEW);
	CHECK(incidents_open_question(&store, INCIDENT_PAUSE, "R1", &i));
	CHECK_TEXT(i.resident_id, "R1");
	answer("R1");
	turn_at("2026-11-30 08:59");
	CHECK_TEXT(question("R1"), "");
	CHECK_INT(pause_next_due(&watch, now), at("2026-11-30 09:00"));
	turn_at("2026-11-30 09:00");
	CHECK_TEXT(question("R1"), PAUSE_LAST);
	answer("R1");
	turn_at("2026-12-05 09:00");
	CHECK_TEXT(question("R1"), "");
	CHECK_INT(number("SELECT count(*) FROM incidents WHERE kind = 'pause'"), 2);
	leave_town();
}

TEST(a_short_pause_has_its_last_day_before_its_review)
{
	TOWN;
	CHECK(enter("R1", "2026-11-23", "2026-11-24"));
	turn_at("2026-11-24 09:00");
	CHECK_TEXT(question("R1"), PAUSE_LAST);
	answer("R1");
	turn_at("2026-11-24 10:45");
	CHECK_TEXT(question("R1"), PAUSE_REVIEW);
	CHECK_INT(pause_next_due(&watch, now), INT64_MAX);
	leave_town();
}

TEST(a_pause_entered_on_its_last_day_after_nine_is_asked_about_once)
{
	TOWN;
	CHECK(enter("R1", "2026-11-23", "2026-11-23"));
	CHECK_INT(pause_next_due(&watch, now), at("2026-11-24 10:45"));
	turn_at("2026-11-24 10:45");
	CHECK_TEXT(question("R1"), PAUSE_REVIEW);
	CHECK_INT(pause_next_due(&watch, now), INT64_MAX);
	leave_town();
}

TEST(overlapping_pauses_count_as_one)
{
	struct pause p;

	TOWN;
	CHECK(enter("R1", "2026-11-23", "2026-11-27"));
	CHECK(enter("R1", "2026-11-26", "2026-11-29"));
	CHECK(enter("R1", "2026-11-30", "2026-12-02")); /* without a gap */
	CHECK(enter("R1", "2026-12-10", "2026-12-11"));
	CHECK(pause_at(&watch, "R1", at("2026-11-28 12:00"), &p));
	CHECK_TEXT(p.from_on, "2026-11-23");
	CHECK_TEXT(p.to_on, "2026-12-02");
	CHECK_INT(p.from_at, now);
	CHECK_INT(p.to_at, at("2026-12-03 00:00"));
	CHECK(pause_at(&watch, "R1", at("2026-12-05 12:00"), &p)); /* the next to come */
	CHECK_TEXT(p.from_on, "2026-12-10");
	CHECK(!pause_at(&watch, "R1", at("2026-12-12 00:00"), &p));
	CHECK_INT(number("SELECT paused_until FROM residents WHERE resident_id = 'R1'"), at("2026-12-12 00:00"));

	turn_at("2026-11-24 10:45");
	answer("R1");
	turn_at("2026-11-27 12:00");
	CHECK_TEXT(question("R1"), ""); /* it goes on in the next */
	turn_at("2026-11-29 12:00");
	CHECK_TEXT(question("R1"), "");
	turn_at("2026-12-02 09:00");
	CHECK_TEXT(question("R1"), PAUSE_LAST);
	leave_town();
}

TEST(a_press_made_after_the_pause_was_entered_raises_a_question_once_a_day)
{
	char detail[64];

	TOWN;
	CHECK(enter("R1", "2026-11-23", "2026-11-27"));
	press("b1", "before", CHECKIN_OK, now - MINUTE); /* heard later, pressed before */
	CHECK_TEXT(question("R1"), "");
	now += MINUTE;
	press("b1", "after", CHECKIN_OK, now);
	snprintf(detail, sizeof(detail), "press %lld", (long long)now);
	CHECK_TEXT(question("R1"), detail);
	answer("R1");
	now += HOUR;
	press("b1", "again", CHECKIN_OK, now);
	CHECK_TEXT(question("R1"), "");
	now = at("2026-11-24 00:01");
	press("b1", "next day", CHECKIN_OK, now);
	CHECK(strncmp(question("R1"), "press ", 6) == 0);
	leave_town();
}

TEST(a_press_made_before_the_pause_was_entered_contradicts_nothing)
{
	TOWN;
	CHECK(imports("2026-11-20", "2026-11-27", "入院"));
	now += MINUTE;
	press("b1", "before", CHECKIN_OK, now - 2 * MINUTE); /* in the pause, but nobody had told us of it yet */
	CHECK_TEXT(question("R1"), "");
	press("b1", "after", CHECKIN_OK, now);
	CHECK(strncmp(question("R1"), "press ", 6) == 0);
	leave_town();
}

TEST(of_overlapping_pauses_a_press_raises_one_question_a_day)
{
	TOWN;
	CHECK(enter("R1", "2026-11-23", "2026-11-27"));
	now += MINUTE;
	press("b1", "one", CHECKIN_OK, now);
	answer("R1");
	now += MINUTE;
	CHECK(enter("R1", "2026-11-23", "2026-11-29"));
	now += MINUTE;
	press("b1", "two", CHECKIN_OK, now);
	CHECK_TEXT(question("R1"), "");
	leave_town();
}

TEST(a_press_before_a_pause_to_come_contradicts_nothing)
{
	TOWN;
	CHECK(enter("R1", "2026-11-24", "2026-11-27"));
	now += MINUTE;
	press("b1", "today", CHECKIN_OK, now);
	CHECK_TEXT(question("R1"), "");
	leave_town();
}

TEST(help_works_as_always_in_a_pause_and_is_no_question)
{
	struct incident i;

	TOWN;
	CHECK(enter("R1", "2026-11-23", "2026-11-27"));
	now += MINUTE;
	press("b1", "help", CHECKIN_HELP, now);
	CHECK_TEXT(question("R1"), "");
	CHECK(incidents_open_of(&store, "R1", &i));
	CHECK_INT(i.kind, INCIDENT_HELP);
	leave_town();
}

TEST(a_pause_closes_no_incident)
{
	struct incident i;

	TOWN;
	press("b1", "help", CHECKIN_HELP, now);
	CHECK(enter("R1", "2026-11-23", "2026-11-27"));
	CHECK(incidents_open_of(&store, "R1", &i));
	leave_town();
}

TEST(resuming_ends_present_and_future_pauses_and_their_questions)
{
	TOWN;
	CHECK(!resume("R1"));
	CHECK_TEXT(why, "R1 is not paused, and no pause is to come");
	CHECK(enter("R1", "2026-11-23", "2026-11-30"));
	CHECK(enter("R1", "2026-12-10", "2026-12-11"));
	turn_at("2026-11-24 10:45");
	CHECK_TEXT(question("R1"), PAUSE_REVIEW);
	now += MINUTE;
	CHECK(resume("R1"));
	CHECK_TEXT(question("R1"), "");
	CHECK_INT(number("SELECT count(*) FROM incidents WHERE kind = 'pause' AND outcome = 'answered'"
			 " AND closed_by IS NULL"),
		1);
	CHECK(pause_covers(&watch, "R1", now - 1)); /* what lay in it stays in it */
	CHECK(!pause_covers(&watch, "R1", now));
	CHECK(!pause_covers(&watch, "R1", at("2026-12-10 12:00")));
	CHECK_INT(number("SELECT paused_until FROM residents WHERE resident_id = 'R1'"), now);
	CHECK_INT(pause_next_due(&watch, now), INT64_MAX);
	CHECK_INT(number("SELECT count(*) FROM timeline WHERE event = 'resumed' AND detail = 'told by 本人'"), 1);
	CHECK_INT(number("SELECT count(*) FROM audit WHERE what = 'resume'"), 1);
	CHECK(!resume("R1"));
	leave_town();
}

TEST(a_due_that_lay_in_a_pause_is_paused_although_the_resident_is_back)
{
	TOWN;
	CHECK(enter("R1", "2026-11-24", "2026-11-27"));
	sql("UPDATE residents SET next_look = 3, next_look_at = deadline_at WHERE resident_id = 'R1'");
	now = at("2026-11-24 10:15");
	CHECK(resume("R1"));
	turn_at("2026-11-24 10:30");
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE resident_id = 'R1' AND outcome = 'paused'"), 1);
	leave_town();
}

TEST(an_ended_resident_expects_nothing_and_has_no_device)
{
	struct resident r;
	struct vigil v;

	TOWN;
	CHECK(enter("R1", "2026-11-23", "2026-11-30"));
	turn_at("2026-11-24 10:45");
	CHECK_TEXT(question("R1"), PAUSE_REVIEW);
	CHECK(!end("R1", "bored"));
	CHECK(strstr(why, "deceased moved facility declined other") != NULL);
	CHECK(end("R1", "facility"));
	CHECK(residents_find(&store, "R1", &r));
	CHECK_INT(r.ended_at, now);
	CHECK_TEXT(r.end_reason, "facility");
	CHECK(residents_vigil(&store, "R1", &v));
	CHECK_INT(v.next_look, LOOK_NONE);
	CHECK_INT(v.paused_until, now);
	CHECK_TEXT(question("R1"), "");
	CHECK_INT(number("SELECT revoked_at FROM devices WHERE device_id = 'b1'"), now);
	CHECK_INT(number("SELECT count(*) FROM devices WHERE device_id = 'b2' AND revoked_at IS NULL"), 1);
	CHECK_INT(number("SELECT count(*) FROM timeline WHERE event = 'service_ended'"
			 " AND detail = 'facility (told by 長女)'"),
		1);
	CHECK_INT(number("SELECT count(*) FROM audit WHERE what = 'end' AND who = 'user:tanaka'"), 1);
	CHECK_INT(pause_next_due(&watch, now), INT64_MAX);
	CHECK(!end("R1", "moved"));
	CHECK_TEXT(why, "the service of R1 has ended");
	CHECK(!enter("R1", "2026-11-24", "2026-11-25"));
	CHECK(!resume("R1"));
	leave_town();
}

TEST(while_an_incident_is_open_an_ended_resident_keeps_the_device)
{
	struct incident i;

	TOWN;
	press("b1", "help", CHECKIN_HELP, now);
	CHECK(end("R1", "moved"));
	CHECK(incidents_open_of(&store, "R1", &i));
	CHECK_INT(number("SELECT count(*) FROM devices WHERE device_id = 'b1' AND revoked_at IS NULL"), 1);
	now += HOUR;
	begin();
	pause_revoke(&watch, "R1", now);
	pause_revoke(&watch, "R2", now); /* in service */
	commit();
	CHECK_INT(number("SELECT revoked_at FROM devices WHERE device_id = 'b1'"), now);
	CHECK_INT(number("SELECT count(*) FROM devices WHERE device_id = 'b2' AND revoked_at IS NULL"), 1);
	leave_town();
}

TEST(a_planned_end_comes_with_its_date)
{
	struct resident r;

	TOWN;
	sql("UPDATE residents SET ends = '2026-11-25', end_reason = 'moved' WHERE resident_id = 'R1';"
	    "UPDATE residents SET ends = '2026-11-26' WHERE resident_id = 'R2'");
	CHECK_INT(pause_next_due(&watch, now), at("2026-11-25 00:00"));
	now = at("2026-11-24 09:00");
	press("b1", "last", CHECKIN_OK, now);
	turn_at("2026-11-24 23:59");
	CHECK(residents_find(&store, "R1", &r));
	CHECK_INT(r.ended_at, 0);
	turn_at("2026-11-25 00:03");
	CHECK(residents_find(&store, "R1", &r));
	CHECK_INT(r.ended_at, at("2026-11-25 00:00"));
	CHECK_TEXT(r.end_reason, "moved");
	CHECK_TEXT(r.ends, "2026-11-25");
	CHECK_INT(number("SELECT revoked_at FROM devices WHERE device_id = 'b1'"), now);
	CHECK_INT(pause_next_due(&watch, now), at("2026-11-26 00:00"));
	turn_at("2026-11-27 12:00"); /* we were away when it came */
	CHECK(residents_find(&store, "R2", &r));
	CHECK_INT(r.ended_at, at("2026-11-26 00:00"));
	CHECK_INT(number("SELECT count(*) FROM timeline WHERE resident_id = 'R2' AND event = 'service_ended'"
			 " AND detail = 'other (planned for 2026-11-26)'"),
		1);
	CHECK_INT(number("SELECT count(*) FROM audit WHERE what = 'end' AND who = 'mimamorid'"), 2);
	leave_town();
}

TEST(many_ends_and_questions_are_worked_off_in_bounded_turns)
{
	char text[256];
	int turns = 0;

	TOWN;
	for (int k = 0; k < 250; k++) {
		snprintf(text, sizeof(text),
			"INSERT INTO residents (resident_id, name, district, schedule, ends)"
			" VALUES ('E%03d', 'E', 'D1', 'none', '2026-11-24')",
			k);
		sql(text);
	}
	now = at("2026-11-24 00:00");
	CHECK(pause_run(&watch, now));
	CHECK_INT(number("SELECT count(*) FROM residents WHERE ended_at IS NOT NULL"), 100);
	while (pause_run(&watch, now))
		CHECK(turns++ < 10);
	CHECK_INT(number("SELECT count(*) FROM residents WHERE ended_at IS NOT NULL"), 250);
	leave_town();
}

TEST(a_row_that_fails_is_put_off_and_stops_no_other)
{
	TOWN;
	CHECK(enter("R1", "2026-11-23", "2026-11-30"));
	CHECK(enter("R2", "2026-11-23", "2026-11-30"));
	sql("CREATE TRIGGER refuse BEFORE INSERT ON incidents WHEN NEW.subject = 'R1'"
	    " BEGIN SELECT raise(ABORT, 'refused'); END");
	turn_at("2026-11-24 10:45");
	CHECK_TEXT(question("R1"), "");
	CHECK_TEXT(question("R2"), PAUSE_REVIEW);
	CHECK_INT(pause_next_due(&watch, now), now + HOUR);
	sql("DROP TRIGGER refuse");
	turn_at("2026-11-24 11:45");
	CHECK_TEXT(question("R1"), PAUSE_REVIEW);
	CHECK_INT(pause_next_due(&watch, now), at("2026-11-30 09:00"));

	sql("UPDATE residents SET ends = '2026-11-25';"
	    "CREATE TRIGGER refuse BEFORE UPDATE OF ended_at ON residents WHEN NEW.resident_id = 'R1'"
	    " BEGIN SELECT raise(ABORT, 'refused'); END");
	turn_at("2026-11-25 00:00");
	CHECK_INT(number("SELECT count(*) FROM residents WHERE ended_at IS NOT NULL"), 1);
	CHECK(pause_next_due(&watch, now) > now); /* and the loop does not spin over it */
	leave_town();
}

TEST(a_check_in_that_staff_enter_counts_like_a_press)
{
	TOWN;
	now = at("2026-11-24 09:30");
	begin();
	CHECK(!pause_staff_checkin(&watch, "R1", "", "", "user:tanaka", now, why));
	CHECK_TEXT(why, "who told it is missing");
	CHECK(pause_staff_checkin(&watch, "R1", "本人", "電話で", "user:tanaka", now, why));
	commit();
	CHECK_INT(
		number("SELECT count(*) FROM checkins WHERE device_id = 'staff/R1' AND kind = 'ok' AND resident_id = 'R1'"),
		1);
	CHECK_INT(
		number("SELECT count(*) FROM device_residents WHERE device_id = 'staff/R1' AND resident_id = 'R1'"), 1);
	CHECK_INT(number("SELECT count(*) FROM timeline WHERE event = 'staff_checkin' AND person = 'user:tanaka'"
			 " AND detail = 'told by 本人: 電話で'"),
		1);
	CHECK_INT(number("SELECT count(*) FROM audit WHERE what = 'checkin' AND subject = 'R1'"), 1);
	turn_at("2026-11-24 10:00");
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE resident_id = 'R1' AND outcome = 'ok'"), 1);
	leave_town();
}

TEST(an_imported_pause_may_have_begun_before)
{
	struct pause p;

	TOWN;
	CHECK(pause_importable(&watch, "2026-06-01", "2026-12-31", now, why));
	CHECK(!pause_importable(&watch, "2026-06-01", "2027-02-21", now, why)); /* over 90 days to come */
	CHECK(!pause_importable(&watch, "2026-11-30", "2026-11-29", now, why));
	CHECK(imports("2026-06-01", "2026-12-31", "入院"));
	CHECK(pause_covers(&watch, "R1", at("2026-06-01 00:00")));
	CHECK_INT(pause_next_due(&watch, now), now + DAY);
	CHECK(!imports("2026-06-01", "2026-12-31", "入院")); /* the same again */
	now += HOUR;
	CHECK(imports("2026-06-01", "2027-01-10", "入院"));
	CHECK_INT(number("SELECT count(*) FROM pauses"), 1);
	CHECK(pause_at(&watch, "R1", now, &p));
	CHECK_TEXT(p.to_on, "2027-01-10");
	CHECK_INT(p.entered_at, now);
	CHECK_INT(pause_next_due(&watch, now), now + DAY);
	CHECK_INT(number("SELECT paused_until FROM residents WHERE resident_id = 'R1'"), at("2027-01-11 00:00"));
	leave_town();
}

TEST(importing_the_same_file_again_does_not_take_back_that_somebody_is_home)
{
	TOWN;
	CHECK(imports("2026-11-20", "2026-12-31", "入院"));
	CHECK(resume("R1"));
	CHECK(!imports("2026-11-20", "2026-12-31", "入院"));
	CHECK(!pause_covers(&watch, "R1", now));
	CHECK(imports("2026-11-20", "2027-01-05", "入院")); /* but another end is news */
	CHECK(pause_covers(&watch, "R1", now));
	leave_town();
}

TEST(an_imported_pause_that_is_over_is_history)
{
	TOWN;
	CHECK(imports("2026-06-01", "2026-06-30", "旅行"));
	CHECK_INT(pause_next_due(&watch, now), INT64_MAX);
	CHECK(pause_covers(&watch, "R1", at("2026-06-15 12:00")));
	CHECK(!pause_covers(&watch, "R1", now));
	leave_town();
}
