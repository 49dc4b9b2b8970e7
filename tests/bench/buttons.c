/*
 * buttons - many buttons in one process: an MQTT 3.1.1 client of its own over epoll, so that what is measured is the
 * broker and who answers, and not a client library.
 *
 * Each button has a connection under its own name, hears its own acks and presses at QoS 1. Without --rate the loop is
 * closed: a button presses again when its ack has come. With it the loop is open: press k is due at k / rate, whether
 * or not anything was answered, and its latency counts from when it was due, so that what waits behind a stall is seen
 * (no coordinated omission). With --puback the broker's own PUBACK ends a press.
 *
 * It prints "ready" when all are connected, and at its end, or at SIGTERM, one line of JSON.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/times.h"

enum { CONNECTING_MOST = 64, ROOM = 1024, PASSWORD_MOST = 64 };
enum packet { CONNACK = 0x20, PUBLISH = 0x30, PUBACK = 0x40, SUBACK = 0x90 };

struct button {
	int fd;
	bool connected; /* the kernel said so */
	size_t len;
	unsigned char in[ROOM]; /* what is read and no whole packet yet */
};

static struct {
	int port;
	size_t buttons, spread;
	const char *password, *trace;
	double seconds, warm, rate;
	uint64_t presses;
	bool puback;
} asked = { .buttons = 1, .spread = 1, .seconds = 5, .warm = 1 };

static struct button *buttons;
static int poller;
static size_t connecting, ready;
static unsigned run_id;
static volatile sig_atomic_t stopping;

/* By the number of the press: when it was due, ns; 0 once it is answered. */
static int64_t *due;
static uint64_t due_room, sent, answered, other, by_then;
static int64_t began, counted_from, counted_until;

