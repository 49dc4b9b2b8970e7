/* districts - their names, and who is in service there. */
#include "server/store/districts.h"

#define COLUMNS                                                                                              \
	"d.district, d.name, (SELECT count(*) FROM residents r WHERE r.district = d.district AND r.ended_at" \
	" IS NULL)"

static size_t take(struct query *q, struct district *list, size_t most)
{
	size_t n = 0;

	while (n < most && db_step(q)) {
		DB_COPY(q, 0, list[n].district);
		DB_COPY(q, 1, list[n].name);
		list[n].residents = db_int(q, 2);
		n++;
	}
	db_done(q);
	return n;
}

static const char list_sql[] = "SELECT " COLUMNS " FROM districts d ORDER BY d.district LIMIT $1";

size_t districts_list(struct store *s, struct district *list, size_t most)
{
	return take(db_query(s->db, list_sql, V((int64_t)most)), list, most);
}

static const char find_sql[] = "SELECT " COLUMNS " FROM districts d WHERE d.district = $1";

bool districts_find(struct store *s, const char *district, struct district *d)
{
	return take(db_query(s->db, find_sql, V(district)), d, 1) == 1;
}
