/*
 * decode - the seam between the broker and the rules (server/intake/decode.h): any topic, any payload, retained or not.
 * The input: a line `TOPIC`, with an `!` before it where the message was retained; the payload behind it.
 */
#include <stdlib.h>
#include <string.h>

#include "server/intake/decode.h"
#include "tests/fuzz/fuzz.h"

#define ROOT "mimamori/v1"

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* The topic is that of this device, and no other way of writing it. */
static bool is_of(const char *topic, const char *device, const char *leaf)
{
	char topic_of[TOPIC_MAX];

	return device_id_valid(device) && topic_format(topic_of, ROOT, device, leaf) && strcmp(topic, topic_of) == 0;
}

/* What is not just as we write it is not ours, and has the token of no connection. */
static void check_echo(const struct fact *f)
{
	char text[ECHO_TEXT];

	if (f->echo.token)
		MUST(echo_format(&f->echo, text, sizeof(text)) == f->len && memcmp(text, f->payload, f->len) == 0);
	else
		MUST(f->echo.sent_at == 0 || f->len < ECHO_TEXT);
}

static void check(const struct fact *f, const char *topic, bool retained)
{
	switch (f->kind) {
	case FACT_PRESS: MUST(!retained && f->checkin.id[0] && is_of(topic, f->checkin.device_id, "checkin")); break;
	case FACT_UNREADABLE:
		MUST(!retained && f->reason && *f->reason && is_of(topic, f->checkin.device_id, "checkin"));
		FUZZ_TEXT(f->checkin.id);
		break;
	case FACT_RETAINED: MUST(retained && is_of(topic, f->checkin.device_id, "checkin")); break;
	case FACT_STATE:
		MUST(is_of(topic, f->checkin.device_id, "state"));
		FUZZ_TEXT(f->state.firmware);
		break;
	case FACT_BAD_STATE: MUST(is_of(topic, f->checkin.device_id, "state")); break;
	case FACT_ECHO:
		MUST(begins(topic, "mimamori/echo/"));
		check_echo(f);
		break;
	case FACT_FOREIGN: MUST(!begins(topic, "mimamori/echo/")); break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *payload = data;
	char *line = fuzz_line(&payload, &size);
	bool retained = line[0] == '!';
	struct fact *f = malloc(sizeof(*f));

	memset(f, 0xa5, sizeof(*f));
	decode(f, ROOT, line + retained, payload, size, retained);
	MUST(f->len == (size > PAYLOAD_MAX ? PAYLOAD_MAX + 1 : size));
	MUST(f->len == 0 || memcmp(f->payload, payload, f->len) == 0);
	check(f, line + retained, retained);
	free(f);
	free(line);
	return 0;
}
