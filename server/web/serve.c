/* serve - connections, requests, workers, answers. */
#include "server/web/serve.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/web/framing.h"
#include "server/web/guests.h"
#include "server/web/link_page.h"
#include "server/web/listen.h"
#include "server/web/queue.h"
#include "server/web/routes.h"
#include "server/web/streams.h"

enum {
	CONNECTIONS = 12000,          /* as far as the machine lets us open files */
	FILES_LEFT = 256,             /* for everything that is no connection */
	PER_ADDRESS = 256,            /* where strangers reach us themselves */
	CONNECTION_BYTES = 24 * 1024, /* request line and headers of one request */
	IDLE_S = 30,
	REQUEST_LONGEST = 30 * SECOND, /* from a connection's last answer, or its beginning, to the end of a head */
	BODY_LONGEST = 60 * SECOND,
	ANSWER_LONGEST = 60 * SECOND, /* to read an answer, and a second for each ANSWER_SLOWEST of it */
	ANSWER_SLOWEST = 1024,        /* bytes */
	BODY_FREE = 4 * 1024,         /* bytes; that much is kept of any body: watchers' answers, sign-ins */
	BODY_SMALL = 64 * 1024,       /* whose cookie or key was not looked at yet sends no more */
	BODY_LARGE = 1 << 20,         /* of these so many at a time */
	LARGE_MOST = 4,
	STRANGERS_MOST = 16 << 20, /* of all bodies kept of those who were not looked at */
	BODIES_MOST = 64 << 20,    /* and of those who may come in */
	LOCK_WAIT = 2500,          /* ms: then 503; an end of the daemon waits no longer either */
	SENT_LONGEST = 1000,       /* ms, for the last answers to leave at an end */
	WORKER_STACK = 8 << 20,    /* rules keep lists of people on the stack */
};

struct request {
	struct queued queued; /* for a worker; first */
	struct MHD_Connection *connection;
	struct call *call;
	struct guest *guest;
	size_t body_most, announced; /* bytes; announced 0: the head does not say */
	size_t held;                 /* of its body, as counted below */
	bool refused;                /* the answer is there before the body was: the rest of it is not read */
	bool answered;               /* the call has been answered */
	bool looking;                /* a worker looks whether the caller may come in at all */
	bool stands;                 /* they may */
	bool large;                  /* counted as one */
};

struct serve {
	struct web_shared *shared;
	struct MHD_Daemon *daemon;
	char *certificate, *key;
	size_t large, held[2]; /* bodies, and bytes of those of strangers, of others; the connections' thread alone */
	struct queue queue;
	struct guests guests;
	atomic_size_t unsent; /* answers that a worker was asked for and that have not left yet; of streams none */
	struct hand {
		struct serve *serve;
		struct worker worker;
	} hands[QUEUE_WORKERS];
	pthread_t threads[QUEUE_WORKERS];
	size_t thread_count;
};

static void notice_connection(void *context, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct serve *s = context;
	const union MHD_ConnectionInfo *info;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		*socket_context = guests_add(&s->guests, info ? info->connect_fd : -1, REQUEST_LONGEST);
		return;
	}
	guests_remove(*socket_context);
	*socket_context = NULL;
}

void serve_sweep(struct serve *s, int64_t boot)
{
	guests_sweep(&s->guests, boot);
}

/* Who calls: the peer, or, where only this machine reaches us, whom the front server names last. */
static void set_address(struct serve *s, struct MHD_Connection *connection, struct call *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const char *forwarded = s->shared->behind_proxy ? call_header_last(c, "X-Forwarded-For") : NULL;
	const struct sockaddr *peer = info ? info->client_addr : NULL;
	unsigned char parsed[16];
	char name[64] = "";

	if (peer && peer->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)peer)->sin_addr, c->address,
			sizeof(c->address));
	else if (peer && peer->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, c->address,
			sizeof(c->address));
	if (forwarded) {
		const char *last = strrchr(forwarded, ',');

		last = last ? last + 1 : forwarded;
		snprintf(name, sizeof(name), "%.60s", last + strspn(last, " "));
		name[strcspn(name, " ")] = '\0';
	}
	if (name[0] && (inet_pton(AF_INET, name, parsed) == 1 || inet_pton(AF_INET6, name, parsed) == 1))
		memcpy(c->address, name, sizeof(name));
}

