/*
 * addresses - where people are reached: a person on a channel, and when that last worked.
 */
#ifndef STORE_ADDRESSES_H
#define STORE_ADDRESSES_H

#include "server/store/store.h"

/* The resident's own devices that can show a message, as channels: "device:btn-1 device:btn-2"; "" none. */
void addresses_devices(struct store *s, const char *resident_id, char *channels, size_t size);
/* A message to the person was taken there. */
void addresses_reached(struct store *s, const char *person, const char *channel, int64_t now);
int64_t addresses_reached_at(struct store *s, const char *person, const char *channel); /* 0: never */

#endif
