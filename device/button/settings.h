/* settings - mimamori-button's configuration. */
#ifndef DEVICE_BUTTON_SETTINGS_H
#define DEVICE_BUTTON_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/topic.h"
#include "device/button/evdev.h"
#include "device/button/spool.h"

struct settings {
	char device[DEVICE_ID];
	char source[EVDEV_PATH];
	char spool[SPOOL_PATH];
	char language[3]; /* "ja", "en" */
	char timezone[64];
	char console[6]; /* "plain", "lines" */
	char lamp[SPOOL_PATH], battery[SPOOL_PATH];
	char firmware[64];
	int64_t hold, announce, repeat, patience, heard, retry, retry_max; /* ms */

	char host[256];
	int64_t port;
	char username[DEVICE_ID], password[256];
	char ca_file[SPOOL_PATH];
	char root[128];
	int64_t keepalive, reconnect_max; /* ms */
};

/* Reads the file; false: what is wrong with it was written to `errors`. */
bool settings_read(const char *path, struct settings *s, FILE *errors);
void settings_help(FILE *out); /* every option, as a commented file */

#endif
