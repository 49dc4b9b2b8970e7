/*
 * console - what the button says in words, on standard output, one line an event.
 *
 * `plain` is for people: the text alone. `lines` is for programs:
 *     event=heard id=9f3c2a7b11d04e5f-1 kind=ok at=7:12 result=stored text=…
 * with text last, to the end of the line. Fields that do not apply are left out; repeat=yes marks the answer to a press
 * that repeats another.
 */
#ifndef DEVICE_BUTTON_CONSOLE_H
#define DEVICE_BUTTON_CONSOLE_H

#include "device/button/core.h"

struct console {
	bool lines;
	const char *language;
};

void console_say(const struct console *c, const struct saying *s);
void console_link(const struct console *c, bool online);

#endif
