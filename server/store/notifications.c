/* notifications - the outbox as the rules write it; outbox.h has the sender's side. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/store/notifications.h"

#define COLUMNS                                                                                                     \
	"id, incident_id, expectation_id, key, kind, what, round, person, channel, detail, state, urgent, put_off," \
	" fallen_back, written_at, send_at, message_id, leased_until, first_try_at, sent_at, tries, answer"

static void read_one(struct query *q, struct notification *n)
{
	int c = 0;

	n->id = db_int(q, c++);
	n->incident_id = db_int(q, c++);
	n->expectation_id = db_int(q, c++);
	DB_COPY(q, c++, n->key);
	DB_COPY(q, c++, n->kind);
	DB_COPY(q, c++, n->what);
	n->round = (int)db_int(q, c++);
	DB_COPY(q, c++, n->person);
	DB_COPY(q, c++, n->channel);
	DB_COPY(q, c++, n->detail);
	DB_COPY(q, c++, n->state);
	n->urgent = db_int(q, c++) != 0;
	n->put_off = db_int(q, c++) != 0;
	n->fallen_back = db_int(q, c++) != 0;
	n->written_at = db_int(q, c++);
	n->send_at = db_int(q, c++);
	n->message_id = db_int(q, c++);
	n->leased_until = db_int(q, c++);
	n->first_try_at = db_int(q, c++);
	n->sent_at = db_int(q, c++);
	n->tries = (int)db_int(q, c++);
	DB_COPY(q, c++, n->answer);
}

static size_t take(struct query *q, struct notification *list, size_t most)
{
	size_t n = 0;

	while (n < most && db_step(q))
		read_one(q, &list[n++]);
	db_done(q);
	return n;
}

/* Up to the host's end of a URL; of all others the kind alone: mail, device, log, … */
static void place_of(char place[ADDRESS], const char *channel)
{
	size_t kind = strcspn(channel, ":") + (strchr(channel, ':') != NULL);
	const char *host = strstr(channel + kind, "://");
	size_t len = host ? (size_t)(host + 3 - channel) : kind;

	if (host)
		len += strcspn(host + 3, "/?#");
	snprintf(place, ADDRESS, "%.*s", (int)len, channel);
}

static const char add_sql[] =
	"INSERT INTO notifications (key, incident_id, expectation_id, kind, what, round, person, channel, detail, state,"
	" urgent, put_off, written_at, send_at, place)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, $11, $12, $13, $14) ON CONFLICT (key) DO NOTHING";

bool notifications_add(struct store *s, struct notification *n)
{
	/* A test is about nothing but its time; other news about none of both are about a day, their round. */
	char about = n->incident_id ? 'i' : n->expectation_id ? 'e' : strcmp(n->kind, "test") == 0 ? 't' : 'd';
	int64_t id = about == 'i'   ? n->incident_id
		     : about == 'e' ? n->expectation_id
		     : about == 't' ? n->written_at
				    : n->round;
	char place[ADDRESS];

	place_of(place, n->channel);
	snprintf(n->key, sizeof(n->key), "%c%" PRId64 "/%d/%s/%s/%s", about, id, n->round, n->what, n->person,
		n->channel);
	if (db_run(s->db, add_sql, V(n->key), V0(n->incident_id), V0(n->expectation_id), V(n->kind), V(n->what),
		    V(n->round), V(n->person), V(n->channel), V(n->detail), V(n->urgent), V(n->put_off),
		    V(n->written_at), V(n->send_at), V(place)) != 1)
		return false;
	n->id = db_last_id(s->db);
	s->posted = true;
	return true;
}

static const char find_sql[] = "SELECT " COLUMNS " FROM notifications WHERE id = $1";

bool notifications_find(struct store *s, int64_t id, struct notification *n)
{
	return take(db_query(s->db, find_sql, V(id)), n, 1) == 1;
}

static const char drop_sql[] = "UPDATE notifications SET state = 'dropped'"
			       " WHERE incident_id = $1 AND state = 'waiting' AND what <> 'ended'";

void notifications_drop(struct store *s, int64_t incident_id)
{
	db_run(s->db, drop_sql, V(incident_id));
}

static const char drop_claimed_sql[] = "UPDATE notifications SET state = 'dropped'"
				       " WHERE incident_id = $1 AND state = 'waiting'"
				       " AND (what = 'claimed' OR what = 'coming')";

