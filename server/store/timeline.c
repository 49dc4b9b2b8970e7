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

static const char touched_sql[] =
	"SELECT DISTINCT t.incident_id, coalesce(i.resident_id, ''), i.district FROM timeline t"
	" JOIN incidents i ON i.id = t.incident_id WHERE t.id > $1 AND t.id <= $2 ORDER BY t.incident_id";

struct query *timeline_touched(struct store *s, int64_t after, int64_t until)
{
	return db_query(s->db, touched_sql, V(after), V(until));
}

bool timeline_touched_next(struct query *q, int64_t *incident_id, char resident_id[65], char district[65])
{
	if (!db_step(q))
		return false;
	*incident_id = db_int(q, 0);
	db_copy(q, 1, resident_id, 65);
	db_copy(q, 2, district, 65);
	return true;
}

static bool take_one(struct query *q, struct timeline_row *row)
{
	if (!db_step(q))
		return false;
	read_row(q, row);
	db_done(q);
	return true;
}

static const char last_sql[] = "SELECT id, incident_id, at, resident_id, event, person, detail FROM timeline"
			       " WHERE incident_id = $1 AND event = $2 AND at <= $3 ORDER BY id DESC LIMIT 1";

bool timeline_last_by(struct store *s, int64_t incident_id, const char *event, int64_t at, struct timeline_row *row)
{
	return take_one(db_query(s->db, last_sql, V(incident_id), V(event), V(at)), row);
}

bool timeline_last(struct store *s, int64_t incident_id, const char *event, struct timeline_row *row)
{
	return timeline_last_by(s, incident_id, event, INT64_MAX, row);
}

/* A worry that joins is none of the incident's own acts: it has a page of its own. */
static const char last_of_sql[] =
	"SELECT id, incident_id, at, resident_id, event, person, detail FROM timeline"
	" WHERE incident_id = $1 AND person = $2 AND event IN ('claimed', 'taken_over', 'renewed', 'released', 'declined',"
	" 'last_declined', 'no_answer', 'no_answer_other', 'graver', 'joined', 'checked_in', 'closed')"
	" AND (event NOT IN ('graver', 'joined') OR detail <> 'unwell')"
	" ORDER BY id DESC LIMIT 1";

bool timeline_last_of(struct store *s, int64_t incident_id, const char *person, struct timeline_row *row)
{
	return take_one(db_query(s->db, last_of_sql, V(incident_id), V(person)), row);
}

static const char claim_ended_sql[] =
	"SELECT id, incident_id, at, resident_id, event, person, detail FROM timeline"
	" WHERE incident_id = $1 AND id > $2 AND event IN ('lease_up', 'lost', 'taken_over', 'graver', 'released',"
	" 'handed', 'lesser_free') ORDER BY id LIMIT 1";

bool timeline_claim_ended(struct store *s, int64_t incident_id, int64_t since_id, struct timeline_row *row)
{
	return take_one(db_query(s->db, claim_ended_sql, V(incident_id), V(since_id)), row);
}
