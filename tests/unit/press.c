/* press: rules 1 and contract 1. */
#include "server/store/devices.h"
#include "tests/unit/street.h"

#define BEGIN      T("2026-11-22 12:00")
#define NOW        T("2026-11-23 07:12")
#define PRESSED_AT "SELECT pressed_at FROM checkins ORDER BY seq DESC LIMIT 1"
#define LAST_PRESS "SELECT last_press_at FROM residents WHERE resident_id = 'R'"
#define LAST_SIGN  "SELECT last_sign_at FROM residents WHERE resident_id = 'R'"
#define HELPS      "SELECT count(*) FROM causes WHERE kind = 'help'"

static void street_with_R(void)
{
	street_open();
	resident("R", "daily 06:00-10:00 +30m", BEGIN);
	heard(NOW);
}

/* When a press of R with this `at`, `age` and kept_since_at, taken at NOW, counts. */
static int64_t pressed_at(int64_t device_at, int64_t age_ms, int64_t kept_since_at)
{
	struct checkin c = checkin("R", CHECKIN_OK);

	c.at = device_at;
	c.age_ms = age_ms;
	CHECK_INT(take(c, NOW, kept_since_at), ACK_STORED);
	return number(PRESSED_AT);
}

TEST(rule_1_the_devices_clock_counts_where_it_is_believable)
{
	street_with_R();
	CHECK_INT(pressed_at(NOW - 5 * MINUTE, -1, 0), NOW - 5 * MINUTE);
	CHECK_INT(pressed_at(NOW - 5 * MINUTE, 3000, NOW - HOUR), NOW - 5 * MINUTE); /* before all else */
	CHECK_INT(pressed_at(NOW + 120 * SECOND, -1, 0), NOW);                       /* never later than arrival */
	CHECK_INT(pressed_at(NOW + 120 * SECOND + 1, 4000, 0), NOW - 4000);          /* not believed */
	CHECK_INT(pressed_at(T("2024-01-01 09:00"), -1, 0), T("2024-01-01 09:00"));  /* 0:00 UTC */
	CHECK_INT(pressed_at(T("2024-01-01 09:00") - 1, -1, 0), NOW);
	CHECK_INT(pressed_at(-1, -1, 0), NOW);
	street_close();
}

TEST(rule_1_without_a_clock_the_age_counts_and_of_a_kept_one_from_the_beginning_of_the_blind_period)
{
	street_with_R();
	CHECK_INT(pressed_at(-1, 90 * SECOND, 0), NOW - 90 * SECOND);
	CHECK_INT(number("SELECT maybe_press_at FROM residents"), 0);
	/* The age ends where the button sent it; how long the broker kept it nobody knows. */
	CHECK_INT(pressed_at(-1, 90 * SECOND, NOW - HOUR), NOW - HOUR - 90 * SECOND);
	CHECK_INT(pressed_at(-1, -1, NOW - HOUR), NOW - HOUR);
	CHECK_INT(number("SELECT maybe_press_at FROM residents"), NOW);
	street_close();
}

TEST(rule_1_a_press_older_than_48_hours_is_stored_and_meets_nothing)
{
	struct checkin c;

	street_with_R();
	c = checkin("R", CHECKIN_OK);
	c.at = NOW - 48 * HOUR - 1;
	CHECK_INT(take(c, NOW, 0), ACK_STORED);
	CHECK_INT(number(LAST_PRESS), 0);
	CHECK_INT(number(LAST_SIGN), 0);
	c = checkin("R", CHECKIN_OK);
	c.at = NOW - 48 * HOUR;
	take(c, NOW, 0);
	CHECK_INT(number(LAST_PRESS), NOW - 48 * HOUR);
	/* Of one that the broker kept, the 48 hours count from its arrival. */
	take(checkin("R", CHECKIN_TALK), NOW, NOW - 72 * HOUR);
	CHECK_INT(number("SELECT count(*) FROM causes WHERE kind = 'talk'"), 1);
	street_close();
}

