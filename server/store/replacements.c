/* replacements - rows, and the links that move. */
#include "server/store/replacements.h"

#define COLUMNS \
	"SELECT id, old_id, new_id, from_on, reason, entered_by, entered_at, done_at, dropped_at, why_not FROM replacements"

static bool take(struct query *q, struct replacement *r)
{
	int c = 0;

	if (!db_step(q))
		return false;
	r->id = db_int(q, c++);
	DB_COPY(q, c++, r->old_id);
	DB_COPY(q, c++, r->new_id);
	DB_COPY(q, c++, r->from_on);
	DB_COPY(q, c++, r->reason);
	DB_COPY(q, c++, r->entered_by);
	r->entered_at = db_int(q, c++);
	r->done_at = db_int(q, c++);
	r->dropped_at = db_int(q, c++);
	DB_COPY(q, c++, r->why_not);
	return true;
}

static bool take_one(struct query *q, struct replacement *r)
{
	bool found = take(q, r);

	db_done(q);
	return found;
}

static const char add_sql[] = "INSERT INTO replacements (old_id, new_id, from_on, reason, entered_by, entered_at)"
			      " VALUES ($1, $2, $3, $4, $5, $6)";

int64_t replacements_add(struct store *s, const struct replacement *r)
{
	if (db_run(s->db, add_sql, V(r->old_id), V(r->new_id), V(r->from_on), V(r->reason), V(r->entered_by),
		    V(r->entered_at)) != 1)
		return 0;
	return db_last_id(s->db);
}

static const char find_sql[] = COLUMNS " WHERE id = $1";

bool replacements_find(struct store *s, int64_t id, struct replacement *r)
{
	return take_one(db_query(s->db, find_sql, V(id)), r);
}

static const char pending_sql[] = COLUMNS " WHERE (old_id = $1 OR new_id = $1) AND done_at IS NULL"
					  " AND dropped_at IS NULL ORDER BY from_on, id LIMIT 1";

bool replacements_pending(struct store *s, const char *watcher_id, struct replacement *r)
{
	return take_one(db_query(s->db, pending_sql, V(watcher_id)), r);
}

/* One may take over from several; but nobody who goes, or takes over, is replaced at the same time. */
static const char clashes_sql[] = "SELECT 1 FROM replacements WHERE done_at IS NULL AND dropped_at IS NULL"
				  " AND (old_id IN ($1, $2) OR new_id = $1) LIMIT 1";

bool replacements_clashes(struct store *s, const char *old_id, const char *new_id)
{
	return db_number(s->db, 0, clashes_sql, V(old_id), V(new_id)) != 0;
}

static const char of_sql[] = COLUMNS " WHERE old_id = $1 OR new_id = $1 ORDER BY id DESC LIMIT $2";

size_t replacements_of(struct store *s, const char *watcher_id, struct replacement *list, size_t most)
{
	struct query *q = db_query(s->db, of_sql, V(watcher_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && take(q, &list[n]))
		n++;
	db_done(q);
	return n;
}

static const char due_sql[] = "SELECT id FROM replacements WHERE done_at IS NULL AND dropped_at IS NULL"
			      " AND from_on <= $1 ORDER BY from_on, id LIMIT $2";

size_t replacements_due(struct store *s, const char *today, int64_t *ids, size_t most)
{
	struct query *q = db_query(s->db, due_sql, V(today), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		ids[n++] = db_int(q, 0);
	db_done(q);
	return n;
}

static const char next_sql[] = "SELECT from_on FROM replacements WHERE done_at IS NULL AND dropped_at IS NULL"
			       " AND from_on > $1 ORDER BY from_on LIMIT 1";

bool replacements_next(struct store *s, const char *today, char on[16])
{
	struct query *q = db_query(s->db, next_sql, V(today));

	if (!db_step(q))
		return false;
	db_copy(q, 0, on, 16);
	db_done(q);
	return true;
}

static const char done_sql[] = "UPDATE replacements SET done_at = $2"
			       " WHERE id = $1 AND done_at IS NULL AND dropped_at IS NULL";

bool replacements_done(struct store *s, int64_t id, int64_t now)
{
	return db_run(s->db, done_sql, V(id), V(now)) == 1;
}

static const char drop_sql[] = "UPDATE replacements SET dropped_at = $2, why_not = $3"
			       " WHERE id = $1 AND done_at IS NULL AND dropped_at IS NULL";

bool replacements_drop(struct store *s, int64_t id, const char *why_not, int64_t now)
{
	return db_run(s->db, drop_sql, V(id), V(now), V(why_not)) == 1;
}

static const char failed_sql[] = COLUMNS " WHERE why_not <> '' AND dropped_at >= $1 ORDER BY id LIMIT $2";

size_t replacements_failed(struct store *s, int64_t since_at, struct replacement *list, size_t most)
{
	struct query *q = db_query(s->db, failed_sql, V(since_at), V((int64_t)most));
	size_t n = 0;

	while (n < most && take(q, &list[n]))
		n++;
	db_done(q);
	return n;
}

static const char unlink_sql[] = "DELETE FROM links WHERE resident_id = $1 AND watcher_id = $2";

void replacements_unlink(struct store *s, const char *resident_id, const char *watcher_id)
{
	db_run(s->db, unlink_sql, V(resident_id), V(watcher_id));
}

static const char link_sql[] =
	"INSERT INTO links (resident_id, watcher_id, tier, can, shares, label, relation, key)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (resident_id, watcher_id) DO UPDATE SET tier = excluded.tier,"
	" can = excluded.can, shares = excluded.shares, label = excluded.label, relation = excluded.relation,"
	" key = excluded.key";

void replacements_link(struct store *s, const struct link *l)
{
	db_run(s->db, link_sql, V(l->resident_id), V(l->watcher_id), V(l->tier), V(l->can), V(l->shares), V(l->label),
		V(l->relation), V(l->key));
}

static const char label_sql[] = "SELECT 1 FROM links WHERE watcher_id = $1 AND label = $2 LIMIT 1";

bool replacements_label_taken(struct store *s, const char *watcher_id, const char *label)
{
	return db_number(s->db, 0, label_sql, V(watcher_id), V(label)) != 0;
}

static const char end_sql[] = "UPDATE watchers SET ends = $2, end_reason = $3 WHERE watcher_id = $1";

void replacements_end_watcher(struct store *s, const char *watcher_id, const char *ends, const char *end_reason)
{
	db_run(s->db, end_sql, V(watcher_id), V(ends), V(end_reason));
}
