/* rejected - kept within bounds, however much comes. */
#include "server/store/rejected.h"

enum { KEPT = 1000, KEPT_OF_A_DEVICE = 20 };

static const char again_sql[] = "UPDATE rejected SET at = $1, payload = $5"
				" WHERE device_id = $2 AND press_id = $3 AND press_id <> '' AND reason = $4";
static const char add_sql[] =
	"INSERT INTO rejected (at, device_id, press_id, reason, payload) VALUES ($1, $2, $3, $4, $5)";
static const char trim_device_sql[] =
	"DELETE FROM rejected WHERE device_id = $1 AND id <="
	" (SELECT id FROM rejected WHERE device_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)";
static const char trim_sql[] = "DELETE FROM rejected WHERE id <="
			       " (SELECT id FROM rejected ORDER BY id DESC LIMIT 1 OFFSET $1)";

void rejected_add(struct store *s, int64_t at, const char *device_id, const char *press_id, const char *reason,
	const char *payload)
{
	if (db_run(s->db, again_sql, V(at), V(device_id), V(press_id), V(reason), V(payload)) > 0)
		return;
	db_run(s->db, add_sql, V(at), V(device_id), V(press_id), V(reason), V(payload));
	db_run(s->db, trim_device_sql, V(device_id), V(KEPT_OF_A_DEVICE));
	db_run(s->db, trim_sql, V(KEPT));
}

static const char help_sql[] =
	"INSERT INTO unknown_helps (device_id, id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
static const char trim_helps_sql[] = "DELETE FROM unknown_helps WHERE at <"
				     " (SELECT at FROM unknown_helps ORDER BY at DESC LIMIT 1 OFFSET $1)";

bool unknown_helps_add(struct store *s, const char *device_id, const char *press_id, int64_t at)
{
	if (db_run(s->db, help_sql, V(device_id), V(press_id), V(at)) != 1)
		return false;
	db_run(s->db, trim_helps_sql, V(KEPT));
	return true;
}
