/* notify: the thread against a small mail server of its own: what is sent, recorded, tried again, and never delayed. */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/zone.h"
#include "server/notify/errand.h"
#include "server/notify/notify.h"
#include "server/store/outbox.h"
#include "server/store/store.h"
#include "server/store/timeline.h"
#include "server/watch/blind.h"
#include "tests/unit/test.h"

/* The mail server: one connection at a time, every message it took, what it says to RCPT and after the final dot. */
static struct {
	int fd;
	pthread_t thread;
	atomic_bool stop, silent, quits; /* quits: it answers QUIT */
	atomic_int messages, connections;
	_Atomic(const char *) rcpt, dot;
	pthread_mutex_t lock; /* of last */
	char last[16384];
} mail = { .lock = PTHREAD_MUTEX_INITIALIZER };

static char folder[64];
static struct store store;
static struct settings settings;
static struct notify *notify;
static int64_t incident_id;

static void say(int fd, const char *line)
{
	CHECK(write(fd, line, strlen(line)) >= 0);
}

static bool readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (!atomic_load(&mail.stop))
		if (poll(&p, 1, 20) > 0)
			return true;
	return false;
}

static void take_data(FILE *in)
{
	char line[2048], message[sizeof(mail.last)] = "";
	size_t used = 0;

	while (fgets(line, sizeof(line), in) && strcmp(line, ".\r\n") != 0)
		used += (size_t)snprintf(message + used, sizeof(message) - used, "%s", line);
	pthread_mutex_lock(&mail.lock);
	memcpy(mail.last, message, sizeof(message));
	pthread_mutex_unlock(&mail.lock);
	mail.messages++;
}

/* Of the last message it took. */
static void message_id(char id[128])
{
	const char *at;

	pthread_mutex_lock(&mail.lock);
	at = strstr(mail.last, "Message-ID:");
	snprintf(id, 128, "%.*s", at ? (int)strcspn(at, "\r") : 0, at ? at : "");
	pthread_mutex_unlock(&mail.lock);
}

static void serve(int fd)
{
	FILE *in = fdopen(fd, "r");
	char line[2048];

	setvbuf(in, NULL, _IONBF, 0);
	say(fd, "220 fake ESMTP\r\n");
	while (readable(fd) && fgets(line, sizeof(line), in)) {
		if (strncmp(line, "RCPT", 4) == 0) {
			say(fd, mail.rcpt);
		} else if (strncmp(line, "DATA", 4) == 0) {
			say(fd, "354 go on\r\n");
			take_data(in);
			if (!mail.dot)
				break; /* the connection is cut, and nobody knows whether it was taken */
			say(fd, mail.dot);
		} else if (strncmp(line, "QUIT", 4) == 0) {
			if (mail.quits)
				break;
		} else {
			say(fd, "250 fine\r\n");
		}
	}
	fclose(in);
}

static void *serve_all(void *unused)
{
	(void)unused;
	while (readable(mail.fd)) {
		int fd = accept(mail.fd, NULL, NULL);

		if (fd < 0)
			continue;
		mail.connections++;
		while (mail.silent && !mail.stop)
			usleep(20000);
		if (mail.stop)
			close(fd);
		else
			serve(fd);
	}
	return NULL;
}

static void start_mail(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);

	mail.fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(bind(mail.fd, (struct sockaddr *)&address, size) == 0);
	CHECK(listen(mail.fd, 64) == 0);
	CHECK(getsockname(mail.fd, (struct sockaddr *)&address, &size) == 0);
	snprintf(settings.mail_url, sizeof(settings.mail_url), "smtp://127.0.0.1:%d", ntohs(address.sin_port));
	mail.stop = mail.silent = false;
	mail.quits = true;
	mail.messages = mail.connections = 0;
	mail.rcpt = "250 fine\r\n";
	mail.dot = "250 2.0.0 queued as 42\r\n";
	CHECK(pthread_create(&mail.thread, NULL, serve_all, NULL) == 0);
}

