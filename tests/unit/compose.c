/* compose: messages as their readers read them (texts), and that nobody reads more than the task needs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/zone.h"
#include "server/notify/compose.h"
#include "server/store/answer_tokens.h"
#include "server/store/expectations.h"
#include "server/store/store.h"
#include "server/store/timeline.h"
#include "tests/unit/test.h"

#define TEN   INT64_C(1795395600000) /* 2026-11-23T10:00:00+09:00 */
#define AFTER (TEN + 30 * MINUTE)    /* the deadline */

static char folder[64];
static struct store store;
static struct watch watch;
static struct holidays holidays; /* none */
static struct letter letter;
static struct links links;
static bool with_links; /* there is a page to answer on */
static struct incident incident;
static int round_now;

static const char people[] =
	"INSERT INTO districts (district, name) VALUES ('D01', '本町'), ('D02', '南町');"
	"INSERT INTO residents (resident_id, name, district, place, address, phone, contact, care, consent_on) VALUES"
	" ('R001', '山田花子', 'D01', '本町2丁目', '本町2-3-4', '0312345678', 'phone visit', '耳が遠い', '2026-04-01'),"
	" ('R002', '佐藤次郎', 'D02', '', '', '', '', '', '');"
	"INSERT INTO watchers (watcher_id, name, channels, named, language) VALUES"
	" ('W1', '鈴木一郎', 'mail:s@example.jp', 'yes', ''), ('W2', '高橋三郎', 'mail:t@example.jp', '', ''),"
	" ('W3', 'Ann', 'mail:a@example.jp', '', 'en'), ('W4', '山田太郎', 'mail:k@example.jp', '', '');"
	"INSERT INTO links (resident_id, watcher_id, tier, can, shares, label, relation) VALUES"
	" ('R001', 'W1', 1, '', '', '12', ''), ('R001', 'W2', 1, 'call', 'place', '3', ''),"
	" ('R001', 'W3', 2, '', 'name', '7', ''), ('R001', 'W4', 2, '', 'name place care outcome', '1', 'お母さま'),"
	" ('R002', 'W1', 1, '', '', '15', '');"
	"INSERT INTO users (login, name, role, channels, districts) VALUES"
	" ('tanaka', '田中', 'staff', 'mail:tanaka@example.jp', ''),"
	" ('kimura', '木村', 'coordinator', 'mail:kimura@example.jp', 'D02'),"
	" ('okada', '岡田 花子', 'viewer', '', '');";

static void begin_world(void)
{
	char url[128], why[256];

	snprintf(folder, sizeof(folder), "/tmp/mimamori-compose-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(url, sizeof(url), "sqlite:%s/store.db", folder);
	CHECK(zone_set("Asia/Tokyo"));
	CHECK_INT(store_open(&store, url, why, sizeof(why)), DB_FINE);
	watch = (struct watch){
		.store = &store, .language = "ja", .council = "本町市社会福祉協議会", .phone = "03-0000-0000"
	};
	snprintf(watch.client_id, sizeof(watch.client_id), "mimamorid");
	rules_default(&watch.rules);
	watch.holidays = &holidays;
	round_now = 0;
	CHECK(store_begin(&store));
	CHECK(db_script(store.db, people));
}

static void end_world(void)
{
	char path[128];

	links_release(&links);
	with_links = false;
	CHECK(store_commit(&store));
	store_close(&store);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/store.db%s", folder, i == 0 ? "" : i == 1 ? "-wal" : "-shm");
		unlink(path);
	}
	CHECK_INT(rmdir(folder), 0);
}

/* An open incident with one cause; a missed one has its expectation. */
static void open_incident(enum incident_kind kind, const char *resident_id)
{
	struct cause cause = { .kind = kind, .at = AFTER };
	struct vigil v = {
		.opens_at = TEN - 7 * HOUR, .counts_from_at = TEN - 10 * HOUR, .due_at = TEN, .deadline_at = AFTER
	};

	incident = (struct incident){ .kind = kind, .state = INCIDENT_OPEN, .opened_at = AFTER, .ladder_at = AFTER };
	snprintf(incident.resident_id, sizeof(incident.resident_id), "%s", resident_id);
	snprintf(v.resident_id, sizeof(v.resident_id), "%s", resident_id);
	incident.id = cause.incident_id = incidents_add(&store, &incident);
	CHECK(incident.id != 0);
	v.opens_at += incident.id; /* each its own */
	if (kind == INCIDENT_MISSED)
		cause.expectation_id = expectations_open(&store, &v, zone_day(TEN));
	if (incident_of_person(kind))
		CHECK(causes_add(&store, &cause));
}

static int64_t notice(const char *what, const char *person, const char *channel, const char *detail)
{
	struct notification n = { .incident_id = incident.id,
		.round = ++round_now,
		.urgent = incident.kind == INCIDENT_HELP,
		.written_at = AFTER,
		.send_at = AFTER };

	snprintf(n.kind, sizeof(n.kind), "%s", incident_kind_name(incident.kind));
	snprintf(n.what, sizeof(n.what), "%s", what);
	snprintf(n.person, sizeof(n.person), "%s", person);
	snprintf(n.channel, sizeof(n.channel), "%s", channel);
	snprintf(n.detail, sizeof(n.detail), "%s", detail);
	CHECK(notifications_add(&store, &n));
	return n.id;
}

/* Composes the message of these notifications. */
static bool compose(const char *person, const char *channel, const int64_t *ids, size_t count)
{
	static struct outbox_message m;

	m = (struct outbox_message){ .message_id = ids[0], .count = count };
	snprintf(m.person, sizeof(m.person), "%s", person);
	snprintf(m.channel, sizeof(m.channel), "%s", channel);
	memcpy(m.ids, ids, count * sizeof(ids[0]));
	links_release(&links);
	if (with_links)
		links_make(&links, &watch, &m, AFTER);
	return compose_letter(&watch, &m, &links, "https://mimamori.example.jp/", AFTER, &letter);
}

