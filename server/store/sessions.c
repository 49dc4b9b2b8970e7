/* sessions - rows are found by the hash of the token that the browser or program shows. */
#include "server/store/sessions.h"

static const char add_sql[] = "INSERT INTO sessions (hash, login, began_at, seen_at, address, agent)"
			      " VALUES ($1, $2, $3, $4, $5, $6)";
#define SESSION "SELECT hash, login, began_at, seen_at, address, agent, ended_at FROM sessions"
static const char find_sql[] = SESSION " WHERE hash = $1";
static const char list_sql[] = SESSION " WHERE ended_at IS NULL AND seen_at >= $1 AND ($2 = '' OR login = $2)"
				       " ORDER BY seen_at DESC, hash";
static const char seen_sql[] = "UPDATE sessions SET seen_at = $1 WHERE hash = $2 AND ended_at IS NULL";
static const char end_sql[] = "UPDATE sessions SET ended_at = $1 WHERE hash = $2 AND ended_at IS NULL";
static const char end_all_sql[] =
	"UPDATE sessions SET ended_at = $1 WHERE login = $2 AND hash <> $3 AND ended_at IS NULL";
static const char sweep_sql[] = "DELETE FROM sessions WHERE seen_at < $1";

void sessions_add(struct store *s, const struct session *session)
{
	db_run(s->db, add_sql, V(session->hash), V(session->login), V(session->began_at), V(session->seen_at),
		V(session->address), V(session->agent));
}

static void read_session(struct query *q, struct session *session)
{
	DB_COPY(q, 0, session->hash);
	DB_COPY(q, 1, session->login);
	session->began_at = db_int(q, 2);
	session->seen_at = db_int(q, 3);
	DB_COPY(q, 4, session->address);
	DB_COPY(q, 5, session->agent);
	session->ended_at = db_int(q, 6);
}

bool sessions_find(struct store *s, const char *hash, struct session *session)
{
	struct query *q = db_query(s->db, find_sql, V(hash));
	bool found = db_step(q);

	if (found)
		read_session(q, session);
	db_done(q);
	return found;
}

void sessions_seen(struct store *s, const char *hash, int64_t now)
{
	db_run(s->db, seen_sql, V(now), V(hash));
}

bool sessions_end(struct store *s, const char *hash, int64_t now)
{
	return db_run(s->db, end_sql, V(now), V(hash)) == 1;
}

int64_t sessions_end_all(struct store *s, const char *login, const char *except, int64_t now)
{
	return db_run(s->db, end_all_sql, V(now), V(login), V(except));
}

size_t sessions_list(struct store *s, const char *login, int64_t seen_since, struct session *list, size_t most)
{
	struct query *q = db_query(s->db, list_sql, V(seen_since), V(login));
	size_t n = 0;

	while (n < most && db_step(q))
		read_session(q, &list[n++]);
	db_done(q);
	return n;
}

int64_t sessions_sweep(struct store *s, int64_t before)
{
	return db_run(s->db, sweep_sql, V(before));
}

static const char until_sql[] =
	"UPDATE sessions SET began_at = CASE WHEN began_at > $1 THEN $1 ELSE began_at END, seen_at = $1 WHERE seen_at > $1";
static const char throttles_until_sql[] = "UPDATE throttles SET last_at = $1 WHERE last_at > $1";
static const char setups_until_sql[] =
	"UPDATE setups SET until_at = $1 + until_at - made_at, made_at = $1 WHERE made_at > $1";

void sessions_until(struct store *s, int64_t now)
{
	db_run(s->db, until_sql, V(now));
	db_run(s->db, throttles_until_sql, V(now));
	db_run(s->db, setups_until_sql, V(now));
}

static const char key_add_sql[] = "INSERT INTO api_keys (hash, name, login, scopes, made_at, made_by)"
				  " VALUES ($1, $2, $3, $4, $5, $6)";
#define KEY "SELECT id, hash, name, login, scopes, made_at, made_by, seen_at, revoked_at FROM api_keys"
static const char key_find_sql[] = KEY " WHERE hash = $1";
static const char key_list_sql[] = KEY " ORDER BY id";
static const char key_seen_sql[] = "UPDATE api_keys SET seen_at = $1 WHERE id = $2";
static const char key_revoke_sql[] = "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";

void api_keys_add(struct store *s, struct api_key *k)
{
	db_run(s->db, key_add_sql, V(k->hash), V(k->name), V(k->login), V(k->scopes), V(k->made_at), V(k->made_by));
	k->id = db_last_id(s->db);
}

