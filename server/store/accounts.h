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

#endif
