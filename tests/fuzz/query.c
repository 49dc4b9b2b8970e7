/*
 * query - what stands behind the ? of an address and in headers and cookies (server/web/call.h, cursor.h, framing.h,
 * guard.c's rights): the input is lines NAME=VALUE, `Name: value` or `;name=value`.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/utf8.h"
#include "common/zone.h"
#include "server/web/cursor.h"
#include "server/web/exchange.h"
#include "server/web/framing.h"
#include "tests/fuzz/fuzz.h"

#define NOW INT64_C(1795402800000) /* 2026-11-23 12:00 in Tokyo */

enum { PARTS = 3 };

static void add_pairs(struct call *c, const uint8_t *data, size_t size)
{
	while (size) {
		char *line = fuzz_line(&data, &size), *value;
		enum pair_kind kind = PAIR_QUERY;
		const char *name = line;

		if (line[0] == ';') {
			kind = PAIR_COOKIE;
			name++;
		} else if (strstr(line, ": ")) {
			kind = PAIR_HEADER;
		}
		value = line + strcspn(line, kind == PAIR_HEADER ? ":" : "=");
		if (*value) {
			*value++ = '\0';
			value += kind == PAIR_HEADER && *value == ' ';
		}
		if (!call_add_pair(c, kind, name, value))
			size = 0; /* the request is refused */
		free(line);
	}
}

static void check_pairs(const struct call *c)
{
	int lengths = 0;

	MUST(c->pair_count <= CALL_PAIRS);
	for (size_t i = 0; i < c->pair_count; i++) {
		const struct pair *p = &c->pairs[i];

		MUST(p->name && p->value);
		if (p->kind == PAIR_QUERY)
			MUST(utf8_valid(p->name, strlen(p->name)) && utf8_valid(p->value, strlen(p->value)));
		lengths += p->kind == PAIR_HEADER && (strcasecmp(p->name, "Content-Length") == 0 ||
							     strcasecmp(p->name, "Transfer-Encoding") == 0);
	}
	if (framing_good(c))
		MUST(lengths <= 1);
}

/* An answer that says what is wrong, or none; there may be another then. */
static bool answered(struct call *c, bool good)
{
	MUST(good != c->replied);
	MUST(good || (c->status == 422 && utf8_valid(c->text, c->len)));
	reply_reset(c);
	return good;
}

static void check_values(struct call *c)
{
	int64_t number, at, id;
	int32_t day;
	bool flag;

	if (answered(c, call_day(c, "date", &day)))
		MUST(day >= -719528 && day <= 2932896); /* of the years 0 to 9999 */
	if (answered(c, call_number(c, "limit", 1, 500, 100, &number)))
		MUST(number >= 1 && number <= 500);
	answered(c, call_flag(c, "spreadsheet", &flag));
	if (answered(c, call_place(c, -1, &at, &id)))
		MUST(id > 0 || (id == -1 && at == -1));
}

/* A cursor that was read is what is made of its parts. */
static void check_cursor(struct call *c)
{
	const char *parts[PARTS], *again[PARTS];
	struct call *other;

	for (size_t count = 1; count <= PARTS; count++) {
		if (!answered(c, cursor_read(c, parts, count)))
			continue;
		other = call_new("GET", "/");
		for (size_t i = 0; i < count; i++)
			MUST(utf8_valid(parts[i], strlen(parts[i])));
		if (*parts[count - 1]) {
			char *made = strdup(cursor_make(c, parts, count));

			other->pairs[other->pair_count++] = (struct pair){ PAIR_QUERY, "cursor",
				call_keep(other, made) };
			MUST(cursor_read(other, again, count));
			for (size_t i = 0; i < count; i++)
				MUST(strcmp(parts[i], again[i]) == 0);
		}
		call_free(other);
	}
}

static void check_language(struct call *c)
{
	static struct settings settings = { .language = "ja" };
	static struct web_shared shared = { .settings = &settings };
	static struct worker worker = { .shared = &shared };
	const char *language;

	c->worker = &worker;
	language = call_language(c);
	MUST(strcmp(language, "ja") == 0 || strcmp(language, "en") == 0 || strcmp(language, "ja-easy") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct call *c = call_new("GET", "/");
	unsigned rights;

	fuzz_begin();
	c->now = NOW;
	add_pairs(c, data, size);
	check_pairs(c);
	check_values(c);
	check_cursor(c);
	check_language(c);
	if (rights_parse(call_asked(c, "scopes"), &rights))
		MUST(!(rights & ~(unsigned)RIGHTS_ALL));
	call_free(c);
	return 0;
}
