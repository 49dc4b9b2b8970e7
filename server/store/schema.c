/*
 * schema - the tables.
 *
 * Append only: a migration that was ever released is never changed. The text is what SQLite reads; for PostgreSQL
 * the driver turns INTEGER into BIGINT, INTEGER PRIMARY KEY into an identity column, and drops STRICT.
 *
 * Instants (_at) are ms since 1970 UTC, NULL where there is none; days are local dates as days since 1970-01-01. What
 * an import file gave stands as it was written, '' for an empty cell, so that export gives it back; rules read it
 * through the record's functions. A person is 'watcher:ID', 'user:LOGIN' or 'resident:ID'.
 */
#include "server/store/schema.h"

static const char first[] =
	/* Who is who: contract 2. */
	"CREATE TABLE districts (district TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;"

	"CREATE TABLE policies (policy TEXT NOT NULL, kind TEXT NOT NULL, position INTEGER NOT NULL,"
	" after TEXT NOT NULL, notify TEXT NOT NULL, PRIMARY KEY (policy, kind, position)) STRICT;"

	"CREATE TABLE residents (resident_id TEXT PRIMARY KEY, name TEXT NOT NULL, kana TEXT NOT NULL DEFAULT '',"
	" district TEXT NOT NULL REFERENCES districts, household TEXT NOT NULL DEFAULT '',"
	" category TEXT NOT NULL DEFAULT '', birth_date TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '',"
	" address TEXT NOT NULL DEFAULT '', place TEXT NOT NULL DEFAULT '', channels TEXT NOT NULL DEFAULT '',"
	" contact TEXT NOT NULL DEFAULT '', schedule TEXT NOT NULL DEFAULT '', policy TEXT NOT NULL DEFAULT '',"
	" passive TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '', starts TEXT NOT NULL DEFAULT '',"
	" ends TEXT NOT NULL DEFAULT '', end_reason TEXT NOT NULL DEFAULT '', consent_on TEXT NOT NULL DEFAULT '',"
	" entry_consent TEXT NOT NULL DEFAULT '', care TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',"
	" ended_at INTEGER,"                          /* the service has ended */
	" last_press_at INTEGER NOT NULL DEFAULT 0,"  /* pressed_at of the latest counting press */
	" last_press_kind TEXT NOT NULL DEFAULT '',"  /* its kind */
	" last_sign_at INTEGER NOT NULL DEFAULT 0,"   /* pressed_at of the latest sign of any kind */
	" maybe_press_at INTEGER NOT NULL DEFAULT 0," /* heard_at of the latest press whose true time nobody knows */
	" paused_until INTEGER NOT NULL DEFAULT 0,"   /* the latest end of a pause entered: a cheap look */
	" opens_at INTEGER, counts_from_at INTEGER, due_at INTEGER, deadline_at INTEGER," /* the open expectation */
	" expectation_id INTEGER,"               /* its row, once there is one */
	" next_look INTEGER NOT NULL DEFAULT 0," /* 1 at DUE, 2 at half of the grace, 3 at the deadline */
	" next_look_at INTEGER) STRICT;"
	"CREATE INDEX residents_look ON residents (next_look, next_look_at) WHERE next_look_at IS NOT NULL;"
	"CREATE INDEX residents_district ON residents (district);"
	"CREATE INDEX residents_end ON residents (ends) WHERE ends <> '' AND ended_at IS NULL;"

	"CREATE TABLE watchers (watcher_id TEXT PRIMARY KEY, name TEXT NOT NULL, kana TEXT NOT NULL DEFAULT '',"
	" relation TEXT NOT NULL DEFAULT '', resident_id TEXT REFERENCES residents,"
	" channels TEXT NOT NULL DEFAULT '', hours TEXT NOT NULL DEFAULT '', night TEXT NOT NULL DEFAULT '',"
	" named TEXT NOT NULL DEFAULT '', away_from TEXT NOT NULL DEFAULT '', away_to TEXT NOT NULL DEFAULT '',"
	" ends TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '') STRICT;"
	"CREATE INDEX watchers_resident ON watchers (resident_id) WHERE resident_id IS NOT NULL;"

	"CREATE TABLE links (resident_id TEXT NOT NULL REFERENCES residents,"
	" watcher_id TEXT NOT NULL REFERENCES watchers, tier INTEGER NOT NULL, can TEXT NOT NULL DEFAULT '',"
	" shares TEXT NOT NULL DEFAULT '', label TEXT NOT NULL DEFAULT '', relation TEXT NOT NULL DEFAULT '',"
	" key TEXT NOT NULL DEFAULT '', PRIMARY KEY (resident_id, watcher_id)) STRICT;"
	"CREATE INDEX links_watcher ON links (watcher_id);"

	"CREATE TABLE devices (device_id TEXT PRIMARY KEY, resident_id TEXT NOT NULL REFERENCES residents,"
	" kind TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', revoked_at INTEGER,"
	" online INTEGER, battery INTEGER, firmware TEXT NOT NULL DEFAULT '', state_at INTEGER,"
	" trouble TEXT NOT NULL DEFAULT '', trouble_at INTEGER) STRICT;" /* trouble: offline, battery, rejected */
	"CREATE INDEX devices_resident ON devices (resident_id);"
	/* Every resident a device ever belonged to: how a resident's check-ins are found with no index on the hot path.
	 */
	"CREATE TABLE device_residents (device_id TEXT NOT NULL, resident_id TEXT NOT NULL REFERENCES residents,"
	" PRIMARY KEY (resident_id, device_id)) STRICT;"

	"CREATE TABLE users (login TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,"
	" districts TEXT NOT NULL DEFAULT '', channels TEXT NOT NULL DEFAULT '', duty TEXT NOT NULL DEFAULT '',"
	" away_from TEXT NOT NULL DEFAULT '', away_to TEXT NOT NULL DEFAULT '',"
	" password TEXT NOT NULL DEFAULT '', disabled_at INTEGER,"
	" next_duty_at INTEGER) STRICT;" /* when the next duty begins: staff are told then what is open */

	"CREATE TABLE pauses (id INTEGER PRIMARY KEY, resident_id TEXT NOT NULL REFERENCES residents,"
	" from_on TEXT NOT NULL, to_on TEXT NOT NULL," /* local dates as written */
	" from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, reason TEXT NOT NULL, told_by TEXT NOT NULL,"
	" entered_by TEXT NOT NULL, entered_at INTEGER NOT NULL, ended_at INTEGER,"
	" next_question_at INTEGER,"           /* 24 h after it was entered, then 09:00 of its last day */
	" last_sign_question INTEGER) STRICT;" /* the day on which a press last raised one */
	"CREATE INDEX pauses_resident ON pauses (resident_id, to_at);"
	"CREATE INDEX pauses_question ON pauses (next_question_at) WHERE next_question_at IS NOT NULL;"

	/* What came in. */
	"CREATE TABLE checkins (seq INTEGER PRIMARY KEY, device_id TEXT NOT NULL," /* 'staff/RESIDENT' where entered */
	" id TEXT NOT NULL, kind TEXT NOT NULL, resident_id TEXT NOT NULL, pressed_at INTEGER NOT NULL,"
	" heard_at INTEGER NOT NULL, reply_to TEXT, UNIQUE (device_id, id, kind)) STRICT;"

	"CREATE TABLE rejected (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, device_id TEXT NOT NULL,"
	" press_id TEXT NOT NULL, reason TEXT NOT NULL, payload TEXT NOT NULL) STRICT;"
	"CREATE INDEX rejected_device ON rejected (device_id);"
	/* Help from devices nobody knows, so that each press is asked about once. */
	"CREATE TABLE unknown_helps (device_id TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,"
	" PRIMARY KEY (device_id, id)) STRICT;"

	/* What was expected: a row from the look at DUE on, with one outcome, written once. */
	"CREATE TABLE expectations (id INTEGER PRIMARY KEY, resident_id TEXT NOT NULL REFERENCES residents,"
	" day INTEGER NOT NULL, opens_at INTEGER NOT NULL, counts_from_at INTEGER NOT NULL, due_at INTEGER NOT NULL,"
	" deadline_at INTEGER NOT NULL, outcome TEXT, decided_at INTEGER," /* ok, missed, paused, unknown */
	" met_at INTEGER, met_kind TEXT, met_late_at INTEGER, UNIQUE (resident_id, opens_at)) STRICT;"
	"CREATE INDEX expectations_day ON expectations (day);"
	"CREATE INDEX expectations_unmet ON expectations (resident_id)"
	" WHERE outcome IN ('missed', 'unknown') AND met_late_at IS NULL;"

	/* Incidents. */
	"CREATE TABLE incidents (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, resident_id TEXT REFERENCES residents,"
	" subject TEXT NOT NULL DEFAULT '',"  /* of a question: the device, the pause, the resident it is about */
	" detail TEXT NOT NULL DEFAULT '',"   /* of a question: what is asked, a key of the texts */
	" district TEXT NOT NULL DEFAULT ''," /* of whoever is concerned; '' all */
	" state TEXT NOT NULL, opened_at INTEGER NOT NULL,"
	" ladder TEXT NOT NULL DEFAULT '',"  /* the policy's steps of all kinds, copied at opening */
	" ladder_at INTEGER NOT NULL,"       /* the ladder's clock starts here */
	" step INTEGER NOT NULL DEFAULT 0,"  /* steps fired of this kind's ladder */
	" round INTEGER NOT NULL DEFAULT 0," /* rises each time people are told again */
	" fired_at INTEGER, fired_round INTEGER NOT NULL DEFAULT 0," /* when a step or repeat fired last, and its round
								      */
	" reached INTEGER NOT NULL DEFAULT 1,"                       /* 0: the last firing reached nobody */
	" with_staff INTEGER NOT NULL DEFAULT 0,"                    /* a further missed date: staff hear each step */
	" next_step_at INTEGER," /* when the tick must look again; NULL: it need not */
	" claimed_by TEXT, claimed_at INTEGER, claimed_until INTEGER, claim_call INTEGER NOT NULL DEFAULT 0,"
	" renewals INTEGER NOT NULL DEFAULT 0, nudged INTEGER NOT NULL DEFAULT 0,"
	" asked INTEGER NOT NULL DEFAULT 0," /* every cause is answered; who is going was asked 'did you meet?' */
	" closed_at INTEGER, outcome TEXT, cause TEXT, how TEXT, seen_by TEXT, closed_by TEXT, until_on TEXT,"
	" note TEXT) STRICT;"
	"CREATE UNIQUE INDEX incidents_person ON incidents (resident_id)"
	" WHERE state <> 'closed' AND kind IN ('help', 'missed', 'unwell', 'talk');"
	"CREATE UNIQUE INDEX incidents_question ON incidents (kind, subject)"
	" WHERE state <> 'closed' AND kind IN ('pause', 'device', 'blind', 'area');"
	"CREATE INDEX incidents_step ON incidents (next_step_at) WHERE next_step_at IS NOT NULL;"
	"CREATE INDEX incidents_resident ON incidents (resident_id, opened_at);"
	"CREATE INDEX incidents_open ON incidents (state) WHERE state <> 'closed';"
	"CREATE INDEX incidents_closed ON incidents (closed_at) WHERE closed_at IS NOT NULL;"

	"CREATE TABLE causes (id INTEGER PRIMARY KEY, incident_id INTEGER NOT NULL REFERENCES incidents,"
	" kind TEXT NOT NULL, expectation_id INTEGER UNIQUE REFERENCES expectations,"
	" checkin_seq INTEGER UNIQUE REFERENCES checkins, at INTEGER NOT NULL, counts_from_at INTEGER,"
	" answered_at INTEGER) STRICT;"
	"CREATE INDEX causes_incident ON causes (incident_id);"

	"CREATE TABLE declines (incident_id INTEGER NOT NULL REFERENCES incidents, person TEXT NOT NULL,"
	" at INTEGER NOT NULL, PRIMARY KEY (incident_id, person)) STRICT;"
	/* Those a blind or area question lists. */
	"CREATE TABLE incident_residents (incident_id INTEGER NOT NULL REFERENCES incidents,"
	" resident_id TEXT NOT NULL REFERENCES residents, since_at INTEGER NOT NULL," /* a sign from here on settles it
										       */
	" due_at INTEGER NOT NULL, settled_at INTEGER, PRIMARY KEY (incident_id, resident_id)) STRICT;"
	"CREATE INDEX incident_residents_resident ON incident_residents (resident_id, due_at);"

	"CREATE TABLE timeline (id INTEGER PRIMARY KEY, incident_id INTEGER REFERENCES incidents, resident_id TEXT,"
	" at INTEGER NOT NULL, event TEXT NOT NULL, person TEXT NOT NULL DEFAULT '',"
	" detail TEXT NOT NULL DEFAULT '') STRICT;"
	"CREATE INDEX timeline_incident ON timeline (incident_id) WHERE incident_id IS NOT NULL;"
	"CREATE INDEX timeline_resident ON timeline (resident_id, at) WHERE resident_id IS NOT NULL;"

	/* The outbox. */
	"CREATE TABLE notifications (id INTEGER PRIMARY KEY,"
	" key TEXT NOT NULL UNIQUE," /* i17/2/alert/watcher:W001/mail:a@example.jp; e… for an expectation */
	" incident_id INTEGER REFERENCES incidents, expectation_id INTEGER REFERENCES expectations,"
	" kind TEXT NOT NULL," /* of the incident when this was written, or 'reminder' */
	" what TEXT NOT NULL, round INTEGER NOT NULL, person TEXT NOT NULL, channel TEXT NOT NULL,"
	" detail TEXT NOT NULL DEFAULT '',"    /* what the text needs besides: who claimed, what was seen */
	" state TEXT NOT NULL,"                /* waiting, in_flight, sent, refused, dropped; seen, answered, bounced */
	" urgent INTEGER NOT NULL DEFAULT 0,"  /* leaves alone and at once */
	" put_off INTEGER NOT NULL DEFAULT 0," /* waits for its reader's hours */
	" written_at INTEGER NOT NULL, send_at INTEGER NOT NULL," /* not before */
	" message_id INTEGER," /* the notification whose message this one travels in; set at the first lease */
	" leased_by TEXT, leased_until INTEGER, tries INTEGER NOT NULL DEFAULT 0, first_try_at INTEGER,"
	" fallen_back INTEGER NOT NULL DEFAULT 0," /* the person's next channel was asked as well */
	" unsure INTEGER NOT NULL DEFAULT 0,"      /* a try ended without an answer: the reader may have it */
	" sent_at INTEGER, answer TEXT NOT NULL DEFAULT '') STRICT;"
	"CREATE INDEX notifications_due ON notifications (urgent, send_at, channel) WHERE state = 'waiting';"
	"CREATE INDEX notifications_group ON notifications (person, channel) WHERE state = 'waiting';"
	"CREATE INDEX notifications_leased ON notifications (leased_until) WHERE state = 'in_flight';"
	"CREATE INDEX notifications_incident ON notifications (incident_id) WHERE incident_id IS NOT NULL;"
	"CREATE INDEX notifications_expectation ON notifications (expectation_id) WHERE expectation_id IS NOT NULL;"
	"CREATE INDEX notifications_message ON notifications (message_id) WHERE message_id IS NOT NULL;"
	/* When a person was last written to on a channel (grouping), and last reached there. */
	"CREATE TABLE addresses (person TEXT NOT NULL, channel TEXT NOT NULL, last_message_at INTEGER NOT NULL DEFAULT 0,"
	" reached_at INTEGER, PRIMARY KEY (person, channel)) STRICT;"

	/* Ourselves. */
	"CREATE TABLE heartbeats (client_id TEXT PRIMARY KEY, heard_until INTEGER NOT NULL, beat_at INTEGER NOT NULL) STRICT;"
	"CREATE TABLE blind_periods (id INTEGER PRIMARY KEY, client_id TEXT NOT NULL, from_at INTEGER NOT NULL,"
	" to_at INTEGER, remind INTEGER NOT NULL DEFAULT 0," /* 1: those past due are still to be reminded */
	" reminded_to TEXT NOT NULL DEFAULT '') STRICT;"     /* how far that has come */
	"CREATE UNIQUE INDEX blind_periods_from ON blind_periods (client_id, from_at);"
	"CREATE INDEX blind_periods_to ON blind_periods (client_id, to_at);"
	"CREATE INDEX blind_periods_remind ON blind_periods (client_id) WHERE remind = 1;"
	"CREATE TABLE audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,"
	" subject TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '') STRICT;";

