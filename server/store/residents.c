/* residents - records and vigils. */
#include <string.h>

#include "server/store/residents.h"

#define VIGIL                                                                                                         \
	"resident_id, opens_at, counts_from_at, due_at, deadline_at, expectation_id, last_press_at, last_press_kind," \
	" maybe_press_at, next_look, next_look_at, paused_until, ended_at, schedule, category, starts"
#define RECORD                                                                                                      \
	", name, kana, district, household, birth_date, phone, address, place, channels, contact, policy, passive," \
	" language, ends, end_reason, consent_on, entry_consent, care, note, last_sign_at"

static int read_vigil(struct query *q, struct vigil *v)
{
	int c = 0;

	DB_COPY(q, c++, v->resident_id);
	v->opens_at = db_int(q, c++);
	v->counts_from_at = db_int(q, c++);
	v->due_at = db_int(q, c++);
	v->deadline_at = db_int(q, c++);
	v->expectation_id = db_int(q, c++);
	v->last_press_at = db_int(q, c++);
	DB_COPY(q, c++, v->last_press_kind);
	v->maybe_press_at = db_int(q, c++);
	v->next_look = (enum look)db_int(q, c++);
	v->next_look_at = db_int(q, c++);
	v->paused_until = db_int(q, c++);
	v->ended_at = db_int(q, c++);
	DB_COPY(q, c++, v->schedule);
	DB_COPY(q, c++, v->category);
	DB_COPY(q, c++, v->starts);
	return c;
}

static size_t take(struct query *q, struct vigil *list, size_t most)
{
	size_t n = 0;

	while (n < most && db_step(q))
		read_vigil(q, &list[n++]);
	db_done(q);
	return n;
}

static const char find_sql[] = "SELECT " VIGIL RECORD " FROM residents WHERE resident_id = $1";

static const char told_sql[] = "SELECT district, policy, category FROM residents WHERE resident_id = $1";

bool residents_told(struct store *s, const char *resident_id, struct resident_told *t)
{
	struct query *q = db_query(s->db, told_sql, V(resident_id));

	if (!db_step(q))
		return false;
	DB_COPY(q, 0, t->district);
	DB_COPY(q, 1, t->policy);
	DB_COPY(q, 2, t->category);
	db_done(q);
	return true;
}

static const char channels_sql[] = "SELECT channels FROM residents WHERE resident_id = $1";

bool residents_channels(struct store *s, const char *resident_id, char *channels, size_t size)
{
	struct query *q = db_query(s->db, channels_sql, V(resident_id));
	bool found = db_step(q);

	if (found)
		db_copy(q, 0, channels, size);
	db_done(q);
	return found;
}

bool residents_find(struct store *s, const char *resident_id, struct resident *r)
{
	struct query *q = db_query(s->db, find_sql, V(resident_id));
	int c;

	if (!db_step(q))
		return false;
	c = read_vigil(q, &r->vigil);
	memcpy(r->resident_id, r->vigil.resident_id, sizeof(r->resident_id));
	memcpy(r->schedule, r->vigil.schedule, sizeof(r->schedule));
	memcpy(r->category, r->vigil.category, sizeof(r->category));
	memcpy(r->starts, r->vigil.starts, sizeof(r->starts));
	r->ended_at = r->vigil.ended_at;
	DB_COPY(q, c++, r->name);
	DB_COPY(q, c++, r->kana);
	DB_COPY(q, c++, r->district);
	DB_COPY(q, c++, r->household);
	DB_COPY(q, c++, r->birth_date);
	DB_COPY(q, c++, r->phone);
	DB_COPY(q, c++, r->address);
	DB_COPY(q, c++, r->place);
	DB_COPY(q, c++, r->channels);
	DB_COPY(q, c++, r->contact);
	DB_COPY(q, c++, r->policy);
	DB_COPY(q, c++, r->passive);
	DB_COPY(q, c++, r->language);
	DB_COPY(q, c++, r->ends);
	DB_COPY(q, c++, r->end_reason);
	DB_COPY(q, c++, r->consent_on);
	DB_COPY(q, c++, r->entry_consent);
	DB_COPY(q, c++, r->care);
	DB_COPY(q, c++, r->note);
	r->last_sign_at = db_int(q, c++);
	db_done(q);
	return true;
}

static const char looks_sql[] = "SELECT " VIGIL " FROM residents WHERE next_look = $1 AND next_look_at <= $2"
				" ORDER BY next_look_at LIMIT $3";

size_t residents_looks(struct store *s, enum look look, int64_t until, struct vigil *list, size_t most)
{
	return take(db_query(s->db, looks_sql, V(look), V(until), V((int64_t)most)), list, most);
}

static const char next_sql[] = "SELECT min(next_look_at) FROM residents WHERE next_look = $1 AND next_look_at > $2";

int64_t residents_next_look_at(struct store *s, int64_t after)
{
	int64_t earliest = INT64_MAX;

	for (enum look look = LOOK_DUE; look <= LOOK_DEADLINE; look++) {
		int64_t at = db_number(s->db, INT64_MAX, next_sql, V(look), V(after));

		if (at < earliest)
			earliest = at;
	}
	return earliest;
}

static const char vigil_sql[] = "SELECT " VIGIL " FROM residents WHERE resident_id = $1";

bool residents_vigil(struct store *s, const char *resident_id, struct vigil *v)
{
	return take(db_query(s->db, vigil_sql, V(resident_id)), v, 1) == 1;
}

