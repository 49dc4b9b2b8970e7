/*
 * evdev - which keys of a Linux input device mean what, and its bytes as key events.
 *
 * Only the reading of names and bytes: opening and losing the device is source's.
 */
#ifndef DEVICE_BUTTON_EVDEV_H
#define DEVICE_BUTTON_EVDEV_H

#include <linux/input.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/checkin.h"

enum source_what { SOURCE_DOWN, SOURCE_UP, SOURCE_HELP_DOWN, SOURCE_HELP_UP, SOURCE_PRESS, SOURCE_LOST };

struct source_event {
	enum source_what what;
	enum checkin_kind kind; /* SOURCE_PRESS: a whole press, on its release */
	int64_t at_ms;          /* monotonic, as clock_boot */
};
typedef void (*source_take)(void *to, const struct source_event *event);

#define EVDEV_PATH 256

struct evdev {
	char path[EVDEV_PATH];
	int main_key;              /* -1: any key that means nothing else */
	int key_of[CHECKIN_KINDS]; /* keys of help, unwell, talk; -1: none */
	bool own_clock;            /* the device stamps its events with the boot clock */
	struct input_event part;   /* bytes of an event that has not come whole */
	size_t part_len;
};

/* Reads PATH[:KEY][:help=KEY][:unwell=KEY][:talk=KEY]; KEY is KEY_ENTER, BTN_0, … or a number. False and why. */
bool evdev_parse(struct evdev *e, const char *text, const char **why);
/* Hands on what the bytes read from the device mean; their cut may fall anywhere. `now_ms`: where own_clock is not set.
 */
void evdev_feed(struct evdev *e, const void *bytes, size_t len, int64_t now_ms, source_take take, void *to);

#endif
