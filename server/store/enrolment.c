/* enrolment - wide reads. */
#include <string.h>

#include "server/store/enrolment.h"

static const char residents_sql[] =
	"SELECT resident_id, name, kana, district, policy, category, CASE WHEN birth_date <> '' OR phone <> '' THEN 1"
	" ELSE 0 END, CASE WHEN consent_on <> '' THEN 1 ELSE 0 END FROM residents WHERE ended_at IS NULL"
	" ORDER BY resident_id";

struct query *enrolment_residents(struct store *s)
{
	return db_query(s->db, residents_sql);
}

bool enrolment_residents_next(struct query *q, struct enrolment_resident *r)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, r->resident_id);
	DB_COPY(q, 1, r->name);
	DB_COPY(q, 2, r->kana);
	DB_COPY(q, 3, r->district);
	DB_COPY(q, 4, r->policy);
	DB_COPY(q, 5, r->category);
	r->identified = db_int(q, 6) != 0;
	r->consent = db_int(q, 7) != 0;
	return true;
}

static const char watchers_sql[] =
	"SELECT watcher_id, name, kana, resident_id, channels, hours, night, named, away_from, away_to, ends, language"
	" FROM watchers WHERE ends = '' OR ends > $1";

struct query *enrolment_watchers(struct store *s, const char *today)
{
	return db_query(s->db, watchers_sql, V(today));
}

bool enrolment_watchers_next(struct query *q, struct watcher *w)
{
	int c = 0;

	if (!db_step(q))
		return false;
	memset(w, 0, sizeof(*w));
	DB_COPY(q, c++, w->watcher_id);
	DB_COPY(q, c++, w->name);
	DB_COPY(q, c++, w->kana);
	DB_COPY(q, c++, w->resident_id);
	DB_COPY(q, c++, w->channels);
	DB_COPY(q, c++, w->hours);
	DB_COPY(q, c++, w->night);
	DB_COPY(q, c++, w->named);
	DB_COPY(q, c++, w->away_from);
	DB_COPY(q, c++, w->away_to);
	DB_COPY(q, c++, w->ends);
	DB_COPY(q, c++, w->language);
	return true;
}

/* What was agreed about a link: few have more than the record's consent. */
static const char links_sql[] =
	"SELECT l.resident_id, l.watcher_id, l.tier, CASE WHEN l.can = 'know' THEN 1 ELSE 0 END,"
	" EXISTS (SELECT 1 FROM never_told n WHERE n.resident_id = l.resident_id AND n.watcher_id = l.watcher_id"
	" AND n.lifted_at IS NULL), coalesce((SELECT 1 - c.given FROM consents c WHERE c.watcher_id = l.watcher_id"
	" AND c.resident_id = l.resident_id AND c.what = 'link' ORDER BY c.id DESC LIMIT 1), 0),"
	" CASE WHEN l.shares = 'label' AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.watcher_id = l.watcher_id"
	" AND c.resident_id = l.resident_id) THEN 1 ELSE 0 END"
	" FROM links l JOIN residents r ON r.resident_id = l.resident_id AND r.ended_at IS NULL";

struct query *enrolment_links(struct store *s)
{
	return db_query(s->db, links_sql);
}

bool enrolment_links_next(struct query *q, struct enrolment_link *l)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, l->resident_id);
	DB_COPY(q, 1, l->watcher_id);
	l->tier = (int)db_int(q, 2);
	l->know = db_int(q, 3) != 0;
	l->barred = db_int(q, 4) != 0;
	l->refused = db_int(q, 5) != 0;
	l->unasked = db_int(q, 6) != 0;
	return true;
}

/* Refused because the reader may not be told is no fault of the channel. */
static const char failures_sql[] =
	"SELECT f.person, f.channel, f.bounced FROM (SELECT person, channel,"
	" max(CASE WHEN state = 'bounced' THEN sent_at ELSE coalesce(first_try_at, written_at) END) AS failed_at,"
	" max(CASE WHEN state = 'bounced' THEN 1 ELSE 0 END) AS bounced FROM notifications"
	" WHERE state IN ('refused', 'bounced') AND answer NOT LIKE 'not sent: not for%' GROUP BY person, channel) f"
	" LEFT JOIN addresses a ON a.person = f.person AND a.channel = f.channel"
	" WHERE f.person LIKE 'watcher:%' AND coalesce(a.reached_at, 0) <= f.failed_at";

struct query *enrolment_failures(struct store *s)
{
	return db_query(s->db, failures_sql);
}

bool enrolment_failures_next(struct query *q, struct enrolment_failure *f)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, f->person);
	DB_COPY(q, 1, f->channel);
	f->bounced = db_int(q, 2) != 0;
	return true;
}

static const char barred_sql[] = "SELECT n.resident_id, n.watcher_id, n.name FROM never_told n"
				 " JOIN residents r ON r.resident_id = n.resident_id AND r.ended_at IS NULL"
				 " WHERE n.lifted_at IS NULL";

struct query *enrolment_barred(struct store *s)
{
	return db_query(s->db, barred_sql);
}

bool enrolment_barred_next(struct query *q, struct enrolment_barred *b)
{
	if (!db_step(q))
		return false;
	DB_COPY(q, 0, b->resident_id);
	DB_COPY(q, 1, b->watcher_id);
	DB_COPY(q, 2, b->name);
	return true;
}
