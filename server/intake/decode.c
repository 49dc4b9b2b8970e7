/* decode - what a message from the broker says. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/intake/decode.h"

#define ECHO_TOPIC "mimamori/echo/" /* the daemon is subscribed to its own name there, and to nothing else */

size_t echo_format(const struct echo_word *e, char *buf, size_t size)
{
	int len = snprintf(buf, size, "%" PRId64 " %" PRIx64, e->sent_at, e->token);

	return len > 0 && (size_t)len < size ? (size_t)len : 0;
}

/* A word that is not exactly as we write it is not ours: token 0, which no connection has. */
static void echo_parse(struct echo_word *e, const unsigned char *payload, size_t len)
{
	char text[ECHO_TEXT], ours[ECHO_TEXT], *rest;

	*e = (struct echo_word){ 0 };
	if (len >= sizeof(text))
		return;
	memcpy(text, payload, len);
	text[len] = '\0';
	e->sent_at = strtoll(text, &rest, 10);
	e->token = strtoull(rest, NULL, 16);
	if (echo_format(e, ours, sizeof(ours)) != len || memcmp(text, ours, len) != 0)
		*e = (struct echo_word){ 0 };
}

static void decode_checkin(struct fact *f, bool retained)
{
	if (retained)
		f->kind = FACT_RETAINED;
	else if (checkin_parse(&f->checkin, f->payload, f->len, &f->reason))
		f->kind = FACT_PRESS;
	else
		f->kind = FACT_UNREADABLE;
}

void decode(struct fact *f, const char *root, const char *topic, const void *payload, size_t len, bool retained)
{
	const char *why;

	f->len = len <= PAYLOAD_MAX ? len : PAYLOAD_MAX + 1;
	if (f->len)
		memcpy(f->payload, payload, f->len);
	if (strncmp(topic, ECHO_TOPIC, strlen(ECHO_TOPIC)) == 0) {
		f->kind = FACT_ECHO;
		echo_parse(&f->echo, f->payload, f->len);
	} else if (topic_device(topic, root, "checkin", f->checkin.device_id)) {
		decode_checkin(f, retained);
	} else if (topic_device(topic, root, "state", f->checkin.device_id)) {
		f->kind = device_state_parse(&f->state, f->payload, f->len, &why) ? FACT_STATE : FACT_BAD_STATE;
	} else {
		f->kind = FACT_FOREIGN;
	}
}
