/* report - a month's facts, one query each; the large tables are grouped by resident before anything is joined. */
#include "server/store/report.h"

static const char residents_sql[] = "SELECT district, starts, began_at, ended_at FROM residents";

struct query *report_residents(struct store *s)
{
	return db_query(s->db, residents_sql);
}

bool report_residents_next(struct query *q, struct report_resident *r)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, r->district);
	DB_COPY(q, 1, r->starts);
	r->began_at = db_int(q, 2);
	r->ended_at = db_int(q, 3);
	return true;
}

#define HAS(outcome) "sum(CASE WHEN outcome = '" outcome "' THEN 1 ELSE 0 END) AS " outcome

static const char outcomes_sql[] =
	"SELECT r.district, sum(e.ok), sum(e.missed), sum(e.paused), sum(e.unknown) FROM (SELECT resident_id, " HAS("ok") ", " HAS(
		"missed") ", " HAS("paused") ", " HAS("unknown") " FROM expectations"
								 " WHERE day >= $1 AND day < $2 GROUP BY resident_id) e"
								 " JOIN residents r ON r.resident_id = e.resident_id GROUP BY r.district";

struct query *report_outcomes(struct store *s, int32_t from_day, int32_t until_day)
{
	return db_query(s->db, outcomes_sql, V(from_day), V(until_day));
}

bool report_outcomes_next(struct query *q, struct report_outcomes *o)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, o->district);
	o->ok = db_int(q, 1);
	o->missed = db_int(q, 2);
	o->paused = db_int(q, 3);
	o->unknown = db_int(q, 4);
	return true;
}

static const char first_seq_sql[] = "SELECT min(seq) FROM checkins";
static const char last_seq_sql[] = "SELECT max(seq) FROM checkins";
static const char heard_sql[] = "SELECT heard_at FROM checkins WHERE seq >= $1 ORDER BY seq LIMIT 1";

/* The first check-in heard at an instant or later; one more than the last where there is none. They are numbered as
 * they are heard, so that no index on the hot path is needed to find it. */
static int64_t first_heard(struct store *s, int64_t at)
{
	int64_t low = db_number(s->db, 0, first_seq_sql), high = db_number(s->db, -1, last_seq_sql) + 1;

	while (low < high) {
		int64_t middle = low + (high - low) / 2;

		if (db_number(s->db, INT64_MAX, heard_sql, V(middle)) < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What people recorded, a visit or the end of an incident, is no press: its device is staff/RESIDENT. */
static const char presses_sql[] = "SELECT r.district, sum(c.n) FROM (SELECT resident_id, count(*) AS n FROM checkins"
				  " WHERE seq >= $1 AND seq < $2 AND kind <> 'activity'"
				  " AND device_id NOT LIKE 'staff/%' GROUP BY resident_id) c"
				  " JOIN residents r ON r.resident_id = c.resident_id GROUP BY r.district";

struct query *report_presses(struct store *s, int64_t from_at, int64_t until_at)
{
	return db_query(s->db, presses_sql, V(first_heard(s, from_at)), V(first_heard(s, until_at)));
}

bool report_presses_next(struct query *q, struct report_presses *p)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, p->district);
	p->count = db_int(q, 1);
	return true;
}

#define MISSED_AT "(SELECT min(c.at) FROM causes c WHERE c.incident_id = i.id AND c.kind = 'missed')"
#define GRAVEST                                                                                                    \
	"coalesce((SELECT c.kind FROM causes c WHERE c.incident_id = i.id ORDER BY CASE c.kind WHEN 'help' THEN 0" \
	" WHEN 'missed' THEN 1 WHEN 'unwell' THEN 2 ELSE 3 END LIMIT 1), i.kind)"

static const char incidents_sql[] =
	"SELECT i.district, " GRAVEST ", i.outcome, i.cause, i.how, i.closed_at, " MISSED_AT ","
	" (SELECT min(n.sent_at) FROM notifications n WHERE n.incident_id = i.id AND n.what = 'alert'"
	" AND n.person NOT LIKE 'resident:%' AND n.state IN ('sent', 'seen', 'answered') AND n.sent_at >= " MISSED_AT
	"),"
	" (SELECT min(t.at) FROM timeline t WHERE t.incident_id = i.id AND t.event IN ('claimed', 'taken_over')"
	" AND t.at >= " MISSED_AT ") FROM incidents i WHERE i.opened_at >= $1 AND i.opened_at < $2";

struct query *report_incidents(struct store *s, int64_t from_at, int64_t until_at)
{
	return db_query(s->db, incidents_sql, V(from_at), V(until_at));
}

bool report_incidents_next(struct query *q, struct report_incident *i)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, i->district);
	i->kind = INCIDENT_MISSED;
	incident_kind_parse(db_text(q, 1), &i->kind);
	DB_COPY(q, 2, i->outcome);
	DB_COPY(q, 3, i->cause);
	i->by_person = !db_null(q, 4);
	i->closed_at = db_int(q, 5);
	i->missed_at = db_int(q, 6);
	i->told_at = db_int(q, 7);
	i->claimed_at = db_int(q, 8);
	return true;
}

/* Events by which somebody holds an incident, and those by which nobody does any more. Who is handed it stands in the
 * row's detail. */
