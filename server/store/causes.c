/* causes - the reasons of incidents, and who will not go (incidents.h). */
#include "server/store/incidents.h"

static const char add_sql[] = "INSERT INTO causes (incident_id, kind, expectation_id, checkin_seq, at, counts_from_at)"
			      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";

bool causes_add(struct store *s, const struct cause *c)
{
	return db_run(s->db, add_sql, V(c->incident_id), V(incident_kind_name(c->kind)), V0(c->expectation_id),
		       V0(c->checkin_seq), V(c->at), V0(c->counts_from_at)) == 1;
}

static const char detach_sql[] = "UPDATE causes SET expectation_id = NULL WHERE expectation_id = $1"
				 " AND answered_at IS NOT NULL";

bool causes_detach(struct store *s, int64_t expectation_id)
{
	return db_run(s->db, detach_sql, V(expectation_id)) == 1;
}

static const char of_sql[] =
	"SELECT id, incident_id, kind, expectation_id, checkin_seq, at, counts_from_at, answered_at"
	" FROM causes WHERE incident_id = $1 ORDER BY at, id LIMIT $2";

size_t causes_of(struct store *s, int64_t incident_id, struct cause *list, size_t most)
{
	struct query *q = db_query(s->db, of_sql, V(incident_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct cause *c = &list[n++];

		c->id = db_int(q, 0);
		c->incident_id = db_int(q, 1);
		incident_kind_parse(db_text(q, 2), &c->kind);
		c->expectation_id = db_int(q, 3);
		c->checkin_seq = db_int(q, 4);
		c->at = db_int(q, 5);
		c->counts_from_at = db_int(q, 6);
		c->answered_at = db_int(q, 7);
	}
	db_done(q);
	return n;
}

static const char date_sql[] = "SELECT 1 FROM causes c JOIN expectations e ON e.id = c.expectation_id"
			       " JOIN expectations n ON n.id = $2"
			       " WHERE c.incident_id = $1 AND c.expectation_id <> $2 AND e.day = n.day LIMIT 1";

bool causes_same_date(struct store *s, int64_t incident_id, int64_t expectation_id)
{
	return db_number(s->db, 0, date_sql, V(incident_id), V(expectation_id)) != 0;
}

static const char gravest_sql[] =
	"SELECT kind, at FROM causes WHERE incident_id = $1 AND answered_at IS NULL ORDER BY CASE kind"
	" WHEN 'help' THEN 0 WHEN 'missed' THEN 1 WHEN 'unwell' THEN 2 WHEN 'talk' THEN 3 ELSE 4 END, at DESC LIMIT 1";

bool causes_gravest(struct store *s, int64_t incident_id, enum incident_kind *kind, int64_t *at)
{
	struct query *q = db_query(s->db, gravest_sql, V(incident_id));

	if (!db_step(q))
		return false;
	incident_kind_parse(db_text(q, 0), kind);
	*at = db_int(q, 1);
	db_done(q);
	return true;
}

static const char missed_sql[] = "UPDATE causes SET answered_at = $3 WHERE incident_id = $1 AND kind = 'missed'"
				 " AND answered_at IS NULL AND counts_from_at <= $2";

int64_t causes_answer_missed(struct store *s, int64_t incident_id, int64_t pressed_at, int64_t now)
{
	return db_run(s->db, missed_sql, V(incident_id), V(pressed_at), V(now));
}

static const char all_sql[] = "UPDATE causes SET answered_at = $2 WHERE incident_id = $1 AND answered_at IS NULL";

void causes_answer_all(struct store *s, int64_t incident_id, int64_t now)
{
	db_run(s->db, all_sql, V(incident_id), V(now));
}

static const char same_sql[] = "SELECT 1 FROM causes c JOIN checkins k ON k.seq = c.checkin_seq"
			       " JOIN incidents i ON i.id = c.incident_id"
			       " WHERE i.resident_id = $1 AND c.kind = $2 AND k.device_id = $3"
			       " AND k.pressed_at BETWEEN $4 AND $5 LIMIT 1";

bool causes_same_press(struct store *s, const char *resident_id, const char *device_id, enum incident_kind kind,
	int64_t at, int64_t within_ms)
{
	return db_number(s->db, 0, same_sql, V(resident_id), V(incident_kind_name(kind)), V(device_id),
		       V(at - within_ms), V(at + within_ms)) != 0;
}

static const char decline_sql[] = "INSERT INTO declines (incident_id, person, at) VALUES ($1, $2, $3)"
				  " ON CONFLICT DO NOTHING";

bool declines_add(struct store *s, int64_t incident_id, const char *person, int64_t now)
{
	return db_run(s->db, decline_sql, V(incident_id), V(person), V(now)) == 1;
}

static const char declined_sql[] = "SELECT 1 FROM declines WHERE incident_id = $1 AND person = $2";

bool declines_has(struct store *s, int64_t incident_id, const char *person)
{
	return db_number(s->db, 0, declined_sql, V(incident_id), V(person)) != 0;
}

static const char declines_sql[] =
	"SELECT person, at FROM declines WHERE incident_id = $1 ORDER BY at, person LIMIT $2";

size_t declines_of(struct store *s, int64_t incident_id, struct decline *list, size_t most)
{
	struct query *q = db_query(s->db, declines_sql, V(incident_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		DB_COPY(q, 0, list[n].person);
		list[n++].at = db_int(q, 1);
	}
	db_done(q);
	return n;
}

static const char clear_sql[] = "DELETE FROM declines WHERE incident_id = $1";

void declines_clear(struct store *s, int64_t incident_id)
{
	db_run(s->db, clear_sql, V(incident_id));
}
