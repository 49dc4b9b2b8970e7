/* ends - ends of service. Dates are text, and sort as such. */
#include "server/store/ends.h"

static const char planned_sql[] =
	"SELECT resident_id FROM residents WHERE ends <> '' AND ended_at IS NULL AND ends <= $1"
	" ORDER BY ends, resident_id LIMIT $2";

size_t ends_planned(struct store *s, const char *today, char (*ids)[RESIDENT_ID], size_t most)
{
	struct query *q = db_query(s->db, planned_sql, V(today), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		db_copy(q, 0, ids[n++], RESIDENT_ID);
	db_done(q);
	return n;
}

static const char next_sql[] = "SELECT ends FROM residents WHERE ends <> '' AND ended_at IS NULL AND ends > $1"
			       " ORDER BY ends LIMIT 1";

bool ends_next(struct store *s, const char *today, char on[16])
{
	struct query *q = db_query(s->db, next_sql, V(today));

	if (!db_step(q))
		return false;
	db_copy(q, 0, on, 16);
	db_done(q);
	return true;
}

static const char set_sql[] =
	"UPDATE residents SET ended_at = $2, end_reason = CASE WHEN $3 <> '' THEN $3 ELSE end_reason END"
	" WHERE resident_id = $1 AND ended_at IS NULL";

bool ends_set(struct store *s, const char *resident_id, int64_t at, const char *end_reason)
{
	return db_run(s->db, set_sql, V(resident_id), V(at), V(end_reason)) == 1;
}

static const char revoke_sql[] = "UPDATE devices SET revoked_at = $2 WHERE resident_id = $1 AND revoked_at IS NULL";

int64_t ends_revoke_devices(struct store *s, const char *resident_id, int64_t now)
{
	return db_run(s->db, revoke_sql, V(resident_id), V(now));
}
