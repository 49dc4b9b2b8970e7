/* visits - rows are only ever added. */
#include <string.h>

#include "server/store/visits.h"

static const char add_sql[] =
	"INSERT INTO visits (resident_id, at, kind, person, minutes, note, entered_by, entered_at)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

void visits_add(struct store *s, struct visit *v)
{
	db_run(s->db, add_sql, V(v->resident_id), V(v->at), V(v->kind), V(v->person), V0(v->minutes), V(v->note),
		V(v->entered_by), V(v->entered_at));
	v->id = db_last_id(s->db);
}

static const char of_sql[] =
	"SELECT id, at, kind, person, minutes, note, entered_by, entered_at FROM visits WHERE resident_id = $1"
	" AND ($2 = 0 OR at < $2 OR (at = $2 AND id < $3)) ORDER BY at DESC, id DESC LIMIT $4";

size_t visits_of(
	struct store *s, const char *resident_id, int64_t before_at, int64_t before_id, struct visit *list, size_t most)
{
	struct query *q = db_query(s->db, of_sql, V(resident_id), V(before_at), V(before_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct visit *v = &list[n++];

		*v = (struct visit){ .id = db_int(q, 0), .at = db_int(q, 1), .minutes = (int)db_int(q, 4) };
		strncat(v->resident_id, resident_id, sizeof(v->resident_id) - 1);
		DB_COPY(q, 2, v->kind);
		DB_COPY(q, 3, v->person);
		DB_COPY(q, 5, v->note);
		DB_COPY(q, 6, v->entered_by);
		v->entered_at = db_int(q, 7);
	}
	db_done(q);
	return n;
}

static const char same_sql[] =
	"SELECT id, entered_at FROM visits WHERE resident_id = $1 AND at = $2 AND kind = $3 AND person = $4"
	" AND note = $5 AND entered_by = $6 LIMIT 1";

bool visits_same(struct store *s, struct visit *v)
{
	struct query *q = db_query(
		s->db, same_sql, V(v->resident_id), V(v->at), V(v->kind), V(v->person), V(v->note), V(v->entered_by));

	if (!db_step(q))
		return false;
	v->id = db_int(q, 0);
	v->entered_at = db_int(q, 1);
	db_done(q);
	return true;
}

/* Closings count where somebody was there to be spoken with. */
static const char contact_sql[] =
	"SELECT at, kind, person FROM visits WHERE resident_id = $1"
	" UNION ALL SELECT closed_at, how, seen_by FROM incidents WHERE resident_id = $1 AND state = 'closed'"
	" AND how IN ('face', 'phone', 'voice') AND outcome IN ('safe', 'away', 'hospital', 'emergency', 'false_alarm')"
	" ORDER BY 1 DESC LIMIT 1";

bool visits_last_contact(struct store *s, const char *resident_id, struct contact *c)
{
	struct query *q = db_query(s->db, contact_sql, V(resident_id));

	if (!db_step(q))
		return false;
	c->at = db_int(q, 0);
	DB_COPY(q, 1, c->how);
	DB_COPY(q, 2, c->person);
	db_done(q);
	return true;
}
