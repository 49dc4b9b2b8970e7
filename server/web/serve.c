/* serve - connections, requests, workers, answers. */
#include "server/web/serve.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/web/framing.h"
#include "server/web/listen.h"
#include "server/web/routes.h"
#include "server/web/streams.h"

enum {
	WORKERS = 4,
	WAITING_MOST = 1024,          /* calls that wait for a worker; more are turned away at once */
	CONNECTIONS = 12000,          /* as far as the machine lets us open files */
	FILES_LEFT = 256,             /* for everything that is no connection */
	PER_ADDRESS = 256,            /* where strangers reach us themselves */
	CONNECTION_BYTES = 24 * 1024, /* request line and headers of one request */
	IDLE_S = 30,
	REQUEST_LONGEST = 30 * SECOND, /* from a connection's last answer, or its beginning, to the end of a head */
	BODY_LONGEST = 60 * SECOND,
	BODY_SMALL = 64 * 1024, /* bytes; who says nothing of who they are sends no more */
	BODY_LARGE = 1 << 20,   /* of these so many at a time */
	LARGE_MOST = 4,
	LOCK_WAIT = 2500,       /* ms: then 503; an end of the daemon waits no longer either */
	WORKER_STACK = 8 << 20, /* rules keep lists of people on the stack */
};

/* A connection, so that one that dawdles can be closed. */
struct guest {
	struct guest *before, *after;
	int fd;
	int64_t since; /* clock_boot: waits for the rest of a request since then; 0: it is ours to answer */
	int64_t longest;
};

struct request {
	struct request *next;
	struct MHD_Connection *connection;
	struct call *call;
	struct guest *guest;
	size_t body_most;
	bool refused;  /* the answer is there before the body was: the rest of it is not read */
	bool answered; /* the call has been answered */
	bool large;    /* counted as one */
};

struct serve {
	struct web_shared *shared;
	struct MHD_Daemon *daemon;
	char *certificate, *key;
	size_t large;         /* bodies; the thread of the connections' alone */
	pthread_mutex_t lock; /* of everything below */
	pthread_cond_t wake;
	struct request *first, **last; /* wait for a worker */
	size_t waiting;
	bool stopping;
	struct guest *guests;
	struct hand {
		struct serve *serve;
		struct worker worker;
	} hands[WORKERS];
	pthread_t threads[WORKERS];
	size_t thread_count;
};

static void start_guest(struct serve *s, struct guest *g, int64_t longest)
{
	pthread_mutex_lock(&s->lock);
	g->since = clock_boot();
	g->longest = longest;
	pthread_mutex_unlock(&s->lock);
}

static void busy_guest(struct serve *s, struct guest *g)
{
	pthread_mutex_lock(&s->lock);
	g->since = 0;
	pthread_mutex_unlock(&s->lock);
}

static void notice_connection(void *context, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct serve *s = context;
	struct guest *g = *socket_context;
	const union MHD_ConnectionInfo *info;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		g = calloc(1, sizeof(*g));
		if (!g)
			fatal("error=\"out of memory\"");
		g->fd = info ? info->connect_fd : -1;
		g->since = clock_boot();
		g->longest = REQUEST_LONGEST;
		*socket_context = g;
		pthread_mutex_lock(&s->lock);
		g->after = s->guests;
		if (g->after)
			g->after->before = g;
		s->guests = g;
		pthread_mutex_unlock(&s->lock);
		return;
	}
	pthread_mutex_lock(&s->lock);
	if (g->before)
		g->before->after = g->after;
	else
		s->guests = g->after;
	if (g->after)
		g->after->before = g->before;
	pthread_mutex_unlock(&s->lock);
	free(g);
	*socket_context = NULL;
}

