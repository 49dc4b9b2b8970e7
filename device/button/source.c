/*
 * source - opens, reads and loses what presses come from.
 *
 * Nothing is set non-blocking that others share (a terminal): the caller polls, and one read of what is there never
 * waits.
 */
#include "device/button/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"

#define OPEN_AGAIN_MS (2 * SECOND)

bool source_parse(struct source *s, const char *text, const char **why)
{
	*s = (struct source){ .fd = -1 };
	if (strcmp(text, "stdin") == 0) {
		s->lines = true;
		return true;
	}
	if (strncmp(text, "evdev:", 6) == 0)
		return evdev_parse(&s->evdev, text + 6, why);
	return *why = "is neither stdin nor evdev:DEVICE", false;
}

/* The device, if it is one. A plain file would be read again from its start each time it ended. */
static int open_device(const char *path)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0 && (fstat(fd, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
		close(fd);
		errno = ENODEV;
		fd = -1;
	}
	return fd;
}

void source_turn(struct source *s, int64_t now_ms)
{
	int clock = CLOCK_BOOTTIME;

	if (s->fd >= 0 || s->open_ms < 0 || now_ms < s->open_ms)
		return;
	if (s->lines) {
		s->fd = STDIN_FILENO;
		return;
	}
	s->fd = open_device(s->evdev.path);
	if (s->fd < 0) {
		if (!s->missing)
			log_error("source=%s result=missing why=\"%m\"", s->evdev.path);
		s->missing = true;
		s->open_ms = now_ms + OPEN_AGAIN_MS;
		return;
	}
	s->missing = false;
	s->evdev.part_len = 0;
	s->evdev.own_clock = ioctl(s->fd, EVIOCSCLOCKID, &clock) == 0;
	log_info("source=%s result=open", s->evdev.path);
}

int64_t source_due(const struct source *s)
{
	return s->fd < 0 ? s->open_ms : -1;
}

static void lose(struct source *s, int64_t now_ms, source_take take, void *to)
{
	const struct source_event lost = { SOURCE_LOST, CHECKIN_OK, now_ms };

	if (s->lines)
		log_info("source=stdin result=ended");
	else
		log_error("source=%s result=lost why=\"%m\"", s->evdev.path);
	source_close(s);
	s->len = 0;
	s->missing = true; /* it is only news when it comes back */
	s->open_ms = s->lines ? -1 : now_ms + OPEN_AGAIN_MS;
	take(to, &lost);
}

static void take_line(const char *line, int64_t now_ms, source_take take, void *to)
{
	struct source_event event = { SOURCE_PRESS, CHECKIN_OK, now_ms };

	if (strcmp(line, "down") == 0)
		event.what = SOURCE_DOWN;
	else if (strcmp(line, "up") == 0)
		event.what = SOURCE_UP;
	else if (line[0] != '\0' && (!checkin_kind_parse(line, &event.kind) || event.kind == CHECKIN_ACTIVITY)) {
		log_warn("source=stdin line=\"%s\" result=ignored", line);
		return;
	}
	take(to, &event);
}

static void feed_lines(struct source *s, const char *bytes, size_t len, int64_t now_ms, source_take take, void *to)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n') {
			s->line[s->len] = '\0';
			s->len = 0;
			take_line(s->line, now_ms, take, to);
		} else if (bytes[i] != '\r' && bytes[i] != ' ' && s->len < sizeof s->line - 1) {
			s->line[s->len++] = bytes[i] == '\0' ? '?' : bytes[i]; /* no word ends before its line does */
		}
	}
}

void source_read(struct source *s, int64_t now_ms, source_take take, void *to)
{
	struct input_event bytes[64];
	ssize_t n = read(s->fd, bytes, sizeof bytes);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		lose(s, now_ms, take, to);
	else if (s->lines)
		feed_lines(s, (const char *)bytes, (size_t)n, now_ms, take, to);
	else
		evdev_feed(&s->evdev, bytes, (size_t)n, now_ms, take, to);
}

void source_close(struct source *s)
{
	if (s->fd >= 0 && !s->lines)
		close(s->fd);
	s->fd = -1;
}
