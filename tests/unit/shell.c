/*
 * shell: commands as they are typed, over the real store: what they print, what they refuse, what is audited.
 */
#include "server/cli/commands.h"
#include "server/cli/grid.h"
#include "server/notify/compose.h"
#include "server/store/devices.h"
#include "server/store/hearing.h"
#include "server/store/invariants.h"
#include "server/watch/expectation.h"
#include "server/watch/incident.h"
#include "tests/unit/desk.h"

static struct desk *desk;
static const char *const *line; /* the words of the command under way, ends with NULL */

static int run_line(struct cli *cli, const char *unused)
{
	char *argv[24] = { (char *)(uintptr_t) "mimamori", (char *)(uintptr_t) "--config", (char *)(uintptr_t) "f" };
	struct arguments a;
	int argc = 3, status;

	(void)unused;
	for (const char *const *word = line; *word; word++)
		argv[argc++] = (char *)(uintptr_t)*word;
	return arguments_read(&a, commands, argc, argv, &status) ? a.command->run(cli, &a) : status;
}

/* Runs a command; its exit status. What it said is in desk->said and desk->told. */
#define SHELL(...) (line = (const char *const[]){ __VA_ARGS__, NULL }, desk_run(desk, run_line, ""))

static void town(void)
{
	desk_put(desk, "districts.csv", "district,name\nD01,本町\nD02,港\n");
	desk_put(desk, "residents.csv",
		"resident_id,name,kana,district,birth_date,phone,schedule,starts,consent_on,household\n"
		"R001,山田 花子,ヤマダ ハナコ,D01,1941-05-03,03-1234-5678,daily 09:00-13:00 +30m,2026-11-23,2026-01-01,\n"
		"R002,佐藤 次郎,サトウ ジロウ,D01,1940-01-01,,daily 09:00-13:00 +30m,2026-11-23,2026-01-01,=1+1\n"
		"R003,佐藤 次朗,サトウ ジロウ,D02,1940-01-02,,none,,,\n");
	desk_put(desk, "watchers.csv",
		"watcher_id,name,channels\nW001,鈴木 一郎,mail:s@example.jp log:s\nW002,高橋 幸子,mail:t@example.jp\n");
	desk_put(desk, "links.csv", "resident_id,watcher_id,tier\nR002,W001,1\nR002,W002,2\n");
	desk_put(desk, "devices.csv", "device_id,resident_id\nbtn-1,R001\n");
	desk_put(desk, "users.csv", "login,name,role\ntanaka,田中,staff\n");
	CHECK_INT(desk_import(desk), CLI_DONE);
}

static void hear(int64_t until)
{
	CHECK(store_begin(&desk->cli.store));
	hearing_set_beat(&desk->cli.store, desk->cli.watch.client_id, &(struct heartbeat){ until, until });
	CHECK(store_commit(&desk->cli.store));
	while (expectation_run(&desk->cli.watch, until))
		;
	desk->cli.now = until;
}

static void begin(void)
{
	desk = desk_new();
	desk->cli.who = "shell:clerk";
	log_level_set(LOG_LEVEL_ERROR);
	grid_locale();
	town();
	hear(NOON);
}

/* R002 was missed, and incident 1 is about that. */
static void miss(void)
{
	hear(NOON + 30 * MINUTE);
	CHECK_INT(SHELL("checkin", "R001", "--verify", "5678", "--told-by", "娘"), CLI_DONE);
	hear(NOON + 60 * MINUTE);
	hear(NOON + 90 * MINUTE);
	CHECK_INT(desk_number(desk, "SELECT id FROM incidents WHERE resident_id = 'R002'"), 1);
}

static void end(void)
{
	desk_free(desk);
}

static bool store_is_sound(void);

