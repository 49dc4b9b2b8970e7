/*
 * batch - what was read from the broker and is not stored yet, and its one transaction.
 *
 * Until batch_store says BATCH_STORED nothing about it may leave the process: no ack, no PUBACK.
 */
#ifndef INTAKE_BATCH_H
#define INTAKE_BATCH_H

#include "server/health.h"
#include "server/intake/decode.h"
#include "server/watch/watch.h"

#ifndef BATCH_FULL     /* `make bench` builds a daemon beside it that commits each message: 1 */
#define BATCH_FULL 500 /* reading stops here */
#endif

enum { BATCH_ROOM = 1024 }; /* a read may bring some more than asked for */

struct batch {
	size_t count;
	struct fact facts[BATCH_ROOM];
	/* After BATCH_STORED, by fact. */
	bool answered[BATCH_ROOM]; /* acks[i] is for facts[i].checkin.device_id */
	struct ack acks[BATCH_ROOM];
};

/* Room for one more, to be filled and then counted by who asked; NULL: there is none. */
struct fact *batch_next(struct batch *b);

enum batch_result {
	BATCH_STORED,
	BATCH_BUSY,   /* somebody else holds the lock: keep it and try again */
	BATCH_UNWELL, /* the store cannot commit; why: db_why */
};

/*
 * Stores all of it in one transaction by the rules of press and blind. token: of this connection's echoes;
 * connected_at: when this connection was made, by our clock. Counts in `health` what was stored.
 */
enum batch_result batch_store(
	struct batch *b, struct watch *w, uint64_t token, int64_t connected_at, int64_t now, struct health *health);

#endif