struct pairs {
	struct call *call;
	bool good;
};

static enum MHD_Result take_pair(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct pairs *p = context;
	enum pair_kind as = kind == MHD_COOKIE_KIND         ? PAIR_COOKIE
			    : kind == MHD_GET_ARGUMENT_KIND ? PAIR_QUERY
							    : PAIR_HEADER;

	p->good = p->good && call_add_pair(p->call, as, name, value);
	return p->good ? MHD_YES : MHD_NO;
}

/* The library decodes nothing: a path is decoded part by part, and what is no text is refused by name. */
static size_t leave_encoded(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context, (void)connection;
	return strlen(text);
}

static void add_headers(struct MHD_Response *response, const struct call *c)
{
	bool cached = false, again = false;

	for (size_t i = 0; i < c->header_count; i++) {
		MHD_add_response_header(response, c->headers[i].name, c->headers[i].value);
		cached |= strcmp(c->headers[i].name, "Cache-Control") == 0;
		again |= strcmp(c->headers[i].name, "Retry-After") == 0;
	}
	if (c->status == 503 && !again)
		MHD_add_response_header(response, "Retry-After", "5");
	if (c->type)
		MHD_add_response_header(response, "Content-Type", c->type);
	if (!cached)
		MHD_add_response_header(response, "Cache-Control", "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
	MHD_add_response_header(response, "Cross-Origin-Opener-Policy", "same-origin");
	MHD_add_response_header(response, "Content-Security-Policy",
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
		"font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
	if (c->worker->shared->secure)
		MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
}

/* How many bytes of its body a request keeps from now on. */
static void hold(struct serve *s, struct request *r, size_t size, bool stands)
{
	s->held[r->stands] -= r->held;
	r->held = size;
	r->stands = stands;
	s->held[r->stands] += r->held;
}

static void drop_body(struct serve *s, struct request *r)
{
	struct call *c = r->call;

	if (c->body) /* it may be a password's */
		explicit_bzero(c->body, c->body_len);
	free(c->body);
	c->body = NULL;
	c->body_len = c->body_room = 0;
	hold(s, r, 0, r->stands);
}

/* Whoever reads it drop by drop is cut off one day; who follows the list reads on for ever. */
static void set_longest(struct request *r)
{
	const struct call *c = r->call;
	size_t size = c->fixed ? c->fixed_len : c->len;

	if (c->stream)
		guest_rests(r->guest);
	else
		guest_reads(r->guest, ANSWER_LONGEST + (int64_t)(size / ANSWER_SLOWEST) * SECOND);
}

static enum MHD_Result send_answer(struct serve *s, struct request *r)
{
	struct call *c = r->call;
	struct MHD_Response *response;
	enum MHD_Result result;

	drop_body(s, r);
	set_longest(r);
	if (c->stream) {
		s->unsent -= r->answered;
		r->answered = false;
		response = streams_response(c->stream, r->connection);
		c->stream = NULL;
	} else if (c->fixed) {
		response = MHD_create_response_from_buffer(
			c->fixed_len, (void *)(uintptr_t)c->fixed, MHD_RESPMEM_PERSISTENT);
	} else {
		response = MHD_create_response_from_buffer(c->len, c->text, MHD_RESPMEM_MUST_FREE);
		if (response)
			c->text = NULL;
	}
	if (!response)
		return MHD_NO;
	add_headers(response, c);
	result = MHD_queue_response(r->connection, c->status, response);
	MHD_destroy_response(response);
	return result;
}

/* A call that no handler sees. */
static void refuse_request(struct serve *s, struct request *r, unsigned status, const char *code, const char *why)
{
	r->call->worker = &s->hands[0].worker; /* for what all workers share */
	reply_problem(r->call, status, code, "%s", why);
	r->refused = true;
}

/* To whoever sent a page's form in words of a page. */
static void refuse_size(struct serve *s, struct request *r)
{
	if (!(r->call->route->flags & ROUTE_FORM)) {
		refuse_request(s, r, 413, "size", "the body is too large");
		return;
	}
	r->call->worker = &s->hands[0].worker;
	r->call->now = clock_now();
	link_page_too_large(r->call);
	r->refused = true;
}

static void refuse_busy(struct serve *s, struct request *r, const char *after_s, const char *why)
{
	reply_header(r->call, "Retry-After", after_s);
	refuse_request(s, r, 503, "busy", why);
}

/* Rests the connection until a worker is through with the call: answered, or its caller looked at. */
static void hand_over(struct serve *s, struct request *r, enum lane lane)
{
	guest_rests(r->guest);
	MHD_suspend_connection(r->connection);
	r->answered = !r->looking;
	s->unsent += r->answered;
	if (queue_add(&s->queue, &r->queued, lane))
		return;
	refuse_busy(s, r, "5", "too many requests wait");
	MHD_resume_connection(r->connection);
}

static enum lane lane_of(const struct route *route)
{
	return route->flags & ROUTE_PASSWORD ? LANE_PASSWORD : route->flags & ROUTE_LONG ? LANE_LONG : LANE_QUICK;
}

static enum MHD_Result begin(struct serve *s, struct MHD_Connection *connection, const char *url, const char *method,
	struct request **request)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct request *r = calloc(1, sizeof(*r));
	struct pairs pairs = { .good = true };
	const char *length;
	unsigned status;
	char allow[64];

	if (!r)
		fatal("error=\"out of memory\"");
	*request = r;
	r->connection = connection;
	r->guest = info->socket_context;
	r->call = pairs.call = call_new(method, url);
	r->call->worker = &s->hands[0].worker;
	guest_says(r->guest, BODY_LONGEST);
	MHD_get_connection_values(
		connection, MHD_HEADER_KIND | MHD_COOKIE_KIND | MHD_GET_ARGUMENT_KIND, take_pair, &pairs);
	set_address(s, connection, r->call);
	r->call->route = route_find(r->call, &status, allow);
	if (!pairs.good || !framing_good(r->call)) {
		refuse_request(s, r, 400, "malformed", "the query or the headers cannot be read");
	} else if (!r->call->route) {
		if (status == 405)
			reply_header(r->call, "Allow", allow);
		refuse_request(s, r, status,
			status == 405   ? "method"
			: status == 404 ? "unknown"
					: "malformed",
			status == 405   ? "this path takes other methods"
			: status == 404 ? "there is nothing at this path"
					: "the path cannot be read");
	} else {
		r->body_most = route_body_most(r->call->route);
		if (r->body_most > BODY_SMALL && !call_header(r->call, "Authorization") &&
			!call_header(r->call, "Cookie"))
			r->body_most = BODY_SMALL;
		length = call_header(r->call, "Content-Length");
		r->announced = length ? strtoull(length, NULL, 10) : 0;
		if (r->announced > r->body_most)
			refuse_size(s, r);
		else if (r->announced > BODY_LARGE && s->large >= LARGE_MOST)
			refuse_busy(s, r, "60", "too many large bodies are on their way");
	}
	return r->refused ? send_answer(s, r) : MHD_YES;
}

/* Room for that much of its body and the NUL behind it. False: there is none, the call is refused. */
static bool make_room(struct serve *s, struct request *r, size_t len)
{
	size_t room = 2 * (len + 1), most = r->stands ? BODIES_MOST : STRANGERS_MOST;
	struct call *c = r->call;

	if (len < c->body_room)
		return true;
	if (r->announced >= len && room > r->announced + 1)
		room = r->announced + 1;
	if (room > BODY_FREE && s->held[r->stands] - r->held + room > most) {
		refuse_busy(s, r, "10", "too many bodies are on their way");
		return false;
	}
	c->body = realloc(c->body, room);
	if (!c->body)
		fatal("error=\"out of memory\"");
	c->body_room = room;
	hold(s, r, room > BODY_FREE ? room : 0, r->stands);
	return true;
}

/* Whether so much of a body may be taken; false: it is refused, or its caller has to be looked at first. */
static bool may_send(struct serve *s, struct request *r, size_t len)
{
	if (len > r->body_most) {
		refuse_size(s, r);
	} else if (len > BODY_SMALL && !r->stands) {
		r->looking = true;
		hand_over(s, r, LANE_QUICK);
		return false;
	} else if (len > BODY_LARGE && !r->large) {
		r->large = s->large < LARGE_MOST;
		s->large += r->large;
		if (!r->large)
			refuse_busy(s, r, "60", "too many large bodies are on their way");
	}
	return !r->refused && make_room(s, r, len);
}

/* How much of it was taken: all, or nothing yet. */
static size_t take_body(struct serve *s, struct request *r, const char *upload, size_t size)
{
	struct call *c = r->call;
	bool may = !r->refused && may_send(s, r, c->body_len + size);

	if (r->looking)
		return 0; /* it is a worker's now */
	if (may) {
		memcpy(c->body + c->body_len, upload, size);
		c->body_len += size;
		c->body[c->body_len] = '\0';
	}
	if (r->refused)
		drop_body(s, r);
	return size;
}

/* The caller was looked at: their body is read on from here. */
static void look_over(struct serve *s, struct request *r)
{
	r->looking = false;
	if (!r->refused)
		hold(s, r, r->held, true);
	guest_says(r->guest, BODY_LONGEST);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *upload, size_t *upload_size, void **request)
{
	struct serve *s = context;
	struct request *r = *request;

	(void)version;
	if (!r)
		return begin(s, connection, url, method, (struct request **)request);
	if (*upload_size) {
		if (r->looking)
			look_over(s, r);
		*upload_size -= take_body(s, r, upload, *upload_size);
		return MHD_YES;
	}
	if (r->refused || r->answered)
		return send_answer(s, r);
	hand_over(s, r, lane_of(r->call->route));
	return MHD_YES;
}

static void complete(
	void *context, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode code)
{
	struct serve *s = context;
	struct request *r = *request;

	(void)connection, (void)code;
	if (!r)
		return;
	guest_says(r->guest, REQUEST_LONGEST);
	s->large -= r->large;
	s->unsent -= r->answered;
	drop_body(s, r);
	call_free(r->call);
	free(r);
	*request = NULL;
}

/* workers */

static bool open_store(struct worker *w)
{
	char why[256];

	if (w->store.db) {
		db_forget_refusal(w->store.db);
		return true;
	}
	if (store_open(&w->store, w->shared->settings->store_url, why, sizeof(why)) == DB_FINE) {
		db_wait(w->store.db, LOCK_WAIT);
		return true;
	}
	w->store.db = NULL;
	return false;
}

static void reply_timeless(struct call *c)
{
	reply_header(c, "Retry-After", "10");
	reply_problem(c, 503, "clock", "the clock of this machine is not set yet; nothing was changed");
}

static void answer(struct worker *w, struct call *c)
{
	bool store = open_store(w), unwell;

	c->worker = w;
	c->now = clock_now();
	if (!(c->route->flags & ROUTE_NO_STORE) && (!store || w->shared->health->timeless)) {
		if (store)
			reply_timeless(c);
		else
			reply_store(c);
		return;
	}
	if (guard_admit(c))
		c->route->handle(c);
	if (!c->replied && !c->stream)
		fatal("error=\"%s %s was not answered\"", c->method, c->route->pattern);
	if (!store)
		return;
	unwell = db_status(w->store.db) == DB_UNWELL;
	store_rollback(&w->store); /* whatever was not committed never was */
	if (unwell)
		store_close(&w->store); /* a handle that met a full disk may stay so */
}

/* Whether the caller may come in at all, before more of their body is read; else the call is refused. */
static void look(struct worker *w, struct request *r)
{
	struct call *c = r->call;

	c->worker = w;
	c->now = clock_now();
	if (w->shared->health->timeless) {
		reply_timeless(c);
		r->refused = true;
	} else if (open_store(w)) {
		r->refused = !guard_stands(c);
	} else {
		reply_store(c);
		r->refused = true;
	}
}

static void *work(void *context)
{
	struct hand *hand = context;
	struct serve *s = hand->serve;
	struct queued *next;

	while ((next = queue_next(&s->queue))) {
		struct request *r = (struct request *)next;
		enum lane lane = next->lane;

		if (r->looking)
			look(&hand->worker, r);
		else
			answer(&hand->worker, r->call);
		MHD_resume_connection(r->connection);
		queue_done(&s->queue, lane);
	}
	store_close(&hand->worker.store);
	return NULL;
}

static void say(void *context, const char *format, va_list args)
{
	char text[512];

	(void)context;
	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\r\n")] = '\0';
	log_debug("web=note text=\"%s\"", text); /* mostly what strangers send */
}

static unsigned connections_most(void)
{
	struct rlimit files;
	rlim_t most = CONNECTIONS;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return 512;
	if (files.rlim_cur < CONNECTIONS + FILES_LEFT && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max < CONNECTIONS + FILES_LEFT ? files.rlim_max : CONNECTIONS + FILES_LEFT;
		setrlimit(RLIMIT_NOFILE, &files);
		getrlimit(RLIMIT_NOFILE, &files);
	}
	if (files.rlim_cur < most + FILES_LEFT)
		most = files.rlim_cur > (rlim_t)2 * FILES_LEFT ? files.rlim_cur - FILES_LEFT : FILES_LEFT;
	return (unsigned)most;
}

static bool start_daemon(struct serve *s, FILE *errors)
{
	const struct settings *settings = s->shared->settings;
	bool good = true, tls = settings->web_tls_certificate[0] || settings->web_tls_key[0];
	const char *why = "no such address";
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
			 (tls ? MHD_USE_TLS : 0u);
	int fd;

	s->certificate = listen_read_file(settings->web_tls_certificate, errors, &good);
	s->key = listen_read_file(settings->web_tls_key, errors, &good);
	if (!good)
		return false;
	fd = listen_on(settings->web_listen, &s->shared->behind_proxy, &why);
	if (fd < 0) {
		fprintf(errors, "[web] listen = %s: %s\n", settings->web_listen, why);
		return false;
	}
	s->shared->secure = tls || strncmp(settings->web_public_url, "https:", 6) == 0;
	s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, s, MHD_OPTION_EXTERNAL_LOGGER, say, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, connections_most(),
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->shared->behind_proxy ? 0 : PER_ADDRESS,
		MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
		MHD_OPTION_NOTIFY_CONNECTION, notice_connection, s, MHD_OPTION_NOTIFY_COMPLETED, complete, s,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END /* without TLS nothing follows */, s->certificate,
		MHD_OPTION_HTTPS_MEM_KEY, s->key, MHD_OPTION_END);
	if (!s->daemon) {
		fprintf(errors, "[web] listen = %s: the server does not start%s\n", settings->web_listen,
			tls ? " with this certificate and key" : "");
		close(fd);
		return false;
	}
	log_info("web=listening address=%s tls=%s", settings->web_listen, tls ? "yes" : "no");
	return true;
}

