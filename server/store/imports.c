/*
 * imports - the tables as their import files hold them: one set of statements a table, all over cells of text.
 */
#include "server/store/imports.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"

struct statements {
	size_t cells, keys;
	const char *all, *find, *add, *change; /* NULL: done otherwise */
};

#define DISTRICT "district, name"
#define POLICY   "policy, kind, after, notify"
#define RESIDENT                                                                                                        \
	"resident_id, name, kana, district, household, category, birth_date, phone, address, place, channels, contact," \
	" schedule, policy, passive, language, starts, ends, end_reason, consent_on, entry_consent, care, note"
#define WATCHER                                                                                                   \
	"watcher_id, name, kana, relation, resident_id, channels, hours, night, named, away_from, away_to, ends," \
	" language, note"
#define LINK   "resident_id, watcher_id, tier, can, shares, label, relation, key"
#define DEVICE "device_id, resident_id, kind, note"
#define USER   "login, name, role, districts, channels, duty, away_from, away_to"
#define PAUSE  "resident_id, from_on, to_on, reason, told_by"

static const struct statements statements[IMPORT_TABLES] = {
	[IMPORT_DISTRICTS] = {
		2, 1,
		"SELECT " DISTRICT " FROM districts ORDER BY district",
		"SELECT " DISTRICT " FROM districts WHERE district = $1",
		"INSERT INTO districts (" DISTRICT ") VALUES ($1, $2) ON CONFLICT (district) DO NOTHING",
		"UPDATE districts SET name = $2 WHERE district = $1",
	},
	[IMPORT_POLICIES] = {
		4, 4,
		"SELECT " POLICY " FROM policies ORDER BY policy, kind, position",
		NULL, NULL, NULL,
	},
	[IMPORT_RESIDENTS] = {
		23, 1,
		"SELECT " RESIDENT ", ended_at FROM residents ORDER BY resident_id",
		"SELECT " RESIDENT " FROM residents WHERE resident_id = $1",
		"INSERT INTO residents (" RESIDENT ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
		" $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) ON CONFLICT (resident_id) DO NOTHING",
		"UPDATE residents SET name = $2, kana = $3, district = $4, household = $5, category = $6,"
		" birth_date = $7, phone = $8, address = $9, place = $10, channels = $11, contact = $12,"
		" schedule = $13, policy = $14, passive = $15, language = $16, starts = $17, ends = $18,"
		" end_reason = $19, consent_on = $20, entry_consent = $21, care = $22, note = $23"
		" WHERE resident_id = $1",
	},
	[IMPORT_WATCHERS] = {
		14, 1,
		"SELECT " WATCHER " FROM watchers ORDER BY watcher_id",
		"SELECT " WATCHER " FROM watchers WHERE watcher_id = $1",
		"INSERT INTO watchers (" WATCHER ") VALUES ($1, $2, $3, $4, nullif($5, ''), $6, $7, $8, $9, $10, $11,"
		" $12, $13, $14) ON CONFLICT (watcher_id) DO NOTHING",
		"UPDATE watchers SET name = $2, kana = $3, relation = $4, resident_id = nullif($5, ''), channels = $6,"
		" hours = $7, night = $8, named = $9, away_from = $10, away_to = $11, ends = $12, language = $13,"
		" note = $14 WHERE watcher_id = $1",
	},
	[IMPORT_LINKS] = {
		8, 2,
		"SELECT " LINK " FROM links ORDER BY resident_id, watcher_id",
		"SELECT " LINK " FROM links WHERE resident_id = $1 AND watcher_id = $2",
		"INSERT INTO links (" LINK ") VALUES ($1, $2, CAST($3 AS INTEGER), $4, $5, $6, $7, $8)"
		" ON CONFLICT (resident_id, watcher_id) DO NOTHING",
		"UPDATE links SET tier = CAST($3 AS INTEGER), can = $4, shares = $5, label = $6, relation = $7,"
		" key = $8 WHERE resident_id = $1 AND watcher_id = $2",
	},
	[IMPORT_DEVICES] = {
		4, 1,
		/* Given back to a new store, a revoked button would be trusted again. */
		"SELECT " DEVICE " FROM devices WHERE revoked_at IS NULL ORDER BY device_id",
		"SELECT " DEVICE " FROM devices WHERE device_id = $1",
		"INSERT INTO devices (" DEVICE ") VALUES ($1, $2, $3, $4) ON CONFLICT (device_id) DO NOTHING",
		/* A revoked one that somebody else gets is in use again; with the same resident it stays revoked. */
		"UPDATE devices SET revoked_at = CASE WHEN resident_id = $2 THEN revoked_at END, resident_id = $2,"
		" kind = $3, note = $4 WHERE device_id = $1",
	},
	[IMPORT_USERS] = {
		8, 1,
		"SELECT " USER " FROM users ORDER BY login",
		"SELECT " USER " FROM users WHERE login = $1",
		"INSERT INTO users (" USER ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (login) DO NOTHING",
		"UPDATE users SET name = $2, role = $3, districts = $4, channels = $5, duty = $6, away_from = $7,"
		" away_to = $8 WHERE login = $1",
	},
	[IMPORT_PAUSES] = {
		5, 2,
		/* Of several from one day, the one entered last: the file knows one. */
		"SELECT " PAUSE " FROM pauses p WHERE ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM pauses l"
		" WHERE l.resident_id = p.resident_id AND l.from_on = p.from_on AND l.ended_at IS NULL AND l.id > p.id)"
		" ORDER BY resident_id, from_on",
		"SELECT " PAUSE " FROM pauses WHERE resident_id = $1 AND from_on = $2"
		" ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, id DESC LIMIT 1",
		NULL, NULL,
	},
};

