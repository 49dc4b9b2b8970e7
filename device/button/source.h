/*
 * source - where presses come from: lines on standard input, or the keys of a Linux input device.
 *
 * `stdin`: an empty line or `ok` is a press, `help`, `unwell` and `talk` are what they say, `down` and `up` hold and
 * let go of the big key (for trials and tests). `evdev:…` is evdev.h's; a device that is missing or vanishes is looked
 * for again until it is there.
 */
#ifndef DEVICE_BUTTON_SOURCE_H
#define DEVICE_BUTTON_SOURCE_H

#include "device/button/evdev.h"

#define SOURCE_LINE 64

struct source {
	bool lines;      /* stdin; else evdev */
	int fd;          /* -1: not open */
	int64_t open_ms; /* when to (try to) open it; -1: never again */
	bool missing;    /* said so already */
	struct evdev evdev;
	char line[SOURCE_LINE]; /* a line that has not come whole */
	size_t len;
};

/* Reads `stdin` or `evdev:…`; false and why (static text). Opens nothing. */
bool source_parse(struct source *s, const char *text, const char **why);
void source_turn(struct source *s, int64_t now_ms); /* opens what is to be opened */
int64_t source_due(const struct source *s);         /* when source_turn has something to do; -1: nothing */
/* To be called when s->fd is readable; reads once and hands on what came. */
void source_read(struct source *s, int64_t now_ms, source_take take, void *to);
void source_close(struct source *s);

#endif
