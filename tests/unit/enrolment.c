/* enrolment: what the checks find in who is enrolled, and that they stay quiet where all is well. */
#include <time.h>

#include "server/watch/alike.h"
#include "server/watch/enrolment.h"
#include "server/watch/enrolment_names.h"
#include "tests/unit/street.h"

static struct enrolment found;

static bool covers_all(const void *context, const char *district)
{
	return !context || strcmp(district, context) == 0;
}

static bool has_mail(const void *context, const char *address)
{
	(void)context;
	return strncmp(address, "mail:", 5) == 0;
}

static void check_for(const char *district, const char *local)
{
	const struct enrolment_scope scope = { covers_all, has_mail, district };

	enrolment_release(&found);
	CHECK(enrolment_read(&found, W, &scope, T(local)));
}

static void check(void)
{
	check_for(NULL, "2026-11-24 09:00");
}

/* The detail of a check; NULL: there is none of this code about this subject. */
static const char *detail(enum enrolment_code code, const char *subject)
{
	for (size_t k = 0; k < found.count; k++)
		if (found.list[k].code == code && strcmp(found.list[k].subject, subject) == 0)
			return found.list[k].detail;
	return NULL;
}

#define CHECK_FOUND(code, subject, wanted)                 \
	do {                                               \
		CHECK(detail(code, subject) != NULL);      \
		CHECK_TEXT(detail(code, subject), wanted); \
	} while (0)
#define CHECK_QUIET(code) CHECK_INT(found.counts[code], 0)

/* R1 with two watchers, staff on duty each day, a holiday ahead: nothing to say. */
static void well(void)
{
	static int32_t ahead[2];

	street_open();
	CHECK(date_parse("2027-01-01", &ahead[0]) && date_parse("2027-05-03", &ahead[1]));
	street.holidays = (struct holidays){ ahead, 2 };
	resident("R1", "none", T("2026-01-10 00:00"));
	sql("UPDATE residents SET name = '山田 花子', kana = 'ヤマダ ハナコ', consent_on = '2026-01-01', phone = '0312345678';"
	    "INSERT INTO watchers (watcher_id, name, kana, channels) VALUES"
	    " ('W1', '鈴木 一郎', 'スズキ イチロウ', 'mail:w1@example.jp'),"
	    " ('W2', '高橋 三郎', 'タカハシ サブロウ', 'line:U2 mail:w2@example.jp');"
	    "INSERT INTO links (resident_id, watcher_id, tier) VALUES ('R1', 'W1', 1), ('R1', 'W2', 2);"
	    "INSERT INTO users (login, name, role, channels, duty) VALUES"
	    " ('tanaka', '田中', 'staff', 'mail:t@example.jp', 'daily 08:00-17:00')");
}

static void end(void)
{
	enrolment_release(&found);
	street_close();
}

TEST(where_all_is_well_nothing_is_said)
{
	well();
	check();
	CHECK_INT(found.count, 0);
	end();
}

TEST(a_resident_without_consent_or_identifier_is_named)
{
	well();
	sql("UPDATE residents SET consent_on = '', phone = '', birth_date = ''");
	check();
	CHECK_FOUND(ENROLMENT_NO_CONSENT, "R1", "");
	CHECK_FOUND(ENROLMENT_NO_IDENTIFIER, "R1", "");
	CHECK_INT(found.count, 2);
	CHECK_TEXT(found.list[0].name, "山田 花子");
	CHECK_TEXT(found.list[0].district, "D1");
	sql("UPDATE residents SET ended_at = 1");
	check();
	CHECK_INT(found.count, 0);
	end();
}

TEST(fewer_than_two_who_can_be_reached_are_few)
{
	well();
	sql("UPDATE links SET can = 'know' WHERE watcher_id = 'W2'");
	check();
	CHECK_FOUND(ENROLMENT_FEW_WATCHERS, "R1", "1");
	sql("UPDATE links SET can = 'call' WHERE watcher_id = 'W2'");
	check();
	CHECK_INT(found.count, 0);
	sql("UPDATE watchers SET ends = '2026-11-24' WHERE watcher_id = 'W2'");
	check();
	CHECK_FOUND(ENROLMENT_FEW_WATCHERS, "R1", "1");
	sql("DELETE FROM links");
	check();
	CHECK_FOUND(ENROLMENT_FEW_WATCHERS, "R1", "0");
	end();
}

TEST(who_is_away_today_cannot_be_reached)
{
	well();
	sql("UPDATE watchers SET away_from = '2026-11-20', away_to = '2026-11-24' WHERE watcher_id = 'W2'");
	check();
	CHECK_FOUND(ENROLMENT_FEW_WATCHERS, "R1", "1");
	CHECK_QUIET(ENROLMENT_TIER_AWAY); /* back tomorrow */
	check_for(NULL, "2026-11-25 09:00");
	CHECK_INT(found.count, 0);
	end();
}

