/*
 * secret - what only its holder can know: tokens of links, sessions and keys. We keep only their hash, so whoever reads
 * the store cannot come in with what it holds.
 */
#ifndef COMMON_SECRET_H
#define COMMON_SECRET_H

#include <stdbool.h>
#include <stddef.h>

enum {
	SECRET_TOKEN = 44, /* 32 random bytes in base64url without padding, and NUL */
	SECRET_HASH = 65,  /* 32 bytes in hex, and NUL */
};

/*
 * What this process knows leaves it in no core file, whatever ends it, and other processes of its user can read neither
 * its memory nor its environment. To be called before the first secret is read.
 */
void secret_guard_process(void);

void secret_make(char token[SECRET_TOKEN]);
/* BLAKE2b-256 of any text. Of a token no salt is needed: 32 random bytes cannot be guessed. */
void secret_hash(const char *token, char hash[SECRET_HASH]);
/* A value that only who knows `token` can make, for a purpose ("csrf", "form"): keyed BLAKE2b-256 of it. */
void secret_derive(const char *token, const char *purpose, char derived[SECRET_HASH]);
/* The same text, in a time that says nothing about where they differ. */
bool secret_equal(const char *a, const char *b);
/* Whether it has the shape of a token; what has not need not be looked up. */
bool secret_is_token(const char *text);

#endif
