/* checkin - a device's check-in (common/checkin.h): what is read is in its bounds, and is read the same once written.
 */
#include <string.h>

#include "common/checkin.h"
#include "common/utf8.h"
#include "tests/fuzz/fuzz.h"

#define LATEST   INT64_C(100000000000000) /* ms: 1e11 s */
#define LONGEST  INT64_C(315360000000)    /* ms: ten years */
#define SENTENCE 32                       /* bytes of a reason, with its end */

static void check_id(const char id[CHECKIN_ID])
{
	size_t len = strnlen(id, CHECKIN_ID);

	MUST(len < CHECKIN_ID);
	for (size_t i = 0; i < len; i++)
		MUST(id[i] > ' ' && id[i] <= '~');
}

static void check_written(const struct checkin *c)
{
	struct checkin again;
	const char *why;
	char text[PAYLOAD_MAX + 1], small[PAYLOAD_MAX + 1];
	size_t len = checkin_format(c, text, sizeof(text));

	MUST(len > 0 && len == strlen(text) && utf8_valid(text, len));
	memset(small, 0x5a, sizeof(small));
	MUST(checkin_format(c, small, len) == 0 && small[len] == 0x5a);
	MUST(checkin_parse(&again, text, len, &why));
	MUST(strcmp(again.id, c->id) == 0 && strcmp(again.reply_to, c->reply_to) == 0 && again.kind == c->kind);
	MUST(again.at == c->at && again.age_ms == c->age_ms && again.battery == c->battery);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct checkin c;
	const char *why = NULL;
	bool good;

	memset(&c, 0xa5, sizeof(c));
	good = checkin_parse(&c, data, size, &why);
	check_id(c.id);
	check_id(c.reply_to);
	MUST(c.kind >= CHECKIN_OK && c.kind < CHECKIN_KINDS);
	MUST(c.at >= -1 && c.at <= LATEST);
	MUST(c.age_ms >= -1 && c.age_ms <= LONGEST);
	MUST(c.battery >= -1 && c.battery <= 100);
	MUST(good == !why);
	MUST(good ? c.id[0] != '\0' : strlen(why) < SENTENCE);
	if (good)
		check_written(&c);
	return 0;
}
