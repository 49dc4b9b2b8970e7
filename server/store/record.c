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
	"SELECT device_id, coalesce(online, -1), coalesce(battery, -1), firmware, trouble, trouble_at, revoked_at"
	" FROM devices WHERE resident_id = $1 ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, device_id LIMIT $2";

size_t record_devices(struct store *s, const char *resident_id, struct device *list, size_t most)
{
	struct query *q = db_query(s->db, devices_sql, V(resident_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct device *d = &list[n++];

		*d = (struct device){ .online = (int)db_int(q, 1), .battery = (int)db_int(q, 2) };
		DB_COPY(q, 0, d->device_id);
		DB_COPY(q, 3, d->firmware);
		DB_COPY(q, 4, d->trouble);
		d->trouble_at = db_int(q, 5);
		d->revoked_at = db_int(q, 6);
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
				   " WHERE resident_id = $1 ORDER BY at DESC, id DESC LIMIT $2";

size_t record_timeline(struct store *s, const char *resident_id, struct timeline_row *list, size_t most)
{
	struct query *q = db_query(s->db, timeline_sql, V(resident_id), V((int64_t)most));
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
