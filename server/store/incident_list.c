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

#define OPEN(where)                                                                                            \
	"SELECT r.gravity, r.id FROM (SELECT i.id, i.district, i.resident_id, CASE i.kind WHEN 'help' THEN 1"  \
	" WHEN 'missed' THEN 2 WHEN 'unwell' THEN 3 WHEN 'talk' THEN 4 ELSE 5 END AS gravity FROM incidents i" \
	" WHERE i.state <> 'closed') r WHERE (r.gravity > $1 OR (r.gravity = $1 AND r.id > $2))" where         \
	" ORDER BY r.gravity, r.id LIMIT $3"
#define CLOSED(where)                                                             \
	"SELECT r.closed_at, r.id FROM incidents r WHERE r.closed_at IS NOT NULL" \
	" AND (r.closed_at < $1 OR (r.closed_at = $1 AND r.id < $2))" where       \
	" ORDER BY r.closed_at DESC, r.id DESC LIMIT $3"
#define OF_DISTRICT                                                                            \
	" AND (r.district = $4 OR EXISTS (SELECT 1 FROM incident_residents l JOIN residents p" \
	" ON p.resident_id = l.resident_id WHERE l.incident_id = r.id AND p.district = $4))"
/* An id may hold a sign that LIKE takes for any other: that is one too many to look at, and never one too few. */
#define OF_DISTRICTS " AND (r.resident_id IS NULL OR $4 LIKE '% ' || r.district || ' %')"
#define OF_RESIDENT                                                     \
	" AND r.id IN (SELECT id FROM incidents WHERE resident_id = $4" \
	" UNION SELECT incident_id FROM incident_residents WHERE resident_id = $4)"

static const char open_sql[] = OPEN(""), closed_sql[] = CLOSED("");
static const char open_of_districts_sql[] = OPEN(OF_DISTRICTS), closed_of_districts_sql[] = CLOSED(OF_DISTRICTS);
static const char open_of_district_sql[] = OPEN(OF_DISTRICT), closed_of_district_sql[] = CLOSED(OF_DISTRICT);
static const char open_of_resident_sql[] = OPEN(OF_RESIDENT), closed_of_resident_sql[] = CLOSED(OF_RESIDENT);

size_t incident_list_page(struct store *s, const struct incident_filter *f, const struct incident_place *after,
	struct incident_place *list, size_t most)
{
	struct incident_place from = *after;
	struct query *q;
	size_t n = 0;

	if (f->closed && !from.id)
		from = (struct incident_place){ INT64_MAX, INT64_MAX };
	if (f->resident_id[0])
		q = db_query(s->db, f->closed ? closed_of_resident_sql : open_of_resident_sql, V(from.rank), V(from.id),
			V((int64_t)most), V(f->resident_id));
	else if (f->district[0])
		q = db_query(s->db, f->closed ? closed_of_district_sql : open_of_district_sql, V(from.rank), V(from.id),
			V((int64_t)most), V(f->district));
	else if (f->districts && f->districts[0])
		q = db_query(s->db, f->closed ? closed_of_districts_sql : open_of_districts_sql, V(from.rank),
			V(from.id), V((int64_t)most), V(f->districts));
	else
		q = db_query(s->db, f->closed ? closed_sql : open_sql, V(from.rank), V(from.id), V((int64_t)most));
	while (n < most && db_step(q)) {
		list[n].rank = db_int(q, 0);
		list[n++].id = db_int(q, 1);
	}
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

static const char told_sql[] = "SELECT person, channel, what, state, coalesce(sent_at, written_at) FROM notifications"
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
	DB_COPY(q, 2, t->what);
	DB_COPY(q, 3, t->state);
	t->at = db_int(q, 4);
	return true;
}