static void begin_world(const char *channels)
{
	struct incident i = {
		.kind = INCIDENT_MISSED, .state = INCIDENT_OPEN, .opened_at = clock_now(), .resident_id = "R1"
	};
	char why[256], sql[1024];

	CHECK(zone_set("Asia/Tokyo"));
	settings = (struct settings){ .name = "Council",
		.mail_from = "m@example.jp",
		.mail_starttls = "no",
		.language = "ja",
		.mqtt_client_id = "mimamorid" };
	rules_default(&settings.rules);
	settings.rules.retry_first_ms = 200;
	snprintf(folder, sizeof(folder), "/tmp/mimamori-notify-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(settings.store_url, sizeof(settings.store_url), "sqlite:%s/store.db", folder);
	CHECK_INT(store_open(&store, settings.store_url, why, sizeof(why)), DB_FINE);
	snprintf(sql, sizeof(sql),
		"INSERT INTO districts (district, name) VALUES ('D', 'D');"
		"INSERT INTO residents (resident_id, name, district, consent_on) VALUES ('R1', '山田', 'D', '2026-04-01');"
		"INSERT INTO watchers (watcher_id, name, channels) VALUES ('W1', '鈴木', '%s');"
		"INSERT INTO links (resident_id, watcher_id, tier) VALUES ('R1', 'W1', 1);",
		channels);
	CHECK(store_begin(&store));
	CHECK(db_script(store.db, sql));
	incident_id = incidents_add(&store, &i);
	CHECK(store_commit(&store));
	start_mail();
	notify = NULL;
}

static void end_world(void)
{
	char path[128];
	int64_t began = clock_boot();

	notify_stop(notify);
	CHECK(clock_boot() - began < 3000);
	mail.stop = true;
	pthread_join(mail.thread, NULL);
	close(mail.fd);
	store_close(&store);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/store.db%s", folder, i == 0 ? "" : i == 1 ? "-wal" : "-shm");
		unlink(path);
	}
	CHECK_INT(rmdir(folder), 0);
}

static int64_t alert(const char *person, const char *channel)
{
	static int round;
	struct notification n = { .incident_id = incident_id,
		.round = ++round,
		.kind = "missed",
		.what = "alert",
		.written_at = clock_now(),
		.send_at = clock_now() };

	snprintf(n.person, sizeof(n.person), "%s", person);
	snprintf(n.channel, sizeof(n.channel), "%s", channel);
	CHECK(store_begin(&store));
	CHECK(notifications_add(&store, &n));
	CHECK(store_commit(&store));
	if (notify)
		notify_poke(notify);
	return n.id;
}

/* Waits up to 5 s for the notification to be in this state. */
static bool becomes(int64_t id, const char *state)
{
	struct notification n;

	for (int i = 0; i < 250; i++) {
		if (notifications_find(&store, id, &n) && strcmp(n.state, state) == 0)
			return true;
		usleep(20000);
	}
	fprintf(stderr, "notification %lld is %s, not %s: %s\n", (long long)id, n.state, state, n.answer);
	return false;
}

static bool connected(void)
{
	for (int i = 0; i < 250 && mail.connections == 0; i++)
		usleep(20000);
	return mail.connections > 0;
}

static bool on_timeline(const char *event, const char *words)
{
	static struct timeline_row rows[64];
	size_t n = timeline_of_incident(&store, incident_id, rows, 64);

	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].event, event) == 0 && strstr(rows[i].detail, words))
			return true;
	return false;
}

TEST(a_mail_is_sent_and_the_servers_answer_stands_on_the_timeline)
{
	struct notify_channel_stats stats[NOTIFY_CHANNELS];
	char sent_as[128];
	int64_t id;

	begin_world("mail:w1@example.jp");
	mail.quits = false; /* and our end does not wait for it */
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "mail:w1@example.jp");
	CHECK(becomes(id, "sent"));
	CHECK_INT(mail.messages, 1);
	message_id(sent_as);
	CHECK(strncmp(sent_as, "Message-ID: <mimamori.1.", 24) == 0);
	CHECK(on_timeline("told", "mail: 250 2.0.0 queued as 42"));
	notify_stats(notify, stats);
	CHECK_TEXT(stats[0].channel, "mail");
	CHECK_INT(stats[0].sent, 1);
	CHECK(notify_turned_at(notify) > 0);
	end_world();
}