/* The pages: who comes in, who signed, who may answer, what was agreed and told. */
static const char second[] =
	"ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE users ADD COLUMN totp TEXT NOT NULL DEFAULT '';"      /* secret in base32 (RFC 6238); '' none */
	"ALTER TABLE users ADD COLUMN totp_on INTEGER NOT NULL DEFAULT 0;" /* 1: a code of it was shown once */
	"ALTER TABLE users ADD COLUMN totp_required INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;" /* of the last code taken: none twice */

	/* Tokens of every sort are stored as their hash (BLAKE2b-256, hex). */
	"CREATE TABLE sessions (hash TEXT PRIMARY KEY, login TEXT NOT NULL REFERENCES users, began_at INTEGER NOT NULL,"
	" seen_at INTEGER NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL DEFAULT '', ended_at INTEGER) STRICT;"
	"CREATE INDEX sessions_login ON sessions (login);"
	"CREATE TABLE browsers (hash TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;" /* of token and login: came in
											before */
	"CREATE TABLE api_keys (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
	" login TEXT NOT NULL REFERENCES users," /* as whom it acts */
	" scopes TEXT NOT NULL,"                 /* names of rights, space separated */
	" made_at INTEGER NOT NULL, made_by TEXT NOT NULL, seen_at INTEGER, revoked_at INTEGER) STRICT;"
	"CREATE TABLE setups (hash TEXT PRIMARY KEY, made_at INTEGER NOT NULL, until_at INTEGER NOT NULL,"
	" used_at INTEGER) STRICT;" /* one-time links that make the first account */
	/* Failed attempts to come in: 'login:L', 'address:A', 'browser:HASH'. */
	"CREATE TABLE throttles (key TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT;"

	"ALTER TABLE audit ADD COLUMN address TEXT NOT NULL DEFAULT '';" /* from where; '' this machine's shell */
	"ALTER TABLE audit ADD COLUMN reason TEXT NOT NULL DEFAULT '';"
	"CREATE INDEX audit_at ON audit (at);"
	"CREATE INDEX audit_subject ON audit (subject, at) WHERE subject <> '';"

	/* The daily list, signed: whose, which day's, against which version. */
	"CREATE TABLE signoffs (id INTEGER PRIMARY KEY, day INTEGER NOT NULL, district TEXT NOT NULL REFERENCES districts,"
	" version INTEGER NOT NULL,"
	" event_id INTEGER NOT NULL," /* the latest of the timeline then: what comes later is after signing */
	" login TEXT NOT NULL REFERENCES users, at INTEGER NOT NULL) STRICT;"
	"CREATE INDEX signoffs_day ON signoffs (day, district);"
	"CREATE TABLE signoff_lines (signoff_id INTEGER NOT NULL REFERENCES signoffs,"
	" resident_id TEXT NOT NULL REFERENCES residents, reason TEXT NOT NULL,"
	" handed_to TEXT NOT NULL," /* a login */
	" PRIMARY KEY (signoff_id, resident_id)) STRICT;"
	/* What is done once a day, by name; subject: a district, a watcher, '' */
	"CREATE TABLE daily_tasks (task TEXT NOT NULL, subject TEXT NOT NULL DEFAULT '', day INTEGER NOT NULL,"
	" done_at INTEGER NOT NULL, PRIMARY KEY (task, subject, day)) STRICT;"

	/* People met and spoken to, outside or inside an incident. */
	"CREATE TABLE visits (id INTEGER PRIMARY KEY, resident_id TEXT NOT NULL REFERENCES residents, at INTEGER NOT NULL,"
	" kind TEXT NOT NULL,"   /* visit, call */
	" person TEXT NOT NULL," /* who met them */
	" minutes INTEGER, note TEXT NOT NULL DEFAULT '', entered_by TEXT NOT NULL, entered_at INTEGER NOT NULL) STRICT;"
	"CREATE INDEX visits_resident ON visits (resident_id, at);"
	"CREATE INDEX visits_at ON visits (at);"

	/* Links that watchers answer by. incident_id NULL: the watcher's own page. */
	"CREATE TABLE answer_tokens (hash TEXT PRIMARY KEY, watcher_id TEXT NOT NULL REFERENCES watchers,"
	" incident_id INTEGER REFERENCES incidents, made_at INTEGER NOT NULL, revoked_at INTEGER) STRICT;"
	"CREATE INDEX answer_tokens_watcher ON answer_tokens (watcher_id, incident_id);"
	"CREATE INDEX answer_tokens_incident ON answer_tokens (incident_id) WHERE incident_id IS NOT NULL;"
	/* The browser that said yes first; incident_id 0: for the watcher's own page. */
	"CREATE TABLE answer_browsers (watcher_id TEXT NOT NULL REFERENCES watchers, incident_id INTEGER NOT NULL,"
	" browser TEXT NOT NULL, at INTEGER NOT NULL,"
	" last_form TEXT NOT NULL DEFAULT ''," /* the forms it sent last: sent twice, each counts once */
	" PRIMARY KEY (watcher_id, incident_id)) STRICT;"
	"ALTER TABLE watchers ADD COLUMN summary TEXT NOT NULL DEFAULT '';" /* yes: news in one mail a day */
	"ALTER TABLE watchers ADD COLUMN end_reason TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE districts ADD COLUMN ended_at INTEGER;"
	"ALTER TABLE districts ADD COLUMN end_reason TEXT NOT NULL DEFAULT '';"
	/* Policies that ended: the rows of one are its steps, and those that are built in have none. */
	"CREATE TABLE policy_ends (policy TEXT PRIMARY KEY, ended_at INTEGER NOT NULL, end_reason TEXT NOT NULL) STRICT;"
	"CREATE TABLE replacements (id INTEGER PRIMARY KEY, old_id TEXT NOT NULL REFERENCES watchers,"
	" new_id TEXT NOT NULL REFERENCES watchers, from_on TEXT NOT NULL, reason TEXT NOT NULL,"
	" entered_by TEXT NOT NULL, entered_at INTEGER NOT NULL, done_at INTEGER, dropped_at INTEGER,"
	" why_not TEXT NOT NULL DEFAULT '') STRICT;" /* dropped on its day because it could not be done */
	"CREATE INDEX replacements_due ON replacements (from_on) WHERE done_at IS NULL AND dropped_at IS NULL;"

	/* What was agreed, who must never be told, what was told to whom. */
	"CREATE TABLE consents (id INTEGER PRIMARY KEY, resident_id TEXT NOT NULL REFERENCES residents,"
	" what TEXT NOT NULL,"                  /* service, entry, link */
	" watcher_id TEXT REFERENCES watchers," /* of link: whom it lets be told */
	" items TEXT NOT NULL DEFAULT '',"      /* of link: what may be told, as shares; of entry: police */
	" given INTEGER NOT NULL,"              /* 0: taken back, or refused */
	" agreed_on TEXT NOT NULL, agreed_by TEXT NOT NULL," /* the resident, or who speaks for them */
	" form TEXT NOT NULL,"                               /* paper, spoken, online */
	" note TEXT NOT NULL DEFAULT '', entered_by TEXT NOT NULL, entered_at INTEGER NOT NULL) STRICT;"
	"CREATE INDEX consents_resident ON consents (resident_id, id);"
	"CREATE INDEX consents_link ON consents (watcher_id, resident_id, id) WHERE watcher_id IS NOT NULL;"
	"CREATE TABLE never_told (id INTEGER PRIMARY KEY, resident_id TEXT NOT NULL REFERENCES residents,"
	" watcher_id TEXT REFERENCES watchers, name TEXT NOT NULL, reason TEXT NOT NULL,"
	" entered_by TEXT NOT NULL, entered_at INTEGER NOT NULL, lifted_at INTEGER) STRICT;"
	"CREATE INDEX never_told_resident ON never_told (resident_id);"
	"CREATE TABLE disclosures (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, resident_id TEXT NOT NULL REFERENCES residents,"
	" person TEXT NOT NULL DEFAULT '', name TEXT NOT NULL," /* who was told, by the name of that day */
	" items TEXT NOT NULL,"                                 /* of: name place address phone care state outcome */
	" basis TEXT NOT NULL,"                                 /* consent, emergency */
	" reason TEXT NOT NULL DEFAULT '', by_person TEXT NOT NULL DEFAULT ''," /* '' we ourselves */
	" channel TEXT NOT NULL DEFAULT '',"                                    /* mail, page, telephone … */
	" incident_id INTEGER REFERENCES incidents) STRICT;"
	"CREATE INDEX disclosures_resident ON disclosures (resident_id, id);"
	"CREATE INDEX disclosures_at ON disclosures (at);"
	"CREATE INDEX disclosures_incident ON disclosures (incident_id) WHERE incident_id IS NOT NULL;"

	/* Whose channels do not work. */
	"CREATE INDEX notifications_failed ON notifications (person, channel) WHERE state IN ('refused', 'bounced');"

	/* Retention: older rows go, and of residents who ended what names them. */
	"ALTER TABLE residents ADD COLUMN blanked_at INTEGER;"
	"CREATE INDEX timeline_plain ON timeline (at) WHERE incident_id IS NULL;"

	/* When the service began here, where the record names no day (`starts`). */
	"ALTER TABLE residents ADD COLUMN began_at INTEGER;"
	"UPDATE residents SET began_at = (SELECT min(e.opens_at) FROM expectations e"
	" WHERE e.resident_id = residents.resident_id);"
	"CREATE INDEX residents_began ON residents (began_at) WHERE began_at IS NOT NULL;"
	"CREATE INDEX incidents_opened ON incidents (opened_at);"

	/* Reports: what older rows became, and what is aimed at. month: months since 1970-01. */
	"CREATE TABLE month_counts (month INTEGER NOT NULL, district TEXT NOT NULL, figure TEXT NOT NULL,"
	" value INTEGER NOT NULL, PRIMARY KEY (month, district, figure)) STRICT;"
	"CREATE TABLE targets (figure TEXT NOT NULL, year INTEGER NOT NULL, district TEXT NOT NULL DEFAULT '',"
	" value INTEGER NOT NULL, set_by TEXT NOT NULL, set_at INTEGER NOT NULL,"
	" PRIMARY KEY (figure, year, district)) STRICT;"; /* year: fiscal, April to March; district '': all */

