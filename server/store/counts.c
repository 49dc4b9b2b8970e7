/* counts - how much there is of what. */
#include <string.h>

#include "server/store/counts.h"
#include "server/store/outbox.h"

const char *const resident_count_names[RESIDENT_COUNTS] = { "help", "missed", "late", "waiting", "ok", "paused",
	"unscheduled" };

static const char residents_sql[] =
	"SELECT CASE WHEN i.kind = 'help' THEN 0 WHEN i.kind = 'missed' THEN 1 WHEN r.paused_until > $1 THEN 5"
	" WHEN r.next_look_at IS NULL THEN 6 WHEN r.opens_at > $1 OR r.last_press_at >= r.counts_from_at THEN 4"
	" WHEN r.due_at <= $1 THEN 2 ELSE 3 END AS standing, count(*)"
	" FROM residents r LEFT JOIN incidents i ON i.resident_id = r.resident_id AND i.state <> 'closed'"
	" AND i.kind IN ('help', 'missed') WHERE r.ended_at IS NULL GROUP BY standing";
static const char incidents_sql[] = "SELECT kind, count(*) FROM incidents WHERE state <> 'closed' GROUP BY kind";
static const char waiting_sql[] = "SELECT count(*) FROM notifications WHERE state = 'waiting'";
static const char in_flight_sql[] = "SELECT count(*) FROM notifications WHERE state = 'in_flight'";
static const char blind_sql[] = "SELECT sum(coalesce(to_at, $1) - from_at) FROM blind_periods WHERE client_id = $2";

bool counts_read(struct store *s, const char *client_id, int64_t now, struct counts *c)
{
	enum incident_kind kind;
	struct query *q;
	bool good;

	memset(c, 0, sizeof(*c));
	if (!db_begin_read(s->db))
		return false;
	for (q = db_query(s->db, residents_sql, V(now)); db_step(q);)
		c->residents[db_int(q, 0)] = db_int(q, 1);
	for (q = db_query(s->db, incidents_sql); db_step(q);)
		if (incident_kind_parse(db_text(q, 0), &kind))
			c->incidents[kind] = db_int(q, 1);
	c->unreached = incidents_unreached(s);
	c->waiting = db_number(s->db, 0, waiting_sql);
	c->in_flight = db_number(s->db, 0, in_flight_sql);
	c->oldest_due_at = outbox_oldest_due(s, now);
	c->blind_ms = db_number(s->db, 0, blind_sql, V(now), V(client_id));
	good = db_status(s->db) == DB_FINE;
	db_rollback(s->db);
	return good;
}