static void read_key(struct query *q, struct api_key *k)
{
	k->id = db_int(q, 0);
	DB_COPY(q, 1, k->hash);
	DB_COPY(q, 2, k->name);
	DB_COPY(q, 3, k->login);
	DB_COPY(q, 4, k->scopes);
	k->made_at = db_int(q, 5);
	DB_COPY(q, 6, k->made_by);
	k->seen_at = db_int(q, 7);
	k->revoked_at = db_int(q, 8);
}

bool api_keys_find(struct store *s, const char *hash, struct api_key *k)
{
	struct query *q = db_query(s->db, key_find_sql, V(hash));
	bool found = db_step(q);

	if (found)
		read_key(q, k);
	db_done(q);
	return found;
}

void api_keys_seen(struct store *s, int64_t id, int64_t now)
{
	db_run(s->db, key_seen_sql, V(now), V(id));
}

bool api_keys_revoke(struct store *s, int64_t id, int64_t now)
{
	return db_run(s->db, key_revoke_sql, V(now), V(id)) == 1;
}

size_t api_keys_list(struct store *s, struct api_key *list, size_t most)
{
	struct query *q = db_query(s->db, key_list_sql);
	size_t n = 0;

	while (n < most && db_step(q))
		read_key(q, &list[n++]);
	db_done(q);
	return n;
}

static const char failures_sql[] = "SELECT failures, last_at FROM throttles WHERE key = $1";
static const char fail_sql[] =
	"INSERT INTO throttles (key, failures, last_at) VALUES ($1, 1, $2) ON CONFLICT (key) DO UPDATE SET"
	" failures = CASE WHEN throttles.last_at < $3 THEN 1 ELSE throttles.failures + 1 END, last_at = $2";
static const char clear_sql[] = "DELETE FROM throttles WHERE key = $1";
static const char forgive_sql[] = "UPDATE throttles SET failures = failures - $2 WHERE key = $1";
static const char forgiven_sql[] = "DELETE FROM throttles WHERE key = $1 AND failures <= 0";
static const char forget_sql[] = "DELETE FROM throttles WHERE last_at < $1";

int64_t throttles_failures(struct store *s, const char *key, int64_t *last_at)
{
	struct query *q = db_query(s->db, failures_sql, V(key));
	int64_t failures = 0;

	*last_at = 0;
	if (db_step(q)) {
		failures = db_int(q, 0);
		*last_at = db_int(q, 1);
	}
	db_done(q);
	return failures;
}

void throttles_add(struct store *s, const char *key, int64_t now, int64_t forget_ms)
{
	db_run(s->db, fail_sql, V(key), V(now), V(now - forget_ms));
}

void throttles_clear(struct store *s, const char *key)
{
	db_run(s->db, clear_sql, V(key));
}

void throttles_forgive(struct store *s, const char *key, int64_t failures)
{
	db_run(s->db, forgive_sql, V(key), V(failures));
	db_run(s->db, forgiven_sql, V(key));
}

int64_t throttles_sweep(struct store *s, int64_t before)
{
	return db_run(s->db, forget_sql, V(before));
}

static const char browser_sql[] =
	"INSERT INTO browsers (hash, at) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE SET at = $2";
static const char known_sql[] = "SELECT count(*) FROM browsers WHERE hash = $1";

void browsers_add(struct store *s, const char *hash, int64_t now)
{
	db_run(s->db, browser_sql, V(hash), V(now));
}

bool browsers_known(struct store *s, const char *hash)
{
	return db_number(s->db, 0, known_sql, V(hash)) > 0;
}

static const char setup_add_sql[] = "INSERT INTO setups (hash, made_at, until_at) VALUES ($1, $2, $3)";
static const char setup_use_sql[] =
	"UPDATE setups SET used_at = $1 WHERE hash = $2 AND used_at IS NULL AND until_at > $1";
static const char setup_open_sql[] =
	"SELECT count(*) FROM setups WHERE hash = $1 AND used_at IS NULL AND until_at > $2";

void setups_add(struct store *s, const char *hash, int64_t now, int64_t until_at)
{
	db_run(s->db, setup_add_sql, V(hash), V(now), V(until_at));
}

bool setups_use(struct store *s, const char *hash, int64_t now)
{
	return db_run(s->db, setup_use_sql, V(now), V(hash)) == 1;
}

bool setups_open(struct store *s, const char *hash, int64_t now)
{
	return db_number(s->db, 0, setup_open_sql, V(hash), V(now)) > 0;
}
