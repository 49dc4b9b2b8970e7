/* cursor - made of parts, and taken apart again. */
#include "server/web/cursor.h"

#include <stdlib.h>
#include <string.h>

#include "common/written.h"
#include "server/web/exchange.h"

static void write_part(const char *part, FILE *out)
{
	for (; *part; part++)
		if (*part == '|' || *part == '%')
			fprintf(out, "%%%02X", (unsigned)*part);
		else
			fputc(*part, out);
}

const char *cursor_make(struct call *c, const char *const *parts, size_t count)
{
	char *text = NULL;
	size_t len;
	FILE *out = written_open(&text, &len);

	for (size_t i = 0; i < count; i++) {
		if (i)
			fputc('|', out);
		write_part(parts[i], out);
	}
	written_close(out);
	return call_keep(c, text);
}

bool cursor_read(struct call *c, const char **parts, size_t count)
{
	const char *cursor = call_query(c, "cursor");
	char *rest;
	bool good = true;

	for (size_t i = 0; i < count; i++)
		parts[i] = "";
	if (!cursor || !*cursor)
		return true;
	rest = call_keep(c, strdup(cursor));
	for (size_t i = 0; i < count && good; i++) {
		const char *part = strsep(&rest, "|");

		parts[i] = part ? call_decode(c, part, false) : NULL;
		good = parts[i];
	}
	if (good && !rest && *parts[count - 1])
		return true;
	reply_problem(c, 422, "invalid", "cursor is none that an answer to this gave");
	return false;
}