static int64_t disclosed(const char *items)
{
	static const char sql[] = "SELECT count(*) FROM disclosures WHERE person = 'watcher:W1' AND name = '鈴木'"
				  " AND resident_id = 'R1' AND basis = 'consent' AND channel = 'mail' AND items = $1";

	return db_number(store.db, -1, sql, V(items));
}

TEST(what_a_mail_told_a_watcher_is_on_record_and_what_the_log_says_is_not)
{
	static const char all_sql[] = "SELECT count(*) FROM disclosures";

	begin_world("mail:w1@example.jp");
	notify = notify_start(&settings, NULL, stderr);
	CHECK(becomes(alert("watcher:W1", "mail:w1@example.jp"), "sent"));
	CHECK_INT(disclosed("name state"), 1);
	CHECK(becomes(alert("watcher:W1", "log:"), "sent")); /* ids */
	CHECK_INT(db_number(store.db, -1, all_sql), 1);
	mail.rcpt = "550 5.1.1 <w1@example.jp> unknown\r\n";
	CHECK(becomes(alert("watcher:W1", "mail:w2@example.jp"), "refused"));
	CHECK_INT(db_number(store.db, -1, all_sql), 1);
	end_world();
}

TEST(a_permanent_refusal_goes_to_the_next_channel_at_once)
{
	int64_t id;

	begin_world("mail:w1@example.jp log:");
	mail.rcpt = "550 5.1.1 <w1@example.jp> unknown\r\n";
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "mail:w1@example.jp");
	CHECK(becomes(id, "refused"));
	CHECK(becomes(id + 1, "sent"));
	CHECK(on_timeline("refused", "mail: 550 5.1.1 unknown"));
	CHECK(on_timeline("told", "log:"));
	end_world();
}

TEST(a_temporary_failure_is_tried_again_as_the_same_message)
{
	char first[128], second[128];
	int64_t id;

	begin_world("mail:w1@example.jp");
	mail.dot = "451 4.3.0 later\r\n";
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "mail:w1@example.jp");
	for (int i = 0; i < 250 && !on_timeline("retry", "mail: 451 4.3.0 later"); i++)
		usleep(20000);
	CHECK(on_timeline("retry", "mail: 451 4.3.0 later"));
	message_id(first);
	mail.dot = "250 fine\r\n";
	CHECK(becomes(id, "sent"));
	message_id(second);
	CHECK_TEXT(first, second);
	CHECK(first[0]);
	CHECK(mail.messages > 1);
	end_world();
}

TEST(a_message_is_the_same_also_after_the_clock_was_set_back)
{
	char first[128], second[128];
	int64_t id;

	begin_world("mail:w1@example.jp");
	settings.rules.retry_first_ms = 5000;
	mail.dot = "451 4.3.0 later\r\n";
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "mail:w1@example.jp");
	for (int i = 0; i < 250 && !on_timeline("retry", "mail: 451 4.3.0 later"); i++)
		usleep(20000);
	message_id(first);
	mail.dot = "250 fine\r\n";
	CHECK(store_begin(&store));
	outbox_cut(&store, clock_now() - HOUR, 10 * MINUTE);
	CHECK(store_commit(&store));
	notify_poke(notify);
	CHECK(becomes(id, "sent"));
	message_id(second);
	CHECK_TEXT(first, second);
	CHECK(first[0]);
	end_world();
}

TEST(each_try_has_a_link_of_its_own_in_the_store)
{
	struct notification n;
	int64_t id;

	begin_world("mail:w1@example.jp");
	snprintf(settings.web_public_url, sizeof(settings.web_public_url), "https://mimamori.example.jp");
	mail.dot = "451 4.3.0 later\r\n";
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "mail:w1@example.jp");
	for (int i = 0; i < 250 && !on_timeline("retry", "mail: 451 4.3.0 later"); i++)
		usleep(20000);
	mail.dot = "250 fine\r\n";
	CHECK(becomes(id, "sent"));
	CHECK(notifications_find(&store, id, &n));
	CHECK(n.tries > 1);
	CHECK_INT(db_number(store.db, 0, "SELECT count(*) FROM answer_tokens WHERE watcher_id = 'W1'"), n.tries);
	end_world();
}

