/* incident_list - ids and deliveries. */
#include "server/store/incident_list.h"

static const char all_sql[] = "SELECT id FROM incidents WHERE id > $1 ORDER BY id LIMIT $2";
/* Open ones and closed ones apart: each has an index of its own. */
static const char since_sql[] = "SELECT id FROM incidents WHERE state <> 'closed' AND id > $1"
				" UNION ALL SELECT id FROM incidents WHERE closed_at >= $2 AND id > $1"
				" ORDER BY id LIMIT $3";

size_t incident_list(struct store *s, int64_t after_id, int64_t closed_since, int64_t *ids, size_t most)
{
	struct query *q = closed_since ? db_query(s->db, since_sql, V(after_id), V(closed_since), V((int64_t)most))
				       : db_query(s->db, all_sql, V(after_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		ids[n++] = db_int(q, 0);
	db_done(q);
	return n;
}

static const char act_sql[] = "SELECT event FROM timeline WHERE incident_id = $1 AND event IN (" INCIDENT_ACTS ")"
			      " ORDER BY id DESC LIMIT 1";

void incident_list_last_act(struct store *s, int64_t incident_id, char act[32])
{
	struct query *q = db_query(s->db, act_sql, V(incident_id));

	act[0] = '\0';
	if (db_step(q))
		db_copy(q, 0, act, 32);
	db_done(q);
}

static const char told_sql[] = "SELECT person, channel, state, coalesce(sent_at, written_at) FROM notifications"
			       " WHERE incident_id = $1 ORDER BY id";

struct query *incident_list_told(struct store *s, int64_t incident_id)
{
	return db_query(s->db, told_sql, V(incident_id));
}

bool incident_list_told_next(struct query *q, struct incident_told *t)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, t->person);
	DB_COPY(q, 1, t->channel);
	DB_COPY(q, 2, t->state);
	t->at = db_int(q, 3);
	return true;
}
