/* addresses - where people are reached. */
#include <stdio.h>
#include <string.h>

#include "server/store/addresses.h"

static const char devices_sql[] = "SELECT device_id FROM devices WHERE resident_id = $1 AND revoked_at IS NULL"
				  " AND device_id NOT LIKE '%/%' ORDER BY device_id";

void addresses_devices(struct store *s, const char *resident_id, char *channels, size_t size)
{
	struct query *q = db_query(s->db, devices_sql, V(resident_id));
	size_t used = 0;

	channels[0] = '\0';
	while (db_step(q)) {
		const char *id = db_text(q, 0);

		if (used + strlen(id) + sizeof(" device:") > size)
			continue;
		used += (size_t)snprintf(channels + used, size - used, "%sdevice:%s", used ? " " : "", id);
	}
}

static const char reached_sql[] = "INSERT INTO addresses (person, channel, reached_at) VALUES ($1, $2, $3)"
				  " ON CONFLICT (person, channel) DO UPDATE SET reached_at = excluded.reached_at";

void addresses_reached(struct store *s, const char *person, const char *channel, int64_t now)
{
	db_run(s->db, reached_sql, V(person), V(channel), V(now));
}

static const char reached_at_sql[] = "SELECT reached_at FROM addresses WHERE person = $1 AND channel = $2";

int64_t addresses_reached_at(struct store *s, const char *person, const char *channel)
{
	return db_number(s->db, 0, reached_at_sql, V(person), V(channel));
}
