/* system - see there. */
#include "tests/simulation/system.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/store/hearing.h"
#include "server/watch/blind.h"
#include "server/watch/duty.h"
#include "server/watch/expectation.h"
#include "server/watch/telling.h"
#include "tests/simulation/town.h"

enum { MESSAGES = 64, TURNS_MOST = 2000, NO_ROOM_IN_A_ROW = 64 };
#define LEASE (2 * MINUTE)
#define HANGS MINUTE

/* The linker's: every statement of the product passes here first (-Wl,--wrap). */
int __real_sqlite3_step(sqlite3_stmt *stmt);
int __wrap_sqlite3_step(sqlite3_stmt *stmt);
int __real_sqlite3_exec(
	sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *context, char **error);
int __wrap_sqlite3_exec(
	sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *context, char **error);
/* What a process that was killed had on its heap is no leak of ours. */
const char *__lsan_default_suppressions(void);

static struct {
	jmp_buf where;
	bool running; /* something runs that may be killed */
	int after;    /* statements from now; 0: it is not */
	int commits;
} kill_point;

static void count_down(void)
{
	if (kill_point.running && kill_point.after > 0 && --kill_point.after == 0)
		longjmp(kill_point.where, 1);
}

int __wrap_sqlite3_step(sqlite3_stmt *stmt)
{
	count_down();
	return __real_sqlite3_step(stmt);
}

int __wrap_sqlite3_exec(
	sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *context, char **error)
{
	int code;

	count_down();
	code = __real_sqlite3_exec(db, sql, row, context, error);
	if (code == SQLITE_OK && strcmp(sql, "COMMIT") == 0) {
		kill_point.commits++;
		count_down(); /* it is on disk, and nobody knows */
	}
	return code;
}

const char *__lsan_default_suppressions(void)
{
	return "leak:lease_some\n";
}

void system_kill_after(int statements)
{
	kill_point.after = statements;
}

static void open_store(struct system *s)
{
	char why[256];

	if (store_open(&s->store, s->url, why, sizeof(why)) != DB_FINE)
		fatal("%s", why);
	/* Power cuts are other tests' business, and nobody else is there. */
	db_script(s->store.db, "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -100000;"
			       " PRAGMA wal_autocheckpoint = 10000");
}

void system_restart(struct system *s)
{
	store_close(&s->store);
	open_store(s);
	s->hanging_n = 0;
	if (!db_begin(s->store.db))
		fatal("error=\"a restart\"");
	outbox_take_over(&s->store, s->watch.client_id);
	if (!db_commit(s->store.db))
		fatal("error=\"a restart\"");
}

bool system_run(struct system *s, void (*work)(struct system *s, void *argument), void *argument, bool *stored)
{
	int64_t checked = s->watch.deaf_checked_at;

	kill_point.commits = 0;
	kill_point.running = true;
	if (setjmp(kill_point.where) == 0) {
		work(s, argument);
		kill_point.running = false;
		if (stored)
			*stored = kill_point.commits > 0;
		return true;
	}
	kill_point.running = false;
	if (stored)
		*stored = kill_point.commits > 0;
	s->kills++;
	/* Saves work, decides nothing: a new process would ask a minute later, which the model need not know. */
	s->watch.deaf_checked_at = checked;
	system_restart(s);
	return false;
}

/* The record. */

static const char district_sql[] = "INSERT INTO districts (district, name) VALUES ($1, $1)";
static const char resident_sql[] =
	"INSERT INTO residents (resident_id, name, district, schedule, policy, consent_on, birth_date, phone, place,"
	" passive, channels) VALUES ($1, $1, $2, $3, $4, $5, '1940-05-06', '090-1111-2222', '本町2丁目', $6, $7)";
static const char device_sql[] = "INSERT INTO devices (device_id, resident_id) VALUES ('b-' || $1, $1)";
static const char held_sql[] = "INSERT INTO device_residents (device_id, resident_id) VALUES ('b-' || $1, $1)";
static const char watcher_sql[] = "INSERT INTO watchers (watcher_id, name, resident_id, channels, hours, night, named,"
				  " summary) VALUES ($1, $1, $2, $3, $4, $5, $6, $7)";
