/* devices - rows of buttons. */
#include "server/store/devices.h"

#define COLUMNS                                                                                                  \
	"d.device_id, d.resident_id, d.revoked_at, coalesce(d.online, -1), coalesce(d.battery, -1), d.firmware," \
	" d.trouble, d.trouble_at"

static int read_device(struct query *q, struct device *d)
{
	int c = 0;

	DB_COPY(q, c++, d->device_id);
	DB_COPY(q, c++, d->resident_id);
	d->revoked_at = db_int(q, c++);
	d->online = (int)db_int(q, c++);
	d->battery = (int)db_int(q, c++);
	DB_COPY(q, c++, d->firmware);
	DB_COPY(q, c++, d->trouble);
	d->trouble_at = db_int(q, c++);
	return c;
}

static const char find_sql[] = "SELECT " COLUMNS " FROM devices d WHERE d.device_id = $1";

bool devices_find(struct store *s, const char *device_id, struct device *d)
{
	struct query *q = db_query(s->db, find_sql, V(device_id));

	if (!db_step(q))
		return false;
	read_device(q, d);
	db_done(q);
	return true;
}

static const char presser_sql[] = "SELECT " COLUMNS ", r.district, r.passive, r.language, r.paused_until"
				  " FROM devices d JOIN residents r ON r.resident_id = d.resident_id"
				  " WHERE d.device_id = $1";

bool devices_presser(struct store *s, const char *device_id, struct presser *p)
{
	struct query *q = db_query(s->db, presser_sql, V(device_id));
	int c;

	if (!db_step(q))
		return false;
	c = read_device(q, &p->device);
	DB_COPY(q, c++, p->district);
	DB_COPY(q, c++, p->passive);
	DB_COPY(q, c++, p->language);
	p->paused_until = db_int(q, c++);
	db_done(q);
	return true;
}

static const char state_sql[] = "UPDATE devices SET online = $2, battery = $3, firmware = $4, trouble = $5,"
				" trouble_at = $6, state_at = $7 WHERE device_id = $1";

/* -1 stands for NULL. */
static struct db_value known(int number)
{
	return number < 0 ? db_value_text(NULL) : db_value_int(number);
}

void devices_save_state(struct store *s, const struct device *d, int64_t state_at)
{
	db_run_values(s->db, state_sql,
		DB_VALUES(V(d->device_id), known(d->online), known(d->battery), V(d->firmware), V(d->trouble),
			V0(d->trouble_at), V(state_at)));
}

static const char belonged_sql[] = "INSERT INTO device_residents (device_id, resident_id) VALUES ($1, $2)"
				   " ON CONFLICT (resident_id, device_id) DO NOTHING";

void devices_belonged(struct store *s, const char *device_id, const char *resident_id)
{
	db_run(s->db, belonged_sql, V(device_id), V(resident_id));
}

static const char page_sql[] =
	"SELECT " COLUMNS ", d.kind, d.note, r.name, r.kana, r.district, d.state_at FROM devices d"
	" JOIN residents r ON r.resident_id = d.resident_id WHERE d.device_id > $1"
	" AND (d.revoked_at IS NOT NULL) = ($2 = 1) AND ($3 = '' OR d.trouble = $3 OR ($3 = 'any' AND d.trouble <> ''))"
	" ORDER BY d.device_id LIMIT $4";

size_t devices_page(struct store *s, const char *after_id, const char *trouble, bool revoked,
	struct listed_device *list, size_t most)
{
	struct query *q = db_query(s->db, page_sql, V(after_id), V((int64_t)revoked), V(trouble), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct listed_device *l = &list[n++];
		int c = read_device(q, &l->device);

		DB_COPY(q, c++, l->kind);
		DB_COPY(q, c++, l->note);
		DB_COPY(q, c++, l->name);
		DB_COPY(q, c++, l->kana);
		DB_COPY(q, c++, l->district);
		l->state_at = db_int(q, c++);
	}
	db_done(q);
	return n;
}

static const char heard_sql[] = "SELECT max(heard_at) FROM checkins WHERE device_id = $1";

int64_t devices_heard(struct store *s, const char *device_id)
{
	return db_number(s->db, 0, heard_sql, V(device_id));
}