static bool tell(const char *what, const char *person, const char *detail)
{
	int64_t id = notice(what, person, "mail:x@example.jp", detail);

	return compose(person, "mail:x@example.jp", &id, 1);
}

static bool says(const char *words)
{
	return strstr(letter.text, words) != NULL;
}

/* Neither subject nor the first two lines. */
static void check_lock_screen(const char *name)
{
	const char *second = strchr(letter.text, '\n') + 1;
	char *head = strndup(letter.text, (size_t)(second - letter.text) + strcspn(second, "\n"));

	CHECK(strstr(letter.subject, name) == NULL);
	CHECK(strstr(head, name) == NULL);
	free(head);
}

TEST(a_neighbour_reads_name_place_and_what_to_do)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	notice("alert", "watcher:W2", "mail:t@example.jp", "");
	CHECK(tell("alert", "watcher:W1", ""));
	CHECK_TEXT(letter.subject, "【見守り】ご確認のお願い（本町市社会福祉協議会）");
	CHECK_TEXT(letter.text,
		"本町市社会福祉協議会です。\n"
		"見守りのご確認を1件お願いします。\n"
		"\n"
		"山田花子さん（本町2丁目・お宅番号12）から、けさの合図が10時30分までに届いていません。"
		"押し忘れや機器の不具合のことも多いので、まず様子を見ていただけますか。\n"
		"行ける方は、お出かけの前に本町市社会福祉協議会（電話03-0000-0000）へお知らせください。\n"
		"・返事がないときは家に入らず、本町市社会福祉協議会へお電話ください。\n"
		"・倒れているのが見えるときは、すぐ119番へ。\n"
		"ほかに1人の方にもお願いしています。転送はしないでください。\n"
		"\n"
		"本町市社会福祉協議会 電話03-0000-0000\n");
	check_lock_screen("山田");
	CHECK_TEXT(letter.items[0].about, "12");
	letter_release(&letter);
	end_world();
}

TEST(a_watcher_reads_only_what_is_shared_and_is_asked_only_what_they_can)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	CHECK(tell("alert", "watcher:W2", ""));
	CHECK(says("お宅番号3の方（本町2丁目）から、けさの合図が10時30分までに届いていません。"));
	CHECK(says("まずお電話で様子をたずねていただけますか"));
	CHECK(!says("山田") && !says("2-3-4") && !says("耳が遠い") && !says("0312345678") && !says("119"));
	CHECK(!says("ほかに"));
	letter_release(&letter);
	CHECK(tell("alert", "watcher:W4", ""));
	CHECK(says("配慮してほしいこと：耳が遠い"));
	CHECK(!says("2-3-4"));
	letter_release(&letter);
	end_world();
}

TEST(a_reader_of_english_reads_english)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	CHECK(tell("alert", "watcher:W3", ""));
	CHECK_TEXT(letter.subject, "[Mimamori] Please look in (本町市社会福祉協議会)");
	CHECK(says("山田花子 (home 7) has not sent this morning's check-in by 10:30. Often it was only forgotten"));
	check_lock_screen("山田");
	letter_release(&letter);
	end_world();
}

/* What somebody reported (open_incident) is what the resident pressed. */
static void press_cause(const char *kind)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
		"INSERT INTO checkins (seq, device_id, id, kind, resident_id, pressed_at, heard_at)"
		" VALUES (1, 'btn-1', 'p', '%s', 'R001', 1, 1)",
		kind);
	CHECK(db_script(store.db, sql) && db_script(store.db, "UPDATE causes SET checkin_seq = 1"));
}

TEST(help_says_so_in_subject_and_second_line)
{
	begin_world();
	open_incident(INCIDENT_HELP, "R001");
	press_cause("help");
	CHECK(tell("alert", "watcher:W1", ""));
	CHECK_TEXT(letter.subject, "【至急・見守り】すぐにご確認ください（本町市社会福祉協議会）");
	CHECK(says(
		"です。\n「助けて」の合図がありました。すぐにご確認をお願いします。命にかかわるときは、ためらわず119番へ。\n\n"));
	letter_release(&letter);
	end_world();
}

TEST(help_that_somebody_reported_is_told_as_no_press)
{
	static const char *const readers[] = { "watcher:W1", "user:tanaka" };

	begin_world();
	open_incident(INCIDENT_HELP, "R001");
	for (size_t i = 0; i < 2; i++) {
		CHECK(tell("alert", readers[i], ""));
		CHECK(strstr(letter.subject, "【至急・見守り】") != NULL);
		CHECK(says(
			"です。\n助けが必要との知らせがありました。すぐにご確認をお願いします。命にかかわるときは、ためらわず119番へ。\n\n"));
		CHECK(!says("合図"));
		letter_release(&letter);
		CHECK(tell("joined", readers[i], "help"));
		CHECK(says("助けが必要との知らせがありました。") && !says("合図"));
		letter_release(&letter);
	}
	CHECK(tell("graver", "watcher:W1", "help"));
	CHECK(says("助けが必要との知らせがありました。") && !says("合図"));
	letter_release(&letter);
	press_cause("help");
	CHECK(tell("graver", "watcher:W1", "help"));
	CHECK(says("「助けて」の合図に変わりました。"));
	letter_release(&letter);
	end_world();
}

TEST(nobody_goes_any_more_says_how_it_was)
{
	static const struct {
		const char *detail, *by, *watcher, *staff;
	} ways[] = { { "", "", "向かっていた方が行けなくなりました。もう一度お願いします。",
			     "向かっていた方が行けなくなりました。" },
		{ "call", "", "お電話していた方が続けられなくなりました。もう一度お願いします。",
			"電話していた方が続けられなくなりました。" },
		{ "no_answer", "watcher:W4", "ほかの方が訪ねましたが、返事がありませんでした。もう一度お願いします。",
			NULL },
		{ "no_answer", "watcher:W2", "ほかの方が電話しましたが、出られませんでした。もう一度お願いします。",
			NULL } };

	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (ways[i].by[0])
			timeline_add(&store, incident.id, "R001", AFTER, "no_answer", ways[i].by, "");
		CHECK(tell("released", "watcher:W1", ways[i].detail));
		CHECK(says(ways[i].watcher) && says("1件お願いします"));
		letter_release(&letter);
		if (ways[i].staff) {
			CHECK(tell("released", "user:tanaka", ways[i].detail));
			CHECK(says(ways[i].staff));
			letter_release(&letter);
		}
	}
	end_world();
}

