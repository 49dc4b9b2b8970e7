/* targets - rows of goals. */
#include "server/store/targets.h"

static const char of_sql[] = "SELECT figure, district, year, value, set_by, set_at FROM targets"
			     " WHERE year >= $1 AND year <= $2 ORDER BY figure, year, district";

struct query *targets(struct store *s, int32_t from_year, int32_t to_year)
{
	return db_query(s->db, of_sql, V(from_year), V(to_year));
}

bool targets_next(struct query *q, struct target *t)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, t->figure);
	DB_COPY(q, 1, t->district);
	t->year = (int32_t)db_int(q, 2);
	t->value = db_int(q, 3);
	DB_COPY(q, 4, t->set_by);
	t->set_at = db_int(q, 5);
	return true;
}

static const char set_sql[] =
	"INSERT INTO targets (figure, district, year, value, set_by, set_at)"
	" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (figure, year, district)"
	" DO UPDATE SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at";

void targets_set(struct store *s, const struct target *t)
{
	db_run(s->db, set_sql, V(t->figure), V(t->district), V(t->year), V(t->value), V(t->set_by), V(t->set_at));
}

static const char remove_sql[] = "DELETE FROM targets WHERE figure = $1 AND year = $2 AND district = $3";

bool targets_remove(struct store *s, const char *figure, int32_t year, const char *district)
{
	return db_run(s->db, remove_sql, V(figure), V(year), V(district)) == 1;
}
