/* watchers - those who look in, and their links to residents. */
#include <string.h>

#include "server/store/watchers.h"

#define WATCHER_COLUMNS                                                                                   \
	"w.watcher_id, w.name, w.kana, w.relation, w.resident_id, w.channels, w.hours, w.night, w.named," \
	" w.away_from, w.away_to, w.ends, w.language, w.note, w.summary"
#define LINK_COLUMNS "l.resident_id, l.watcher_id, l.tier, l.can, l.shares, l.label, l.relation, l.key"

static void read_watcher(struct query *q, int c, struct watcher *w)
{
	DB_COPY(q, c, w->watcher_id);
	DB_COPY(q, c + 1, w->name);
	DB_COPY(q, c + 2, w->kana);
	DB_COPY(q, c + 3, w->relation);
	DB_COPY(q, c + 4, w->resident_id);
	DB_COPY(q, c + 5, w->channels);
	DB_COPY(q, c + 6, w->hours);
	DB_COPY(q, c + 7, w->night);
	DB_COPY(q, c + 8, w->named);
	DB_COPY(q, c + 9, w->away_from);
	DB_COPY(q, c + 10, w->away_to);
	DB_COPY(q, c + 11, w->ends);
	DB_COPY(q, c + 12, w->language);
	DB_COPY(q, c + 13, w->note);
	DB_COPY(q, c + 14, w->summary);
}

static void read_link(struct query *q, int c, struct link *l)
{
	DB_COPY(q, c, l->resident_id);
	DB_COPY(q, c + 1, l->watcher_id);
	l->tier = (int)db_int(q, c + 2);
	DB_COPY(q, c + 3, l->can);
	DB_COPY(q, c + 4, l->shares);
	DB_COPY(q, c + 5, l->label);
	DB_COPY(q, c + 6, l->relation);
	DB_COPY(q, c + 7, l->key);
}

static const char find_sql[] = "SELECT " WATCHER_COLUMNS " FROM watchers w WHERE w.watcher_id = $1";

bool watchers_find(struct store *s, const char *watcher_id, struct watcher *w)
{
	struct query *q = db_query(s->db, find_sql, V(watcher_id));

	if (!db_step(q))
		return false;
	read_watcher(q, 0, w);
	db_done(q);
	return true;
}

static const char language_sql[] = "SELECT language FROM watchers WHERE watcher_id = $1";

bool watchers_language(struct store *s, const char *watcher_id, char language[8])
{
	struct query *q = db_query(s->db, language_sql, V(watcher_id));

	if (!db_step(q))
		return false;
	db_copy(q, 0, language, 8);
	db_done(q);
	return true;
}

static const char of_sql[] = "SELECT " LINK_COLUMNS ", " WATCHER_COLUMNS " FROM links l"
			     " JOIN watchers w ON w.watcher_id = l.watcher_id"
			     " WHERE l.resident_id = $1 AND ($2 = 0 OR l.tier = $2) ORDER BY l.tier, l.watcher_id"
			     " LIMIT $3";

static size_t take_linked(struct query *q, struct linked_watcher *list, size_t most)
{
	size_t n = 0;

	while (n < most && db_step(q)) {
		read_link(q, 0, &list[n].link);
		read_watcher(q, 8, &list[n].watcher);
		n++;
	}
	db_done(q);
	return n;
}

size_t watchers_of(struct store *s, const char *resident_id, int tier, struct linked_watcher *list, size_t most)
{
	return take_linked(db_query(s->db, of_sql, V(resident_id), V(tier), V((int64_t)most)), list, most);
}

#define IN_CIRCLE                                                                                                    \
	" WHERE l.resident_id = $1 AND EXISTS (SELECT 1 FROM residents r WHERE r.resident_id = $1 AND"               \
	" r.consent_on <> '') AND NOT EXISTS (SELECT 1 FROM never_told n WHERE n.resident_id = $1"                   \
	" AND n.watcher_id = l.watcher_id AND n.lifted_at IS NULL) AND coalesce((SELECT c.given FROM consents c"     \
	" WHERE c.watcher_id = l.watcher_id AND c.resident_id = $1 AND c.what = 'link' ORDER BY c.id DESC LIMIT 1)," \
	" 1) = 1"

static const char circle_sql[] = "SELECT " LINK_COLUMNS ", " WATCHER_COLUMNS
				 " FROM links l JOIN watchers w ON w.watcher_id = l.watcher_id" IN_CIRCLE
				 " ORDER BY l.tier, l.watcher_id LIMIT $2";

size_t watchers_circle(struct store *s, const char *resident_id, struct linked_watcher *list, size_t most)
{
	return take_linked(db_query(s->db, circle_sql, V(resident_id), V((int64_t)most)), list, most);
}

/* Of the circle, those whose link lets them be told to go or call. */
static const char to_ask_sql[] = "SELECT w.ends, w.away_from, w.away_to FROM links l"
				 " JOIN watchers w ON w.watcher_id = l.watcher_id" IN_CIRCLE
				 " AND l.can <> 'know' AND w.channels <> '' LIMIT $2";

