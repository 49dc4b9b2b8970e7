/* disclosures - rows are only ever added. */
#include "server/store/disclosures.h"

static const char add_sql[] =
	"INSERT INTO disclosures (at, resident_id, person, name, items, basis, reason, by_person, channel, incident_id)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

int64_t disclosures_add(struct store *s, const struct disclosure *d)
{
	if (db_run(s->db, add_sql, V(d->at), V(d->resident_id), V(d->person), V(d->name), V(d->items), V(d->basis),
		    V(d->reason), V(d->by_person), V(d->channel), V0(d->incident_id)) != 1)
		return 0;
	return db_last_id(s->db);
}

static const char has_sql[] =
	"SELECT 1 FROM disclosures WHERE resident_id = $1 AND at >= $2 AND person = $3 AND channel = $4"
	" AND items = $5 AND basis = $6 AND coalesce(incident_id, 0) = $7 LIMIT 1";

bool disclosures_has(struct store *s, const struct disclosure *d, int64_t since_at)
{
	return db_number(s->db, 0, has_sql, V(d->resident_id), V(since_at), V(d->person), V(d->channel), V(d->items),
		       V(d->basis), V(d->incident_id)) != 0;
}

static const char of_sql[] =
	"SELECT id, at, resident_id, person, name, items, basis, reason, by_person, channel, incident_id"
	" FROM disclosures WHERE resident_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

size_t disclosures_of(struct store *s, const char *resident_id, int64_t before_id, struct disclosure *list, size_t most)
{
	struct query *q = db_query(
		s->db, of_sql, V(resident_id), V(before_id ? before_id : INT64_MAX), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		struct disclosure *d = &list[n++];
		int c = 0;

		d->id = db_int(q, c++);
		d->at = db_int(q, c++);
		DB_COPY(q, c++, d->resident_id);
		DB_COPY(q, c++, d->person);
		DB_COPY(q, c++, d->name);
		DB_COPY(q, c++, d->items);
		DB_COPY(q, c++, d->basis);
		DB_COPY(q, c++, d->reason);
		DB_COPY(q, c++, d->by_person);
		DB_COPY(q, c++, d->channel);
		d->incident_id = db_int(q, c++);
	}
	db_done(q);
	return n;
}
