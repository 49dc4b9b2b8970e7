/*
 * log - one fact a line on standard error.
 *
 * A line is made whole in memory and leaves in one write(2), so that lines of several threads never mix. What does not
 * fit is cut. errno survives, so that logging can stand between a failure and its handling.
 */
#include "common/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/utf8.h"

#define LINE 4096

static atomic_int most = LOG_LEVEL_INFO;
static _Thread_local struct log_lines *gathered;

void log_level_set(enum log_level level)
{
	most = (int)level;
}

/* The C0, DEL and (two bytes in UTF-8) C1 control characters become spaces. */
static void clean(char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];
		bool c1 = c == 0xc2 && i + 1 < len && (unsigned char)line[i + 1] < 0xa0;

		if (c < 0x20 || c == 0x7f)
			line[i] = ' ';
		else if (c1)
			line[i] = line[i + 1] = ' ';
	}
}

/* Its length, with the line feed. */
__attribute__((format(printf, 3, 0))) static size_t make_line(
	char line[LINE], const char *level, const char *format, va_list args)
{
	int error = errno;
	int64_t now = clock_now();
	time_t second = (time_t)(now / SECOND);
	struct tm t;

	gmtime_r(&second, &t);
	size_t len = strftime(line, LINE, "%Y-%m-%dT%H:%M:%S", &t);
	len += (size_t)snprintf(line + len, LINE - len, ".%03dZ level=%s ", (int)(now % SECOND), level);
	errno = error; /* for %m */
	int added = vsnprintf(line + len, LINE - len, format, args);
	if (added > 0)
		len = utf8_cut(line, len + (size_t)added, LINE - 2); /* what lies at the cut is still there */
	clean(line, len);
	line[len++] = '\n';
	return len;
}

static void write_all(const char *lines, size_t len)
{
	while (write(STDERR_FILENO, lines, len) < 0 && errno == EINTR)
		;
}

static void flush(struct log_lines *lines)
{
	if (lines->len)
		write_all(lines->bytes, lines->len);
	lines->len = 0;
}

__attribute__((format(printf, 2, 0))) static void write_line(const char *level, const char *format, va_list args)
{
	int error = errno;
	char line[LINE];
	size_t len = make_line(line, level, format, args);

	if (!gathered) {
		write_all(line, len);
	} else {
		if (gathered->len + len > sizeof(gathered->bytes))
			flush(gathered);
		memcpy(gathered->bytes + gathered->len, line, len);
		gathered->len += len;
	}
	errno = error;
}

void log_gather(struct log_lines *lines)
{
	lines->len = 0;
	gathered = lines;
}

void log_scatter(void)
{
	int error = errno;

	flush(gathered);
	gathered = NULL;
	errno = error;
}

#define WRITE(at, name)                 \
	va_list args;                   \
	if (most < (int)(at))           \
		return;                 \
	va_start(args, format);         \
	write_line(name, format, args); \
	va_end(args)

void log_error(const char *format, ...)
{
	WRITE(LOG_LEVEL_ERROR, "error");
}

void log_warn(const char *format, ...)
{
	WRITE(LOG_LEVEL_WARN, "warn");
}

void log_info(const char *format, ...)
{
	WRITE(LOG_LEVEL_INFO, "info");
}

void log_debug(const char *format, ...)
{
	WRITE(LOG_LEVEL_DEBUG, "debug");
}

void fatal(const char *format, ...)
{
	va_list args;

	if (gathered)
		log_scatter();
	va_start(args, format);
	write_line("fatal", format, args);
	va_end(args);
	abort();
}
