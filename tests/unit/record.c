/*
 * record: what belongs to one resident, and the pages of the list of incidents; what comes next of a ladder; notes.
 */
#include "server/store/incident_list.h"
#include "server/store/pauses.h"
#include "server/store/record.h"
#include "server/store/watchers.h"
#include "server/watch/incident.h"
#include "server/watch/ladder.h"
#include "server/watch/pause.h"
#include "tests/unit/street.h"

#define DAY_1 T("2026-11-23 06:00")

static int64_t page(const struct incident_filter *f, struct incident_place *last)
{
	struct incident_place list[1];

	if (incident_list_page(&street.store, f, last, list, 1) != 1)
		return 0;
	*last = list[0];
	return list[0].id;
}

static void begin(void)
{
	street_open();
	resident("R1", "daily 06:00-10:00 +30m", T("2026-11-23 05:00"));
	resident("R2", "none", T("2026-11-23 05:00"));
	resident("R3", "none", T("2026-11-23 05:00"));
	sql("INSERT INTO districts (district, name) VALUES ('D2', '別府'); UPDATE residents SET district = 'D2'"
	    " WHERE resident_id = 'R3'");
	heard(DAY_1);
}

TEST(open_incidents_come_gravest_first_and_go_on_behind_a_place)
{
	struct incident_filter all = { .district = "", .resident_id = "" };
	struct incident_place last = { 0 };

	begin();
	press("R1", CHECKIN_TALK, DAY_1);     /* 1 */
	press("R2", CHECKIN_UNWELL, DAY_1);   /* 2 */
	press("R3", CHECKIN_HELP, DAY_1 + 1); /* 3 */
	CHECK_INT(page(&all, &last), 3);
	CHECK_INT(page(&all, &last), 2);
	CHECK_INT(page(&all, &last), 1);
	CHECK_INT(page(&all, &last), 0);
	street_close();
}

TEST(closed_incidents_come_latest_first_and_only_those_of_a_filter)
{
	struct incident_filter closed = { .closed = true, .district = "", .resident_id = "" };
	struct incident_place last = { 0 };
	struct refusal no;

	begin();
	for (int i = 0; i < 3; i++) {
		static const char *const who[] = { "R1", "R2", "R3" };
		const struct closing closing = { "safe", "", "phone", "田中", "", "", "shell:root" };

		press(who[i], CHECKIN_HELP, DAY_1);
		CHECK(store_begin(&street.store));
		CHECK(incident_close(W, i + 1, &closing, DAY_1 + (i == 1 ? 9 : i), &no));
		CHECK(store_commit(&street.store));
	}
	CHECK_INT(page(&closed, &last), 2);
	CHECK_INT(page(&closed, &last), 3);
	CHECK_INT(page(&closed, &last), 1);
	CHECK_INT(page(&closed, &last), 0);
	last = (struct incident_place){ 0 };
	closed.district = "D2";
	CHECK_INT(page(&closed, &last), 3);
	CHECK_INT(page(&closed, &last), 0);
	last = (struct incident_place){ 0 };
	closed = (struct incident_filter){ .closed = true, .district = "", .resident_id = "R2" };
	CHECK_INT(page(&closed, &last), 2);
	CHECK_INT(page(&closed, &last), 0);
	closed.closed = false;
	last = (struct incident_place){ 0 };
	CHECK_INT(page(&closed, &last), 0);
	street_close();
}

TEST(a_question_about_several_belongs_to_each_of_them)
{
	struct incident_filter f = { .district = "D2", .resident_id = "" };
	struct incident_place last = { 0 };

	begin();
	sql("INSERT INTO incidents (id, kind, state, opened_at, ladder_at) VALUES (7, 'blind', 'open', 1, 1);"
	    "INSERT INTO incident_residents (incident_id, resident_id, since_at, due_at) VALUES (7, 'R3', 1, 1)");
	CHECK_INT(page(&f, &last), 7);
	last = (struct incident_place){ 0 };
	f.district = "D1";
	CHECK_INT(page(&f, &last), 0);
	f = (struct incident_filter){ .district = "", .resident_id = "R3" };
	CHECK_INT(page(&f, &last), 7);
	last = (struct incident_place){ 0 };
	f.resident_id = "R1";
	CHECK_INT(page(&f, &last), 0);
	street_close();
}

