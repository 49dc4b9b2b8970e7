/* incidents - episodes that need a person. */
#include <string.h>

#include "server/store/incidents.h"

static const char *const kinds[] = { "help", "missed", "unwell", "talk", "pause", "device", "blind", "area" };
static const char *const states[] = { "none", "open", "claimed", "closed" };

const char *incident_kind_name(enum incident_kind kind)
{
	return kinds[kind];
}

bool incident_kind_parse(const char *name, enum incident_kind *kind)
{
	for (int i = 0; i < INCIDENT_KINDS; i++)
		if (strcmp(kinds[i], name) == 0) {
			*kind = (enum incident_kind)i;
			return true;
		}
	return false;
}

const char *incident_state_name(enum incident_state state)
{
	return states[state];
}

static enum incident_state state_of(const char *name)
{
	for (int i = INCIDENT_OPEN; i < INCIDENT_STATES; i++)
		if (strcmp(states[i], name) == 0)
			return (enum incident_state)i;
	return INCIDENT_NONE;
}

#define COLUMNS                                                                                                                 \
	"id, kind, resident_id, subject, detail, district, state, opened_at, ladder, ladder_at, step, round,"                   \
	" fired_at, fired_round, reached, with_staff, next_step_at, claimed_by, claimed_at, claimed_until, claim_call, nudged," \
	" asked, renewals, closed_at, outcome, cause, how, seen_by, closed_by, until_on, note"

static bool take(struct query *q, struct incident *i)
{
	int c = 0;

	if (!db_step(q))
		return false;
	memset(i, 0, sizeof(*i));
	i->id = db_int(q, c++);
	incident_kind_parse(db_text(q, c++), &i->kind);
	DB_COPY(q, c++, i->resident_id);
	DB_COPY(q, c++, i->subject);
	DB_COPY(q, c++, i->detail);
	DB_COPY(q, c++, i->district);
	i->state = state_of(db_text(q, c++));
	i->opened_at = db_int(q, c++);
	DB_COPY(q, c++, i->ladder);
	i->ladder_at = db_int(q, c++);
	i->step = (int)db_int(q, c++);
	i->round = (int)db_int(q, c++);
	i->fired_at = db_int(q, c++);
	i->fired_round = (int)db_int(q, c++);
	i->reached = db_int(q, c++) != 0;
	i->with_staff = db_int(q, c++) != 0;
	i->next_step_at = db_int(q, c++);
	DB_COPY(q, c++, i->claimed_by);
	i->claimed_at = db_int(q, c++);
	i->claimed_until = db_int(q, c++);
	i->claim_call = db_int(q, c++) != 0;
	i->nudged = db_int(q, c++) != 0;
	i->asked = db_int(q, c++) != 0;
	i->renewals = (int)db_int(q, c++);
	i->closed_at = db_int(q, c++);
	DB_COPY(q, c++, i->outcome);
	DB_COPY(q, c++, i->cause);
	DB_COPY(q, c++, i->how);
	DB_COPY(q, c++, i->seen_by);
	DB_COPY(q, c++, i->closed_by);
	DB_COPY(q, c++, i->until_on);
	DB_COPY(q, c++, i->note);
	db_done(q);
	return true;
}

static const char find_sql[] = "SELECT " COLUMNS " FROM incidents WHERE id = $1";

bool incidents_find(struct store *s, int64_t id, struct incident *i)
{
	return take(db_query(s->db, find_sql, V(id)), i);
}

static const char open_sql[] = "SELECT " COLUMNS " FROM incidents WHERE resident_id = $1 AND state <> 'closed'"
			       " AND subject = ''";

bool incidents_open_of(struct store *s, const char *resident_id, struct incident *i)
{
	return take(db_query(s->db, open_sql, V(resident_id)), i);
}

static const char question_sql[] = "SELECT " COLUMNS " FROM incidents WHERE kind = $1 AND subject = $2"
				   " AND state <> 'closed' AND subject <> ''";

bool incidents_open_question(struct store *s, enum incident_kind kind, const char *subject, struct incident *i)
{
	return take(db_query(s->db, question_sql, V(kinds[kind]), V(subject)), i);
}

static const char move_sql[] = "UPDATE incidents SET district = $2 WHERE resident_id = $1 AND state <> 'closed'";

void incidents_move(struct store *s, const char *resident_id, const char *district)
{
	db_run(s->db, move_sql, V(resident_id), V(district));
}

static const char add_sql[] = "INSERT INTO incidents (kind, resident_id, subject, detail, district, state, opened_at,"
			      " ladder, ladder_at, next_step_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

int64_t incidents_add(struct store *s, const struct incident *i)
{
	if (db_run(s->db, add_sql, V(kinds[i->kind]), V0(i->resident_id), V(i->subject), V(i->detail), V(i->district),
		    V(states[i->state]), V(i->opened_at), V(i->ladder), V(i->ladder_at), V0(i->next_step_at)) != 1)
		return 0;
	return db_last_id(s->db);
}

static const char save_sql[] =
	"UPDATE incidents SET kind = $3, detail = $4, state = $5, ladder_at = $6, step = $7, round = $8, fired_at = $9,"
	" fired_round = $10, reached = $11, with_staff = $12, next_step_at = $13, claimed_by = $14, claimed_at = $15,"
	" claimed_until = $16, claim_call = $17, nudged = $18, asked = $19, renewals = $20, closed_at = $21,"
	" outcome = $22, cause = $23, how = $24, seen_by = $25, closed_by = $26, until_on = $27, note = $28"
	" WHERE id = $1 AND state = $2";