TEST(a_watcher_without_a_channel_that_works_is_named)
{
	well();
	sql("UPDATE watchers SET channels = 'line:U1' WHERE watcher_id = 'W1';"
	    "UPDATE watchers SET channels = '' WHERE watcher_id = 'W2';"
	    "INSERT INTO watchers (watcher_id, name, channels) VALUES ('W3', 'W3', '')"); /* looks in on nobody */
	check();
	CHECK_FOUND(ENROLMENT_WATCHER_CHANNEL, "W1", "off");
	CHECK_FOUND(ENROLMENT_WATCHER_CHANNEL, "W2", "none");
	CHECK_FOUND(ENROLMENT_FEW_WATCHERS, "R1", "0");
	CHECK_INT(found.counts[ENROLMENT_WATCHER_CHANNEL], 2);
	end();
}

static void tell(const char *state, const char *answer, int64_t at_)
{
	static const char add_sql[] =
		"INSERT INTO notifications (key, kind, what, round, person, channel, state, written_at, send_at, first_try_at,"
		" sent_at, answer) VALUES ('t' || $3, 'test', 'test', 1, 'watcher:W1', 'mail:w1@example.jp', $1, $3, $3, $3,"
		" CASE WHEN $1 = 'refused' THEN NULL ELSE $3 END, $2)";
	static const char reached_sql[] =
		"INSERT INTO addresses (person, channel, reached_at) VALUES ('watcher:W1', 'mail:w1@example.jp', $1)"
		" ON CONFLICT (person, channel) DO UPDATE SET reached_at = $1";

	CHECK(store_begin(&street.store));
	db_run(street.store.db, add_sql, V(state), V(answer), V(at_));
	if (strcmp(state, "refused") != 0)
		db_run(street.store.db, reached_sql, V(at_));
	CHECK(store_commit(&street.store));
}

TEST(a_channel_whose_last_message_was_refused_or_bounced_does_not_work)
{
	well();
	tell("sent", "250", 1000);
	tell("refused", "550 no such user", 2000);
	check();
	CHECK_FOUND(ENROLMENT_WATCHER_CHANNEL, "W1", "refused");
	tell("sent", "250", 3000);
	check();
	CHECK_QUIET(ENROLMENT_WATCHER_CHANNEL);
	tell("bounced", "250", 4000);
	check();
	CHECK_FOUND(ENROLMENT_WATCHER_CHANNEL, "W1", "bounced");
	tell("sent", "250", 5000);
	check();
	CHECK_QUIET(ENROLMENT_WATCHER_CHANNEL);
	tell("refused", "not sent: not for this reader any more", 6000);
	check();
	CHECK_QUIET(ENROLMENT_WATCHER_CHANNEL);
	end();
}

TEST(a_tier_that_is_empty_tomorrow_because_somebody_is_away_is_named)
{
	well();
	sql("UPDATE watchers SET away_from = '2026-11-25', away_to = '2026-11-27' WHERE watcher_id = 'W2'");
	check();
	CHECK_FOUND(ENROLMENT_TIER_AWAY, "R1", "2 W2");
	CHECK_INT(found.count, 1);
	check_for(NULL, "2026-11-27 09:00");
	CHECK_QUIET(ENROLMENT_TIER_AWAY); /* of tomorrow */
	sql("UPDATE links SET tier = 1");
	check();
	CHECK_INT(found.count, 0); /* somebody of the tier is there */
	sql("UPDATE links SET tier = 2 WHERE watcher_id = 'W2'; UPDATE watchers SET away_from = '', away_to = '',"
	    " ends = '2026-11-25' WHERE watcher_id = 'W2'");
	check();
	CHECK_FOUND(ENROLMENT_TIER_AWAY, "R1", "2 W2");
	end();
}

