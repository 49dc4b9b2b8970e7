/* daily - a day's facts, one query each. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/daily.h"
#include "server/store/incident_list.h"
#include "server/store/timeline.h"

static const char residents_sql[] =
	"SELECT resident_id, name, kana, district, household, opens_at, counts_from_at, due_at, deadline_at,"
	" last_press_at, last_press_kind, paused_until, ended_at, schedule, category, starts, began_at FROM residents"
	" WHERE ($1 = '' OR district = $1)";

struct query *daily_residents(struct store *s, const char *district)
{
	return db_query(s->db, residents_sql, V(district));
}

bool daily_residents_next(struct query *q, struct daily_resident *r)
{
	struct vigil *v = &r->vigil;
	int c = 0;

	if (!db_step(q))
		return false;
	memset(v, 0, sizeof(*v));
	DB_COPY(q, c++, v->resident_id);
	DB_COPY(q, c++, r->name);
	DB_COPY(q, c++, r->kana);
	DB_COPY(q, c++, r->district);
	DB_COPY(q, c++, r->household);
	v->opens_at = db_int(q, c++);
	v->counts_from_at = db_int(q, c++);
	v->due_at = db_int(q, c++);
	v->deadline_at = db_int(q, c++);
	v->last_press_at = db_int(q, c++);
	DB_COPY(q, c++, v->last_press_kind);
	v->paused_until = db_int(q, c++);
	v->ended_at = db_int(q, c++);
	DB_COPY(q, c++, v->schedule);
	DB_COPY(q, c++, v->category);
	DB_COPY(q, c++, v->starts);
	r->began_at = db_int(q, c++);
	return true;
}

/* The press that came too late is looked up where there was one; few rows have it. */
static const char expectations_sql[] =
	"SELECT e.resident_id, e.opens_at, e.counts_from_at, e.due_at, e.deadline_at, e.outcome, e.decided_at, e.met_at,"
	" e.met_kind, e.met_late_at, c.pressed_at, c.kind FROM expectations e LEFT JOIN checkins c ON c.seq ="
	" CASE WHEN e.met_late_at IS NOT NULL THEN"
	" (SELECT min(l.seq) FROM device_residents d JOIN checkins l ON l.device_id = d.device_id"
	" WHERE d.resident_id = e.resident_id AND l.resident_id = e.resident_id AND l.heard_at = e.met_late_at) END"
	" WHERE e.day = $1";

struct query *daily_expectations(struct store *s, int32_t day)
{
	return db_query(s->db, expectations_sql, V(day));
}

bool daily_expectations_next(struct query *q, struct daily_expectation *e)
{
	int c = 0;

	if (!db_step(q))
		return false;
	DB_COPY(q, c++, e->resident_id);
	e->opens_at = db_int(q, c++);
	e->counts_from_at = db_int(q, c++);
	e->due_at = db_int(q, c++);
	e->deadline_at = db_int(q, c++);
	DB_COPY(q, c++, e->outcome);
	e->decided_at = db_int(q, c++);
	e->met_at = db_int(q, c++);
	DB_COPY(q, c++, e->met_kind);
	e->met_late_at = db_int(q, c++);
	e->late_at = db_int(q, c++);
	DB_COPY(q, c++, e->late_kind);
	return true;
}

/* As of $1: an incident's kind is its gravest cause that nobody had answered by then. */
#define KIND                                                                                         \
	"coalesce((SELECT c.kind FROM causes c WHERE c.incident_id = i.id AND c.at <= $1"            \
	" AND (c.answered_at IS NULL OR c.answered_at > $1) ORDER BY CASE c.kind WHEN 'help' THEN 0" \
	" WHEN 'missed' THEN 1 WHEN 'unwell' THEN 2 ELSE 3 END LIMIT 1), i.kind)"
#define LAST_ACT                                                                                        \
	"(SELECT t.event FROM timeline t WHERE t.incident_id = i.id AND t.event IN (" INCIDENT_ACTS ")" \
	" ORDER BY t.id DESC LIMIT 1)"
#define INCIDENT(resident)                                                                                        \
	"SELECT " resident ", i.id, " KIND ", CASE WHEN i.claimed_at <= $1 THEN 1 ELSE 0 END, i.step, i.reached," \
	" i.claim_call, i.claimed_by, i.claimed_until, i.closed_at, i.outcome, i.how, i.seen_by, i.closed_by,"    \
	" " LAST_ACT " FROM incidents i"
