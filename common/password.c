/* password - libsodium's crypto_pwhash_str, which names its parameters in the hash. */
#include "common/password.h"

#include <sodium.h>
#include <string.h>

#include "common/log.h"

_Static_assert(PASSWORD_HASH >= crypto_pwhash_STRBYTES, "a hash must fit");

/* Of a random text that nobody kept. */
static const char nobodys[] =
	"$argon2id$v=19$m=65536,t=2,p=1$8RF4A/VKusvtkXNxioXyxQ$vf5UnReUL2ybfGsmnEXXKHQ0x1joWFe5Z42A5lmg5kg";

static void start(void)
{
	if (sodium_init() < 0)
		fatal("error=\"libsodium does not start\"");
}

bool password_good(const char *password, const char **why)
{
	size_t len = strlen(password);

	*why = len < PASSWORD_LEAST ? "is too short: 8 characters at least" : "is too long: 200 bytes at most";
	return len >= PASSWORD_LEAST && len <= PASSWORD_MOST;
}

bool password_hash(const char *password, char hash[PASSWORD_HASH])
{
	bool hashed;

	start();
	hashed = crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
			 crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
	return hashed;
}

bool password_fits(const char *password, const char *hash)
{
	bool fits;

	start();
	fits = crypto_pwhash_str_verify(*hash ? hash : nobodys, password, strlen(password)) == 0;
	return fits && *hash;
}