TEST(staff_read_whom_to_call_how_and_who_else_was_told)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	notice("alert", "watcher:W1", "mail:s@example.jp", "");
	notice("alert", "resident:R001", "device:btn-1", "");
	CHECK(tell("alert", "user:tanaka", ""));
	CHECK_TEXT(letter.subject, "【見守り】電話確認のお願い（合図なし・R001）");
	CHECK(says("山田花子さん（R001・本町2丁目）\n"
		   "けさの合図が10時30分までに届いていません。\n"
		   "電話：0312345678\n"
		   "連絡方法：電話、訪問\n"
		   "配慮：耳が遠い\n"
		   "ほかに知らせた方：鈴木一郎\n"
		   "受付番号：1\n"));
	check_lock_screen("山田");
	letter_release(&letter);
	end_world();
}

TEST(staff_read_that_no_watcher_may_be_told)
{
	begin_world();
	open_incident(INCIDENT_UNWELL, "R002");
	CHECK(db_script(store.db,
		"INSERT INTO checkins (seq, device_id, id, kind, resident_id, pressed_at, heard_at)"
		" VALUES (1, 'btn-2', 'p', 'unwell', 'R002', 1, 1); UPDATE causes SET checkin_seq = 1"));
	CHECK(tell("alert", "user:tanaka", ""));
	CHECK(says(
		"佐藤次郎さん（R002）\n少し不調とのことです\nほかに知らせた方はいません。\n同意の記録がないため、見守りの方には知らせていません。\n"));
	letter_release(&letter);
	end_world();
}

TEST(without_consent_or_a_link_no_watcher_is_told)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R002");
	CHECK(!tell("alert", "watcher:W1", ""));
	CHECK(letter.items[0].left_out);
	letter_release(&letter);
	open_incident(INCIDENT_MISSED, "R001");
	CHECK(db_script(store.db, "DELETE FROM links WHERE watcher_id = 'W1'"));
	CHECK(!tell("alert", "watcher:W1", ""));
	letter_release(&letter);
	end_world();
}

TEST(who_was_told_hears_the_end_though_the_link_is_gone)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	CHECK(db_script(store.db, "DELETE FROM links WHERE watcher_id = 'W1'"));
	incident.state = INCIDENT_CLOSED;
	incident.closed_at = AFTER;
	snprintf(incident.outcome, sizeof(incident.outcome), "checked_in");
	CHECK(incidents_save(&store, &incident, INCIDENT_OPEN));
	CHECK(tell("ended", "watcher:W1", ""));
	CHECK(says("\n合図が届きました。お出かけは不要です。"));
	CHECK(!says("お宅番号"));
	letter_release(&letter);
	end_world();
}

static void close_seen_by(const char *outcome, const char *how, const char *by, const char *seen_by)
{
	open_incident(INCIDENT_MISSED, "R001");
	incident.state = INCIDENT_CLOSED;
	incident.closed_at = AFTER + 11 * MINUTE;
	snprintf(incident.outcome, sizeof(incident.outcome), "%s", outcome);
	snprintf(incident.how, sizeof(incident.how), "%s", how);
	snprintf(incident.closed_by, sizeof(incident.closed_by), "%s", by);
	snprintf(incident.seen_by, sizeof(incident.seen_by), "%s", seen_by);
	CHECK(incidents_save(&store, &incident, INCIDENT_OPEN));
}

static void close_incident(const char *outcome, const char *how, const char *by)
{
	close_seen_by(outcome, how, by, how[0] ? "田中" : "");
}

TEST(kin_hear_who_of_the_council_saw_them_whoever_entered_it)
{
	static const struct {
		const char *seen_by, *said;
	} ends[] = { { "岡田", "お母さまとお話しできました（訪問・社協 岡田・10:41）。" },
		{ "岡田 花子", "お母さまとお話しできました（訪問・社協 岡田 花子・10:41）。" },
		{ "岡", "お母さまとお話しできました（訪問・社協・10:41）。" },          /* nobody's name */
		{ "鈴木 一郎", "お母さまとお話しできました（訪問・社協・10:41）。" } }; /* did not agree to it */

	begin_world();
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		close_seen_by("safe", "face", "user:tanaka", ends[i].seen_by);
		CHECK(tell("ended", "watcher:W4", ""));
		CHECK(says(ends[i].said));
		CHECK(!says("田中"));
		letter_release(&letter);
	}
	end_world();
}

TEST(the_end_says_only_what_the_role_needs)
{
	static const struct {
		const char *outcome, *how, *by, *neighbour, *kin;
	} ends[] = {
		{ "checked_in", "", "", "お宅番号12の方から合図が届きました。", "お宅番号1の方から合図が届きました。" },
		{ "safe", "phone", "user:tanaka", "ご様子を確認できました。",
			"お母さまとお話しできました（電話・社協 田中・10:41）。" },
		{ "safe", "phone", "shell:root", "ご様子を確認できました。",
			"お母さまとお話しできました（電話・社協 田中・10:41）。" },
		{ "safe", "face", "watcher:W1", "ご様子を確認できました。", "ご様子を確認できました。" },
		{ "safe", "authority", "user:tanaka", "ご様子を確認できました。", "ご様子を確認できました。" },
		{ "hospital", "kin", "user:tanaka", "対応は社協が引き継ぎました。", "対応は社協が引き継ぎました。" },
		{ "deceased", "authority", "user:tanaka", "対応は社協が引き継ぎました。",
			"対応は社協が引き継ぎました。" },
	};

	begin_world();
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		close_incident(ends[i].outcome, ends[i].how, ends[i].by);
		CHECK(tell("ended", "watcher:W1", ""));
		CHECK_TEXT(letter.subject, "【見守り】お知らせ（本町市社会福祉協議会）");
		CHECK(says(ends[i].neighbour));
		CHECK(!says("田中") && !says("鈴木") && !says("山田") && !says("入院"));
		letter_release(&letter);
		CHECK(tell("ended", "watcher:W4", ""));
		CHECK(says(ends[i].kin));
		CHECK(!says("入院") && !says("ご逝去"));
		letter_release(&letter);
	}
	close_incident("hospital", "kin", "user:tanaka");
	CHECK(tell("ended", "user:tanaka", ""));
	CHECK(says("終わりました：入院（ご家族・田中 10:41）"));
	letter_release(&letter);
	end_world();
}

