/*
 * batch - one transaction for everything that was read.
 *
 * Each message is a row's work of its own: where the store refuses one, which is a mistake of ours, the others are
 * stored, that one is kept for staff to see, and its device hears nothing and so keeps the press. (`rejected` would end
 * it; taking nothing of the batch would offer the same batch for ever.)
 */
#include <stdlib.h>

#include "common/log.h"
#include "server/intake/batch.h"
#include "server/watch/blind.h"
#include "server/watch/press.h"

struct fact *batch_next(struct batch *b)
{
	return b->count < BATCH_ROOM ? &b->facts[b->count] : NULL;
}

/* One message by the rules; `answered` says whether the ack was filled. */
static void take(struct watch *w, const struct fact *f, uint64_t token, int64_t kept_since_at, int64_t now,
	struct ack *ack, bool *answered)
{
	switch (f->kind) {
	case FACT_PRESS:
		press_take(w, &f->checkin, f->heard_at, f->kept ? kept_since_at : 0, ack);
		*answered = true;
		break;
	case FACT_UNREADABLE:
		press_reject(w, f->checkin.device_id, f->checkin.id, f->reason, f->payload, f->len, f->heard_at, ack);
		*answered = true;
		break;
	case FACT_STATE: press_state(w, f->checkin.device_id, &f->state, f->heard_at); break;
	case FACT_ECHO:
		/* One of an earlier connection says less than the next of this one will. */
		if (f->echo.token == token)
			blind_heard(w, f->echo.sent_at, now);
		break;
	case FACT_RETAINED:
	case FACT_FOREIGN:
	case FACT_BAD_STATE: break;
	}
}

/* The store refused this message's rows, and its savepoint is undone. */
static void keep_for_staff(struct watch *w, const struct fact *f)
{
	struct ack unsaid;

	log_error("device=%s press=%s error=\"the store refused it: %s\"", f->checkin.device_id, f->checkin.id,
		db_why(w->store->db));
	if (f->kind != FACT_PRESS && f->kind != FACT_UNREADABLE)
		return;
	db_save(w->store->db);
	press_reject(w, f->checkin.device_id, f->checkin.id, "not_stored", f->payload, f->len, f->heard_at, &unsaid);
	db_keep(w->store->db);
}

static enum press_count count_of(const struct ack *ack)
{
	switch (ack->result) {
	case ACK_STORED: return PRESS_STORED;
	case ACK_DUPLICATE: return PRESS_DUPLICATE;
	case ACK_UNKNOWN_DEVICE: return PRESS_UNKNOWN_DEVICE;
	case ACK_REJECTED: return PRESS_REJECTED;
	}
	abort();
}

static void count(const struct batch *b, struct health *health)
{
	for (size_t i = 0; i < b->count; i++)
		switch (b->facts[i].kind) {
		case FACT_PRESS:
		case FACT_UNREADABLE: health->presses[b->answered[i] ? count_of(&b->acks[i]) : PRESS_FAILED]++; break;
		case FACT_STATE: health->states++; break;
		case FACT_BAD_STATE: health->states_bad++; break;
		case FACT_ECHO: health->echoes++; break;
		case FACT_RETAINED: health->presses[PRESS_RETAINED]++; break;
		case FACT_FOREIGN: health->presses[PRESS_FOREIGN]++; break;
		}
}

static enum batch_result failed(struct db *db)
{
	switch (db_status(db)) {
	case DB_BUSY: return BATCH_BUSY;
	case DB_CORRUPT: fatal("store=corrupt error=\"%s\"", db_why(db));
	case DB_FINE:
	case DB_UNWELL:
	case DB_REFUSED: return BATCH_UNWELL;
	}
	abort();
}

/* All of it, in one transaction; false: nothing was stored. */
static bool store_all(struct batch *b, struct watch *w, uint64_t token, int64_t connected_at, int64_t now)
{
	struct db *db = w->store->db;
	int64_t kept_since_at = -1; /* not asked yet */

	if (!store_begin(w->store))
		return false;
	for (size_t i = 0; i < b->count; i++) {
		/* As of the connect: what the broker kept comes before the first echo that could move it. */
		if (b->facts[i].kept && kept_since_at < 0)
			kept_since_at = blind_since(w, connected_at);
		b->answered[i] = false;
		db_save(db);
		take(w, &b->facts[i], token, kept_since_at, now, &b->acks[i], &b->answered[i]);
		if (db_keep(db))
			continue;
		if (db_status(db) != DB_FINE)
			break;
		b->answered[i] = false;
		keep_for_staff(w, &b->facts[i]);
	}
	return store_commit(w->store);
}

enum batch_result batch_store(
	struct batch *b, struct watch *w, uint64_t token, int64_t connected_at, int64_t now, struct health *health)
{
	while (!store_all(b, w, token, connected_at, now))
		if (!db_again(w->store->db))
			return failed(w->store->db);
	count(b, health);
	return BATCH_STORED;
}
