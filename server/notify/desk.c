/* desk - see there. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/notify/desk.h"

#define LEASE_MS (2 * MINUTE) /* longer than any transfer and the writing of its result */

enum {
	NOBODY_THERE = 16, /* reasons of the broker: nobody is subscribed */
	REFUSALS_FROM = 128,
};

bool desk_has_results(const struct desk *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->errands[i]->state == ERRAND_ENDED)
			return true;
	return false;
}

/* What the broker owes us is not waited for: whoever stops us may be the one who would read it. */
size_t desk_under_way(const struct desk *d, bool broker)
{
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++)
		n += d->errands[i]->state == ERRAND_UNDER_WAY && (broker || !d->errands[i]->token);
	return n;
}

static void broker_answered(struct desk *d, const struct published *p)
{
	struct answer a = { .done = p->reason >= 0, .left = true, .status = p->reason > 0 ? p->reason : 0 };

	if (p->reason < 0)
		snprintf(a.text, sizeof(a.text), "no answer");
	else
		snprintf(a.text, sizeof(a.text), "%d %s", p->reason,
			p->reason == NOBODY_THERE   ? "nobody there"
			: p->reason < REFUSALS_FROM ? "taken"
						    : "refused");
	for (size_t i = 0; i < d->count; i++)
		if (d->errands[i]->state == ERRAND_UNDER_WAY && d->errands[i]->token == p->token)
			errand_answered(d->errands[i], &a, &d->watch->rules, d->boot);
}

void desk_answer(struct desk *d, const struct published *answers, size_t count)
{
	struct answer a;
	void *e;

	while (transfers_take(d->carriers.transfers, &e, &a))
		errand_answered(e, &a, &d->watch->rules, d->boot);
	for (size_t i = 0; i < count; i++)
		broker_answered(d, &answers[i]);
	for (size_t i = 0; i < d->count; i++) {
		const struct errand *late = d->errands[i];

		if (late->state == ERRAND_UNDER_WAY && late->token && d->boot >= late->unanswered_at)
			broker_answered(d, &(struct published){ late->token, NOTIFY_UNANSWERED });
	}
}

void desk_write_results(struct desk *d, int64_t now)
{
	struct db *db = d->watch->store->db;
	size_t n = 0;

	for (size_t i = 0; i < d->count && n < DESK_RESULTS; i++) {
		const struct errand *e = d->errands[i];

		if (e->state != ERRAND_ENDED)
			continue;
		n++;
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
		case DELIVERY_WAITED: break;
		}
	}
}

/* The same that were written: nothing has ended since. */
void desk_let_go(struct desk *d)
{
	struct log_lines lines;
	size_t kept = 0, n = 0;

	log_gather(&lines);
	for (size_t i = 0; i < d->count; i++) {
		struct errand *e = d->errands[i];

		if (e->state != ERRAND_ENDED || n == DESK_RESULTS) {
			d->errands[kept++] = e;
			continue;
		}
		n++;
		errand_log(e);
		count_result(d, e);
		errand_free(e);
	}
	d->count = kept;
	log_scatter();
}

static bool in_hand(const struct desk *d, int64_t message_id)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->errands[i]->message.message_id == message_id)
			return true;
	return false;
}

/* Asked by the lease for each message: a yes takes a place in hand and at the server. */
static bool has_room(struct desk *d, int64_t message_id, const char *address, bool urgent)
{
	size_t most = urgent ? DESK_ERRANDS : DESK_ERRANDS - DESK_URGENT;
	size_t used = d->count + d->reserved_count;
	struct errand *e;

	if (d->reserved_count == DESK_LEASES || used >= most || (message_id && in_hand(d, message_id)))
		return false;
	e = errand_new();
	if (!errand_reserve(e, &d->servers, address, urgent, most - used, d->boot)) {
		errand_free(e);
		return false;
	}
	d->leased[d->reserved_count++] = e;
	return true;
}

static bool room(void *context, int64_t message_id, const char *address)
{
	return has_room(context, message_id, address, false);
}

static bool room_urgent(void *context, int64_t message_id, const char *address)
{
	return has_room(context, message_id, address, true);
}

size_t desk_lease(struct desk *d, int64_t now)
{
	const struct outbox_terms terms = { .who = d->settings->mqtt_client_id,
		.lease_ms = LEASE_MS,
		.group_ms = d->watch->rules.group_ms,
		.room = room,
		.room_urgent = room_urgent,
		.context = d,
		.from = d->from };
	size_t n;

	do {
		n = outbox_lease(d->watch->store, &terms, "", now, d->messages, DESK_AT_ONCE);
		for (size_t i = 0; i < n; i++)
			errand_take(d->leased[d->leased_count++], d->watch, d->settings, &d->messages[i], now);
	} while (n == DESK_AT_ONCE && d->leased_count < DESK_LEASES);
	return d->leased_count;
}

void desk_cancel(struct desk *d)
{
	for (size_t i = 0; i < d->reserved_count; i++)
		errand_cancel(d->leased[i]);
	d->reserved_count = d->leased_count = 0;
}

void desk_send(struct desk *d, int64_t now)
{
	bool readable = d->leased_count > 0 && db_begin_read(d->watch->store->db);

	for (size_t i = 0; i < d->leased_count; i++) {
		struct errand *e = d->leased[i];

		d->errands[d->count++] = e;
		memcpy(d->from, e->message.channel, sizeof(d->from));
		errand_compose(e, d->watch, d->settings, now);
		errand_send(e, &d->carriers, d->boot);
	}
	if (readable)
		db_rollback(d->watch->store->db);
	d->reserved_count = d->leased_count = 0;
}

void desk_release(struct desk *d)
{
	transfers_free(d->carriers.transfers);
	for (size_t i = 0; i < d->count; i++)
		errand_free(d->errands[i]);
	d->count = 0;
}