TEST(rule_1_an_old_help_still_alerts_with_its_time_and_an_old_talk_is_for_the_timeline)
{
	struct checkin c;

	street_with_R();
	c = checkin("R", CHECKIN_TALK);
	c.at = NOW - 72 * HOUR;
	CHECK_INT(take(c, NOW, 0), ACK_STORED);
	CHECK_TEXT(street.ack.text, "おはようございます。届きました。"); /* nothing is promised */
	CHECK_INT(number("SELECT count(*) FROM incidents"), 0);
	CHECK_SQL("SELECT detail FROM timeline WHERE event = 'too_old' AND resident_id = 'R'", "talk");
	c = checkin("R", CHECKIN_HELP);
	c.at = NOW - 72 * HOUR;
	take(c, NOW, 0);
	CHECK_INT(number("SELECT at FROM causes WHERE kind = 'help'"), NOW - 72 * HOUR);
	CHECK_INT(number(LAST_SIGN), 0);
	street_close();
}

TEST(rule_1_the_same_device_and_id_is_the_same_press)
{
	struct checkin c;

	street_with_R();
	c = checkin("R", CHECKIN_HELP);
	CHECK_INT(take(c, NOW, 0), ACK_STORED);
	CHECK_TEXT(street.ack.id, c.id);
	CHECK_INT(street.ack.at, NOW);
	CHECK_INT(take(c, NOW + MINUTE, 0), ACK_DUPLICATE);
	CHECK_INT(street.ack.at, NOW); /* when it was heard */
	CHECK(street.ack.text[0] != '\0');
	CHECK_INT(number("SELECT count(*) FROM checkins"), 1);
	CHECK_INT(number(HELPS), 1);
	CHECK_INT(number(LAST_PRESS), NOW);
	street_close();
}

TEST(rule_1_within_10_seconds_the_same_kind_is_one_press_for_the_rules_and_two_rows)
{
	struct checkin c;

	street_with_R();
	press("R", CHECKIN_HELP, NOW);
	press("R", CHECKIN_HELP, NOW + 10 * SECOND);
	CHECK_INT(number("SELECT count(*) FROM checkins"), 2);
	CHECK_INT(number(HELPS), 1);
	press("R", CHECKIN_TALK, NOW + 10 * SECOND); /* another kind is another press */
	CHECK_INT(number("SELECT count(*) FROM causes"), 2);
	c = checkin("R", CHECKIN_HELP); /* counted from the first, not from the one before; by when it was pressed */
	c.at = NOW + 11 * SECOND;
	take(c, NOW + HOUR, 0);
	CHECK_INT(number(HELPS), 2);
	street_close();
}

TEST(rule_1_the_same_id_with_another_kind_is_a_new_press_and_device_trouble)
{
	struct checkin c;

	street_with_R();
	c = checkin("R", CHECKIN_OK);
	take(c, NOW, 0);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 0);
	c.kind = CHECKIN_HELP;
	CHECK_INT(take(c, NOW + MINUTE, 0), ACK_STORED);
	CHECK_INT(number(HELPS), 1);
	CHECK_SQL("SELECT trouble FROM devices", "rejected");
	CHECK_SQL("SELECT subject || ' ' || detail FROM incidents WHERE kind = 'device'", "b-R same_id");
	street_close();
}

TEST(rule_1_every_kind_but_activity_counts_and_that_where_the_resident_is_passive)
{
	street_with_R();
	for (enum checkin_kind kind = CHECKIN_OK; kind < CHECKIN_ACTIVITY; kind++) {
		press("R", kind, NOW + kind * MINUTE);
		CHECK_INT(number(LAST_PRESS), NOW + kind * MINUTE);
		CHECK_INT(number(LAST_SIGN), NOW + kind * MINUTE);
	}
	press("R", CHECKIN_ACTIVITY, NOW + HOUR);
	CHECK_INT(number(LAST_PRESS), NOW + CHECKIN_HELP * MINUTE);
	CHECK_INT(number(LAST_SIGN), NOW + HOUR);
	CHECK_TEXT(street.ack.text, "");
	sql("UPDATE residents SET passive = 'yes'");
	press("R", CHECKIN_ACTIVITY, NOW + 2 * HOUR);
	CHECK_INT(number(LAST_PRESS), NOW + 2 * HOUR);
	CHECK_SQL("SELECT last_press_kind FROM residents", "activity");
	street_close();
}

