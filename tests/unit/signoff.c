/* signoff - what stories do not see: what is stored, whose list a day still lacks, which days are whose. */
#include "server/store/tasks.h"
#include "server/watch/daily.h"
#include "server/watch/signoff.h"
#include "tests/unit/street.h"

static void town(void)
{
	street_open();
	sql("INSERT INTO districts (district, name) VALUES ('D2', '南町'), ('D3', '北町');"
	    "INSERT INTO users (login, name, role, channels) VALUES ('tanaka', '田中', 'staff', 'log:'),"
	    " ('sato', '佐藤', 'staff', 'log:')");
	resident("R1", "daily 03:00-10:00 +30m", T("2026-11-01 00:00"));
	resident("R2", "daily 03:00-10:00 +30m", T("2026-11-01 00:00"));
}

static int32_t day_of(const char *date)
{
	int32_t day;

	CHECK(date_parse(date, &day));
	return day;
}

static enum refusal_code enter(const struct signing *g, int64_t now, struct signoff *o)
{
	struct refusal no;
	bool done;

	CHECK(store_begin(&street.store));
	done = signoff_enter(W, g, now, o, &no);
	if (done)
		CHECK(store_commit(&street.store));
	else
		store_rollback(&street.store);
	CHECK(done == (no.code == REFUSED_NOT));
	CHECK(done || no.why[0]);
	return no.code;
}

TEST(every_signing_is_kept_the_first_and_the_latest_are_found)
{
	struct signing g = { .day = day_of("2026-11-23"), .district = "D1", .login = "tanaka", .version = 7 };
	struct signoff list[8], o;

	town();
	g.current_version = 7;
	CHECK_INT(enter(&g, T("2026-11-23 11:00"), &o), REFUSED_NOT);
	g.login = "sato";
	g.version = g.current_version = 9;
	CHECK_INT(enter(&g, T("2026-11-23 15:00"), &o), REFUSED_NOT);
	g.district = "D2";
	CHECK_INT(enter(&g, T("2026-11-23 16:00"), &o), REFUSED_NOT);
	CHECK(signoffs_find(&street.store, g.day, "D1", true, &o));
	CHECK_TEXT(o.login, "tanaka");
	CHECK_INT(o.version, 7);
	CHECK_INT(o.at, T("2026-11-23 11:00"));
	CHECK(signoffs_find(&street.store, g.day, "D1", false, &o));
	CHECK_TEXT(o.login, "sato");
	CHECK(!signoffs_find(&street.store, g.day, "D3", false, &o));
	CHECK(!signoffs_find(&street.store, g.day + 1, "D1", false, &o));
	CHECK_INT(signoffs_of_day(&street.store, g.day, list, 8), 3);
	CHECK_TEXT(list[0].login, "tanaka");
	CHECK_TEXT(list[2].district, "D2");
	CHECK_INT(signoffs_of_day(&street.store, g.day, list, 2), 2);
	street_close();
}

TEST(an_unknown_district_is_not_signed)
{
	struct signing g = { .day = day_of("2026-11-23"), .district = "D9", .login = "tanaka" };
	struct signoff o;

	town();
	CHECK_INT(enter(&g, T("2026-11-23 11:00"), &o), REFUSED_UNKNOWN);
	street_close();
}

/* Open since an instant: a miss of R1, a pause to confirm of R2, and a question that lists R2. */
static void open_incidents(void)
{
	char statement[1024];
	long long at = (long long)T("2026-11-23 10:30");

	snprintf(statement, sizeof(statement),
		"INSERT INTO incidents (id, kind, resident_id, subject, district, state, opened_at, ladder_at) VALUES"
		" (1, 'pause', 'R1', 'R1', 'D1', 'open', %lld, 0), (2, 'missed', 'R1', '', 'D1', 'claimed', %lld, 0),"
		" (3, 'blind', NULL, 'blind', '', 'open', %lld, 0);"
		"INSERT INTO incident_residents VALUES (3, 'R2', 0, 0, NULL)",
		at, at, at);
	sql(statement);
}

