/*
 * web - the HTTP server (libmicrohttpd): one polling thread of its own, so the store connection has one user.
 */
#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/web/view.h"
#include "server/web/web.h"

#define CONNECTIONS        200u
#define CONNECTIONS_PER_IP 50u
#define IDLE_S             30u
#define TLS_FILE_MOST      65536

struct web {
	struct MHD_Daemon *daemon;
	char store_url[512];
	_Atomic(struct notify *) notify;
	struct view view; /* of the polling thread */
	char *certificate, *key;
};

static enum MHD_Result answer(
	struct MHD_Connection *connection, unsigned status, const char *type, char *text, size_t len, const char *allow)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;

	if (!response) {
		free(text);
		return MHD_NO;
	}
	MHD_add_response_header(response, "Content-Type", type);
	MHD_add_response_header(response, "Cache-Control", "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	if (allow)
		MHD_add_response_header(response, "Allow", allow);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

/* RFC 9457 */
static enum MHD_Result problem(struct MHD_Connection *connection, unsigned status, const char *title, const char *allow)
{
	char *text;
	int len = asprintf(&text, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u}\n", title, status);

	return len < 0 ? MHD_NO : answer(connection, status, "application/problem+json", text, (size_t)len, allow);
}

/* The store is opened when a request first needs it, for it may be unwell when we start. */
static void open_store(struct web *web)
{
	char why[256];

	if (!web->view.store.db && store_open(&web->view.store, web->store_url, why, sizeof(why)) != DB_FINE)
		web->view.store.db = NULL;
}

static enum MHD_Result healthz(struct web *web, struct MHD_Connection *connection)
{
	bool alive = health_alive(web->view.health, clock_boot());
	char *text = strdup(alive ? "{\"alive\":true}\n" : "{\"alive\":false}\n");

	return text ? answer(connection, alive ? 200 : 503, "application/json", text, strlen(text), NULL) : MHD_NO;
}

static enum MHD_Result readyz(struct web *web, struct MHD_Connection *connection)
{
	bool ready;
	char *text;

	open_store(web);
	text = ready_text(&web->view, &ready);
	return answer(connection, ready ? 200 : 503, "application/json", text, strlen(text), NULL);
}

static enum MHD_Result metrics(struct web *web, struct MHD_Connection *connection)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return MHD_NO;
	open_store(web);
	metrics_write(&web->view, out);
	if (fclose(out) != 0) {
		free(text);
		return MHD_NO;
	}
	return answer(connection, 200, "text/plain; version=0.0.4; charset=utf-8", text, len, NULL);
}

static const struct {
	const char *path;
	enum MHD_Result (*get)(struct web *web, struct MHD_Connection *connection);
} routes[] = {
	{ "/healthz", healthz },
	{ "/readyz", readyz },
	{ "/metrics", metrics },
};

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *upload, size_t *upload_size, void **request)
{
	static char seen;
	struct web *web = context;

	(void)version, (void)upload;
	if (!*request) { /* the head came; the body, which nobody here wants, follows */
		*request = &seen;
		return MHD_YES;
	}
	if (*upload_size) {
		*upload_size = 0;
		return MHD_YES;
	}
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
		if (strcmp(url, routes[i].path) != 0)
			continue;
		if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
			return problem(connection, 405, "Method Not Allowed", "GET, HEAD");
		web->view.notify = web->notify;
		return routes[i].get(web, connection);
	}
	return problem(connection, 404, "Not Found", NULL);
}

/* A listening socket on HOST:PORT; -1 and why. */
static int listen_on(const char *address, const char **why)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *list, *a;
	char host[128];
	int fd = -1, on = 1;

	snprintf(host, sizeof(host), "%s", address + (address[0] == '['));
	char *colon = strrchr(host, ':');
	*colon = '\0';
	if (colon > host && colon[-1] == ']')
		colon[-1] = '\0';
	int error = getaddrinfo(host, colon + 1, &hints, &list);
	if (error) {
		*why = gai_strerror(error);
		return -1;
	}
	for (a = list; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
		if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
			bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, 128) == 0)
			break;
		*why = strerror(errno);
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return fd;
}

/* A file's text, to be freed; NULL where none is named or it cannot be read. */
static char *read_file(const char *path, FILE *errors, bool *good)
{
	char *text;
	size_t len;
	FILE *file;

	if (!path[0])
		return NULL;
	file = fopen(path, "re");
	text = calloc(1, TLS_FILE_MOST);
	if (!text)
		fatal("error=\"out of memory\"");
	len = file ? fread(text, 1, TLS_FILE_MOST - 1, file) : 0;
	if (!len) {
		fprintf(errors, "%s: %s\n", path, file ? "is empty" : strerror(errno));
		*good = false;
	}
	if (file)
		fclose(file);
	return text;
}

static void say(void *context, const char *format, va_list args)
{
	char text[512];

	(void)context;
	vsnprintf(text, sizeof(text), format, args);
	log_warn("web=error text=\"%s\"", text);
}

static bool start(struct web *web, const struct settings *s, FILE *errors)
{
	bool good = true, tls = s->web_tls_certificate[0] || s->web_tls_key[0];
	const char *why = "no such address";
	unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0u);
	int fd;

	web->certificate = read_file(s->web_tls_certificate, errors, &good);
	web->key = read_file(s->web_tls_key, errors, &good);
	if (!good)
		return false;
	fd = listen_on(s->web_listen, &why);
	if (fd < 0) {
		fprintf(errors, "[web] listen = %s: %s\n", s->web_listen, why);
		return false;
	}
	web->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, web, MHD_OPTION_EXTERNAL_LOGGER, say, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, CONNECTIONS_PER_IP, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S,
		tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END /* without TLS nothing follows */, web->certificate,
		MHD_OPTION_HTTPS_MEM_KEY, web->key, MHD_OPTION_END);
	if (!web->daemon) {
		fprintf(errors, "[web] listen = %s: the server does not start%s\n", s->web_listen,
			tls ? " with this certificate and key" : "");
		close(fd);
		return false;
	}
	log_info("web=listening address=%s tls=%s", s->web_listen, tls ? "yes" : "no");
	return true;
}

struct web *web_start(const struct settings *s, struct health *health, FILE *errors)
{
	struct web *web = calloc(1, sizeof(*web));

	if (!web)
		fatal("error=\"out of memory\"");
	memcpy(web->store_url, s->store_url, sizeof(web->store_url));
	memcpy(web->view.client_id, s->mqtt_client_id, sizeof(web->view.client_id));
	web->view.health = health;
	if (start(web, s, errors))
		return web;
	web_stop(web);
	return NULL;
}

void web_notify(struct web *web, struct notify *notify)
{
	web->notify = notify;
}

void web_stop(struct web *web)
{
	if (!web)
		return;
	if (web->daemon)
		MHD_stop_daemon(web->daemon);
	store_close(&web->view.store);
	free(web->certificate);
	free(web->key);
	free(web);
}
