/* world - see world.h. The channels are the story's own; everything below them is the real thing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "server/store/hearing.h"
#include "server/store/invariants.h"
#include "server/store/outbox.h"
#include "server/watch/blind.h"
#include "server/watch/daily.h"
#include "server/watch/duty.h"
#include "server/watch/expectation.h"
#include "server/watch/pause.h"
#include "server/watch/press.h"
#include "server/watch/telling.h"
#include "tests/stories/world.h"

enum { TELLINGS = 512, CHANNELS = 16, MESSAGES = 64 };

struct told_once {
	char person[PERSON], what[16], channel[ADDRESS];
	int64_t at;
};

struct world {
	enum world_manner manner;
	char folder[64], url[128];
	struct store store;
	struct holidays holidays;
	struct watch watch;
	int64_t now, restarted_at;
	bool deaf;
	int presses;
	struct told_once told[TELLINGS];
	size_t told_n;
	struct {
		char channel[ADDRESS];
		enum world_channel how;
	} channels[CHANNELS];
	size_t channels_n;
};

struct watch *world_watch(struct world *w)
{
	return &w->watch;
}

int64_t world_now(struct world *w)
{
	return w->now;
}

int64_t world_time(struct world *w, const char *local)
{
	char date[DATE_TEXT];
	int32_t day = zone_day(w->now);
	int hour = 0, minute = 0, second = 0;
	bool again = strstr(local, " again") != NULL;

	if (strlen(local) > 10 && local[4] == '-') {
		snprintf(date, sizeof(date), "%.10s", local);
		assert_true(date_parse(date, &day));
		local += 11;
	}
	assert_true(sscanf(local, "%d:%d:%d", &hour, &minute, &second) >= 2);
	return zone_instant(day, hour * 3600 + minute * 60 + second, again ? ZONE_SECOND : ZONE_FIRST);
}

void world_sql(struct world *w, const char *sql)
{
	assert_true(db_begin(w->store.db));
	db_script(w->store.db, sql);
	assert_true(db_commit(w->store.db));
}

int64_t world_count(struct world *w, const char *sql)
{
	struct query *q = db_query(w->store.db, sql);
	int64_t n;

	assert_true(db_step(q));
	n = db_int(q, 0);
	db_done(q);
	return n;
}

static void open_store(struct world *w)
{
	char why[256];

	if (store_open(&w->store, w->url, why, sizeof(why)) != DB_FINE)
		fail_msg("%s", why);
	/* Stories are about rules; what a power cut leaves is other tests' business. */
	db_script(w->store.db, "PRAGMA synchronous = OFF");
}

static void remove_folder(const char *folder)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command) != 0)
		perror(folder);
}

/* What a story that failed on its way leaves behind, and the manner in which it failed. */
static struct world *current;

__attribute__((destructor)) static void clean_up(void)
{
	static const char *const manners[] = { "plainly", "with every turn twice", "with restarts" };

	if (!current)
		return;
	print_message("the story above failed when it was told %s\n", manners[current->manner]);
	store_close(&current->store);
	holidays_release(&current->holidays);
	remove_folder(current->folder);
	free(current);
	current = NULL;
}

struct world *world_new(const char *zone, const char *start, enum world_manner manner)
{
	struct world *w;

