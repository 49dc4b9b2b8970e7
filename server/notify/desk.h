/*
 * desk - the messages in hand: which are leased, under way or ended, how many there may be, and what became of them.
 *
 * Transactions are the caller's (notify.c): a lease or a result counts only once it is committed.
 */
#ifndef NOTIFY_DESK_H
#define NOTIFY_DESK_H

#include <stdatomic.h>

#include "server/notify/errand.h"

enum {
	DESK_ERRANDS = 320, /* in hand, under way or with a result to be stored */
	DESK_URGENT = 64,   /* of them are left to what is urgent */
	DESK_LEASES = 64,   /* in one transaction: acks wait for it, some milliseconds */
	DESK_RESULTS = 64,  /* the same */
	DESK_AT_ONCE = 32,  /* messages read at a time */
};

struct published {
	int64_t token;
	int reason;
};

struct desk {
	const struct settings *settings;
	struct watch *watch;
	struct carriers carriers;
	struct servers servers;
	struct errand *errands[DESK_ERRANDS];
	size_t count;
	struct errand *leased[DESK_LEASES]; /* in this transaction; none is among the errands yet */
	size_t leased_count, reserved_count;
	struct outbox_message messages[DESK_AT_ONCE];
	char from[ADDRESS]; /* the last one leased: the next turn begins after it */
	int64_t boot;       /* this turn's clock_boot */
	struct {
		atomic_uint_fast64_t sent, refused, retried;
	} counts[NOTIFY_CHANNELS]; /* by channel_list */
};

/* Judges what was answered: by the carriers, by the broker, or by nobody in time. */
void desk_answer(struct desk *d, const struct published *answers, size_t count);
/* Whether some have ended and their results are not stored. */
bool desk_has_results(const struct desk *d);
/* How many are under way; those the broker owes an answer may be left out. */
size_t desk_under_way(const struct desk *d, bool broker);

/* Writes results, inside a transaction; after its commit they are let go. */
void desk_write_results(struct desk *d, int64_t now);
void desk_let_go(struct desk *d);

/* Leases what is due and there is room for, inside a transaction; how many. */
size_t desk_lease(struct desk *d, int64_t now);
/* After its commit: sends them all. Or nothing was leased: their places are free again. */
void desk_send(struct desk *d, int64_t now);
void desk_cancel(struct desk *d);

void desk_release(struct desk *d);

#endif