TEST(a_policy_that_would_tell_nobody_on_the_next_holiday_is_named)
{
	int32_t day;

	well();
	CHECK(date_parse("2026-12-30", &day));
	street.holidays = (struct holidays){ &day, 1 };
	check();
	CHECK_INT(found.count, 0);
	sql("UPDATE users SET duty = ''"); /* the standard one leaves holidays out */
	check();
	CHECK_INT(found.counts[ENROLMENT_HOLIDAY_NOBODY], 2); /* unwell and talk go to staff alone */
	sql("UPDATE watchers SET hours = 'mon-fri 08:00-17:00 -holidays'");
	check();
	CHECK_INT(found.counts[ENROLMENT_HOLIDAY_NOBODY], 3);
	CHECK_FOUND(ENROLMENT_HOLIDAY_NOBODY, "default", "missed 2026-12-30 1");
	sql("UPDATE watchers SET hours = 'holidays 10:00-10:30' WHERE watcher_id = 'W2'");
	check();
	CHECK_INT(found.counts[ENROLMENT_HOLIDAY_NOBODY], 2);
	sql("UPDATE watchers SET away_from = '2026-12-29', away_to = '2027-01-04' WHERE watcher_id = 'W2'");
	check();
	CHECK_INT(found.counts[ENROLMENT_HOLIDAY_NOBODY], 3);
	sql("UPDATE users SET duty = 'holidays 09:00-10:00'");
	check();
	CHECK_QUIET(ENROLMENT_HOLIDAY_NOBODY);
	street.holidays = (struct holidays){ NULL, 0 };
	end();
}

TEST(where_no_holiday_is_known_ahead_that_is_said)
{
	int32_t days[2];

	well();
	street.holidays = (struct holidays){ NULL, 0 };
	sql("UPDATE users SET duty = ''");
	check();
	CHECK_INT(found.count, 1); /* and nobody is judged by a day that is not known */
	CHECK_FOUND(ENROLMENT_HOLIDAYS_UNKNOWN, "[server] holidays", "");
	CHECK(date_parse("2026-11-03", &days[0]) && date_parse("2026-11-24", &days[1]));
	street.holidays = (struct holidays){ days, 2 }; /* the file ends today */
	check();
	CHECK_FOUND(ENROLMENT_HOLIDAYS_UNKNOWN, "[server] holidays", "2026-11-24");
	check_for(NULL, "2026-11-23 09:00");
	CHECK_QUIET(ENROLMENT_HOLIDAYS_UNKNOWN);
	street.holidays = (struct holidays){ NULL, 0 };
	end();
}

TEST(who_must_never_be_told_and_is_linked_or_like_one_who_is)
{
	well();
	sql("INSERT INTO never_told (resident_id, watcher_id, name, reason, entered_by, entered_at)"
	    " VALUES ('R1', 'W1', '鈴木 一郎', 'r', 'u', 1), ('R1', NULL, '高橋三朗', 'r', 'u', 1),"
	    " ('R1', NULL, '佐藤 四郎', 'r', 'u', 1)");
	check();
	CHECK_FOUND(ENROLMENT_NEVER_TOLD_LINKED, "R1", "W1");
	CHECK_FOUND(ENROLMENT_NEVER_TOLD_LIKE, "R1", "W2");
	CHECK_FOUND(ENROLMENT_FEW_WATCHERS, "R1", "1");
	CHECK_INT(found.count, 3);
	sql("UPDATE never_told SET lifted_at = 2");
	check();
	CHECK_INT(found.count, 0);
	end();
}

TEST(links_whose_consent_is_missing_or_was_taken_back)
{
	well();
	sql("UPDATE links SET shares = 'label' WHERE watcher_id = 'W1'");
	check();
	CHECK_FOUND(ENROLMENT_LINK_CONSENT, "R1", "W1");
	CHECK_INT(found.count, 1);
	sql("INSERT INTO consents (resident_id, what, watcher_id, items, given, agreed_on, agreed_by, form, entered_by,"
	    " entered_at) VALUES ('R1', 'link', 'W1', 'label', 1, '2026-01-01', 'x', 'paper', 'u', 1)");
	check();
	CHECK_INT(found.count, 0);
	sql("INSERT INTO consents (resident_id, what, watcher_id, items, given, agreed_on, agreed_by, form, entered_by,"
	    " entered_at) VALUES ('R1', 'link', 'W1', '', 0, '2026-01-02', 'x', 'paper', 'u', 1)");
	check();
	CHECK_FOUND(ENROLMENT_FEW_WATCHERS, "R1", "1");
	end();
}

TEST(a_replacement_that_could_not_be_done_is_named_for_a_while)
{
	well();
	sql("INSERT INTO replacements (old_id, new_id, from_on, reason, entered_by, entered_at, dropped_at, why_not)"
	    " VALUES ('W1', 'W2', '2026-11-20', 'r', 'u', 1, 1795100000000, 'W2 has no channel')");
	check();
	CHECK_FOUND(ENROLMENT_REPLACEMENT_FAILED, "W1", "W2");
	check_for(NULL, "2027-03-01 09:00");
	CHECK_INT(found.count, 0);
	end();
}

