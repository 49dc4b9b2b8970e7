/* users - staff accounts. */
#include "server/store/users.h"

#define COLUMNS \
	"login, name, role, districts, channels, duty, away_from, away_to, password, disabled_at, next_duty_at, language, totp_on, totp_required"

static void read_user(struct query *q, struct user *u)
{
	DB_COPY(q, 0, u->login);
	DB_COPY(q, 1, u->name);
	DB_COPY(q, 2, u->role);
	DB_COPY(q, 3, u->districts);
	DB_COPY(q, 4, u->channels);
	DB_COPY(q, 5, u->duty);
	DB_COPY(q, 6, u->away_from);
	DB_COPY(q, 7, u->away_to);
	DB_COPY(q, 8, u->password);
	u->disabled_at = db_int(q, 9);
	u->next_duty_at = db_int(q, 10);
	DB_COPY(q, 11, u->language);
	u->totp_on = db_int(q, 12) != 0;
	u->totp_required = db_int(q, 13) != 0;
}

static size_t take(struct query *q, struct user *list, size_t most)
{
	size_t n = 0;

	while (n < most && db_step(q))
		read_user(q, &list[n++]);
	db_done(q);
	return n;
}

static const char find_sql[] = "SELECT " COLUMNS " FROM users WHERE login = $1";

bool users_find(struct store *s, const char *login, struct user *u)
{
	return take(db_query(s->db, find_sql, V(login)), u, 1) == 1;
}

static const char named_sql[] = "SELECT login FROM users WHERE name = $1 OR substr(name, 1, length($1) + 1)"
				" IN ($1 || ' ', $1 || '　') LIMIT 1"; /* or by their family name */

bool users_named(struct store *s, const char *name)
{
	struct query *q = db_query(s->db, named_sql, V(name));
	bool found = name[0] && db_step(q);

	db_done(q);
	return found;
}

static const char staff_sql[] = "SELECT " COLUMNS " FROM users WHERE role <> 'viewer'"
				" AND channels <> '' AND disabled_at IS NULL AND login > $1 ORDER BY login LIMIT $2";

size_t users_staff(struct store *s, const char *after_login, struct user *list, size_t most)
{
	return take(db_query(s->db, staff_sql, V(after_login), V((int64_t)most)), list, most);
}

static const char due_sql[] = "SELECT " COLUMNS " FROM users WHERE next_duty_at <= $1 ORDER BY next_duty_at LIMIT $2";

size_t users_duty_due(struct store *s, int64_t now, struct user *list, size_t most)
{
	return take(db_query(s->db, due_sql, V(now), V((int64_t)most)), list, most);
}

static const char next_sql[] = "SELECT min(next_duty_at) FROM users";

int64_t users_next_duty_at(struct store *s)
{
	return db_number(s->db, INT64_MAX, next_sql);
}

static const char set_sql[] = "UPDATE users SET next_duty_at = $2 WHERE login = $1";

void users_set_next_duty(struct store *s, const char *login, int64_t at)
{
	db_run(s->db, set_sql, V(login), V0(at));
}

static const char page_sql[] = "SELECT " COLUMNS " FROM users WHERE login > $1 ORDER BY login LIMIT $2";

size_t users_page(struct store *s, const char *after_login, struct user *list, size_t most)
{
	return take(db_query(s->db, page_sql, V(after_login), V((int64_t)most)), list, most);
}

static const char other_admin_sql[] = "SELECT count(*) FROM users WHERE role = 'admin' AND password <> ''"
				      " AND disabled_at IS NULL AND login <> $1";

bool users_other_admin(struct store *s, const char *login)
{
	return db_number(s->db, 0, other_admin_sql, V(login)) > 0;
}
