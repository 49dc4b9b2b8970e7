/* districts - their names, who is in service there, and whether they have ended. */
#include "server/store/districts.h"

#define COLUMNS       "d.district, d.name, d.ended_at, d.end_reason"
#define WITH_COUNT    COLUMNS ", (SELECT count(*) FROM residents r WHERE r.district = d.district AND r.ended_at IS NULL)"
#define WITHOUT_COUNT COLUMNS ", 0"

bool districts_next(struct query *q, struct district *d)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, d->district);
	DB_COPY(q, 1, d->name);
	d->ended_at = db_int(q, 2);
	DB_COPY(q, 3, d->end_reason);
	d->residents = db_int(q, 4);
	return true;
}

static size_t take(struct query *q, struct district *list, size_t most)
{
	size_t n = 0;

	while (n < most && districts_next(q, &list[n]))
		n++;
	db_done(q);
	return n;
}

static const char list_sql[] = "SELECT " WITH_COUNT " FROM districts d ORDER BY d.district LIMIT $1";

size_t districts_list(struct store *s, struct district *list, size_t most)
{
	return take(db_query(s->db, list_sql, V((int64_t)most)), list, most);
}

static const char find_sql[] = "SELECT " WITH_COUNT " FROM districts d WHERE d.district = $1";

bool districts_find(struct store *s, const char *district, struct district *d)
{
	return take(db_query(s->db, find_sql, V(district)), d, 1) == 1;
}

static const char all_sql[] = "SELECT " WITHOUT_COUNT " FROM districts d ORDER BY d.district";

struct query *districts_all(struct store *s)
{
	return db_query(s->db, all_sql);
}

static const char ended_sql[] = "SELECT count(*) FROM districts WHERE district = $1 AND ended_at IS NOT NULL";

bool districts_ended(struct store *s, const char *district)
{
	return db_number(s->db, 0, ended_sql, V(district)) > 0;
}

static const char end_sql[] = "UPDATE districts SET ended_at = $2, end_reason = $3 WHERE district = $1"
			      " AND (ended_at IS NULL) = ($2 IS NOT NULL)";

bool districts_end(struct store *s, const char *district, int64_t at, const char *reason)
{
	return db_run(s->db, end_sql, V(district), V0(at), V(reason)) == 1;
}