#define LISTED " JOIN incident_residents r ON r.incident_id = i.id AND (r.settled_at IS NULL OR r.settled_at > $1)"

/* Open ones and closed ones apart: each has an index of its own. */
static const char incidents_sql[] = INCIDENT(
	"i.resident_id") " WHERE i.state <> 'closed' AND i.resident_id IS NOT NULL AND i.opened_at + 0 <= $1"
			 " UNION ALL " INCIDENT(
				 "i.resident_id") " WHERE i.closed_at >= $2 AND i.resident_id IS NOT NULL AND i.opened_at <= $1"
						  " UNION ALL " INCIDENT("r.resident_id") LISTED
	" WHERE i.state <> 'closed' AND i.opened_at <= $1"
	" UNION ALL " INCIDENT("r.resident_id") LISTED " WHERE i.closed_at > $1 AND i.opened_at <= $1";

struct query *daily_incidents(struct store *s, int64_t as_of, int64_t since)
{
	return db_query(s->db, incidents_sql, V(as_of), V(since));
}

bool daily_incidents_next(struct query *q, struct daily_incident *i)
{
	int c = 0;

	if (!db_step(q))
		return false;
	DB_COPY(q, c++, i->resident_id);
	i->id = db_int(q, c++);
	i->kind = INCIDENT_MISSED;
	incident_kind_parse(db_text(q, c++), &i->kind);
	i->claimed = db_int(q, c++) != 0;
	i->step = (int)db_int(q, c++);
	i->reached = db_int(q, c++) != 0;
	i->claim_call = db_int(q, c++) != 0;
	DB_COPY(q, c++, i->claimed_by);
	i->claimed_until = db_int(q, c++);
	i->closed_at = db_int(q, c++);
	DB_COPY(q, c++, i->outcome);
	DB_COPY(q, c++, i->how);
	DB_COPY(q, c++, i->seen_by);
	DB_COPY(q, c++, i->closed_by);
	DB_COPY(q, c++, i->last_act);
	return true;
}

#define QUESTION                                                                                   \
	"SELECT i.id, i.kind, i.subject, i.detail, i.opened_at, CASE WHEN i.claimed_at <= $1 THEN" \
	" i.claimed_by ELSE '' END, CASE WHEN i.claimed_at <= $1 THEN i.claimed_until END FROM incidents i"
#define ABOUT_NOBODY                                            \
	" AND i.resident_id IS NULL AND i.opened_at <= $1 AND " \
	"NOT EXISTS (SELECT 1 FROM incident_residents r WHERE r.incident_id = i.id)"

static const char questions_sql[] = QUESTION " WHERE i.state <> 'closed'" ABOUT_NOBODY " UNION ALL " QUESTION
					     " WHERE i.closed_at > $1" ABOUT_NOBODY " ORDER BY 1";

struct query *daily_questions(struct store *s, int64_t as_of)
{
	return db_query(s->db, questions_sql, V(as_of));
}

bool daily_questions_next(struct query *q, struct daily_question *d)
{
	if (!db_step(q))
		return false;
	d->id = db_int(q, 0);
	d->kind = INCIDENT_DEVICE;
	incident_kind_parse(db_text(q, 1), &d->kind);
	DB_COPY(q, 2, d->subject);
	DB_COPY(q, 3, d->detail);
	d->opened_at = db_int(q, 4);
	DB_COPY(q, 5, d->claimed_by);
	d->claimed_until = db_int(q, 6);
	return true;
}

/* What took a claim or its end, and what may have moved the step; of a step the row says how it stood before. */
#define CLAIMS "'claimed', 'taken_over', 'handed', 'graver', 'released', 'lease_up', 'lost', 'no_answer', 'lesser_free'"
#define STEPS                                                                                               \
	"'step', 'unreached', 'graver', 'lesser', 'lesser_free', 'last_declined', 'released', 'lease_up', " \
	"'lost', 'no_answer'"

static const char act_then_sql[] = "SELECT event FROM timeline WHERE incident_id = $1 AND at <= $2"
				   " AND event IN (" INCIDENT_ACTS ") ORDER BY id DESC LIMIT 1";
static const char claim_then_sql[] = "SELECT event, person, detail FROM timeline WHERE incident_id = $1 AND at <= $2"
				     " AND event IN (" CLAIMS ") ORDER BY id DESC LIMIT 1";
static const char step_then_sql[] = "SELECT event, detail FROM timeline WHERE incident_id = $1 AND at > $2"
				    " AND event IN (" STEPS ") ORDER BY id LIMIT 1";

