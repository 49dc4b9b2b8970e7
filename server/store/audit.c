/* audit - rows are only ever added. */
#include "server/store/audit.h"

static const char add_sql[] = "INSERT INTO audit (at, who, what, subject, detail, address, reason)"
			      " VALUES ($1, $2, $3, $4, $5, $6, $7)";

void audit_note(struct store *s, const struct audit_entry *e)
{
	db_run(s->db, add_sql, V(e->at), V(e->who), V(e->what), V(e->subject), V(e->detail), V(e->address),
		V(e->reason));
}

void audit_add(struct store *s, int64_t at, const char *who, const char *what, const char *subject, const char *detail)
{
	audit_note(s, &(struct audit_entry){ .at = at,
			      .who = who,
			      .what = what,
			      .subject = subject,
			      .detail = detail,
			      .address = "",
			      .reason = "" });
}

#define COLUMNS "SELECT id, at, who, what, subject, detail, address, reason FROM audit"
/* Of who: as it is asked, or what stands behind "user:", "watcher:", "shell:" or behind the slash of a key's. */
#define WHO                                                                                     \
	" AND ($4 = '' OR who = $4 OR who IN ('user:' || $4, 'watcher:' || $4, 'shell:' || $4)" \
	" OR (who LIKE 'key:%' AND substr(who, length(who) - length($4)) = '/' || $4))"
/* Of a subject that is a number: the detail of what was done about an incident says "incident 17" or "incident 17: …".
 */
#define SUBJECT                                                       \
	" AND ($6 = '' OR subject = $6 OR detail = 'incident ' || $6" \
	" OR substr(detail, 1, length($6) + 10) = 'incident ' || $6 || ':')"

static const char list_sql[] = COLUMNS " WHERE id < $1 AND at >= $2 AND at < $3" WHO
				       " AND ($5 = '' OR what = $5)" SUBJECT " ORDER BY id DESC";

struct query *audit_list(struct store *s, const struct audit_filter *f)
{
	return db_query(s->db, list_sql, V(f->before_id ? f->before_id : INT64_MAX), V(f->from_at), V(f->until_at),
		V(f->who), V(f->what), V(f->subject));
}

bool audit_list_next(struct query *q, struct audit_entry *e)
{
	if (!db_step(q))
		return false;
	e->id = db_int(q, 0);
	e->at = db_int(q, 1);
	e->who = db_text(q, 2);
	e->what = db_text(q, 3);
	e->subject = db_text(q, 4);
	e->detail = db_text(q, 5);
	e->address = db_text(q, 6);
	e->reason = db_text(q, 7);
	return true;
}
