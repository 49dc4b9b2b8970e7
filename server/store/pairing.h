/*
 * pairing - whose a device is: given to a resident, taken out of use. A device has one resident at a time.
 */
#ifndef STORE_PAIRING_H
#define STORE_PAIRING_H

#include "server/store/devices.h"

/* The device is this resident's and in use from now on, whether or not it was known before. */
void pairing_give(struct store *s, const char *device_id, const char *resident_id);
/* False: it is out of use already, or there is none. */
bool pairing_revoke(struct store *s, const char *device_id, int64_t now);

#endif