size_t watchers_to_ask(struct store *s, const char *resident_id, struct watcher_presence *list, size_t most)
{
	struct query *q = db_query(s->db, to_ask_sql, V(resident_id), V((int64_t)most));
	size_t n = 0;

	for (; n < most && db_step(q); n++) {
		DB_COPY(q, 0, list[n].ends);
		DB_COPY(q, 1, list[n].away_from);
		DB_COPY(q, 2, list[n].away_to);
	}
	db_done(q);
	return n;
}

static const char in_circle_sql[] = "SELECT " LINK_COLUMNS " FROM links l" IN_CIRCLE " AND l.watcher_id = $2";

bool watchers_in_circle(struct store *s, const char *resident_id, const char *watcher_id, struct link *l)
{
	struct query *q = db_query(s->db, in_circle_sql, V(resident_id), V(watcher_id));
	bool found = db_step(q);

	if (found)
		read_link(q, 0, l);
	db_done(q);
	return found;
}

static const char link_sql[] = "SELECT " LINK_COLUMNS " FROM links l WHERE l.resident_id = $1 AND l.watcher_id = $2";

bool watchers_link(struct store *s, const char *resident_id, const char *watcher_id, struct link *l)
{
	struct query *q = db_query(s->db, link_sql, V(resident_id), V(watcher_id));

	if (!db_step(q))
		return false;
	read_link(q, 0, l);
	db_done(q);
	return true;
}

static const char lives_sql[] = "SELECT watcher_id FROM watchers WHERE resident_id = $1 ORDER BY watcher_id LIMIT $2";

size_t watchers_who_are(struct store *s, const char *resident_id, char (*ids)[WATCHER_ID], size_t most)
{
	struct query *q = db_query(s->db, lives_sql, V(resident_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		db_copy(q, 0, ids[n++], WATCHER_ID);
	db_done(q);
	return n;
}

static const char away_sql[] = "UPDATE watchers SET away_from = $2, away_to = $3 WHERE watcher_id = $1";

void watchers_set_away(struct store *s, const char *watcher_id, const char *from_on, const char *to_on)
{
	db_run(s->db, away_sql, V(watcher_id), V(from_on), V(to_on));
}

static const char summary_sql[] = "UPDATE watchers SET summary = $2 WHERE watcher_id = $1";

void watchers_set_summary(struct store *s, const char *watcher_id, bool summary)
{
	db_run(s->db, summary_sql, V(watcher_id), V(summary ? "yes" : ""));
}

static const char looked_in_on_sql[] = "SELECT " LINK_COLUMNS " FROM links l WHERE l.watcher_id = $1"
				       " ORDER BY length(l.label), l.label, l.resident_id LIMIT $2";

size_t watchers_links(struct store *s, const char *watcher_id, struct link *list, size_t most)
{
	struct query *q = db_query(s->db, looked_in_on_sql, V(watcher_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		read_link(q, 0, &list[n++]);
	db_done(q);
	return n;
}

#define PAGE(where)                                                                                                   \
	"SELECT " WATCHER_COLUMNS " FROM watchers w WHERE (w.kana > $1 OR (w.kana = $1 AND w.watcher_id > $2))" where \
	" ORDER BY w.kana, w.watcher_id LIMIT $3"
static const char page_sql[] = PAGE("");
static const char page_of_sql[] = PAGE(" AND EXISTS (SELECT 1 FROM links l JOIN residents r ON r.resident_id ="
				       " l.resident_id WHERE l.watcher_id = w.watcher_id AND $4 LIKE '% ' ||"
				       " r.district || ' %')");

size_t watchers_page(struct store *s, const char *after_kana, const char *after_id, const char *districts,
	struct watcher *list, size_t most)
{
	struct query *q = districts[0] ? db_query(s->db, page_of_sql, V(after_kana), V(after_id), V((int64_t)most),
						 V(districts))
				       : db_query(s->db, page_sql, V(after_kana), V(after_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		read_watcher(q, 0, &list[n++]);
	db_done(q);
	return n;
}

static const char districts_sql[] = "SELECT DISTINCT r.district FROM links l JOIN residents r ON r.resident_id ="
				    " l.resident_id WHERE l.watcher_id = $1 ORDER BY r.district LIMIT $2";

size_t watchers_districts(struct store *s, const char *watcher_id, char (*districts)[65], size_t most)
{
	struct query *q = db_query(s->db, districts_sql, V(watcher_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		db_copy(q, 0, districts[n++], 65);
	db_done(q);
	return n;
}

static const char end_reason_sql[] = "SELECT end_reason FROM watchers WHERE watcher_id = $1";
static const char set_end_reason_sql[] = "UPDATE watchers SET end_reason = $2 WHERE watcher_id = $1";

void watchers_end_reason(struct store *s, const char *watcher_id, char reason[512])
{
	struct query *q = db_query(s->db, end_reason_sql, V(watcher_id));

	reason[0] = '\0';
	if (db_step(q))
		db_copy(q, 0, reason, 512);
	db_done(q);
}

void watchers_set_end_reason(struct store *s, const char *watcher_id, const char *reason)
{
	db_run(s->db, set_end_reason_sql, V(watcher_id), V(reason));
}