TEST(a_line_that_needs_a_person_has_an_incident_a_question_or_is_listed_by_one)
{
	char ids[4][RESIDENT_ID];
	int64_t noon;

	town();
	noon = T("2026-11-23 12:00");
	CHECK_INT(signoffs_unhandled(&street.store, "D1", noon, ids, 4), 0);
	open_incidents();
	CHECK_INT(signoffs_unhandled(&street.store, "D1", noon, ids, 4), 2);
	CHECK_TEXT(ids[0], "R1");
	CHECK_TEXT(ids[1], "R2");
	CHECK_INT(signoffs_unhandled(&street.store, "D1", T("2026-11-23 10:30"), ids, 4), 0);
	CHECK_INT(signoffs_unhandled(&street.store, "D2", noon, ids, 4), 0);
	CHECK_INT(signoffs_unhandled(&street.store, "D1", noon, ids, 1), 1);
	CHECK_INT(signoffs_incident(&street.store, "R1"), 2); /* before the question */
	CHECK_INT(signoffs_incident(&street.store, "R2"), 3);
	sql("UPDATE incident_residents SET settled_at = 1; UPDATE incidents SET state = 'closed' WHERE id = 2");
	CHECK_INT(signoffs_unhandled(&street.store, "D1", noon, ids, 4), 1);
	CHECK_INT(signoffs_incident(&street.store, "R1"), 1);
	CHECK_INT(signoffs_incident(&street.store, "R2"), 0);
	street_close();
}

TEST(what_was_carried_over_stands_with_the_signing_and_on_each_incident)
{
	struct signoff_line carried[2] = { { "R2", "窓口で", "sato" }, { "R1", "あす朝", "sato" } }, lines[4];
	struct signing g = {
		.day = day_of("2026-11-23"), .district = "D1", .login = "tanaka", .carried = carried, .carried_count = 1
	};
	struct signoff o;

	town();
	open_incidents();
	CHECK_INT(enter(&g, T("2026-11-23 11:00"), &o), REFUSED_INVALID); /* R1 is left */
	CHECK_INT(number("SELECT count(*) FROM timeline"), 0);
	g.carried_count = 2;
	CHECK_INT(enter(&g, T("2026-11-23 11:00"), &o), REFUSED_NOT);
	CHECK_INT(signoffs_lines(&street.store, o.id, lines, 4), 2);
	CHECK_TEXT(lines[0].resident_id, "R1");
	CHECK_TEXT(lines[0].reason, "あす朝");
	CHECK_TEXT(lines[0].handed_to, "sato");
	CHECK_INT(number("SELECT count(*) FROM timeline WHERE event = 'carried' AND person = 'user:tanaka'"), 2);
	CHECK_INT(number("SELECT incident_id FROM timeline WHERE resident_id = 'R2'"), 3);
	CHECK_INT(number("SELECT count(*) FROM notifications WHERE what = 'carried' AND person = 'user:sato'"), 2);
	/* Its own rows are not after signing. */
	CHECK_INT(o.event_id, number("SELECT max(id) FROM timeline"));
	street_close();
}

/* The version of D1's list of a day as it stands. */
static int64_t version_of(const char *date, const char *local)
{
	struct daily d;
	int64_t version;

	CHECK(daily_read(&d, W, day_of(date), "", T(local)));
	version = daily_district_of(&d, "D1")->version;
	daily_release(&d);
	return version;
}

TEST(the_version_that_is_kept_is_the_list_with_its_lines_carried_over)
{
	struct signoff_line carried[2] = { { "R1", "あす", "sato" }, { "R2", "窓口で", "sato" } };
	struct signing g = {
		.day = day_of("2026-11-23"), .district = "D1", .login = "tanaka", .carried = carried, .carried_count = 2
	};
	struct signoff o;

	town();
	open_incidents();
	sql("INSERT INTO timeline (incident_id, resident_id, at, event, person, detail)"
	    " VALUES (2, 'R1', 1795397400000, 'opened', '', '')"); /* 2026-11-23 10:30 */
	g.version = g.current_version = version_of("2026-11-23", "2026-11-23 11:00");
	CHECK_INT(enter(&g, T("2026-11-23 11:00"), &o), REFUSED_NOT);
	CHECK(o.version > g.version);
	CHECK_INT(o.version, version_of("2026-11-23", "2026-11-23 11:00"));
	/* What came in between and was not read stays a change. */
	sql("INSERT INTO timeline (incident_id, resident_id, at, event, person, detail)"
	    " VALUES (2, 'R1', 1795399200000, 'note', 'user:sato', 'x')");
	g.version = g.current_version = o.version;
	CHECK_INT(enter(&g, T("2026-11-23 11:00"), &o), REFUSED_NOT);
	CHECK(o.version < version_of("2026-11-23", "2026-11-23 11:00"));
	street_close();
}

TEST(on_the_list_of_a_past_day_carrying_over_changes_nothing)
{
	struct signoff_line carried[2] = { { "R1", "きょう", "sato" }, { "R2", "窓口で", "sato" } };
	struct signing g = {
		.day = day_of("2026-11-23"), .district = "D1", .login = "tanaka", .carried = carried, .carried_count = 2
	};
	struct signoff o;

	town();
	open_incidents();
	g.version = g.current_version = version_of("2026-11-23", "2026-11-24 11:00");
	CHECK_INT(enter(&g, T("2026-11-24 11:00"), &o), REFUSED_NOT);
	CHECK_INT(o.version, g.version);
	CHECK_INT(o.version, version_of("2026-11-23", "2026-11-24 11:00"));
	street_close();
}

