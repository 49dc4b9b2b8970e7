/* accounts - passwords and locks of users. */
#include "server/store/accounts.h"

#include "common/clock.h"

static const char password_sql[] = "UPDATE users SET password = $2 WHERE login = $1";

bool accounts_set_password(struct store *s, const char *login, const char *hash)
{
	return db_run(s->db, password_sql, V(login), V(hash)) == 1;
}

static const char disable_sql[] = "UPDATE users SET disabled_at = $2 WHERE login = $1"
				  " AND (disabled_at IS NULL) = ($2 IS NOT NULL)";

bool accounts_disable(struct store *s, const char *login, int64_t at)
{
	return db_run(s->db, disable_sql, V(login), V0(at)) == 1;
}

static const char factor_sql[] = "SELECT totp, totp_on, totp_step FROM users WHERE login = $1";
static const char set_factor_sql[] = "UPDATE users SET totp = $2, totp_on = $3, totp_step = $4 WHERE login = $1";
static const char require_sql[] = "UPDATE users SET totp_required = $2 WHERE login = $1";
static const char used_sql[] = "UPDATE users SET totp_step = $2 WHERE login = $1 AND totp_step < $2";

static const char until_sql[] = "UPDATE users SET totp_step = $1 WHERE totp_step > $1";

void accounts_until(struct store *s, int64_t now)
{
	db_run(s->db, until_sql, V(now / SECOND / FACTOR_STEP_S + 1));
}

bool accounts_factor(struct store *s, const char *login, struct factor *f)
{
	struct query *q = db_query(s->db, factor_sql, V(login));
	bool found = db_step(q);

	*f = (struct factor){ .on = false };
	if (found) {
		DB_COPY(q, 0, f->secret);
		f->on = db_int(q, 1) != 0;
		f->step = db_int(q, 2);
	}
	db_done(q);
	return found;
}

void accounts_set_factor(struct store *s, const char *login, const struct factor *f)
{
	db_run(s->db, set_factor_sql, V(login), V(f->secret), V((int64_t)f->on), V(f->step));
}

bool accounts_require_factor(struct store *s, const char *login, bool required)
{
	return db_run(s->db, require_sql, V(login), V((int64_t)required)) == 1;
}

bool accounts_factor_used(struct store *s, const char *login, int64_t step)
{
	return db_run(s->db, used_sql, V(login), V(step)) == 1;
}

static const char language_sql[] = "UPDATE users SET language = $2 WHERE login = $1";
static const char any_sql[] = "SELECT count(*) FROM users WHERE password <> '' AND disabled_at IS NULL";

bool accounts_set_language(struct store *s, const char *login, const char *language)
{
	return db_run(s->db, language_sql, V(login), V(language)) == 1;
}

bool accounts_any(struct store *s)
{
	return db_number(s->db, 0, any_sql) > 0;
}
