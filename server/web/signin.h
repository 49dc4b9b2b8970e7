/* signin - whoever is signed in says their password once more. */
#ifndef WEB_SIGNIN_H
#define WEB_SIGNIN_H

#include "server/web/call.h"

/*
 * Whether this is the password of the calling user; failures are counted, audited and made to wait as those of signing
 * in are. Otherwise the reply is made: 401 password, 429 wait.
 */
bool signin_verifies(struct call *c, const char *password);

#endif
