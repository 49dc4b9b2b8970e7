/*
 * link - one thread: connect, talk until that ends, wait, again.
 *
 * Every connection has a libmosquitto client of its own, because a client that reconnects sends again what it held
 * unacknowledged, with the age of then: an old press would look like a new one. The session is clean for the same
 * reason; what keeps a press is the spool, and what ends it is our ack.
 *
 * Connecting blocks, in this thread alone: so every address of a name is tried in turn, which the library's
 * asynchronous way does not do (a home whose IPv6 leads nowhere is an ordinary home).
 */
#include "device/button/link.h"

#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/topic.h"

#define RECONNECT_MS (1 * SECOND)  /* the first wait; it doubles */
#define STEADY_MS    (60 * SECOND) /* a connection that held so long starts the waits anew */
#define SILENCE_MS   (10 * SECOND) /* no CONNACK, or no PUBACK, for so long: the connection is dead */
#define TURN_MS      1000          /* libmosquitto looks after its keepalive when called */

struct link {
	const struct link_settings *settings;
	pthread_t thread;
	int fd; /* the owner's end of the pair */

	/* the thread's */
	int orders;           /* its end */
	bool online, refused; /* CONNACK came, and said no */
	int unconfirmed;      /* publishes without a PUBACK */
	int64_t waiting_ms;   /* since when the broker owes us an answer */
	bool stopping;
};

static void tell(struct link *l, enum link_what what)
{
	struct link_frame frame = { .what = what };

	send(l->orders, &frame, offsetof(struct link_frame, payload), MSG_NOSIGNAL);
}

static void on_connect(struct mosquitto *m, void *user, int code, int flags, const mosquitto_property *properties)
{
	struct link *l = user;
	const char *leaves[] = { "ack", "message" };
	char topic[TOPIC_MAX];

	(void)flags;
	(void)properties;
	if (code != 0) {
		log_error("mqtt=%s result=refused code=%d why=\"%s\"", l->settings->host, code,
			mosquitto_reason_string(code));
		l->refused = true;
		return;
	}
	for (size_t i = 0; i < 2; i++)
		if (topic_format(topic, l->settings->root, l->settings->device, leaves[i]))
			mosquitto_subscribe_v5(m, NULL, topic, 1, 0, NULL);
	l->online = true;
}

static void on_publish(struct mosquitto *m, void *user, int mid, int code, const mosquitto_property *properties)
{
	struct link *l = user;

	(void)m;
	(void)properties;
	l->unconfirmed--;
	l->waiting_ms = clock_boot();
	if (code >= 0x80)
		log_error("mqtt=%s mid=%d result=publish_refused code=%d why=\"%s\"", l->settings->host, mid, code,
			mosquitto_reason_string(code));
}

static void on_message(
	struct mosquitto *m, void *user, const struct mosquitto_message *message, const mosquitto_property *properties)
{
	struct link *l = user;
	struct link_frame frame = { .what = LINK_MESSAGE };
	const char *leaf = strrchr(message->topic, '/');

	(void)m;
	(void)properties;
	if (leaf == NULL || strlen(leaf + 1) >= LINK_LEAF || message->payloadlen < 0 ||
		message->payloadlen > PAYLOAD_MAX) {
		log_warn("mqtt=%s bytes=%d result=message_ignored", l->settings->host, message->payloadlen);
		return;
	}
	if (message->retain) /* neither an ack nor a message is ever kept by the broker for later */
		return;
	snprintf(frame.leaf, sizeof frame.leaf, "%s", leaf + 1);
	frame.len = (uint32_t)message->payloadlen;
	memcpy(frame.payload, message->payload, frame.len);
	send(l->orders, &frame, offsetof(struct link_frame, payload) + frame.len, MSG_NOSIGNAL);
}

static void on_log(struct mosquitto *m, void *user, int level, const char *text)
{
	(void)m;
	(void)user;
	if (level == MOSQ_LOG_ERR) /* what exactly TLS did not like stands only here */
		log_error("mqtt says=\"%s\"", text);
}

