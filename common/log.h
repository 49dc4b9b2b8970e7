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

/* From log_gather on the lines of this thread leave together, some dozen in a write(2); log_scatter writes the last. */
struct log_lines {
	size_t len;
	char bytes[4096]; /* what a pipe takes whole */
};
void log_gather(struct log_lines *lines);
void log_scatter(void);

/* Where going on would be a lie: out of memory, a corrupt store, our own mistake. Logs and aborts. */
_Noreturn void fatal(const char *format, ...) LOG_FORMAT;

#endif