static void die(const char *what)
{
	fprintf(stderr, "buttons: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void *grown(void *list, size_t bytes)
{
	void *more = realloc(list, bytes);

	if (!more)
		die("memory");
	return more;
}

static size_t put_text(unsigned char *to, const char *text, size_t len)
{
	to[0] = (unsigned char)(len >> 8);
	to[1] = (unsigned char)len;
	memcpy(to + 2, text, len);
	return len + 2;
}

/* All of ours are shorter than 128 * 128 bytes and fit the socket's buffer. */
static void send_packet(struct button *b, unsigned char type, const unsigned char *body, size_t len)
{
	unsigned char packet[ROOM];
	size_t head = len < 128 ? 2 : 3;

	packet[0] = type;
	packet[1] = (unsigned char)(len < 128 ? len : (len & 127) | 128);
	if (len >= 128)
		packet[2] = (unsigned char)(len >> 7);
	memcpy(packet + head, body, len);
	if (send(b->fd, packet, head + len, MSG_NOSIGNAL) != (ssize_t)(head + len))
		die("a packet does not leave");
}

static void name_of(const struct button *b, char name[16])
{
	snprintf(name, 16, "B%07zu", (size_t)(b - buttons) * asked.spread);
}

static void say_connect(struct button *b)
{
	static const unsigned char head[] = { 0, 4, 'M', 'Q', 'T', 'T', 4, 0xc2, 0, 0 }; /* clean, no keepalive */
	unsigned char body[ROOM];
	char name[16];
	size_t len = sizeof(head);

	name_of(b, name);
	memcpy(body, head, sizeof(head));
	len += put_text(body + len, name, strlen(name));
	len += put_text(body + len, name, strlen(name));
	len += put_text(body + len, asked.password, strlen(asked.password));
	send_packet(b, 0x10, body, len);
}

static void say_subscribe(struct button *b)
{
	unsigned char body[ROOM] = { 0, 1 };
	char name[16], topic[64];
	size_t len = 2;

	name_of(b, name);
	snprintf(topic, sizeof(topic), "mimamori/v1/%s/ack", name);
	len += put_text(body + len, topic, strlen(topic));
	body[len++] = 1;
	send_packet(b, 0x82, body, len);
}

static void press(struct button *b, int64_t due_at)
{
	unsigned char body[ROOM];
	char name[16], topic[64], text[256];
	size_t len;

	if (sent == due_room) {
		due_room = due_room ? due_room * 2 : 65536;
		due = grown(due, due_room * sizeof(*due));
	}
	due[sent] = due_at;
	name_of(b, name);
	snprintf(topic, sizeof(topic), "mimamori/v1/%s/checkin", name);
	snprintf(text, sizeof(text), "{\"id\":\"01J%08X%015llu\",\"kind\":\"ok\",\"at\":%lld,\"battery\":87}", run_id,
		(unsigned long long)sent, (long long)time(NULL));
	len = put_text(body, topic, strlen(topic));
	body[len++] = (unsigned char)((sent % 65535 + 1) >> 8);
	body[len++] = (unsigned char)(sent % 65535 + 1);
	memcpy(body + len, text, strlen(text));
	send_packet(b, PUBLISH | 2, body, len + strlen(text));
	sent++;
}

static void note(uint64_t number, bool stored)
{
	int64_t at = now_ns(CLOCK_MONOTONIC), due_at = number < sent ? due[number] : 0;

	if (!due_at)
		return; /* told twice */
	due[number] = 0;
	answered++;
	other += !stored;
	if (at >= counted_from && at < counted_until)
		by_then++;
	if (due_at < counted_from || due_at >= counted_until)
		return;
	times_add(due_at, at - due_at);
}

static void press_again(struct button *b)
{
	int64_t at = now_ns(CLOCK_MONOTONIC);

	if (asked.rate == 0 && at < counted_until && (!asked.presses || sent < asked.presses))
		press(b, at);
}

static void take_ack(struct button *b, const unsigned char *payload, size_t len)
{
	char text[ROOM], *id;

	memcpy(text, payload, len);
	text[len] = '\0';
	id = strstr(text, "\"id\":\"01J");
	if (!id || strlen(id) < 32 || asked.puback)
		return;
	note(strtoull(id + 17, NULL, 10), strstr(text, "\"stored\""));
	press_again(b);
}

static void take_packet(struct button *b, const unsigned char *body, unsigned char type, size_t len)
{
	unsigned mid;

	switch (type & 0xf0) {
	case CONNACK:
		if (len < 2 || body[1])
			die("the broker refuses us");
		say_subscribe(b);
		break;
	case SUBACK:
		connecting--;
		ready++;
		break;
	case PUBACK:
		if (!asked.puback || len < 2)
			break;
		mid = (unsigned)body[0] << 8 | body[1];
		/* One is outstanding: the latest with this number. */
		note((sent - mid) / 65535 * 65535 + mid - 1, true);
		press_again(b);
		break;
	case PUBLISH: {
		size_t topic = (size_t)body[0] << 8 | body[1], head = 2 + topic + (type & 6 ? 2 : 0);

		if (head <= len)
			take_ack(b, body + head, len - head);
		break;
	}
	default: break;
	}
}

static void take_packets(struct button *b)
{
	size_t at = 0;

	while (b->len - at >= 2) {
		const unsigned char *p = b->in + at;
		size_t head = p[1] & 128 ? 3 : 2, len = p[1] & 127;

		if (head == 3 && b->len - at < 3)
			break;
		if (head == 3)
			len |= (size_t)p[2] << 7;
		if (head + len > ROOM)
			die("a packet too long");
		if (b->len - at < head + len)
			break;
		take_packet(b, p + head, p[0], len);
		at += head + len;
	}
	memmove(b->in, b->in + at, b->len - at);
	b->len -= at;
}

static void start_connecting(struct button *b)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)asked.port) };
	int on = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	b->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (b->fd < 0)
		die("socket");
	setsockopt(b->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(b->fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS)
		die("connect");
	struct epoll_event e = { .events = EPOLLOUT, .data.ptr = b };
	if (epoll_ctl(poller, EPOLL_CTL_ADD, b->fd, &e) < 0)
		die("epoll");
	connecting++;
}

static void handle(struct button *b)
{
	if (!b->connected) {
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = b };
		int error = 0;
		socklen_t size = sizeof(error);

		getsockopt(b->fd, SOL_SOCKET, SO_ERROR, &error, &size);
		if ((errno = error))
			die("connect");
		b->connected = true;
		epoll_ctl(poller, EPOLL_CTL_MOD, b->fd, &e);
		say_connect(b);
		return;
	}
	ssize_t n = recv(b->fd, b->in + b->len, ROOM - b->len, 0);
	if (n == 0 || (n < 0 && errno != EAGAIN))
		die("the broker hung up");
	if (n > 0) {
		b->len += (size_t)n;
		take_packets(b);
	}
}

static void wait_until(int64_t at)
{
	struct epoll_event events[256];
	int64_t ns = at - now_ns(CLOCK_MONOTONIC);
	struct timespec t = { ns > 0 ? ns / 1000000000 : 0, ns > 0 ? ns % 1000000000 : 0 };
	int n = epoll_pwait2(poller, events, 256, &t, NULL);

	if (n < 0 && errno != EINTR)
		die("epoll_pwait2");
	for (int i = 0; i < n; i++)
		handle(events[i].data.ptr);
}

