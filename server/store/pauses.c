/* pauses - rows are added, changed by an import, ended; never taken away. */
#include "server/store/pauses.h"

#define COLUMNS                                                                                               \
	"id, resident_id, from_on, to_on, from_at, to_at, reason, told_by, entered_by, entered_at, ended_at," \
	" next_question_at, last_sign_question"
/* Where it really ends. */
#define END "CASE WHEN ended_at < to_at THEN ended_at ELSE to_at END"

static size_t take(struct query *q, struct pause *list, size_t most)
{
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct pause *p = &list[n++];
		int c = 0;

		p->id = db_int(q, c++);
		DB_COPY(q, c++, p->resident_id);
		DB_COPY(q, c++, p->from_on);
		DB_COPY(q, c++, p->to_on);
		p->from_at = db_int(q, c++);
		p->to_at = db_int(q, c++);
		DB_COPY(q, c++, p->reason);
		DB_COPY(q, c++, p->told_by);
		DB_COPY(q, c++, p->entered_by);
		p->entered_at = db_int(q, c++);
		p->ended_at = db_int(q, c++);
		p->next_question_at = db_int(q, c++);
		p->last_sign_question = db_int(q, c++);
	}
	db_done(q);
	return n;
}

static const char until_sql[] = "UPDATE residents SET paused_until = coalesce((SELECT max(" END
				") FROM pauses WHERE resident_id = $1), 0)"
				" WHERE resident_id = $1";

static void keep_paused_until(struct store *s, const char *resident_id)
{
	db_run(s->db, until_sql, V(resident_id));
}

static const char add_sql[] =
	"INSERT INTO pauses (resident_id, from_on, to_on, from_at, to_at, reason, told_by, entered_by, entered_at, ended_at,"
	" next_question_at, last_sign_question) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

void pauses_add(struct store *s, struct pause *p)
{
	if (db_run(s->db, add_sql, V(p->resident_id), V(p->from_on), V(p->to_on), V(p->from_at), V(p->to_at),
		    V(p->reason), V(p->told_by), V(p->entered_by), V(p->entered_at), V0(p->ended_at),
		    V0(p->next_question_at), V0(p->last_sign_question)) == 1)
		p->id = db_last_id(s->db);
	keep_paused_until(s, p->resident_id);
}

static const char find_sql[] = "SELECT " COLUMNS " FROM pauses WHERE resident_id = $1 AND from_on = $2"
			       " ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, id DESC LIMIT 1";

bool pauses_find(struct store *s, const char *resident_id, const char *from_on, struct pause *p)
{
	return take(db_query(s->db, find_sql, V(resident_id), V(from_on)), p, 1) == 1;
}

static const char change_sql[] =
	"UPDATE pauses SET to_on = $2, from_at = $3, to_at = $4, reason = $5, told_by = $6, entered_by = $7,"
	" entered_at = $8, ended_at = $9, next_question_at = $10, last_sign_question = $11 WHERE id = $1";

void pauses_change(struct store *s, const struct pause *p)
{
	db_run(s->db, change_sql, V(p->id), V(p->to_on), V(p->from_at), V(p->to_at), V(p->reason), V(p->told_by),
		V(p->entered_by), V(p->entered_at), V0(p->ended_at), V0(p->next_question_at),
		V0(p->last_sign_question));
	keep_paused_until(s, p->resident_id);
}

static const char end_sql[] = "UPDATE pauses SET ended_at = $2, next_question_at = NULL"
			      " WHERE resident_id = $1 AND to_at > $2 AND ended_at IS NULL";

int64_t pauses_end(struct store *s, const char *resident_id, int64_t now)
{
	int64_t ended = db_run(s->db, end_sql, V(resident_id), V(now));

	if (ended > 0)
		keep_paused_until(s, resident_id);
	return ended;
}

static const char of_sql[] = "SELECT " COLUMNS " FROM pauses WHERE resident_id = $1 AND to_at > $2 AND ended_at IS NULL"
			     " ORDER BY from_at, id LIMIT $3";

size_t pauses_of(struct store *s, const char *resident_id, int64_t after, struct pause *list, size_t most)
{
	return take(db_query(s->db, of_sql, V(resident_id), V(after), V((int64_t)most)), list, most);
}

static const char standing_sql[] = "SELECT " COLUMNS " FROM pauses WHERE id > $1 AND to_at > $2 AND ended_at IS NULL"
				   " ORDER BY id LIMIT $3";

size_t pauses_standing(struct store *s, int64_t after_id, int64_t after, struct pause *list, size_t most)
{
	return take(db_query(s->db, standing_sql, V(after_id), V(after), V((int64_t)most)), list, most);
}

static const char history_sql[] =
	"SELECT " COLUMNS
	" FROM pauses WHERE resident_id = $1 AND to_at > $2 ORDER BY entered_at DESC, id DESC LIMIT $3";

size_t pauses_history(struct store *s, const char *resident_id, int64_t after, struct pause *list, size_t most)
{
	return take(db_query(s->db, history_sql, V(resident_id), V(after), V((int64_t)most)), list, most);
}

static const char cover_sql[] = "SELECT 1 FROM pauses WHERE resident_id = $1 AND to_at > $2 AND from_at <= $2"
				" AND " END " > $2 LIMIT 1";

bool pauses_cover(struct store *s, const char *resident_id, int64_t at)
{
	return db_number(s->db, 0, cover_sql, V(resident_id), V(at)) != 0;
}

static const char due_sql[] = "SELECT " COLUMNS " FROM pauses WHERE next_question_at <= $1"
			      " ORDER BY next_question_at, id LIMIT $2";

size_t pauses_due(struct store *s, int64_t now, struct pause *list, size_t most)
{
	return take(db_query(s->db, due_sql, V(now), V((int64_t)most)), list, most);
}

static const char next_sql[] = "SELECT min(next_question_at) FROM pauses WHERE next_question_at IS NOT NULL";

int64_t pauses_next_question_at(struct store *s)
{
	return db_number(s->db, INT64_MAX, next_sql);
}

static const char question_sql[] = "UPDATE pauses SET next_question_at = $2 WHERE id = $1";

void pauses_set_next_question(struct store *s, int64_t id, int64_t at)
{
	db_run(s->db, question_sql, V(id), V0(at));
}

static const char sign_sql[] = "UPDATE pauses SET last_sign_question = $2 WHERE id = $1";

void pauses_set_sign_question(struct store *s, int64_t id, int64_t day)
{
	db_run(s->db, sign_sql, V(id), V(day));
}