void notifications_drop_claimed(struct store *s, int64_t incident_id)
{
	db_run(s->db, drop_claimed_sql, V(incident_id));
}

static const char drop_person_sql[] =
	"UPDATE notifications SET state = 'dropped'"
	" WHERE incident_id = $1 AND person = $2 AND state = 'waiting' AND what = 'alert'";

void notifications_drop_alerts(struct store *s, int64_t incident_id, const char *person)
{
	db_run(s->db, drop_person_sql, V(incident_id), V(person));
}

static const char state_sql[] = "UPDATE notifications SET state = $3, answer = $4, sent_at = coalesce($5, sent_at),"
				" leased_by = NULL, leased_until = NULL WHERE id = $1 AND state = $2";

bool notifications_move(
	struct store *s, int64_t id, const char *was, const char *state, const char *answer, int64_t sent_at)
{
	return db_run(s->db, state_sql, V(id), V(was), V(state), V(answer), V0(sent_at)) == 1;
}

static const char unsure_sql[] = "UPDATE notifications SET unsure = 1 WHERE id = $1 AND state = 'in_flight'";

void notifications_unsure(struct store *s, int64_t id)
{
	db_run(s->db, unsure_sql, V(id));
}

static const char retry_sql[] =
	"UPDATE notifications SET state = 'waiting', send_at = $2, answer = $3, leased_by = NULL,"
	" leased_until = NULL WHERE id = $1 AND state = 'in_flight'";

bool notifications_retry(struct store *s, int64_t id, int64_t at, const char *answer)
{
	return db_run(s->db, retry_sql, V(id), V(at), V(answer)) == 1;
}

static const char give_back_sql[] =
	"UPDATE notifications SET state = 'waiting', leased_by = NULL, leased_until = NULL, tries = tries - 1,"
	" first_try_at = CASE WHEN tries = 1 THEN NULL ELSE first_try_at END WHERE id = $1 AND state = 'in_flight'";

bool notifications_give_back(struct store *s, int64_t id)
{
	return db_run(s->db, give_back_sql, V(id)) == 1;
}

static const char fallen_sql[] = "UPDATE notifications SET fallen_back = 1 WHERE id = $1 AND fallen_back = 0";

bool notifications_fall_back(struct store *s, int64_t id)
{
	return db_run(s->db, fallen_sql, V(id)) == 1;
}

/* Not after IN: schema.c says why. */
#define TAKEN "n.state = 'sent' OR n.state = 'seen' OR n.state = 'answered'"

/* A firing, and those whose duty began after it. */
#define OF_FIRING                                                                                                \
	" n.incident_id = $1 AND n.round >= $2 AND (n.what = 'alert' OR n.what = 'question' OR n.what = 'duty')" \
	" AND n.person NOT LIKE 'resident:%'"

/*
 * Somebody but the resident was told in this round, or is about to be. A repeat asks anew, but what its channel has not
 * taken since before waiting_since waits as long already.
 */
static const char reached_sql[] =
	"SELECT 1 FROM notifications n WHERE" OF_FIRING " AND (" TAKEN " OR n.state = 'in_flight'"
	" OR (n.state = 'waiting' AND n.put_off = 0 AND n.written_at > $3 AND NOT EXISTS"
	" (SELECT 1 FROM notifications m WHERE m.incident_id = $1 AND m.person = n.person AND m.channel = n.channel"
	" AND m.what IN ('alert', 'question') AND m.state IN ('waiting', 'dropped') AND m.tries > 0"
	" AND m.written_at <= $3 AND m.id > (SELECT coalesce(max(t.id), 0) FROM notifications t"
	" WHERE t.incident_id = $1 AND t.person = n.person AND t.channel = n.channel AND t.sent_at IS NOT NULL)))) LIMIT 1";

bool notifications_reached(struct store *s, int64_t incident_id, int round, int64_t waiting_since)
{
	return db_number(s->db, 0, reached_sql, V(incident_id), V(round), V(waiting_since)) != 0;
}

static const char sure_sql[] = "SELECT 1 FROM notifications n WHERE" OF_FIRING " AND (" TAKEN ") LIMIT 1";

bool notifications_taken(struct store *s, int64_t incident_id, int round)
{
	return db_number(s->db, 0, sure_sql, V(incident_id), V(round)) != 0;
}

