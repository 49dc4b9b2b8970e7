/* retention - one table of kinds: how old rows are found, and what goes with one. */
#include "server/store/retention.h"

#include "common/zone.h"

#define BEHIND(key, id) "(" key " > $2 OR (" key " = $2 AND " id " > $3)) AND " key " >= $2"
#define TELLINGS        "('told', 'retry', 'refused', 'seen', 'answered', 'bounced')"

struct kind {
	const char *old;       /* id, key, at, month_at, kept */
	const char *delete[8]; /* each with the id */
};

static const struct kind kinds[RETENTION_KINDS] = {
	[RETENTION_INCIDENTS] = {
		"SELECT id, closed_at, closed_at, opened_at, 0 FROM incidents WHERE closed_at < $1 AND "
		BEHIND("closed_at", "id") " AND state = 'closed' ORDER BY closed_at, id LIMIT $4",
		{ "DELETE FROM notifications WHERE incident_id = $1", "DELETE FROM timeline WHERE incident_id = $1",
			"DELETE FROM declines WHERE incident_id = $1", "DELETE FROM causes WHERE incident_id = $1",
			"DELETE FROM incident_residents WHERE incident_id = $1",
			"DELETE FROM answer_tokens WHERE incident_id = $1",
			"UPDATE disclosures SET incident_id = NULL WHERE incident_id = $1",
			"DELETE FROM incidents WHERE id = $1" },
	},
	[RETENTION_EXPECTATIONS] = {
		"SELECT id, day, day, opens_at, CASE WHEN outcome IS NULL OR outcome = 'missed' OR EXISTS (SELECT 1 FROM causes c"
		" WHERE c.expectation_id = expectations.id) THEN 1 ELSE 0 END FROM expectations WHERE day < $1 AND "
		BEHIND("day", "id") " ORDER BY day, id LIMIT $4",
		{ "DELETE FROM notifications WHERE expectation_id = $1", "DELETE FROM expectations WHERE id = $1" },
	},
	[RETENTION_CHECKINS] = {
		"SELECT seq, seq, heard_at, heard_at, CASE WHEN heard_at >= $1 OR EXISTS (SELECT 1 FROM causes c"
		" WHERE c.checkin_seq = checkins.seq) THEN 1 ELSE 0 END FROM checkins"
		" WHERE seq >= $2 AND seq > $3 ORDER BY seq LIMIT $4",
		{ "DELETE FROM checkins WHERE seq = $1" },
	},
	[RETENTION_TELLINGS] = {
		"SELECT id, at, at, 0, 0 FROM timeline WHERE incident_id IS NULL AND event IN " TELLINGS
		" AND at < $1 AND " BEHIND("at", "id") " ORDER BY at, id LIMIT $4",
		{ "DELETE FROM timeline WHERE id = $1" },
	},
	[RETENTION_EVENTS] = {
		"SELECT id, at, at, 0, 0 FROM timeline WHERE incident_id IS NULL AND at < $1 AND "
		BEHIND("at", "id") " ORDER BY at, id LIMIT $4",
		{ "DELETE FROM timeline WHERE id = $1" },
	},
	[RETENTION_TESTS] = { /* their keys begin with t, and no other's */
		"SELECT id, id, written_at, 0, CASE WHEN written_at < $1 THEN 0 ELSE 1 END FROM notifications"
		" WHERE key >= 't' AND key < 'u' AND id >= $2 AND id > $3 ORDER BY id LIMIT $4",
		{ "DELETE FROM notifications WHERE id = $1" },
	},
	[RETENTION_VISITS] = {
		"SELECT id, at, at, at, 0 FROM visits WHERE at < $1 AND " BEHIND("at", "id") " ORDER BY at, id LIMIT $4",
		{ "DELETE FROM visits WHERE id = $1" },
	},
	[RETENTION_PAUSES] = {
		"SELECT id, to_at, to_at, 0, CASE WHEN next_question_at IS NOT NULL THEN 1 ELSE 0 END FROM pauses"
		" WHERE to_at < $1 AND " BEHIND("to_at", "id") " ORDER BY to_at, id LIMIT $4",
		{ "DELETE FROM pauses WHERE id = $1" },
	},
	[RETENTION_SIGNOFFS] = {
		"SELECT id, day, day, at, 0 FROM signoffs WHERE day < $1 AND " BEHIND("day", "id")
		" ORDER BY day, id LIMIT $4",
		{ "DELETE FROM signoff_lines WHERE signoff_id = $1", "DELETE FROM signoffs WHERE id = $1" },
	},
	[RETENTION_DISCLOSURES] = {
		"SELECT id, at, at, 0, 0 FROM disclosures WHERE at < $1 AND " BEHIND("at", "id")
		" ORDER BY at, id LIMIT $4",
		{ "DELETE FROM disclosures WHERE id = $1" },
	},
};

