/* answer_tokens - rows of links and browsers. */
#include "server/store/answer_tokens.h"

static const char add_sql[] = "INSERT INTO answer_tokens (hash, watcher_id, incident_id, made_at)"
			      " VALUES ($1, $2, $3, $4)";

void answer_tokens_add(
	struct store *s, const char hash[SECRET_HASH], const char *watcher_id, int64_t incident_id, int64_t now)
{
	db_run(s->db, add_sql, V(hash), V(watcher_id), V0(incident_id), V(now));
}

static const char find_sql[] = "SELECT watcher_id, incident_id, made_at, revoked_at FROM answer_tokens WHERE hash = $1";

bool answer_tokens_find(struct store *s, const char *hash, struct answer_token *t)
{
	struct query *q = db_query(s->db, find_sql, V(hash));

	if (!db_step(q))
		return false;
	DB_COPY(q, 0, t->watcher_id);
	t->incident_id = db_int(q, 1);
	t->made_at = db_int(q, 2);
	t->revoked_at = db_int(q, 3);
	db_done(q);
	return true;
}

static const char page_sql[] = "SELECT max(made_at) FROM answer_tokens"
			       " WHERE watcher_id = $1 AND incident_id IS NULL AND revoked_at IS NULL";

int64_t answer_tokens_page(struct store *s, const char *watcher_id)
{
	return db_number(s->db, 0, page_sql, V(watcher_id));
}

static const char revoke_page_sql[] = "UPDATE answer_tokens SET revoked_at = $2"
				      " WHERE watcher_id = $1 AND incident_id IS NULL AND revoked_at IS NULL";

int64_t answer_tokens_revoke_page(struct store *s, const char *watcher_id, int64_t now)
{
	return db_run(s->db, revoke_page_sql, V(watcher_id), V(now));
}

static const char revoke_watcher_sql[] = "UPDATE answer_tokens SET revoked_at = $2"
					 " WHERE watcher_id = $1 AND revoked_at IS NULL";

int64_t answer_tokens_revoke_watcher(struct store *s, const char *watcher_id, int64_t now)
{
	return db_run(s->db, revoke_watcher_sql, V(watcher_id), V(now));
}

static const char revoke_resident_sql[] = "UPDATE answer_tokens SET revoked_at = $2 WHERE revoked_at IS NULL"
					  " AND incident_id IN (SELECT id FROM incidents WHERE resident_id = $1)";

int64_t answer_tokens_revoke_resident(struct store *s, const char *resident_id, int64_t now)
{
	return db_run(s->db, revoke_resident_sql, V(resident_id), V(now));
}

static const char browser_sql[] = "SELECT browser FROM answer_browsers WHERE watcher_id = $1 AND incident_id = $2";

void answer_browsers_find(struct store *s, const char *watcher_id, int64_t incident_id, char browser[SECRET_HASH])
{
	struct query *q = db_query(s->db, browser_sql, V(watcher_id), V(incident_id));

	browser[0] = '\0';
	if (db_step(q)) {
		db_copy(q, 0, browser, SECRET_HASH);
		db_done(q);
	}
}

static const char take_sql[] = "INSERT INTO answer_browsers (watcher_id, incident_id, browser, at)"
			       " VALUES ($1, $2, $3, $4) ON CONFLICT (watcher_id, incident_id) DO NOTHING";

bool answer_browsers_take(
	struct store *s, const char *watcher_id, int64_t incident_id, const char *browser, int64_t now)
{
	char owner[SECRET_HASH];

	if (db_run(s->db, take_sql, V(watcher_id), V(incident_id), V(browser), V(now)) == 1)
		return true;
	answer_browsers_find(s, watcher_id, incident_id, owner);
	return secret_equal(owner, browser);
}

static const char free_sql[] = "DELETE FROM answer_browsers WHERE watcher_id = $1 AND incident_id = $2";

bool answer_browsers_free(struct store *s, const char *watcher_id, int64_t incident_id)
{
	return db_run(s->db, free_sql, V(watcher_id), V(incident_id)) == 1;
}

/* The latest of them, each between two line feeds: a form holds none. */
static const char form_sql[] =
	"UPDATE answer_browsers SET last_form = substr(last_form || char(10) || $3 || char(10), -600)"
	" WHERE watcher_id = $1 AND incident_id = $2"
	" AND instr(last_form, char(10) || $3 || char(10)) = 0";

bool answer_browsers_form(struct store *s, const char *watcher_id, int64_t incident_id, const char *form)
{
	return db_run(s->db, form_sql, V(watcher_id), V(incident_id), V(form)) == 1;
}