TEST(a_list_of_districts_leaves_out_the_residents_of_others_and_no_question)
{
	struct incident_filter f = { .district = "", .resident_id = "", .districts = " D2 D9 " };
	struct incident_place last = { 0 };
	struct watcher list[4];

	begin();
	sql("INSERT INTO incidents (id, kind, state, resident_id, district, opened_at, ladder_at) VALUES"
	    " (5, 'talk', 'open', 'R1', 'D1', 1, 1), (6, 'talk', 'open', 'R3', 'D2', 1, 1),"
	    " (7, 'blind', 'open', NULL, '', 1, 1)");
	CHECK_INT(page(&f, &last), 6);
	CHECK_INT(page(&f, &last), 7);
	CHECK_INT(page(&f, &last), 0);
	f.districts = " D "; /* it is the whole word */
	last = (struct incident_place){ 0 };
	CHECK_INT(page(&f, &last), 7);
	f.districts = "";
	last = (struct incident_place){ 0 };
	CHECK_INT(page(&f, &last), 5);

	sql("INSERT INTO watchers (watcher_id, name, kana) VALUES ('W1', 'a', 'a'), ('W2', 'b', 'b'), ('W3', 'c', 'c');"
	    "INSERT INTO links (resident_id, watcher_id, tier) VALUES ('R1', 'W1', 1), ('R3', 'W2', 1), ('R1', 'W2', 1)");
	CHECK_INT(watchers_page(&street.store, "", "", " D2 D9 ", list, 4), 1);
	CHECK_TEXT(list[0].watcher_id, "W2");
	CHECK_INT(watchers_page(&street.store, "b", "W2", " D2 D9 ", list, 4), 0);
	CHECK_INT(watchers_page(&street.store, "", "", " D1 D2 ", list, 4), 2);
	CHECK_INT(watchers_page(&street.store, "", "", "", list, 4), 3);
	street_close();
}

TEST(what_a_ladder_does_next_is_its_next_step_then_the_repeat_and_nothing_while_claimed)
{
	struct ladder_coming next;
	struct incident i;
	struct refusal no;

	begin();
	at(T("2026-11-23 10:30"));
	CHECK(incidents_open_of(&street.store, "R1", &i));
	sql("UPDATE incidents SET step = 1, reached = 1");
	CHECK(incidents_find(&street.store, i.id, &i));
	CHECK(ladder_coming(W, &i, &next));
	CHECK_INT(next.at, T("2026-11-23 11:00"));
	CHECK_INT(next.tell, TELL_TIER1);
	CHECK(!next.repeat);
	i.with_staff = true;
	CHECK(ladder_coming(W, &i, &next));
	CHECK_INT(next.tell, TELL_TIER1 | TELL_STAFF);
	i.step = 4;
	i.fired_at = T("2026-11-23 12:00");
	CHECK(ladder_coming(W, &i, &next));
	CHECK_INT(next.at, T("2026-11-23 13:00"));
	CHECK(next.repeat);
	CHECK_INT(next.tell, TELL_TIERS | TELL_STAFF);
	CHECK(store_begin(&street.store));
	CHECK(incident_claim(W, i.id, "shell:root", T("2026-11-23 12:01"), &no));
	CHECK(store_commit(&street.store));
	CHECK(incidents_find(&street.store, i.id, &i));
	CHECK(!ladder_coming(W, &i, &next));
	street_close();
}

TEST(a_note_stands_on_the_timeline_and_a_closed_incident_takes_none)
{
	const struct closing closing = { "safe", "", "phone", "田中", "", "", "shell:root" };
	struct refusal no;

	begin();
	press("R1", CHECKIN_TALK, DAY_1);
	CHECK(store_begin(&street.store));
	CHECK(incident_note(W, 1, "shell:root", "あとで電話", DAY_1 + 5, &no));
	CHECK(store_commit(&street.store));
	CHECK_SQL(
		"SELECT event || '|' || person || '|' || detail || '|' || resident_id FROM timeline ORDER BY id DESC LIMIT 1",
		"note|shell:root|あとで電話|R1");
	CHECK_INT(number("SELECT count(*) FROM incidents WHERE state = 'open'"), 1);
	CHECK(store_begin(&street.store));
	CHECK(!incident_note(W, 1, "shell:root", "", DAY_1 + 5, &no));
	CHECK_INT(no.code, REFUSED_INVALID);
	CHECK(!incident_note(W, 1, "watcher:W9", "x", DAY_1 + 5, &no));
	CHECK_INT(no.code, REFUSED_UNKNOWN);
	CHECK(incident_close(W, 1, &closing, DAY_1 + 9, &no));
	CHECK(!incident_note(W, 1, "shell:root", "too late", DAY_1 + 10, &no));
	CHECK_INT(no.code, REFUSED_CLOSED);
	CHECK(store_commit(&street.store));
	street_close();
}

