/* button_settings - the configuration of a button (device/button/settings.h), a whole file. */
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/zone.h"
#include "device/button/settings.h"
#include "device/button/source.h"
#include "tests/fuzz/fuzz.h"

static void check_span(int64_t ms)
{
	MUST(ms >= SECOND && ms <= DAY);
}

static void check(const struct settings *s)
{
	struct source source;
	const char *why;

	FUZZ_TEXT(s->lamp);
	FUZZ_TEXT(s->battery);
	FUZZ_TEXT(s->spool);
	FUZZ_TEXT(s->firmware);
	FUZZ_TEXT(s->host);
	FUZZ_TEXT(s->username);
	FUZZ_TEXT(s->ca_file);
	MUST(strnlen(s->password, sizeof(s->password)) < sizeof(s->password));
	MUST(device_id_valid(s->device) && s->username[0]);
	MUST(source_parse(&source, s->source, &why));
	MUST(zone_known(s->timezone));
	MUST(strcmp(s->language, "ja") == 0 || strcmp(s->language, "en") == 0);
	MUST(strcmp(s->console, "plain") == 0 || strcmp(s->console, "lines") == 0);
	MUST(s->root[0] && !strpbrk(s->root, "+#"));
	check_span(s->hold);
	check_span(s->announce);
	check_span(s->repeat);
	check_span(s->patience);
	check_span(s->heard);
	check_span(s->retry);
	check_span(s->retry_max);
	check_span(s->reconnect_max);
	MUST(s->keepalive >= 5 * SECOND && s->keepalive <= HOUR);
	MUST(s->port >= 1 && s->port <= 65535);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings s;
	struct fuzz_said said;
	char path[512];

	fuzz_begin();
	snprintf(path, sizeof(path), "%s", fuzz_file("button.conf", data, size));
	fuzz_listen(&said);
	memset(&s, 0xa5, sizeof(s));
	if (settings_read(path, &s, said.out)) {
		fuzz_heard(&said, path);
		MUST(said.len == 0);
		check(&s);
	} else {
		fuzz_heard(&said, path);
		MUST(said.len > 0);
	}
	fuzz_forget(&said);
	return 0;
}
