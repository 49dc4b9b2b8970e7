/* tasks - one row a task, subject and day. */
#include "server/store/tasks.h"

static const char done_sql[] = "SELECT 1 FROM daily_tasks WHERE task = $1 AND subject = $2 AND day = $3";

bool tasks_done(struct store *s, const char *task, const char *subject, int32_t day)
{
	return db_number(s->db, 0, done_sql, V(task), V(subject), V(day)) != 0;
}

static const char until_sql[] = "DELETE FROM daily_tasks WHERE day > $1";

void tasks_until(struct store *s, int32_t day)
{
	db_run(s->db, until_sql, V(day));
}

static const char take_sql[] = "INSERT INTO daily_tasks (task, subject, day, done_at) VALUES ($1, $2, $3, $4)"
			       " ON CONFLICT (task, subject, day) DO NOTHING";

bool tasks_take(struct store *s, const char *task, const char *subject, int32_t day, int64_t now)
{
	return db_run(s->db, take_sql, V(task), V(subject), V(day), V(now)) == 1;
}
