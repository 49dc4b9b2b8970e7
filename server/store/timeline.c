/* timeline - rows are only ever added. */
#include "server/store/timeline.h"

static const char add_sql[] = "INSERT INTO timeline (incident_id, resident_id, at, event, person, detail)"
			      " VALUES ($1, $2, $3, $4, $5, $6)";

void timeline_add(struct store *s, int64_t incident_id, const char *resident_id, int64_t at, const char *event,
	const char *person, const char *detail)
{
	db_run(s->db, add_sql, V0(incident_id), V0(resident_id), V(at), V(event), V(person ? person : ""),
		V(detail ? detail : ""));
}

static void read_row(struct query *q, struct timeline_row *t)
{
	t->id = db_int(q, 0);
	t->incident_id = db_int(q, 1);
	t->at = db_int(q, 2);
	DB_COPY(q, 3, t->resident_id);
	DB_COPY(q, 4, t->event);
	DB_COPY(q, 5, t->person);
	DB_COPY(q, 6, t->detail);
}

static const char incident_sql[] = "SELECT id, incident_id, at, resident_id, event, person, detail FROM timeline"
				   " WHERE incident_id = $1 ORDER BY id LIMIT $2";

size_t timeline_of_incident(struct store *s, int64_t incident_id, struct timeline_row *list, size_t most)
{
	struct query *q = db_query(s->db, incident_sql, V(incident_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		read_row(q, &list[n++]);
	db_done(q);
	return n;
}

static const char last_sql[] = "SELECT id, incident_id, at, resident_id, event, person, detail FROM timeline"
			       " WHERE incident_id = $1 AND event = $2 ORDER BY id DESC LIMIT 1";

bool timeline_last(struct store *s, int64_t incident_id, const char *event, struct timeline_row *row)
{
	struct query *q = db_query(s->db, last_sql, V(incident_id), V(event));

	if (!db_step(q))
		return false;
	read_row(q, row);
	db_done(q);
	return true;
}
