/*
 * town - the store, and the one transaction of an input: the linker has db_begin and its like call what stands here
 * (--wrap), where a transaction within is a savepoint.
 */
#include "tests/fuzz/town.h"

#include <stdlib.h>
#include <string.h>

#include "common/checkin.h"
#include "common/clock.h"
#include "common/secret.h"
#include "server/store/accounts.h"
#include "server/store/answer_tokens.h"
#include "server/store/sessions.h"
#include "server/watch/press.h"
#include "tests/fuzz/fuzz.h"

bool __real_db_begin(struct db *db);
bool __real_db_begin_read(struct db *db);
bool __real_db_commit(struct db *db);
void __real_db_rollback(struct db *db);
bool __wrap_db_begin(struct db *db);
bool __wrap_db_begin_read(struct db *db);
bool __wrap_db_commit(struct db *db);
void __wrap_db_rollback(struct db *db);

static bool entered, within;

static const char people[] =
	"INSERT INTO districts (district, name) VALUES ('D01', '本町'), ('D02', '港');"
	"INSERT INTO residents (resident_id, name, kana, district, birth_date, phone, schedule, consent_on, channels)"
	" VALUES ('R001', '山田 花子', 'ヤマダ ハナコ', 'D01', '1941-05-03', '03-1234-5678', '', '2026-01-01', 'log:'),"
	" ('R002', '佐藤 次郎', 'サトウ ジロウ', 'D02', '1938-12-01', '0100-00-4321', 'daily 06:00-09:00 +1h', '', '');"
	"INSERT INTO watchers (watcher_id, name, channels, hours, night) VALUES"
	" ('W001', '鈴木 一郎', 'mail:suzuki@example.jp log:', 'daily 00:00-24:00', 'yes'),"
	" ('W002', '高橋 幸子', 'log:', '', '');"
	"INSERT INTO links (resident_id, watcher_id, tier, can, shares, label) VALUES"
	" ('R001', 'W001', 1, 'go', 'name place address care', '1'), ('R001', 'W002', 2, 'call', '', '1'),"
	" ('R002', 'W001', 1, '', '', '2');"
	"INSERT INTO devices (device_id, resident_id, kind) VALUES ('b-1', 'R001', 'button'), ('b-2', 'R002', '');"
	"INSERT INTO device_residents (device_id, resident_id) VALUES ('b-1', 'R001'), ('b-2', 'R002');"
	"INSERT INTO users (login, name, role, districts, channels, duty, password, totp) VALUES"
	" ('admin', '管理者', 'admin', '', 'log:', 'daily 00:00-24:00', 'password', '" TOWN_TOTP "'),"
	" ('kato', '加藤', 'coordinator', 'D01', 'mail:kato@example.jp', '', 'password', ''),"
	" ('viewer', '見学', 'viewer', '', '', '', '', '');"
	"INSERT INTO policies (policy, kind, position, after, notify) VALUES ('slow', 'missed', 0, '2h', 'staff');";

static void add_session(struct store *s, const char *login, const char *token)
{
	struct session session = { .began_at = TOWN_NOW - HOUR, .seen_at = TOWN_NOW - SECOND };

	snprintf(session.login, sizeof(session.login), "%s", login);
	secret_hash(token, session.hash);
	sessions_add(s, &session);
}

static void add_tokens(struct store *s)
{
	struct api_key key = {
		.name = "viewer", .login = "admin", .scopes = "list record report", .made_at = TOWN_NOW
	};
	char hash[SECRET_HASH], browser[SECRET_HASH];

	add_session(s, "admin", TOWN_SESSION);
	add_session(s, "kato", TOWN_KATO);
	secret_hash(TOWN_KEY, key.hash);
	api_keys_add(s, &key);
	secret_hash(TOWN_SETUP, hash);
	setups_add(s, hash, TOWN_NOW, TOWN_NOW + DAY);
	secret_hash(TOWN_BROWSER, browser);
	secret_hash(TOWN_ANSWER, hash);
	answer_tokens_add(s, hash, "W001", 1, TOWN_NOW);
	answer_browsers_take(s, "W001", 1, browser, TOWN_NOW);
	secret_hash(TOWN_PAGE, hash);
	answer_tokens_add(s, hash, "W001", 0, TOWN_NOW);
	answer_browsers_take(s, "W001", 0, browser, TOWN_NOW);
}

static void call_for_help(struct watch *w)
{
	struct checkin c = {
		.device_id = "b-1", .id = "first", .kind = CHECKIN_HELP, .at = -1, .age_ms = -1, .battery = 80
	};
	struct ack ack;

	press_take(w, &c, TOWN_NOW - MINUTE, 0, &ack);
	MUST(ack.result == ACK_STORED);
}

static void make_settings(struct settings *s)
{
	static const char file[] = "[server]\nname = 本町市社協\nphone = 0100-00-0000\n[mail]\nfrom = a@example.jp\n"
				   "[web]\npublic_url = https://mimamori.example.jp\n[store]\nurl = sqlite::memory:\n";

	if (!settings_read(s, fuzz_file("town.conf", file, sizeof(file) - 1), stderr))
		abort();
}

struct town *town_get(void)
{
	static struct town *t;
	char why[256];

	if (t)
		return t;
	fuzz_begin();
	t = calloc(1, sizeof(*t));
	make_settings(&t->settings);
	if (store_open(&t->store, t->settings.store_url, why, sizeof(why)) != DB_FINE)
		abort();
	MUST(settings_watch(&t->settings, &t->store, &t->watch, &t->holidays, stderr));
	MUST(store_begin(&t->store) && db_script(t->store.db, people));
	call_for_help(&t->watch);
	add_tokens(&t->store);
	MUST(store_commit(&t->store));
	return t;
}

void town_enter(struct town *t)
{
	MUST(__real_db_begin(t->store.db));
	entered = true;
	within = false;
}

void town_leave(struct town *t)
{
	enum db_status status = db_status(t->store.db);

	if (status != DB_FINE)
		fprintf(stderr, "the store failed: %s\n", db_why(t->store.db));
	MUST(status == DB_FINE && !within);
	entered = false;
	__real_db_rollback(t->store.db);
}

int64_t town_count(struct town *t, const char *sql)
{
	return db_number(t->store.db, 0, sql);
}

bool __wrap_db_begin(struct db *db)
{
	if (!entered)
		return __real_db_begin(db);
	MUST(!within && db_script(db, "SAVEPOINT act"));
	db_save(db);
	return within = true;
}

bool __wrap_db_begin_read(struct db *db)
{
	return entered ? __wrap_db_begin(db) : __real_db_begin_read(db);
}

bool __wrap_db_commit(struct db *db)
{
	if (!entered)
		return __real_db_commit(db);
	if (!within)
		return false;
	within = false;
	return db_keep(db) && db_script(db, "RELEASE act");
}

void __wrap_db_rollback(struct db *db)
{
	if (!entered) {
		__real_db_rollback(db);
	} else if (within) {
		within = false;
		if (db_keep(db)) /* its queries are over */
			db_script(db, "ROLLBACK TO act; RELEASE act");
	}
}
