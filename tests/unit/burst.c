/*
 * burst - hundreds of messages at once by HTTP: all leave, each as itself, through kills, beside servers that hang, and
 * none that was made needless while it waited.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/zone.h"
#include "server/notify/desk.h"
#include "server/notify/notify.h"
#include "server/notify/transfer.h"
#include "server/store/store.h"
#include "tests/unit/test.h"

enum { MANY = 600, GUESTS = 64, IDS = 2 * MANY, WAIT_MS = 15000 };

/* An HTTP server that notes each webhook-id, and answers 200, or nothing while it hangs. */
struct sink {
	int fd;
	char url[64];
	pthread_t thread;
	atomic_bool stop;
	atomic_int hangs_after, requests, guests_most; /* requests that are answered; INT32_MAX: all */
	atomic_int hangs_up;                           /* on so many, the first */
	pthread_mutex_t lock;                          /* of ids */
	char ids[IDS][64];
	size_t id_count;
};

static struct sink quick, slow;
static char folder[64];
static struct store store;
static struct settings settings;
static struct notify *notify;

static void note_id(struct sink *s, const char *request)
{
	const char *at = strstr(request, "webhook-id: ");
	char id[64] = "";

	if (at)
		snprintf(id, sizeof(id), "%.*s", (int)strcspn(at + 12, "\r"), at + 12);
	pthread_mutex_lock(&s->lock);
	CHECK(at != NULL && s->id_count < IDS);
	memcpy(s->ids[s->id_count++], id, sizeof(id));
	pthread_mutex_unlock(&s->lock);
}

/* A whole request is in `in`: notes it. Those that got no answer yet get it when the server no longer hangs. */
struct guest {
	int fd;
	size_t len;
	bool unanswered;
	char in[4096];
};

static void answer(struct guest *g)
{
	static const char taken[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

	g->unanswered = false;
	send(g->fd, taken, sizeof(taken) - 1, MSG_NOSIGNAL); /* who was killed does not hear it */
}

static bool take(struct sink *s, struct guest *g)
{
	ssize_t n = recv(g->fd, g->in + g->len, sizeof(g->in) - 1 - g->len, 0);
	char *body, *length;

	if (n <= 0)
		return false;
	g->len += (size_t)n;
	g->in[g->len] = '\0';
	body = strstr(g->in, "\r\n\r\n");
	length = strstr(g->in, "Content-Length: ");
	if (!body || !length || g->len < (size_t)(body + 4 - g->in) + strtoul(length + 16, NULL, 10))
		return true;
	note_id(s, g->in);
	g->len = 0;
	if (s->hangs_up > 0 && s->hangs_up--)
		return false;
	g->unanswered = true;
	if (s->requests++ < s->hangs_after)
		answer(g);
	return true;
}

static void *serve(void *context)
{
	struct sink *s = context;
	struct guest *guests = calloc(GUESTS, sizeof(*guests));
	struct pollfd fds[GUESTS + 1];
	int count = 0;

	while (!s->stop) {
		fds[count] = (struct pollfd){ .fd = s->fd, .events = POLLIN };
		for (int i = 0; i < count; i++) {
			fds[i] = (struct pollfd){ .fd = guests[i].fd, .events = POLLIN };
			if (guests[i].unanswered && s->hangs_after == INT32_MAX)
				answer(&guests[i]);
		}
		if (poll(fds, (nfds_t)count + 1, 20) <= 0)
			continue;
		bool more = fds[count].revents && count < GUESTS;
		for (int i = count - 1; i >= 0; i--)
			if (fds[i].revents && !take(s, &guests[i])) {
				close(guests[i].fd);
				guests[i] = guests[--count];
			}
		if (more)
			guests[count++] = (struct guest){ .fd = accept(s->fd, NULL, NULL) };
		if (count > s->guests_most)
			s->guests_most = count;
	}
	while (count)
		close(guests[--count].fd);
	free(guests);
	return NULL;
}

static void start_sink(struct sink *s, int hangs_after)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);

	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(bind(s->fd, (struct sockaddr *)&address, size) == 0);
	CHECK(listen(s->fd, 64) == 0);
	CHECK(getsockname(s->fd, (struct sockaddr *)&address, &size) == 0);
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%d", ntohs(address.sin_port));
	pthread_mutex_init(&s->lock, NULL);
	s->stop = false;
	s->requests = s->guests_most = s->hangs_up = 0;
	s->id_count = 0;
	s->hangs_after = hangs_after;
	CHECK(pthread_create(&s->thread, NULL, serve, s) == 0);
}