/* Each person once, on the channel that took an alert last, or may have; not who has heard an end since. */
static const char told_sql[] =
	"SELECT n.person, n.channel, n.kind FROM notifications n WHERE n.incident_id = $1"
	" AND (n.state IN ('sent', 'seen', 'answered') OR n.unsure = 1) AND n.what <> 'ended' AND n.id ="
	" (SELECT max(m.id) FROM notifications m WHERE m.incident_id = $1 AND m.person = n.person"
	" AND (m.state IN ('sent', 'seen', 'answered') OR m.unsure = 1) AND m.what <> 'ended')"
	" AND NOT EXISTS (SELECT 1 FROM notifications e WHERE e.incident_id = $1 AND e.person = n.person"
	" AND e.what = 'ended' AND e.id > n.id) ORDER BY n.person LIMIT $2";

size_t notifications_told(struct store *s, int64_t incident_id, struct told *list, size_t most)
{
	struct query *q = db_query(s->db, told_sql, V(incident_id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		DB_COPY(q, 0, list[n].person);
		DB_COPY(q, 1, list[n].channel);
		DB_COPY(q, 2, list[n].kind);
		n++;
	}
	db_done(q);
	return n;
}

static const char waits_sql[] = "SELECT 1 FROM notifications WHERE incident_id = $1 AND what = $2 AND person = $3"
				" AND channel = $4 AND state = 'waiting' LIMIT 1";

bool notifications_waits(
	struct store *s, int64_t incident_id, const char *what, const char *person, const char *channel)
{
	return db_number(s->db, 0, waits_sql, V(incident_id), V(what), V(person), V(channel)) != 0;
}

static const char alerted_sql[] = "SELECT 1 FROM notifications WHERE incident_id = $1 AND person = $2"
				  " AND what IN ('alert', 'question') AND round = $3 LIMIT 1";

bool notifications_alerted(struct store *s, int64_t incident_id, const char *person, int round)
{
	return db_number(s->db, 0, alerted_sql, V(incident_id), V(person), V(round)) != 0;
}

static const char heard_claimed_sql[] =
	"SELECT 1 FROM notifications n WHERE n.incident_id = $1 AND n.person = $2 AND n.what = 'claimed'"
	" AND n.state IN ('in_flight', 'sent', 'seen', 'answered') AND NOT EXISTS (SELECT 1 FROM notifications r"
	" WHERE r.incident_id = $1 AND r.person = $2 AND r.what = 'released' AND r.id > n.id) LIMIT 1";

bool notifications_heard_claimed(struct store *s, int64_t incident_id, const char *person)
{
	return db_number(s->db, 0, heard_claimed_sql, V(incident_id), V(person)) != 0;
}

static const char open_of_sql[] =
	"SELECT id FROM notifications WHERE incident_id = $1 AND person = $2 AND what <> 'ended'"
	" AND (state = 'sent' OR ($3 = 1 AND state = 'seen')) ORDER BY id DESC LIMIT $4";

size_t notifications_open_of(
	struct store *s, int64_t incident_id, const char *person, bool answered, int64_t *ids, size_t most)
{
	struct query *q = db_query(s->db, open_of_sql, V(incident_id), V(person), V(answered), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		ids[n++] = db_int(q, 0);
	db_done(q);
	return n;
}

static const char hold_sql[] = "UPDATE notifications SET put_off = 1 WHERE incident_id = $1 AND state = 'waiting'"
			       " AND what = 'alert' AND person LIKE 'watcher:%'";

void notifications_hold(struct store *s, int64_t incident_id)
{
	db_run(s->db, hold_sql, V(incident_id));
}

static const char all_declined_sql[] = "SELECT count(*) > 0 AND count(*) = count(d.person) FROM notifications n"
				       " LEFT JOIN declines d ON d.incident_id = n.incident_id AND d.person = n.person"
				       " WHERE n.incident_id = $1 AND n.round = $2 AND n.what IN ('alert', 'question')"
				       " AND n.person NOT LIKE 'resident:%'"
				       " AND (n.state NOT IN ('refused', 'dropped') OR d.person IS NOT NULL)";

bool notifications_all_declined(struct store *s, int64_t incident_id, int round)
{
	return db_number(s->db, 0, all_declined_sql, V(incident_id), V(round)) != 0;
}
