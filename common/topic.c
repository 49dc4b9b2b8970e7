/*
 * topic - MQTT topics of contract 1.
 */
#include "common/topic.h"

#include <stdio.h>
#include <string.h>

#define OWN_ID 64 /* characters of an own device's id */

static bool id_valid(const char *id, size_t len)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	return len >= 1 && len <= OWN_ID && strspn(id, allowed) >= len;
}

bool device_id_valid(const char *id)
{
	return id_valid(id, strlen(id));
}

bool topic_format(char buf[TOPIC_MAX], const char *root, const char *device, const char *leaf)
{
	int len = snprintf(buf, TOPIC_MAX, "%s/%s/%s", root, device, leaf);

	return len > 0 && len < TOPIC_MAX;
}

bool topic_device(const char *topic, const char *root, const char *leaf, char device[DEVICE_ID])
{
	size_t len = strlen(root);

	if (strncmp(topic, root, len) != 0 || topic[len] != '/')
		return false;
	const char *id = topic + len + 1;
	const char *end = strchr(id, '/');
	if (end == NULL || strcmp(end + 1, leaf) != 0 || !id_valid(id, (size_t)(end - id)))
		return false;
	memcpy(device, id, (size_t)(end - id));
	device[end - id] = '\0';
	return true;
}