/* NULL: not possible with these settings, logged. */
static struct mosquitto *new_client(struct link *l)
{
	const struct link_settings *s = l->settings;
	char state[TOPIC_MAX];
	struct mosquitto *m = mosquitto_new(s->device, true, l);

	if (m == NULL)
		fatal("out of memory");
	mosquitto_int_option(m, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
	mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_log_callback_set(m, on_log);
	mosquitto_connect_v5_callback_set(m, on_connect);
	mosquitto_publish_v5_callback_set(m, on_publish);
	mosquitto_message_v5_callback_set(m, on_message);
	mosquitto_username_pw_set(m, s->username, s->password[0] != '\0' ? s->password : NULL);
	if (topic_format(state, s->root, s->device, "state"))
		mosquitto_will_set_v5(m, state, (int)strlen(s->will), s->will, 1, true, NULL);
	if (s->ca_file[0] != '\0' && mosquitto_tls_set(m, s->ca_file, NULL, NULL, NULL, NULL) != MOSQ_ERR_SUCCESS) {
		log_error("ca_file=%s result=not_read", s->ca_file);
		mosquitto_destroy(m); /* and never our password in the clear instead */
		return NULL;
	}
	return m;
}

/* Reads one order; false: none is there. The owner's end closed is an order to stop. */
static bool next_order(struct link *l, struct link_frame *frame)
{
	ssize_t n = recv(l->orders, frame, sizeof *frame, MSG_DONTWAIT);

	if (n == 0)
		frame->what = LINK_STOP;
	if (n < 0)
		return false;
	if (frame->what == LINK_STOP)
		l->stopping = true;
	return true;
}

static void publish(struct link *l, struct mosquitto *m, const struct link_frame *frame)
{
	char topic[TOPIC_MAX];

	if (!topic_format(topic, l->settings->root, l->settings->device, frame->leaf))
		return;
	if (mosquitto_publish_v5(m, NULL, topic, (int)frame->len, frame->payload, 1, frame->retain, NULL) !=
		MOSQ_ERR_SUCCESS)
		return; /* the connection is ending; the loop will say so */
	if (l->unconfirmed++ == 0)
		l->waiting_ms = clock_boot();
}

/* Talks over a connection until it ends; why it did. */
static const char *talk(struct link *l, struct mosquitto *m)
{
	struct link_frame frame;
	bool told = false;
	int result;

	while (mosquitto_socket(m) >= 0) {
		short events = mosquitto_want_write(m) ? POLLIN | POLLOUT : POLLIN;
		struct pollfd fds[] = { { mosquitto_socket(m), events, 0 }, { l->orders, POLLIN, 0 } };

		if (poll(fds, l->stopping ? 1 : 2, TURN_MS) < 0 && errno != EINTR)
			fatal("poll: %m");
		result = mosquitto_loop(m, 0, 1);
		if (result != MOSQ_ERR_SUCCESS)
			return mosquitto_strerror(result);
		while (!l->stopping && next_order(l, &frame))
			if (told && frame.what == LINK_PUBLISH) /* else it was meant for the last connection */
				publish(l, m, &frame);
		if (l->online && !told)
			tell(l, LINK_ONLINE);
		told = l->online;
		if (l->stopping && (l->unconfirmed == 0 || !l->online)) {
			mosquitto_disconnect(m);
			return "stopped";
		}
		if ((!l->online || l->unconfirmed > 0) && clock_boot() - l->waiting_ms > SILENCE_MS)
			return "no answer";
	}
	return "closed by the broker";
}

/* One connection from start to end. */
static void serve(struct link *l)
{
	const struct link_settings *s = l->settings;
	struct mosquitto *m = new_client(l);

	if (m == NULL)
		return;
	l->online = l->refused = false;
	l->unconfirmed = 0;
	int result = mosquitto_connect_bind_v5(m, s->host, s->port, s->keepalive_s, NULL, NULL);
	l->waiting_ms = clock_boot();
	if (result != MOSQ_ERR_SUCCESS) {
		log_warn("mqtt=%s port=%d result=not_connected why=\"%s\"", s->host, s->port,
			result == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(result));
	} else {
		const char *why = talk(l, m);

		if (!l->refused)
			log_info("mqtt=%s port=%d result=ended why=\"%s\"", s->host, s->port, why);
	}
	mosquitto_destroy(m);
	if (l->online)
		tell(l, LINK_OFFLINE);
	l->online = false;
}

/* Waits out the back-off; somebody in a hurry shortens it to RECONNECT_MS. */
static void wait_ms(struct link *l, int64_t ms)
{
	int64_t began_ms = clock_boot();
	struct link_frame frame;
	bool hurry = false;

	while (!l->stopping) {
		int64_t left_ms = began_ms + (hurry ? RECONNECT_MS : ms) - clock_boot();
		struct pollfd fd = { l->orders, POLLIN, 0 };

		if (left_ms <= 0)
			break;
		if (poll(&fd, 1, (int)left_ms) == 1 && next_order(l, &frame))
			hurry |= frame.what == LINK_HURRY;
	}
}

/* Half of the wait is random, so that a street of buttons does not return in one second after a cut. */
static int64_t with_jitter(int64_t ms)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0)
		random = 0; /* no jitter is better than no connection */
	return ms / 2 + random % (ms / 2 + 1);
}