void serve_sweep(struct serve *s, int64_t boot)
{
	pthread_mutex_lock(&s->lock);
	for (struct guest *g = s->guests; g; g = g->after)
		if (g->since && boot - g->since > g->longest && g->fd >= 0) {
			shutdown(g->fd, SHUT_RDWR);
			g->since = 0;
		}
	pthread_mutex_unlock(&s->lock);
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
	bool cached = false;

	for (size_t i = 0; i < c->header_count; i++) {
		MHD_add_response_header(response, c->headers[i].name, c->headers[i].value);
		cached |= strcmp(c->headers[i].name, "Cache-Control") == 0;
	}
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

static enum MHD_Result send_answer(struct serve *s, struct request *r)
{
	struct call *c = r->call;
	struct MHD_Response *response;
	enum MHD_Result result;

	if (c->stream) {
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
	busy_guest(s, r->guest);
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

/* Whether there is room for a body of so many bytes, or for so much of it; else the call is refused. */
static bool has_room(struct serve *s, struct request *r, size_t size)
{
	if (r->large || size <= BODY_LARGE)
		return true;
	if (s->large >= LARGE_MOST) {
		reply_header(r->call, "Retry-After", "60");
		refuse_request(s, r, 503, "busy", "too many large bodies are on their way");
		return false;
	}
	r->large = true;
	s->large++;
	return true;
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
	start_guest(s, r->guest, BODY_LONGEST);
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
		if (length && strtoull(length, NULL, 10) > r->body_most)
			refuse_request(s, r, 413, "size", "the body is too large");
		else if (length)
			has_room(s, r, (size_t)strtoull(length, NULL, 10));
	}
	return r->refused ? send_answer(s, r) : MHD_YES;
}

static void take_body(struct serve *s, struct request *r, const char *upload, size_t size)
{
	struct call *c = r->call;

	if (r->refused)
		return;
	if (c->body_len + size > r->body_most) {
		refuse_request(s, r, 413, "size", "the body is too large");
		return;
	}
	if (!has_room(s, r, c->body_len + size))
		return;
	if (c->body_len + size + 1 > c->body_room) {
		c->body_room = 2 * (c->body_len + size + 1);
		c->body = realloc(c->body, c->body_room);
		if (!c->body)
			fatal("error=\"out of memory\"");
	}
	memcpy(c->body + c->body_len, upload, size);
	c->body_len += size;
	c->body[c->body_len] = '\0';
}

/* To a worker; the connection rests until the answer is there. */
static enum MHD_Result hand_over(struct serve *s, struct request *r)
{
	bool room;

	busy_guest(s, r->guest);
	pthread_mutex_lock(&s->lock);
	room = s->waiting < WAITING_MOST && !s->stopping;
	if (room) {
		MHD_suspend_connection(r->connection);
		r->next = NULL;
		*s->last = r;
		s->last = &r->next;
		s->waiting++;
		pthread_cond_signal(&s->wake);
	}
	pthread_mutex_unlock(&s->lock);
	if (room)
		return MHD_YES;
	reply_header(r->call, "Retry-After", "5");
	refuse_request(s, r, 503, "busy", "too many requests wait");
	return send_answer(s, r);
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
		take_body(s, r, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	if (r->refused || r->answered)
		return send_answer(s, r);
	return hand_over(s, r);
}

static void complete(
	void *context, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode code)
{
	struct serve *s = context;
	struct request *r = *request;

	(void)connection, (void)code;
	if (!r)
		return;
	start_guest(s, r->guest, REQUEST_LONGEST);
	s->large -= r->large;
	call_free(r->call);
	free(r);
	*request = NULL;
}

/* workers */

static bool open_store(struct worker *w)
{
	char why[256];

	if (w->store.db)
		return true;
	if (store_open(&w->store, w->shared->settings->store_url, why, sizeof(why)) == DB_FINE) {
		db_wait(w->store.db, LOCK_WAIT);
		return true;
	}
	w->store.db = NULL;
	return false;
}

static void answer(struct worker *w, struct call *c)
{
	bool store = open_store(w), unwell;

	c->worker = w;
	c->now = clock_now();
	if (!store && !(c->route->flags & ROUTE_NO_STORE)) {
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

static struct request *next_request(struct serve *s)
{
	struct request *r;

	pthread_mutex_lock(&s->lock);
	while (!s->first && !s->stopping)
		pthread_cond_wait(&s->wake, &s->lock);
	r = s->first;
	if (r) {
		s->first = r->next;
		if (!s->first)
			s->last = &s->first;
		s->waiting--;
	}
	pthread_mutex_unlock(&s->lock);
	return r;
}

/* Until the end: what still waits then is answered as well. */
static void *work(void *context)
{
	struct hand *hand = context;
	struct request *r;

	while ((r = next_request(hand->serve))) {
		answer(&hand->worker, r->call);
		r->answered = true;
		MHD_resume_connection(r->connection);
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
	s->last = &s->first;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	for (size_t i = 0; i < WORKERS; i++) {
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
	for (; s->thread_count < WORKERS; s->thread_count++)
		if (pthread_create(&s->threads[s->thread_count], &attributes, work, &s->hands[s->thread_count]) != 0)
			fatal("error=\"no thread for the web: %m\"");
	pthread_attr_destroy(&attributes);
	return s;
}

void serve_stop(struct serve *s)
{
	int fd;

	if (!s)
		return;
	if (s->daemon) {
		fd = MHD_quiesce_daemon(s->daemon); /* nobody new */
		if (fd >= 0)
			close(fd);
	}
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < s->thread_count; i++)
		pthread_join(s->threads[i], NULL);
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->wake);
	free(s->certificate);
	free(s->key);
	free(s);
}