	clean_up();
	w = current = calloc(1, sizeof(*w));
	assert_non_null(w);
	w->manner = manner;
	log_level_set(LOG_LEVEL_ERROR);
	assert_true(zone_set(zone));
	snprintf(w->folder, sizeof(w->folder), "/tmp/mimamori-story-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->url, sizeof(w->url), "sqlite:%s/store.db", w->folder);
	open_store(w);
	w->watch = (struct watch){ .store = &w->store, .holidays = &w->holidays };
	rules_default(&w->watch.rules);
	w->watch.rules.unsigned_at_ms = 30 * DAY; /* never, on the day itself */
	snprintf(w->watch.client_id, sizeof(w->watch.client_id), "story");
	snprintf(w->watch.language, sizeof(w->watch.language), "ja");
	snprintf(w->watch.council, sizeof(w->watch.council), "本町市社会福祉協議会");
	snprintf(w->watch.phone, sizeof(w->watch.phone), "000-000-0000");
	w->now = world_time(w, start);
	world_sql(w, "INSERT INTO districts (district, name) VALUES ('D1', '本町')");
	world_turn(w);
	return w;
}

static void print_fault(void *context, const char *fault)
{
	(void)context;
	print_message("invariant: %s\n", fault);
}

void world_end(struct world *w)
{
	world_pass(w, w->watch.rules.group_ms);
	world_quiet(w);
	assert_int_equal(invariants_all(&w->store, print_fault, NULL), 0);
	current = NULL;
	store_close(&w->store);
	holidays_release(&w->holidays);
	remove_folder(w->folder);
	free(w);
}

void world_holidays(struct world *w, const char *csv_path)
{
	holidays_release(&w->holidays);
	assert_true(holidays_init(&w->holidays, csv_path, stderr));
}

void world_lists(struct world *w)
{
	struct rules standard;

	rules_default(&standard);
	w->watch.rules.unsigned_at_ms = standard.unsigned_at_ms;
}

static const char resident_sql[] =
	"INSERT INTO residents (resident_id, name, district, schedule, policy, consent_on, birth_date, phone, place)"
	" VALUES ($1, $1, 'D1', $2, $3, '2026-01-01', '1940-05-06', '090-1111-2222', '本町2丁目')";
static const char device_sql[] = "INSERT INTO devices (device_id, resident_id) VALUES ('b-' || $1, $1)";
static const char held_sql[] = "INSERT INTO device_residents (device_id, resident_id) VALUES ('b-' || $1, $1)";

void world_resident(struct world *w, const char *id, const char *schedule, const char *policy)
{
	assert_true(db_begin(w->store.db));
	db_run(w->store.db, resident_sql, V(id), V(schedule ? schedule : ""), V(policy ? policy : ""));
	db_run(w->store.db, device_sql, V(id));
	db_run(w->store.db, held_sql, V(id));
	expectation_begin(&w->watch, id, w->now);
	assert_true(db_commit(w->store.db));
}

static const char watcher_sql[] = "INSERT INTO watchers (watcher_id, name, channels)"
				  " VALUES ($1, $1, 'mail:' || $1 || '@example.jp')";

void world_watcher(struct world *w, const char *id, const char *resident, int tier, const char *can)
{
	assert_true(db_begin(w->store.db));
	db_run(w->store.db, watcher_sql, V(id));
	assert_true(db_commit(w->store.db));
	world_link(w, resident, id, tier, can);
}

static const char link_sql[] =
	"INSERT INTO links (resident_id, watcher_id, tier, can, label) VALUES ($1, $2, $3, $4, '1')";

void world_link(struct world *w, const char *resident, const char *watcher, int tier, const char *can)
{
	assert_true(db_begin(w->store.db));
	db_run(w->store.db, link_sql, V(resident), V(watcher), V(tier), V(can ? can : ""));
	assert_true(db_commit(w->store.db));
}

static const char user_sql[] = "INSERT INTO users (login, name, role, channels, duty)"
			       " VALUES ($1, $1, 'staff', 'mail:' || $1 || '@example.jp', $2)";

void world_user(struct world *w, const char *login, const char *duty)
{
	assert_true(db_begin(w->store.db));
	db_run(w->store.db, user_sql, V(login), V(duty ? duty : ""));
	duty_schedule(&w->watch, login, w->now);
	assert_true(db_commit(w->store.db));
}

static const char policy_sql[] = "INSERT INTO policies (policy, kind, position, after, notify) VALUES ($1, $2,"
				 " (SELECT count(*) FROM policies WHERE policy = $1 AND kind = $2), $3, $4)";

void world_policy(struct world *w, const char *policy, const char *kind, const char *after, const char *notify)
{
	assert_true(db_begin(w->store.db));
	db_run(w->store.db, policy_sql, V(policy), V(kind), V(after), V(notify));
	assert_true(db_commit(w->store.db));
}

void world_channel(struct world *w, const char *channel, enum world_channel how)
{
	size_t k = 0;

	while (k < w->channels_n && strcmp(w->channels[k].channel, channel) != 0)
		k++;
	assert_true(k < CHANNELS);
	snprintf(w->channels[k].channel, sizeof(w->channels[k].channel), "%s", channel);
	w->channels[k].how = how;
	if (k == w->channels_n)
		w->channels_n++;
}

static enum world_channel channel_does(struct world *w, const char *channel)
{
	for (size_t k = 0; k < w->channels_n; k++)
		if (strcmp(w->channels[k].channel, channel) == 0)
			return w->channels[k].how;
	return WORLD_TAKES;
}

static bool has_room(void *context, int64_t message_id, const char *channel)
{
	(void)message_id;
	return channel_does(context, channel) != WORLD_FULL;
}

static void deliver_one(struct world *w, int64_t id)
{
	struct notification n;

	assert_true(notifications_find(&w->store, id, &n));
	switch (channel_does(w, n.channel)) {
	case WORLD_TAKES:
		assert_true(w->told_n < TELLINGS);
		snprintf(w->told[w->told_n].person, PERSON, "%s", n.person);
		snprintf(w->told[w->told_n].what, sizeof(n.what), "%s", n.what);
		snprintf(w->told[w->told_n].channel, ADDRESS, "%s", n.channel);
		w->told[w->told_n++].at = w->now;
		/* As mail says it: an alert names the home. */
		telling_sent(
			&w->watch, id, strcmp(n.what, "alert") == 0 ? "name place state" : "", "250 taken", w->now);
		break;
	case WORLD_REFUSES: telling_failed(&w->watch, id, true, "550 no such person", 0, w->now); break;
	case WORLD_FAILS:
		telling_failed(&w->watch, id, false, "450 try later",
			w->now + (n.tries < 30 ? 30 * SECOND : w->watch.rules.retry_longest_ms), w->now);
		break;
	case WORLD_UNSURE: telling_unsure(&w->watch, id, "no answer", w->now + 30 * SECOND, w->now); break;
	case WORLD_FULL: break; /* a message of its own had it in hand before */
	}
}

/* Notify's part, with channels that answer at once. */
static bool deliver(struct world *w)
{
	static struct outbox_message list[MESSAGES];
	struct outbox_terms terms = {
		.who = "story", .lease_ms = MINUTE, .group_ms = w->watch.rules.group_ms, .room = has_room, .context = w
	};
	size_t n;

	assert_true(db_begin(w->store.db));
	n = outbox_lease(&w->store, &terms, "", w->now, list, MESSAGES);
	for (size_t k = 0; k < n; k++)
		for (size_t j = 0; j < list[k].count; j++)
			deliver_one(w, list[k].ids[j]);
	assert_true(db_commit(w->store.db));
	return n > 0;
}

/* Echoes came back all along until now. */
static void beat(struct world *w)
{
	struct heartbeat now = { .heard_until = w->now, .beat_at = w->now };

	if (w->deaf)
		return;
	assert_true(db_begin(w->store.db));
	hearing_set_beat(&w->store, w->watch.client_id, &now);
	assert_true(db_commit(w->store.db));
}

static void restart(struct world *w)
{
	beat(w);
	store_close(&w->store);
	open_store(w);
	w->restarted_at = w->now;
	assert_true(db_begin(w->store.db));
	outbox_take_over(&w->store, "story");
	blind_started(&w->watch, w->now);
	assert_true(db_commit(w->store.db));
}

static void run_all(struct world *w)
{
	int turns = 0;
	bool more;

	do {
		more = watch_run(&w->watch, w->now);
		more |= deliver(w);
		assert_true(turns++ < 200); /* a story's turn ends */
	} while (more);
}

static void turn(struct world *w)
{
	beat(w);
	run_all(w);
	if (w->manner == WORLD_TWICE)
		run_all(w);
}

void world_turn(struct world *w)
{
	if (w->manner == WORLD_RESTARTING)
		restart(w);
	turn(w);
}

/* The next turn, if nothing is due by a stored time until then. What waits for our hearing has no time of its own. */
static int64_t longest_wait(struct world *w)
{
	int64_t deaf_since = blind_since(&w->watch, w->now);

	if (deaf_since && w->now - deaf_since > 20 * MINUTE)
		return 5 * MINUTE;
	if (w->deaf || blind_gate(&w->watch, w->now) != INT64_MAX)
		return 30 * SECOND;
	return w->manner == WORLD_TWICE ? 1733 * SECOND : DAY;
}

static void pass_to(struct world *w, int64_t at)
{
	while (w->now < at) {
		int64_t next = watch_next_due(&w->watch, w->now), send = outbox_next_due(&w->store, w->now);

		next = send < next ? send : next;
		if (next <= w->now)
			next = w->now + 10 * SECOND; /* it waits for something that has no time of its own */
		if (next > w->now + longest_wait(w))
			next = w->now + longest_wait(w);
		w->now = next < at ? next : at;
		if (w->manner == WORLD_RESTARTING && w->now - w->restarted_at >= 3 * MINUTE)
			restart(w);
		turn(w);
	}
}

void world_to(struct world *w, const char *local)
{
	int64_t at = world_time(w, local);

	assert_true(at >= w->now);
	pass_to(w, at);
}

void world_pass(struct world *w, int64_t ms)
{
	pass_to(w, w->now + ms);
}

void world_deafen(struct world *w)
{
	w->deaf = true;
}

void world_hears_again(struct world *w)
{
	w->deaf = false;
	assert_true(db_begin(w->store.db));
	blind_heard(&w->watch, w->now, w->now);
	assert_true(db_commit(w->store.db));
	world_turn(w);
}

void world_stopped_until(struct world *w, const char *local)
{
	w->now = world_time(w, local);
	w->deaf = true;
	w->watch.complained_at = w->watch.deaf_checked_at = 0;
	restart(w);
	world_turn(w);
}

void world_clock_set(struct world *w, const char *local)
{
	int64_t was = w->now;

	w->now = world_time(w, local);
	assert_true(db_begin(w->store.db));
	blind_clock_jumped(&w->watch, w->now - was, w->now);
	assert_true(db_commit(w->store.db));
	world_turn(w);
}

static void take_press(struct world *w, const struct checkin *c, int64_t kept_since_at, struct ack *ack)
{
	assert_true(db_begin(w->store.db));
	press_take(&w->watch, c, w->now, kept_since_at, ack);
	assert_true(db_commit(w->store.db));
}

enum ack_result world_press_with(struct world *w, struct checkin *c, int64_t kept_since_at, struct ack *ack)
{
	take_press(w, c, kept_since_at, ack);
	if (w->manner == WORLD_TWICE) { /* the broker did not hear that we have it */
		struct ack again;

		take_press(w, c, kept_since_at, &again);
		assert_int_equal(again.result, ack->result == ACK_STORED ? ACK_DUPLICATE : ack->result);
	}
	world_turn(w);
	return ack->result;
}

struct checkin world_checkin(struct world *w, const char *resident, enum checkin_kind kind)
{
	struct checkin c = { .kind = kind, .at = -1, .age_ms = -1, .battery = -1 };

