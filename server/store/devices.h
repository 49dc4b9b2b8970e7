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

/* A device with whose it is, as a list has it. */
struct listed_device {
	struct device device;
	char kind[65], note[2048], name[PERSON_NAME], kana[PERSON_NAME], district[65]; /* names: of the resident */
	int64_t state_at;                                                              /* 0: it never said how it is */
};
/* By id, from behind one on; trouble: only those with that one, "any" with one, "" all; revoked ones or those in use.
 */
size_t devices_page(struct store *s, const char *after_id, const char *trouble, bool revoked,
	struct listed_device *list, size_t most);
/* When its last press was heard; 0 never. It looks at all of them: for what is shown, not for what is looked through.
 */
int64_t devices_heard(struct store *s, const char *device_id);

/* Remembers that the device is, or was, this resident's: so a resident's check-ins are found. */
void devices_belonged(struct store *s, const char *device_id, const char *resident_id);

#endif