/*
 * What a statement costs. SQLite makes a table of its own for a list of three and more after IN, each time a statement
 * runs, also where the list stands in the condition of an index that it writes; and another to sort in.
 */
static const char third[] =
	/* Of a person: no subject. */
	"DROP INDEX incidents_person;"
	"CREATE UNIQUE INDEX incidents_person ON incidents (resident_id) WHERE state <> 'closed' AND subject = '';"
	"DROP INDEX incidents_question;"
	"CREATE UNIQUE INDEX incidents_question ON incidents (kind, subject) WHERE state <> 'closed' AND subject <> '';"
	"CREATE INDEX links_circle ON links (resident_id, tier, watcher_id);"
	"DROP INDEX watchers_resident;"
	"CREATE INDEX watchers_resident ON watchers (resident_id, watcher_id) WHERE resident_id IS NOT NULL;"
	"DROP INDEX residents_end;"
	"CREATE INDEX residents_end ON residents (ends, resident_id) WHERE ends <> '' AND ended_at IS NULL;"
	"DROP INDEX devices_resident;"
	"CREATE INDEX devices_resident ON devices (resident_id, device_id);"
	"CREATE INDEX users_duty ON users (next_duty_at) WHERE next_duty_at IS NOT NULL;";

/*
 * What waits, by where it goes: a place whose server has no room is passed over in one step. What was written before
 * has a place each.
 */
