/* desk - see there. */
#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/notify/desk.h"

#define LEASE_MS (2 * MINUTE) /* longer than any transfer and the writing of its result */

enum {
	UNDER_WAY_MOST = 64, /* in all */
	OF_A_CHANNEL = 16,   /* of one channel */
	NOBODY_THERE = 16,   /* reasons of the broker: nobody is subscribed */
	REFUSALS_FROM = 128,
};

static size_t count_in(const struct desk *d, enum errand_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < DESK_ERRANDS; i++)
		count += d->errands[i].state == state;
	return count;
}

bool desk_has_results(const struct desk *d)
{
	return count_in(d, ERRAND_ENDED) > 0;
}

/* What the broker owes us is not waited for: whoever stops us may be the one who would read it. */
bool desk_waits(const struct desk *d)
{
	for (size_t i = 0; i < DESK_ERRANDS; i++)
		if (d->errands[i].state == ERRAND_UNDER_WAY && !d->errands[i].token)
			return true;
	return false;
}

static void broker_answered(struct desk *d, const struct published *p, int64_t now)
{
	struct answer a = { .done = p->reason >= 0, .left = true, .status = p->reason > 0 ? p->reason : 0 };

	if (p->reason < 0)
		snprintf(a.text, sizeof(a.text), "no answer");
	else
		snprintf(a.text, sizeof(a.text), "%d %s", p->reason,
			p->reason == NOBODY_THERE   ? "nobody there"
			: p->reason < REFUSALS_FROM ? "taken"
						    : "refused");
	for (size_t i = 0; i < DESK_ERRANDS; i++)
		if (d->errands[i].state == ERRAND_UNDER_WAY && d->errands[i].token == p->token)
			errand_answered(&d->errands[i], &a, &d->watch->rules, now, d->boot);
}

void desk_answer(struct desk *d, const struct published *answers, size_t count, int64_t now)
{
	struct answer a;
	void *e;

	while (transfers_take(d->carriers.transfers, &e, &a))
		errand_answered(e, &a, &d->watch->rules, now, d->boot);
	for (size_t i = 0; i < count; i++)
		broker_answered(d, &answers[i], now);
	for (size_t i = 0; i < DESK_ERRANDS; i++) {
		const struct errand *late = &d->errands[i];

		if (late->state == ERRAND_UNDER_WAY && late->token && d->boot >= late->unanswered_at)
			broker_answered(d, &(struct published){ late->token, NOTIFY_UNANSWERED }, now);
	}
}

void desk_write_results(struct desk *d, int64_t now)
{
	struct db *db = d->watch->store->db;

	for (size_t i = 0; i < DESK_ERRANDS; i++) {
		const struct errand *e = &d->errands[i];

		if (e->state != ERRAND_ENDED)
			continue;
		db_save(db);
		errand_record(e, d->watch, now);
		if (!db_keep(db) && db_status(db) == DB_FINE)
			log_error(
				"message=%" PRId64 " result=not_stored why=\"%s\"", e->message.message_id, db_why(db));
	}
}

static void count_result(struct desk *d, const struct errand *e)
{
	for (size_t i = 0; i < channel_count && i < NOTIFY_CHANNELS; i++) {
		if (channel_list[i] != e->channel)
			continue;
		switch (e->delivery) {
		case DELIVERY_TAKEN: d->counts[i].sent++; break;
		case DELIVERY_UNSURE:
		case DELIVERY_RETRY: d->counts[i].retried++; break;
		case DELIVERY_REFUSED: d->counts[i].refused++; break;
		}
	}
}

void desk_let_go(struct desk *d, int64_t now)
{
	for (size_t i = 0; i < DESK_ERRANDS; i++) {
		struct errand *e = &d->errands[i];

		if (e->state != ERRAND_ENDED)
			continue;
		errand_log(e, now);
		count_result(d, e);
		errand_release(e);
	}
}

static struct errand *find_free(struct desk *d)
{
	for (size_t i = 0; i < DESK_ERRANDS; i++)
		if (d->errands[i].state == ERRAND_FREE)
			return &d->errands[i];
	return NULL;
}

static bool in_hand(const struct desk *d, int64_t message_id)
{
	for (size_t i = 0; i < DESK_ERRANDS; i++)
		if (d->errands[i].state != ERRAND_FREE && d->errands[i].message.message_id == message_id)
			return true;
	return false;
}

static size_t of_channel(const struct desk *d, const struct channel *channel)
{
	size_t count = 0;

	for (size_t i = 0; i < DESK_ERRANDS; i++)
		count += d->errands[i].state != ERRAND_FREE && d->errands[i].channel == channel;
	return count;
}

/* Asked by the lease for each message: a yes takes a free errand and a place at the server. */
static bool room(void *context, int64_t message_id, const char *address)
{
	struct desk *d = context;
	struct errand *e = find_free(d);

	if (!e || d->reserved_count == DESK_LEASES || channel_of(address) != d->leasing ||
		(message_id && in_hand(d, message_id)) || of_channel(d, d->leasing) >= OF_A_CHANNEL ||
		count_in(d, ERRAND_UNDER_WAY) + count_in(d, ERRAND_LEASED) >= UNDER_WAY_MOST ||
		!errand_reserve(e, &d->servers, address, d->boot))
		return false;
	e->state = ERRAND_LEASED;
	d->reserved[d->reserved_count++] = e;
	return true;
}

bool desk_lease(struct desk *d, int64_t now)
{
	const struct outbox_terms terms = { .who = d->settings->mqtt_client_id,
		.lease_ms = LEASE_MS,
		.group_ms = d->watch->rules.group_ms,
		.room = room,
		.context = d };
	size_t count = 0;

	d->reserved_count = 0;
	for (size_t i = 0; i <= channel_count; i++) {
		d->leasing = i < channel_count ? channel_list[i] : NULL;
		count += outbox_lease(d->watch->store, &terms, d->leasing ? d->leasing->name : "", now,
			d->leased + count, DESK_LEASES - count);
	}
	if (count != d->reserved_count)
		return false;
	for (size_t i = 0; i < count; i++)
		errand_take(d->reserved[i], d->watch, d->settings, &d->leased[i], now);
	return true;
}

void desk_cancel(struct desk *d)
{
	for (size_t i = 0; i < d->reserved_count; i++)
		errand_cancel(d->reserved[i]);
	d->reserved_count = 0;
}

size_t desk_send(struct desk *d, int64_t now)
{
	bool readable = db_begin_read(d->watch->store->db);

	for (size_t i = 0; i < d->reserved_count; i++)
		errand_compose(d->reserved[i], d->watch, d->settings, now);
	if (readable)
		db_rollback(d->watch->store->db);
	for (size_t i = 0; i < d->reserved_count; i++)
		if (d->reserved[i]->state == ERRAND_LEASED)
			errand_send(d->reserved[i], &d->carriers, d->boot);
	return d->reserved_count;
}

void desk_release(struct desk *d)
{
	transfers_free(d->carriers.transfers);
	for (size_t i = 0; i < DESK_ERRANDS; i++)
		errand_release(&d->errands[i]);
}