TEST(a_residents_days_and_incidents_are_those_asked_for)
{
	struct record_expectation days[8];
	struct record_incident incidents[8];
	int32_t day = zone_day(DAY_1);

	begin();
	press("R1", CHECKIN_OK, T("2026-11-23 07:00"));
	at(T("2026-11-23 10:00"));
	at(T("2026-11-24 10:00"));
	at(T("2026-11-24 10:30"));
	press("R1", CHECKIN_OK, T("2026-11-24 11:00"));
	CHECK_INT(record_expectations(&street.store, "R1", day, day, days, 8), 1);
	CHECK_TEXT(days[0].outcome, "ok");
	CHECK_TEXT(days[0].met_kind, "ok");
	CHECK_INT(days[0].met_at, T("2026-11-23 07:00"));
	CHECK_INT(record_expectations(&street.store, "R1", day, day + 5, days, 8), 2);
	CHECK_TEXT(days[1].outcome, "missed");
	CHECK_INT(days[1].met_late_at, T("2026-11-24 11:00"));
	CHECK_INT(record_expectations(&street.store, "R2", day, day + 5, days, 8), 0);

	CHECK_INT(record_incidents(&street.store, "R1", 0, T("2026-11-25 00:00"), incidents, 8), 1);
	CHECK_TEXT(incidents[0].kind, "missed");
	CHECK_TEXT(incidents[0].outcome, "checked_in");
	CHECK_INT(record_incidents(&street.store, "R1", 0, T("2026-11-24 10:30"), incidents, 8), 0);
	press("R1", CHECKIN_UNWELL, T("2026-11-24 12:00"));
	sql("INSERT INTO causes (incident_id, kind, at, answered_at) VALUES (2, 'help', 1, 2)");
	CHECK_INT(record_incidents(&street.store, "R1", T("2026-11-24 11:00"), T("2026-11-25 00:00"), incidents, 8), 1);
	CHECK_TEXT(incidents[0].kind, "help");
	street_close();
}

TEST(presses_are_the_residents_own_of_all_their_devices)
{
	struct record_press list[8];

	begin();
	press("R1", CHECKIN_OK, T("2026-11-23 07:00"));
	press("R2", CHECKIN_OK, T("2026-11-23 07:01"));
	CHECK(store_begin(&street.store));
	devices_belonged(&street.store, "b-R1", "R1");
	press_record(W, "R1", "user:tanaka", T("2026-11-23 08:00"), T("2026-11-23 08:00"));
	CHECK(store_commit(&street.store));
	sql("UPDATE devices SET resident_id = 'R2' WHERE device_id = 'b-R1'");
	press("R1", CHECKIN_OK, T("2026-11-23 09:00")); /* the button is R2's now */
	CHECK_INT(record_presses(&street.store, "R1", T("2026-11-23 00:00"), list, 8), 2);
	CHECK_INT(list[0].pressed_at, T("2026-11-23 07:00"));
	CHECK_TEXT(list[0].device_id, "b-R1");
	CHECK_TEXT(list[1].device_id, "staff/R1");
	CHECK_INT(record_presses(&street.store, "R1", T("2026-11-23 07:30"), list, 8), 1);
	street_close();
}

TEST(a_timeline_is_read_on_behind_an_event_even_among_those_of_one_instant)
{
	struct timeline_row list[8];

	begin();
	CHECK(store_begin(&street.store));
	for (int i = 0; i < 3; i++)
		timeline_add(&street.store, 0, "R1", DAY_1, i == 0 ? "a" : i == 1 ? "b" : "c", "", "");
	timeline_add(&street.store, 0, "R1", DAY_1 - 1, "older", "", "");
	CHECK(store_commit(&street.store));
	CHECK_INT(record_timeline(&street.store, "R1", list, 2), 2);
	CHECK_TEXT(list[0].event, "c");
	CHECK_TEXT(list[1].event, "b");
	CHECK_INT(record_timeline_between(&street.store, "R1", true, 0, list[1].at, list[1].id, list, 8), 2);
	CHECK_TEXT(list[0].event, "a");
	CHECK_TEXT(list[1].event, "older");
	CHECK_INT(record_timeline_between(&street.store, "R1", true, DAY_1, DAY_1 + 1, 0, list, 8), 3);
	CHECK_TEXT(list[2].event, "a");
	CHECK_INT(record_timeline_between(&street.store, "R1", true, DAY_1 - 1, DAY_1, 0, list, 8), 1);
	CHECK_TEXT(list[0].event, "older");
	street_close();
}

