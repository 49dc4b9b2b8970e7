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

/* Of the latest of them: a clock that was set back some time ago is no reason to read all there are. */
static const char between_sql[] = "SELECT 1 FROM (SELECT heard_at FROM checkins ORDER BY seq DESC LIMIT 100000) c"
				  " WHERE c.heard_at > $1 AND c.heard_at <= $2 LIMIT 1";

bool checkins_any_between(struct store *s, int64_t after, int64_t until)
{
	return db_number(s->db, 0, between_sql, V(after), V(until)) != 0;
}

static const char counting_sql[] =
	"SELECT c.seq, c.resident_id, c.pressed_at, c.heard_at FROM checkins c"
	" JOIN residents r ON r.resident_id = c.resident_id"
	" WHERE c.seq < $1 AND (c.kind <> 'activity' OR r.passive = 'yes') ORDER BY c.seq DESC LIMIT $2";

size_t checkins_counting(struct store *s, int64_t before_seq, struct counting_press *list, size_t most)
{
	struct query *q = db_query(s->db, counting_sql, V(before_seq), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct counting_press *p = &list[n++];

		p->seq = db_int(q, 0);
		DB_COPY(q, 1, p->resident_id);
		p->pressed_at = db_int(q, 2);
		p->heard_at = db_int(q, 3);
	}
	db_done(q);
	return n;
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
