/* outbox - due notifications become messages, leased to one sender. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/store/outbox.h"

/* An alert put off to its reader's hours waits while its incident is claimed. */
#define HELD    "(n.put_off = 1 AND EXISTS (SELECT 1 FROM incidents i WHERE i.id = n.incident_id AND i.state = 'claimed'))"
#define OF_KIND "substr(n.channel, 1, length($1)) = $1"

struct candidate {
	int64_t id, message_id; /* message_id 0: never leased */
	bool urgent;
	char person[PERSON], channel[ADDRESS];
};

/* Clocks may go back: a last message or a lease further ahead than it can be binds nobody. */
static const char due_sql[] =
	"SELECT n.id, n.message_id, n.urgent, n.person, n.channel FROM notifications n"
	" LEFT JOIN addresses a ON a.person = n.person AND a.channel = n.channel"
	" WHERE n.state = 'waiting' AND n.urgent = $2 AND n.send_at <= $3 AND " OF_KIND
	" AND (n.urgent = 1 OR n.message_id IS NOT NULL OR a.last_message_at IS NULL OR a.last_message_at > $3"
	" OR a.last_message_at + $4 <= $3) AND NOT " HELD " ORDER BY n.send_at, n.id LIMIT $5";

static const char lapsed_sql[] =
	"SELECT n.id, n.message_id, n.urgent, n.person, n.channel FROM notifications n WHERE n.state = 'in_flight'"
	" AND (n.leased_until <= $2 OR n.leased_until > $3) AND " OF_KIND " ORDER BY n.leased_until, n.id LIMIT $4";

/* The + 0 keep the planner from walking through all that is due instead of asking for the person. */
static const char new_members_sql[] =
	"SELECT n.id FROM notifications n WHERE n.state = 'waiting' AND n.person = $1 AND n.channel = $2"
	" AND n.urgent + 0 = 0 AND n.message_id IS NULL AND n.send_at + 0 <= $3 AND NOT " HELD
	" ORDER BY n.id LIMIT $4";

/* A re-send's members are those of its first lease, but for what was dropped meanwhile. */
static const char old_members_sql[] = "SELECT id FROM notifications WHERE message_id = $1"
				      " AND state IN ('waiting', 'in_flight') ORDER BY id LIMIT $2";

/* A lease that ran out was held by somebody who may have sent it. */
static const char lease_sql[] = "UPDATE notifications SET state = 'in_flight', message_id = $2, leased_by = $3,"
				" leased_until = $4, tries = tries + 1, first_try_at = coalesce(first_try_at, $5),"
				" unsure = CASE WHEN state = 'in_flight' THEN 1 ELSE unsure END"
				" WHERE id = $1 RETURNING tries";

static const char address_sql[] =
	"INSERT INTO addresses (person, channel, last_message_at) VALUES ($1, $2, $3)"
	" ON CONFLICT (person, channel) DO UPDATE SET last_message_at = excluded.last_message_at";

static void read_candidate(struct query *q, struct candidate *c)
{
	c->id = db_int(q, 0);
	c->message_id = db_int(q, 1);
	c->urgent = db_int(q, 2) != 0;
	DB_COPY(q, 3, c->person);
	DB_COPY(q, 4, c->channel);
}

/* Whether the candidate is in a message of this lease already; new ones gather all there is for a person. */
static bool taken(const struct candidate *c, const struct outbox_message *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct outbox_message *m = &list[i];
		bool gathered = m->tries == 1 && !m->urgent;

		if (m->message_id == (c->message_id ? c->message_id : c->id))
			return true;
		if (!c->message_id && !c->urgent && gathered && strcmp(m->person, c->person) == 0 &&
			strcmp(m->channel, c->channel) == 0)
			return true;
	}
	return false;
}

static size_t read_ids(struct query *q, int64_t *ids)
{
	size_t n = 0;

	while (db_step(q))
		ids[n++] = db_int(q, 0);
	return n;
}

static void lease(struct store *s, const struct outbox_terms *terms, const struct candidate *c, int64_t now,
	struct outbox_message *m)
{
	*m = (struct outbox_message){ .urgent = c->urgent };
	memcpy(m->person, c->person, sizeof(m->person));
	memcpy(m->channel, c->channel, sizeof(m->channel));
	if (c->message_id) {
		m->count = read_ids(db_query(s->db, old_members_sql, V(c->message_id), V(OUTBOX_MEMBERS)), m->ids);
	} else if (c->urgent) {
		m->ids[m->count++] = c->id;
	} else {
		m->count = read_ids(
			db_query(s->db, new_members_sql, V(c->person), V(c->channel), V(now), V(OUTBOX_MEMBERS)),
			m->ids);
	}
	m->message_id = c->message_id ? c->message_id : m->ids[0];
	for (size_t i = 0; i < m->count; i++) {
		int tries = (int)db_number(s->db, 0, lease_sql, V(m->ids[i]), V(m->message_id), V(terms->who),
			V(now + terms->lease_ms), V(now));

		m->tries = tries > m->tries ? tries : m->tries;
	}
	if (!c->message_id)
		db_run(s->db, address_sql, V(m->person), V(m->channel), V(now));
}

/* Candidates are read to the end before any is leased: a lease changes what the query reads. */
static size_t lease_some(struct store *s, const struct outbox_terms *terms, struct query *q, int64_t now,
	struct outbox_message *list, size_t n, size_t most)
{
	struct candidate *candidates = calloc(OUTBOX_LOOKED, sizeof(*candidates));
	size_t count = 0;