static const char fourth[] =
	"ALTER TABLE notifications ADD COLUMN place TEXT NOT NULL DEFAULT ':';" /* notifications.c */
	"UPDATE notifications SET place = channel WHERE state = 'waiting' OR state = 'in_flight';"
	"DROP INDEX causes_incident;" /* read in this order */
	"CREATE INDEX causes_incident ON causes (incident_id, at);"
	"DROP INDEX notifications_due;"
	"CREATE INDEX notifications_due ON notifications (urgent, place, send_at) WHERE state = 'waiting';";

/*
 * When a message was first leased: a part of its id. What was before, had the writing of its first notification. And
 * all that waits for a mail server is one place: thousands would be asked about one by one while it has no room.
 */
static const char fifth[] = "ALTER TABLE notifications ADD COLUMN message_at INTEGER;"
			    "UPDATE notifications SET message_at = (SELECT m.written_at FROM notifications m"
			    " WHERE m.id = notifications.message_id),"
			    " place = CASE WHEN channel LIKE 'mail:%' THEN 'mail:'"
			    " WHEN channel LIKE 'device:%' THEN 'device:' WHEN channel LIKE 'log:%' THEN 'log:'"
			    " ELSE place END WHERE state = 'waiting' OR state = 'in_flight';";

const char *const schema_migrations[] = { first, second, third, fourth, fifth };
const size_t schema_version = sizeof(schema_migrations) / sizeof(schema_migrations[0]);
