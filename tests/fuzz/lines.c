/*
 * lines - what comes on a button's standard input (device/button/source.h): any bytes. A line is a word of ours, whole,
 * or it is nothing; however the bytes are cut, they mean the same.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device/button/source.h"
#include "tests/fuzz/fuzz.h"

enum { EVENTS = 256, NOW = 10000000, MOST = 1536 /* what one read takes */ };

struct taken {
	struct source_event events[EVENTS];
	size_t count;
};

static void take(void *to, const struct source_event *event)
{
	struct taken *t = to;

	if (t->count < EVENTS)
		t->events[t->count] = *event;
	t->count++;
}

/* Through a pipe, as a terminal or a program gives it. */
static void feed(const uint8_t *data, size_t size, size_t each, struct taken *t)
{
	struct source s;
	const char *why;
	int fds[2];

	MUST(source_parse(&s, "stdin", &why) && pipe(fds) == 0);
	s.fd = fds[0];
	t->count = 0;
	for (size_t at = 0; at < size; at += each) {
		size_t len = size - at < each ? size - at : each;

		MUST(write(fds[1], data + at, len) == (ssize_t)len);
		source_read(&s, NOW, take, t);
		MUST(s.len < sizeof(s.line));
	}
	close(fds[1]);
	source_read(&s, NOW, take, t); /* the end */
	MUST(s.fd < 0 && t->count > 0 && (t->count > EVENTS || t->events[t->count - 1].what == SOURCE_LOST));
	close(fds[0]);
}

/* What a line says, by the words of source.h; false: nothing. */
static bool says(const uint8_t *line, size_t len, struct source_event *event)
{
	static const struct {
		const char *word;
		enum source_what what;
		enum checkin_kind kind;
	} words[] = { { "", SOURCE_PRESS, CHECKIN_OK }, { "ok", SOURCE_PRESS, CHECKIN_OK },
		{ "help", SOURCE_PRESS, CHECKIN_HELP }, { "unwell", SOURCE_PRESS, CHECKIN_UNWELL },
		{ "talk", SOURCE_PRESS, CHECKIN_TALK }, { "down", SOURCE_DOWN, CHECKIN_OK },
		{ "up", SOURCE_UP, CHECKIN_OK } };
	char bare[16];
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (line[i] != ' ' && line[i] != '\r') {
			if (n == sizeof(bare))
				return false;
			bare[n++] = (char)line[i];
		}
	for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
		if (strlen(words[k].word) == n && memcmp(words[k].word, bare, n) == 0) {
			*event = (struct source_event){ words[k].what, words[k].kind, NOW };
			return true;
		}
	return false;
}

static bool same(const struct source_event *a, const struct source_event *b)
{
	return a->what == b->what && a->kind == b->kind && a->at_ms == b->at_ms;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct taken whole, cut;
	size_t n = 0;

	fuzz_begin();
	feed(data, size, MOST, &whole);
	feed(data, size, 7, &cut);
	MUST(whole.count == cut.count);
	for (size_t i = 0; i < whole.count && i < EVENTS; i++)
		MUST(same(&whole.events[i], &cut.events[i]));
	for (const uint8_t *end; (end = size ? memchr(data, '\n', size) : NULL); data = end + 1) {
		struct source_event event;

		if (says(data, (size_t)(end - data), &event)) {
			MUST(n + 1 < whole.count && (n >= EVENTS || same(&event, &whole.events[n])));
			n++;
		}
		size -= (size_t)(end + 1 - data);
	}
	MUST(n + 1 == whole.count);
	return 0;
}