static void check_told(const char *what, const char *person, const char *told)
{
	CHECK(tell(what, person, ""));
	CHECK_TEXT(letter.items[0].told, told);
	letter_release(&letter);
}

/* For the record that the law on personal information asks for. */
TEST(what_a_letter_tells_about_a_resident_is_noted_word_by_word)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	check_told("alert", "watcher:W1", "name place state");
	check_told("alert", "watcher:W2", "place state");
	check_told("alert", "watcher:W3", "name state");
	check_told("alert", "watcher:W4", "name place state care");
	check_told("claimed", "watcher:W1", "");
	check_told("alert", "user:tanaka", "");
	CHECK(db_script(store.db, "UPDATE links SET shares = 'label'"));
	check_told("alert", "watcher:W1", ""); /* the number on their sheet alone */
	end_world();
	begin_world();
	close_incident("safe", "phone", "user:tanaka");
	check_told("ended", "watcher:W4", "outcome");
	check_told("ended", "watcher:W1", "");
	end_world();
}

TEST(who_must_never_be_told_reads_nothing_not_even_the_end)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	CHECK(db_script(store.db,
		"INSERT INTO never_told (resident_id, watcher_id, name, reason, entered_by, entered_at)"
		" VALUES ('R001', 'W1', '鈴木一郎', 'r', 'u', 1)"));
	CHECK(!tell("alert", "watcher:W1", ""));
	letter_release(&letter);
	CHECK(!tell("released", "watcher:W1", ""));
	letter_release(&letter);
	CHECK(tell("released", "watcher:W2", ""));
	letter_release(&letter);
	CHECK(!tell("ended", "watcher:W1", ""));
	letter_release(&letter);
	end_world();
}

TEST(an_answered_kind_ends_for_those_told_of_it_while_the_incident_goes_on)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	CHECK(tell("ended", "watcher:W1", "missed"));
	CHECK(says("お宅番号12の方から合図が届きました。"));
	letter_release(&letter);
	end_world();
}

TEST(a_claim_names_nobody_to_neighbours_who_did_not_agree_and_somebody_to_staff)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	incident.state = INCIDENT_CLAIMED;
	incident.claimed_at = AFTER;
	incident.claimed_until = AFTER + 30 * MINUTE;
	snprintf(incident.claimed_by, sizeof(incident.claimed_by), "watcher:W2");
	CHECK(incidents_save(&store, &incident, INCIDENT_OPEN));
	CHECK(tell("claimed", "watcher:W1", ""));
	CHECK(says("お宅番号12の件\n見守りの方が向かっています。今のところ、お出かけは不要です。\n"));
	letter_release(&letter);
	CHECK(tell("claimed", "watcher:W4", "鈴木一郎"));
	CHECK(says("鈴木一郎さんが向かっています。"));
	check_lock_screen("鈴木");
	letter_release(&letter);
	CHECK(tell("claimed", "user:tanaka", ""));
	CHECK_TEXT(letter.subject, "【見守り】経過のお知らせ（合図なし・R001）");
	CHECK(says("高橋三郎さんが向かっています（11:00まで）。"));
	letter_release(&letter);

	/* Who can only call is not on the way, whether they may be named or not. */
	incident.claim_call = true;
	CHECK(incidents_save(&store, &incident, INCIDENT_CLAIMED));
	CHECK(tell("claimed", "watcher:W4", "鈴木一郎"));
	CHECK(says("いま、お電話で様子をたずねています。") && !says("向かっています"));
	letter_release(&letter);
	incident.claim_call = false;

	/* Staff at their desk call; nobody is on the way. */
	snprintf(incident.claimed_by, sizeof(incident.claimed_by), "user:tanaka");
	CHECK(incidents_save(&store, &incident, INCIDENT_CLAIMED));
	CHECK(tell("claimed", "watcher:W1", ""));
	CHECK(says("いま、お電話で様子をたずねています。今のところ、お出かけは不要です。"));
	CHECK(!says("向かっています"));
	letter_release(&letter);
	end_world();
}

TEST(staff_read_what_was_found_at_the_door)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	timeline_add(&store, incident.id, "R001", AFTER, "no_answer", "watcher:W1", "新聞がたまっている");
	CHECK(tell("no_answer", "user:tanaka", "新聞がたまっている"));
	CHECK(says(
		"鈴木一郎さんが訪ねましたが、返事がありませんでした（10:30）。\n見聞きしたこと：新聞がたまっている\n"));
	letter_release(&letter);
	CHECK(tell("no_answer", "watcher:W2", ""));
	CHECK(!says("新聞") && !says("鈴木"));
	letter_release(&letter);
	end_world();
}