size_t retention_old(struct store *s, enum retention_kind kind, int64_t before, int64_t key, int64_t id,
	struct retention_row *list, size_t most)
{
	struct query *q = db_query(s->db, kinds[kind].old, V(before), V(key), V(id), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q)) {
		list[n].id = db_int(q, 0);
		list[n].key = db_int(q, 1);
		list[n].at = db_int(q, 2);
		list[n].month_at = db_int(q, 3);
		list[n].kept = db_int(q, 4) != 0;
		n++;
	}
	db_done(q);
	return n;
}

void retention_delete(struct store *s, enum retention_kind kind, int64_t id)
{
	for (size_t k = 0; k < sizeof(kinds[kind].delete) / sizeof(kinds[kind].delete[0]); k++)
		if (kinds[kind].delete[k])
			db_run(s->db, kinds[kind].delete[k], V(id));
}

static const char tasks_sql[] = "DELETE FROM daily_tasks WHERE (task, subject, day) IN"
				" (SELECT task, subject, day FROM daily_tasks WHERE day < $1 LIMIT $2)";

int64_t retention_delete_tasks(struct store *s, int32_t before_day, size_t most)
{
	return db_run(s->db, tasks_sql, V(before_day), V((int64_t)most));
}

static const char ended_sql[] =
	"SELECT resident_id FROM residents r WHERE ended_at < $1 AND (blanked_at IS NULL OR blanked_at < ended_at)"
	" AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.resident_id = r.resident_id AND i.state <> 'closed') LIMIT $2";

size_t retention_ended(struct store *s, int64_t before, char (*ids)[RESIDENT_ID], size_t most)
{
	struct query *q = db_query(s->db, ended_sql, V(before), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		db_copy(q, 0, ids[n++], RESIDENT_ID);
	db_done(q);
	return n;
}

/* What an import file must not leave empty is the id, or a dash. */
static const char record_sql[] =
	"UPDATE residents SET name = resident_id, kana = '', household = '', birth_date = '', phone = '', address = '',"
	" place = '', channels = '', contact = '', consent_on = '', entry_consent = '', care = '', note = '',"
	" blanked_at = $2 WHERE resident_id = $1";
static const char *const blank_sql[] = {
	"DELETE FROM links WHERE resident_id = $1",
	"UPDATE devices SET note = '' WHERE resident_id = $1",
	"UPDATE pauses SET reason = '-', told_by = '-' WHERE resident_id = $1",
	"UPDATE consents SET agreed_by = '-', note = '' WHERE resident_id = $1",
	"UPDATE never_told SET name = '-', reason = '-' WHERE resident_id = $1",
	"UPDATE visits SET note = '', person = CASE WHEN person LIKE 'user:%' OR person LIKE 'watcher:%' THEN person"
	" ELSE '-' END WHERE resident_id = $1",
	/* What an event says besides its name: of steps, tellings and outcomes no person's words. */
	"UPDATE timeline SET detail = '' WHERE resident_id = $1 AND event NOT IN ('opened', 'step', 'unreached', 'closed',"
	" 'told', 'retry', 'refused', 'seen', 'answered', 'bounced')",
	"UPDATE notifications SET detail = '' WHERE incident_id IN (SELECT id FROM incidents WHERE resident_id = $1)",
	"UPDATE incidents SET note = NULL, seen_by = CASE WHEN seen_by IS NOT NULL THEN '-' END WHERE resident_id = $1",
};

void retention_blank(struct store *s, const char *resident_id, int64_t now)
{
	db_run(s->db, record_sql, V(resident_id), V(now));
	for (size_t k = 0; k < sizeof(blank_sql) / sizeof(blank_sql[0]); k++)
		db_run(s->db, blank_sql[k], V(resident_id));
}

#define WATCHER_WORDS "kana || relation || channels || hours || night || away_from || away_to || note || end_reason"
static const char ended_watchers_sql[] = "SELECT watcher_id FROM watchers WHERE ends <> '' AND ends < $1"
					 " AND (name <> watcher_id OR " WATCHER_WORDS
					 " <> '' OR resident_id IS NOT NULL) LIMIT $2";

size_t retention_ended_watchers(struct store *s, int32_t before_day, char (*ids)[WATCHER_ID], size_t most)
{
	char before[DATE_TEXT];
	struct query *q = db_query(s->db, ended_watchers_sql, V(date_format(before, before_day)), V((int64_t)most));
	size_t n = 0;

	while (n < most && db_step(q))
		db_copy(q, 0, ids[n++], WATCHER_ID);
	db_done(q);
	return n;
}

static const char blank_watcher_sql[] =
	"UPDATE watchers SET name = watcher_id, kana = '', relation = '', channels = '', hours = '', night = '', away_from = '',"
	" away_to = '', note = '', end_reason = '', resident_id = NULL WHERE watcher_id = $1";

void retention_blank_watcher(struct store *s, const char *watcher_id)
{
	db_run(s->db, blank_watcher_sql, V(watcher_id));
	db_run(s->db, "DELETE FROM links WHERE watcher_id = $1", V(watcher_id));
}
