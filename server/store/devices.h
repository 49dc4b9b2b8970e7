/*
 * devices - buttons, phones and sensors, each of one resident, and how they are.
 */
#ifndef STORE_DEVICES_H
#define STORE_DEVICES_H

#include "common/topic.h"
#include "server/store/residents.h"

struct device {
	char device_id[DEVICE_ID], resident_id[RESIDENT_ID];
	int64_t revoked_at; /* 0: in use */
	int online;         /* 1, 0; -1: it never said */
	int battery;        /* 0-100; -1: it never said */
	char firmware[64];
	char trouble[16];   /* offline, battery, rejected: the worst; "" none */
	int64_t trouble_at; /* since when; of rejected: the last time */
};

/* A device and what a press of it needs of its resident: the one read of the hot path. */
struct presser {
	struct device device;
	char district[65], passive[8], language[8];
	int64_t paused_until;
};

bool devices_find(struct store *s, const char *device_id, struct device *d);
bool devices_presser(struct store *s, const char *device_id, struct presser *p);
/* Writes online, battery, firmware, trouble and trouble_at back; state_at is when it said so. */
void devices_save_state(struct store *s, const struct device *d, int64_t state_at);

/* Remembers that the device is, or was, this resident's: so a resident's check-ins are found. */
void devices_belonged(struct store *s, const char *device_id, const char *resident_id);

#endif