static void stop_sink(struct sink *s)
{
	s->stop = true;
	pthread_join(s->thread, NULL);
	close(s->fd);
	pthread_mutex_destroy(&s->lock);
}

static void run(const char *sql)
{
	CHECK(store_begin(&store));
	CHECK(db_script(store.db, sql));
	CHECK(store_commit(&store));
}

static void set_settings(void)
{
	CHECK(zone_set("Asia/Tokyo"));
	settings = (struct settings){ .name = "Council",
		.language = "ja",
		.mqtt_client_id = "mimamorid",
		.webhook_secret = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
		.webhook_allow_private = true };
	rules_default(&settings.rules);
}

/* A street in which incident i is of resident Ri, on whom watcher Wi looks in. */
static void begin_world(void)
{
	char why[256], sql[2048];

	set_settings();
	snprintf(folder, sizeof(folder), "/tmp/mimamori-burst-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(settings.store_url, sizeof(settings.store_url), "sqlite:%s/store.db", folder);
	CHECK_INT(store_open(&store, settings.store_url, why, sizeof(why)), DB_FINE);
	snprintf(sql, sizeof(sql),
		"INSERT INTO districts (district, name) VALUES ('D', 'D');"
		"CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
		" SELECT i FROM n;"
		"INSERT INTO residents (resident_id, name, district, consent_on) SELECT 'R' || i, '山田', 'D', '2026-04-01' FROM n;"
		"INSERT INTO watchers (watcher_id, name, channels) SELECT 'W' || i, '鈴木', '' FROM n;"
		"INSERT INTO links (resident_id, watcher_id, tier) SELECT 'R' || i, 'W' || i, 1 FROM n;"
		"INSERT INTO incidents (kind, resident_id, district, state, opened_at, ladder_at)"
		" SELECT 'missed', 'R' || i, 'D', 'open', 1, 1 FROM n;",
		MANY);
	run(sql);
	start_sink(&quick, INT32_MAX);
	start_sink(&slow, 0);
	notify = NULL;
}

static void end_world(void)
{
	char path[128];

	notify_stop(notify);
	stop_sink(&quick);
	stop_sink(&slow);
	store_close(&store);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/store.db%s", folder, i == 0 ? "" : i == 1 ? "-wal" : "-shm");
		unlink(path);
	}
	CHECK_INT(rmdir(folder), 0);
}

static void add(int i, const struct sink *to, bool urgent)
{
	struct notification n = { .incident_id = i,
		.round = 1,
		.kind = "missed",
		.what = "alert",
		.urgent = urgent,
		.written_at = clock_now(),
		.send_at = clock_now() };

	snprintf(n.kind, sizeof(n.kind), "%s", urgent ? "help" : "missed");
	snprintf(n.person, sizeof(n.person), "watcher:W%d", i);
	snprintf(n.channel, sizeof(n.channel), "webhook:%s/hook", to->url);
	CHECK(notifications_add(&store, &n));
}

/* Alerts about incidents from..until, at once. */
static void alert(int from, int until, const struct sink *to, bool urgent)
{
	CHECK(store_begin(&store));
	for (int i = from; i <= until; i++)
		add(i, to, urgent);
	CHECK(store_commit(&store));
	if (notify)
		notify_poke(notify);
}

/* Of the alerts: those that went to who had them in hand when somebody claimed are followed by that news. */
static int64_t count_of(const char *state, const struct sink *to)
{
	static const char sql[] = "SELECT count(*) FROM notifications WHERE state = $1 AND place = 'webhook:' || $2"
				  " AND what = 'alert'";

	return db_number(store.db, -1, sql, V(state), V(to->url));
}

#define BECOMES(condition)                                    \
	do {                                                  \
		int64_t until_ = clock_boot() + WAIT_MS;      \
		while (!(condition) && clock_boot() < until_) \
			usleep(5000);                         \
		CHECK(condition);                             \
	} while (0)

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Different ids among those that came. */
static size_t different(struct sink *s)
{
	size_t n = 0;

	pthread_mutex_lock(&s->lock);
	qsort(s->ids, s->id_count, sizeof(s->ids[0]), by_text);
	for (size_t i = 0; i < s->id_count; i++)
		n += i == 0 || strcmp(s->ids[i], s->ids[i - 1]) != 0;
	pthread_mutex_unlock(&s->lock);
	return n;
}