static void connect_all(void)
{
	size_t next = 0;

	while (ready < asked.buttons) {
		while (next < asked.buttons && connecting < CONNECTING_MOST)
			start_connecting(&buttons[next++]);
		wait_until(now_ns(CLOCK_MONOTONIC) + 1000000000);
	}
}

static int64_t due_of(uint64_t k)
{
	return began + (int64_t)((double)k * 1e9 / asked.rate);
}

/* Each in turn, but no neighbours after each other. */
static struct button *turn_of(uint64_t k)
{
	return &buttons[k * 7919 % asked.buttons];
}

static void stop(int signal_number)
{
	stopping = signal_number;
}

static void press_all(void)
{
	int64_t patience;

	began = now_ns(CLOCK_MONOTONIC);
	counted_from = began + (int64_t)(asked.warm * 1e9);
	counted_until = counted_from + (int64_t)(asked.seconds * 1e9);
	patience = counted_until + (asked.rate > 0 ? 10000000000 : 0);
	if (asked.rate == 0)
		for (size_t i = 0; i < asked.buttons && (!asked.presses || i < asked.presses); i++)
			press(&buttons[i], now_ns(CLOCK_MONOTONIC));
	for (;;) {
		int64_t at = now_ns(CLOCK_MONOTONIC), next = patience;

		if (stopping && counted_until > at)
			counted_until = patience = at;
		if (asked.rate > 0) {
			while (due_of(sent) <= at && due_of(sent) < counted_until)
				press(turn_of(sent), due_of(sent));
			next = due_of(sent) < counted_until ? due_of(sent) : patience;
		}
		if (at >= patience ||
			((asked.presses ? sent >= asked.presses : at >= counted_until) && answered == sent))
			break;
		wait_until(next);
	}
}

static void report(void)
{
	double lasted = (double)(now_ns(CLOCK_MONOTONIC) - began) / 1e9;

	if (asked.trace && !times_write(asked.trace))
		die(asked.trace);
	times_sort();
	printf("{\"sent\":%llu,\"answered\":%llu,\"other\":%llu,\"rate\":%.1f,\"lasted\":%.3f,\"p50\":%.3f,\"p99\":%.3f,"
	       "\"p999\":%.3f,\"max\":%.3f}\n",
		(unsigned long long)sent, (unsigned long long)answered, (unsigned long long)other,
		asked.presses ? (double)answered / lasted : (double)by_then / asked.seconds, lasted,
		times_quantile(0.5), times_quantile(0.99), times_quantile(0.999), times_quantile(1));
}

static const struct option options[] = {
	{ "port", required_argument, NULL, 'p' },
	{ "password", required_argument, NULL, 'w' },
	{ "buttons", required_argument, NULL, 'n' },
	{ "spread", required_argument, NULL, 'k' },  /* button i is device i * spread */
	{ "seconds", required_argument, NULL, 's' }, /* counted */
	{ "warm", required_argument, NULL, 'u' },    /* seconds before */
	{ "rate", required_argument, NULL, 'r' },    /* presses a second, of all together; else a closed loop */
	{ "presses", required_argument, NULL, 'm' }, /* ends after so many */
	{ "puback", no_argument, NULL, 'a' },
	{ "trace", required_argument, NULL, 't' }, /* file: a line a press, when it was due and how long it took, ms */
	{ NULL, 0, NULL, 0 },
};

int main(int argc, char **argv)
{
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
		switch (c) {
		case 'p': asked.port = atoi(optarg); break;
		case 'w': asked.password = optarg; break;
		case 'n': asked.buttons = strtoul(optarg, NULL, 10); break;
		case 'k': asked.spread = strtoul(optarg, NULL, 10); break;
		case 's': asked.seconds = atof(optarg); break;
		case 'u': asked.warm = atof(optarg); break;
		case 'r': asked.rate = atof(optarg); break;
		case 'm': asked.presses = strtoull(optarg, NULL, 10); break;
		case 'a': asked.puback = true; break;
		case 't': asked.trace = optarg; break;
		default: return 2;
		}
	if (!asked.port || !asked.password || strlen(asked.password) > PASSWORD_MOST || !asked.buttons)
		return 2;
	run_id = (unsigned)now_ns(CLOCK_REALTIME);
	buttons = calloc(asked.buttons, sizeof(*buttons));
	poller = epoll_create1(EPOLL_CLOEXEC);
	if (!buttons || poller < 0)
		die("start");
	signal(SIGTERM, stop);
	connect_all();
	puts("ready");
	fflush(stdout);
	press_all();
	report();
	return 0;
}
