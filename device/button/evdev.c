/*
 * evdev - key events of the kernel (linux/input.h): EV_KEY with value 1 down, 0 up, 2 repeated by the keyboard.
 *
 * The kernel drops events when nobody read for long (SYN_DROPPED); then nobody knows which keys are down, and it is as
 * if the device had gone and come back.
 */
#include "device/button/evdev.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"

/* Keys that buttons, remote shutters, pedals and keyboards send; any other by its number. */
/* clang-format off */
#define KEY(name) { #name, name }
static const struct {
	const char *name;
	int code;
} key_names[] = {
	KEY(KEY_ENTER), KEY(KEY_KPENTER), KEY(KEY_SPACE), KEY(KEY_ESC), KEY(KEY_TAB), KEY(KEY_BACKSPACE),
	KEY(KEY_UP), KEY(KEY_DOWN), KEY(KEY_LEFT), KEY(KEY_RIGHT), KEY(KEY_HOME), KEY(KEY_END), KEY(KEY_PAGEUP),
	KEY(KEY_PAGEDOWN), KEY(KEY_INSERT), KEY(KEY_DELETE), KEY(KEY_POWER), KEY(KEY_SLEEP), KEY(KEY_WAKEUP),
	KEY(KEY_MUTE), KEY(KEY_VOLUMEUP), KEY(KEY_VOLUMEDOWN), KEY(KEY_PLAYPAUSE), KEY(KEY_NEXTSONG),
	KEY(KEY_PREVIOUSSONG), KEY(KEY_CAMERA), KEY(KEY_PHONE), KEY(KEY_HELP), KEY(KEY_OK), KEY(KEY_SELECT),
	KEY(KEY_PROG1), KEY(KEY_PROG2), KEY(KEY_PROG3), KEY(KEY_PROG4), KEY(KEY_WPS_BUTTON), KEY(KEY_RESTART),
	KEY(KEY_A), KEY(KEY_B), KEY(KEY_C), KEY(KEY_D), KEY(KEY_E), KEY(KEY_F), KEY(KEY_G), KEY(KEY_H), KEY(KEY_I),
	KEY(KEY_J), KEY(KEY_K), KEY(KEY_L), KEY(KEY_M), KEY(KEY_N), KEY(KEY_O), KEY(KEY_P), KEY(KEY_Q), KEY(KEY_R),
	KEY(KEY_S), KEY(KEY_T), KEY(KEY_U), KEY(KEY_V), KEY(KEY_W), KEY(KEY_X), KEY(KEY_Y), KEY(KEY_Z), KEY(KEY_0),
	KEY(KEY_1), KEY(KEY_2), KEY(KEY_3), KEY(KEY_4), KEY(KEY_5), KEY(KEY_6), KEY(KEY_7), KEY(KEY_8), KEY(KEY_9),
	KEY(KEY_F1), KEY(KEY_F2), KEY(KEY_F3), KEY(KEY_F4), KEY(KEY_F5), KEY(KEY_F6), KEY(KEY_F7), KEY(KEY_F8),
	KEY(KEY_F9), KEY(KEY_F10), KEY(KEY_F11), KEY(KEY_F12), KEY(KEY_F13), KEY(KEY_F14), KEY(KEY_F15),
	KEY(KEY_F16), KEY(KEY_F17), KEY(KEY_F18), KEY(KEY_F19), KEY(KEY_F20), KEY(KEY_F21), KEY(KEY_F22),
	KEY(KEY_F23), KEY(KEY_F24), KEY(BTN_0), KEY(BTN_1), KEY(BTN_2), KEY(BTN_3), KEY(BTN_4), KEY(BTN_5),
	KEY(BTN_6), KEY(BTN_7), KEY(BTN_8), KEY(BTN_9), KEY(BTN_LEFT), KEY(BTN_RIGHT), KEY(BTN_MIDDLE),
	KEY(BTN_TRIGGER), KEY(BTN_TRIGGER_HAPPY1), KEY(BTN_TRIGGER_HAPPY2), KEY(BTN_TRIGGER_HAPPY3),
	KEY(BTN_TRIGGER_HAPPY4),
};
/* clang-format on */

