/* pairing - a device changes hands. */
#include "server/store/pairing.h"

/* How the button is, is the button's: it stays. */
static const char give_sql[] =
	"INSERT INTO devices (device_id, resident_id) VALUES ($1, $2)"
	" ON CONFLICT (device_id) DO UPDATE SET resident_id = excluded.resident_id, revoked_at = NULL";

void pairing_give(struct store *s, const char *device_id, const char *resident_id)
{
	db_run(s->db, give_sql, V(device_id), V(resident_id));
	devices_belonged(s, device_id, resident_id);
}

static const char revoke_sql[] = "UPDATE devices SET revoked_at = $2, trouble = '', trouble_at = NULL"
				 " WHERE device_id = $1 AND revoked_at IS NULL";

bool pairing_revoke(struct store *s, const char *device_id, int64_t now)
{
	return db_run(s->db, revoke_sql, V(device_id), V(now)) == 1;
}