TEST(the_list_stands_in_groups_with_numbers_to_act_on)
{
	begin();
	miss();
	CHECK_INT(SHELL("status"), CLI_DONE);
	CHECK_TEXT(desk->said,
		"2026-11-23 13:30現在  3人\n"
		"対応が必要 1  ‼ 助けて 0  ● 合図なし 1  ? 受信停止 0  ▲ お待ち中 0  ○ これから 0  ✓ 届いた 1  ‖ お休み 0"
		"  – 予定なし 1\n"
		"\n"
		"状態        番号  お名前     地区  時刻   合図   対応       ボタン\n"
		"\n"
		"対応が必要 (1)\n"
		"● 合図なし  R002  佐藤 次郎  本町  13:00         #1 未対応\n"
		"\n"
		"届いた・お休み (2)\n"
		"✓ 届いた    R001  山田 花子  本町  13:00  12:30\n"
		"– 予定なし  R003  佐藤 次朗  港\n");
	CHECK(store_begin(&desk->cli.store));
	CHECK(db_script(desk->cli.store.db, "UPDATE incidents SET reached = 0"));
	CHECK(store_commit(&desk->cli.store));
	CHECK_INT(SHELL("status"), CLI_DONE);
	CHECK(strstr(desk->said, "\n知らせる相手がひとりもいない件があります。\n"));
	CHECK(strstr(desk->said, "  #1 知らせる相手なし\n"));
	CHECK_INT(SHELL("status", "--district", "D02"), CLI_DONE);
	CHECK(strstr(desk->said, "1人") && !strstr(desk->said, "R001"));
	CHECK_INT(SHELL("status", "--district", "D09"), CLI_FAILED);
	CHECK_TEXT(desk->told, "mimamori: there is no district D09\n");
	CHECK_INT(SHELL("status", "--date", "2026-11-31"), CLI_USAGE);
	CHECK_INT(SHELL("status", "--json", "--csv"), CLI_USAGE);
	CHECK_INT(SHELL("status", "--date", "2026-11-24"), CLI_DONE);
	CHECK(strncmp(desk->said, "2026-11-24  3人\n", strlen("2026-11-24  3人\n")) == 0);
	end();
}

TEST(the_list_in_english)
{
	begin();
	snprintf(desk->cli.settings.language, sizeof(desk->cli.settings.language), "en");
	CHECK_INT(SHELL("status"), CLI_DONE);
	CHECK(strstr(desk->said, "2026-11-23, 12:00  3 residents\n"));
	CHECK(strstr(desk->said, "Waiting (2)\n○ still to come"));
	end();
}

TEST(a_spreadsheet_is_given_no_formula)
{
	begin();
	CHECK_INT(SHELL("status", "--csv"), CLI_DONE);
	CHECK(strncmp(desk->said,
		      "\xEF\xBB\xBF"
		      "date,resident_id,name,",
		      25) == 0);
	CHECK(strstr(desk->said,
		"\r\n2026-11-23,R002,佐藤 次郎,サトウ ジロウ,D01,'=1+1,waiting,,,2026-11-23T13:00:00+09:00,no,"));
	end();
}

TEST(claim_release_report_and_close_say_what_is_true_then)
{
	begin();
	miss();
	CHECK_INT(SHELL("claim", "1", "--by", "W001"), CLI_DONE);
	CHECK_TEXT(desk->said, "incident 1: claimed by 鈴木 一郎 until 14:00\n");
	CHECK_INT(SHELL("claim", "1", "--by", "tanaka"), CLI_FAILED);
	CHECK_TEXT(desk->told, "mimamori: claimed by 鈴木 一郎 until 14:00\n");
	CHECK_INT(SHELL("status"), CLI_DONE);
	CHECK(strstr(desk->said, "#1 向かっています（鈴木 一郎 14:00まで）\n"));
	CHECK_INT(SHELL("release", "1", "--by", "W001"), CLI_DONE);
	CHECK_TEXT(desk->said, "incident 1: missed, open\n");
	CHECK_INT(SHELL("report", "1", "--by", "W002", "--no-answer", "--note", "新聞"), CLI_DONE);
	CHECK_INT(SHELL("report", "1", "--by", "W002", "--no-answer", "--needs-help"), CLI_USAGE);
	CHECK_INT(SHELL("report", "1", "--by", "W002"), CLI_USAGE);
	CHECK_INT(SHELL("report", "1", "--by", "W002", "--needs-help"), CLI_DONE);
	CHECK_TEXT(desk->said, "incident 1: help, open\n");
	CHECK_INT(SHELL("close", "1", "--outcome", "safe", "--how", "phone"), CLI_FAILED);
	CHECK_INT(SHELL("close", "1", "--outcome", "safe", "--how", "phone", "--seen-by", "田中"), CLI_DONE);
	CHECK_TEXT(desk->said, "incident 1: closed as safe\n");
	CHECK_INT(SHELL("claim", "1", "--by", "W001"), CLI_FAILED);
	CHECK_INT(SHELL("claim", "7", "--by", "W001"), CLI_FAILED);
	CHECK_INT(SHELL("claim", "1", "--by", "W009"), CLI_FAILED);
	CHECK_INT(SHELL("claim", "x", "--by", "W001"), CLI_USAGE);
	CHECK_INT(SHELL("status"), CLI_DONE);
	CHECK(strstr(desk->said, "済（電話・田中 13:30）"));
	CHECK_TEXT(desk_rows(desk, 3, "SELECT who, what, detail FROM audit WHERE subject = 'R002' ORDER BY id"),
		"shell:clerk|claim|incident 1: watcher:W001 shell:clerk|release|incident 1: watcher:W001"
		" shell:clerk|report|incident 1: watcher:W002 no_answer shell:clerk|report|incident 1: watcher:W002 needs_help"
		" shell:clerk|close|incident 1: safe");
	CHECK(store_is_sound());
	end();
}

