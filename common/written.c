/*
 * written - a stream of our own over a growing text. POSIX's open_memstream would do, but glibc's says nothing of a
 * lack of memory: no error of the stream, and a text that ends where the memory did.
 */
#include "common/written.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"

#define ROOM_FIRST 512

struct written {
	char **text;
	size_t *len;
	char *bytes;
	size_t used, room;
};

static ssize_t add(void *cookie, const char *bytes, size_t len)
{
	struct written *w = cookie;

	while (w->room - w->used <= len) { /* one more, for the end */
		w->room *= 2;
		w->bytes = realloc(w->bytes, w->room);
		if (!w->bytes)
			fatal("error=\"out of memory\"");
	}
	memcpy(w->bytes + w->used, bytes, len);
	w->used += len;
	return (ssize_t)len;
}

static int end(void *cookie)
{
	struct written *w = cookie;

	w->bytes[w->used] = '\0';
	*w->text = w->bytes;
	*w->len = w->used;
	free(w);
	return 0;
}

FILE *written_open(char **text, size_t *len)
{
	struct written *w = malloc(sizeof(*w));
	FILE *out = NULL;

	if (w) {
		*w = (struct written){ .text = text, .len = len, .bytes = malloc(ROOM_FIRST), .room = ROOM_FIRST };
		out = w->bytes ? fopencookie(w, "w", (cookie_io_functions_t){ .write = add, .close = end }) : NULL;
	}
	if (!out)
		fatal("error=\"out of memory\"");
	return out;
}

void written_close(FILE *out)
{
	int failed = ferror(out);

	if (fclose(out) != 0 || failed)
		fatal("error=\"out of memory\"");
}
