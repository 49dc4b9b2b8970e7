/*
 * request - a whole request to its answer: route, guard, body, handler, rules, store (server/web/routes.c names every
 * call). The input is a request as it stands on the wire, lines ended by LF. Without a Cookie or Authorization header
 * it is the admin's, and what changes something has its CSRF token, so that what libFuzzer makes up reaches the
 * handlers.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/password.h"
#include "common/secret.h"
#include "common/utf8.h"
#include "common/zone.h"
#include "server/web/board.h"
#include "server/web/exchange.h"
#include "server/web/framing.h"
#include "server/web/readings.h"
#include "server/web/routes.h"
#include "server/web/streams.h"
#include "server/web/view.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/town.h"

/* What is another thread's, or slow on purpose: read at once; a password is its own hash. The town has a time of its
 * own.
 */
const struct board_list *__wrap_board_hold(struct board *b);
void __wrap_board_drop(struct board *b, const struct board_list *list);
void __wrap_board_touch(struct board *b);
int64_t __wrap_clock_now(void);
bool __wrap_password_fits(const char *password, const char *hash);
bool __wrap_password_hash(const char *password, char hash[PASSWORD_HASH]);

static struct web_shared shared;
static struct worker worker;
static struct health health;

const struct board_list *__wrap_board_hold(struct board *b)
{
	(void)b;
	return board_read(&worker.watch, zone_day(TOWN_NOW), TOWN_NOW);
}

void __wrap_board_drop(struct board *b, const struct board_list *list)
{
	(void)b;
	board_free((struct board_list *)(uintptr_t)list);
}

void __wrap_board_touch(struct board *b)
{
	(void)b;
}

int64_t __wrap_clock_now(void)
{
	return TOWN_NOW;
}

bool __wrap_password_fits(const char *password, const char *hash)
{
	return *hash && strcmp(password, hash) == 0;
}

bool __wrap_password_hash(const char *password, char hash[PASSWORD_HASH])
{
	snprintf(hash, PASSWORD_HASH, "%.*s", (int)utf8_cut(password, strlen(password), PASSWORD_HASH - 1), password);
	return true;
}

static void begin(struct town *t)
{
	if (shared.settings)
		return;
	health_init(&health, t->watch.rules.deaf_ms, 0);
	shared = (struct web_shared){ .settings = &t->settings,
		.watch = &t->watch,
		.health = &health,
		.streams = streams_new(),
		.readings = readings_new(),
		.counted = counted_new(),
		.poke_fd = -1,
		.secure = true };
	worker = (struct worker){ .shared = &shared, .store = t->store, .watch = t->watch };
	worker.watch.store = &worker.store;
}

/* NAME=VALUE between separators, as the library takes queries and cookies apart. */
static bool add_parts(struct call *c, enum pair_kind kind, char *text, const char *separators)
{
	char *part;
	bool good = true;

	while ((part = strsep(&text, separators))) {
		char *value = part + strcspn(part, "=");

		if (!*part)
			continue;
		if (*value)
			*value++ = '\0';
		good = good && call_add_pair(c, kind, part, value);
	}
	return good;
}

static bool add_header(struct call *c, char *line)
{
	char *value = line + strcspn(line, ":");

	if (*value)
		*value++ = '\0';
	value += strspn(value, " ");
	return call_add_pair(c, PAIR_HEADER, line, value) &&
	       (strcasecmp(line, "Cookie") != 0 || add_parts(c, PAIR_COOKIE, value, "; "));
}

static bool add_caller(struct call *c)
{
	char csrf[SECRET_HASH];

	if (call_header(c, "Cookie") || call_header(c, "Authorization"))
		return true;
	secret_derive(TOWN_SESSION, "csrf", csrf);
	return call_add_pair(c, PAIR_COOKIE, SESSION_COOKIE, TOWN_SESSION) &&
	       call_add_pair(c, PAIR_COOKIE, "mimamori_browser", TOWN_BROWSER) &&
	       call_add_pair(c, PAIR_HEADER, "X-CSRF-Token", csrf);
}

/* Takes its head off the input; what is left is its body. False: it is refused before anybody sees it. */
static bool read_head(struct call **call, const uint8_t **data, size_t *size)
{
	char *line = fuzz_line(data, size), *path = line + strcspn(line, " "), *query;
	struct call *c;
	bool good;

	if (*path)
		*path++ = '\0';
	query = path + strcspn(path, "?");
	if (*query)
		*query++ = '\0';
	c = *call = call_new(line, path);
	good = add_parts(c, PAIR_QUERY, query, "&");
	free(line);
	while (*size && **data != '\n') {
		line = fuzz_line(data, size);
		good = good && add_header(c, line);
		free(line);
	}
	if (*size) {
		(*data)++;
		(*size)--;
	}
	return good && framing_good(c) && add_caller(c);
}

static void add_body(struct call *c, const uint8_t *data, size_t size)
{
	c->body = malloc(size + 1);
	memcpy(c->body, data, size);
	c->body[size] = '\0';
	c->body_len = size;
	if (size && !call_header(c, "Content-Type"))
		call_add_pair(c, PAIR_HEADER, "Content-Type",
			c->route->flags & ROUTE_FORM && *data != '{' ? "application/x-www-form-urlencoded"
								     : "application/json");
}

static void check_problem(const struct call *c)
{
	cJSON *problem = cJSON_ParseWithLength(c->text, c->len);

	MUST(cJSON_IsObject(problem) && c->status >= 400);
	MUST(cJSON_GetNumberValue(cJSON_GetObjectItem(problem, "status")) == (double)c->status);
	MUST(cJSON_IsString(cJSON_GetObjectItem(problem, "code")));
	cJSON_Delete(problem);
}

/* Nothing fails but the caller, nothing breaks out of a header, and every text is one. */
static void check_answer(const struct call *c)
{
	bool may_be_unable = c->route->flags & ROUTE_NO_STORE || (c->text && strstr(c->text, "\"code\":\"broker\""));

	MUST(c->replied && c->status >= 200 && (c->status < 500 || may_be_unable));
	for (size_t i = 0; i < c->header_count; i++)
		MUST(!strpbrk(c->headers[i].value, "\r\n") &&
			utf8_valid(c->headers[i].value, strlen(c->headers[i].value)));
	if (!c->text)
		return;
	MUST(utf8_valid(c->text, c->len));
	if (strcmp(c->type, "application/problem+json") == 0) {
		check_problem(c);
	} else if (strcmp(c->type, "application/json") == 0) {
		cJSON *object = cJSON_ParseWithLength(c->text, c->len);

		MUST(object);
		cJSON_Delete(object);
	}
}

static void answer(struct town *t, struct call *c)
{
	c->worker = &worker;
	c->now = TOWN_NOW;
	snprintf(c->address, sizeof(c->address), "192.0.2.1");
	town_enter(t);
	if (guard_admit(c))
		c->route->handle(c);
	if (!c->stream)
		check_answer(c);
	store_rollback(&worker.store);
	town_leave(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct town *t = town_get();
	struct call *c;
	char allow[64];
	unsigned status;
	bool good;

	begin(t);
	good = read_head(&c, &data, &size);
	c->worker = &worker;
	if (good && (c->route = route_find(c, &status, allow)) && size <= route_body_most(c->route)) {
		add_body(c, data, size);
		answer(t, c);
	}
	call_free(c);
	return 0;
}
