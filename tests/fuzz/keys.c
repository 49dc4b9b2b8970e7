/*
 * keys - what a Linux button's key device is called, and the bytes it sends (device/button/evdev.h). The input: a line
 * PATH[:KEY][:help=KEY]…; bytes of struct input_event behind it. However they are cut, they mean the same.
 */
#include <stdlib.h>
#include <string.h>

#include "device/button/evdev.h"
#include "tests/fuzz/fuzz.h"

enum { EVENTS = 256, NOW = 10000000 };

struct taken {
	struct source_event events[EVENTS];
	size_t count;
};

static void take(void *to, const struct source_event *event)
{
	struct taken *t = to;

	MUST(event->what <= SOURCE_LOST && event->kind >= CHECKIN_OK && event->kind < CHECKIN_KINDS);
	MUST(event->at_ms >= 0 && event->at_ms <= NOW);
	if (t->count < EVENTS)
		t->events[t->count] = *event;
	t->count++;
}

static void feed(const struct evdev *e, const uint8_t *data, size_t size, size_t each, struct taken *t)
{
	struct evdev own = *e;

	t->count = 0;
	for (size_t at = 0; at < size; at += each)
		evdev_feed(&own, data + at, size - at < each ? size - at : each, NOW, take, t);
	MUST(own.part_len < sizeof(own.part));
}

static void check_events(const struct evdev *e, const uint8_t *data, size_t size)
{
	static struct taken whole, cut;

	feed(e, data, size, size, &whole);
	feed(e, data, size, 7, &cut);
	MUST(whole.count == cut.count);
	for (size_t i = 0; i < whole.count && i < EVENTS; i++)
		MUST(whole.events[i].what == cut.events[i].what && whole.events[i].kind == cut.events[i].kind &&
			whole.events[i].at_ms == cut.events[i].at_ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_line(&data, &size);
	struct evdev e;
	const char *why = NULL;

	if (evdev_parse(&e, text, &why)) {
		MUST(!why && e.path[0] == '/' && strnlen(e.path, sizeof(e.path)) < sizeof(e.path));
		MUST(e.main_key >= -1 && e.main_key <= KEY_MAX);
		for (int kind = 0; kind < CHECKIN_KINDS; kind++)
			MUST(e.key_of[kind] >= -1 && e.key_of[kind] <= KEY_MAX);
		if (size)
			check_events(&e, data, size);
		e.own_clock = true;
		if (size)
			check_events(&e, data, size);
	} else {
		MUST(why && *why);
	}
	free(text);
	return 0;
}
