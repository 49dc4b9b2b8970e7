/* exports - what happened, row by row. */
#include "server/store/exports.h"

static const char checkins_sql[] = "SELECT device_id, id, kind, pressed_at, heard_at FROM checkins ORDER BY seq";

struct query *exports_checkins(struct store *s)
{
	return db_query(s->db, checkins_sql);
}

static const char incidents_sql[] =
	"SELECT id, resident_id, kind, subject, detail, district, state, opened_at, closed_at, outcome, cause, how,"
	" seen_by, closed_by, until_on, note, step, claimed_by, claimed_until FROM incidents ORDER BY id";

struct query *exports_incidents(struct store *s)
{
	return db_query(s->db, incidents_sql);
}

static const char timeline_sql[] =
	"SELECT id, incident_id, resident_id, at, event, person, detail FROM timeline ORDER BY id";

struct query *exports_timeline(struct store *s)
{
	return db_query(s->db, timeline_sql);
}
