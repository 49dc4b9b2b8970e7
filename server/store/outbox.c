/* outbox - due notifications become messages, leased to one sender. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/store/outbox.h"

/* An alert put off to its reader's hours waits while its incident is claimed. */
#define HELD    "(n.put_off = 1 AND EXISTS (SELECT 1 FROM incidents i WHERE i.id = n.incident_id AND i.state = 'claimed'))"
#define OF_KIND "substr(n.channel, 1, length($1)) = $1"

enum {
	LOOKED_AT_ONCE = 64, /* due notifications read at a time */
	LAPSED_MOST = 1000,  /* more than any sender has in hand */
};

struct candidate {
	int64_t id, message_id, send_at; /* message_id 0: never leased */
	bool urgent;
	int64_t wait_until; /* for its group; 0: it need not wait */
	char person[PERSON], channel[ADDRESS];
};

struct leasing {
	struct store *s;
	const struct outbox_terms *terms;
	int64_t now;
	struct outbox_message *list;
	size_t n, most;
	struct candidate *candidates; /* room for LOOKED_AT_ONCE */
};

static const char place_sql[] =
	"SELECT place FROM notifications WHERE state = 'waiting' AND urgent = $1 AND place > $2 ORDER BY place LIMIT 1";

static const char due_sql[] =
	"SELECT n.id, n.message_id, n.urgent, n.person, n.channel, n.send_at, a.last_message_at FROM notifications n"
	" LEFT JOIN addresses a ON a.person = n.person AND a.channel = n.channel"
	" WHERE n.state = 'waiting' AND n.urgent = $1 AND n.place = $2 AND n.send_at <= $3 AND n.send_at >= $4"
	" AND (n.send_at > $4 OR n.id > $5) AND NOT " HELD " ORDER BY n.send_at, n.id LIMIT $6";

static const char lapsed_sql[] =
	"SELECT n.id, n.message_id, n.urgent, n.person, n.channel FROM notifications n WHERE n.state = 'in_flight'"
	" AND (n.leased_until <= $2 OR n.leased_until > $3) AND " OF_KIND " ORDER BY n.leased_until, n.id LIMIT $4";

/* The + 0 keep the planner from walking through all that is due instead of asking for the person. */
static const char new_members_sql[] =
	"SELECT n.id, n.tries, $3 FROM notifications n WHERE n.state = 'waiting' AND n.person = $1 AND n.channel = $2"
	" AND n.urgent + 0 = 0 AND n.message_id IS NULL AND n.send_at + 0 <= $3 AND NOT " HELD
	" ORDER BY n.id LIMIT $4";

/* What follows a message too soon is due when its group goes, and is not looked at before. */
static const char gather_sql[] = "UPDATE notifications SET send_at = $2 WHERE id = $1";

/* A re-send's members are those of its first lease, but for what was dropped meanwhile. */
static const char old_members_sql[] = "SELECT id, tries, message_at FROM notifications WHERE message_id = $1"
				      " AND (state = 'waiting' OR state = 'in_flight') ORDER BY id LIMIT $2";

/* A lease that ran out was held by somebody who may have sent it. */
static const char lease_sql[] =
	"UPDATE notifications SET state = 'in_flight', message_id = $2, message_at = $6,"
	" leased_by = $3, leased_until = $4, tries = tries + 1, first_try_at = coalesce(first_try_at, $5),"
	" unsure = CASE WHEN state = 'in_flight' THEN 1 ELSE unsure END WHERE id = $1";

/* While others wait for an earlier one, no later one (what is urgent) lets them wait for longer. */
static const char address_sql[] =
	"INSERT INTO addresses (person, channel, last_message_at) VALUES ($1, $2, $3)"
	" ON CONFLICT (person, channel) DO UPDATE SET last_message_at = excluded.last_message_at"
	" WHERE addresses.last_message_at + $4 <= $3 OR addresses.last_message_at > $3";

static void read_candidate(struct query *q, struct candidate *c)
{
	c->id = db_int(q, 0);
	c->message_id = db_int(q, 1);
	c->urgent = db_int(q, 2) != 0;
	DB_COPY(q, 3, c->person);
	DB_COPY(q, 4, c->channel);
}

/* Whether the message of which it is a member was met before. */
static bool is_leased(const struct leasing *l, const struct candidate *c)
{
	for (size_t i = 0; c->message_id && i < l->n; i++)
		if (l->list[i].message_id == c->message_id)
			return true;
	return false;
}

static void read_members(struct query *q, struct outbox_message *m)
{
	while (m->count < OUTBOX_MEMBERS && db_step(q)) {
		int tries = (int)db_int(q, 1) + 1;

		m->ids[m->count++] = db_int(q, 0);
		m->tries = tries > m->tries ? tries : m->tries;
		m->message_at = db_int(q, 2);
	}
	db_done(q);
}

