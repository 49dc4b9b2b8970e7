/* expectations - one outcome each. */
#include "server/store/expectations.h"

static const char open_sql[] =
	"INSERT INTO expectations (resident_id, day, opens_at, counts_from_at, due_at, deadline_at)"
	" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (resident_id, opens_at) DO NOTHING";
static const char same_sql[] =
	"SELECT id FROM expectations WHERE resident_id = $1 AND opens_at = $2 AND outcome IS NULL";

int64_t expectations_open(struct store *s, const struct vigil *v, int32_t day)
{
	if (v->expectation_id)
		return v->expectation_id;
	if (db_run(s->db, open_sql, V(v->resident_id), V(day), V(v->opens_at), V(v->counts_from_at), V(v->due_at),
		    V(v->deadline_at)) == 1)
		return db_last_id(s->db);
	return db_number(s->db, 0, same_sql, V(v->resident_id), V(v->opens_at));
}

static const char open_at_sql[] = "SELECT 1 FROM expectations WHERE id = $1 AND (outcome IS NULL OR decided_at > $2)";

bool expectations_open_at(struct store *s, int64_t id, int64_t now)
{
	return db_number(s->db, 0, open_at_sql, V(id), V(now)) != 0;
}

static const char times_sql[] = "SELECT due_at, deadline_at FROM expectations WHERE id = $1";

bool expectations_times(struct store *s, int64_t id, int64_t *due_at, int64_t *deadline_at)
{
	struct query *q = db_query(s->db, times_sql, V(id));

	if (!db_step(q))
		return false;
	*due_at = db_int(q, 0);
	*deadline_at = db_int(q, 1);
	db_done(q);
	return true;
}

static const char decide_sql[] = "UPDATE expectations SET outcome = $2, met_at = $3, met_kind = $4, decided_at = $5"
				 " WHERE id = $1 AND outcome IS NULL";

bool expectations_decide(
	struct store *s, int64_t id, const char *outcome, int64_t met_at, const char *met_kind, int64_t now)
{
	return db_run(s->db, decide_sql, V(id), V(outcome), V0(met_at), V0(met_kind), V(now)) == 1;
}

#define UNMET_FROM                                                                             \
	" WHERE resident_id = $1 AND outcome IN ('missed', 'unknown') AND met_late_at IS NULL" \
	" AND counts_from_at <= $2"
static const char unmet_sql[] = "SELECT 1 FROM expectations" UNMET_FROM " LIMIT 1";
static const char late_sql[] = "UPDATE expectations SET met_late_at = $3" UNMET_FROM;

void expectations_met_late(struct store *s, const char *resident_id, int64_t pressed_at, int64_t now)
{
	/* Almost always none is, and looking costs a quarter of the change that finds nothing. */
	if (db_number(s->db, 0, unmet_sql, V(resident_id), V(pressed_at)))
		db_run(s->db, late_sql, V(resident_id), V(pressed_at), V(now));
}

static const char last_sql[] = "SELECT deadline_at FROM expectations WHERE resident_id = $1 AND opens_at < $2"
			       " ORDER BY opens_at DESC LIMIT 1";

int64_t expectations_last_deadline(struct store *s, const char *resident_id, int64_t before_opens_at)
{
	return db_number(s->db, 0, last_sql, V(resident_id), V(before_opens_at));
}

/* The days are those whose windows may still be open: an index finds them. */
static const char annul_sql[] =
	"UPDATE expectations SET outcome = NULL, decided_at = NULL, met_at = NULL, met_kind = NULL, met_late_at = NULL"
	" WHERE day >= $3 AND decided_at >= $1 AND deadline_at > $2 AND (outcome <> 'ok' OR met_at > $2)";

void expectations_annul(struct store *s, int64_t decided_from, int64_t now, int32_t first_day)
{
	db_run(s->db, annul_sql, V(decided_from), V(now), V(first_day));
}

static const char undecided_sql[] =
	"SELECT opens_at, due_at, deadline_at FROM expectations WHERE resident_id = $1 AND opens_at >= $2"
	" AND deadline_at > $3 AND outcome IS NULL ORDER BY opens_at LIMIT 1";

bool expectations_undecided(
	struct store *s, const char *resident_id, int64_t opens_from, int64_t now, struct vigil *window)
{
	struct query *q = db_query(s->db, undecided_sql, V(resident_id), V(opens_from), V(now));

	if (!db_step(q))
		return false;
	window->opens_at = db_int(q, 0);
	window->due_at = db_int(q, 1);
	window->deadline_at = db_int(q, 2);
	db_done(q);
	return true;
}

static const char decided_sql[] = "SELECT max(deadline_at) FROM expectations WHERE resident_id = $1"
				  " AND opens_at < $2 AND outcome IS NOT NULL";
static const char began_sql[] = "SELECT began_at FROM residents WHERE resident_id = $1";

int64_t expectations_known_until(struct store *s, const char *resident_id, int64_t before_opens_at)
{
	int64_t decided_at = db_number(s->db, 0, decided_sql, V(resident_id), V(before_opens_at));
	int64_t began_at = db_number(s->db, 0, began_sql, V(resident_id));

	return decided_at > began_at ? decided_at : began_at;
}

/* Not the latest time: a clock that was ahead may have written it. */
static const char reminded_sql[] =
	"SELECT max(round), (SELECT l.written_at FROM notifications l WHERE l.expectation_id = $1 ORDER BY l.id DESC"
	" LIMIT 1) FROM notifications WHERE expectation_id = $1";

int expectations_reminded(struct store *s, int64_t id, int64_t *at)
{
	struct query *q = db_query(s->db, reminded_sql, V(id));
	int round = 0;

	*at = 0;
	if (db_step(q)) {
		round = (int)db_int(q, 0);
		*at = db_int(q, 1);
	}
	db_done(q);
	return round;
}

static const char day_sql[] = "SELECT outcome, met_late_at FROM expectations WHERE resident_id = $1 AND day = $2"
			      " AND outcome IS NOT NULL ORDER BY opens_at DESC LIMIT 1";

bool expectations_of_day(struct store *s, const char *resident_id, int32_t day, char outcome[16], bool *late)
{
	struct query *q = db_query(s->db, day_sql, V(resident_id), V(day));

	if (!db_step(q))
		return false;
	db_copy(q, 0, outcome, 16);
	*late = !db_null(q, 1);
	db_done(q);
	return true;
}
