/* concerned - whom we could not hear. */
#include "server/store/concerned.h"

/* $1 deaf since, $2 until. A look at all residents: only while deaf, and once a minute. */
#define DEAF "r.next_look IN (1, 2, 3) AND r.opens_at <= $2 AND r.last_sign_at < $1"
/* $1 how far looks are put off, $2 until. Only the last look is ever put off; the earlier ones are where they were. */
#define UNDECIDED                                                                                      \
	"(r.next_look IN (1, 2) AND r.next_look_at <= $2 OR r.next_look = 3 AND r.next_look_at <= $1)" \
	" AND r.deadline_at <= $2 AND r.last_sign_at < r.counts_from_at"
#define STILL_TO_LIST                                                                                          \
	" AND r.last_press_at < r.counts_from_at AND NOT EXISTS (SELECT 1 FROM incident_residents l"           \
	" WHERE l.resident_id = r.resident_id AND l.due_at = r.due_at)"                                        \
	" AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.resident_id = r.resident_id AND p.from_at < r.due_at" \
	" AND p.to_at >= r.due_at AND coalesce(p.ended_at, p.to_at) >= r.due_at)"
#define ADD "INSERT INTO incident_residents (incident_id, resident_id, since_at, due_at) SELECT $3, r.resident_id, "
#define OVER                                                                                           \
	" LIMIT $4 ON CONFLICT (incident_id, resident_id) DO UPDATE SET since_at = excluded.since_at," \
	" due_at = excluded.due_at, settled_at = NULL"

static const char any_deaf_sql[] = "SELECT 1 FROM residents r WHERE " DEAF STILL_TO_LIST " LIMIT 1";
static const char any_undecided_sql[] = "SELECT 1 FROM residents r WHERE " UNDECIDED STILL_TO_LIST " LIMIT 1";
static const char add_deaf_sql[] = ADD "$1, r.due_at FROM residents r WHERE " DEAF STILL_TO_LIST OVER;
static const char add_undecided_sql[] = ADD
	"r.counts_from_at, r.due_at FROM residents r WHERE " UNDECIDED STILL_TO_LIST OVER;

bool concerned_any(struct store *s, const struct concern *c)
{
	return c->deaf_since ? db_number(s->db, 0, any_deaf_sql, V(c->deaf_since), V(c->until)) != 0
			     : db_number(s->db, 0, any_undecided_sql, V(c->put_off_to), V(c->until)) != 0;
}

size_t concerned_add(struct store *s, int64_t incident_id, const struct concern *c, size_t most)
{
	return (size_t)(c->deaf_since ? db_run(s->db, add_deaf_sql, V(c->deaf_since), V(c->until), V(incident_id),
						V((int64_t)most))
				      : db_run(s->db, add_undecided_sql, V(c->put_off_to), V(c->until), V(incident_id),
						V((int64_t)most)));
}

static const char settle_sql[] =
	"UPDATE incident_residents SET settled_at = $2 WHERE incident_id = $1 AND settled_at IS NULL AND (EXISTS"
	" (SELECT 1 FROM residents r WHERE r.resident_id = incident_residents.resident_id"
	" AND (r.last_sign_at >= incident_residents.since_at OR r.ended_at IS NOT NULL))"
	" OR EXISTS (SELECT 1 FROM expectations e WHERE e.resident_id = incident_residents.resident_id"
	" AND e.due_at = incident_residents.due_at AND e.outcome IS NOT NULL))";

void concerned_settle(struct store *s, int64_t incident_id, int64_t now)
{
	db_run(s->db, settle_sql, V(incident_id), V(now));
}

static const char unsettled_sql[] =
	"SELECT count(*) FROM incident_residents WHERE incident_id = $1 AND settled_at IS NULL";

int64_t concerned_unsettled(struct store *s, int64_t incident_id)
{
	return db_number(s->db, 0, unsettled_sql, V(incident_id));
}

static const char list_sql[] =
	"SELECT r.resident_id, r.name, r.district, r.place, r.address, r.phone, l.due_at, l.settled_at"
	" FROM incident_residents l JOIN residents r ON r.resident_id = l.resident_id WHERE l.incident_id = $1"
	" ORDER BY r.district, CASE WHEN r.address = '' THEN r.place ELSE r.address END, r.resident_id LIMIT $2";

size_t concerned_list(struct store *s, int64_t incident_id, struct concerned *list, size_t most)
{
	struct query *q = db_query(s->db, list_sql, V(incident_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct concerned *c = &list[n++];

		DB_COPY(q, 0, c->resident_id);
		DB_COPY(q, 1, c->name);
		DB_COPY(q, 2, c->district);
		DB_COPY(q, 3, c->place);
		DB_COPY(q, 4, c->address);
		DB_COPY(q, 5, c->phone);
		c->due_at = db_int(q, 6);
		c->settled_at = db_int(q, 7);
	}
	db_done(q);
	return n;
}

static const char districts_sql[] = "SELECT DISTINCT r.district FROM incident_residents c"
				    " JOIN residents r ON r.resident_id = c.resident_id WHERE c.incident_id = $1";

static const char unsettled_districts_sql[] =
	"SELECT DISTINCT r.district FROM incident_residents c JOIN residents r ON r.resident_id = c.resident_id"
	" WHERE c.incident_id = $1 AND c.settled_at IS NULL";

static size_t take_districts(struct query *q, char (*list)[65], size_t most)
{
	size_t n = 0;

	while (n < most && db_step(q))
		db_copy(q, 0, list[n++], sizeof(*list));
	db_done(q);
	return n;
}

size_t concerned_districts(struct store *s, int64_t incident_id, char (*list)[65], size_t most)
{
	return take_districts(db_query(s->db, districts_sql, V(incident_id)), list, most);
}

size_t concerned_unsettled_districts(struct store *s, int64_t incident_id, char (*list)[65], size_t most)
{
	return take_districts(db_query(s->db, unsettled_districts_sql, V(incident_id)), list, most);
}
