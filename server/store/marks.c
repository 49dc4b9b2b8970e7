/* marks - each is the last row of an index. */
#include "server/store/marks.h"

static const char read_sql[] = "SELECT (SELECT max(id) FROM timeline), (SELECT max(seq) FROM checkins),"
			       " (SELECT max(id) FROM signoffs)";

bool marks_read(struct store *s, struct marks *m)
{
	struct query *q = db_query(s->db, read_sql);
	bool read = db_step(q);

	if (read)
		*m = (struct marks){ db_int(q, 0), db_int(q, 1), db_int(q, 2) };
	db_done(q);
	return read;
}
