/*
 * console - sayings as lines. The words are common/text.def's; a server's words are cleaned, so that none can forge a
 * line or drive the terminal.
 */
#include "device/button/console.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "common/utf8.h"
#include "common/zone.h"

#define LINE 4096

static const char *const events[SAYINGS] = {
	[SAY_SENDING] = "sending",
	[SAY_HEARD] = "heard",
	[SAY_NOT_YET] = "not_yet",
	[SAY_UNKNOWN] = "unknown_device",
	[SAY_REJECTED] = "rejected",
	[SAY_ANNOUNCED] = "announced",
	[SAY_TAKEN_BACK] = "taken_back",
	[SAY_MESSAGE] = "message",
	[SAY_NOT_SAVED] = "not_saved",
	[SAY_SAVED] = "saved",
	[SAY_GIVEN_UP] = "given_up",
};
static const char *const message_kinds[] = { "reminder", "notice", "greeting", "roll_call" };

struct line {
	char text[LINE];
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int n = vsnprintf(l->text + l->len, sizeof l->text - l->len, format, args);
	va_end(args);
	if (n > 0)
		l->len = utf8_cut(l->text, l->len + (size_t)n, sizeof l->text - 1);
}

/* Control characters, of one byte (C0, DEL) and of two (C1), become spaces. */
static void clean(struct line *l)
{
	for (size_t i = 0; i < l->len; i++) {
		unsigned char c = (unsigned char)l->text[i], next = (unsigned char)l->text[i + 1];

		if (c < 0x20 || c == 0x7f)
			l->text[i] = ' ';
		else if (c == 0xc2 && next >= 0x80 && next < 0xa0)
			l->text[i] = l->text[i + 1] = ' ';
	}
}

/* A terminal that somebody stopped, or a pipe that nobody reads, loses lines: it must not stop the button. */
static void write_line(struct line *l)
{
	struct pollfd out = { STDOUT_FILENO, POLLOUT, 0 };

	clean(l);
	l->text[l->len++] = '\n';
	if (poll(&out, 1, 0) != 1 || (out.revents & POLLOUT) == 0)
		return;
	while (write(STDOUT_FILENO, l->text, l->len) < 0 && errno == EINTR)
		;
}

static void add_heard(const struct console *c, const struct saying *s, struct line *l)
{
	char time[ZONE_TEXT] = "", text[LINE / 2];
	const struct text_field fields[] = { { "time", time }, { "text", s->text } };
	enum text_key key = s->text[0] != '\0' ? TEXT_LOCAL_ANSWERED : TEXT_LOCAL_HEARD;

	if (s->at >= 0)
		zone_clock(time, s->at);
	text_fill(text, sizeof text, text_get(key, c->language), fields, sizeof fields / sizeof *fields);
	if (s->at < 0) /* neither the server nor our clock said when */
		add(l, "%s", s->text[0] != '\0' ? s->text : text_get(TEXT_LOCAL_HEARD_NO_TIME, c->language));
	else
		add(l, "%s", text);
}

/* Adds the words. Where a call for help has not reached anybody, they name the other way. */
static void add_words(const struct console *c, const struct saying *s, struct line *l)
{
	static const enum text_key keys[SAYINGS] = {
		[SAY_SENDING] = TEXT_LOCAL_SENDING,
		[SAY_NOT_YET] = TEXT_LOCAL_NOT_YET,
		[SAY_UNKNOWN] = TEXT_LOCAL_UNKNOWN,
		[SAY_REJECTED] = TEXT_LOCAL_REJECTED,
		[SAY_ANNOUNCED] = TEXT_LOCAL_HELP,
		[SAY_TAKEN_BACK] = TEXT_LOCAL_HELP_TAKEN_BACK,
		[SAY_NOT_SAVED] = TEXT_LOCAL_NOT_SAVED,
		[SAY_SAVED] = TEXT_LOCAL_SAVED,
		[SAY_GIVEN_UP] = TEXT_LOCAL_GIVEN_UP,
	};
	bool unanswered = s->what == SAY_NOT_YET || s->what == SAY_UNKNOWN || s->what == SAY_REJECTED;

	if (s->what == SAY_HEARD)
		add_heard(c, s, l);
	else
		add(l, "%s", s->what == SAY_MESSAGE ? s->text : text_get(keys[s->what], c->language));
	if (unanswered && s->kind == CHECKIN_HELP)
		add(l, " %s", text_get(TEXT_LOCAL_CALL_119, c->language));
}

void console_say(const struct console *c, const struct saying *s)
{
	struct line l = { .len = 0 };
	char time[ZONE_TEXT];

	if (c->lines) {
		add(&l, "event=%s", events[s->what]);
		if (s->id != NULL)
			add(&l, " id=%s", s->id);
		add(&l, " kind=%s", s->what == SAY_MESSAGE ? message_kinds[s->message] : checkin_kind_name(s->kind));
		if (s->repeat)
			add(&l, " repeat=yes");
		if (s->at >= 0)
			add(&l, " at=%s", zone_clock(time, s->at));
		if (s->what == SAY_HEARD)
			add(&l, " result=%s", s->result == ACK_DUPLICATE ? "duplicate" : "stored");
		if (s->what == SAY_REJECTED)
			add(&l, " reason=%s", s->text);
		add(&l, " text=");
	}
	add_words(c, s, &l);
	write_line(&l);
}

void console_link(const struct console *c, bool online)
{
	struct line l = { .len = 0 };

	if (c->lines)
		add(&l, "event=%s text=", online ? "online" : "offline");
	add(&l, "%s", text_get(online ? TEXT_LOCAL_ONLINE : TEXT_LOCAL_OFFLINE, c->language));
	write_line(&l);
}