static void *run(void *user)
{
	struct link *l = user;
	int64_t back_off_ms = RECONNECT_MS;

	while (!l->stopping) {
		int64_t began_ms = clock_boot();

		serve(l);
		if (clock_boot() - began_ms >= STEADY_MS)
			back_off_ms = RECONNECT_MS;
		wait_ms(l, with_jitter(back_off_ms));
		back_off_ms = 2 * back_off_ms < l->settings->reconnect_max_ms ? 2 * back_off_ms
									      : l->settings->reconnect_max_ms;
	}
	close(l->orders);
	return NULL;
}

struct link *link_start(const struct link_settings *settings)
{
	struct link *l = calloc(1, sizeof *l);
	int pair[2];

	if (l == NULL || mosquitto_lib_init() != MOSQ_ERR_SUCCESS)
		fatal("out of memory");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		fatal("socketpair: %m");
	l->settings = settings;
	l->fd = pair[0];
	l->orders = pair[1];
	int error = pthread_create(&l->thread, NULL, run, l);
	if (error != 0)
		fatal("thread: %s", strerror(error));
	return l;
}

int link_fd(const struct link *l)
{
	return l->fd;
}

bool link_next(struct link *l, struct link_frame *frame)
{
	return recv(l->fd, frame, sizeof *frame, MSG_DONTWAIT) > 0;
}

static bool give(struct link *l, const struct link_frame *frame)
{
	return send(l->fd, frame, offsetof(struct link_frame, payload) + frame->len, MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
}

bool link_publish(struct link *l, const char *leaf, bool retain, const char *payload, size_t len)
{
	struct link_frame frame = { .what = LINK_PUBLISH, .retain = retain, .len = (uint32_t)len };

	if (strlen(leaf) >= sizeof frame.leaf || len > sizeof frame.payload)
		fatal("leaf=%s bytes=%zu result=too_long", leaf, len);
	snprintf(frame.leaf, sizeof frame.leaf, "%s", leaf);
	memcpy(frame.payload, payload, len);
	return give(l, &frame);
}

void link_hurry(struct link *l)
{
	give(l, &(struct link_frame){ .what = LINK_HURRY });
}

bool link_stop(struct link *l, int within_ms)
{
	int64_t until_ms = clock_boot() + within_ms;
	struct pollfd fd = { l->fd, POLLIN, 0 };
	struct link_frame frame;
	bool ended = false;

	give(l, &(struct link_frame){ .what = LINK_STOP });
	while (!ended && clock_boot() < until_ms && poll(&fd, 1, (int)(until_ms - clock_boot())) >= 0)
		ended = recv(l->fd, &frame, sizeof frame, MSG_DONTWAIT) == 0; /* else what still came */
	if (!ended) {
		log_warn("mqtt=%s result=left_alone why=\"still connecting\"", l->settings->host);
		return false;
	}
	pthread_join(l->thread, NULL);
	close(l->fd);
	mosquitto_lib_cleanup();
	free(l);
	return true;
}
