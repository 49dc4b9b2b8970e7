/*
 * link - the MQTT session over libmosquitto.
 *
 * A connection is made by mosquitto_connect_bind_v5, which looks up the name and connects while it blocks, in a
 * detached thread that owns the handle until it is done; TLS can so check the certificate against the name. One that
 * takes too long is abandoned, and its thread clears it away. From then on the handle is the loop's alone.
 *
 * mosquitto_loop_misc is safe with a batch in hand: in threaded mode its ping is only queued.
 */
#include <errno.h>
#include <fcntl.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/topic.h"
#include "server/link.h"

#define KEEPALIVE_S      60 /* a store that is busy for long is no reason to hang up */
#define CONNECT_LONGEST  (30 * SECOND)
#define WELCOME_LONGEST  (10 * SECOND)
#define SILENCE          (15 * SECOND)
#define RETRY_FIRST      (1 * SECOND)
#define RETRY_LONGEST    (30 * SECOND)
#define STEADY           (10 * SECOND) /* a connection that held for this long begins the back-off anew */
#define GOODBYE_LONGEST  SECOND
#define SESSION_FOR_GOOD UINT32_C(0xffffffff)

enum { SUBSCRIPTIONS = 3 };

/* A connection being made. Whoever is second of loop and thread to write `state` owns it. */
enum { ATTEMPT_UNDER_WAY, ATTEMPT_DONE, ATTEMPT_ABANDONED };
struct attempt {
	struct mosquitto *handle;
	char host[256];
	int port;
	int result, error; /* MOSQ_ERR_…, and errno or a code of getaddrinfo */
	atomic_int state;
	int poke_fd;
};

enum link_state { LINK_DOWN, LINK_CONNECTING, LINK_GREETING, LINK_UP };

struct link {
	struct link_events events;
	int poke_fd;
	char host[256], username[65], password[256], ca_file[512], client_id[64];
	int port;
	char filters[SUBSCRIPTIONS][TOPIC_MAX];
	int64_t silence_ms;

	enum link_state state;
	struct attempt *attempt;
	struct mosquitto *handle;
	int64_t boot;     /* of this turn */
	int64_t since_at; /* of this state */
	int64_t read_at;  /* something came, or nothing could */
	int64_t retry_at;
	unsigned failures;
	char why[128];  /* the reason that a callback heard */
	char told[128]; /* the latest reason logged: one that repeats at each try is told once a minute */
	int64_t told_at;
	bool broken;  /* by link_break, and not steady since: coming up is no news then */
	bool up_told; /* this connection is in the log */

	struct {
		int mid;
		int64_t token;
	} in_flight[LINK_IN_FLIGHT];
	size_t in_flight_count;
};

static void start_library(void)
{
	mosquitto_lib_init();
}

struct link *link_new(const struct settings *s, const struct link_events *events, int poke_fd)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct link *l = calloc(1, sizeof(*l));
	bool shared = s->mqtt_share[0];

	if (!l)
		fatal("error=\"out of memory\"");
	pthread_once(&once, start_library);
	l->events = *events;
	l->poke_fd = poke_fd;
	memcpy(l->host, s->mqtt_host, sizeof(l->host));
	memcpy(l->username, s->mqtt_username, sizeof(l->username));
	memcpy(l->password, s->mqtt_password, sizeof(l->password));
	memcpy(l->ca_file, s->mqtt_ca_file, sizeof(l->ca_file));
	memcpy(l->client_id, s->mqtt_client_id, sizeof(l->client_id));
	l->port = (int)s->mqtt_port;
	snprintf(l->filters[0], TOPIC_MAX, "%s%s%s%s/+/checkin", shared ? "$share/" : "", s->mqtt_share,
		shared ? "/" : "", s->mqtt_root);
	snprintf(l->filters[1], TOPIC_MAX, "%s/+/state", s->mqtt_root);
	snprintf(l->filters[2], TOPIC_MAX, "mimamori/echo/%s", s->mqtt_client_id);
	l->silence_ms = s->rules.echo_ms * 3 > SILENCE ? s->rules.echo_ms * 3 : SILENCE;
	return l;
}

static void poke(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) < 0)
		return; /* full: it is awake */
}

static void attempt_free(struct attempt *a)
{
	mosquitto_destroy(a->handle);
	free(a);
}

