/*
 * route - a method and a path to their route (server/web/routes.h). The input: a line, METHOD PATH. What was found is
 * found again by its own arguments, however they have to be written.
 */
#include "server/web/routes.h"

#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "server/web/exchange.h"
#include "tests/fuzz/fuzz.h"

static void write_encoded(FILE *out, const char *text)
{
	for (; *text; text++)
		fprintf(out, "%%%02X", (unsigned char)*text);
}

/* The path of a route with these arguments, each byte of them encoded. */
static char *path_of(const struct route *r, const struct call *c)
{
	char *path = NULL;
	size_t len, n = 0;
	FILE *out = open_memstream(&path, &len);

	for (const char *at = r->pattern; *at; at++)
		if (*at == '{') {
			write_encoded(out, call_arg(c, n++));
			at += strcspn(at, "/") - 1; /* {table}.csv is one argument, too */
		} else {
			putc(*at, out);
		}
	MUST(fclose(out) == 0);
	return path;
}

static void check_found(const struct route *r, const struct call *c)
{
	char allow[64], *path = path_of(r, c);
	struct call *again = call_new(r->method, path);
	unsigned status;

	MUST(route_find(again, &status, allow) == r);
	for (size_t i = 0; i < CALL_ARGS; i++) {
		const char *arg = call_arg(c, i);

		MUST(utf8_valid(arg, strlen(arg)) && strcmp(arg, call_arg(again, i)) == 0);
	}
	MUST(route_body_most(r) >= 1024);
	call_free(again);
	free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = fuzz_line(&data, &size), *path = line + strcspn(line, " "), allow[64];
	struct call *c;
	const struct route *r;
	unsigned status = 0;

	if (*path)
		*path++ = '\0';
	c = call_new(line, path);
	r = route_find(c, &status, allow);
	MUST(strnlen(allow, sizeof(allow)) < sizeof(allow));
	if (r)
		check_found(r, c);
	else
		MUST(status == 400 || status == 404 || (status == 405 && allow[0]));
	call_free(c);
	free(line);
	return 0;
}
