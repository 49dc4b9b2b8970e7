/*
 * rejected - what came in and could not be taken, for staff to see: the last 1,000 in all, at most 20 of a device.
 */
#ifndef STORE_REJECTED_H
#define STORE_REJECTED_H

#include "server/store/store.h"

/*
 * press_id: "" where none could be read. A message that comes again (same device, press and reason) is one row with
 * its latest time. payload is UTF-8.
 */
void rejected_add(struct store *s, int64_t at, const char *device_id, const char *press_id, const char *reason,
	const char *payload);

/* Help from a device nobody knows: false if this press was asked about already. */
bool unknown_helps_add(struct store *s, const char *device_id, const char *press_id, int64_t at);

#endif