static void *attempt_run(void *argument)
{
	struct attempt *a = argument;
	mosquitto_property *properties = NULL;

	a->result = mosquitto_property_add_int32(&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, SESSION_FOR_GOOD);
	if (!a->result)
		a->result = mosquitto_property_add_int16(&properties, MQTT_PROP_RECEIVE_MAXIMUM, LINK_UNACKED);
	errno = 0;
	if (!a->result)
		a->result = mosquitto_connect_bind_v5(a->handle, a->host, a->port, KEEPALIVE_S, NULL, properties);
	a->error = errno;
	mosquitto_property_free_all(&properties);
	int fd = a->poke_fd;
	if (atomic_exchange(&a->state, ATTEMPT_DONE) == ATTEMPT_ABANDONED)
		attempt_free(a);
	else
		poke(fd);
	return NULL;
}

/* False: there is one under way, which its thread will clear away. */
static bool attempt_leave(struct link *l)
{
	bool done = !l->attempt || atomic_exchange(&l->attempt->state, ATTEMPT_ABANDONED) == ATTEMPT_DONE;

	if (l->attempt && done)
		attempt_free(l->attempt);
	l->attempt = NULL;
	return done;
}

static void end_in_flight(struct link *l)
{
	while (l->in_flight_count)
		l->events.published(l->events.context, l->in_flight[--l->in_flight_count].token, LINK_UNANSWERED);
}

static const char *attempt_why(const struct attempt *a)
{
	if (a->result == MOSQ_ERR_ERRNO)
		return strerror(a->error);
	if (a->result == MOSQ_ERR_EAI)
		return gai_strerror(a->error);
	return mosquitto_strerror(a->result);
}

static void move(struct link *l, enum link_state state)
{
	l->state = state;
	l->since_at = l->read_at = l->boot;
}

/* Whatever there is of a connection is gone; the next one comes after `pause_ms`, or after a growing while for -1. */
static void drop(struct link *l, const char *why, int64_t pause_ms)
{
	bool was_up = l->state == LINK_UP;

	if (pause_ms < 0) {
		int64_t longest = RETRY_FIRST << (l->failures < 5 ? l->failures : 5);

		l->failures++;
		if (longest > RETRY_LONGEST)
			longest = RETRY_LONGEST;
		pause_ms = longest / 2 + (int64_t)arc4random_uniform((uint32_t)(longest / 2 + 1));
	}
	if (l->up_told || strncmp(l->told, why, sizeof(l->told) - 1) != 0 || l->boot - l->told_at >= MINUTE) {
		log_warn("link=down broker=%s:%d why=\"%s\" retry_in_ms=%lld", l->host, l->port, why,
			(long long)pause_ms);
		snprintf(l->told, sizeof(l->told), "%s", why);
		l->told_at = l->boot;
	}
	l->up_told = false;
	attempt_leave(l);
	if (l->handle)
		mosquitto_destroy(l->handle);
	l->handle = NULL;
	l->why[0] = '\0';
	move(l, LINK_DOWN);
	l->retry_at = l->boot + pause_ms;
	end_in_flight(l);
	if (was_up)
		l->events.lost(l->events.context);
}

static void drop_for(struct link *l, int result)
{
	char why[256];

	snprintf(why, sizeof(why), "%s", l->why[0] ? l->why : mosquitto_strerror(result));
	drop(l, why, -1);
}

static void on_connect(
	struct mosquitto *handle, void *context, int reason, int flags, const mosquitto_property *properties)
{
	struct link *l = context;
	char *const filters[SUBSCRIPTIONS] = { l->filters[0], l->filters[1], l->filters[2] };

	(void)properties;
	if (reason != MQTT_RC_SUCCESS) {
		snprintf(l->why, sizeof(l->why), "refused: %s", mosquitto_reason_string(reason));
		return; /* the read ends with an error */
	}
	move(l, LINK_UP);
	/* Each time, for a broker may have forgotten; and without Retain As Published, so that a retained flag says
	   that this copy was stored. */
	int result = mosquitto_subscribe_multiple(handle, NULL, SUBSCRIPTIONS, filters, 1, 0, NULL);
	if (result)
		fatal("link=up error=\"cannot subscribe: %s\"", mosquitto_strerror(result));
	l->up_told = !l->broken;
	if (l->up_told)
		log_info("link=up broker=%s:%d session=%s", l->host, l->port, flags & 1 ? "present" : "new");
	l->events.connected(l->events.context);
}

static void on_disconnect(struct mosquitto *handle, void *context, int reason, const mosquitto_property *properties)
{
	struct link *l = context;

	(void)handle, (void)properties;
	if (reason >= MQTT_RC_UNSPECIFIED) /* the broker's word; below are the library's, which the read gives too */
		snprintf(l->why, sizeof(l->why), "hung up: %s", mosquitto_reason_string(reason));
}

