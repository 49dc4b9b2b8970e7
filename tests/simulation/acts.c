/* acts - see there. */
#include "tests/simulation/acts.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/watch/blind.h"
#include "server/watch/duty.h"
#include "server/watch/expectation.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "tests/simulation/town.h"

#define WRONG(...) (snprintf(wrong, size, __VA_ARGS__), -1)
#define ROOT       "mimamori"

static const char *id_of(char name[TOWN_NAME], int64_t person)
{
	return strchr(town_person(name, (int)person), ':') + 1;
}

int acts_incident(const struct world *w, const struct act *a)
{
	int resident = (int)a->n[0], subject = (int)a->n[1];

	if (subject != M_OF_PERSON) {
		for (enum m_kind kind = M_PAUSE; kind < M_KINDS; kind++) {
			int found = model_question(&w->m, kind, subject, resident);

			if (found >= 0)
				return found;
		}
		return -1;
	}
	if (w->m.residents[resident].incident >= 0)
		return w->m.residents[resident].incident;
	for (int k = w->m.incidents_n - 1; k >= 0; k--)
		if (w->m.incidents[k]->resident == resident && w->m.incidents[k]->subject == M_OF_PERSON)
			return k;
	return -1;
}

/* One act upon the system, in a transaction of its own. */
struct doing {
	struct world *w;
	const struct act *a;
	int64_t incident; /* the system's */
	bool done;
	struct refusal no;
};

static const char *const ends[] = { "safe", "emergency", "false_alarm", "hospital", "away", "facility", "deceased",
	"moved" };
static const char *const hows[] = { "face", "phone", "voice", "kin", "authority" };

static bool close_it(struct doing *d, const char *person, int64_t now)
{
	const struct act *a = d->a;
	enum m_end end = (enum m_end)(a->n[3] / 10);
	char until[DATE_TEXT];
	struct closing c = { .outcome = ends[end],
		.cause = a->n[5] ? "forgot" : "",
		.how = hows[a->n[3] % 10],
		.seen_by = "田中",
		.until = end == M_HOSPITAL || end == M_AWAY ? date_format(until, zone_day(now) + (int32_t)a->n[4]) : "",
		.note = "",
		.by = person };

	if (a->kind == ACT_ANSWER)
		c = (struct closing){ "answered", "", "", "", "", "電話で確かめた", person };
	return incident_close(&d->w->s.watch, d->incident, &c, now, &d->no);
}

static bool on_incident(struct doing *d, int64_t now)
{
	struct watch *watch = &d->w->s.watch;
	char person[TOWN_NAME];

	town_person(person, (int)d->a->n[2]);
	switch (d->a->kind) {
	case ACT_CLAIM: return incident_claim(watch, d->incident, person, now, &d->no);
	case ACT_RELEASE: return incident_release(watch, d->incident, person, now, &d->no);
	case ACT_DECLINE: return incident_decline(watch, d->incident, person, now, &d->no);
	case ACT_REPORT:
		return incident_report(watch, d->incident, person, (enum report)d->a->n[3],
			d->a->n[3] == M_HEARD ? hows[d->a->n[4]] : "", "新聞", now, &d->no);
	default: return close_it(d, person, now);
	}
}

static const char schedule_sql[] = "UPDATE residents SET schedule = $2 WHERE resident_id = $1";
static const char resident_policy_sql[] = "UPDATE residents SET policy = $2 WHERE resident_id = $1";
static const char consent_sql[] = "UPDATE residents SET consent_on = $2 WHERE resident_id = $1";
static const char ends_sql[] = "UPDATE residents SET ends = $2 WHERE resident_id = $1 AND ended_at IS NULL";
static const char ladder_sql[] = "DELETE FROM policies WHERE policy = $1 AND kind = $2";
static const char watcher_away_sql[] = "UPDATE watchers SET away_from = $2, away_to = $3 WHERE watcher_id = $1";
static const char user_away_sql[] = "UPDATE users SET away_from = $2, away_to = $3 WHERE login = $1";
static const char hours_sql[] = "UPDATE watchers SET hours = $2 WHERE watcher_id = $1";
static const char night_sql[] = "UPDATE watchers SET night = $2 WHERE watcher_id = $1";
static const char duty_sql[] = "UPDATE users SET duty = $2 WHERE login = $1";

