/*
 * sink - the other end of a burst: an HTTP or SMTP server that takes everything at once, for both sides the same.
 *
 *   sink http|smtp PORT COUNT [FILE]
 *
 * It prints "ready", and when COUNT messages have come one line of JSON: when the first and the last came (ms since
 * 1970) and how many connections there were. FILE keeps the last one. Then it goes on taking, until it is killed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 1 << 20 };

struct guest {
	int fd;
	bool in_data; /* of SMTP */
	size_t len;
	char in[ROOM + 1];
};

static bool smtp;
static int poller;
static long wanted, count, connections;
static double first_at, last_at;
static const char *keep_file;

static void die(const char *what)
{
	fprintf(stderr, "sink: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void keep(const char *message, size_t len)
{
	FILE *f = fopen(keep_file, "w");

	if (!f || fwrite(message, 1, len, f) != len || fclose(f))
		die(keep_file);
}

static void took(const char *message, size_t len)
{
	last_at = now_ms();
	if (count++ == 0)
		first_at = last_at;
	if (count != wanted)
		return;
	if (keep_file)
		keep(message, len);
	printf("{\"count\":%ld,\"first\":%.3f,\"last\":%.3f,\"connections\":%ld}\n", count, first_at, last_at,
		connections);
	fflush(stdout);
}

static bool say(struct guest *g, const char *text)
{
	return send(g->fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

/* Each takes one whole request or line from the front; 0: there is none yet. */
static size_t take_http(struct guest *g)
{
	char *end = memmem(g->in, g->len, "\r\n\r\n", 4), *length;
	size_t head, body;

	if (!end)
		return 0;
	*end = '\0';
	length = strcasestr(g->in, "\ncontent-length:");
	*end = '\r';
	head = (size_t)(end + 4 - g->in);
	body = length ? strtoul(length + 16, NULL, 10) : 0;
	if (g->len < head + body)
		return 0;
	took(g->in + head, body);
	return say(g, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") ? head + body : 0;
}

static size_t take_data(struct guest *g)
{
	char *end = memmem(g->in, g->len, "\r\n.\r\n", 5);

	if (!end)
		return 0;
	took(g->in, (size_t)(end + 2 - g->in));
	g->in_data = false;
	say(g, "250 taken\r\n");
	return (size_t)(end + 5 - g->in);
}

static size_t take_line(struct guest *g)
{
	char *end = memmem(g->in, g->len, "\r\n", 2);

	if (!end)
		return 0;
	if (strncasecmp(g->in, "EHLO", 4) == 0) {
		say(g, "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
	} else if (strncasecmp(g->in, "DATA", 4) == 0) {
		g->in_data = true;
		say(g, "354 go on\r\n");
	} else if (strncasecmp(g->in, "QUIT", 4) == 0) {
		say(g, "221 bye\r\n");
		shutdown(g->fd, SHUT_WR);
	} else {
		say(g, "250 ok\r\n");
	}
	return (size_t)(end + 2 - g->in);
}

static void leave(struct guest *g)
{
	close(g->fd);
	free(g);
}

static void handle(struct guest *g)
{
	ssize_t n = recv(g->fd, g->in + g->len, ROOM - g->len, 0);
	size_t used;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		leave(g);
		return;
	}
	g->len += (size_t)n;
	g->in[g->len] = '\0';
	while (g->len && (used = !smtp ? take_http(g) : g->in_data ? take_data(g) : take_line(g)) > 0) {
		g->len -= used;
		memmove(g->in, g->in + used, g->len);
	}
}

static void welcome(int listener)
{
	struct guest *g = calloc(1, sizeof(*g));
	int on = 1;

	if (!g)
		die("memory");
	g->fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (g->fd < 0) {
		free(g);
		return;
	}
	connections++;
	setsockopt(g->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = g };
	epoll_ctl(poller, EPOLL_CTL_ADD, g->fd, &e);
	if (smtp)
		say(g, "220 sink ESMTP\r\n");
}

static int listen_on(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 1024))
		die("listen");
	return fd;
}

int main(int argc, char **argv)
{
	struct epoll_event events[64];
	int listener;

	if (argc < 4)
		return 2;
	smtp = strcmp(argv[1], "smtp") == 0;
	wanted = atol(argv[3]);
	keep_file = argv[4];
	listener = listen_on(atoi(argv[2]));
	poller = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = NULL };
	if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e))
		die("epoll");
	puts("ready");
	fflush(stdout);
	for (;;) {
		int n = epoll_wait(poller, events, 64, -1);

		for (int i = 0; i < n; i++)
			if (events[i].data.ptr)
				handle(events[i].data.ptr);
			else
				welcome(listener);
	}
}