TEST(hundreds_that_are_due_at_once_leave_each_once_by_few_connections)
{
	begin_world();
	notify = notify_start(&settings, NULL, stderr);
	alert(1, MANY, &quick, false);
	BECOMES(count_of("sent", &quick) == MANY);
	CHECK_INT(quick.id_count, MANY);
	CHECK_INT(different(&quick), MANY);
	CHECK(quick.guests_most <= LANE_CONNECTIONS);
	end_world();
}

#define SENDER "MIMAMORI_BURST_STORE"

/* This program as a sender alone: it has a process of its own, begun anew, for threads do not survive a fork. */
__attribute__((constructor)) static void be_sender(void)
{
	const char *url = getenv(SENDER);

	if (!url)
		return;
	set_settings();
	snprintf(settings.store_url, sizeof(settings.store_url), "%s", url);
	notify_start(&settings, NULL, stderr);
	for (;;)
		pause();
}

/* It is killed when so many have come. */
static void send_until(int came)
{
	pid_t child;
	int status;

	setenv(SENDER, settings.store_url, 1);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		execl("/proc/self/exe", "burst", (char *)NULL);
		_exit(1);
	}
	unsetenv(SENDER);
	BECOMES(quick.requests >= came);
	CHECK_INT(kill(child, SIGKILL), 0);
	CHECK_INT(waitpid(child, &status, 0), child);
}

TEST(killed_amid_hundreds_every_one_leaves_and_what_comes_twice_is_the_same_message)
{
	int64_t sent;

	begin_world();
	alert(1, MANY, &quick, false);
	send_until(40);
	send_until(200);
	send_until(350);
	sent = count_of("sent", &quick);
	CHECK(sent <= quick.requests); /* never before it was taken */
	notify = notify_start(&settings, NULL, stderr);
	BECOMES(count_of("sent", &quick) == MANY);
	CHECK_INT(different(&quick), MANY);
	CHECK(quick.id_count <= MANY + 3 * DESK_ERRANDS);
	end_world();
}

TEST(however_much_waits_for_a_server_that_hangs_others_are_told_at_once)
{
	begin_world();
	notify = notify_start(&settings, NULL, stderr);
	alert(1, 500, &slow, false);
	BECOMES(slow.requests == LANE_CONNECTIONS);
	alert(501, MANY, &quick, false);
	BECOMES(count_of("sent", &quick) == MANY - 500);
	CHECK_INT(count_of("in_flight", &slow), SERVER_AT_A_TIME);
	CHECK_INT(count_of("sent", &slow), 0);
	end_world();
}

TEST(help_overtakes_all_that_waits_for_the_same_server)
{
	begin_world();
	notify = notify_start(&settings, NULL, stderr);
	alert(1, 300, &slow, false);
	BECOMES(slow.requests == LANE_CONNECTIONS);
	alert(301, 302, &slow, true);
	BECOMES(slow.requests == LANE_CONNECTIONS + 2);
	end_world();
}

static const char tried_sql[] = "SELECT count(*) FROM notifications WHERE urgent = 1 AND first_try_at IS NOT NULL"
				" AND place = 'webhook:' || $1";

TEST(however_much_help_waits_for_a_server_that_is_away_all_was_tried_in_time_and_others_are_told)
{
	begin_world();
	slow.hangs_up = SERVER_SILENT_MOST;
	notify = notify_start(&settings, NULL, stderr);
	alert(1, SERVER_SILENT_MOST, &slow, false);
	BECOMES(slow.hangs_up == 0 && count_of("waiting", &slow) == SERVER_SILENT_MOST);
	alert(101, 500, &slow, true); /* it is away, and hangs from now on */
	BECOMES(slow.requests >=
		LANE_CONNECTIONS + LANE_URGENT); /* help is really sent, as far as there is a connection */
	alert(501, MANY, &quick, false);
	BECOMES(count_of("sent", &quick) == MANY - 500);
	BECOMES(db_number(store.db, -1, tried_sql, V(slow.url)) == 400); /* so each one's next channel is asked */
	end_world();
}

static void claim_all(void)
{
	CHECK(store_begin(&store));
	CHECK(db_script(store.db, "UPDATE incidents SET state = 'claimed', claimed_by = 'user:u', claimed_at = 1"));
	for (int i = 1; i <= MANY; i++)
		notifications_hold(&store, i);
	CHECK(store_commit(&store));
}

