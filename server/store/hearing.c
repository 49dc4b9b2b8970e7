/* hearing - heartbeats and blind periods. */
#include "server/store/hearing.h"

static const char beat_sql[] = "SELECT heard_until, beat_at FROM heartbeats WHERE client_id = $1";

bool hearing_beat(struct store *s, const char *client_id, struct heartbeat *beat)
{
	struct query *q = db_query(s->db, beat_sql, V(client_id));

	if (!db_step(q))
		return false;
	beat->heard_until = db_int(q, 0);
	beat->beat_at = db_int(q, 1);
	db_done(q);
	return true;
}

static const char set_beat_sql[] = "INSERT INTO heartbeats (client_id, heard_until, beat_at) VALUES ($1, $2, $3)"
				   " ON CONFLICT (client_id) DO UPDATE SET heard_until = $2, beat_at = $3";

void hearing_set_beat(struct store *s, const char *client_id, const struct heartbeat *beat)
{
	db_run(s->db, set_beat_sql, V(client_id), V(beat->heard_until), V(beat->beat_at));
}

static const char set_blind_sql[] =
	"INSERT INTO blind_periods (client_id, from_at, to_at, remind) VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (client_id, from_at) DO UPDATE SET to_at = $3, remind = $4";

void hearing_set_blind(struct store *s, const char *client_id, int64_t from_at, int64_t to_at, bool remind)
{
	db_run(s->db, set_blind_sql, V(client_id), V(from_at), V0(to_at), V(remind));
}

static const char open_sql[] = "SELECT 1 FROM blind_periods WHERE client_id = $1 AND to_at IS NULL LIMIT 1";

bool hearing_blind_open(struct store *s, const char *client_id)
{
	return db_number(s->db, 0, open_sql, V(client_id)) != 0;
}

static const char forget_sql[] = "DELETE FROM blind_periods WHERE client_id = $1 AND to_at IS NULL";

void hearing_forget_open(struct store *s, const char *client_id)
{
	db_run(s->db, forget_sql, V(client_id));
}

static const char ahead_sql[] = "DELETE FROM blind_periods WHERE client_id = $1 AND from_at >= $2";
static const char until_sql[] = "UPDATE blind_periods SET to_at = $2 WHERE client_id = $1 AND to_at > $2";

void hearing_until(struct store *s, const char *client_id, int64_t now)
{
	db_run(s->db, ahead_sql, V(client_id), V(now));
	db_run(s->db, until_sql, V(client_id), V(now));
}

static const char jumped_sql[] = "SELECT min(to_at) FROM blind_periods WHERE client_id = $1 AND from_at <= $2"
				 " AND to_at > $3 AND to_at <= $4";

int64_t hearing_jumped_to(
	struct store *s, const char *client_id, int64_t from_until, int64_t after, int64_t heard_until)
{
	return db_number(s->db, 0, jumped_sql, V(client_id), V(from_until), V(after), V(heard_until));
}

static const char ended_sql[] = "SELECT 1 FROM blind_periods WHERE client_id = $1 AND to_at > $2 AND to_at <= $3"
				" AND to_at - from_at >= $4 LIMIT 1";

bool hearing_ended(struct store *s, const char *client_id, int64_t after, int64_t now, int64_t lasted_ms)
{
	return db_number(s->db, 0, ended_sql, V(client_id), V(after), V(now), V(lasted_ms)) != 0;
}

static const char last_sql[] = "SELECT max(to_at) FROM blind_periods WHERE client_id = $1 AND to_at <= $2";

int64_t hearing_last_end(struct store *s, const char *client_id, int64_t until)
{
	return db_number(s->db, 0, last_sql, V(client_id), V(until));
}

static const char latest_sql[] = "SELECT from_at, to_at FROM blind_periods WHERE client_id = $1 AND to_at <= $2"
				 " ORDER BY to_at DESC LIMIT 1";

bool hearing_last(struct store *s, const char *client_id, int64_t until, int64_t *from_at, int64_t *to_at)
{
	struct query *q = db_query(s->db, latest_sql, V(client_id), V(until));

	if (!db_step(q))
		return false;
	*from_at = db_int(q, 0);
	*to_at = db_int(q, 1);
	db_done(q);
	return true;
}

static const char reminding_sql[] = "SELECT id, to_at, reminded_to FROM blind_periods"
				    " WHERE client_id = $1 AND remind = 1 ORDER BY id LIMIT 1";

bool hearing_reminding(struct store *s, const char *client_id, struct reminding *r)
{
	struct query *q = db_query(s->db, reminding_sql, V(client_id));

	if (!db_step(q))
		return false;
	r->id = db_int(q, 0);
	r->to_at = db_int(q, 1);
	DB_COPY(q, 2, r->reminded_to);
	db_done(q);
	return true;
}

static const char reminded_sql[] = "UPDATE blind_periods SET reminded_to = $2, remind = $3 WHERE id = $1";

void hearing_reminded(struct store *s, int64_t id, const char *reminded_to, bool all)
{
	db_run(s->db, reminded_sql, V(id), V(reminded_to), V(!all));
}