/* Of a new message to a person: all there is for them. */
static void find_members(const struct leasing *l, const struct candidate *c, struct outbox_message *m)
{
	struct db *db = l->s->db;

	m->count = 0;
	m->tries = 1;
	m->message_at = l->now;
	if (c->message_id)
		read_members(db_query(db, old_members_sql, V(c->message_id), V(OUTBOX_MEMBERS)), m);
	else if (c->urgent)
		m->ids[m->count++] = c->id;
	else
		read_members(
			db_query(db, new_members_sql, V(c->person), V(c->channel), V(l->now), V(OUTBOX_MEMBERS)), m);
}

static bool has_room(const struct leasing *l, const struct candidate *c)
{
	const struct outbox_terms *t = l->terms;

	return (c->urgent && t->room_urgent ? t->room_urgent : t->room)(t->context, c->message_id, c->channel);
}

enum found { LEASED, KNOWN, NO_ROOM };

/* KNOWN: it is part of a message that was leased here already. */
static enum found lease(struct leasing *l, const struct candidate *c)
{
	struct outbox_message *m = &l->list[l->n];
	struct db *db = l->s->db;

	if (is_leased(l, c))
		return KNOWN;
	find_members(l, c, m);
	if (m->count == 0)
		return KNOWN;
	if (!has_room(l, c))
		return NO_ROOM;
	m->urgent = c->urgent;
	memcpy(m->person, c->person, sizeof(m->person));
	memcpy(m->channel, c->channel, sizeof(m->channel));
	m->message_id = c->message_id ? c->message_id : m->ids[0];
	for (size_t i = 0; i < m->count; i++)
		db_run(db, lease_sql, V(m->ids[i]), V(m->message_id), V(l->terms->who), V(l->now + l->terms->lease_ms),
			V(l->now), V(m->message_at));
	if (!c->message_id && m->count < OUTBOX_MEMBERS) /* what a full one leaves over follows at once */
		db_run(db, address_sql, V(m->person), V(m->channel), V(l->now), V(l->terms->group_ms));
	l->n++;
	return LEASED;
}

/* Candidates are read to the end before any is leased: a lease changes what the query reads. */
static void lease_lapsed(struct leasing *l, const char *prefix)
{
	struct query *q = db_query(
		l->s->db, lapsed_sql, V(prefix), V(l->now), V(l->now + 2 * l->terms->lease_ms), V(LAPSED_MOST));
	struct candidate *list = NULL;
	size_t count = 0, room = 0;

	while (db_step(q)) {
		if (count == room) {
			room = room ? 2 * room : LOOKED_AT_ONCE;
			list = realloc(list, room * sizeof(*list));
			if (!list)
				fatal("error=\"out of memory\"");
		}
		read_candidate(q, &list[count++]);
	}
	for (size_t i = 0; i < count && l->n < l->most; i++)
		lease(l, &list[i]);
	free(list);
}

/* Clocks may go back: a last message further ahead than it can be binds nobody. */
static int64_t group_goes_at(const struct leasing *l, const struct candidate *c, int64_t last_message_at)
{
	bool bound = !c->urgent && !c->message_id && last_message_at && last_message_at <= l->now;

	return bound && last_message_at + l->terms->group_ms > l->now ? last_message_at + l->terms->group_ms : 0;
}

/* The next due at this place after the one where `from` was; how many. */
static size_t read_due(struct leasing *l, const char *place, bool urgent, const struct candidate *from)
{
	struct query *q = db_query(
		l->s->db, due_sql, V(urgent), V(place), V(l->now), V(from->send_at), V(from->id), V(LOOKED_AT_ONCE));
	size_t n = 0;

	while (n < LOOKED_AT_ONCE && db_step(q)) {
		struct candidate *c = &l->candidates[n++];

		read_candidate(q, c);
		c->send_at = db_int(q, 5);
		c->wait_until = group_goes_at(l, c, db_int(q, 6));
	}
	db_done(q);
	return n;
}

/* Those of one place, longest due first, until there was no room for many in a row. */
static void lease_at(struct leasing *l, const char *place, bool urgent)
{
	struct candidate from = { .send_at = INT64_MIN };
	size_t count, refused = 0;

	do {
		count = read_due(l, place, urgent, &from);
		for (size_t i = 0; i < count && l->n < l->most && refused < LOOKED_AT_ONCE; i++) {
			const struct candidate *c = &l->candidates[i];

			if (c->wait_until)
				db_run(l->s->db, gather_sql, V(c->id), V(c->wait_until));
			else
				switch (lease(l, c)) {
				case LEASED: refused = 0; break;
				case KNOWN: break;
				case NO_ROOM: refused++; break;
				}
		}
		if (count)
			from = l->candidates[count - 1];
	} while (count == LOOKED_AT_ONCE && l->n < l->most && refused < LOOKED_AT_ONCE);
}