static const char move_sql[] =
	"UPDATE residents SET opens_at = $4, counts_from_at = $5, due_at = $6, deadline_at = $7, expectation_id = $8,"
	" next_look = $9, next_look_at = $10"
	" WHERE resident_id = $1 AND next_look = $2 AND coalesce(next_look_at, 0) = $3";

bool residents_move(struct store *s, const struct vigil *v, enum look was, int64_t was_at)
{
	return db_run(s->db, move_sql, V(v->resident_id), V(was), V(was_at), V0(v->opens_at), V0(v->counts_from_at),
		       V0(v->due_at), V0(v->deadline_at), V0(v->expectation_id), V(v->next_look),
		       V0(v->next_look_at)) == 1;
}

static const char sign_sql[] =
	"UPDATE residents SET last_sign_at = CASE WHEN last_sign_at < $2 THEN $2 ELSE last_sign_at END,"
	" last_press_kind = CASE WHEN $3 <> '' AND last_press_at < $2 THEN $3 ELSE last_press_kind END,"
	" last_press_at = CASE WHEN $3 <> '' AND last_press_at < $2 THEN $2 ELSE last_press_at END,"
	" maybe_press_at = CASE WHEN maybe_press_at < $4 THEN $4 ELSE maybe_press_at END WHERE resident_id = $1";

void residents_sign(struct store *s, const char *resident_id, int64_t pressed_at, const char *kind, int64_t maybe_at)
{
	db_run(s->db, sign_sql, V(resident_id), V(pressed_at), V(kind), V(maybe_at));
}

static const char maybe_sql[] =
	"UPDATE residents SET maybe_press_at = $2 WHERE resident_id = $1 AND maybe_press_at < $2";

void residents_maybe(struct store *s, const char *resident_id, int64_t at)
{
	db_run(s->db, maybe_sql, V(resident_id), V(at));
}

static const char ahead_sql[] = "SELECT " VIGIL " FROM residents WHERE resident_id > $1 AND next_look_at IS NOT NULL"
				" AND (opens_at > $2 OR (due_at > $2 AND next_look_at > due_at))"
				" ORDER BY resident_id LIMIT $3";

size_t residents_ahead(struct store *s, const char *after_id, int64_t now, struct vigil *list, size_t most)
{
	return take(db_query(s->db, ahead_sql, V(after_id), V(now), V((int64_t)most)), list, most);
}

static const char until_sql[] =
	"UPDATE residents SET last_press_at = CASE WHEN last_press_at > $1 THEN $1 ELSE last_press_at END,"
	" last_sign_at = CASE WHEN last_sign_at > $1 THEN $1 ELSE last_sign_at END,"
	" maybe_press_at = CASE WHEN maybe_press_at > $1 THEN $1 ELSE maybe_press_at END"
	" WHERE last_press_at > $1 OR last_sign_at > $1 OR maybe_press_at > $1";

void residents_signs_until(struct store *s, int64_t now)
{
	db_run(s->db, until_sql, V(now));
}

/* By the primary key: the index of looks would serve too, but gives no order to go on from. */
static const char unmet_sql[] = "SELECT " VIGIL
				" FROM residents WHERE resident_id > $1 AND next_look IN (2, 3) AND due_at <= $2"
				" AND last_press_at < counts_from_at ORDER BY resident_id LIMIT $3";

size_t residents_unmet(struct store *s, const char *after_id, int64_t due_until, struct vigil *list, size_t most)
{
	return take(db_query(s->db, unmet_sql, V(after_id), V(due_until), V((int64_t)most)), list, most);
}

static const char begin_sql[] = "UPDATE residents SET began_at = $2 WHERE resident_id = $1 AND began_at IS NULL";

void residents_begin(struct store *s, const char *resident_id, int64_t at)
{
	db_run(s->db, begin_sql, V(resident_id), V(at));
}

static const char names_sql[] = "SELECT resident_id, name, kana FROM residents WHERE resident_id > $1"
				" AND ended_at IS NULL ORDER BY resident_id LIMIT $2";

size_t residents_names(struct store *s, const char *after_id, struct resident_name *list, size_t most)
{
	struct query *q = db_query(s->db, names_sql, V(after_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		DB_COPY(q, 0, list[n].resident_id);
		DB_COPY(q, 1, list[n].name);
		DB_COPY(q, 2, list[n].kana);
		n++;
	}
	db_done(q);
	return n;
}

#define BRIEFS(of)                                                                                       \
	"SELECT resident_id, name, kana, district, place, end_reason, ended_at FROM residents WHERE " of \
	" AND resident_id > $1 ORDER BY resident_id LIMIT $2"
static const char in_service_sql[] = BRIEFS("ended_at IS NULL"), ended_sql[] = BRIEFS("ended_at IS NOT NULL");

size_t residents_briefs(struct store *s, bool ended, const char *after_id, struct resident_brief *list, size_t most)
{
	struct query *q = ended ? db_query(s->db, ended_sql, V(after_id), V((int64_t)most))
				: db_query(s->db, in_service_sql, V(after_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		DB_COPY(q, 0, list[n].resident_id);
		DB_COPY(q, 1, list[n].name);
		DB_COPY(q, 2, list[n].kana);
		DB_COPY(q, 3, list[n].district);
		DB_COPY(q, 4, list[n].place);
		DB_COPY(q, 5, list[n].end_reason);
		list[n++].ended_at = db_int(q, 6);
	}
	db_done(q);
	return n;
}