TEST(a_call_that_nobody_took_is_no_visit)
{
	static const struct {
		const char *event, *person, *staff, *watcher; /* watcher: on the way meanwhile */
	} reports[] = { { "no_answer", "user:tanaka", "田中さんが電話しましたが、出られませんでした（10:30）。", "" },
		{ "no_answer_other", "user:tanaka", "田中さんが電話しましたが、出られませんでした（10:30）。",
			"ほかの方が電話しましたが、出られませんでした。引き続きお願いします。" },
		{ "no_answer_other", "watcher:W2", "高橋三郎さんが電話しましたが、出られませんでした（10:30）。",
			"ほかの方が電話しましたが、出られませんでした。引き続きお願いします。" },
		{ "no_answer_other", "watcher:W4", "山田太郎さんが訪ねましたが、返事がありませんでした（10:30）。",
			"ほかの方が訪ねましたが、返事がありませんでした。" } };

	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
		CHECK(db_script(store.db, "DELETE FROM timeline"));
		timeline_add(&store, incident.id, "R001", AFTER - MINUTE, "no_answer",
			i % 2 ? "watcher:W4" : "user:tanaka", "");
		timeline_add(&store, incident.id, "R001", AFTER, reports[i].event, reports[i].person, "");
		timeline_add(
			&store, incident.id, "R001", AFTER + 1, "no_answer", i % 2 ? "watcher:W4" : "user:tanaka", "");
		CHECK(tell("no_answer", "user:kimura", ""));
		CHECK(says(reports[i].staff));
		letter_release(&letter);
		if (reports[i].watcher[0]) {
			CHECK(tell("no_answer", "watcher:W1", ""));
			CHECK(says(reports[i].watcher));
			letter_release(&letter);
		}
	}
	CHECK(tell("no_answer", "watcher:W3", ""));
	CHECK(says("Somebody else went there; nobody answered.\n"));
	letter_release(&letter);
	end_world();
}

TEST(several_go_as_one_message_with_a_paragraph_each)
{
	int64_t ids[3];

	begin_world();
	CHECK(db_script(store.db, "UPDATE residents SET consent_on = '2026-04-01'"));
	open_incident(INCIDENT_MISSED, "R001");
	ids[0] = notice("alert", "watcher:W1", "mail:s@example.jp", "");
	open_incident(INCIDENT_MISSED, "R002");
	ids[1] = notice("alert", "watcher:W1", "mail:s@example.jp", "");
	ids[2] = notice("nudge", "watcher:W1", "mail:s@example.jp", "");
	CHECK(compose("watcher:W1", "mail:s@example.jp", ids, 3));
	CHECK(says("見守りのご確認を2件お願いします。"));
	CHECK(says("山田花子さん（本町2丁目・お宅番号12）から") && says("佐藤次郎さん（お宅番号15）から"));
	CHECK(says("\nお宅番号15の件\nいかがでしたか。"));
	CHECK_INT(letter.count, 3);
	letter_release(&letter);
	end_world();
}

TEST(one_that_may_not_be_told_is_left_out_and_the_others_go)
{
	int64_t ids[2];

	begin_world();
	open_incident(INCIDENT_MISSED, "R002");
	ids[0] = notice("alert", "watcher:W1", "mail:s@example.jp", "");
	open_incident(INCIDENT_MISSED, "R001");
	ids[1] = notice("alert", "watcher:W1", "mail:s@example.jp", "");
	CHECK(compose("watcher:W1", "mail:s@example.jp", ids, 2));
	CHECK(letter.items[0].left_out && !letter.items[1].left_out);
	CHECK(says("1件お願いします") && !says("佐藤"));
	letter_release(&letter);
	end_world();
}

TEST(duty_begins_with_all_that_is_open)
{
	int64_t ids[2];

	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	ids[0] = notice("duty", "user:tanaka", "mail:tanaka@example.jp", "");
	open_incident(INCIDENT_TALK, "R002");
	ids[1] = notice("duty", "user:tanaka", "mail:tanaka@example.jp", "");
	CHECK(compose("user:tanaka", "mail:tanaka@example.jp", ids, 2));
	CHECK_TEXT(letter.subject, "【見守り】電話確認のお願い（2件）");
	CHECK(says("対応が必要な件が2件あります。"));
	letter_release(&letter);
	end_world();
}

TEST(a_button_shows_the_words_alone)
{
	struct vigil v = { .resident_id = "R001", .opens_at = TEN - 7 * HOUR, .due_at = TEN, .deadline_at = AFTER };
	struct notification n = { .round = 1,
		.kind = "reminder",
		.what = "reminder",
		.person = "resident:R001",
		.channel = "device:btn-1",
		.written_at = TEN,
		.send_at = TEN };
	int64_t id;

	begin_world();
	n.expectation_id = expectations_open(&store, &v, zone_day(TEN));
	CHECK(notifications_add(&store, &n));
	CHECK(compose("resident:R001", "device:btn-1", &n.id, 1));
	CHECK_TEXT(letter.text, "けさの合図をお待ちしています。ボタンを1回押してください。\n");
	CHECK(letter.reminder);
	CHECK_INT(letter.until_at, AFTER);
	letter_release(&letter);
	open_incident(INCIDENT_MISSED, "R001");
	id = notice("coming", "resident:R001", "device:btn-1", "鈴木一郎");
	CHECK(compose("resident:R001", "device:btn-1", &id, 1));
	CHECK_TEXT(letter.text, "鈴木一郎さんが様子を見に来てくれます。\n");
	CHECK(!letter.reminder);
	letter_release(&letter);
	end_world();
}

TEST(a_question_lists_a_coordinators_own_districts_only)
{
	begin_world();
	open_incident(INCIDENT_BLIND, "");
	CHECK(db_script(store.db, "INSERT INTO incident_residents (incident_id, resident_id, since_at, due_at) VALUES"
				  " (1, 'R001', 0, 0), (1, 'R002', 0, 0)"));
	CHECK(tell("question", "user:tanaka", ""));
	CHECK_TEXT(letter.subject, "【見守り】ご確認のお願い（受信停止の方々）");
	CHECK(says("次の2人です") && says("・山田花子さん（R001・本町2丁目） 電話0312345678\n"));
	letter_release(&letter);
	CHECK(tell("question", "user:kimura", ""));
	CHECK(says("次の1人です") && !says("山田") && says("佐藤次郎"));
	letter_release(&letter);
	end_world();
}

TEST(a_letters_id_stays_when_its_first_notification_is_dropped)
{
	int64_t ids[2];
	char id[LETTER_ID];

	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	ids[0] = notice("alert", "watcher:W1", "mail:s@example.jp", "");
	ids[1] = notice("alert", "watcher:W1", "mail:s@example.jp", "");
	CHECK(compose("watcher:W1", "mail:s@example.jp", ids, 2));
	memcpy(id, letter.id, sizeof(id));
	letter_release(&letter);
	ids[1] = ids[0];
	CHECK(compose("watcher:W1", "mail:s@example.jp", ids, 1));
	CHECK_TEXT(letter.id, id);
	letter_release(&letter);
	end_world();
}

