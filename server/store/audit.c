/* audit - rows are only ever added. */
#include "server/store/audit.h"

static const char add_sql[] = "INSERT INTO audit (at, who, what, subject, detail) VALUES ($1, $2, $3, $4, $5)";

void audit_add(struct store *s, int64_t at, const char *who, const char *what, const char *subject, const char *detail)
{
	db_run(s->db, add_sql, V(at), V(who), V(what), V(subject), V(detail));
}