/* Asks with the first `n` cells. */
static struct query *ask(struct store *s, const char *sql, const char *const *cells, size_t n)
{
	struct db_value values[1 + IMPORT_CELLS] = { { DB_NULL, 0, NULL } };

	for (size_t i = 0; i < n; i++)
		values[1 + i] = V(cells[i]);
	return db_query_values(s->db, sql, values, n);
}

static bool run(struct store *s, const char *sql, const char *const *cells, size_t n)
{
	struct db_value values[1 + IMPORT_CELLS] = { { DB_NULL, 0, NULL } };

	for (size_t i = 0; i < n; i++)
		values[1 + i] = V(cells[i]);
	return db_run_values(s->db, sql, values, n) == 1;
}

struct query *imports_all(struct store *s, enum import_table table)
{
	return ask(s, statements[table].all, NULL, 0);
}

bool imports_next(struct query *q, enum import_table table, const char *cells[IMPORT_CELLS])
{
	if (!db_step(q))
		return false;
	for (size_t i = 0; i < statements[table].cells; i++)
		cells[i] = db_text(q, (int)i);
	return true;
}

int64_t imports_ended_at(struct query *q)
{
	return db_int(q, (int)statements[IMPORT_RESIDENTS].cells);
}

bool imports_find(struct store *s, enum import_table table, const char *const *key, struct import_row *row)
{
	struct query *q = ask(s, statements[table].find, key, statements[table].keys);
	const char *cells[IMPORT_CELLS];
	size_t used = 0;

	if (!imports_next(q, table, cells))
		return false;
	for (size_t i = 0; i < statements[table].cells; i++) {
		size_t size = strlen(cells[i]) + 1;

		if (size > sizeof(row->text) - used)
			fatal("table=%d error=\"a stored row is longer than any import takes\"", (int)table);
		row->cells[i] = memcpy(row->text + used, cells[i], size);
		used += size;
	}
	db_done(q);
	return true;
}

static const char assign_sql[] = "INSERT INTO device_residents (device_id, resident_id) VALUES ($1, $2)"
				 " ON CONFLICT (resident_id, device_id) DO NOTHING";

