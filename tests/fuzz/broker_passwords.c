/*
 * broker_passwords - the broker's password file, which its own tools and people write besides us
 * (server/tables/broker_passwords.h): taking a device's line out leaves every other as it was. The input: a line, the
 * device; the file behind it.
 */
#include "server/tables/broker_passwords.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

static bool is_of(const char *line, size_t len, const char *device)
{
	size_t n = strlen(device);

	return len > n && memcmp(line, device, n) == 0 && line[n] == ':';
}

/* The next line, its end within its length; false: there are no more. */
static bool next_line(const char **at, const char *end, const char **line, size_t *len)
{
	const char *newline = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;

	*line = *at;
	*len = newline ? (size_t)(newline - *at) + 1 : (size_t)(end - *at);
	*at += *len;
	return *len > 0;
}

static char *read_file(const char *path, size_t most, size_t *len)
{
	FILE *in = fopen(path, "re");
	char *bytes = malloc(most);

	MUST(in && bytes);
	*len = fread(bytes, 1, most, in);
	MUST(fclose(in) == 0 && *len < most);
	return bytes;
}

/* Line by line, what was there without the device's own. */
static void check_left(const char *was, size_t was_len, const char *is, size_t is_len, const char *device)
{
	const char *was_end = was + was_len, *is_end = is + is_len, *line, *left;
	size_t len, left_len;

	while (next_line(&was, was_end, &line, &len)) {
		size_t bare = len - (line[len - 1] == '\n');

		if (is_of(line, len, device))
			continue;
		MUST(next_line(&is, is_end, &left, &left_len));
		MUST(left[left_len - 1] == '\n' && left_len - 1 == bare && memcmp(line, left, bare) == 0);
	}
	MUST(is == is_end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *device = fuzz_line(&data, &size), why[BROKER_WHY] = "", path[512], *is;
	size_t len;

	fuzz_begin();
	snprintf(path, sizeof(path), "%s", fuzz_file("passwords", data, size));
	MUST(broker_passwords_remove(path, device, why));
	is = read_file(path, size + 16, &len);
	if (!memchr(data, '\0', size) && !strchr(device, ':'))
		check_left((const char *)data, size, is, len, device);
	free(is);
	free(device);
	return 0;
}
