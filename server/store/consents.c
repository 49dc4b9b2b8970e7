/* consents - rows are only ever added; the record and the link hold what they come to. */
#include "server/store/consents.h"

#define COLUMNS                                                                                     \
	"SELECT id, resident_id, what, watcher_id, items, given, agreed_on, agreed_by, form, note," \
	" entered_by, entered_at FROM consents"

static bool take(struct query *q, struct consent *c)
{
	int n = 0;

	if (!db_step(q))
		return false;
	c->id = db_int(q, n++);
	DB_COPY(q, n++, c->resident_id);
	DB_COPY(q, n++, c->what);
	DB_COPY(q, n++, c->watcher_id);
	DB_COPY(q, n++, c->items);
	c->given = db_int(q, n++) != 0;
	DB_COPY(q, n++, c->agreed_on);
	DB_COPY(q, n++, c->agreed_by);
	DB_COPY(q, n++, c->form);
	DB_COPY(q, n++, c->note);
	DB_COPY(q, n++, c->entered_by);
	c->entered_at = db_int(q, n++);
	return true;
}

static const char add_sql[] =
	"INSERT INTO consents (resident_id, what, watcher_id, items, given, agreed_on, agreed_by, form, note,"
	" entered_by, entered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

int64_t consents_add(struct store *s, const struct consent *c)
{
	if (db_run(s->db, add_sql, V(c->resident_id), V(c->what), V0(c->watcher_id), V(c->items), V(c->given),
		    V(c->agreed_on), V(c->agreed_by), V(c->form), V(c->note), V(c->entered_by), V(c->entered_at)) != 1)
		return 0;
	return db_last_id(s->db);
}

static const char of_sql[] = COLUMNS
	" WHERE resident_id = $1 AND id < $2 AND ($3 = 1 OR what <> 'entry') ORDER BY id DESC LIMIT $4";

size_t consents_of(
	struct store *s, const char *resident_id, bool entry, int64_t before_id, struct consent *list, size_t most)
{
	struct query *q = db_query(
		s->db, of_sql, V(resident_id), V(before_id ? before_id : INT64_MAX), V(entry), V((int64_t)most));
	size_t n = 0;

	while (n < most && take(q, &list[n]))
		n++;
	db_done(q);
	return n;
}

static const char latest_sql[] = COLUMNS " WHERE resident_id = $1 AND what = $2 AND coalesce(watcher_id, '') = $3"
					 " ORDER BY id DESC LIMIT 1";

bool consents_latest(
	struct store *s, const char *resident_id, const char *what, const char *watcher_id, struct consent *c)
{
	struct query *q = db_query(s->db, latest_sql, V(resident_id), V(what), V(watcher_id));
	bool found = take(q, c);

	db_done(q);
	return found;
}

static const char service_sql[] = "UPDATE residents SET consent_on = $2 WHERE resident_id = $1";

void consents_set_service(struct store *s, const char *resident_id, const char *consent_on)
{
	db_run(s->db, service_sql, V(resident_id), V(consent_on));
}

static const char entry_sql[] = "UPDATE residents SET entry_consent = $2 WHERE resident_id = $1";

void consents_set_entry(struct store *s, const char *resident_id, const char *entry_consent)
{
	db_run(s->db, entry_sql, V(resident_id), V(entry_consent));
}

static const char shares_sql[] = "UPDATE links SET shares = $3 WHERE resident_id = $1 AND watcher_id = $2";

void consents_set_shares(struct store *s, const char *resident_id, const char *watcher_id, const char *shares)
{
	db_run(s->db, shares_sql, V(resident_id), V(watcher_id), V(shares));
}