TEST(a_refused_act_changes_nothing)
{
	begin();
	miss();
	CHECK_INT(SHELL("close", "1", "--outcome", "hospital", "--how", "kin", "--seen-by", "娘", "--until",
			  "2027-12-01"),
		CLI_FAILED); /* longer than a pause may be */
	CHECK_INT(desk_number(desk, "SELECT count(*) FROM incidents WHERE state = 'closed'"), 0);
	CHECK_INT(desk_number(desk, "SELECT count(*) FROM audit WHERE what = 'close'"), 0);
	end();
}

TEST(what_is_told_of_a_resident_needs_somebody_who_knows_them)
{
	begin();
	CHECK_INT(SHELL("pause", "R002", "--verify", "1940-01-02", "--told-by", "娘", "--from", "2026-11-23", "--to",
			  "2026-11-25", "--reason", "旅行"),
		CLI_FAILED);
	CHECK_INT(SHELL("pause", "R002", "--verify", "1940-01-01", "--told-by", "娘", "--from", "2026-11-23", "--to",
			  "2026-11-25", "--reason", "旅行"),
		CLI_DONE);
	CHECK_TEXT(desk->said, "R002 佐藤 次郎: paused from now to the end of 2026-11-25\n");
	CHECK_TEXT(desk->told, "mimamori: R002 佐藤 次郎: the same or a similar name have R003\n");
	CHECK_INT(SHELL("pause", "R002", "--verify", "1940-01-01", "--told-by", "娘", "--from", "23.11.", "--to",
			  "2026-11-25", "--reason", "旅行"),
		CLI_USAGE);
	CHECK_INT(SHELL("resume", "R002", "--verify", "1940-01-01", "--told-by", "娘"), CLI_DONE);
	CHECK_INT(SHELL("resume", "R002", "--verify", "1940-01-01", "--told-by", "娘"), CLI_FAILED);
	CHECK_INT(SHELL("checkin", "R009", "--verify", "1", "--told-by", "娘"), CLI_FAILED);
	CHECK_TEXT(desk->told, "mimamori: there is no resident R009\n");
	CHECK_INT(SHELL("end", "R001", "--verify", "5678", "--told-by", "娘", "--reason", "moved"), CLI_DONE);
	CHECK_TEXT(desk->said, "R001 山田 花子: the service has ended (moved)\n");
	CHECK(store_is_sound());
	end();
}

TEST(the_page_of_a_resident_shows_what_staff_need_and_is_audited)
{
	begin();
	miss();
	CHECK_INT(SHELL("resident", "R002"), CLI_DONE);
	CHECK(strncmp(desk->said, "R002 佐藤 次郎\nkana        サトウ ジロウ\n", 40) == 0);
	CHECK(strstr(desk->said, "\n次の合図\n11月24日 9:00〜13:00（締切 13:30）\n"));
	CHECK(strstr(desk->said, "#1  合図なし  13:30  未対応\n"));
	CHECK(strstr(desk->said, "1  W001  鈴木 一郎    go  mail log  まだ届いたことがない\n"));
	CHECK_INT(desk_number(desk, "SELECT count(*) FROM audit WHERE what = 'resident' AND subject = 'R002'"), 1);
	CHECK_INT(SHELL("resident", "R009"), CLI_FAILED);
	end();
}