struct serve *serve_start(struct web_shared *shared, FILE *errors)
{
	struct serve *s = calloc(1, sizeof(*s));
	pthread_attr_t attributes;

	if (!s)
		fatal("error=\"out of memory\"");
	s->shared = shared;
	queue_init(&s->queue);
	guests_init(&s->guests);
	for (size_t i = 0; i < QUEUE_WORKERS; i++) {
		struct hand *hand = &s->hands[i];

		hand->serve = s;
		hand->worker.shared = shared;
		hand->worker.watch = *shared->watch;
		hand->worker.watch.store = &hand->worker.store;
	}
	if (!start_daemon(s, errors)) {
		serve_stop(s);
		return NULL;
	}
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, WORKER_STACK);
	for (; s->thread_count < QUEUE_WORKERS; s->thread_count++)
		if (pthread_create(&s->threads[s->thread_count], &attributes, work, &s->hands[s->thread_count]) != 0)
			fatal("error=\"no thread for the web: %m\"");
	pthread_attr_destroy(&attributes);
	return s;
}

void serve_close(struct serve *s)
{
	struct queued *next = queue_close(&s->queue);

	while (next) {
		struct request *r = (struct request *)next;

		next = next->next;
		refuse_busy(s, r, "5", "this service is about to begin anew");
		MHD_resume_connection(r->connection);
	}
}

bool serve_busy(struct serve *s)
{
	return queue_under_way(&s->queue) > 0;
}

void serve_stop(struct serve *s)
{
	int64_t until;
	int fd;

	if (!s)
		return;
	serve_close(s);
	if (s->daemon) {
		fd = MHD_quiesce_daemon(s->daemon); /* nobody new */
		if (fd >= 0)
			close(fd);
	}
	for (size_t i = 0; i < s->thread_count; i++)
		pthread_join(s->threads[i], NULL);
	until = clock_boot() + SENT_LONGEST;
	while (s->unsent && clock_boot() < until)
		poll(NULL, 0, 5);
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	queue_release(&s->queue);
	guests_release(&s->guests);
	free(s->certificate);
	free(s->key);
	free(s);
}