TEST(what_is_not_sent_because_its_server_is_away_makes_no_link)
{
	struct notification n = { .tries = 0 };
	int64_t id;

	begin_world("mail:w1@example.jp");
	snprintf(settings.web_public_url, sizeof(settings.web_public_url), "https://mimamori.example.jp");
	snprintf(settings.mail_url, sizeof(settings.mail_url), "smtp://127.0.0.1:1"); /* nobody listens there */
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "mail:w1@example.jp");
	for (int i = 0; i < 400 && n.tries < SERVER_SILENT_MOST + 2; i++) {
		usleep(20000);
		CHECK(notifications_find(&store, id, &n));
	}
	CHECK(n.tries >= SERVER_SILENT_MOST + 2);
	CHECK(db_number(store.db, 0, "SELECT count(*) FROM answer_tokens") < n.tries);
	end_world();
}

TEST(a_silent_server_delays_no_other_channel_and_no_end)
{
	char person[PERSON], address[ADDRESS];
	int64_t id;

	begin_world("mail:w1@example.jp log:");
	mail.silent = true;
	notify = notify_start(&settings, NULL, stderr);
	for (int i = 0; i < 100; i++) {
		snprintf(person, sizeof(person), "user:u%d", i);
		snprintf(address, sizeof(address), "mail:u%d@example.jp", i);
		alert(person, address);
	}
	id = alert("watcher:W1", "log:");
	CHECK(becomes(id, "sent"));
	end_world();
}

static const char unsure_sql[] = "SELECT unsure FROM notifications WHERE id = $1";

TEST(a_mail_that_was_handed_over_without_an_answer_is_tried_again_and_may_have_arrived)
{
	int64_t id;

	begin_world("mail:w1@example.jp");
	mail.dot = NULL;
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "mail:w1@example.jp");
	for (int i = 0; i < 150 && mail.messages < 2; i++)
		usleep(20000);
	CHECK(mail.messages >= 2);
	CHECK_INT(db_number(store.db, 0, unsure_sql, V(id)), 1);
	end_world();
}

TEST(results_wait_for_a_locked_store_and_nothing_is_sent_twice)
{
	int64_t id;

	begin_world("mail:w1@example.jp");
	mail.silent = true;
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "mail:w1@example.jp");
	CHECK(becomes(id, "in_flight"));
	CHECK(store_begin(&store));
	mail.silent = false;
	for (int i = 0; i < 100 && mail.messages == 0; i++)
		usleep(20000);
	CHECK_INT(mail.messages, 1);
	sleep(2);
	store_rollback(&store);
	CHECK(becomes(id, "sent"));
	CHECK_INT(mail.messages, 1);
	end_world();
}

TEST(a_lease_that_seems_to_have_run_out_sends_nothing_twice_while_it_is_in_hand)
{
	struct notification n;
	int64_t id;

	begin_world("mail:w1@example.jp");
	mail.silent = true;
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "mail:w1@example.jp");
	CHECK(becomes(id, "in_flight"));
	CHECK(store_begin(&store)); /* as it looks after a jump of the clock */
	CHECK(db_script(store.db, "UPDATE notifications SET leased_until = 1"));
	CHECK(store_commit(&store));
	notify_poke(notify);
	sleep(1);
	mail.silent = false;
	CHECK(becomes(id, "sent"));
	CHECK(notifications_find(&store, id, &n));
	CHECK_INT(n.tries, 1);
	CHECK_INT(mail.messages, 1);
	end_world();
}