static void claim_then(struct store *s, int64_t as_of, struct daily_incident *i)
{
	struct query *q = db_query(s->db, claim_then_sql, V(i->id), V(as_of));
	char event[32] = "";

	i->claim_call = false;
	i->claimed_by[0] = '\0';
	i->claimed_until = 0;
	if (db_step(q)) {
		DB_COPY(q, 0, event);
		if (strcmp(event, "claimed") == 0 || strcmp(event, "taken_over") == 0)
			DB_COPY(q, 1, i->claimed_by);
		else if (strcmp(event, "handed") == 0)
			DB_COPY(q, 2, i->claimed_by);
	}
	db_done(q);
	i->claimed = i->claimed_by[0] != '\0';
}

static void step_then(struct store *s, int64_t as_of, struct daily_incident *i)
{
	struct query *q = db_query(s->db, step_then_sql, V(i->id), V(as_of));
	char event[32], detail[64];

	if (db_step(q)) {
		DB_COPY(q, 0, event);
		DB_COPY(q, 1, detail);
		i->reached = true;
		if ((strcmp(event, "step") == 0 || strcmp(event, "unreached") == 0) &&
			strncmp(detail, "step ", 5) == 0 && isdigit((unsigned char)detail[5])) {
			i->step = (int)strtol(detail + 5, NULL, 10);
			i->reached = strstr(detail, "nobody") == NULL;
		} else {
			i->step = DAILY_STEP_UNKNOWN;
		}
	}
	db_done(q);
}

void daily_incident_then(struct store *s, int64_t as_of, struct daily_incident *i)
{
	struct query *q = db_query(s->db, act_then_sql, V(i->id), V(as_of));

	i->last_act[0] = '\0';
	if (db_step(q))
		DB_COPY(q, 0, i->last_act);
	db_done(q);
	if (!i->claimed) /* else it is the one the row still has */
		claim_then(s, as_of, i);
	step_then(s, as_of, i);
}

static const char devices_sql[] = "SELECT resident_id, coalesce(online, -1), coalesce(battery, -1), trouble"
				  " FROM devices WHERE revoked_at IS NULL";

struct query *daily_devices(struct store *s)
{
	return db_query(s->db, devices_sql);
}

bool daily_devices_next(struct query *q, struct daily_device *d)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, d->resident_id);
	d->online = (int)db_int(q, 1);
	d->battery = (int)db_int(q, 2);
	DB_COPY(q, 3, d->trouble);
	return true;
}

static const char blind_sql[] = "SELECT from_at, to_at FROM blind_periods WHERE client_id = $1 AND from_at < $3"
				" AND (to_at IS NULL OR to_at > $2) ORDER BY from_at";

struct query *daily_blind_periods(struct store *s, const char *client_id, int64_t from_at, int64_t until_at)
{
	return db_query(s->db, blind_sql, V(client_id), V(from_at), V(until_at));
}

bool daily_blind_periods_next(struct query *q, struct daily_blind *b)
{
	if (!db_step(q))
		return false;
	b->from_at = db_int(q, 0);
	b->to_at = db_int(q, 1);
	return true;
}

static const char last_sql[] = "SELECT id FROM timeline WHERE event NOT IN (" TIMELINE_TELLINGS ")"
			       " ORDER BY id DESC LIMIT 1";
static const char last_of_district_sql[] = "SELECT max(t.id) FROM residents r JOIN timeline t"
					   " ON t.resident_id = r.resident_id AND t.at >= $2 AND t.at < $3"
					   " AND t.event NOT IN (" TIMELINE_TELLINGS ") WHERE r.district = $1";

int64_t daily_last_event(struct store *s, const char *district, int64_t since, int64_t until)
{
	return district[0] ? db_number(s->db, 0, last_of_district_sql, V(district), V(since), V(until))
			   : db_number(s->db, 0, last_sql);
}

static const char listed_sql[] =
	"SELECT (SELECT count(*) FROM incidents i JOIN incident_residents r ON r.incident_id = i.id"
	" WHERE i.state <> 'closed') + 2 * (SELECT count(*) FROM incidents i JOIN incident_residents r"
	" ON r.incident_id = i.id WHERE i.closed_at >= $1)";

int64_t daily_listed(struct store *s, int64_t since)
{
	return db_number(s->db, 0, listed_sql, V(since));
}

static const char district_sql[] = "SELECT 1 FROM districts WHERE district = $1";

bool daily_district(struct store *s, const char *district)
{
	return db_number(s->db, 0, district_sql, V(district)) != 0;
}
