/*
 * lamp - patterns for a lamp that can only be on or off, told apart across a room: fast is urgent, slow is waiting.
 */
#include "device/button/lamp.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/log.h"

static const struct pattern {
	int64_t on_ms, off_ms; /* on for ever: off_ms 0; off for ever: on_ms 0 */
} patterns[] = {
	[LAMP_OFF] = { 0, 1 },
	[LAMP_SENDING] = { 500, 500 },
	[LAMP_HEARD] = { 1, 0 },
	[LAMP_NOT_YET] = { 1000, 2000 },
	[LAMP_ANNOUNCED] = { 125, 125 },
};

void lamp_init(struct lamp *l, const char *path)
{
	*l = (struct lamp){ .path = path, .show = LAMP_OFF, .lit = -1 };
}

static bool write_text(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool done = write(fd, text, len) == (ssize_t)len;
	int error = errno;
	close(fd);
	errno = error;
	return done;
}

static void light(struct lamp *l, int lit)
{
	if (l->path[0] == '\0' || lit == l->lit)
		return;
	l->lit = lit;
	/* The kernel cuts 255 to the LED's own max_brightness. */
	bool done = lit ? write_text(l->path, "255\n", 4) : write_text(l->path, "0\n", 2);
	if (!done && !l->failed)
		log_error("lamp=%s result=not_written why=\"%m\"", l->path);
	l->failed = !done;
}

void lamp_turn(struct lamp *l, enum lamp_show show, int64_t now_ms)
{
	const struct pattern *p = &patterns[show];

	if (show != l->show) {
		l->show = show;
		l->since_ms = now_ms;
	}
	light(l, (now_ms - l->since_ms) % (p->on_ms + p->off_ms) < p->on_ms);
}

int64_t lamp_due(const struct lamp *l, int64_t now_ms)
{
	const struct pattern *p = &patterns[l->show];
	int64_t into_ms = (now_ms - l->since_ms) % (p->on_ms + p->off_ms);

	if (l->path[0] == '\0' || p->on_ms == 0 || p->off_ms == 0)
		return -1;
	return now_ms - into_ms + (into_ms < p->on_ms ? p->on_ms : p->on_ms + p->off_ms);
}
