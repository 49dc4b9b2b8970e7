/*
 * store - everything that is remembered. The noun files beside this one (checkins.h, residents.h, incidents.h …) ask
 * and change it in domain words, each on the handle given here; only this folder contains SQL.
 *
 * Each thread opens a store of its own on the same url. The file is made or migrated by whoever comes first.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "server/store/db.h"

struct store {
	struct db *db;
	bool posted; /* something was put into the outbox since the owner cleared this */
};

/* DB_FINE, or what is wrong and `why` (newer: both versions are named, DB_REFUSED). */
enum db_status store_open(struct store *store, const char *url, char *why, size_t why_size);
void store_close(struct store *store);

static inline bool store_begin(struct store *store)
{
	return db_begin(store->db);
}
static inline bool store_commit(struct store *store)
{
	return db_commit(store->db);
}
static inline void store_rollback(struct store *store)
{
	db_rollback(store->db);
}

#endif