/* As an import writes them: the row, and then the rules that follow. */
static bool on_record(struct doing *d, int64_t now)
{
	struct world *w = d->w;
	struct db *db = w->s.store.db;
	const int64_t *n = d->a->n;
	char name[TOWN_NAME], from[DATE_TEXT], to[DATE_TEXT];
	int32_t today = zone_day(now);

	switch (d->a->kind) {
	case ACT_SCHEDULE:
		db_run(db, schedule_sql, V(id_of(name, n[0])), V(town_plans[n[1]].text));
		expectation_reschedule(&w->s.watch, id_of(name, n[0]), now);
		break;
	case ACT_POLICY:
		db_run(db, resident_policy_sql, V(id_of(name, n[0])), V(n[1] ? town_policies[n[1]] : ""));
		break;
	case ACT_CONSENT: db_run(db, consent_sql, V(id_of(name, n[0])), V(n[1] ? "2026-01-01" : "")); break;
	case ACT_PLAN_END: db_run(db, ends_sql, V(id_of(name, n[0])), V(date_format(to, today + (int32_t)n[1]))); break;
	case ACT_LADDER: /* the model has the new one already */
		db_run(db, ladder_sql, V(town_policies[n[0]]), V(town_kinds[n[1]]));
		system_write_policy(&w->s, (int)n[0], (int)n[1]);
		break;
	case ACT_AWAY:
		date_format(from, today + (int32_t)n[1]);
		date_format(to, today + (int32_t)n[2]);
		if (M_SORT(n[0]) == M_IS_WATCHER)
			db_run(db, watcher_away_sql, V(id_of(name, n[0])), V(from), V(to));
		else
			db_run(db, user_away_sql, V(id_of(name, n[0])), V(from), V(to));
		break;
	case ACT_HOURS: db_run(db, hours_sql, V(id_of(name, n[0])), V(town_plans[n[1]].text)); break;
	case ACT_NIGHT: db_run(db, night_sql, V(id_of(name, n[0])), V(n[1] ? "yes" : "")); break;
	case ACT_DUTY:
		db_run(db, duty_sql, V(id_of(name, n[0])), V(town_plans[n[1]].text));
		duty_schedule(&w->s.watch, id_of(name, n[0]), now);
		break;
	default: return false;
	}
	return true;
}

static bool on_resident(struct doing *d, int64_t now)
{
	struct watch *watch = &d->w->s.watch;
	const int64_t *n = d->a->n;
	char name[TOWN_NAME], from[DATE_TEXT], to[DATE_TEXT], why[PAUSE_WHY];
	const char *id = id_of(name, n[0]);
	int32_t today = zone_day(now);

	switch (d->a->kind) {
	case ACT_PAUSE:
		return pause_enter(watch, id, date_format(from, today + (int32_t)n[1]),
			date_format(to, today + (int32_t)n[2]), "旅行", "長女", "user:U0000", now, why);
	case ACT_RESUME: return pause_resume(watch, id, "長女", "user:U0000", now, why);
	case ACT_END: return pause_end_service(watch, id, n[1] ? "deceased" : "moved", "長女", "user:U0000", now, why);
	case ACT_CHECKIN: return pause_staff_checkin(watch, id, "本人", "電話で", "user:U0000", now, why);
	default: return on_record(d, now);
	}
}

