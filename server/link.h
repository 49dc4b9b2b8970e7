/*
 * link - the MQTT session: connects, reads, publishes, and writes when it is told to.
 *
 * One persistent session (MQTT 5, the configured client id, kept by the broker for good), subscribed again on every
 * connect to check-ins, states and our own echo. Only this file knows libmosquitto.
 *
 * What keeps a press safe: libmosquitto queues the PUBACK of a message before it hands the message over, but with
 * mosquitto_threaded_set it leaves only in link_write. So read, commit, then write; and where the commit failed,
 * link_break: the connection ends with all that was queued, and the broker sends every message again. (Never a
 * disconnect there: it would send what is queued first.) This is a fact of the implementation, so a test pins it
 * (tests/integration/puback.test.mjs). Each connection has a handle of its own, so nothing of one is left in the next.
 *
 * Names are looked up and connections made in a thread of their own, one at a time; else all is called by the loop.
 */
#ifndef SERVER_LINK_H
#define SERVER_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/settings.h"

struct link;

/* Called by link_tend, link_read, link_write and link_break, in the caller's thread. */
struct link_events {
	void (*connected)(void *context);
	/* A message, valid during the call. retained: stored by the broker, sent because we subscribed. */
	void (*message)(void *context, const char *topic, const void *payload, size_t len, bool retained);
	/* The broker's answer to a publish that had a token: 0, 16 nobody subscribed, 128 and above refused; -1: none
	 * came. */
	void (*published)(void *context, int64_t token, int reason);
	void (*lost)(void *context);
	void *context;
};

enum {
	LINK_UNANSWERED = -1,
	LINK_UNACKED = 1000, /* messages the broker may send before our PUBACKs: its max_inflight_messages */
	LINK_IN_FLIGHT = 64, /* publishes with a token that may be unanswered at a time */
};

/* poke_fd: an eventfd that wakes the loop when a connection was made or failed. */
struct link *link_new(const struct settings *s, const struct link_events *events, int poke_fd);
/*
 * Ends without a goodbye: what was not written never leaves. False: a connection is being made and was left to its
 * thread, so the process should end with _exit.
 */
bool link_free(struct link *l);

/*
 * Once a turn: connects when it is time to, notices silence. It writes nothing, so a batch may be in hand; `reading`
 * false says that the caller does not read now, so that silence means nothing.
 */
void link_tend(struct link *l, int64_t boot, bool reading);
/* For poll; -1: there is no connection. */
int link_fd(const struct link *l);
bool link_wants_write(const struct link *l); /* something is queued */
bool link_up(const struct link *l);          /* the broker said welcome */
int64_t link_next_at(const struct link *l);  /* when link_tend has something to do, by clock_boot; INT64_MAX: nothing */

/* Reads until nothing is there or `full` says so; each message goes to events.message. */
void link_read(struct link *l, bool (*full)(void *context));
/* Sends what is queued, PUBACKs too: only when everything read is committed. */
void link_write(struct link *l);
/* Ends the connection with all that is queued; connects again after `pause_ms`. */
void link_break(struct link *l, const char *why, int64_t pause_ms);
/* Says goodbye and sends what is queued: only when everything read is committed. Waits up to a second. */
void link_goodbye(struct link *l);

/*
 * Queues a message, to leave with the next link_write. expires_s 0: never. token 0: nobody asks for the answer; else
 * QoS 1. False: not connected, or LINK_IN_FLIGHT are unanswered.
 */
bool link_publish(
	struct link *l, const char *topic, const void *payload, size_t len, int qos, int64_t expires_s, int64_t token);

#endif