static const char holds_sql[] =
	"SELECT i.district, t.event, CASE WHEN t.event = 'handed' THEN t.detail ELSE t.person END, i.id, t.at FROM incidents i JOIN timeline t ON t.incident_id = i.id"
	" WHERE i.opened_at >= $1 AND i.opened_at < $2 AND t.event IN ('claimed', 'taken_over', 'handed', 'graver',"
	" 'lease_up', 'lost', 'released', 'no_answer', 'lesser_free', 'checked_in', 'gone', 'closed') ORDER BY i.id, t.id";

struct query *report_holds(struct store *s, int64_t from_at, int64_t until_at)
{
	return db_query(s->db, holds_sql, V(from_at), V(until_at));
}

bool report_holds_next(struct query *q, struct report_hold *h)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, h->district);
	DB_COPY(q, 1, h->event);
	DB_COPY(q, 2, h->person);
	h->incident_id = db_int(q, 3);
	h->at = db_int(q, 4);
	return true;
}

static const char devices_sql[] =
	"SELECT r.district, sum(CASE WHEN d.revoked_at IS NULL AND r.ended_at IS NULL THEN 1 ELSE 0 END),"
	" sum(CASE WHEN d.revoked_at IS NULL AND r.ended_at IS NULL AND d.trouble = 'offline' THEN 1 ELSE 0 END),"
	" sum(CASE WHEN d.revoked_at IS NULL AND r.ended_at IS NULL AND d.trouble = 'battery' THEN 1 ELSE 0 END),"
	" sum(CASE WHEN d.revoked_at >= $1 AND d.revoked_at < $2 AND (r.ended_at IS NULL OR r.ended_at > d.revoked_at)"
	" THEN 1 ELSE 0 END) FROM devices d JOIN residents r ON r.resident_id = d.resident_id GROUP BY r.district";

struct query *report_devices(struct store *s, int64_t from_at, int64_t until_at)
{
	return db_query(s->db, devices_sql, V(from_at), V(until_at));
}

bool report_devices_next(struct query *q, struct report_devices *d)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, d->district);
	d->in_use = db_int(q, 1);
	d->offline = db_int(q, 2);
	d->battery = db_int(q, 3);
	d->replaced = db_int(q, 4);
	return true;
}

static const char contacts_sql[] =
	"SELECT r.district, sum(CASE WHEN v.kind = 'visit' THEN 1 ELSE 0 END),"
	" sum(CASE WHEN v.kind = 'call' THEN 1 ELSE 0 END),"
	" sum(CASE WHEN v.person LIKE 'watcher:%' THEN coalesce(v.minutes, 0) ELSE 0 END)"
	" FROM visits v JOIN residents r ON r.resident_id = v.resident_id WHERE v.at >= $1 AND v.at < $2"
	" GROUP BY r.district";

struct query *report_contacts(struct store *s, int64_t from_at, int64_t until_at)
{
	return db_query(s->db, contacts_sql, V(from_at), V(until_at));
}

bool report_contacts_next(struct query *q, struct report_contacts *c)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, c->district);
	c->visits = db_int(q, 1);
	c->calls = db_int(q, 2);
	c->minutes = db_int(q, 3);
	return true;
}

static const char signatures_sql[] = "SELECT district, day, min(at) FROM signoffs WHERE day >= $1 AND day < $2"
				     " GROUP BY district, day";

struct query *report_signatures(struct store *s, int32_t from_day, int32_t until_day)
{
	return db_query(s->db, signatures_sql, V(from_day), V(until_day));
}

bool report_signatures_next(struct query *q, struct report_signature *g)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, g->district);
	g->day = (int32_t)db_int(q, 1);
	g->at = db_int(q, 2);
	return true;
}

static const char began_sql[] = "SELECT min(began_at) FROM residents WHERE began_at IS NOT NULL";
static const char expected_sql[] =
	"SELECT min(opens_at) FROM expectations WHERE day = (SELECT min(day) FROM expectations)";
static const char opened_sql[] = "SELECT min(opened_at) FROM incidents";
static const char heard_first_sql[] = "SELECT heard_at FROM checkins ORDER BY seq LIMIT 1";

int64_t report_begins_at(struct store *s)
{
	int64_t first[] = { db_number(s->db, 0, began_sql), db_number(s->db, 0, expected_sql),
		db_number(s->db, 0, opened_sql), db_number(s->db, 0, heard_first_sql) };
	int64_t least = 0;

	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (first[i] && (!least || first[i] < least))
			least = first[i];
	return least;
}

enum { LARGE = 50000 }; /* residents */
static const char large_sql[] = "SELECT count(*) FROM (SELECT 1 FROM residents LIMIT $1) r";

bool report_is_large(struct store *s)
{
	return db_number(s->db, 0, large_sql, V((int64_t)LARGE)) == LARGE;
}

static const char districts_sql[] = "SELECT district, name FROM districts ORDER BY district";

struct query *report_districts(struct store *s)
{
	return db_query(s->db, districts_sql);
}

bool report_districts_next(struct query *q, struct report_district *d)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, d->district);
	DB_COPY(q, 1, d->name);
	return true;
}