TEST(rule_1_an_earlier_press_that_comes_later_takes_nothing_back)
{
	struct checkin c;

	street_with_R();
	press("R", CHECKIN_HELP, NOW);
	c = checkin("R", CHECKIN_OK);
	c.at = NOW - HOUR;
	take(c, NOW + MINUTE, 0);
	CHECK_INT(number(LAST_PRESS), NOW);
	CHECK_SQL("SELECT last_press_kind FROM residents", "help");
	street_close();
}

TEST(rule_1_a_checkin_keeps_the_resident_it_had_when_it_came)
{
	street_with_R();
	resident("S", "none", BEGIN);
	press("R", CHECKIN_OK, NOW);
	sql("UPDATE devices SET resident_id = 'S' WHERE device_id = 'b-R'");
	press("R", CHECKIN_OK, NOW + HOUR);
	CHECK_SQL("SELECT group_concat(resident_id, '') FROM (SELECT resident_id FROM checkins ORDER BY seq)", "RS");
	CHECK_INT(number(LAST_PRESS), NOW);
	street_close();
}

TEST(a_press_moves_no_look)
{
	street_with_R();
	int64_t before = number("SELECT next_look_at * 10 + next_look FROM residents");
	press("R", CHECKIN_OK, NOW);
	CHECK_INT(number("SELECT next_look_at * 10 + next_look FROM residents"), before);
	street_close();
}

TEST(rule_7_a_press_in_a_pause_raises_a_question)
{
	char statement[512];

	street_with_R();
	snprintf(statement, sizeof(statement),
		"INSERT INTO pauses (resident_id, from_on, to_on, from_at, to_at, reason, told_by, entered_by, entered_at)"
		" VALUES ('R', '2026-11-22', '2026-11-30', %lld, %lld, '', '', '', %lld);"
		" UPDATE residents SET paused_until = %lld",
		(long long)BEGIN, (long long)(BEGIN + 8 * DAY), (long long)BEGIN, (long long)(BEGIN + 8 * DAY));
	sql(statement);
	press("R", CHECKIN_TALK, NOW); /* works as always */
	CHECK_INT(number("SELECT count(*) FROM incidents WHERE kind = 'pause'"), 0);
	press("R", CHECKIN_OK, NOW);
	CHECK_INT(number("SELECT count(*) FROM incidents WHERE kind = 'pause'"), 1);
	street_close();
}

TEST(an_unknown_or_revoked_device_is_told_so_and_what_it_sent_is_kept)
{
	street_with_R();
	CHECK_INT(press("X", CHECKIN_OK, NOW), ACK_UNKNOWN_DEVICE);
	CHECK_TEXT(street.ack.id, "p1");
	sql("UPDATE devices SET revoked_at = 1");
	CHECK_INT(press("R", CHECKIN_OK, NOW), ACK_UNKNOWN_DEVICE);
	CHECK_INT(number("SELECT count(*) FROM checkins"), 0);
	CHECK_INT(number(LAST_SIGN), 0);
	CHECK_INT(number("SELECT count(*) FROM rejected WHERE reason = 'unknown_device'"), 2);
	CHECK_SQL("SELECT payload FROM rejected WHERE device_id = 'b-X'", "{\"id\":\"p1\",\"kind\":\"ok\"}");
	CHECK_INT(number("SELECT count(*) FROM incidents"), 0);
	street_close();
}

