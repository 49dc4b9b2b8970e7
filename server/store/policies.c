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
