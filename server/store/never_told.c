/* never_told - rows of persons, and what dies with a new one. */
#include "server/store/never_told.h"

#define COLUMNS "SELECT id, resident_id, watcher_id, name, reason, entered_by, entered_at, lifted_at FROM never_told"

static bool take(struct query *q, struct never_told *n)
{
	int c = 0;

	if (!db_step(q))
		return false;
	n->id = db_int(q, c++);
	DB_COPY(q, c++, n->resident_id);
	DB_COPY(q, c++, n->watcher_id);
	DB_COPY(q, c++, n->name);
	DB_COPY(q, c++, n->reason);
	DB_COPY(q, c++, n->entered_by);
	n->entered_at = db_int(q, c++);
	n->lifted_at = db_int(q, c++);
	return true;
}

static const char insert_sql[] =
	"INSERT INTO never_told (resident_id, watcher_id, name, reason, entered_by, entered_at)"
	" VALUES ($1, $2, $3, $4, $5, $6)";

int64_t never_told_insert(struct store *s, const struct never_told *n)
{
	if (db_run(s->db, insert_sql, V(n->resident_id), V0(n->watcher_id), V(n->name), V(n->reason), V(n->entered_by),
		    V(n->entered_at)) != 1)
		return 0;
	return db_last_id(s->db);
}

static const char find_sql[] = COLUMNS " WHERE id = $1";

bool never_told_find(struct store *s, int64_t id, struct never_told *n)
{
	struct query *q = db_query(s->db, find_sql, V(id));
	bool found = take(q, n);

	db_done(q);
	return found;
}

static const char lift_sql[] = "UPDATE never_told SET lifted_at = $2 WHERE id = $1 AND lifted_at IS NULL";

bool never_told_set_lifted(struct store *s, int64_t id, int64_t now)
{
	return db_run(s->db, lift_sql, V(id), V(now)) == 1;
}

static const char of_sql[] = COLUMNS " WHERE resident_id = $1 AND ($2 = 1 OR lifted_at IS NULL) ORDER BY id LIMIT $3";

size_t never_told_of(struct store *s, const char *resident_id, bool lifted, struct never_told *list, size_t most)
{
	struct query *q = db_query(s->db, of_sql, V(resident_id), V(lifted), V((int64_t)most));
	size_t n = 0;

	while (n < most && take(q, &list[n]))
		n++;
	db_done(q);
	return n;
}

static const char bars_sql[] = "SELECT 1 FROM never_told WHERE resident_id = $1 AND watcher_id = $2"
			       " AND lifted_at IS NULL LIMIT 1";

bool never_told_bars(struct store *s, const char *resident_id, const char *watcher_id)
{
	return db_number(s->db, 0, bars_sql, V(resident_id), V(watcher_id)) != 0;
}

static const char drop_sql[] = "UPDATE notifications SET state = 'dropped' WHERE state = 'waiting' AND person = $2"
			       " AND incident_id IN (SELECT id FROM incidents WHERE resident_id = $1)";

void never_told_drop_waiting(struct store *s, const char *resident_id, const char *person)
{
	db_run(s->db, drop_sql, V(resident_id), V(person));
}

static const char revoke_sql[] = "UPDATE answer_tokens SET revoked_at = $3 WHERE watcher_id = $2"
				 " AND revoked_at IS NULL"
				 " AND incident_id IN (SELECT id FROM incidents WHERE resident_id = $1)";

void never_told_revoke(struct store *s, const char *resident_id, const char *watcher_id, int64_t now)
{
	db_run(s->db, revoke_sql, V(resident_id), V(watcher_id), V(now));
}

static const char names_sql[] = "SELECT watcher_id, name, kana FROM watchers WHERE watcher_id > $1"
				" AND (ends = '' OR ends > $2) ORDER BY watcher_id LIMIT $3";

size_t never_told_names(
	struct store *s, const char *after_id, const char *today, struct watcher_name *list, size_t most)
{
	struct query *q = db_query(s->db, names_sql, V(after_id), V(today), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		DB_COPY(q, 0, list[n].watcher_id);
		DB_COPY(q, 1, list[n].name);
		DB_COPY(q, 2, list[n].kana);
		n++;
	}
	db_done(q);
	return n;
}
