/*
 * link - the button's MQTT connection (contract 1), in a thread of its own.
 *
 * Only that thread touches libmosquitto, so a name look-up or a connect that takes minutes freezes nobody; a pair of
 * sockets carries whole frames to and from it. What is published while there is no connection is dropped, never
 * queued: whoever published hears LINK_ONLINE later and publishes again, with an age that is true then.
 */
#ifndef DEVICE_BUTTON_LINK_H
#define DEVICE_BUTTON_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/checkin.h"

#define LINK_LEAF 16 /* bytes of a topic's last level with its end: checkin, state, ack, message */

struct link_settings {
	const char *host, *username, *password; /* password "": none */
	const char *ca_file;                    /* "": no TLS */
	const char *root, *device;              /* topics; the device is the client id, too */
	const char *will;                       /* payload of the retained state when we vanish */
	int port, keepalive_s;
	int64_t reconnect_max_ms; /* the longest wait before a connection is tried again */
};

enum link_what {
	LINK_ONLINE,  /* connected and subscribed to ack and message */
	LINK_OFFLINE, /* the connection is gone */
	LINK_MESSAGE, /* came on leaf */
	LINK_PUBLISH, /* to be published on leaf, QoS 1 */
	LINK_HURRY,   /* somebody waits: try to connect now */
	LINK_STOP     /* finish what was published, disconnect, end */
};

struct link_frame {
	enum link_what what;
	bool retain;
	char leaf[LINK_LEAF];
	uint32_t len;
	char payload[PAYLOAD_MAX];
};

struct link;

/* The settings must outlive it. Fatal where no thread or socket is to be had. */
struct link *link_start(const struct link_settings *settings);
int link_fd(const struct link *l); /* readable when link_next has a frame */
/* LINK_ONLINE, LINK_OFFLINE or LINK_MESSAGE; false: none is there. */
bool link_next(struct link *l, struct link_frame *frame);
bool link_publish(struct link *l, const char *leaf, bool retain, const char *payload, size_t len); /* false: not now */
void link_hurry(struct link *l);
/*
 * Ends it; what was published leaves first. False: that took longer than `within_ms`, most likely for a connect that
 * hangs; the thread goes on, and the process has to end without tidying up below it (_exit).
 */
bool link_stop(struct link *l, int within_ms);

#endif