static void on_subscribe(struct mosquitto *handle, void *context, int mid, int count, const int *granted,
	const mosquitto_property *properties)
{
	struct link *l = context;

	(void)handle, (void)mid, (void)properties;
	for (int i = 0; i < count && i < SUBSCRIPTIONS; i++)
		if (granted[i] >= MQTT_RC_UNSPECIFIED)
			log_error("link=up topic=%s error=\"not granted: %s\"", l->filters[i],
				mosquitto_reason_string(granted[i]));
}

static void on_message(struct mosquitto *handle, void *context, const struct mosquitto_message *m,
	const mosquitto_property *properties)
{
	struct link *l = context;

	(void)handle, (void)properties;
	l->events.message(l->events.context, m->topic, m->payload, (size_t)m->payloadlen, m->retain);
}

static void on_publish(
	struct mosquitto *handle, void *context, int mid, int reason, const mosquitto_property *properties)
{
	struct link *l = context;

	(void)handle, (void)properties;
	for (size_t i = 0; i < l->in_flight_count; i++)
		if (l->in_flight[i].mid == mid) {
			int64_t token = l->in_flight[i].token;

			l->in_flight[i] = l->in_flight[--l->in_flight_count];
			l->events.published(l->events.context, token, reason);
			return;
		}
}

/* The library's own errors, such as what is wrong with a certificate; also called by the thread of an attempt. */
static void on_log(struct mosquitto *handle, void *context, int level, const char *text)
{
	(void)handle, (void)context;
	if (level == MOSQ_LOG_ERR)
		log_warn("link=error text=\"%s\"", text);
}

/* A new handle, set up but not connected; NULL and why. */
static struct mosquitto *handle_new(struct link *l, const char **why)
{
	struct mosquitto *handle = mosquitto_new(l->client_id, false, l);
	int result;

	if (!handle)
		fatal("link=down error=\"%m\"");
	result = mosquitto_threaded_set(handle, true); /* else PUBACKs leave at once */
	if (!result)
		result = mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
	if (!result)
		result = mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1);
	if (!result && l->username[0])
		result = mosquitto_username_pw_set(handle, l->username, l->password);
	if (!result && l->ca_file[0])
		result = mosquitto_tls_set(handle, l->ca_file, NULL, NULL, NULL, NULL);
	if (result) {
		*why = l->ca_file[0] ? "ca_file cannot be used" : mosquitto_strerror(result);
		mosquitto_destroy(handle);
		return NULL;
	}
	mosquitto_connect_v5_callback_set(handle, on_connect);
	mosquitto_disconnect_v5_callback_set(handle, on_disconnect);
	mosquitto_subscribe_v5_callback_set(handle, on_subscribe);
	mosquitto_message_v5_callback_set(handle, on_message);
	mosquitto_publish_v5_callback_set(handle, on_publish);
	mosquitto_log_callback_set(handle, on_log);
	return handle;
}

static void attempt_start(struct link *l)
{
	struct attempt *a = calloc(1, sizeof(*a));
	const char *why = NULL;
	pthread_attr_t detached;
	pthread_t thread;

	if (!a)
		fatal("error=\"out of memory\"");
	a->handle = handle_new(l, &why);
	if (!a->handle) {
		free(a);
		drop(l, why, -1);
		return;
	}
	memcpy(a->host, l->host, sizeof(a->host));
	a->port = l->port;
	a->poke_fd = l->poke_fd;
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	int error = pthread_create(&thread, &detached, attempt_run, a);
	pthread_attr_destroy(&detached);
	if (error) {
		attempt_free(a);
		drop(l, strerror(error), -1);
		return;
	}
	l->attempt = a;
	move(l, LINK_CONNECTING);
}

static void attempt_end(struct link *l)
{
	struct attempt *a = l->attempt;

	if (a->result) {
		drop(l, attempt_why(a), -1);
		return;
	}
	l->handle = a->handle;
	l->attempt = NULL;
	free(a);
	move(l, LINK_GREETING);
}

void link_tend(struct link *l, int64_t boot, bool reading)
{
	int result;

	l->boot = boot;
	if (!reading)
		l->read_at = boot;
	switch (l->state) {
	case LINK_DOWN:
		if (boot >= l->retry_at)
			attempt_start(l);
		break;
	case LINK_CONNECTING:
		if (atomic_load(&l->attempt->state) == ATTEMPT_DONE)
			attempt_end(l);
		else if (boot - l->since_at > CONNECT_LONGEST)
			drop(l, "no answer to connecting", -1);
		break;
	case LINK_GREETING:
		if (boot - l->since_at > WELCOME_LONGEST)
			drop(l, "no answer to the greeting", -1);
		break;
	case LINK_UP:
		if (boot - l->since_at > STEADY) {
			l->failures = 0;
			l->told[0] = '\0';
			l->broken = false;
		}
		result = mosquitto_loop_misc(l->handle);
		if (result)
			drop_for(l, result);
		else if (boot - l->read_at > l->silence_ms)
			drop(l, "the broker is silent", -1);
		break;
	}
}

