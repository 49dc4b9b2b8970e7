/*
 * device - what the resident reads on their own button, by the broker.
 *
 * Taken only when the broker says that somebody was there to hear it; else it is tried again until it is of no use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/checkin.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/utf8.h"
#include "server/notify/channel.h"
#include "server/notify/notify.h"

enum { NOT_SUBSCRIBED = 16, ERRORS_FROM = 128 }; /* reasons of a PUBACK, MQTT 5 */

static void device_server(char name[SERVER_NAME], const char *address)
{
	(void)address;
	snprintf(name, SERVER_NAME, "broker");
}

static bool device_compose(
	struct request *r, const struct letter *l, const struct settings *s, int64_t now, const char **why)
{
	const char *device = l->channel + strlen("device:");
	struct message m = { .kind = l->reminder ? MESSAGE_REMINDER : MESSAGE_NOTICE, .until_at = l->until_at };
	size_t len = strlen(l->text);

	(void)s;
	if (!device_id_valid(device)) {
		*why = "no own device";
		return false;
	}
	*r = (struct request){ .carrier = CARRIER_BROKER, .username = "", .password = "" };
	snprintf(r->device_id, sizeof(r->device_id), "%s", device);
	r->expires_s = l->until_at > now + SECOND ? (l->until_at - now) / SECOND : 1;
	snprintf(m.id, sizeof(m.id), "%s", l->id);
	while (len && l->text[len - 1] == '\n') /* a line's end is nothing to show */
		len--;
	snprintf(m.text, sizeof(m.text), "%.*s", (int)utf8_cut(l->text, len, sizeof(m.text) - 1), l->text);
	r->body = malloc(PAYLOAD_MAX);
	if (!r->body)
		fatal("error=\"out of memory\"");
	r->body_len = message_format(&m, r->body, PAYLOAD_MAX);
	if (r->body_len == 0) {
		request_release(r);
		*why = "text does not fit a message";
		return false;
	}
	return true;
}

static enum delivery device_judge(const struct answer *a)
{
	if (!a->done)
		return a->left ? DELIVERY_UNSURE : DELIVERY_RETRY;
	return a->status != NOT_SUBSCRIBED && a->status < ERRORS_FROM ? DELIVERY_TAKEN : DELIVERY_RETRY;
}

const struct channel device_channel = { "device", device_server, device_compose, device_judge, NULL, true,
	NOTIFY_DEVICE_MOST };
