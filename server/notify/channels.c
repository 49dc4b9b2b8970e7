/* channels - the table of them. */
#include <stdlib.h>
#include <string.h>

#include "server/notify/channel.h"

const struct channel *const channel_list[] = { &mail_channel, &webhook_channel, &device_channel, &log_channel };
const size_t channel_count = sizeof(channel_list) / sizeof(channel_list[0]);

const struct channel *channel_of(const char *address)
{
	size_t len = strcspn(address, ":");

	for (size_t i = 0; i < channel_count; i++)
		if (strlen(channel_list[i]->name) == len && strncmp(channel_list[i]->name, address, len) == 0)
			return channel_list[i];
	return NULL;
}

void request_release(struct request *r)
{
	free(r->body);
	r->body = NULL;
}
