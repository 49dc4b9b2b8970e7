/*
 * device_login - the credential of a device that presses by HTTP, against the broker's password file
 * (server/web/device_login.h). The input: a line, the device; a line, the password; the file behind them.
 */
#include "server/web/device_login.h"

#include <ctype.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/topic.h"
#include "tests/fuzz/fuzz.h"

enum { HASH = crypto_auth_hmacsha512_BYTES, SLOW = 4 };

/* A file may ask for up to a million rounds, which is a second: too long for an input of many. */
static bool is_slow(const uint8_t *data, size_t size)
{
	size_t digits = 0;

	for (size_t i = 0; i < size; i++) {
		digits = isdigit(data[i]) ? digits + 1 : 0;
		if (digits >= SLOW)
			return true;
	}
	return false;
}

/* A line of this device that this password fits: two rounds over no salt. */
static void check_right(const char *device, const char *password)
{
	static const unsigned char first_block[4] = { 0, 0, 0, 1 };
	const unsigned char *key = (const unsigned char *)password;
	crypto_auth_hmacsha512_state state;
	unsigned char hash[HASH], second[HASH];
	char base64[2 * HASH], *line;
	int len;

	if (!device_id_valid(device))
		return;
	crypto_auth_hmacsha512_init(&state, key, strlen(password));
	crypto_auth_hmacsha512_update(&state, first_block, sizeof(first_block));
	crypto_auth_hmacsha512_final(&state, hash);
	crypto_auth_hmacsha512_init(&state, key, strlen(password));
	crypto_auth_hmacsha512_update(&state, hash, HASH);
	crypto_auth_hmacsha512_final(&state, second);
	for (size_t i = 0; i < HASH; i++)
		hash[i] ^= second[i];
	sodium_bin2base64(base64, sizeof(base64), hash, sizeof(hash), sodium_base64_VARIANT_ORIGINAL);
	len = asprintf(&line, "%sx:$7$2$$%s\n%s:$7$2$$%s\n", device, base64, device, base64);
	MUST(len > 0);
	MUST(device_login(fuzz_file("right", line, (size_t)len), device, password));
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *device = fuzz_line(&data, &size), *password = fuzz_line(&data, &size);

	fuzz_begin();
	if (!is_slow(data, size)) {
		if (device_login(fuzz_file("passwords", data, size), device, password))
			MUST(device_id_valid(device));
		check_right(device, password);
	}
	free(device);
	free(password);
	return 0;
}
