/* checkins - the log of what came in. */
#include "server/store/checkins.h"

static const char add_sql[] = "INSERT INTO checkins (device_id, id, kind, resident_id, pressed_at, heard_at, reply_to)"
			      " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (device_id, id, kind) DO NOTHING";

bool checkins_add(struct store *s, struct checkin_row *c)
{
	if (db_run(s->db, add_sql, V(c->device_id), V(c->id), V(checkin_kind_name(c->kind)), V(c->resident_id),
		    V(c->pressed_at), V(c->heard_at), V0(c->reply_to)) != 1)
		return false;
	c->seq = db_last_id(s->db);
	return true;
}

/* What staff recorded is no press: its device is staff/RESIDENT. */
static const char presses_sql[] =
	"SELECT c.pressed_at FROM device_residents d JOIN checkins c ON c.device_id = d.device_id"
	" WHERE d.resident_id = $1 AND d.device_id <> 'staff/' || $1 AND c.resident_id = $1 AND c.pressed_at >= $2"
	" AND c.kind IN ('ok', 'unwell', 'talk', 'help') ORDER BY c.pressed_at";

struct query *checkins_presses(struct store *s, const char *resident_id, int64_t since_at)
{
	return db_query(s->db, presses_sql, V(resident_id), V(since_at));
}

bool checkins_presses_next(struct query *q, int64_t *pressed_at)
{
	if (!db_step(q))
		return false;
	*pressed_at = db_int(q, 0);
	return true;
}

static const char heard_sql[] = "SELECT heard_at FROM checkins WHERE device_id = $1 AND id = $2 AND kind = $3";

int64_t checkins_heard_at(struct store *s, const char *device_id, const char *id, enum checkin_kind kind)
{
	return db_number(s->db, 0, heard_sql, V(device_id), V(id), V(checkin_kind_name(kind)));
}

static const char other_sql[] = "SELECT 1 FROM checkins WHERE device_id = $1 AND id = $2 AND kind <> $3 LIMIT 1";

bool checkins_other_kind(struct store *s, const char *device_id, const char *id, enum checkin_kind kind)
{
	return db_number(s->db, 0, other_sql, V(device_id), V(id), V(checkin_kind_name(kind))) != 0;
}