TEST(what_was_agreed_about_entering_is_left_out_for_who_may_not_know)
{
	struct timeline_row list[8];

	begin();
	CHECK(store_begin(&street.store));
	timeline_add(&street.store, 0, "R1", DAY_1, "consent", "user:tanaka", "entry given: police");
	timeline_add(&street.store, 0, "R1", DAY_1, "consent", "user:tanaka", "service given");
	timeline_add(&street.store, 0, "R1", DAY_1, "note", "user:tanaka", "entry of the house is dark");
	CHECK(store_commit(&street.store));
	CHECK_INT(record_timeline_between(&street.store, "R1", true, DAY_1, DAY_1 + 1, 0, list, 8), 3);
	CHECK_INT(record_timeline_between(&street.store, "R1", false, DAY_1, DAY_1 + 1, 0, list, 8), 2);
	CHECK_TEXT(list[0].event, "note");
	CHECK_TEXT(list[1].detail, "service given");
	street_close();
}

TEST(a_device_says_when_it_was_last_heard)
{
	struct record_device list[4];

	begin();
	press("R1", CHECKIN_OK, T("2026-11-23 07:00"));
	press("R1", CHECKIN_OK, T("2026-11-23 08:00"));
	sql("UPDATE devices SET kind = 'button', note = '玄関', state_at = 5, battery = 40 WHERE device_id = 'b-R1'");
	CHECK_INT(record_devices(&street.store, "R1", list, 4), 1);
	CHECK_INT(list[0].last_press_at, T("2026-11-23 08:00"));
	CHECK_INT(list[0].state_at, 5);
	CHECK_INT(list[0].device.battery, 40);
	CHECK_TEXT(list[0].kind, "button");
	CHECK_TEXT(list[0].note, "玄関");
	CHECK_INT(record_devices(&street.store, "R2", list, 4), 1);
	CHECK_INT(list[0].last_press_at, 0);
	street_close();
}

TEST(pauses_keep_their_history_and_their_review_is_the_first_question_left_or_answered)
{
	char why[PAUSE_WHY];
	struct pause list[4];
	struct refusal no;
	const struct closing answered = { "answered", "", "", "", "", "入院中", "shell:root" };
	int64_t review_at = T("2026-11-24 06:00");

	begin();
	sql("UPDATE residents SET birth_date = '1940-01-01'");
	CHECK(store_begin(&street.store));
	CHECK(pause_enter(W, "R1", "2026-11-23", "2026-11-30", "入院", "長女", "user:t", DAY_1, why));
	CHECK(store_commit(&street.store));
	CHECK_INT(record_pause_question(&street.store, "R1", DAY_1, review_at + DAY, review_at), 0);
	pause_run(W, review_at);
	CHECK_INT(record_pause_question(&street.store, "R1", DAY_1, review_at + DAY, review_at), 1);
	CHECK(store_begin(&street.store));
	CHECK(incident_close(W, 1, &answered, review_at + HOUR, &no));
	CHECK(store_commit(&street.store));
	CHECK_INT(record_pause_question(&street.store, "R1", DAY_1, review_at + DAY, review_at), 1);
	CHECK_INT(record_pause_question(&street.store, "R1", DAY_1, review_at + DAY, review_at + 2 * HOUR), 0);

	CHECK(store_begin(&street.store));
	CHECK(pause_resume(W, "R1", "長女", "user:t", review_at + 2 * HOUR, why));
	CHECK(pause_enter(W, "R1", "2026-12-01", "2026-12-02", "旅行", "本人", "user:t", review_at + 3 * HOUR, why));
	CHECK(store_commit(&street.store));
	CHECK_INT(pauses_history(&street.store, "R1", 0, list, 4), 2);
	CHECK_TEXT(list[0].reason, "旅行");
	CHECK_TEXT(list[1].reason, "入院");
	CHECK(list[1].ended_at != 0);
	CHECK_INT(pauses_history(&street.store, "R1", T("2026-12-01 00:00"), list, 4), 1);
	street_close();
}

TEST(what_a_rule_audits_says_who_acts_through_a_page_and_from_where)
{
	char why[PAUSE_WHY];

	begin();
	snprintf(street.watch.acting.who, sizeof(street.watch.acting.who), "key:list/tanaka");
	snprintf(street.watch.acting.address, sizeof(street.watch.acting.address), "192.0.2.7");
	CHECK(store_begin(&street.store));
	CHECK(pause_enter(W, "R1", "2026-11-23", "2026-11-30", "入院", "長女", "user:tanaka", DAY_1, why));
	CHECK(store_commit(&street.store));
	CHECK_SQL("SELECT who || '|' || what || '|' || address FROM audit", "key:list/tanaka|pause|192.0.2.7");
	street_close();
}
