/* accounts - passwords and locks of users. */
#include "server/store/accounts.h"

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