TEST(help_from_an_unknown_device_goes_to_staff_once_a_press)
{
	struct checkin c;

	street_with_R();
	c = checkin("X", CHECKIN_HELP);
	CHECK_INT(take(c, NOW, 0), ACK_UNKNOWN_DEVICE);
	CHECK_SQL("SELECT subject FROM incidents WHERE kind = 'device'", "b-X");
	sql("UPDATE incidents SET state = 'closed'");
	take(c, NOW + 10 * MINUTE, 0); /* the button repeats */
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1);
	CHECK_INT(number("SELECT count(*) FROM rejected"), 1);
	CHECK_INT(press("X", CHECKIN_HELP, NOW + 20 * MINUTE), ACK_UNKNOWN_DEVICE);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 2);
	c = checkin("X", CHECKIN_HELP);
	c.at = NOW - 49 * HOUR;
	CHECK_INT(take(c, NOW, 0), ACK_REJECTED);
	CHECK_TEXT(street.ack.reason, "too_old");
	CHECK_INT(number("SELECT count(*) FROM incidents"), 2);
	street_close();
}

TEST(what_is_rejected_is_answered_and_the_last_20_of_a_device_and_1000_in_all_are_kept)
{
	char id[16], device[16];

	street_with_R();
	CHECK(store_begin(&street.store));
	press_reject(W, "b-R", "p1", "bad_kind", "{\"id\":\"p1\"}\n\x80", 13, NOW, &street.ack);
	CHECK(store_commit(&street.store));
	CHECK_INT(street.ack.result, ACK_REJECTED);
	CHECK_TEXT(street.ack.id, "p1");
	CHECK_TEXT(street.ack.reason, "bad_kind");
	CHECK_SQL("SELECT payload FROM rejected", "{\"id\":\"p1\"} ?");
	CHECK_SQL("SELECT trouble FROM devices", "rejected");
	CHECK(store_begin(&street.store));
	for (int i = 0; i < 30; i++) {
		snprintf(id, sizeof(id), "q%d", i);
		press_reject(W, "b-R", id, "bad_kind", "x", 1, NOW + i, &street.ack);
	}
	CHECK(store_commit(&street.store));
	CHECK_INT(number("SELECT count(*) FROM rejected"), 20);
	CHECK_SQL("SELECT press_id FROM rejected ORDER BY id LIMIT 1", "q10");
	CHECK(store_begin(&street.store));
	for (int i = 0; i < 1100; i++) {
		snprintf(device, sizeof(device), "d%d", i);
		press_reject(W, device, "", "not_json", "x", 1, NOW + i, &street.ack);
	}
	CHECK(store_commit(&street.store));
	CHECK_INT(number("SELECT count(*) FROM rejected"), 1000);
	CHECK_SQL("SELECT device_id FROM rejected ORDER BY id DESC LIMIT 1", "d1099");
	press("R", CHECKIN_OK, NOW + HOUR); /* a good press on the same day is no proof yet */
	CHECK_SQL("SELECT trouble FROM devices", "rejected");
	press("R", CHECKIN_OK, NOW + DAY);
	CHECK_SQL("SELECT trouble FROM devices", "");
	street_close();
}

static void says(bool online, int battery, int64_t now)
{
	struct device_state s = { .online = online, .battery = battery };

	CHECK(store_begin(&street.store));
	press_state(W, "b-R", &s, now);
	press_state(W, "nobody", &s, now);
	CHECK(store_commit(&street.store));
}

TEST(a_state_tells_of_the_device_and_nothing_of_the_person)
{
	street_with_R();
	says(true, 87, NOW);
	CHECK_INT(number("SELECT online * 1000 + battery FROM devices"), 1087);
	CHECK_INT(number(LAST_SIGN), 0);
	says(true, 87, NOW + 1);
	CHECK_INT(number("SELECT state_at FROM devices"), NOW); /* nothing new */
	says(false, -1, NOW + 2);
	CHECK_SQL("SELECT trouble FROM devices", "offline");
	CHECK_INT(number("SELECT trouble_at FROM devices"), NOW + 2);
	CHECK_INT(number("SELECT battery FROM devices"), 87);
	says(true, 87, NOW + 3);
	CHECK_SQL("SELECT trouble FROM devices", "");
	CHECK_INT(number("SELECT trouble_at FROM devices"), -1);
	street_close();
}