TEST(who_is_handed_an_incident_reads_from_whom_and_all_about_it)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	incident.state = INCIDENT_CLAIMED;
	incident.claimed_at = AFTER;
	incident.claimed_until = AFTER + 30 * MINUTE;
	snprintf(incident.claimed_by, sizeof(incident.claimed_by), "user:tanaka");
	CHECK(incidents_save(&store, &incident, INCIDENT_OPEN));
	CHECK(tell("handed", "user:tanaka", "木村"));
	CHECK_TEXT(letter.subject, "【見守り】電話確認のお願い（合図なし・R001）");
	CHECK(says("山田花子さん（R001・本町2丁目）\n"
		   "木村さんからこの件を引き継ぎました（11:00まで）。\n"
		   "けさの合図が10時30分までに届いていません。\n"
		   "電話：0312345678\n"));
	check_lock_screen("山田");
	letter_release(&letter);
	CHECK(tell("handed", "watcher:W1", "木村"));
	CHECK_TEXT(letter.subject, "【見守り】ご確認のお願い（本町市社会福祉協議会）");
	CHECK(says("向かってくださる方として、あなたにお願いしました。\n山田花子さん（本町2丁目・お宅番号12）から、"));
	CHECK(says("・返事がないときは家に入らず") && says("119"));
	CHECK(!says("お出かけの前に") && !says("木村")); /* they go already, and staff are the council to them */
	letter_release(&letter);
	end_world();
}

TEST(to_whom_a_line_is_carried_over_reads_who_signed_and_why)
{
	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	timeline_add(&store, incident.id, "R001", AFTER, "carried", "user:kimura", "to tanaka: あす朝もう一度");
	CHECK(tell("carried", "user:tanaka", "あす朝もう一度"));
	CHECK_TEXT(letter.subject, "【見守り】電話確認のお願い（合図なし・R001）");
	CHECK(says("山田花子さん（R001・本町2丁目）\n"
		   "木村さんが一覧を確認し、この件をあなたに引き継ぎました。\n"
		   "理由：あす朝もう一度\n"
		   "けさの合図が10時30分までに届いていません。\n"));
	letter_release(&letter);
	open_incident(INCIDENT_BLIND, "");
	timeline_add(&store, incident.id, "R001", AFTER, "carried", "user:kimura", "to tanaka: 午後に");
	CHECK(tell("carried", "user:tanaka", "午後に"));
	CHECK(says("木村さんが一覧を確認し、この件をあなたに引き継ぎました。\n理由：午後に\n"));
	letter_release(&letter);
	end_world();
}

TEST(staff_read_what_worries_a_watcher_and_neighbours_only_that_somebody_does)
{
	begin_world();
	open_incident(INCIDENT_UNWELL, "R001");
	timeline_add(&store, incident.id, "R001", AFTER, "worry", "watcher:W1", "newspapers smell: 玄関に3日分");
	timeline_add(&store, incident.id, "R001", AFTER + MINUTE, "worry", "watcher:W2", "lights: ");
	CHECK(tell("alert", "user:tanaka", ""));
	CHECK(says("鈴木一郎さんから、気がかりなことがあるとの知らせがありました（10:30）。\n"
		   "見聞きしたこと：新聞がたまっている、いつもとちがうにおい / 玄関に3日分\n"));
	CHECK(!says("少し不調"));
	letter_release(&letter);
	CHECK(tell("worry", "user:tanaka", "other: "));
	CHECK(says("山田花子さん（R001・本町2丁目）\n鈴木一郎さんから") && says("見聞きしたこと：そのほか\n"));
	letter_release(&letter);
	CHECK(tell("alert", "watcher:W4", ""));
	CHECK(says(
		"山田花子さん（本町2丁目・お宅番号1）について、気がかりなことがあるとの知らせがありました。様子を見ていただけますか。\n"));
	CHECK(!says("新聞") && !says("鈴木"));
	letter_release(&letter);
	CHECK(tell("alert", "watcher:W2", "")); /* who can only call */
	CHECK(says("気がかりなことがあるとの知らせがありました。お電話で様子をたずねていただけますか。\n"));
	letter_release(&letter);
	CHECK(tell("joined", "watcher:W4", "unwell"));
	CHECK(says("気がかりなことがあるとの知らせもありました。") && !says("不調"));
	letter_release(&letter);
	CHECK(!tell("alert", "resident:R001", ""));
	letter_release(&letter);
	end_world();
}

static void press_at(int32_t day, int minute)
{
	static int64_t n;
	char sql[256];

	snprintf(sql, sizeof(sql),
		"INSERT INTO checkins (device_id, id, kind, resident_id, pressed_at, heard_at) VALUES"
		" ('btn-1', 'p%lld', 'ok', 'R001', %lld, 0)",
		(long long)++n, (long long)zone_instant(day, minute * 60, ZONE_FIRST));
	CHECK(db_script(store.db, sql));
}

static bool ask_about_forgetting(void)
{
	open_incident(INCIDENT_DEVICE, "R001");
	CHECK(db_script(store.db, "UPDATE incidents SET subject = 'forgot/R001', detail = 'forgot'"));
	return tell("question", "user:tanaka", "");
}

