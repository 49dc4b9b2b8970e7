/*
 * topic - MQTT topics of contract 1: ROOT/{device}/{leaf}.
 */
#ifndef COMMON_TOPIC_H
#define COMMON_TOPIC_H

#include <stdbool.h>
#include <stddef.h>

#define DEVICE_ID 129 /* bytes of a device id with its end: own ids to 64, foreign ones (adapter/name) to 128 */
#define TOPIC_MAX 256

bool device_id_valid(const char *id); /* an own device: 1-64 of A-Z a-z 0-9 . _ - */
/* "root/device/leaf" into buf; false if it does not fit. */
bool topic_format(char buf[TOPIC_MAX], const char *root, const char *device, const char *leaf);
/* The device of a topic "root/{device}/leaf", if it is one and the device is a valid own id. */
bool topic_device(const char *topic, const char *root, const char *leaf, char device[DEVICE_ID]);

#endif