TEST(a_low_battery_is_trouble_until_it_is_clearly_better)
{
	struct checkin c;

	street_with_R();
	for (int battery = 16; battery >= 14; battery--) {
		c = checkin("R", CHECKIN_OK);
		c.battery = battery;
		take(c, NOW, 0);
		CHECK_INT(number("SELECT battery FROM devices"), battery);
		CHECK_INT(number("SELECT trouble = 'battery' FROM devices"), battery < 15);
	}
	says(true, 19, NOW);
	CHECK_SQL("SELECT trouble FROM devices", "battery");
	says(true, 20, NOW);
	CHECK_SQL("SELECT trouble FROM devices", "");
	street_close();
}

TEST(the_ack_greets_by_the_hour_in_the_residents_language)
{
	street_with_R();
	press("R", CHECKIN_OK, T("2026-11-23 10:59:59"));
	CHECK_TEXT(street.ack.text, "おはようございます。届きました。");
	press("R", CHECKIN_OK, T("2026-11-23 11:00"));
	CHECK_TEXT(street.ack.text, "こんにちは。届きました。");
	press("R", CHECKIN_OK, T("2026-11-23 17:00"));
	CHECK_TEXT(street.ack.text, "こんばんは。届きました。");
	press("R", CHECKIN_UNWELL, NOW);
	CHECK_TEXT(street.ack.text, "届きました。社協にお伝えします。");
	sql("UPDATE residents SET language = 'en'");
	press("R", CHECKIN_HELP, NOW);
	CHECK_TEXT(street.ack.text, "We have it. We are telling people now. If a life is in danger, call 119.");
	street_close();
}

TEST(the_ack_of_a_talk_says_when_staff_will_call)
{
	street_with_R();
	press("R", CHECKIN_TALK, NOW); /* there are no staff: nothing is promised */
	CHECK_TEXT(street.ack.text, "おはようございます。届きました。");
	sql("INSERT INTO users (login, name, role, channels, duty) VALUES ('t', 't', 'staff', 'log:',"
	    " 'mon-fri 08:30-17:15')");
	press("R", CHECKIN_TALK, T("2026-11-24 09:00"));
	CHECK_TEXT(street.ack.text, "届きました。10時ごろ社協からお電話します。");
	press("R", CHECKIN_TALK, T("2026-11-24 07:12"));
	CHECK_TEXT(street.ack.text, "届きました。9時ごろ社協からお電話します。");
	press("R", CHECKIN_TALK, T("2026-11-24 16:20"));
	CHECK_TEXT(street.ack.text, "届きました。17時ごろ社協からお電話します。");
	press("R", CHECKIN_TALK, T("2026-11-24 17:00"));
	CHECK_TEXT(street.ack.text, "届きました。あすの朝、社協からお電話します。");
	press("R", CHECKIN_TALK, T("2026-11-27 18:00")); /* a Friday */
	CHECK_TEXT(street.ack.text, "届きました。11月30日に社協からお電話します。");
	street_close();
}

TEST(rule_1_a_visit_that_a_person_records_meets_expectations)
{
	street_with_R();
	CHECK(store_begin(&street.store));
	press_record(W, "R", "user:tanaka", NOW, NOW + MINUTE);
	press_record(W, "R", "user:tanaka", NOW, NOW + MINUTE);
	CHECK(store_commit(&street.store));
	CHECK_INT(number(LAST_PRESS), NOW);
	CHECK_SQL("SELECT device_id || ' ' || kind FROM checkins", "staff/R ok");
	street_close();
}