	snprintf(c.device_id, sizeof(c.device_id), "b-%s", resident);
	snprintf(c.id, sizeof(c.id), "p%d", ++w->presses);
	return c;
}

enum ack_result world_press_at(struct world *w, const char *resident, enum checkin_kind kind, int64_t at)
{
	struct checkin c = world_checkin(w, resident, kind);
	struct ack ack;

	c.at = at;
	return world_press_with(w, &c, 0, &ack);
}

enum ack_result world_press(struct world *w, const char *resident, enum checkin_kind kind)
{
	return world_press_at(w, resident, kind, -1);
}

static void forget(struct world *w, size_t k)
{
	memmove(&w->told[k], &w->told[k + 1], (w->told_n - k - 1) * sizeof(w->told[0]));
	w->told_n--;
}

static void print_told(struct world *w)
{
	char at[ZONE_TEXT];

	for (size_t k = 0; k < w->told_n; k++)
		print_message("told: %s %s on %s at %s\n", w->told[k].person, w->told[k].what, w->told[k].channel,
			zone_format(at, w->told[k].at));
}

static bool find_told(struct world *w, const char *person, const char *what, const char *channel, int64_t at)
{
	for (size_t k = 0; k < w->told_n; k++)
		if (strcmp(w->told[k].person, person) == 0 && strcmp(w->told[k].what, what) == 0 &&
			(!channel || strcmp(w->told[k].channel, channel) == 0) && (!at || w->told[k].at == at)) {
			forget(w, k);
			return true;
		}
	return false;
}

static void expect(struct world *w, const char *person, const char *what, const char *channel, int64_t at)
{
	if (find_told(w, person, what, channel, at))
		return;
	/* What follows a message within half a minute waits for its group. */
	if (!at) {
		world_pass(w, w->watch.rules.group_ms);
		if (find_told(w, person, what, channel, at))
			return;
	}
	print_told(w);
	fail_msg("%s was not told: %s", person, what);
}

void world_told(struct world *w, const char *person, const char *what)
{
	expect(w, person, what, NULL, 0);
}

void world_told_on(struct world *w, const char *person, const char *what, const char *channel)
{
	expect(w, person, what, channel, 0);
}

void world_told_at(struct world *w, const char *person, const char *what, const char *local)
{
	expect(w, person, what, NULL, world_time(w, local));
}

void world_quiet(struct world *w)
{
	if (!w->told_n)
		return;
	print_told(w);
	fail_msg("%zu tellings that nobody expected", w->told_n);
}

void world_hush(struct world *w)
{
	world_pass(w, w->watch.rules.group_ms);
	w->told_n = 0;
}

static const char latest_sql[] = "SELECT id FROM incidents WHERE resident_id = $1"
				 " AND kind IN ('help', 'missed', 'unwell', 'talk') ORDER BY id DESC LIMIT 1";

struct incident world_incident(struct world *w, const char *resident)
{
	struct incident i = { 0 };
	int64_t id = db_number(w->store.db, 0, latest_sql, V(resident));

