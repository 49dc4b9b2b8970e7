/*
 * decode - what a message from the broker says, before any rule looks at it.
 *
 * Our own protocol (contract 1). Devices that speak otherwise are decoded into the same facts by files of their own
 * beside this one; what follows knows nothing of topics and payloads.
 */
#ifndef INTAKE_DECODE_H
#define INTAKE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/checkin.h"

enum fact_kind {
	FACT_PRESS,      /* a device pressed: checkin */
	FACT_UNREADABLE, /* on a device's checkin topic, but none: reason, checkin.id where one could be read */
	FACT_STATE,      /* a device said how it is: state */
	FACT_BAD_STATE,  /* it tried to */
	FACT_ECHO,       /* our own word came back: echo */
	FACT_RETAINED,   /* a check-in that the broker had stored: no press, no answer */
	FACT_FOREIGN,    /* under a name that no device has: nobody to answer */
};

struct echo_word {
	uint64_t token;  /* of the connection that sent it */
	int64_t sent_at; /* our clock */
};

struct fact {
	enum fact_kind kind;
	struct checkin checkin; /* device_id also for FACT_UNREADABLE and FACT_STATE */
	const char *reason;     /* of FACT_UNREADABLE, for the ack */
	struct device_state state;
	struct echo_word echo;
	int64_t heard_at; /* set by who decodes: when it was read */
	bool kept;        /* and: before our first echo after the connect came back, so the broker may have kept it */
	size_t len;       /* of the payload, cut to PAYLOAD_MAX + 1 */
	unsigned char payload[PAYLOAD_MAX + 1];
};

/* Reads a message into all but heard_at and kept. */
void decode(struct fact *f, const char *root, const char *topic, const void *payload, size_t len, bool retained);

/* Our own word on mimamori/echo/{client_id}: returns the payload's length, 0 if it does not fit. */
#define ECHO_TEXT 64 /* bytes that it always fits */
size_t echo_format(const struct echo_word *e, char *buf, size_t size);

#endif
