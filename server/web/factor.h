/* factor - the second factor: one-time codes by time (TOTP, RFC 6238: SHA-1, 30 s, 6 digits; by liboath). */
#ifndef WEB_FACTOR_H
#define WEB_FACTOR_H

#include "server/web/call.h"

/* Whether this code is right now, and none of its time or later was taken before. Takes it: a second time it is not. */
bool factor_takes(struct call *c, const char *login, const char *code);

#endif