TEST(a_window_that_opens_at_midnight_opens_with_its_date)
{
	begin();
	desk_put(desk, "residents.csv",
		"resident_id,name,district,birth_date,schedule\nR004,林 大輔,D02,1950-01-01,daily 00:00-24:00\n");
	CHECK_INT(desk_import(desk), CLI_DONE);
	CHECK_INT(SHELL("resident", "R004"), CLI_DONE);
	CHECK(strstr(desk->said, "\n11月24日 0:00〜24:00（締切 24:00）\n") != NULL);
	end();
}

TEST(incidents_are_listed_and_given_to_programs)
{
	begin();
	CHECK_INT(SHELL("incidents", "--json"), CLI_DONE);
	CHECK_TEXT(desk->said, "[]\n");
	miss();
	CHECK_INT(SHELL("incidents"), CLI_DONE);
	CHECK(strstr(desk->said, "#1    合図なし  R002 佐藤 次郎  13:30"));
	CHECK_INT(SHELL("incidents", "--json"), CLI_DONE);
	CHECK(strncmp(desk->said,
		      "[\n{\"id\":1,\"resident_id\":\"R002\",\"kind\":\"missed\",\"state\":\"open\","
		      "\"opened_at\":\"2026-11-23T13:30:00+09:00\",\"closed_at\":null,\"outcome\":null,\"seen_by\":null,\"step\":",
		      140) == 0);
	CHECK(strstr(desk->said,
		"\"causes\":[{\"kind\":\"missed\",\"at\":\"2026-11-23T13:30:00+09:00\",\"answered_at\":null}]"));
	end();
}

/* A line of standard input, as `echo … |` gives it. */
static int with_input(const char *text, int (*run)(struct desk *))
{
	int kept = dup(STDIN_FILENO), pipes[2], result;

	CHECK(pipe(pipes) == 0);
	CHECK_INT(write(pipes[1], text, strlen(text)), strlen(text));
	close(pipes[1]);
	dup2(pipes[0], STDIN_FILENO);
	close(pipes[0]);
	rewind(stdin);
	clearerr(stdin);
	result = run(desk);
	dup2(kept, STDIN_FILENO);
	close(kept);
	return result;
}

static int run_prepared(struct desk *d)
{
	return desk_run(d, run_line, "");
}

#define SHELL_TYPED(text, ...) (line = (const char *const[]){ __VA_ARGS__, NULL }, with_input(text, run_prepared))

TEST(accounts_come_with_a_password_and_go_with_a_lock)
{
	begin();
	CHECK_INT(SHELL_TYPED("correct horse\n", "user", "add", "sato", "--name", "佐藤", "--role", "coordinator"),
		CLI_FAILED); /* of which districts? */
	CHECK_INT(SHELL_TYPED("correct horse\n", "user", "add", "sato", "--name", "佐藤", "--role", "coordinator",
			  "--districts", "D01"),
		CLI_DONE);
	CHECK_TEXT(desk_rows(desk, 2, "SELECT role, substr(password, 1, 10) FROM users WHERE login = 'sato'"),
		"coordinator|$argon2id$");
	CHECK_INT(
		SHELL_TYPED("correct horse\n", "user", "add", "sato", "--name", "佐藤", "--role", "staff"), CLI_FAILED);
	CHECK_INT(
		SHELL_TYPED("correct horse\n", "user", "add", "W001", "--name", "佐藤", "--role", "staff"), CLI_FAILED);
	CHECK_INT(SHELL_TYPED("correct horse\n", "user", "add", "x", "--name", "佐藤", "--role", "boss"), CLI_FAILED);
	CHECK_INT(SHELL_TYPED("short\n", "user", "password", "sato"), CLI_FAILED);
	CHECK_INT(SHELL_TYPED("", "user", "password", "sato"), CLI_FAILED);
	CHECK_INT(SHELL("user", "disable", "sato"), CLI_DONE);
	CHECK_INT(SHELL("user", "disable", "sato"), CLI_FAILED);
	CHECK_INT(SHELL("user", "disable", "nobody"), CLI_FAILED);
	CHECK_INT(SHELL_TYPED("correct horse\n", "user", "add", "sato", "--name", "佐藤", "--role", "staff"), CLI_DONE);
	CHECK_TEXT(desk_rows(desk, 2, "SELECT role, disabled_at FROM users WHERE login = 'sato'"), "staff|NULL");
	end();
}

