/*
 * errand - a message in hand, from its lease until what became of it is in the store.
 */
#ifndef NOTIFY_ERRAND_H
#define NOTIFY_ERRAND_H

#include "server/notify/channel.h"
#include "server/notify/links.h"
#include "server/notify/notify.h"
#include "server/notify/servers.h"
#include "server/notify/transfers.h"
#include "server/store/outbox.h"
#include "server/watch/watch.h"

enum errand_state { ERRAND_LEASED, ERRAND_UNDER_WAY, ERRAND_ENDED };

struct errand {
	enum errand_state state;
	struct outbox_message message;
	struct links links; /* made with the lease, kept until the letter is written */
	struct letter_item *items;
	size_t item_count;
	struct request *request;       /* under way */
	const struct channel *channel; /* NULL: no channel of this program */
	struct server *server;         /* NULL: it has none, or it is away and this is no probe */
	size_t lane;                   /* of its server */
	int64_t token, unanswered_at;  /* broker: which publish this is; no answer by then (clock_boot) is none */
	enum delivery delivery;        /* ended */
	struct answer answer;
	int64_t retry_ms; /* until the next try, from when the result is stored */
};

/* What errands are carried by. */
struct carriers {
	struct transfers *transfers;
	struct notify_device device;
	int64_t last_token;
};

struct errand *errand_new(void);
void errand_free(struct errand *e);

/* Whether there is room for one more to this address (free: places in hand), and if so takes its place at its server.
 */
bool errand_reserve(
	struct errand *e, struct servers *servers, const char *address, bool urgent, size_t free, int64_t boot);
/* Gives the place back: nothing was sent. */
void errand_cancel(struct errand *e);

/* Takes the message in hand, and makes its links, inside the lease's transaction. */
void errand_take(
	struct errand *e, struct watch *w, const struct settings *s, const struct outbox_message *m, int64_t now);
/* Writes the letter of a leased message, inside a transaction. What cannot be written has ended. */
void errand_compose(struct errand *e, struct watch *w, const struct settings *s, int64_t now);
/* Sends it, if it was composed: it is under way, or has ended. */
void errand_send(struct errand *e, struct carriers *c, int64_t boot);
/* The answer came: judges it. */
void errand_answered(struct errand *e, const struct answer *a, const struct rules *rules, int64_t boot);

/* Writes what became of it, inside a transaction. */
void errand_record(const struct errand *e, struct watch *w, int64_t now);
void errand_log(const struct errand *e);

/* How long after a try the next one comes: doubling from retry_first to retry_longest, give or take a fifth. */
int64_t errand_backoff(const struct rules *rules, int tries, int64_t retry_after_s, uint32_t chance);

#endif
