/*
 * queue - the presses that no ack has ended: what stands in the store, and when each is to be saved and sent (again).
 *
 * Portable, as core is, and told the moment by it. Presses stand in memory that the caller gives, in the order of
 * pressing. It decides and remembers; saying and sending are core's.
 */
#ifndef DEVICE_BUTTON_QUEUE_H
#define DEVICE_BUTTON_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/checkin.h"

struct moment {
	int64_t ms;      /* monotonic, since boot; goes on while suspended */
	int64_t wall_at; /* wall clock, ms since 1970, where it is known to be set by somebody who knows; else -1 */
	uint32_t random; /* any number, for jitter */
};

struct press {
	char id[CHECKIN_ID];
	enum checkin_kind kind;
	char reply_to[CHECKIN_ID]; /* the message it answers; "" none */
	uint32_t seq;              /* order of pressing */
	int64_t at;                /* wall clock of the press; -1: not known yet, or never */
	int64_t pressed_ms;        /* its monotonic time; of an earlier boot: negative, see age_exact */
	bool age_exact; /* false: pressed in an earlier boot; now - pressed_ms is the least age it can have */

	/* in memory only */
	bool saved;       /* stands in the store */
	bool late;        /* "not yet heard" was said of it */
	bool unknown;     /* the server does not know this device (yet) */
	bool in_flight;   /* sent once on this connection, and the first wait for its answer is not over */
	unsigned tries;   /* on this connection */
	int64_t since_ms; /* patience counts from here: the press, or our start */
	int64_t next_send_ms, next_save_ms;
};

/* What keeps presses over a power cut. */
struct press_store {
	void *self;
	/* Durable when true comes back; replaces a press of the same id and seq. `now_ms` is the moment's. */
	bool (*add)(void *self, const struct press *p, int64_t now_ms);
	void (*remove)(void *self, const struct press *p);
	/* Every press in the order of seq, with pressed_ms in this boot's time. */
	void (*each)(void *self, void (*found)(void *to, const struct press *p), void *to);
};

struct queue {
	struct press_store store;
	struct press *presses; /* by seq */
	size_t count, capacity;
	uint32_t next_seq;
	uint64_t session; /* random; with a counter it makes ids that no other start of a clockless device makes */
	uint32_t ids;
	int64_t retry_ms, retry_max_ms; /* first and longest wait for an ack before a press is sent again */
	bool connected;
};

/* Loads what the store holds into memory for `capacity` presses (at least 1). */
void queue_init(struct queue *q, const struct press_store *store, struct press *presses, size_t capacity,
	uint64_t session, const struct moment *now);
struct press *queue_find(struct queue *q, const char *id); /* NULL: not here */
/* The press that has to make way before another fits; NULL: there is room. */
struct press *queue_victim(struct queue *q);
/* A new press, to be saved and sent at once. There must be room. */
struct press *queue_add(struct queue *q, enum checkin_kind kind, int64_t pressed_ms, const struct moment *now);
void queue_remove(struct queue *q, struct press *p); /* from the store, too */

enum saving {
	SAVING_NO_NEWS,
	SAVING_FAILED,   /* of a new press, for the first time; it is tried again */
	SAVING_RECOVERED /* a press that could not be saved is now */
};
/* Learns what the clock says of a press, and saves it where that, or its age, is not in the store yet. */
enum saving queue_save(struct queue *q, struct press *p, const struct moment *now);

void queue_connected(struct queue *q, bool connected, const struct moment *now);
struct press *queue_next(struct queue *q, const struct moment *now); /* to be sent now; NULL: none */
/* It was sent, or (false) the link took nothing just now. */
void queue_sent(struct queue *q, struct press *p, bool taken, const struct moment *now);
/* The server does not know this device: the press is kept, and sent again in a while. */
void queue_unknown(struct press *p, const struct moment *now);

int64_t queue_due(const struct queue *q); /* when to save or send next, monotonic ms; INT64_MAX: never */

#endif
