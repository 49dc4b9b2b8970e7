/*
 * accounts - how users come in: passwords, and being locked out. What else there is of a user is imported (imports.h).
 */
#ifndef STORE_ACCOUNTS_H
#define STORE_ACCOUNTS_H

#include "server/store/users.h"

/* The password's hash, as it stands in struct user. False: there is no such user. */
bool accounts_set_password(struct store *s, const char *login, const char *hash);
/* Locks out; at 0: lets in again. False: there is no such user, or it is so already. */
bool accounts_disable(struct store *s, const char *login, int64_t at);

/*
 * The second factor (TOTP): its secret in base32, "" none; whether it is on; the step of the last code that was taken,
 * so that none is taken twice.
 */
struct factor {
	char secret[65];
	bool on;
	int64_t step;
};
bool accounts_factor(struct store *s, const char *login, struct factor *f);
void accounts_set_factor(struct store *s, const char *login, const struct factor *f);
bool accounts_require_factor(struct store *s, const char *login, bool required); /* false: there is no such user */
enum { FACTOR_STEP_S = 30 };                                                     /* how long a step is (RFC 6238) */
/* The clock was set back: no code of a later time than now was shown. */
void accounts_until(struct store *s, int64_t now);
/* A code of this step was shown. False: one of it or a later one was taken before. */
bool accounts_factor_used(struct store *s, const char *login, int64_t step);
bool accounts_set_language(struct store *s, const char *login, const char *language);
bool accounts_any(struct store *s); /* is there anybody who may sign in? */

#endif
