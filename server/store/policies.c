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

static const char ended_sql[] = "SELECT ended_at, end_reason FROM policy_ends WHERE policy = $1";

int64_t policies_ended(struct store *s, const char *policy, char reason[512])
{
	struct query *q = db_query(s->db, ended_sql, V(policy));
	int64_t at = 0;

	reason[0] = '\0';
	if (db_step(q)) {
		at = db_int(q, 0);
		db_copy(q, 1, reason, 512);
	}
	db_done(q);
	return at;
}

static const char end_sql[] = "INSERT INTO policy_ends (policy, ended_at, end_reason) VALUES ($1, $2, $3)"
			      " ON CONFLICT (policy) DO NOTHING";
static const char resume_sql[] = "DELETE FROM policy_ends WHERE policy = $1";

bool policies_end(struct store *s, const char *policy, int64_t at, const char *reason)
{
	return (at ? db_run(s->db, end_sql, V(policy), V(at), V(reason)) : db_run(s->db, resume_sql, V(policy))) == 1;
}
