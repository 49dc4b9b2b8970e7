/*
 * bare - what a daemon of 120 lines reaches that only stores and answers: libmosquitto in an own loop, one transaction
 * for all that was read, PUBACKs and acks after its commit (server/link.h says how), and of the rules nothing at all.
 *
 *   bare PORT PASSWORD FILE RESIDENTS      FILE: a new database; prints "ready" when it is subscribed
 */
#include <mosquitto.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FULL = 500, TEXT = 256 };

static const char schema[] =
	"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000;"
	"CREATE TABLE residents (device_id TEXT PRIMARY KEY, last_at INTEGER NOT NULL) STRICT;"
	"CREATE TABLE checkins (seq INTEGER PRIMARY KEY, device_id TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,"
	" UNIQUE (device_id, id)) STRICT;"
	"BEGIN";

static sqlite3 *db;
static sqlite3_stmt *add, *sign;
static struct {
	char topic[TEXT], ack[TEXT];
} acks[2 * FULL];
static size_t count;

static void run(const char *sql)
{
	char *why;

	if (sqlite3_exec(db, sql, NULL, NULL, &why)) {
		fprintf(stderr, "bare: %s\n", why);
		exit(1);
	}
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL)) {
		fprintf(stderr, "bare: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
	return s;
}

static void step(sqlite3_stmt *s, const char *device, const char *id, sqlite3_int64 at)
{
	sqlite3_bind_text(s, 1, device, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 2, at);
	if (id)
		sqlite3_bind_text(s, 3, id, -1, SQLITE_STATIC);
	if (sqlite3_step(s) != SQLITE_DONE)
		exit(1);
	sqlite3_reset(s);
}

static void open_store(const char *path, int residents)
{
	char device[16];

	if (sqlite3_open(path, &db))
		exit(1);
	run(schema);
	sqlite3_stmt *s = prepare("INSERT INTO residents (device_id, last_at) VALUES (?1, ?2)");
	for (int i = 0; i < residents; i++) {
		snprintf(device, sizeof(device), "B%07d", i);
		step(s, device, NULL, 0);
	}
	run("COMMIT");
	add = prepare("INSERT INTO checkins (device_id, at, id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
	sign = prepare("UPDATE residents SET last_at = ?2 WHERE device_id = ?1");
}

static void on_message(struct mosquitto *m, void *context, const struct mosquitto_message *press)
{
	char id[65] = "", device[65] = "";
	const char *from = press->payloadlen > 6 ? memmem(press->payload, (size_t)press->payloadlen, "\"id\":\"", 6)
						 : NULL;
	time_t now = time(NULL);

	(void)m, (void)context;
	if (!from || sscanf(press->topic, "mimamori/v1/%64[^/]/checkin", device) != 1)
		return;
	snprintf(id, sizeof(id), "%.*s", (int)strcspn(from + 6, "\""), from + 6);
	if (!count)
		run("BEGIN IMMEDIATE");
	step(add, device, id, now);
	step(sign, device, NULL, now);
	snprintf(acks[count].topic, TEXT, "mimamori/v1/%s/ack", device);
	snprintf(acks[count++].ack, TEXT,
		"{\"id\":\"%s\",\"result\":\"stored\",\"at\":%lld,\"text\":\"おはようございます。届きました。\"}", id,
		(long long)now);
}

static void on_subscribe(struct mosquitto *m, void *context, int mid, int n, const int *granted)
{
	(void)m, (void)context, (void)mid, (void)n, (void)granted;
	puts("ready");
	fflush(stdout);
}

static void serve(struct mosquitto *m)
{
	for (;;) {
		struct pollfd p = { mosquitto_socket(m), POLLIN, 0 };

		if (mosquitto_want_write(m))
			p.events |= POLLOUT;
		poll(&p, 1, 1000);
		while (count < FULL && (p.events = POLLIN, poll(&p, 1, 0)) > 0)
			if (mosquitto_loop_read(m, 1))
				return;
		if (count)
			run("COMMIT");
		for (size_t i = 0; i < count; i++)
			mosquitto_publish(m, NULL, acks[i].topic, (int)strlen(acks[i].ack), acks[i].ack, 0, false);
		count = 0;
		if (mosquitto_loop_write(m, 1) || mosquitto_loop_misc(m))
			return;
	}
}

int main(int argc, char **argv)
{
	struct mosquitto *m;

	if (argc != 5)
		return 2;
	open_store(argv[3], atoi(argv[4]));
	mosquitto_lib_init();
	m = mosquitto_new("mimamorid", true, NULL);
	if (!m || mosquitto_username_pw_set(m, "mimamorid", argv[2]))
		return 1;
	mosquitto_threaded_set(m, true); /* PUBACKs are only queued until mosquitto_loop_write */
	mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_message_callback_set(m, on_message);
	mosquitto_subscribe_callback_set(m, on_subscribe);
	if (mosquitto_connect(m, "127.0.0.1", atoi(argv[1]), 60) ||
		mosquitto_subscribe(m, NULL, "mimamori/v1/+/checkin", 1))
		return 1;
	serve(m);
	return 1;
}