/* The first place after this one where something of the kind waits; false: there is none. */
static bool next_place(struct store *s, bool urgent, const char *prefix, char place[ADDRESS])
{
	struct query *q;
	bool found;

	if (strcmp(place, prefix) < 0) { /* places are as long as their kind, or longer */
		snprintf(place, ADDRESS, "%s", prefix);
		place[strlen(place) - 1]--;
	}
	q = db_query(s->db, place_sql, V(urgent), V(place));
	found = db_step(q);
	if (found)
		db_copy(q, 0, place, ADDRESS);
	db_done(q);
	return found && strncmp(place, prefix, strlen(prefix)) == 0;
}

/* All places in turn, those after `from` first: so none gets what all the others leave. */
static void lease_everywhere(struct leasing *l, const char *prefix, bool urgent, const char *from)
{
	char place[ADDRESS];

	snprintf(place, sizeof(place), "%s", from);
	while (l->n < l->most && next_place(l->s, urgent, prefix, place))
		lease_at(l, place, urgent);
	place[0] = '\0';
	while (from[0] && l->n < l->most && next_place(l->s, urgent, prefix, place) && strcmp(place, from) <= 0)
		lease_at(l, place, urgent);
}

size_t outbox_lease(struct store *s, const struct outbox_terms *terms, const char *kind, int64_t now,
	struct outbox_message *list, size_t most)
{
	struct leasing l = { .s = s, .terms = terms, .now = now, .list = list, .most = most };
	char prefix[32] = "";

	l.candidates = malloc(LOOKED_AT_ONCE * sizeof(*l.candidates));
	if (!l.candidates)
		fatal("error=\"out of memory\"");
	if (*kind)
		snprintf(prefix, sizeof(prefix), "%s:", kind);
	lease_lapsed(&l, prefix);
	lease_everywhere(&l, prefix, true, "");
	lease_everywhere(&l, prefix, false, terms->from ? terms->from : "");
	free(l.candidates);
	return db_status(s->db) == DB_FINE ? l.n : 0;
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
	" send_at = CASE WHEN put_off = 0 THEN CASE WHEN send_at > $2 OR (send_at > $1 AND written_at > $1 AND tries = 0)"
	" THEN $1 ELSE send_at END"
	" WHEN written_at > $1 THEN $1 + (send_at - $1) % 86400000 ELSE send_at END,"
	" leased_until = CASE WHEN leased_until > $2 THEN $1 ELSE leased_until END"
	" WHERE state IN ('waiting', 'in_flight')"
	" AND (written_at > $1 OR first_try_at > $1 OR send_at > $2 OR leased_until > $2)";

void outbox_cut(struct store *s, int64_t now, int64_t longest_ms)
{
	db_run(s->db, cut_sql, V(now), V(now + longest_ms));
}

/* The first at a place; a place is found by its first. */
static const char waiting_sql[] = "SELECT min(send_at) FROM notifications WHERE state = 'waiting' AND urgent = $1"
				  " AND place = $2";
static const char leased_sql[] = "SELECT min(leased_until) FROM notifications WHERE state = 'in_flight'";

int64_t outbox_next_due(struct store *s, int64_t now)
{
	int64_t at = db_number(s->db, INT64_MAX, leased_sql);

	for (int urgent = 1; urgent >= 0; urgent--) {
		char place[ADDRESS] = "";

		while (at > now && next_place(s, urgent, "", place)) {
			int64_t waiting = db_number(s->db, INT64_MAX, waiting_sql, V(urgent), V(place));

			at = waiting < at ? waiting : at;
		}
	}
	return at < now ? now : at;
}

/* Rows of watchers, a person perhaps more than once. Not after IN: schema.c says why. */
static const char others_asked_sql[] =
	"SELECT person FROM notifications WHERE incident_id = $1 AND (what = 'alert' OR what = 'duty' OR what = 'question')"
	" AND person LIKE 'watcher:%' AND person <> $2 AND (state = 'in_flight' OR state = 'sent' OR state = 'seen'"
	" OR state = 'answered' OR (state = 'waiting' AND put_off = 0))";

size_t outbox_others_asked(struct store *s, int64_t incident_id, const char *person, size_t most)
{
	struct query *q = db_query(s->db, others_asked_sql, V(incident_id), V(person));
	char(*persons)[PERSON] = NULL;
	size_t n = 0;

	while (n < most && db_step(q)) {
		const char *other = db_text(q, 0);
		size_t i = 0;

		while (i < n && strcmp(persons[i], other) != 0)
			i++;
		if (i < n)
			continue;
		if (!persons && !(persons = malloc(most * sizeof(*persons))))
			fatal("error=\"out of memory\"");
		db_copy(q, 0, persons[n++], PERSON);
	}
	db_done(q);
	free(persons);
	return n;
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

static const char before_sql[] = "SELECT 1 FROM notifications WHERE incident_id = $1 AND person = $2 AND round < $3"
				 " AND (what = 'alert' OR what = 'duty' OR what = 'question')"
				 " AND (state = 'sent' OR state = 'seen' OR state = 'answered') LIMIT 1";

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
