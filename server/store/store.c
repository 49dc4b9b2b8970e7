/*
 * store - opens the store and brings its schema to this program's version, one migration after another in one
 * transaction: a half-migrated store does not exist.
 */
#include <stdio.h>

#include "common/log.h"
#include "server/store/schema.h"
#include "server/store/store.h"

static const char make_sql[] = "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT";
static const char version_sql[] = "SELECT max(version) FROM schema_version";
static const char move_sql[] = "INSERT INTO schema_version (version) VALUES ($1)";

/* The version the store has; 0 for a new one. */
static int64_t version_of(struct db *db)
{
	return db_number(db, 0, version_sql);
}

static bool migrate(struct db *db, char *why, size_t why_size)
{
	int64_t version;

	/* Without the write lock, which another program may hold for long. */
	if (db_has_table(db, "schema_version") && version_of(db) == (int64_t)schema_version)
		return true;
	if (!db_begin(db))
		return false;
	db_script(db, make_sql);
	version = version_of(db);
	if (version > (int64_t)schema_version) {
		db_rollback(db);
		snprintf(why, why_size, "the store has version %lld, this program knows up to %zu: use a newer program",
			(long long)version, schema_version);
		return false;
	}
	if (version == (int64_t)schema_version && db_status(db) == DB_FINE) {
		db_rollback(db);
		return true;
	}
	for (size_t i = (size_t)version; i < schema_version; i++) {
		db_script(db, schema_migrations[i]);
		db_run(db, move_sql, V((int64_t)i + 1));
	}
	if (!db_commit(db))
		return false;
	log_info("store_version=%zu was=%lld", schema_version, (long long)version);
	return true;
}

enum db_status store_open(struct store *store, const char *url, char *why, size_t why_size)
{
	enum db_status status;

	store->posted = false;
	store->db = db_open(url, true, &status, why, why_size);
	if (!store->db)
		return status;
	why[0] = '\0';
	if (migrate(store->db, why, why_size))
		return DB_FINE;
	status = db_status(store->db);
	if (why[0])
		status = DB_REFUSED;
	else
		snprintf(why, why_size, "%s", db_why(store->db));
	store_close(store);
	return status == DB_FINE ? DB_UNWELL : status;
}

void store_close(struct store *store)
{
	db_close(store->db);
	store->db = NULL;
}