	if (!id || !incidents_find(&w->store, id, &i))
		fail_msg("%s has no incident", resident);
	return i;
}

static const char question_sql[] = "SELECT id FROM incidents WHERE kind = $1 AND subject = $2 ORDER BY id DESC LIMIT 1";

struct incident world_question(struct world *w, const char *kind, const char *subject)
{
	struct incident i = { 0 };
	int64_t id = db_number(w->store.db, 0, question_sql, V(kind), V(subject));

	if (!id || !incidents_find(&w->store, id, &i))
		fail_msg("there is no question %s about %s", kind, subject);
	return i;
}

int64_t world_incidents(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM incidents");
}

static const char outcome_sql[] = "SELECT 1 FROM expectations WHERE resident_id = $1 AND day = $2 AND outcome = $3";

bool world_outcome(struct world *w, const char *resident, const char *date, const char *outcome)
{
	int32_t day;

	assert_true(date_parse(date, &day));
	return db_number(w->store.db, 0, outcome_sql, V(resident), V(day), V(outcome)) == 1;
}

const char *world_state(struct world *w, const char *resident)
{
	const char *state = NULL;
	struct daily d;

	assert_true(daily_read(&d, &w->watch, zone_day(w->now), "", w->now));
	for (size_t k = 0; k < d.residents; k++)
		if (strcmp(d.rows[k]->resident_id, resident) == 0)
			state = daily_state_name(d.rows[k]->state);
	daily_release(&d);
	if (!state)
		fail_msg("%s is not on the list", resident);
	return state;
}

/* Runs an act in a transaction of its own, as the shell does; checks what it said. */
#define ACT(w, wanted, call)                                                   \
	do {                                                                   \
		struct refusal no = { REFUSED_NOT, "" };                       \
		bool done;                                                     \
                                                                               \
		assert_true(db_begin((w)->store.db));                          \
		done = call;                                                   \
		if (done)                                                      \
			assert_true(db_commit((w)->store.db));                 \
		else                                                           \
			db_rollback((w)->store.db);                            \
		if (no.code != (wanted) || done != ((wanted) == REFUSED_NOT))  \
			fail_msg("refused with %d: %s", (int)no.code, no.why); \
		world_turn(w);                                                 \
	} while (0)

void world_claim(struct world *w, const char *resident, const char *person)
{
	ACT(w, REFUSED_NOT, incident_claim(&w->watch, world_incident(w, resident).id, person, w->now, &no));
}

void world_claim_refused(struct world *w, const char *resident, const char *person, enum refusal_code code)
{
	ACT(w, code, incident_claim(&w->watch, world_incident(w, resident).id, person, w->now, &no));
}

void world_release(struct world *w, const char *resident, const char *person)
{
	ACT(w, REFUSED_NOT, incident_release(&w->watch, world_incident(w, resident).id, person, w->now, &no));
}

void world_decline(struct world *w, const char *resident, const char *person)
{
	ACT(w, REFUSED_NOT, incident_decline(&w->watch, world_incident(w, resident).id, person, w->now, &no));
}

void world_report(struct world *w, const char *resident, const char *person, enum report report, const char *how)
{
	ACT(w, REFUSED_NOT,
		incident_report(&w->watch, world_incident(w, resident).id, person, report, how, "新聞がたまっている",
			w->now, &no));
}

void world_close(struct world *w, const char *resident, const char *by, const char *outcome, const char *how)
{
	char until[DATE_TEXT];
	bool away = strcmp(outcome, "hospital") == 0 || strcmp(outcome, "away") == 0;
	struct closing closing = { .outcome = outcome,
		.cause = "",
		.how = how,
		.seen_by = "田中",
		.until = away ? date_format(until, zone_day(w->now) + 3) : "",
		.note = "",
		.by = by };

	ACT(w, REFUSED_NOT, incident_close(&w->watch, world_incident(w, resident).id, &closing, w->now, &no));
}

void world_answer(struct world *w, const char *kind, const char *subject, const char *by)
{
	struct closing closing = { .outcome = "answered",
		.cause = "",
		.how = "",
		.seen_by = "",
		.until = "",
		.note = "電話で確かめた",
		.by = by };

	ACT(w, REFUSED_NOT, incident_close(&w->watch, world_question(w, kind, subject).id, &closing, w->now, &no));
}

/* Ends the transaction of something that staff entered. */
static bool entered(struct world *w, bool done)
{
	if (done)
		assert_true(db_commit(w->store.db));
	else
		db_rollback(w->store.db);
	world_turn(w);
	return done;
}

bool world_pause(struct world *w, const char *resident, const char *from_on, const char *to_on)
{
	char why[PAUSE_WHY];

	assert_true(db_begin(w->store.db));
	return entered(w, pause_enter(&w->watch, resident, from_on, to_on, "旅行", "長女", "user:tanaka", w->now, why));
}

bool world_resume(struct world *w, const char *resident)
{
	char why[PAUSE_WHY];

	assert_true(db_begin(w->store.db));
	return entered(w, pause_resume(&w->watch, resident, "長女", "user:tanaka", w->now, why));
}

bool world_end_service(struct world *w, const char *resident, const char *reason)
{
	char why[PAUSE_WHY];

	assert_true(db_begin(w->store.db));
	return entered(w, pause_end_service(&w->watch, resident, reason, "長女", "user:tanaka", w->now, why));
}

bool world_staff_checkin(struct world *w, const char *resident)
{
	char why[PAUSE_WHY];

	assert_true(db_begin(w->store.db));
	return entered(w, pause_staff_checkin(&w->watch, resident, "本人", "電話で", "user:tanaka", w->now, why));
}

static const char reschedule_sql[] = "UPDATE residents SET schedule = $2 WHERE resident_id = $1";

void world_reschedule(struct world *w, const char *resident, const char *schedule)
{
	assert_true(db_begin(w->store.db));
	db_run(w->store.db, reschedule_sql, V(resident), V(schedule));
	expectation_reschedule(&w->watch, resident, w->now);
	assert_true(db_commit(w->store.db));
	world_turn(w);
}