static const char link_sql[] =
	"INSERT INTO links (resident_id, watcher_id, tier, can, label) VALUES ($1, $2, $3, $4, '1')";
static const char user_sql[] = "INSERT INTO users (login, name, role, districts, channels, duty)"
			       " VALUES ($1, $1, $2, $3, $4, $5)";
static const char policy_sql[] =
	"INSERT INTO policies (policy, kind, position, after, notify) VALUES ($1, $2, $3, $4, $5)";

static const char *id_of(char name[TOWN_NAME], int person)
{
	return strchr(town_person(name, person), ':') + 1;
}

static const char *channels_of(char *text, size_t size, int person, int from, int count)
{
	char address[TOWN_NAME];

	text[0] = '\0';
	for (int k = from; k < from + count; k++)
		snprintf(text + strlen(text), size - strlen(text), "%s%s", text[0] ? " " : "",
			town_address(address, person, k));
	return text;
}

static void write_residents(struct system *s, int64_t now)
{
	for (int r = 0; r < s->m->residents_n; r++) {
		const struct m_resident *one = &s->m->residents[r];
		char name[TOWN_NAME], channels[128], district[8];
		const char *id = id_of(name, M_RESIDENT(r));

		snprintf(district, sizeof(district), "D%d", one->district);
		db_run(s->store.db, resident_sql, V(id), V(district), V(s->m->plans[one->plan].text),
			V(one->policy ? town_policies[one->policy] : ""), V(one->consents ? "2026-01-01" : ""),
			V(one->passive ? "yes" : ""),
			V(channels_of(channels, sizeof(channels), M_RESIDENT(r), 1, one->channels)));
		db_run(s->store.db, device_sql, V(id));
		db_run(s->store.db, held_sql, V(id));
		expectation_begin(&s->watch, id, now);
	}
}

static void write_people(struct system *s, int64_t now)
{
	static const char *const can[] = { "", "call", "know" };
	char name[TOWN_NAME], other[TOWN_NAME], channels[128], districts[32];

	for (int w = 0; w < s->m->watchers_n; w++) {
		const struct m_watcher *one = &s->m->watchers[w];

		db_run(s->store.db, watcher_sql, V(id_of(name, M_WATCHER(w))),
			V0(one->resident >= 0 ? id_of(other, M_RESIDENT(one->resident)) : ""),
			V(channels_of(channels, sizeof(channels), M_WATCHER(w), 0, one->channels)),
			V(s->m->plans[one->hours].text), V(one->night ? "yes" : ""), V(one->named ? "yes" : ""),
			V(one->summary ? "yes" : ""));
	}
	for (int r = 0; r < s->m->residents_n; r++)
		for (const struct m_link *l = s->m->links[r]; l->watcher >= 0; l++)
			db_run(s->store.db, link_sql, V(id_of(name, M_RESIDENT(r))),
				V(id_of(other, M_WATCHER(l->watcher))), V(l->tier), V(can[l->can]));
	for (int u = 0; u < s->m->users_n; u++) {
		const struct m_user *one = &s->m->users[u];
		const char *login = id_of(name, M_USER(u));

		districts[0] = '\0';
		for (int k = 0; k < TOWN_DISTRICTS; k++)
			if (one->districts >> k & 1)
				snprintf(districts + strlen(districts), sizeof(districts) - strlen(districts), "%sD%d",
					districts[0] ? " " : "", k);
		db_run(s->store.db, user_sql, V(login), V(one->coordinator ? "coordinator" : "staff"), V(districts),
			V(channels_of(channels, sizeof(channels), M_USER(u), 0, one->channels)),
			V(s->m->plans[one->duty].text));
		duty_schedule(&s->watch, login, now);
	}
}

void system_write_policy(struct system *s, int policy, int kind)
{
	char after[16], notify[64];

	for (int k = 0; k < s->m->policies[policy].kinds[kind].count; k++) {
		snprintf(after, sizeof(after), "%dm", s->m->policies[policy].kinds[kind].steps[k].after);
		db_run(s->store.db, policy_sql, V(town_policies[policy]), V(town_kinds[kind]), V(k), V(after),
			V(town_tell(notify, s->m->policies[policy].kinds[kind].steps[k].tell)));
	}
}