int link_fd(const struct link *l)
{
	return l->handle ? mosquitto_socket(l->handle) : -1;
}

bool link_wants_write(const struct link *l)
{
	return l->handle && mosquitto_want_write(l->handle);
}

bool link_up(const struct link *l)
{
	return l->state == LINK_UP;
}

int64_t link_next_at(const struct link *l)
{
	return l->state == LINK_DOWN ? l->retry_at : INT64_MAX;
}

void link_read(struct link *l, bool (*full)(void *context))
{
	while (l->handle && !full(l->events.context)) {
		struct pollfd p = { mosquitto_socket(l->handle), POLLIN, 0 };

		if (poll(&p, 1, 0) <= 0)
			return;
		l->read_at = l->boot;
		int result = mosquitto_loop_read(l->handle, 1);
		if (result || mosquitto_socket(l->handle) < 0)
			drop_for(l, result ? result : MOSQ_ERR_CONN_LOST);
	}
}

/* Packets are written one by one; a group of them leaves in as few segments as it fits, and wakes the broker as often.
 */
static void cork(struct link *l, int on)
{
	if (mosquitto_socket(l->handle) >= 0)
		setsockopt(mosquitto_socket(l->handle), IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

void link_write(struct link *l)
{
	if (!link_wants_write(l))
		return;
	cork(l, 1);
	int result = mosquitto_loop_write(l->handle, 1);
	cork(l, 0);
	if (result || mosquitto_socket(l->handle) < 0)
		drop_for(l, result ? result : MOSQ_ERR_CONN_LOST);
}

void link_break(struct link *l, const char *why, int64_t pause_ms)
{
	drop(l, why, pause_ms);
	l->broken = true;
}

/*
 * Waits until the broker hangs up. A socket that is closed with something unread in it is reset, and then the broker
 * drops what it has not read of ours: PUBACKs and acks of presses that are stored.
 */
static void wait_for_end(int fd, int64_t until)
{
	char unread[4096];

	shutdown(fd, SHUT_WR);
	while (clock_boot() < until) {
		struct pollfd p = { fd, POLLIN, 0 };

		if (poll(&p, 1, 100) > 0 && recv(fd, unread, sizeof(unread), MSG_DONTWAIT) <= 0)
			return;
	}
}

void link_goodbye(struct link *l)
{
	int64_t until = clock_boot() + GOODBYE_LONGEST;

	if (l->state != LINK_UP)
		return;
	int fd = fcntl(mosquitto_socket(l->handle), F_DUPFD_CLOEXEC, 0); /* the library closes its own */
	int result = mosquitto_disconnect_v5(l->handle, 0, NULL);
	while (!result && mosquitto_socket(l->handle) >= 0 && clock_boot() < until) {
		struct pollfd p = { mosquitto_socket(l->handle), POLLOUT, 0 };

		if (poll(&p, 1, 100) < 0 || mosquitto_loop_write(l->handle, 1))
			break;
	}
	if (fd >= 0) {
		wait_for_end(fd, until);
		close(fd);
	}
}

bool link_free(struct link *l)
{
	bool ended = attempt_leave(l);

	if (l->handle)
		mosquitto_destroy(l->handle);
	end_in_flight(l);
	free(l);
	return ended;
}

bool link_publish(
	struct link *l, const char *topic, const void *payload, size_t len, int qos, int64_t expires_s, int64_t token)
{
	mosquitto_property *properties = NULL;
	int mid, result = MOSQ_ERR_SUCCESS;

	if (l->state != LINK_UP || (token && l->in_flight_count == LINK_IN_FLIGHT))
		return false;
	if (expires_s > 0)
		result = mosquitto_property_add_int32(&properties, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL,
			expires_s < UINT32_MAX ? (uint32_t)expires_s : UINT32_MAX);
	if (!result)
		result = mosquitto_publish_v5(l->handle, &mid, topic, (int)len, payload, qos, false, properties);
	mosquitto_property_free_all(&properties);
	if (result) {
		log_warn("link=up topic=%s error=\"cannot publish: %s\"", topic, mosquitto_strerror(result));
		return false;
	}
	if (token) {
		l->in_flight[l->in_flight_count].mid = mid;
		l->in_flight[l->in_flight_count++].token = token;
	}
	return true;
}