TEST(a_list_is_missing_where_somebody_in_service_was_expected_and_nobody_signed)
{
	struct signoff_gap gaps[4];
	int32_t day = day_of("2026-11-23");

	town();
	sql("UPDATE residents SET district = 'D2' WHERE resident_id = 'R2'");
	CHECK_INT(signoffs_missing(&street.store, day, "", gaps, 4), 0);
	sql("INSERT INTO expectations (resident_id, day, opens_at, counts_from_at, due_at, deadline_at) VALUES"
	    " ('R1', 20780, 0, 0, 0, 0), ('R2', 20779, 0, 0, 0, 0)");
	CHECK_INT(signoffs_missing(&street.store, day - 2, "", gaps, 4), 0);
	CHECK_INT(signoffs_missing(&street.store, day - 1, "", gaps, 4), 1);
	CHECK_TEXT(gaps[0].district, "D2");
	CHECK_TEXT(gaps[0].name, "南町");
	CHECK_INT(signoffs_missing(&street.store, day, "", gaps, 4), 2);
	CHECK_TEXT(gaps[0].district, "D1");
	CHECK_INT(signoffs_missing(&street.store, day, "", gaps, 1), 1);
	CHECK_INT(signoffs_missing(&street.store, day, "D1", gaps, 4), 1);
	sql("INSERT INTO signoffs (day, district, version, event_id, login, at) VALUES"
	    " (20780, 'D1', 1, 1, 'tanaka', 1), (20779, 'D2', 1, 1, 'tanaka', 1)");
	CHECK_INT(signoffs_missing(&street.store, day, "", gaps, 4), 1);
	CHECK_TEXT(gaps[0].district, "D2");
	sql("UPDATE residents SET ended_at = 1 WHERE resident_id = 'R2'");
	CHECK_INT(signoffs_missing(&street.store, day, "", gaps, 4), 0);
	street_close();
}

static int32_t holiday_list[] = { 0 };

TEST(closed_days_belong_to_the_next_business_day)
{
	int32_t friday = day_of("2026-11-20"), monday = day_of("2026-11-23"), tuesday = day_of("2026-11-24");

	town();
	holiday_list[0] = monday; /* 勤労感謝の日 */
	street.holidays = (struct holidays){ holiday_list, 1 };
	CHECK(signoff_business_day(W, friday));
	CHECK(!signoff_business_day(W, friday + 1) && !signoff_business_day(W, friday + 2));
	CHECK(!signoff_business_day(W, monday));
	CHECK(signoff_business_day(W, tuesday));
	CHECK_INT(signoff_first_day(W, friday), friday);
	CHECK_INT(signoff_first_day(W, tuesday), friday + 1);
	CHECK_INT(signoff_due_at(W, friday), T("2026-11-20 12:00"));
	CHECK_INT(signoff_due_at(W, friday + 1), T("2026-11-24 12:00"));
	CHECK_INT(signoff_due_at(W, monday), T("2026-11-24 12:00"));
	CHECK_INT(signoff_next_due(W, T("2026-11-20 11:59")), T("2026-11-20 12:00"));
	CHECK_INT(signoff_next_due(W, T("2026-11-20 12:00")), T("2026-11-24 12:00"));
	CHECK_INT(signoff_next_due(W, T("2026-11-22 15:00")), T("2026-11-24 12:00"));
	street_close();
}

TEST(noon_is_a_number_of_the_rules)
{
	town();
	street.watch.rules.unsigned_at_ms = 13 * HOUR + 30 * MINUTE;
	CHECK_INT(signoff_due_at(W, day_of("2026-11-24")), T("2026-11-24 13:30"));
	street_close();
}

TEST(a_days_task_is_taken_once)
{
	town();
	CHECK(store_begin(&street.store));
	CHECK(!tasks_done(&street.store, "x", "", 5));
	CHECK(tasks_take(&street.store, "x", "", 5, 1));
	CHECK(!tasks_take(&street.store, "x", "", 5, 2));
	CHECK(tasks_done(&street.store, "x", "", 5));
	CHECK(tasks_take(&street.store, "x", "D1", 5, 2));
	CHECK(tasks_take(&street.store, "x", "", 6, 2));
	CHECK(!tasks_done(&street.store, "y", "", 5));
	CHECK(store_commit(&street.store));
	street_close();
}
