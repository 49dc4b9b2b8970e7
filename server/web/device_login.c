/*
 * device_login - finds the device's line and computes its hash anew.
 *
 * The file is read at each call: it is small, whoever changes it need not tell us, and a device revoked a moment ago is
 * out. A name that is not there costs as much as one that is, so that names cannot be found out by the time it takes.
 */
#include "server/web/device_login.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/topic.h"

enum { SALT_MOST = 64, HASH = crypto_auth_hmacsha512_BYTES, ITERATIONS_MOST = 1000000 };

struct credential {
	int iterations;
	unsigned char salt[SALT_MOST], hash[HASH];
	size_t salt_len;
};

/* PBKDF2 (RFC 8018) with HMAC-SHA512, its first block: as long as the hash. */
static void derive(const char *password, const struct credential *c, unsigned char hash[HASH])
{
	static const unsigned char first_block[4] = { 0, 0, 0, 1 };
	crypto_auth_hmacsha512_state start, state;
	unsigned char u[HASH];

	crypto_auth_hmacsha512_init(&start, (const unsigned char *)password, strlen(password));
	state = start;
	crypto_auth_hmacsha512_update(&state, c->salt, c->salt_len);
	crypto_auth_hmacsha512_update(&state, first_block, sizeof(first_block));
	crypto_auth_hmacsha512_final(&state, u);
	memcpy(hash, u, HASH);
	for (int i = 1; i < c->iterations; i++) {
		state = start;
		crypto_auth_hmacsha512_update(&state, u, HASH);
		crypto_auth_hmacsha512_final(&state, u);
		for (size_t k = 0; k < HASH; k++)
			hash[k] ^= u[k];
	}
	sodium_memzero(&start, sizeof(start));
	sodium_memzero(u, sizeof(u));
}

static bool read_base64(const char *text, size_t len, unsigned char *to, size_t most, size_t *got)
{
	return sodium_base642bin(to, most, text, len, "", got, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

/* What stands behind the name: $7$101$SALT$HASH. False: it is none, and `c` is as it was. */
static bool read_credential(const char *text, struct credential *c)
{
	struct credential read;
	size_t salt_at, salt_len, hash_len;
	char *end;
	long iterations;

	if (strncmp(text, "$7$", 3) != 0 || !isdigit((unsigned char)text[3]))
		return false;
	iterations = strtol(text + 3, &end, 10);
	if (*end != '$' || iterations < 1 || iterations > ITERATIONS_MOST)
		return false;
	read.iterations = (int)iterations;
	salt_at = (size_t)(end + 1 - text);
	salt_len = strcspn(text + salt_at, "$\r\n");
	if (!read_base64(text + salt_at, salt_len, read.salt, sizeof(read.salt), &read.salt_len) ||
		text[salt_at + salt_len] != '$')
		return false;
	text += salt_at + salt_len + 1;
	if (!read_base64(text, strcspn(text, "\r\n"), read.hash, sizeof(read.hash), &hash_len) || hash_len != HASH)
		return false;
	*c = read;
	return true;
}

static bool find(const char *path, const char *device_id, struct credential *c)
{
	FILE *in = fopen(path, "re");
	size_t len = strlen(device_id), room = 0;
	char *line = NULL;
	bool found = false;

	if (!in)
		return false;
	while (!found && getline(&line, &room, in) > 0)
		found = strncmp(line, device_id, len) == 0 && line[len] == ':' && read_credential(line + len + 1, c);
	if (!found && !feof(in) && !ferror(in))
		fatal("error=\"out of memory\"");
	free(line);
	fclose(in);
	return found;
}

bool device_login(const char *path, const char *device_id, const char *password)
{
	struct credential c = { .iterations = 101 }; /* of one who is not there: as much work as of one who is */
	unsigned char hash[HASH];
	bool known = device_id_valid(device_id) && find(path, device_id, &c);

	derive(password, &c, hash);
	return known && sodium_memcmp(hash, c.hash, HASH) == 0;
}