TEST(what_was_in_hand_when_the_daemon_ended_is_sent_by_the_next_as_the_same_message)
{
	struct notification n;
	int64_t id;

	begin_world("mail:w1@example.jp");
	mail.silent = true;
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "mail:w1@example.jp");
	CHECK(becomes(id, "in_flight"));
	CHECK(connected()); /* one that no thread has begun yet is given back */
	notify_stop(notify);
	CHECK(becomes(id, "in_flight"));
	mail.silent = false;
	notify = notify_start(&settings, NULL, stderr);
	CHECK(becomes(id, "sent"));
	CHECK(notifications_find(&store, id, &n));
	CHECK_INT(n.tries, 2);
	CHECK_INT(n.message_id, id);
	end_world();
}

TEST(an_address_of_no_channel_is_refused_and_the_next_is_asked)
{
	int64_t id;

	begin_world("pigeon:7 log:");
	notify = notify_start(&settings, NULL, stderr);
	id = alert("watcher:W1", "pigeon:7");
	CHECK(becomes(id, "refused"));
	CHECK(becomes(id + 1, "sent"));
	end_world();
}

static struct {
	atomic_long token, count;
	char device[DEVICE_ID], payload[4096];
	int64_t expires_s;
} broker;

static bool publish(
	void *context, int64_t token, const char *device_id, const char *payload, size_t len, int64_t expires_s)
{
	(void)context;
	snprintf(broker.device, sizeof(broker.device), "%s", device_id);
	snprintf(broker.payload, sizeof(broker.payload), "%.*s", (int)len, payload);
	broker.expires_s = expires_s;
	broker.token = token;
	broker.count++;
	return true;
}

static void wait_for_publish(int count)
{
	for (int i = 0; i < 250 && broker.count < count; i++)
		usleep(20000);
	CHECK_INT(broker.count, count);
}

TEST(a_button_is_told_only_when_the_broker_says_somebody_was_there)
{
	const struct notify_device device = { .publish = publish };
	int64_t id;
	char first[256];

	begin_world("log:");
	broker.count = 0;
	notify = notify_start(&settings, &device, stderr);
	id = alert("resident:R1", "device:btn-1");
	wait_for_publish(1);
	CHECK_TEXT(broker.device, "btn-1");
	CHECK(strstr(broker.payload, "\"kind\":\"notice\"") != NULL);
	CHECK(broker.expires_s > 3000 && broker.expires_s <= 3600);
	snprintf(first, sizeof(first), "%.40s", broker.payload);
	notify_published(notify, broker.token, 16);
	CHECK(becomes(id, "waiting"));
	wait_for_publish(2);
	CHECK(strncmp(first, broker.payload, strcspn(first, ",")) == 0);
	notify_published(notify, 12345, 0); /* nobody's */
	CHECK(becomes(id, "in_flight"));
	notify_published(notify, broker.token, 0);
	CHECK(becomes(id, "sent"));
	end_world();
}

static bool room_for_all(void *context, int64_t message_id, const char *channel)
{
	(void)context, (void)message_id, (void)channel;
	return true;
}

/* Refused for now by a clock that is a year ahead, and set back before the store was free to take that. */
TEST(rule_6_a_next_try_is_counted_from_when_the_result_is_stored)
{
	static struct servers servers;
	const struct outbox_terms terms = {
		.who = "mimamorid", .lease_ms = 2 * MINUTE, .group_ms = 30 * SECOND, .room = room_for_all
	};
	const struct answer later = { .left = true, .status = 451, .text = "451 later" };
	struct errand *e = errand_new();
	struct holidays holidays;
	struct notification n;
	struct watch w;
	int64_t id, now;

	begin_world("mail:w1@example.jp");
	CHECK(settings_watch(&settings, &store, &w, &holidays, stderr));
	id = alert("watcher:W1", "mail:w1@example.jp");
	now = clock_now();
	CHECK(store_begin(&store));
	CHECK_INT(outbox_lease(&store, &terms, "", now + 365 * DAY, &e->message, 1), 1);
	CHECK(store_commit(&store));
	CHECK(errand_reserve(e, &servers, e->message.channel, false, 1, clock_boot()));
	errand_answered(e, &later, &settings.rules, clock_boot());
	CHECK(store_begin(&store));
	blind_clock_jumped(&w, -365 * DAY, now);
	errand_record(e, &w, now);
	CHECK(store_commit(&store));
	CHECK(notifications_find(&store, id, &n));
	CHECK_TEXT(n.state, "waiting");
	CHECK(n.send_at > now && n.send_at <= now + settings.rules.retry_longest_ms);
	errand_free(e);
	holidays_release(&holidays);
	end_world();
}

