/* record - one resident's rows. */
#include "server/store/record.h"

static const char days_sql[] = "SELECT day, outcome FROM expectations WHERE resident_id = $1 AND day >= $2"
			       " ORDER BY opens_at LIMIT $3";

size_t record_days(struct store *s, const char *resident_id, int32_t from_day, struct record_day *list, size_t most)
{
	struct query *q = db_query(s->db, days_sql, V(resident_id), V(from_day), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		list[n].day = (int32_t)db_int(q, 0);
		DB_COPY(q, 1, list[n].outcome);
		n++;
	}
	db_done(q);
	return n;
}

static const char expectations_sql[] =
	"SELECT day, opens_at, due_at, deadline_at, outcome, met_at, met_kind, met_late_at FROM expectations"
	" WHERE resident_id = $1 AND day >= $2 AND day <= $3 ORDER BY opens_at LIMIT $4";

size_t record_expectations(struct store *s, const char *resident_id, int32_t from_day, int32_t to_day,
	struct record_expectation *list, size_t most)
{
	struct query *q = db_query(s->db, expectations_sql, V(resident_id), V(from_day), V(to_day), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct record_expectation *e = &list[n++];

		e->day = (int32_t)db_int(q, 0);
		e->opens_at = db_int(q, 1);
		e->due_at = db_int(q, 2);
		e->deadline_at = db_int(q, 3);
		DB_COPY(q, 4, e->outcome);
		e->met_at = db_int(q, 5);
		DB_COPY(q, 6, e->met_kind);
		e->met_late_at = db_int(q, 7);
	}
	db_done(q);
	return n;
}

/* One that asked for help on its way is one of help. */
static const char incidents_sql[] =
	"SELECT i.id, i.opened_at, CASE WHEN EXISTS (SELECT 1 FROM causes c WHERE c.incident_id = i.id"
	" AND c.kind = 'help') THEN 'help' ELSE i.kind END, i.outcome FROM incidents i WHERE i.resident_id = $1"
	" AND i.opened_at >= $2 AND i.opened_at < $3 ORDER BY i.opened_at, i.id LIMIT $4";

size_t record_incidents(struct store *s, const char *resident_id, int64_t from_at, int64_t until_at,
	struct record_incident *list, size_t most)
{
	struct query *q = db_query(s->db, incidents_sql, V(resident_id), V(from_at), V(until_at), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct record_incident *i = &list[n++];

		i->id = db_int(q, 0);
		i->opened_at = db_int(q, 1);
		DB_COPY(q, 2, i->kind);
		DB_COPY(q, 3, i->outcome);
	}
	db_done(q);
	return n;
}

static const char presses_sql[] =
	"SELECT c.pressed_at, c.kind, c.device_id FROM device_residents d JOIN checkins c ON c.device_id = d.device_id"
	" WHERE d.resident_id = $1 AND c.resident_id = $1 AND c.pressed_at >= $2 ORDER BY c.pressed_at LIMIT $3";

size_t record_presses(struct store *s, const char *resident_id, int64_t from_at, struct record_press *list, size_t most)
{
	struct query *q = db_query(s->db, presses_sql, V(resident_id), V(from_at), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct record_press *p = &list[n++];

		p->pressed_at = db_int(q, 0);
		DB_COPY(q, 1, p->kind);
		DB_COPY(q, 2, p->device_id);
	}
	db_done(q);
	return n;
}

static const char question_sql[] =
	"SELECT min(id) FROM incidents WHERE resident_id = $1 AND kind = 'pause' AND opened_at >= $2 AND opened_at < $3"
	" AND (closed_at IS NULL OR closed_at >= $4)";

int64_t record_pause_question(
	struct store *s, const char *resident_id, int64_t from_at, int64_t until_at, int64_t closed_since)
{
	return db_number(s->db, 0, question_sql, V(resident_id), V(from_at), V(until_at), V(closed_since));
}

static const char open_sql[] =
	"SELECT i.id FROM incidents i WHERE i.state <> 'closed' AND (i.resident_id = $1 OR EXISTS"
	" (SELECT 1 FROM incident_residents r WHERE r.incident_id = i.id AND r.resident_id = $1"
	" AND r.settled_at IS NULL)) ORDER BY i.id LIMIT $2";

size_t record_open(struct store *s, const char *resident_id, int64_t *ids, size_t most)
{
	struct query *q = db_query(s->db, open_sql, V(resident_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		ids[n++] = db_int(q, 0);
	db_done(q);
	return n;
}

static const char devices_sql[] =
	"SELECT d.device_id, coalesce(d.online, -1), coalesce(d.battery, -1), d.firmware, d.trouble, d.trouble_at,"
	" d.revoked_at, d.kind, d.note, d.state_at,"
	" (SELECT max(c.heard_at) FROM checkins c WHERE c.device_id = d.device_id) FROM devices d"
	" WHERE d.resident_id = $1 ORDER BY CASE WHEN d.revoked_at IS NULL THEN 0 ELSE 1 END, d.device_id LIMIT $2";

size_t record_devices(struct store *s, const char *resident_id, struct record_device *list, size_t most)
{
	struct query *q = db_query(s->db, devices_sql, V(resident_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct record_device *r = &list[n++];
		struct device *d = &r->device;

		*r = (struct record_device){ .device = { .online = (int)db_int(q, 1), .battery = (int)db_int(q, 2) } };
		DB_COPY(q, 0, d->device_id);
		DB_COPY(q, 3, d->firmware);
		DB_COPY(q, 4, d->trouble);
		d->trouble_at = db_int(q, 5);
		d->revoked_at = db_int(q, 6);
		DB_COPY(q, 7, r->kind);
		DB_COPY(q, 8, r->note);
		r->state_at = db_int(q, 9);
		r->last_press_at = db_int(q, 10);
	}
	db_done(q);
	return n;
}

static const char reached_sql[] = "SELECT max(reached_at) FROM addresses WHERE person = $1";

int64_t record_reached(struct store *s, const char *person)
{
	return db_number(s->db, 0, reached_sql, V(person));
}

static const char timeline_sql[] = "SELECT id, incident_id, at, event, person, detail FROM timeline"
				   " WHERE resident_id = $1 AND at >= $2 AND (at < $3 OR (at = $3 AND id < $4))"
				   " AND ($5 = 1 OR event <> 'consent' OR detail NOT LIKE 'entry %')"
				   " ORDER BY at DESC, id DESC LIMIT $6";

size_t record_timeline_between(struct store *s, const char *resident_id, bool entry, int64_t from_at, int64_t before_at,
	int64_t before_id, struct timeline_row *list, size_t most)
{
	struct query *q = db_query(s->db, timeline_sql, V(resident_id), V(from_at), V(before_at), V(before_id),
		V(entry), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct timeline_row *t = &list[n++];

		t->id = db_int(q, 0);
		t->incident_id = db_int(q, 1);
		t->at = db_int(q, 2);
		DB_COPY(q, 3, t->event);
		DB_COPY(q, 4, t->person);
		DB_COPY(q, 5, t->detail);
	}
	db_done(q);
	return n;
}

size_t record_timeline(struct store *s, const char *resident_id, struct timeline_row *list, size_t most)
{
	return record_timeline_between(s, resident_id, true, 0, INT64_MAX, INT64_MAX, list, most);
}