bool incidents_save(struct store *s, const struct incident *i, enum incident_state was)
{
	return db_run(s->db, save_sql, V(i->id), V(states[was]), V(kinds[i->kind]), V(i->detail), V(states[i->state]),
		       V(i->ladder_at), V(i->step), V(i->round), V0(i->fired_at), V(i->fired_round), V(i->reached),
		       V(i->with_staff), V0(i->next_step_at), V0(i->claimed_by), V0(i->claimed_at),
		       V0(i->claimed_until), V(i->claim_call), V(i->nudged), V(i->asked), V(i->renewals),
		       V0(i->closed_at), V0(i->outcome), V0(i->cause), V0(i->how), V0(i->seen_by), V0(i->closed_by),
		       V0(i->until_on), V0(i->note)) == 1;
}

static size_t take_ids(struct query *q, int64_t *ids, size_t most)
{
	size_t n = 0;

	while (n < most && db_step(q))
		ids[n++] = db_int(q, 0);
	db_done(q);
	return n;
}

#define GOES_ON \
	" AND ($1 = 0 OR (kind <> 'missed' AND kind <> 'unwell' AND kind <> 'talk')) AND (kind <> 'missed' OR ladder_at < $2)"

static const char due_sql[] = "SELECT id FROM incidents WHERE next_step_at <= $3" GOES_ON
			      " ORDER BY next_step_at LIMIT $4";

size_t incidents_due(struct store *s, int64_t now, bool deaf, int64_t gate, int64_t *ids, size_t most)
{
	return take_ids(db_query(s->db, due_sql, V(deaf), V(gate), V(now), V((int64_t)most)), ids, most);
}

static const char next_sql[] = "SELECT next_step_at FROM incidents WHERE next_step_at IS NOT NULL" GOES_ON
			       " ORDER BY next_step_at LIMIT 1";

int64_t incidents_next_step_at(struct store *s, bool deaf, int64_t gate)
{
	return db_number(s->db, INT64_MAX, next_sql, V(deaf), V(gate));
}

static const char put_off_sql[] = "UPDATE incidents SET next_step_at = $2 WHERE id = $1";

void incidents_put_off(struct store *s, int64_t id, int64_t until)
{
	db_run(s->db, put_off_sql, V(id), V(until));
}

static const char reached_sql[] = "UPDATE incidents SET reached = 1 WHERE id = $1";

void incidents_reached(struct store *s, int64_t id)
{
	db_run(s->db, reached_sql, V(id));
}

static const char all_open_sql[] = "SELECT id FROM incidents WHERE state <> 'closed' AND id > $1 ORDER BY id LIMIT $2";

size_t incidents_open(struct store *s, int64_t after_id, int64_t *ids, size_t most)
{
	return take_ids(db_query(s->db, all_open_sql, V(after_id), V((int64_t)most)), ids, most);
}

static const char claimed_sql[] = "SELECT id FROM incidents WHERE state = 'claimed' AND state <> 'closed'"
				  " AND claimed_by = $1 ORDER BY id LIMIT $2";

size_t incidents_claimed_by(struct store *s, const char *person, int64_t *ids, size_t most)
{
	return take_ids(db_query(s->db, claimed_sql, V(person), V((int64_t)most)), ids, most);
}

/* What holds no claim that lasts is looked at once, which plans the rest. */
static const char until_sql[] =
	"UPDATE incidents SET ladder_at = CASE WHEN ladder_at > $1 THEN $1 ELSE ladder_at END,"
	" fired_at = CASE WHEN fired_at > $1 THEN $1 ELSE fired_at END,"
	" claimed_until = CASE WHEN claimed_at > $1 THEN $1 + claimed_until - claimed_at ELSE claimed_until END,"
	" claimed_at = CASE WHEN claimed_at > $1 THEN $1 ELSE claimed_at END,"
	" next_step_at = CASE WHEN state = 'open' OR (kind = 'help' AND claim_call = 1) THEN $1"
	" WHEN claimed_at <= $1 THEN next_step_at"
	" WHEN nudged = 1 OR asked = 1 THEN $1 + claimed_until - claimed_at"
	" ELSE $1 + (claimed_until - claimed_at) * 2 / 3 END"
	" WHERE state <> 'closed' AND (ladder_at > $1 OR fired_at > $1 OR claimed_at > $1)";

void incidents_until(struct store *s, int64_t now)
{
	db_run(s->db, until_sql, V(now));
}

static const char forgotten_sql[] =
	"SELECT count(*) FROM incidents WHERE resident_id = $1 AND cause = 'forgot' AND closed_at > $3 AND closed_at >"
	" (SELECT coalesce(max(q.opened_at), 0) FROM incidents q WHERE q.resident_id = $1 AND q.kind = 'device'"
	" AND q.subject = $2)";

int64_t incidents_forgotten(struct store *s, const char *resident_id, const char *subject, int64_t since)
{
	return db_number(s->db, 0, forgotten_sql, V(resident_id), V(subject), V(since));
}

static const char unreached_sql[] = "SELECT count(*) FROM incidents WHERE state = 'open' AND state <> 'closed'"
				    " AND reached = 0";

int64_t incidents_unreached(struct store *s)
{
	return db_number(s->db, 0, unreached_sql);
}