static bool parse_key(const char *text, int *code)
{
	char *end;

	for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++)
		if (strcmp(key_names[i].name, text) == 0) {
			*code = key_names[i].code;
			return true;
		}
	if (text[0] < '0' || text[0] > '9')
		return false;
	unsigned long number = strtoul(text, &end, 10);
	*code = (int)number;
	return *end == '\0' && number > 0 && number <= KEY_MAX;
}

/* Reads one field behind the path. False: it is none, so the path goes on there. */
static bool parse_field(struct evdev *e, const char *text, const char **why)
{
	const char *equals = strchr(text, '=');
	char name[16];
	enum checkin_kind kind;
	int *key = &e->main_key;

	if (equals != NULL) {
		snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
		if (!checkin_kind_parse(name, &kind) || kind == CHECKIN_OK || kind == CHECKIN_ACTIVITY)
			return false;
		key = &e->key_of[kind];
		text = equals + 1;
	} else if (strncmp(text, "KEY_", 4) != 0 && strncmp(text, "BTN_", 4) != 0 &&
		   strspn(text, "0123456789") != strlen(text)) {
		return false;
	}
	if (*key >= 0)
		*why = "names a key twice";
	else if (!parse_key(text, key))
		*why = "names an unknown key (write KEY_ENTER, BTN_0 or a number from linux/input-event-codes.h)";
	return true;
}

bool evdev_parse(struct evdev *e, const char *text, const char **why)
{
	char *colon;

	*e = (struct evdev){ .main_key = -1, .key_of = { -1, -1, -1, -1, -1 } };
	*why = NULL;
	if (snprintf(e->path, sizeof e->path, "%s", text) >= (int)sizeof e->path)
		return *why = "is too long", false;
	/* From the end, because paths under /dev/input/by-path hold colons too. */
	while (*why == NULL && (colon = strrchr(e->path, ':')) != NULL && parse_field(e, colon + 1, why))
		*colon = '\0';
	if (*why == NULL && e->path[0] != '/')
		*why = "names no device (write evdev:/dev/input/event0)";
	return *why == NULL;
}

/* By the device's clock where it has one, and never after now, whatever it says. */
static int64_t event_ms(const struct evdev *e, const struct input_event *event, int64_t now_ms)
{
	int64_t s = (int64_t)event->input_event_sec, ms;

	if (!e->own_clock || s < 0 || s > now_ms / SECOND)
		return now_ms;
	ms = s * SECOND + (int64_t)event->input_event_usec / 1000;
	return ms >= 0 && ms < now_ms ? ms : now_ms;
}

/* What a key means: false for nothing. */
static bool translate(const struct evdev *e, int code, bool down, struct source_event *event)
{
	if (code == e->key_of[CHECKIN_HELP]) {
		event->what = down ? SOURCE_HELP_DOWN : SOURCE_HELP_UP;
		return true;
	}
	for (int kind = 0; kind < CHECKIN_KINDS; kind++)
		if (code == e->key_of[kind]) {
			event->what = SOURCE_PRESS;
			event->kind = (enum checkin_kind)kind;
			return !down;
		}
	event->what = down ? SOURCE_DOWN : SOURCE_UP;
	return e->main_key < 0 || code == e->main_key;
}

static void take_event(struct evdev *e, const struct input_event *raw, int64_t now_ms, source_take take, void *to)
{
	struct source_event event = { .kind = CHECKIN_OK, .at_ms = event_ms(e, raw, now_ms) };

	if (raw->type == EV_SYN && raw->code == SYN_DROPPED) {
		event.what = SOURCE_LOST;
		take(to, &event);
	} else if (raw->type == EV_KEY && (raw->value == 0 || raw->value == 1) &&
		   translate(e, raw->code, raw->value == 1, &event)) {
		take(to, &event);
	}
}

void evdev_feed(struct evdev *e, const void *bytes, size_t len, int64_t now_ms, source_take take, void *to)
{
	const char *next = bytes;

	while (len > 0) {
		size_t n = sizeof e->part - e->part_len < len ? sizeof e->part - e->part_len : len;

		memcpy((char *)&e->part + e->part_len, next, n);
		e->part_len += n;
		next += n;
		len -= n;
		if (e->part_len == sizeof e->part) {
			e->part_len = 0;
			take_event(e, &e->part, now_ms, take, to);
		}
	}
}
