/*
 * log - one fact a line on standard error: key=value, ids first, no personal data above debug.
 *
 * A line starts with its time and level; control characters become spaces, so that no input can forge a line.
 */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include <stdarg.h>
#include <stddef.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_level_set(enum log_level level); /* default: info */

#define LOG_FORMAT __attribute__((format(printf, 1, 2)))
void log_error(const char *format, ...) LOG_FORMAT;
void log_warn(const char *format, ...) LOG_FORMAT;
void log_info(const char *format, ...) LOG_FORMAT;
void log_debug(const char *format, ...) LOG_FORMAT;

/* Many lines of one sort: they leave together, some dozen in a write(2). Begins empty; log_lines_end writes the last.
 */
struct log_lines {
	size_t len;
	char bytes[4096]; /* what a pipe takes whole */
};
void log_info_with(struct log_lines *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_lines_end(struct log_lines *lines);

/* Where going on would be a lie: out of memory, a corrupt store, our own mistake. Logs and aborts. */
_Noreturn void fatal(const char *format, ...) LOG_FORMAT;

#endif