TEST(the_question_about_who_forgets_proposes_a_later_time_where_that_helps_else_another_device)
{
	begin_world();
	CHECK(ask_about_forgetting());
	CHECK_TEXT(letter.subject, "【見守り】ご確認のお願い（押し忘れが続く方）");
	CHECK(says(
		"山田花子さん（R001）の押し忘れが、14日のあいだに3回ありました。\n押しやすい別の機器にしてはいかがですか。\n"));
	letter_release(&letter);

	CHECK(db_script(store.db, "UPDATE incidents SET state = 'closed';"
				  "INSERT INTO device_residents VALUES ('btn-1', 'R001');"
				  "UPDATE residents SET opens_at = 1795370400000, due_at = 1795395600000")); /* 10:00 */
	for (int k = 0; k < 10; k++)
		press_at(zone_day(TEN) - 11 + k, 9 * 60 + 6 * k); /* 9:00 to 9:54; nine of ten by 9:48 */
	CHECK(ask_about_forgetting());
	CHECK(says("ふだんの合図は9:00〜9:48ごろ（なかほどは9:24）です。\n押しやすい別の機器にしてはいかがですか。\n"));
	letter_release(&letter);

	CHECK(db_script(store.db,
		"UPDATE incidents SET state = 'closed'; UPDATE checkins SET pressed_at = pressed_at + 1800000"));
	CHECK(ask_about_forgetting());
	CHECK(says(
		"ふだんの合図は9:30〜10:18ごろ（なかほどは9:54）です。\nいまの時刻は10:00です。10:30までにしてはいかがですか。\n"));
	letter_release(&letter);
	end_world();
}

/* News of a day, about no incident. */
static int64_t unsigned_notice(const char *person)
{
	struct notification n = { .round = zone_day(AFTER), .written_at = AFTER, .send_at = AFTER };

	snprintf(n.kind, sizeof(n.kind), "signoff");
	snprintf(n.what, sizeof(n.what), "unsigned");
	snprintf(n.person, sizeof(n.person), "%s", person);
	snprintf(n.channel, sizeof(n.channel), "mail:x@example.jp");
	CHECK(notifications_add(&store, &n));
	return n.id;
}

TEST(staff_read_which_lists_of_their_districts_are_not_signed)
{
	int64_t ids[2];

	begin_world();
	/* Somebody of both districts was expected from Friday on; AFTER is a Monday. */
	CHECK(db_script(store.db,
		"INSERT INTO expectations (resident_id, day, opens_at, counts_from_at, due_at, deadline_at) VALUES"
		" ('R001', 20777, 0, 0, 0, 0), ('R002', 20777, 0, 0, 0, 0);"
		"INSERT INTO signoffs (day, district, version, event_id, login, at) VALUES"
		" (20778, 'D01', 1, 1, 'tanaka', 1), (20779, 'D02', 1, 1, 'tanaka', 1)"));
	ids[0] = unsigned_notice("user:tanaka");
	CHECK(compose("user:tanaka", "mail:x@example.jp", ids, 1));
	CHECK_TEXT(letter.subject, "【見守り】一覧の確認のお願い");
	CHECK_TEXT(letter.text, "本町市社会福祉協議会です。\n"
				"\n"
				"次の一覧の確認がまだ終わっていません。きょう中にお願いします。\n"
				"・本町（11月22日、11月23日）\n"
				"・南町（11月21日、11月23日）\n"
				"\n"
				"本町市社会福祉協議会 電話03-0000-0000\n");
	letter_release(&letter);

	/* Beside something that asks, that is the subject; the first incident comes before it or after. */
	open_incident(INCIDENT_TALK, "R001");
	ids[1] = notice("alert", "user:tanaka", "mail:x@example.jp", "");
	CHECK(compose("user:tanaka", "mail:x@example.jp", ids, 2));
	CHECK_TEXT(letter.subject, "【見守り】電話確認のお願い（話したい・R001）");
	CHECK(says("・本町（11月22日、11月23日）") && says("1件お願いします"));
	letter_release(&letter);

	ids[0] = unsigned_notice("user:kimura");
	CHECK(compose("user:kimura", "mail:x@example.jp", ids, 1));
	CHECK(says("・南町（11月21日、11月23日）") && !says("本町（"));
	letter_release(&letter);

	/* Signed before it could be sent: there is nothing to say. */
	CHECK(db_script(store.db, "INSERT INTO signoffs (day, district, version, event_id, login, at) VALUES"
				  " (20778, 'D02', 1, 1, 'tanaka', 1), (20780, 'D02', 1, 1, 'tanaka', 1)"));
	CHECK(!compose("user:kimura", "mail:x@example.jp", ids, 1));
	letter_release(&letter);
	end_world();
}

TEST(news_of_a_day_is_written_once_for_a_person_and_a_channel)
{
	struct notification n = { .round = zone_day(AFTER), .written_at = AFTER + 1, .send_at = AFTER };

	begin_world();
	unsigned_notice("user:tanaka");
	snprintf(n.kind, sizeof(n.kind), "signoff");
	snprintf(n.what, sizeof(n.what), "unsigned");
	snprintf(n.person, sizeof(n.person), "user:tanaka");
	snprintf(n.channel, sizeof(n.channel), "mail:x@example.jp");
	CHECK(!notifications_add(&store, &n));
	snprintf(n.channel, sizeof(n.channel), "mail:y@example.jp"); /* their next channel */
	CHECK(notifications_add(&store, &n));
	snprintf(n.channel, sizeof(n.channel), "mail:x@example.jp");
	n.round++;
	CHECK(notifications_add(&store, &n));
	end_world();
}

/* Every `what` of telling.h, to each kind of reader: words or a refusal, never nothing. */
TEST(every_what_has_words_for_staff_and_none_is_empty_for_anybody)
{
	static const char *const whats[] = { "alert", "duty", "question", "claimed", "released", "nudge", "asked",
		"graver", "joined", "replaced", "handed", "carried", "worry", "lost", "lapsed", "renewed", "no_answer",
		"needs_help", "unreached", "ended", "novelty" };
	static const char *const readers[] = { "user:tanaka", "watcher:W1", "resident:R001" };

	begin_world();
	open_incident(INCIDENT_MISSED, "R001");
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++)
		for (size_t k = 0; k < 3; k++) {
			bool said = tell(whats[i], readers[k], "");

			CHECK(said || k > 0);
			CHECK(!said || (letter.subject[0] && strlen(letter.text) > 60));
			CHECK(!said || (!strchr(letter.text, '{') && !strchr(letter.subject, '{')));
			letter_release(&letter);
		}
	end_world();
}

