/*
 * supervise - what a supervisor such as systemd hears of us: one datagram to $NOTIFY_SOCKET a fact (sd_notify(3)).
 *
 * Without a supervisor all of this does nothing.
 */
#ifndef SERVER_SUPERVISE_H
#define SERVER_SUPERVISE_H

#include <stdint.h>

/* Lines such as READY=1, STATUS=…, STOPPING=1, joined by newlines. By one thread at a time. */
void supervise_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* How often WATCHDOG=1 is wanted (half of what systemd allows), ms; 0: not at all. */
int64_t supervise_watchdog_ms(void);

#endif
