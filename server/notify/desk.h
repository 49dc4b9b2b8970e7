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
	DESK_ERRANDS = 128, /* in hand, under way or with a result to be stored */
	DESK_LEASES = 64,   /* in one transaction */
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
	struct errand errands[DESK_ERRANDS];
	struct outbox_message leased[DESK_LEASES];
	struct errand *reserved[DESK_LEASES]; /* each for the message of the same place in leased */
	size_t reserved_count;
	const struct channel *leasing; /* of which messages are being leased; NULL: those of no channel */
	int64_t boot;                  /* this turn's clock_boot */
	struct {
		atomic_uint_fast64_t sent, refused, retried;
	} counts[NOTIFY_CHANNELS]; /* by channel_list */
};

/* Judges what was answered: by the carriers, by the broker, or by nobody in time. */
void desk_answer(struct desk *d, const struct published *answers, size_t count, int64_t now);
/* Whether some have ended and their results are not stored; whether some are under way that end by themselves. */
bool desk_has_results(const struct desk *d);
bool desk_waits(const struct desk *d);

/* Writes all results, inside a transaction; after its commit they are let go. */
void desk_write_results(struct desk *d, int64_t now);
void desk_let_go(struct desk *d, int64_t now);

/* Leases what is due and there is room for, inside a transaction. False: the store failed. */
bool desk_lease(struct desk *d, int64_t now);
/* After its commit: sends them all, how many. Or nothing was leased: their places are free again. */
size_t desk_send(struct desk *d, int64_t now);
void desk_cancel(struct desk *d);

void desk_release(struct desk *d);

#endif