/* What follows from a row as it now stands. */
static void written(struct store *s, enum import_table table, const char *const *cells)
{
	if (table == IMPORT_DEVICES)
		run(s, assign_sql, cells, 2);
}

bool imports_add(struct store *s, enum import_table table, const char *const *cells)
{
	if (!run(s, statements[table].add, cells, statements[table].cells))
		return false;
	written(s, table, cells);
	return true;
}

bool imports_change(struct store *s, enum import_table table, const char *const *cells)
{
	if (!run(s, statements[table].change, cells, statements[table].cells))
		return false;
	written(s, table, cells);
	return true;
}

/* What was revoked before the end was revoked for another reason. */
static const char give_back_sql[] = "UPDATE devices SET revoked_at = NULL WHERE resident_id = $1 AND revoked_at >="
				    " (SELECT ended_at FROM residents WHERE resident_id = $1)";
static const char resume_sql[] = "UPDATE residents SET ended_at = NULL WHERE resident_id = $1";

void imports_resume(struct store *s, const char *resident_id)
{
	db_run(s->db, give_back_sql, V(resident_id));
	db_run(s->db, resume_sql, V(resident_id));
}

static const char clear_sql[] = "DELETE FROM policies WHERE policy = $1";
static const char step_sql[] = "INSERT INTO policies (" POLICY ", position) VALUES ($1, $2, $3, $4, $5)";

void imports_clear_policy(struct store *s, const char *policy)
{
	db_run(s->db, clear_sql, V(policy));
}

void imports_add_step(struct store *s, const char *const *cells, int position)
{
	db_run(s->db, step_sql, V(cells[0]), V(cells[1]), V(cells[2]), V(cells[3]), V(position));
}

static const char unlink_sql[] = "DELETE FROM links WHERE resident_id = $1 AND watcher_id = $2";

void imports_unlink(struct store *s, const char *resident_id, const char *watcher_id)
{
	db_run(s->db, unlink_sql, V(resident_id), V(watcher_id));
}

static const char count_sql[] = "SELECT count(*) FROM links WHERE watcher_id = $1";

int64_t imports_links_of(struct store *s, const char *watcher_id)
{
	return db_number(s->db, 0, count_sql, V(watcher_id));
}

static const char labels_sql[] = "SELECT label FROM links WHERE watcher_id = $1";

void imports_labels(struct store *s, const char *watcher_id, bool *taken, size_t most)
{
	struct query *q = db_query(s->db, labels_sql, V(watcher_id));

	while (db_step(q)) {
		char *end;
		unsigned long number = strtoul(db_text(q, 0), &end, 10);

		if (!*end && number >= 1 && number <= most)
			taken[number - 1] = true;
	}
}

static const char ambiguous_sql[] = "SELECT login FROM users WHERE EXISTS (SELECT 1 FROM watchers"
				    " WHERE watcher_id = login) ORDER BY login LIMIT 1";

bool imports_ambiguous(struct store *s, char id[65])
{
	struct query *q = db_query(s->db, ambiguous_sql);

	if (!db_step(q))
		return false;
	db_copy(q, 0, id, 65);
	db_done(q);
	return true;
}

/* CROSS JOIN, so that residents are looked at only where something has ended. */
static const char ended_sql[] =
	"SELECT 0, d.district FROM districts d CROSS JOIN residents r WHERE d.ended_at IS NOT NULL"
	" AND r.district = d.district AND r.ended_at IS NULL"
	" UNION ALL SELECT 1, p.policy FROM policy_ends p CROSS JOIN residents r WHERE r.policy = p.policy"
	" AND r.ended_at IS NULL LIMIT 1";

enum import_table imports_ended(struct store *s, char id[65])
{
	struct query *q = db_query(s->db, ended_sql);
	enum import_table table = IMPORT_TABLES;

	if (db_step(q)) {
		table = db_int(q, 0) ? IMPORT_POLICIES : IMPORT_DISTRICTS;
		db_copy(q, 1, id, 65);
	}
	db_done(q);
	return table;
}