TEST(a_button_is_given_taken_over_and_revoked)
{
	char *password;

	begin();
	CHECK_INT(SHELL("device", "add", "btn-2", "--resident", "R002"), CLI_USAGE); /* no file is configured */
	snprintf(desk->cli.settings.mqtt_broker_passwords, sizeof(desk->cli.settings.mqtt_broker_passwords),
		"%s/passwd", desk->dir);
	snprintf(desk->cli.settings.mqtt_broker_reload, sizeof(desk->cli.settings.mqtt_broker_reload), "true");
	CHECK_INT(SHELL("device", "add", "btn-2", "--resident", "R002"), CLI_DONE);
	password = strstr(desk->said, "password ");
	CHECK(password && strlen(password) == strlen("password ") + 40 + 1);
	CHECK_INT(SHELL("device", "add", "btn-1", "--resident", "R002"), CLI_DONE);
	CHECK_TEXT(desk->told, "mimamori: btn-1 was R001's until now\n");
	CHECK_TEXT(desk_rows(desk, 2, "SELECT device_id, resident_id FROM device_residents ORDER BY 1, 2"),
		"btn-1|R001 btn-1|R002 btn-2|R002");
	CHECK_INT(SHELL("device", "add", "a/b", "--resident", "R002"), CLI_FAILED);
	CHECK_INT(SHELL("device", "add", "btn-3", "--resident", "R009"), CLI_FAILED);
	CHECK_INT(SHELL("device", "revoke", "btn-9"), CLI_FAILED);
	CHECK_INT(SHELL("device", "revoke", "btn-1"), CLI_DONE);
	CHECK_INT(SHELL("device", "revoke", "btn-1"), CLI_DONE);
	CHECK_INT(desk_number(desk, "SELECT count(*) FROM devices WHERE revoked_at IS NOT NULL"), 1);
	snprintf(desk->cli.settings.mqtt_broker_reload, sizeof(desk->cli.settings.mqtt_broker_reload), "false");
	CHECK_INT(SHELL("device", "add", "btn-1", "--resident", "R001"), CLI_FAILED);
	CHECK(strstr(desk->said, "password ")); /* it is printed all the same: there is no other time */
	CHECK_INT(desk_number(desk, "SELECT count(*) FROM devices WHERE revoked_at IS NOT NULL"), 0);
	end();
}

static void print_fault(void *context, const char *fault)
{
	(void)context;
	print_error("%s\n", fault);
}

static bool store_is_sound(void)
{
	return invariants_all(&desk->cli.store, print_fault, NULL) == 0;
}

TEST(a_test_goes_to_each_channel_marked_as_one_and_breaks_no_promise)
{
	struct outbox_message message = { .count = 1 };
	struct letter letter;

	begin();
	desk->cli.now = NOON + DAY; /* no daemon runs: nothing is waited for */
	CHECK_INT(SHELL("test-alert", "W001"), CLI_DONE);
	CHECK_TEXT(desk->said, "mail:s@example.jp: waiting\nlog:s: waiting\n");
	CHECK(strstr(desk->told, "no mimamorid"));
	CHECK_INT(SHELL("test-alert", "W009"), CLI_FAILED);
	CHECK(store_is_sound());
	CHECK_TEXT(desk_rows(desk, 4, "SELECT person, channel, what, urgent FROM notifications ORDER BY id"),
		"watcher:W001|mail:s@example.jp|test|1 watcher:W001|log:s|test|1");

	message.message_id = message.ids[0] = desk_number(desk, "SELECT min(id) FROM notifications");
	snprintf(message.person, sizeof(message.person), "watcher:W001");
	snprintf(message.channel, sizeof(message.channel), "mail:s@example.jp");
	CHECK(compose_letter(&desk->cli.watch, &message, &(struct links){ 0 }, "", NOON, &letter));
	CHECK(strncmp(letter.subject, "【試験】【見守り】", strlen("【試験】【見守り】")) == 0);
	CHECK(strstr(letter.text, "\n【試験】このお知らせが届くかどうかの試験です。"));
	letter_release(&letter);
	end();
}