static void perform(struct system *s, void *argument)
{
	struct doing *d = argument;
	int64_t now = world_now(d->w);

	if (!db_begin(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
	d->done = d->a->kind <= ACT_ANSWER ? on_incident(d, now) : on_resident(d, now);
	if (!d->done)
		db_rollback(s->store.db);
	else if (!db_commit(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
}

static enum m_answer tell_model_of_incident(struct world *w, const struct act *a, int incident)
{
	int64_t now = world_now(w);
	int person = (int)a->n[2];
	struct m_closing c = { person, (enum m_end)(a->n[3] / 10), (enum m_how)(a->n[3] % 10), a->n[5] != 0,
		(int)a->n[4] };

	switch (a->kind) {
	case ACT_CLAIM: return model_claim(&w->m, incident, person, now);
	case ACT_RELEASE: return model_release(&w->m, incident, person, now);
	case ACT_DECLINE: return model_decline(&w->m, incident, person, now);
	case ACT_REPORT: return model_report(&w->m, incident, person, (enum m_report)a->n[3], (enum m_how)a->n[4], now);
	case ACT_ANSWER: return model_close_question(&w->m, incident, person, now);
	default: return model_close(&w->m, incident, &c, now);
	}
}

static bool tell_model_of_record(struct world *w, const struct act *a)
{
	struct model *m = &w->m;
	int64_t now = world_now(w);
	int32_t today = calendar_day(now);
	int n = (int)a->n[0], k = M_INDEX(n);

	switch (a->kind) {
	case ACT_PAUSE: return model_pause(m, n, (int)a->n[1], (int)a->n[2], now);
	case ACT_RESUME: return model_resume(m, n, now);
	case ACT_END: return model_end_service(m, n, a->n[1] != 0, now);
	case ACT_CHECKIN: return model_staff_checkin(m, n, now);
	case ACT_SCHEDULE: model_reschedule(m, n, (int)a->n[1], now); break;
	case ACT_POLICY: m->residents[n].policy = (int)a->n[1]; break;
	case ACT_CONSENT: m->residents[n].consents = a->n[1] != 0; break;
	case ACT_PLAN_END:
		if (!m->residents[n].ended)
			m->residents[n].ends_on = today + (int32_t)a->n[1];
		break;
	case ACT_LADDER: break;
	case ACT_AWAY:
		if (M_SORT(n) == M_IS_WATCHER) {
			m->watchers[k].away_from = today + (int32_t)a->n[1];
			m->watchers[k].away_to = today + (int32_t)a->n[2];
		} else {
			m->users[k].away_from = today + (int32_t)a->n[1];
			m->users[k].away_to = today + (int32_t)a->n[2];
		}
		break;
	case ACT_HOURS: m->watchers[k].hours = (int)a->n[1]; break;
	case ACT_NIGHT: m->watchers[k].night = a->n[1] != 0; break;
	case ACT_DUTY:
		m->users[k].duty = (int)a->n[1];
		model_plan_duty(m, k, now);
		break;
	default: return false;
	}
	return true;
}

/* Done or refused on both sides alike. Whoever was cut off before it was stored does it again. */
static int do_one(struct world *w, const struct act *a, bool *done, char *wrong, size_t size)
{
	struct doing d = { .w = w, .a = a };
	int incident = -1;
	enum m_answer answer;
	bool stored = false;

	if (a->kind <= ACT_ANSWER) {
		incident = acts_incident(w, a);
		if (incident < 0)
			return 1;
		d.incident = system_incident(&w->s, incident);
		if (!d.incident)
			return WRONG("there is no incident of %d", (int)a->n[0]);
	}
	if (a->kind == ACT_LADDER)
		town_ladder(&w->m.policies[a->n[0]], (int)a->n[1], (int)a->n[2]);
	while (!system_run(&w->s, perform, &d, &stored) && !stored)
		;
	if (stored)
		d.done = true;
	if (incident >= 0)
		answer = tell_model_of_incident(w, a, incident);
	else
		answer = tell_model_of_record(w, a) ? M_DONE : M_NO;
	*done = d.done;
	if (d.done != (answer == M_DONE))
		return WRONG("it is %s (%s), and should be %s", d.done ? "done" : "refused", d.no.why,
			answer == M_DONE ? "done" : "refused");
	if (answer == M_NO_CLOSED && d.no.code != REFUSED_CLOSED)
		return WRONG("it is refused, but not because it is closed: %s", d.no.why);
	return 1;
}

/* Presses. */

struct reading {
	struct world *w;
	const struct act *acts;
	int n;
	bool kept, echo;
};

static void read_press(struct fact *f, const struct act *a)
{
	struct checkin c = { .kind = (enum checkin_kind)a->n[1], .at = a->n[3], .age_ms = a->n[4], .battery = -1 };
	char topic[TOPIC_MAX], payload[PAYLOAD_MAX + 1], name[TOWN_NAME];
	size_t len;

	snprintf(c.device_id, sizeof(c.device_id), "b-%s", id_of(name, a->n[0]));
	snprintf(c.id, sizeof(c.id), "p%lld", (long long)a->n[2]);
	len = checkin_format(&c, payload, sizeof(payload));
	topic_format(topic, ROOT, c.device_id, "checkin");
	decode(f, ROOT, topic, payload, len, a->n[5] != 0);
}

static void read_batch(struct system *s, void *argument)
{
	const struct reading *r = argument;
	int64_t now = world_now(r->w);

	s->batch.count = 0;
	for (int k = 0; k < r->n; k++) {
		struct fact *f = batch_next(&s->batch);

		read_press(f, &r->acts[k]);
		f->heard_at = now;
		f->kept = r->kept;
		s->batch.count++;
	}
	if (r->echo) {
		struct fact *f = batch_next(&s->batch);

		*f = (struct fact){ .kind = FACT_ECHO, .echo = { 1, now }, .heard_at = now };
		s->batch.count++;
	}
	if (batch_store(&s->batch, &s->watch, 1, now, now, &s->health) != BATCH_STORED)
		fatal("error=\"%s\"", db_why(s->store.db));
}

static int compare_acks(
	struct world *w, const struct reading *r, const enum m_heard *expected, bool again, char *wrong, size_t size)
{
	static const char *const words[] = { "stored", "duplicate", "unknown", "rejected" };

	for (int k = 0; k < r->n; k++) {
		enum m_heard should = expected[k];
		bool retained = r->acts[k].n[5] != 0;

		if (again && should == M_STORED)
			should = M_DUPLICATE;
		if (w->s.batch.answered[k] == retained)
			return WRONG("R%04d: a press that is %sretained is %sanswered", (int)r->acts[k].n[0],
				retained ? "" : "not ", retained ? "" : "not ");
		if (!retained && (int)w->s.batch.acks[k].result != (int)should)
			return WRONG("R%04d hears %s, and should hear %s", (int)r->acts[k].n[0],
				words[w->s.batch.acks[k].result], words[should]);
	}
	return r->n;
}

/* A batch that was stored when we were killed is offered again: nobody has said that we have it. */
static int press(struct world *w, const struct act *acts, int n, bool kept, bool echo, char *wrong, size_t size)
{
	struct reading r = { w, acts, n, kept, echo };
	enum m_heard *expected = calloc((size_t)n + 1, sizeof(*expected));
	int64_t now = world_now(w), kept_since = kept ? model_deaf_since(&w->m, now) : 0;
	bool stored, again = false;
	int result;

	while (!system_run(&w->s, read_batch, &r, &stored))
		again |= stored;
	for (int k = 0; k < n; k++) {
		const int64_t *a = acts[k].n;
		struct m_pressing p = { .resident = (int)a[0],
			.kind = (enum m_press)a[1],
			.id = (int)a[2],
			.at = a[3],
			.age = a[4],
			.kept_since = kept_since };

		if (a[5]) {
			w->retained++;
			continue;
		}
		expected[k] = model_press(&w->m, &p, now);
		w->heard[expected[k]]++;
		w->kept_heard += kept;
	}
	if (echo)
		model_heard(&w->m, now);
	result = compare_acks(w, &r, expected, again, wrong, size);
	free(expected);
	return result;
}

struct jumping {
	int64_t by, now;
};

static void jump(struct system *s, void *argument)
{
	const struct jumping *j = argument;

	if (!db_begin(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
	blind_clock_jumped(&s->watch, j->by, j->now);
	if (!db_commit(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
}

static void clock_jumped(struct world *w, int64_t by)
{
	struct jumping j = { by, world_now(w) };
	bool stored;

	while (!system_run(&w->s, jump, &j, &stored) && !stored)
		;
	model_clock_jumped(&w->m, by, j.now);
}

/* The link is there again: what the broker kept comes before our first echo. */
static int hear(struct world *w, char *wrong, size_t size)
{
	int done = 0, result = 0;

	if (w->m.hearing || w->stopped)
		return 1;
	while (done < w->kept_n) {
		int n = w->kept_n - done < BATCH_FULL ? w->kept_n - done : BATCH_FULL;

		result = press(w, w->kept + done, n, true, false, wrong, size);
		if (result < 0)
			return result;
		done += n;
	}
	w->kept_n = 0;
	result = press(w, NULL, 0, true, true, wrong, size);
	return result < 0 ? result : 1;
}

static void started(struct system *s, void *argument)
{
	const int64_t *now = argument;

	if (!db_begin(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
	blind_started(&s->watch, *now);
	if (!db_commit(s->store.db))
		fatal("error=\"%s\"", db_why(s->store.db));
}

static void start(struct world *w)
{
	int64_t beat, now = world_now(w);
	bool stored;

	system_restart(&w->s);
	w->s.watch.deaf_checked_at = 0;
	model_restarted(&w->m);
	w->stopped = false;
	beat = blind_last_beat(&w->s.watch);
	if (now < beat - MINUTE) {
		clock_jumped(w, now - beat);
		return;
	}
	while (!system_run(&w->s, started, &now, &stored) && !stored)
		;
	model_started(&w->m, now);
}

/* Seen at once where we run; a start sees that it was set back, and looks whether it came back. */
static int set_clock(struct world *w, int64_t ahead, char *wrong, size_t size)
{
	int64_t by = ahead - w->offset;

	w->offset += by;
	if (w->stopped || llabs(by) <= MINUTE)
		return 1;
	clock_jumped(w, by);
	return w->m.hearing && press(w, NULL, 0, false, true, wrong, size) < 0 ? -1 : 1;
}

int acts_do(struct world *w, const struct act *acts, int n, bool *done, char *wrong, size_t size)
{
	const struct act *a = acts;
	int count = 1;

	*done = true;
	switch (a->kind) {
	case ACT_PRESS:
		while (count < n && acts[count].kind == ACT_PRESS && acts[count].at == a->at && count < BATCH_FULL)
			count++;
		if (w->m.hearing && !w->stopped)
			return press(w, acts, count, false, false, wrong, size);
		for (int k = 0; k < count; k++)
			w->kept[M_MORE(w->kept, w->kept_n)] = acts[k];
		return count;
	case ACT_DEAF: w->m.hearing = false; return 1;
	case ACT_HEAR: return hear(w, wrong, size);
	case ACT_STOP:
		w->stopped = true;
		w->m.hearing = false;
		return 1;
	case ACT_START:
		if (w->stopped)
			start(w);
		return 1;
	case ACT_RESTART:
		if (w->stopped)
			return 1;
		start(w);
		return 1;
	case ACT_KILL: system_kill_after((int)a->n[0]); return 1;
	case ACT_CLOCK: return set_clock(w, a->n[0], wrong, size);
	case ACT_CHANNEL:
		if (a->n[0] >= 0)
			*system_mood(&w->s, (int)a->n[0], (int)a->n[1]) = (unsigned char)a->n[2];
		else
			memset(w->s.moods, (int)a->n[2],
				2 * (size_t)(w->m.residents_n + w->m.watchers_n + w->m.users_n));
		return 1;
	default: return w->stopped ? 1 : do_one(w, a, done, wrong, size);
	}
}

static const char *const names[ACT_KINDS] = {
#define ACT(name, numbers) #name,
	ACTS(ACT)
#undef ACT
};
static const char *const numbers[ACT_KINDS] = {
#define ACT(name, text) text,
	ACTS(ACT)
#undef ACT
};

const char *acts_name(enum act_kind kind)
{
	return names[kind];
}

void acts_print(FILE *out, const struct world *w, const struct act *a)
{
	char at[ZONE_TEXT];

	(void)w;
	fprintf(out, "%s %s", zone_format(at, a->at), names[a->kind]);
	for (const char *word = numbers[a->kind]; *word;) {
		int k = 0, len = (int)strcspn(word, " ");

		for (const char *p = numbers[a->kind]; p < word; p++)
			k += *p == ' ';
		fprintf(out, " %.*s=%lld", len, word, (long long)a->n[k]);
		if (a->n[k] > INT64_C(1000000000000))
			fprintf(out, "(%s)", zone_format(at, a->n[k]));
		word += len + (word[len] == ' ');
	}
	fputc('\n', out);
}