TEST(tries_come_further_and_further_apart_and_heed_what_the_server_asks)
{
	struct rules rules;

	rules_default(&rules);
	CHECK_INT(errand_backoff(&rules, 1, 0, 0), 4 * SECOND);
	CHECK_INT(errand_backoff(&rules, 1, 0, 400), 6 * SECOND);
	CHECK_INT(errand_backoff(&rules, 4, 0, 200), 40 * SECOND);
	CHECK_INT(errand_backoff(&rules, 12, 0, 400), 10 * MINUTE);
	CHECK_INT(errand_backoff(&rules, 1000, 0, 200), 10 * MINUTE);
	CHECK_INT(errand_backoff(&rules, 1, 90, 0), 90 * SECOND);
	CHECK_INT(errand_backoff(&rules, 1, 1000000, 0), HOUR);
}

TEST(a_server_that_never_answers_is_away_until_a_probe_comes_back)
{
	static struct servers servers;
	struct server *s = servers_find(&servers, "mail", 0);

	for (int i = 0; i < SERVER_AT_A_TIME; i++) {
		CHECK_INT(server_now(s, false, 1000, 0), SERVER_TAKES);
		server_begin(s);
	}
	CHECK_INT(server_now(s, false, 1000, 0), SERVER_FULL);
	for (int i = 0; i < SERVER_AT_A_TIME; i++)
		server_end(s, false, 1000);
	CHECK_INT(server_now(s, false, 1000, 1000), SERVER_AWAY);
	for (int i = 0; i < SERVER_URGENT_PROBES; i++) {
		CHECK_INT(server_now(s, true, 1000, 1000), SERVER_TAKES);
		server_begin(s);
	}
	CHECK_INT(server_now(s, true, 1000, 1000), SERVER_AWAY);
	for (int i = 0; i < SERVER_URGENT_PROBES; i++)
		server_give_back(s);
	CHECK_INT(server_now(s, false, 1000, 1000 + 5 * SECOND), SERVER_TAKES);
	server_begin(s);
	CHECK_INT(server_now(s, false, 1000, 1000 + 6 * SECOND), SERVER_AWAY);
	server_end(s, true, 1000 + 6 * SECOND);
	CHECK_INT(server_now(s, false, 1000, 1000 + 6 * SECOND), SERVER_TAKES);
	CHECK(servers_find(&servers, "mail", 0) == s);
	for (int i = 0; i < 2 * SERVERS_MOST; i++) {
		char name[32];

		snprintf(name, sizeof(name), "server %d", i);
		CHECK(servers_find(&servers, name, i) != NULL);
	}
}

TEST(a_server_gets_in_hand_what_it_took_in_a_moment_and_leaves_as_much_to_others)
{
	static struct servers servers;
	struct server *s = servers_find(&servers, "quick", 0);
	int64_t at = 1000;

	for (int i = 0; i < 100; i++) { /* within a quarter of a second */
		server_begin(s);
		server_end(s, true, at);
	}
	for (int i = 0; i < 100; i++) {
		CHECK_INT(server_now(s, false, 1000, at + 200), SERVER_TAKES);
		server_begin(s);
	}
	CHECK_INT(server_now(s, false, 1000, at + 200), SERVER_FULL);
	CHECK_INT(server_now(s, true, 1000, at + 200), SERVER_TAKES); /* help */
	for (int i = 0; i < 50; i++)
		server_give_back(s);
	CHECK_INT(server_now(s, false, 1000, at + 200), SERVER_TAKES);
	CHECK_INT(server_now(s, false, 50, at + 200), SERVER_FULL); /* so few places are left in hand */
	CHECK_INT(server_now(s, false, 1000, at + 2 * SERVER_AHEAD_MS), SERVER_FULL); /* that was long ago */
}
