/*
 * notify - the outbox out: a thread that takes due messages from the store, sends them and writes what became of them.
 *
 * It has a store connection of its own and shares nothing with the loop but this header. Reloading the configuration
 * is stopping one and starting another: what was in hand is in the store.
 */
#ifndef NOTIFY_NOTIFY_H
#define NOTIFY_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "server/settings.h"

struct notify;

/* How a message gets to a button: the link to the broker lives in the loop's thread. */
struct notify_device {
	/*
	 * Hands a payload over for ROOT/{device}/message, QoS 1, not retained, with this message expiry. Called in
	 * notify's thread; copies what it needs and returns at once. False: not taken over (no connection, or too much
	 * in hand), and nothing more is heard of the token. True: notify_published is called once with the token.
	 */
	bool (*publish)(void *context, int64_t token, const char *device_id, const char *payload, size_t len,
		int64_t expires_s);
	void *context;
};

enum { NOTIFY_DEVICE_MOST = 64 }; /* are handed over and unanswered at a time */
enum { NOTIFY_UNANSWERED = -1 };  /* a reason of notify_published: the connection ended before the broker answered */

/*
 * Starts the thread on the store of these settings, which are copied. `device` may be NULL: no device can be told.
 * NULL: it cannot start, and why is named on `errors`. A store that is unwell is no reason; it waits for it.
 */
struct notify *notify_start(const struct settings *s, const struct notify_device *device, FILE *errors);
/*
 * Takes nothing new, gives what is under way a second, writes the results and ends the thread; NULL is fine.
 * What had no answer by then is sent again by the next start, with the same Message-ID.
 */
void notify_stop(struct notify *n);

/* From any thread: something was committed that may be due. */
void notify_poke(struct notify *n);
/*
 * From any thread: whether much is being judged. Then the store is asked for less often and for more at a time: each
 * writer drops what the other has cached.
 */
void notify_spare(struct notify *n, bool spare);
/*
 * From any thread: what the broker's PUBACK said. 0: somebody was there; 16: nobody is subscribed; 128 and above: it
 * refused; NOTIFY_UNANSWERED. Unknown or late tokens are ignored.
 */
void notify_published(struct notify *n, int64_t token, int reason);

/* For /metrics, from any thread. Messages, not notifications; a message may hold several. */
struct notify_channel_stats {
	const char *channel; /* mail, webhook, … */
	uint64_t sent, refused, retried;
};
#define NOTIFY_CHANNELS 8 /* enough for notify_stats */
size_t notify_stats(struct notify *n, struct notify_channel_stats list[NOTIFY_CHANNELS]);
/*
 * For heartbeat and watchdog: when the thread last ended a turn with the store well, by clock_boot. It turns each
 * second.
 */
int64_t notify_turned_at(struct notify *n);

#endif