void system_begin(struct system *s, struct model *m, int64_t now)
{
	const char *tmp = getenv("TMPDIR");

	memset(s, 0, sizeof(*s));
	s->m = m;
	log_level_set(LOG_LEVEL_ERROR);
	snprintf(s->folder, sizeof(s->folder), "%s/mimamori-simulation-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(s->folder))
		fatal("error=\"no folder %s\"", s->folder);
	snprintf(s->url, sizeof(s->url), "sqlite:%s/store.db", s->folder);
	open_store(s);
	s->watch = (struct watch){ .store = &s->store, .holidays = &s->holidays };
	rules_default(&s->watch.rules);
	s->watch.rules.unsigned_at_ms = 30 * DAY; /* daily lists are other tests' business */
	snprintf(s->watch.client_id, sizeof(s->watch.client_id), "simulation");
	snprintf(s->watch.language, sizeof(s->watch.language), "ja");
	s->moods = calloc(2 * (size_t)(m->residents_n + m->watchers_n + m->users_n), 1);
	if (!db_begin(s->store.db))
		fatal("error=\"the town\"");
	for (int k = 0; k < TOWN_DISTRICTS; k++) {
		char district[8];

		snprintf(district, sizeof(district), "D%d", k);
		db_run(s->store.db, district_sql, V(district));
	}
	for (int p = TOWN_BUILT_IN; p < TOWN_POLICIES; p++)
		for (int kind = 0; kind < 4; kind++)
			system_write_policy(s, p, kind);
	write_residents(s, now);
	write_people(s, now);
	hearing_set_beat(&s->store, s->watch.client_id, &(struct heartbeat){ now, now });
	if (!db_commit(s->store.db))
		fatal("error=\"the town: %s\"", db_why(s->store.db));
}

void system_end(struct system *s)
{
	static const char *const files[] = { "store.db", "store.db-wal", "store.db-shm" };
	char path[192];

	store_close(&s->store);
	for (size_t k = 0; k < 3; k++) {
		snprintf(path, sizeof(path), "%s/%s", s->folder, files[k]);
		unlink(path);
	}
	rmdir(s->folder);
	free(s->moods);
	free(s->incidents);
	free(s->taken);
	free(s->hanging);
}

/* Who is who. */

unsigned char *system_mood(struct system *s, int person, int channel)
{
	int n = M_INDEX(person);

	if (M_SORT(person) != M_IS_RESIDENT)
		n += s->m->residents_n;
	if (M_SORT(person) == M_IS_USER)
		n += s->m->watchers_n;
	return &s->moods[2 * n + channel];
}

static const char which_sql[] = "SELECT kind, coalesce(resident_id, ''), subject FROM incidents WHERE id = $1";

static int subject_of(const char *kind, const char *subject)
{
	if (strcmp(kind, "pause") == 0)
		return M_ABOUT_PAUSES;
	if (strcmp(kind, "blind") == 0)
		return M_ABOUT_HEARING;
	return strncmp(subject, "forgot/", 7) == 0 ? M_ABOUT_FORGETTING : M_ABOUT_BUTTON;
}

/* The latest of the same subject that has no number yet. */
static int find_unbound(struct system *s, int64_t id)
{
	struct query *q = db_query(s->store.db, which_sql, V(id));
	int resident = -1, subject = M_OF_PERSON, found = -1;

	if (!db_step(q))
		return -1;
	sscanf(db_text(q, 1), "R%d", &resident);
	if (strcmp(db_text(q, 0), "pause") == 0 || strcmp(db_text(q, 0), "device") == 0 ||
		strcmp(db_text(q, 0), "blind") == 0)
		subject = subject_of(db_text(q, 0), db_text(q, 2));
	db_done(q);
	for (int k = s->m->incidents_n - 1; k >= 0; k--) {
		const struct m_incident *i = s->m->incidents[k];

		if (i->resident != resident || i->subject != subject)
			continue;
		if (i->system)
			break;
		found = k; /* the earliest of those without: they open in the same order */
	}
	return found;
}

int system_model_incident(struct system *s, int64_t id)
{
	while (s->incidents_room <= id) {
		int64_t room = s->incidents_room ? 2 * s->incidents_room : 1024;

		s->incidents = realloc(s->incidents, (size_t)room * sizeof(*s->incidents));
		for (int64_t k = s->incidents_room; k < room; k++)
			s->incidents[k] = -1;
		s->incidents_room = room;
	}
	if (s->incidents[id] < 0) {
		s->incidents[id] = find_unbound(s, id);
		if (s->incidents[id] >= 0)
			s->m->incidents[s->incidents[id]]->system = id;
	}
	return s->incidents[id];
}

static const char latest_sql[] = "SELECT id FROM incidents WHERE resident_id = $1 AND id > $2"
				 " AND kind IN ('help', 'missed', 'unwell', 'talk') ORDER BY id";
static const char question_sql[] = "SELECT id FROM incidents WHERE kind = $1 AND coalesce(resident_id, '') = $2"
				   " AND id > $3 ORDER BY id";

int64_t system_incident(struct system *s, int incident)
{
	const struct m_incident *i = s->m->incidents[incident];
	char name[TOWN_NAME];
	const char *resident = i->resident >= 0 ? id_of(name, M_RESIDENT(i->resident)) : "";

	while (!i->system) {
		int64_t after = 0, id;

		/* All of the kind are bound in their order, so that none is left out. */
		for (;;) {
			id = i->subject == M_OF_PERSON ? db_number(s->store.db, 0, latest_sql, V(resident), V(after))
						       : db_number(s->store.db, 0, question_sql, V(town_kinds[i->kind]),
								 V(resident), V(after));
			if (!id)
				return 0;
			if (system_model_incident(s, id) == incident)
				break;
			after = id;
		}
	}
	return i->system;
}

static const char *const whats[M_WHATS] = { "alert", "duty", "question", "reminder", "coming", "claimed", "released",
	"nudge", "asked", "graver", "joined", "replaced", "lost", "lapsed", "renewed", "no_answer", "needs_help",
	"ended" };

static const char expectation_sql[] = "SELECT resident_id, opens_at FROM expectations WHERE id = $1";

static int model_expectation(struct system *s, int64_t id)
{
	struct query *q = db_query(s->store.db, expectation_sql, V(id));
	int resident = -1;
	int64_t opens;

	if (!db_step(q))
		return -1;
	sscanf(db_text(q, 0), "R%d", &resident);
	opens = db_int(q, 1);
	db_done(q);
	for (int k = s->m->residents[resident].expectations_n - 1; k >= 0; k--)
		if (s->m->expectations[s->m->residents[resident].expectations[k]].opens == opens)
			return s->m->residents[resident].expectations[k];
	return -1;
}

/* The model's telling of a notification; -1: it knows of none. */
static int model_telling(struct system *s, const struct notification *n)
{
	int person, channel, incident = -1, expectation = -1;

	if (!town_find_person(n->person, &person) || !town_find_channel(n->channel, person, &channel))
		return -1;
	if (n->incident_id)
		incident = system_model_incident(s, n->incident_id);
	else
		expectation = model_expectation(s, n->expectation_id);
	for (int k = 0; k < s->m->waiting_n; k++) {
		const struct m_telling *t = &s->m->tellings[s->m->waiting[k]];

		if (t->incident == incident && t->expectation == expectation && t->round == n->round &&
			t->person == person && t->channel == channel && strcmp(whats[t->what], n->what) == 0)
			return s->m->waiting[k];
	}
	return -1;
}

/* Sending. */

struct leasing {
	int64_t now;
	struct outbox_message list[MESSAGES];
	size_t n;
};

static bool is_hanging(const struct system *s, int64_t message)
{
	for (int k = 0; k < s->hanging_n; k++)
		if (s->hanging[k].message == message)
			return true;
	return false;
}

static bool has_room(void *context, int64_t message_id, const char *channel)
{
	struct system *s = context;
	char sort, letter;
	int n, person;

	bool full;

	if (message_id && is_hanging(s, message_id))
		return false;
	if (sscanf(channel, "device:b-R%d", &n) == 1) {
		full = *system_mood(s, M_RESIDENT(n), 0) == CHANNEL_FULL;
	} else if (sscanf(channel, "mail:%c%d.%c", &sort, &n, &letter) == 3) {
		person = sort == 'R' ? M_RESIDENT(n) : sort == 'W' ? M_WATCHER(n) : M_USER(n);
		full = *system_mood(s, person, letter - 'a') == CHANNEL_FULL;
	} else {
		return true;
	}
	s->met[CHANNEL_FULL] += full;
	return !full;
}

static void lease(struct system *s, void *argument)
{
	struct leasing *l = argument;
	struct outbox_terms terms = { .who = s->watch.client_id,
		.lease_ms = LEASE,
		.group_ms = s->watch.rules.group_ms,
		.room = has_room,
		.context = s };

	if (!db_begin(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
	l->n = outbox_lease(&s->store, &terms, "", l->now, l->list, MESSAGES);
	if (!db_commit(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
}

struct answering {
	const int64_t *ids;
	size_t n;
	enum channel_mood mood;
	int64_t retry_at, now;
};

static void write_answer(struct system *s, void *argument)
{
	const struct answering *a = argument;

	if (!db_begin(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
	for (size_t k = 0; k < a->n; k++)
		switch (a->mood) {
		case CHANNEL_TAKES: telling_sent(&s->watch, a->ids[k], "", "250 taken", a->now); break;
		case CHANNEL_REFUSES: telling_failed(&s->watch, a->ids[k], true, "550 nobody", 0, a->now); break;
		case CHANNEL_FAILS:
			telling_failed(&s->watch, a->ids[k], false, "450 later", a->retry_at, a->now);
			break;
		case CHANNEL_UNSURE:
		case CHANNEL_HANGS: telling_unsure(&s->watch, a->ids[k], "no answer", a->retry_at, a->now); break;
		case CHANNEL_FULL:
		case CHANNEL_MOODS: break;
		}
	if (!db_commit(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
}

/* The channel has it: once, unless we had to be unsure. */
static bool reaches(struct system *s, int telling)
{
	while (s->taken_room <= telling) {
		int room = s->taken_room ? 2 * s->taken_room : 1024;

		s->taken = realloc(s->taken, (size_t)room);
		memset(s->taken + s->taken_room, 0, (size_t)(room - s->taken_room));
		s->taken_room = room;
	}
	s->sent++;
	if (s->taken[telling]++ == 0)
		return true;
	s->duplicates++;
	return s->m->tellings[telling].unsure;
}

/* Writes down what a channel answered; false: killed before that was stored. */
static bool answered(
	struct system *s, const int *tellings, const int64_t *ids, size_t n, enum channel_mood mood, int64_t now)
{
	int tries = s->m->tellings[tellings[0]].tries;
	struct answering a = { ids, n, mood,
		now + (tries <= 1          ? 30 * SECOND
			      : tries == 2 ? 2 * MINUTE
					   : 10 * MINUTE),
		now };
	bool stored;

	if (!system_run(s, write_answer, &a, &stored) && !stored)
		return false;
	for (size_t k = 0; k < n; k++) {
		if (mood == CHANNEL_UNSURE || mood == CHANNEL_HANGS)
			model_unsure(s->m, tellings[k]);
		if (mood == CHANNEL_TAKES)
			model_took(s->m, tellings[k], now);
		else
			model_failed(s->m, tellings[k], mood == CHANNEL_REFUSES, a.retry_at, now);
		if (mood == CHANNEL_TAKES && s->took)
			s->took(s->context, tellings[k]);
	}
	return true;
}

#define WRONG(...) (snprintf(wrong, size, __VA_ARGS__), false)

/* The model hears of a message that was leased: its members. */
static bool offer(struct system *s, const int64_t *ids, size_t n, int *tellings, int64_t now, char *wrong, size_t size)
{
	struct notification one;
	const char *why;

	for (size_t k = 0; k < n; k++) {
		notifications_find(&s->store, ids[k], &one);
		tellings[k] = model_telling(s, &one);
		if (tellings[k] < 0)
			return WRONG("%s is sent (written at %lld), and the model knows nothing of it", one.key,
				(long long)one.written_at);
		s->m->tellings[tellings[k]].system = ids[k];
	}
	why = model_offered(s->m, tellings, n, now);
	return !why || WRONG("%s: %s", one.key, why);
}

/* One message that was leased goes to its channel. */
static bool carry(struct system *s, const struct outbox_message *message, const int *tellings, int64_t now, char *wrong,
	size_t size)
{
	const struct m_telling *first = &s->m->tellings[tellings[0]];
	enum channel_mood mood = *system_mood(s, first->person, first->channel);

	s->met[mood]++;
	if (mood == CHANNEL_HANGS) {
		struct hanging *h;

		s->hanging = realloc(s->hanging, (size_t)(s->hanging_n + 1) * sizeof(*s->hanging));
		h = &s->hanging[s->hanging_n++];
		*h = (struct hanging){ .message = message->message_id, .until = now + HANGS, .n = message->count };
		memcpy(h->tellings, tellings, message->count * sizeof(*tellings));
		return true;
	}
	for (size_t k = 0; k < message->count && (mood == CHANNEL_TAKES || mood == CHANNEL_UNSURE); k++)
		if (!reaches(s, tellings[k]))
			return WRONG("notification %lld is sent twice, and nothing had gone wrong",
				(long long)message->ids[k]);
	answered(s, tellings, message->ids, message->count, mood, now);
	return true;
}

static const char leased_sql[] =
	"SELECT id, message_id FROM notifications WHERE state = 'in_flight' ORDER BY message_id, id";

/* What was leased when we were killed: the model must know that it was offered. */
static bool tell_model_of_leases(struct system *s, int64_t now, char *wrong, size_t size)
{
	static int64_t ids[1024], messages[1024];
	struct query *q = db_query(s->store.db, leased_sql);
	int tellings[OUTBOX_MEMBERS];
	size_t n = 0;

	while (n < 1024 && db_step(q)) {
		ids[n] = db_int(q, 0);
		messages[n++] = db_int(q, 1);
	}
	db_done(q);
	for (size_t k = 0, j; k < n; k = j) {
		struct notification one;
		int telling;

		for (j = k + 1; j < n && messages[j] == messages[k]; j++)
			;
		notifications_find(&s->store, ids[k], &one);
		telling = model_telling(s, &one);
		if (telling >= 0 && s->m->tellings[telling].state == M_IN_FLIGHT)
			continue;
		if (!offer(s, &ids[k], j - k, tellings, now, wrong, size))
			return false;
	}
	return true;
}

static bool give_up_waiting(struct system *s, int64_t now)
{
	bool any = false;

	for (int k = 0; k < s->hanging_n; k++) {
		struct hanging h = s->hanging[k];
		int64_t ids[OUTBOX_MEMBERS];

		if (h.until > now && h.until <= now + HANGS)
			continue;
		for (size_t j = 0; j < h.n; j++)
			ids[j] = s->m->tellings[h.tellings[j]].system;
		memmove(&s->hanging[k], &s->hanging[k + 1], (size_t)(s->hanging_n - k - 1) * sizeof(*s->hanging));
		s->hanging_n--;
		k--;
		any = true;
		if (!answered(s, h.tellings, ids, h.n, CHANNEL_HANGS, now))
			return true; /* killed: all that hung is due again */
	}
	return any;
}

static bool deliver(struct system *s, int64_t now, bool *any, char *wrong, size_t size)
{
	static struct leasing l;
	static int tellings[MESSAGES][OUTBOX_MEMBERS];
	int kills;
	bool stored;

	*any = give_up_waiting(s, now);
	if (outbox_next_due(&s->store, now) > now)
		return true;
	l.now = now;
	l.n = 0;
	if (!system_run(s, lease, &l, &stored)) {
		*any = true;
		return !stored || tell_model_of_leases(s, now, wrong, size);
	}
	*any |= l.n > 0;
	for (size_t k = 0; k < l.n; k++)
		if (!offer(s, l.list[k].ids, l.list[k].count, tellings[k], now, wrong, size))
			return false;
	kills = s->kills; /* after a kill nothing more of this lease is in hand */
	for (size_t k = 0; k < l.n && s->kills == kills; k++)
		if (!carry(s, &l.list[k], tellings[k], now, wrong, size))
			return false;
	return true;
}

/* Turns. */

static void beat(struct system *s, void *argument)
{
	const int64_t *now = argument;

	if (!db_begin(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
	hearing_set_beat(&s->store, s->watch.client_id, &(struct heartbeat){ *now, *now });
	if (!db_commit(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
}

struct turning {
	int64_t now;
	bool more;
};

static void watch(struct system *s, void *argument)
{
	struct turning *t = argument;

	s->watch.complained_at = t->now; /* that nobody hears is an error line each minute: not here */
	t->more = watch_run(&s->watch, t->now);
}

static bool is_full(struct system *s, const struct m_telling *t)
{
	return *system_mood(s, t->person, t->channel) == CHANNEL_FULL;
}

/* All mail goes through one server: where there was no room for many in a row, who comes after is not asked about. */
static bool crowded_out(struct system *s, int64_t now)
{
	int full = 0;

	for (int k = 0; k < s->m->waiting_n; k++) {
		const struct m_telling *t = &s->m->tellings[s->m->waiting[k]];

		full += t->state == M_WAITING && model_due(s->m, t, now) && is_full(s, t);
	}
	return full >= NO_ROOM_IN_A_ROW;
}

/* Nothing that may leave stays behind. */
static bool none_left(struct system *s, int64_t now, char *wrong, size_t size)
{
	for (int k = 0; k < s->m->waiting_n; k++) {
		const struct m_telling *t = &s->m->tellings[s->m->waiting[k]];
		char person[TOWN_NAME];

		if (t->state != M_WAITING || !model_due(s->m, t, now) || is_full(s, t))
			continue;
		if (crowded_out(s, now))
			return true;
		return WRONG("%s is not told: %s (incident %d of %d, round %d, written at %lld)",
			town_person(person, t->person), whats[t->what], t->incident,
			t->incident >= 0 ? s->m->incidents[t->incident]->resident : -1, t->round,
			(long long)t->written);
	}
	return true;
}

bool system_turn(struct system *s, int64_t now, char *wrong, size_t size)
{
	struct turning t = { .now = now };
	bool sent = false, killed, crowded;
	int turns = 0, after;

	if (s->m->hearing && s->m->heard_until != now) {
		while (!system_run(s, beat, &now, NULL))
			;
		model_beat(s->m, now);
	}
	do {
		/* A turn that is killed and one that is not leave the same, unless there is more than one turn does. */
		after = kill_point.after;
		crowded = after && model_crowded(s->m, now);
		if (crowded)
			kill_point.after = 0;
		killed = !system_run(s, watch, &t, NULL);
		if (crowded)
			kill_point.after = after;
		if (killed)
			continue;
		model_turn(s->m, now);
		if (!deliver(s, now, &sent, wrong, size))
			return false;
		if (turns++ > TURNS_MOST)
			return WRONG("a turn does not end");
	} while (killed || t.more || sent);
	return none_left(s, now, wrong, size);
}

int64_t system_next(struct system *s, int64_t now)
{
	int64_t next = watch_next_due(&s->watch, now);

	if (next <= now)
		next = M_NEVER; /* it waits for something */
	for (int k = 0; k < s->m->waiting_n; k++) {
		const struct m_telling *t = &s->m->tellings[s->m->waiting[k]];
		int64_t at;

		if (t->state != M_WAITING || *system_mood(s, t->person, t->channel) == CHANNEL_FULL)
			continue;
		at = model_leaves_at(s->m, t);
		next = at < next ? at : next;
	}
	for (int k = 0; k < s->hanging_n; k++)
		next = s->hanging[k].until < next ? s->hanging[k].until : next;
	return next;
}
