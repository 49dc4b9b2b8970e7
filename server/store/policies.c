/* policies - after how long who is told. */
#include "server/store/policies.h"

static const char steps_sql[] = "SELECT kind, after, notify FROM policies WHERE policy = $1"
				" ORDER BY kind, position LIMIT $2";

size_t policies_steps(struct store *s, const char *policy, struct policy_step *list, size_t most)
{
	struct query *q = db_query(s->db, steps_sql, V(policy), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		DB_COPY(q, 0, list[n].kind);
		DB_COPY(q, 1, list[n].after);
		DB_COPY(q, 2, list[n].notify);
		n++;
	}
	db_done(q);
	return n;
}

static const char names_sql[] = "SELECT DISTINCT policy FROM policies ORDER BY policy LIMIT $1";

size_t policies_names(struct store *s, char (*names)[65], size_t most)
{
	struct query *q = db_query(s->db, names_sql, V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		db_copy(q, 0, names[n++], 65);
	db_done(q);
	return n;
}

/* Without a policy of their own: as ladder_copy has it. */
static const char residents_sql[] =
	"SELECT count(*) FROM residents WHERE ended_at IS NULL AND (policy = $1 OR (policy = '' AND $1 ="
	" CASE WHEN category = 'parenting' THEN 'gentle' ELSE 'default' END))";

int64_t policies_residents(struct store *s, const char *policy)
{
	return db_number(s->db, 0, residents_sql, V(policy));
}