TEST(what_waits_when_somebody_goes_is_not_sent_but_for_the_few_in_hand)
{
	begin_world();
	notify = notify_start(&settings, NULL, stderr);
	alert(1, 300, &slow, false);
	BECOMES(slow.requests == LANE_CONNECTIONS);
	claim_all();
	slow.hangs_after = INT32_MAX;
	BECOMES(count_of("sent", &slow) == SERVER_AT_A_TIME);
	BECOMES(count_of("in_flight", &slow) == 0);
	alert(301, 301, &quick, false); /* a later look at all that is due */
	BECOMES(count_of("sent", &quick) == 1);
	CHECK_INT(count_of("sent", &slow), SERVER_AT_A_TIME);
	CHECK_INT(count_of("waiting", &slow), 300 - SERVER_AT_A_TIME);
	end_world();
}

static const char untried_sql[] =
	"SELECT count(*) FROM notifications WHERE state = 'waiting' AND tries = 0 AND first_try_at IS NULL"
	" AND message_id IS NOT NULL";

/* It took hundreds in a moment, so that more than its connections is in hand when it begins to hang. */
TEST(what_waits_too_long_for_a_connection_is_given_back_untried)
{
	begin_world();
	slow.hangs_after = 400;
	notify = notify_start(&settings, NULL, stderr);
	alert(1, MANY, &slow, false);
	BECOMES(count_of("sent", &slow) == 400);
	BECOMES(slow.requests == 400 + LANE_CONNECTIONS);
	BECOMES(count_of("in_flight", &slow) == LANE_CONNECTIONS && db_number(store.db, -1, untried_sql) > 0);
	claim_all(); /* and what was given back is held like the rest */
	slow.hangs_after = INT32_MAX;
	BECOMES(count_of("in_flight", &slow) == 0);
	CHECK_INT(count_of("sent", &slow), 400 + LANE_CONNECTIONS);
	CHECK_INT(count_of("waiting", &slow), MANY - 400 - LANE_CONNECTIONS);
	end_world();
}

/* The link to the broker: it has so many in hand at a time, and hands them over every now and then. */
static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	atomic_bool stop;
	int64_t tokens[NOTIFY_DEVICE_MOST];
	size_t count;
} broker;

static bool publish(
	void *context, int64_t token, const char *device_id, const char *payload, size_t len, int64_t expires_s)
{
	bool taken;

	(void)context, (void)device_id, (void)payload, (void)len, (void)expires_s;
	pthread_mutex_lock(&broker.lock);
	taken = broker.count < NOTIFY_DEVICE_MOST;
	if (taken)
		broker.tokens[broker.count++] = token;
	pthread_mutex_unlock(&broker.lock);
	return taken;
}

static void *run_broker(void *unused)
{
	int64_t tokens[NOTIFY_DEVICE_MOST];
	size_t count;

	(void)unused;
	while (!broker.stop) {
		usleep(20000);
		pthread_mutex_lock(&broker.lock);
		count = broker.count;
		memcpy(tokens, broker.tokens, sizeof(tokens));
		broker.count = 0;
		pthread_mutex_unlock(&broker.lock);
		for (size_t i = 0; i < count; i++)
			notify_published(notify, tokens[i], 0);
	}
	return NULL;
}

static const char buttons_sql[] =
	"INSERT INTO notifications (key, incident_id, kind, what, round, person, channel, state, urgent, place, written_at,"
	" send_at) SELECT 'k' || i, i, 'missed', 'alert', 1, 'resident:R' || i, 'device:b' || i, 'waiting', i > 400, 'device:',"
	" 1, 1 FROM n";
static const char told_sql[] = "SELECT count(*) FROM notifications WHERE state = 'sent'";
static const char failed_sql[] = "SELECT count(*) FROM notifications WHERE tries > 1";

TEST(buttons_are_told_as_fast_as_the_broker_takes_it_and_none_is_refused_for_want_of_room)
{
	const struct notify_device device = { .publish = publish };

	begin_world();
	broker.stop = false;
	broker.count = 0;
	pthread_mutex_init(&broker.lock, NULL);
	run(buttons_sql);
	notify = notify_start(&settings, &device, stderr);
	CHECK(pthread_create(&broker.thread, NULL, run_broker, NULL) == 0);
	BECOMES(db_number(store.db, -1, told_sql) == MANY);
	CHECK_INT(db_number(store.db, -1, failed_sql), 0);
	broker.stop = true;
	pthread_join(broker.thread, NULL);
	pthread_mutex_destroy(&broker.lock);
	end_world();
}