TEST(same_and_similar_names_are_found_once_each)
{
	well();
	sql("INSERT INTO residents (resident_id, name, kana, district, schedule, consent_on, phone) VALUES"
	    " ('R2', '山田花子', 'ヤマタ ハナエ', 'D1', 'none', '2026-01-01', '1'),"
	    " ('R3', '山田 華子', 'ヤマダ ハナコ', 'D1', 'none', '2026-01-01', '1'),"
	    " ('R4', '山田 英子', 'ヤマダ ハナ', 'D1', 'none', '2026-01-01', '1'),"
	    " ('R5', '山下 花子', 'ヤマシタ ハナコ', 'D1', 'none', '2026-01-01', '1')");
	check();
	CHECK_FOUND(ENROLMENT_SIMILAR_NAME, "R1", "R2 R3 R4"); /* the same; kana the same; kana one less */
	CHECK_FOUND(ENROLMENT_SIMILAR_NAME, "R3", "R4");
	CHECK_INT(found.counts[ENROLMENT_SIMILAR_NAME], 2);
	end();
}

TEST(many_of_one_name_are_counted_and_not_all_named)
{
	well();
	sql("INSERT INTO residents (resident_id, name, district, schedule, consent_on, phone)"
	    " WITH RECURSIVE n(k) AS (SELECT 10 UNION ALL SELECT k + 1 FROM n WHERE k < 18)"
	    " SELECT 'S' || k, '佐藤 実', 'D1', 'none', '2026-01-01', '1' FROM n");
	check();
	CHECK_FOUND(ENROLMENT_SIMILAR_NAME, "S10", "S11 S12 S13 S14 S15 +3");
	end();
}

TEST(what_is_in_other_districts_is_not_looked_at)
{
	well();
	sql("INSERT INTO districts (district, name) VALUES ('D2', '南町');"
	    "INSERT INTO residents (resident_id, name, district, schedule) VALUES ('R2', 'x', 'D2', 'none');"
	    "INSERT INTO watchers (watcher_id, name, channels) VALUES ('W3', 'W3', '');"
	    "INSERT INTO links (resident_id, watcher_id, tier) VALUES ('R2', 'W3', 1)");
	check_for("D1", "2026-11-24 09:00");
	CHECK_INT(found.count, 0);
	check_for("D2", "2026-11-24 09:00");
	CHECK(detail(ENROLMENT_WATCHER_CHANNEL, "W3") != NULL);
	CHECK(detail(ENROLMENT_NO_CONSENT, "R2") != NULL);
	end();
}

static void name_alike(void *context, size_t one, size_t other)
{
	size_t *pairs = context;

	CHECK(one < other);
	(*pairs)++;
}

TEST(names_are_compared_as_one_with_each_would_be)
{
	static const char *const kana[] = { "アイウ", "アイ", "アイエ", "カアイウ", "アウイ", "アイウ", "ア", "",
		"イウ" };
	struct enrolment_name list[9];
	size_t pairs = 0, wanted = 0;

	for (size_t k = 0; k < 9; k++)
		list[k] = (struct enrolment_name){ "", kana[k] };
	for (size_t k = 0; k < 9; k++)
		for (size_t i = k + 1; i < 9; i++) {
			struct folded a, b;

			alike_fold(&a, kana[k]);
			alike_fold(&b, kana[i]);
			wanted += a.count > 1 && b.count > 1 && alike_nearly(&a, &b);
		}
	enrolment_names_alike(list, 9, name_alike, &pairs);
	CHECK_INT(pairs, wanted);
	CHECK(wanted > 5);
}

/* Processor time, so that what else this machine does counts little; twice and more of what is needed is allowed. */
TEST(twenty_thousand_residents_are_checked_in_under_two_seconds)
{
	clock_t began;

	well();
	sql("INSERT INTO residents (resident_id, name, kana, district, schedule, consent_on, phone)"
	    " WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < 20000)"
	    " SELECT 'S' || k, '住民 ' || k, 'ジュウミン ' || (k * 7919 % 1000003), 'D1', 'none', '2026-01-01', '1' FROM n;"
	    "INSERT INTO watchers (watcher_id, name, kana, channels, hours)"
	    " WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < 20000)"
	    " SELECT 'V' || k, '見守り ' || k, 'ミマモリ', 'mail:v' || k || '@example.jp', 'daily 07:00-20:00' FROM n;"
	    "INSERT INTO links (resident_id, watcher_id, tier)"
	    " WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k < 59999)"
	    " SELECT 'S' || (k / 3 + 1), 'V' || ((k * 7 % 20000) + 1), k % 3 + 1 FROM n");
	began = clock();
	check();
	print_message("# %zu checks in %ld ms\n", found.count, (long)((clock() - began) * 1000 / CLOCKS_PER_SEC));
	CHECK(clock() - began < 2 * CLOCKS_PER_SEC);
	CHECK_QUIET(ENROLMENT_FEW_WATCHERS);
	end();
}
