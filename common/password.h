/*
 * password - what people type to come in: kept only as a hash that is slow to try (Argon2id, libsodium's interactive
 * limits: 64 MiB and some tens of milliseconds for each try; so the web has few of them at a time, server/web/queue.h).
 */
#ifndef COMMON_PASSWORD_H
#define COMMON_PASSWORD_H

#include <stdbool.h>

enum { PASSWORD_LEAST = 8, PASSWORD_MOST = 200, PASSWORD_HASH = 128 }; /* bytes; a hash with its end */

/* Whether it may be one; else `why`, to follow "the password ". */
bool password_good(const char *password, const char **why);
/* False: out of memory. */
bool password_hash(const char *password, char hash[PASSWORD_HASH]);
/*
 * Whether the password is the one of this hash. "" (nobody's) takes as long as any other, and is false: so an answer's
 * time does not say which accounts there are.
 */
bool password_fits(const char *password, const char *hash);

#endif