	if (!candidates)
		fatal("error=\"out of memory\"");
	while (count < OUTBOX_LOOKED && db_step(q))
		read_candidate(q, &candidates[count++]);
	db_done(q);
	for (size_t i = 0; i < count && n < most; i++) {
		const struct candidate *c = &candidates[i];

		if (taken(c, list, n) || !terms->room(terms->context, c->message_id, c->channel))
			continue;
		lease(s, terms, c, now, &list[n++]);
	}
	free(candidates);
	return n;
}

size_t outbox_lease(struct store *s, const struct outbox_terms *terms, const char *kind, int64_t now,
	struct outbox_message *list, size_t most)
{
	char prefix[32] = "";
	size_t n = 0;

	if (*kind)
		snprintf(prefix, sizeof(prefix), "%s:", kind);
	n = lease_some(s, terms,
		db_query(s->db, lapsed_sql, V(prefix), V(now), V(now + 2 * terms->lease_ms), V(OUTBOX_LOOKED)), now,
		list, n, most);
	for (int urgent = 1; urgent >= 0; urgent--)
		n = lease_some(s, terms,
			db_query(s->db, due_sql, V(prefix), V(urgent), V(now), V(terms->group_ms), V(OUTBOX_LOOKED)),
			now, list, n, most);
	return db_status(s->db) == DB_FINE ? n : 0;
}

static const char take_over_sql[] =
	"UPDATE notifications SET leased_until = 0 WHERE state = 'in_flight' AND leased_by = $1";

void outbox_take_over(struct store *s, const char *who)
{
	db_run(s->db, take_over_sql, V(who));
}

static const char cut_sql[] =
	"UPDATE notifications SET written_at = CASE WHEN written_at > $1 THEN $1 ELSE written_at END,"
	" first_try_at = CASE WHEN first_try_at > $1 THEN $1 ELSE first_try_at END,"
	" send_at = CASE WHEN put_off = 0 THEN CASE WHEN send_at > $2 THEN $1 ELSE send_at END"
	" WHEN written_at > $1 THEN $1 + (send_at - $1) % 86400000 ELSE send_at END,"
	" leased_until = CASE WHEN leased_until > $2 THEN $1 ELSE leased_until END"
	" WHERE state IN ('waiting', 'in_flight')"
	" AND (written_at > $1 OR first_try_at > $1 OR send_at > $2 OR leased_until > $2)";

void outbox_cut(struct store *s, int64_t now, int64_t longest_ms)
{
	db_run(s->db, cut_sql, V(now), V(now + longest_ms));
}

static const char due_now_sql[] = "SELECT 1 FROM notifications WHERE state = 'waiting' AND urgent IN (0, 1)"
				  " AND send_at <= $1 LIMIT 1";
static const char waiting_sql[] = "SELECT min(send_at) FROM notifications WHERE state = 'waiting' AND urgent = $1"
				  " AND send_at > $2";
static const char leased_sql[] = "SELECT min(leased_until) FROM notifications WHERE state = 'in_flight'";

int64_t outbox_next_due(struct store *s, int64_t now)
{
	int64_t at = db_number(s->db, INT64_MAX, leased_sql);

	if (at <= now || db_number(s->db, 0, due_now_sql, V(now)))
		return now;
	for (int urgent = 0; urgent <= 1; urgent++) {
		int64_t waiting = db_number(s->db, INT64_MAX, waiting_sql, V(urgent), V(now));

		at = waiting < at ? waiting : at;
	}
	return at;
}

static const char asked_sql[] =
	"SELECT DISTINCT person FROM notifications WHERE incident_id = $1 AND what IN ('alert', 'duty', 'question')"
	" AND person NOT LIKE 'resident:%' AND (state IN ('in_flight', 'sent', 'seen', 'answered')"
	" OR (state = 'waiting' AND put_off = 0)) ORDER BY person LIMIT $2";

size_t outbox_asked(struct store *s, int64_t incident_id, char (*persons)[PERSON], size_t most)
{
	struct query *q = db_query(s->db, asked_sql, V(incident_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		db_copy(q, 0, persons[n++], PERSON);
	db_done(q);
	return n;
}

static const char before_sql[] =
	"SELECT 1 FROM notifications WHERE incident_id = $1 AND person = $2 AND round < $3"
	" AND what IN ('alert', 'duty', 'question') AND state IN ('sent', 'seen', 'answered') LIMIT 1";

bool outbox_asked_before(struct store *s, int64_t incident_id, const char *person, int round)
{
	return db_number(s->db, 0, before_sql, V(incident_id), V(person), V(round)) != 0;
}

static const char others_sql[] =
	"SELECT 1 FROM notifications WHERE incident_id = $1 AND person <> $2 AND person LIKE 'watcher:%'"
	" AND written_at >= $3 AND what IN ('alert', 'graver', 'joined') AND (state IN ('in_flight', 'sent', 'seen',"
	" 'answered') OR (state = 'waiting' AND put_off = 0)) LIMIT 1";

bool outbox_others_told(struct store *s, int64_t incident_id, const char *person, int64_t since)
{
	return db_number(s->db, 0, others_sql, V(incident_id), V(person), V(since)) != 0;
}

static const char put_off_sql[] = "SELECT min(send_at) FROM notifications WHERE incident_id = $1 AND put_off = 1"
				  " AND state = 'waiting' AND send_at > $2";

int64_t outbox_put_off_to(struct store *s, int64_t incident_id, int64_t now)
{
	return db_number(s->db, INT64_MAX, put_off_sql, V(incident_id), V(now));
}

/* What was tried and waits for its next try has been due since its first. */
static const char oldest_sql[] =
	"SELECT min(coalesce(first_try_at, send_at)) FROM notifications WHERE state = 'waiting'"
	" AND (send_at <= $1 OR first_try_at IS NOT NULL)";

int64_t outbox_oldest_due(struct store *s, int64_t now)
{
	return db_number(s->db, INT64_MAX, oldest_sql, V(now));
}
