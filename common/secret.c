/* secret - by libsodium. */
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <sodium.h>

#include "common/log.h"
#include "common/secret.h"

enum { SECRET_BYTES = 32 };

_Static_assert(SECRET_TOKEN == sodium_base64_ENCODED_LEN(SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
	"a token is 32 bytes");
_Static_assert(SECRET_HASH == 2 * SECRET_BYTES + 1, "a hash is 32 bytes");

/* Any number of times, from any thread. */
static void start(void)
{
	if (sodium_init() < 0)
		fatal("error=\"no source of random bytes\"");
}

void secret_guard_process(void)
{
	const struct rlimit none = { 0, 0 };

	/* The second is for what we start; a sandbox that forbids it has set it already. */
	if (prctl(PR_SET_DUMPABLE, 0) != 0)
		fatal("error=\"core files cannot be turned off: %m\"");
	setrlimit(RLIMIT_CORE, &none);
}

void secret_make(char token[SECRET_TOKEN])
{
	unsigned char bytes[SECRET_BYTES];

	start();
	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(token, SECRET_TOKEN, bytes, sizeof(bytes), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
}

static void hash_keyed(const char *text, const unsigned char *key, size_t key_len, char hash[SECRET_HASH])
{
	unsigned char bytes[SECRET_BYTES];

	start();
	crypto_generichash(bytes, sizeof(bytes), (const unsigned char *)text, strlen(text), key, key_len);
	sodium_bin2hex(hash, SECRET_HASH, bytes, sizeof(bytes));
}

void secret_hash(const char *token, char hash[SECRET_HASH])
{
	hash_keyed(token, NULL, 0, hash);
}

/* The key is the token's own hash under another name than the one stored, so a stolen store derives nothing. */
void secret_derive(const char *token, const char *purpose, char derived[SECRET_HASH])
{
	unsigned char key[SECRET_BYTES];

	start();
	crypto_generichash(key, sizeof(key), (const unsigned char *)token, strlen(token),
		(const unsigned char *)"mimamori derives", 16);
	hash_keyed(purpose, key, sizeof(key), derived);
	sodium_memzero(key, sizeof(key));
}

bool secret_equal(const char *a, const char *b)
{
	size_t len = strlen(a);

	return len == strlen(b) && sodium_memcmp(a, b, len) == 0;
}

bool secret_is_token(const char *text)
{
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

	return len == SECRET_TOKEN - 1 && text[len] == '\0';
}
