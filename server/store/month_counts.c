/* month_counts - rows of counters. */
#include "server/store/month_counts.h"

static const char of_sql[] = "SELECT month, district, figure, value FROM month_counts WHERE month >= $1 AND month < $2"
			     " ORDER BY month, district";

struct query *month_counts(struct store *s, int32_t from_month, int32_t until_month)
{
	return db_query(s->db, of_sql, V(from_month), V(until_month));
}

bool month_counts_next(struct query *q, struct month_count *c)
{
	if (!db_step(q))
		return false;
	c->month = (int32_t)db_int(q, 0);
	DB_COPY(q, 1, c->district);
	DB_COPY(q, 2, c->figure);
	c->value = db_int(q, 3);
	return true;
}

static const char clear_sql[] = "DELETE FROM month_counts WHERE month = $1";

void month_counts_clear(struct store *s, int32_t month)
{
	db_run(s->db, clear_sql, V(month));
}

static const char set_sql[] = "INSERT INTO month_counts (month, district, figure, value) VALUES ($1, $2, $3, $4)"
			      " ON CONFLICT (month, district, figure) DO UPDATE SET value = excluded.value";

void month_counts_set(struct store *s, const struct month_count *c)
{
	db_run(s->db, set_sql, V(c->month), V(c->district), V(c->figure), V(c->value));
}

static const char get_sql[] = "SELECT value FROM month_counts WHERE month = $1 AND district = '' AND figure = $2";

int64_t month_counts_get(struct store *s, int32_t month, const char *figure, int64_t none)
{
	return db_number(s->db, none, get_sql, V(month), V(figure));
}