/* The link in the letter, and that it is what the store has for the watcher and the incident. */
static void check_link(const char *url, const char *watcher_id, int64_t incident_id)
{
	static const char below[] = "https://mimamori.example.jp/w/";
	char hash[SECRET_HASH];
	struct answer_token t;

	CHECK(strncmp(url, below, sizeof(below) - 1) == 0);
	CHECK(secret_is_token(url + sizeof(below) - 1));
	secret_hash(url + sizeof(below) - 1, hash);
	CHECK(answer_tokens_find(&store, hash, &t));
	CHECK_TEXT(t.watcher_id, watcher_id);
	CHECK_INT(t.incident_id, incident_id);
	CHECK_INT(t.revoked_at, 0);
}

TEST(where_there_is_a_page_the_answer_goes_there)
{
	char line[LINK_URL + 64];

	begin_world();
	with_links = true;
	open_incident(INCIDENT_MISSED, "R001");
	CHECK(tell("alert", "watcher:W1", ""));
	check_link(letter.items[0].url, "W1", incident.id);
	snprintf(line, sizeof(line),
		"まず様子を見ていただけますか。\n▼お返事はこちら %s\n"
		"・先に「行きます」を押してからお出かけください。\n"
		"・返事がないときは家に入らず、ページの「返事がありません」を押してください。\n"
		"・倒れているのが見えるときは、すぐ119番へ。\n",
		letter.items[0].url);
	CHECK(says(line));
	CHECK(!says("行ける方は"));
	check_lock_screen("https");
	letter_release(&letter);
	end_world();
}

TEST(who_can_only_call_is_told_to_say_so_first)
{
	begin_world();
	with_links = true;
	open_incident(INCIDENT_MISSED, "R001");
	CHECK(tell("alert", "watcher:W2", ""));
	CHECK(says("▼お返事はこちら https://mimamori.example.jp/w/"));
	CHECK(says(
		"・先に「電話します」を押してからお電話ください。\n・お電話に出られないときは、ページの「電話に出ません」"));
	CHECK(!says("お出かけ") && !says("119"));
	letter_release(&letter);
	end_world();
}

TEST(each_try_makes_another_link_and_the_earlier_stays_good)
{
	char first[LINK_URL];
	int64_t id;

	begin_world();
	with_links = true;
	open_incident(INCIDENT_MISSED, "R001");
	id = notice("alert", "watcher:W1", "mail:s@example.jp", "");
	CHECK(compose("watcher:W1", "mail:s@example.jp", &id, 1));
	memcpy(first, letter.items[0].url, sizeof(first));
	letter_release(&letter);
	CHECK(compose("watcher:W1", "mail:s@example.jp", &id, 1));
	CHECK(strcmp(first, letter.items[0].url) != 0);
	check_link(first, "W1", incident.id);
	check_link(letter.items[0].url, "W1", incident.id);
	letter_release(&letter);
	end_world();
}

TEST(each_home_of_a_message_has_its_own_link)
{
	int64_t ids[3], first;

	begin_world();
	with_links = true;
	CHECK(db_script(store.db, "UPDATE residents SET consent_on = '2026-04-01'"));
	open_incident(INCIDENT_MISSED, "R001");
	first = incident.id;
	ids[0] = notice("alert", "watcher:W1", "mail:s@example.jp", "");
	open_incident(INCIDENT_MISSED, "R002");
	ids[1] = notice("alert", "watcher:W1", "mail:s@example.jp", "");
	ids[2] = notice("nudge", "watcher:W1", "mail:s@example.jp", "");
	CHECK(compose("watcher:W1", "mail:s@example.jp", ids, 3));
	check_link(letter.items[0].url, "W1", first);
	check_link(letter.items[1].url, "W1", incident.id);
	CHECK_TEXT(letter.items[2].url, letter.items[1].url);
	CHECK(says(letter.items[0].url) && says(letter.items[1].url));
	CHECK_INT(db_number(store.db, -1, "SELECT count(*) FROM answer_tokens"), 2);
	letter_release(&letter);
	end_world();
}

TEST(a_link_goes_where_an_answer_makes_sense_and_to_watchers_only)
{
	static const char *const with[] = { "alert", "released", "graver", "nudge", "asked", "joined", "no_answer",
		"lapsed" };
	static const char *const without[] = { "claimed", "replaced", "lost", "ended" };

	begin_world();
	with_links = true;
	open_incident(INCIDENT_MISSED, "R001");
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++) {
		CHECK(tell(with[i], "watcher:W1", ""));
		CHECK(says("▼お返事はこちら https://"));
		letter_release(&letter);
	}
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		CHECK(tell(without[i], "watcher:W1", ""));
		CHECK(!says("https://") && !letter.items[0].url[0]);
		letter_release(&letter);
	}
	CHECK_INT(db_number(store.db, -1, "SELECT count(*) FROM answer_tokens"), sizeof(with) / sizeof(with[0]));
	CHECK(tell("alert", "user:tanaka", ""));
	CHECK(!says("https://") && !letter.items[0].url[0]);
	letter_release(&letter);
	end_world();
}

TEST(what_our_log_or_a_button_says_holds_no_link)
{
	static const char *const channels[] = { "log:", "device:btn-9" };

	begin_world();
	with_links = true;
	open_incident(INCIDENT_MISSED, "R001");
	for (size_t i = 0; i < 2; i++) {
		int64_t id = notice("alert", "watcher:W1", channels[i], "");

		CHECK(compose("watcher:W1", channels[i], &id, 1));
		CHECK(i == 0 ? !letter.text : !says("https://")); /* our log has no words at all */
		CHECK(!letter.items[0].url[0]);
		letter_release(&letter);
	}
	CHECK_INT(db_number(store.db, -1, "SELECT count(*) FROM answer_tokens"), 0);
	end_world();
}

TEST(who_may_not_be_told_any_more_gets_no_link)
{
	begin_world();
	with_links = true;
	open_incident(INCIDENT_MISSED, "R001");
	CHECK(db_script(store.db, "DELETE FROM links WHERE watcher_id = 'W1'"));
	CHECK(tell("released", "watcher:W1", ""));
	CHECK(!says("https://"));
	letter_release(&letter);
	end_world();
}
