/* signoffs - who signed which list, and what is left of it. */
#include "server/store/signoffs.h"

#include "server/store/timeline.h"

#define COLUMNS "id, day, district, version, event_id, login, at"

static const char last_event_sql[] = "SELECT max(id) FROM timeline";
static const char add_sql[] = "INSERT INTO signoffs (day, district, version, event_id, login, at)"
			      " VALUES ($1, $2, $3, $4, $5, $6)";

void signoffs_add(struct store *s, struct signoff *o)
{
	o->event_id = db_number(s->db, 0, last_event_sql);
	db_run(s->db, add_sql, V(o->day), V(o->district), V(o->version), V(o->event_id), V(o->login), V(o->at));
	o->id = db_last_id(s->db);
}

static size_t take(struct query *q, struct signoff *list, size_t most)
{
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct signoff *o = &list[n++];

		o->id = db_int(q, 0);
		o->day = (int32_t)db_int(q, 1);
		DB_COPY(q, 2, o->district);
		o->version = db_int(q, 3);
		o->event_id = db_int(q, 4);
		DB_COPY(q, 5, o->login);
		o->at = db_int(q, 6);
	}
	db_done(q);
	return n;
}

static const char day_sql[] = "SELECT " COLUMNS " FROM signoffs WHERE day = $1 ORDER BY district, id LIMIT $2";

size_t signoffs_of_day(struct store *s, int32_t day, struct signoff *list, size_t most)
{
	return take(db_query(s->db, day_sql, V(day), V((int64_t)most)), list, most);
}

static const char first_sql[] = "SELECT " COLUMNS " FROM signoffs WHERE day = $1 AND district = $2 ORDER BY id LIMIT 1";
static const char latest_sql[] = "SELECT " COLUMNS
				 " FROM signoffs WHERE day = $1 AND district = $2 ORDER BY id DESC LIMIT 1";

bool signoffs_find(struct store *s, int32_t day, const char *district, bool first, struct signoff *o)
{
	return take(first ? db_query(s->db, first_sql, V(day), V(district))
			  : db_query(s->db, latest_sql, V(day), V(district)),
		       o, 1) == 1;
}

static const char add_line_sql[] =
	"INSERT INTO signoff_lines (signoff_id, resident_id, reason, handed_to) VALUES ($1, $2, $3, $4)";

void signoffs_add_line(struct store *s, int64_t signoff_id, const struct signoff_line *line)
{
	db_run(s->db, add_line_sql, V(signoff_id), V(line->resident_id), V(line->reason), V(line->handed_to));
}

static const char lines_sql[] = "SELECT resident_id, reason, handed_to FROM signoff_lines WHERE signoff_id = $1"
				" ORDER BY resident_id LIMIT $2";

size_t signoffs_lines(struct store *s, int64_t signoff_id, struct signoff_line *list, size_t most)
{
	struct query *q = db_query(s->db, lines_sql, V(signoff_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct signoff_line *line = &list[n++];

		DB_COPY(q, 0, line->resident_id);
		DB_COPY(q, 1, line->reason);
		DB_COPY(q, 2, line->handed_to);
	}
	db_done(q);
	return n;
}

static size_t take_ids(struct query *q, char (*ids)[RESIDENT_ID], size_t most)
{
	size_t n = 0;

	while (n < most && db_step(q))
		db_copy(q, 0, ids[n++], RESIDENT_ID);
	db_done(q);
	return n;
}

static const char unhandled_sql[] =
	"SELECT r.resident_id FROM residents r WHERE r.district = $1 AND (EXISTS"
	" (SELECT 1 FROM incidents i WHERE i.resident_id = r.resident_id AND i.state <> 'closed' AND i.opened_at < $2)"
	" OR EXISTS (SELECT 1 FROM incident_residents l JOIN incidents i ON i.id = l.incident_id"
	" WHERE l.resident_id = r.resident_id AND l.settled_at IS NULL AND i.state <> 'closed' AND i.opened_at < $2))"
	" ORDER BY r.resident_id LIMIT $3";

size_t signoffs_unhandled(
	struct store *s, const char *district, int64_t before_at, char (*ids)[RESIDENT_ID], size_t most)
{
	return take_ids(db_query(s->db, unhandled_sql, V(district), V(before_at), V((int64_t)most)), ids, most);
}

static const char incident_sql[] =
	"SELECT CASE WHEN i.kind IN ('help', 'missed', 'unwell', 'talk') THEN 0 ELSE 1 END, i.id FROM incidents i"
	" WHERE i.resident_id = $1 AND i.state <> 'closed' UNION ALL SELECT 2, i.id FROM incident_residents l"
	" JOIN incidents i ON i.id = l.incident_id AND i.state <> 'closed'"
	" WHERE l.resident_id = $1 AND l.settled_at IS NULL ORDER BY 1, 2 LIMIT 1";

int64_t signoffs_incident(struct store *s, const char *resident_id)
{
	struct query *q = db_query(s->db, incident_sql, V(resident_id));
	int64_t id = db_step(q) ? db_int(q, 1) : 0;

	db_done(q);
	return id;
}

/* The + 0 keeps the planner on the residents of the district, whose events of these days are few. */
static const char after_sql[] =
	"SELECT DISTINCT t.resident_id FROM residents r JOIN timeline t ON t.resident_id = r.resident_id AND t.at >= $3"
	" LEFT JOIN incidents i ON i.id = t.incident_id WHERE r.district = $1 AND t.id + 0 > $2"
	" AND t.event NOT IN (" TIMELINE_TELLINGS ", 'step', 'unreached', 'nudged')"
	" AND (t.at < $4 OR i.opened_at < $4) ORDER BY t.resident_id LIMIT $5";

size_t signoffs_after(struct store *s, const char *district, int64_t event_id, int64_t from_at, int64_t until_at,
	char (*ids)[RESIDENT_ID], size_t most)
{
	return take_ids(db_query(s->db, after_sql, V(district), V(event_id), V(from_at), V(until_at), V((int64_t)most)),
		ids, most);
}

/* First of all whether anybody anywhere was expected by then: in a new city all its residents would be asked. */
static const char missing_sql[] =
	"SELECT d.district, d.name FROM districts d WHERE d.district > $2 AND EXISTS"
	" (SELECT 1 FROM expectations WHERE day <= $1) AND NOT EXISTS"
	" (SELECT 1 FROM signoffs o WHERE o.day = $1 AND o.district = d.district) AND EXISTS"
	" (SELECT 1 FROM residents r WHERE r.district = d.district AND r.ended_at IS NULL AND EXISTS"
	" (SELECT 1 FROM expectations e WHERE e.resident_id = r.resident_id AND e.day <= $1))"
	" ORDER BY d.district LIMIT $3";

size_t signoffs_missing(struct store *s, int32_t day, const char *after_district, struct signoff_gap *list, size_t most)
{
	struct query *q = db_query(s->db, missing_sql, V(day), V(after_district), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		DB_COPY(q, 0, list[n].district);
		DB_COPY(q, 1, list[n].name);
		n++;
	}
	db_done(q);
	return n;
}
