/*
 * charset - a whole file as UTF-8, whether it was written in UTF-8 or in CP932 (Excel in Japan).
 */
#ifndef TABLES_CHARSET_H
#define TABLES_CHARSET_H

#include <stddef.h>

enum charset_result {
	CHARSET_READ,
	CHARSET_NO_FILE, /* nothing of that name is there */
	CHARSET_BAD,     /* it cannot be read, or is no text in either: why */
};

struct charset_text {
	char *text; /* UTF-8 without byte order mark, an end byte after it, none within; to be freed */
	size_t len;
};

#define CHARSET_WHY 128
/* Where it is bad, *line is the first line that is not text, 0 where no line is to blame. */
enum charset_result charset_read(const char *path, struct charset_text *text, int *line, char *why, size_t why_size);
/* The same of bytes that are here already, which are copied. */
enum charset_result charset_take(
	const void *bytes, size_t len, struct charset_text *text, int *line, char *why, size_t why_size);

#endif
