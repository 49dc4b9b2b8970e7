/* compare - see there. */
#include "tests/simulation/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/invariants.h"
#include "tests/simulation/town.h"

#define WRONG(...) (snprintf(wrong, size, __VA_ARGS__), false)

static const char *const outcomes[] = { "", "ok", "missed", "paused", "unknown" };
static const char *const states[] = { "open", "claimed", "closed" };
static const char *const deliveries[] = { "waiting", "in_flight", "sent", "refused", "dropped" };

/* One field of what is compared. */
struct field {
	const char *name;
	int64_t system, model;
};

static bool same(const char *what, const struct field *fields, size_t n, char *wrong, size_t size)
{
	for (size_t k = 0; k < n; k++)
		if (fields[k].system != fields[k].model)
			return WRONG("%s: %s is %lld, and should be %lld", what, fields[k].name,
				(long long)fields[k].system, (long long)fields[k].model);
	return true;
}
#define SAME(what, fields) same(what, fields, sizeof(fields) / sizeof((fields)[0]), wrong, size)

/* Residents. */

static const char resident_sql[] =
	"SELECT next_look, coalesce(next_look_at, 0), coalesce(opens_at, 0), coalesce(counts_from_at, 0),"
	" coalesce(due_at, 0), coalesce(deadline_at, 0), last_press_at, last_sign_at, maybe_press_at,"
	" ended_at IS NOT NULL, (SELECT count(*) FROM devices d WHERE d.resident_id = r.resident_id"
	" AND d.revoked_at IS NOT NULL) FROM residents r WHERE resident_id = $1";

static const char *id_of(char name[TOWN_NAME], int person)
{
	return strchr(town_person(name, person), ':') + 1;
}

static bool compare_resident(struct system *s, int resident, char *wrong, size_t size)
{
	const struct m_resident *r = &s->m->residents[resident];
	char name[TOWN_NAME];
	const char *id = id_of(name, M_RESIDENT(resident));
	struct query *q = db_query(s->store.db, resident_sql, V(id));

	if (!db_step(q))
		return WRONG("%s is gone", id);
	struct field fields[] = {
		{ "the next look", db_int(q, 0), r->look },
		{ "when the next look is", db_int(q, 1), r->look_at },
		{ "OPENS", db_int(q, 2), r->opens },
		{ "from when presses count", db_int(q, 3), r->counts_from },
		{ "DUE", db_int(q, 4), r->due },
		{ "the deadline", db_int(q, 5), r->deadline },
		{ "the last press", db_int(q, 6), r->pressed },
		{ "the last sign of life", db_int(q, 7), r->sign },
		{ "the last press at nobody knows when", db_int(q, 8), r->maybe },
		{ "whether the service has ended", db_int(q, 9), r->ended != 0 },
		{ "whether the button is revoked", db_int(q, 10), r->revoked },
	};
	db_done(q);
	return SAME(id, fields);
}

static const char expectation_sql[] =
	"SELECT coalesce(outcome, ''), coalesce(decided_at, 0), coalesce(met_at, 0), coalesce(met_late_at, 0),"
	" counts_from_at, due_at, deadline_at FROM expectations WHERE resident_id = $1 AND opens_at = $2";

static bool compare_expectation(struct system *s, int expectation, char *wrong, size_t size)
{
	const struct m_expectation *e = &s->m->expectations[expectation];
	char name[TOWN_NAME], what[128], date[16];
	const char *id = id_of(name, M_RESIDENT(e->resident));
	struct query *q = db_query(s->store.db, expectation_sql, V(id), V(e->opens));
	bool fine;

	snprintf(what, sizeof(what), "the expectation of %s on %s", id, calendar_date(date, calendar_day(e->opens)));
	if (!db_step(q))
		return WRONG("%s is not there", what);
	if (strcmp(db_text(q, 0), outcomes[e->outcome]) != 0) {
		fine = WRONG(
			"%s: the outcome is \"%s\", and should be \"%s\"", what, db_text(q, 0), outcomes[e->outcome]);
		db_done(q);
		return fine;
	}
	struct field fields[] = {
		{ "decided at", db_int(q, 1), e->decided },
		{ "met at", db_int(q, 2), e->met },
		{ "met late at", db_int(q, 3), e->met_late },
		{ "from when presses count", db_int(q, 4), e->counts_from },
		{ "DUE", db_int(q, 5), e->due },
		{ "the deadline", db_int(q, 6), e->deadline },
	};
	db_done(q);
	return SAME(what, fields);
}

/* Incidents. */

static const char incident_sql[] =
	"SELECT kind, state, detail, coalesce(claimed_by, ''), coalesce(outcome, ''), opened_at, ladder_at, step, round,"
	" coalesce(fired_at, 0), fired_round, reached, with_staff, coalesce(claimed_at, 0), coalesce(claimed_until, 0),"
	" claim_call, renewals, nudged, asked, coalesce(closed_at, 0) FROM incidents WHERE id = $1";
static const char causes_sql[] =
	"SELECT count(*), count(answered_at), coalesce(sum(kind = 'missed'), 0), coalesce(sum(at), 0) FROM causes"
	" WHERE incident_id = $1";

static bool compare_words(struct query *q, const struct m_incident *i, const char *what, char *wrong, size_t size)
{
	char claimant[TOWN_NAME] = "";
	const struct {
		const char *name, *system, *model;
	} words[] = {
		{ "the kind", db_text(q, 0), town_kinds[i->kind] },
		{ "the state", db_text(q, 1), states[i->state] },
		{ "what is asked", db_text(q, 2), i->detail },
		{ "the claimant", db_text(q, 3), i->claimant == M_NOBODY ? "" : town_person(claimant, i->claimant) },
		{ "the outcome", db_text(q, 4), i->outcome },
	};

	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
		if (strcmp(words[k].system, words[k].model) != 0)
			return WRONG("%s: %s is \"%s\", and should be \"%s\"", what, words[k].name, words[k].system,
				words[k].model);
	return true;
}

static bool compare_causes(
	struct system *s, int64_t id, const struct m_incident *i, const char *what, char *wrong, size_t size)
{
	struct query *q = db_query(s->store.db, causes_sql, V(id));
	int64_t answered = 0, missed = 0, at = 0;

	for (int k = 0; k < i->causes_n; k++) {
		answered += i->causes[k].answered != 0;
		missed += i->causes[k].kind == M_MISSED;
		at += i->causes[k].at;
	}
	if (!db_step(q))
		return WRONG("%s: no causes", what);
	struct field fields[] = {
		{ "the number of causes", db_int(q, 0), i->causes_n },
		{ "how many are answered", db_int(q, 1), answered },
		{ "how many are of a missed check-in", db_int(q, 2), missed },
		{ "when they came (their sum)", db_int(q, 3), at },
	};
	db_done(q);
	return SAME(what, fields);
}

static bool compare_incident(struct system *s, int incident, char *wrong, size_t size)
{
	const struct m_incident *i = s->m->incidents[incident];
	int64_t id = system_incident(s, incident);
	struct query *q;
	char what[96];

	snprintf(what, sizeof(what), "incident %lld (R%04d)", (long long)id, i->resident);
	if (!id)
		return WRONG("there is no incident %s of R%04d (model %d, opened at %lld)", town_kinds[i->kind],
			i->resident, incident, (long long)i->opened);
	q = db_query(s->store.db, incident_sql, V(id));
	if (!db_step(q))
		return WRONG("%s is gone", what);
	if (!compare_words(q, i, what, wrong, size)) {
		db_done(q);
		return false;
	}
	struct field fields[] = {
		{ "opened at", db_int(q, 5), i->opened },
		{ "since when the ladder runs", db_int(q, 6), i->ladder_at },
		{ "the step", db_int(q, 7), i->step },
		{ "the round", db_int(q, 8), i->round },
		{ "fired at", db_int(q, 9), i->fired_at },
		{ "the round that fired", db_int(q, 10), i->fired_round },
		{ "whether anybody was reached", db_int(q, 11), i->reached },
		{ "with staff", db_int(q, 12), i->with_staff },
		{ "claimed at", db_int(q, 13), i->claimed },
		{ "claimed until", db_int(q, 14), i->until },
		{ "the claim is a call", db_int(q, 15), i->call },
		{ "renewals", db_int(q, 16), i->renewals },
		{ "nudged", db_int(q, 17), i->nudged },
		{ "asked whether they met", db_int(q, 18), i->asked },
		{ "closed at", db_int(q, 19), i->closed },
	};
	db_done(q);
	return SAME(what, fields) && compare_causes(s, id, i, what, wrong, size);
}

bool compare_touched(struct system *s, char *wrong, size_t size)
{
	struct model *m = s->m;

	for (int k = 0; k < m->touched_n; k++) {
		if (!compare_resident(s, m->touched[k], wrong, size))
			return false;
		m->is_touched[m->touched[k]] = false;
	}
	m->touched_n = 0;
	for (int k = 0; k < m->fresh_n; k++)
		if (!compare_expectation(s, m->fresh[k], wrong, size))
			return false;
	m->fresh_n = 0;
	for (int k = 0; k < m->stirred_n; k++) {
		m->incidents[m->stirred[k]]->touched = false;
		if (!compare_incident(s, m->stirred[k], wrong, size))
			return false;
	}
	m->stirred_n = 0;
	return true;
}

static const char tellings_sql[] = "SELECT what, round, person, channel, state, unsure, urgent, put_off"
				   " FROM notifications WHERE incident_id = $1";
static const char *const whats[M_WHATS] = { "alert", "duty", "question", "reminder", "coming", "claimed", "released",
	"nudge", "asked", "graver", "joined", "replaced", "lost", "lapsed", "renewed", "no_answer", "needs_help",
	"ended" };

static const struct m_telling *find_telling(
	const struct model *m, const struct m_incident *i, const char *what, int round, int person, int channel)
{
	for (int k = i->tellings_n - 1; k >= 0; k--) {
		const struct m_telling *t = &m->tellings[i->tellings[k]];

		if (t->round == round && t->person == person && t->channel == channel &&
			strcmp(whats[t->what], what) == 0)
			return t;
	}
	return NULL;
}

static bool compare_telling(
	struct query *q, const struct model *m, const struct m_incident *i, char *wrong, size_t size)
{
	const struct m_telling *t = NULL;
	int person, channel;

	if (town_find_person(db_text(q, 2), &person) && town_find_channel(db_text(q, 3), person, &channel))
		t = find_telling(m, i, db_text(q, 0), (int)db_int(q, 1), person, channel);
	if (!t)
		return WRONG("incident %lld: %s is told to %s in round %d, and should not be", (long long)i->system,
			db_text(q, 0), db_text(q, 3), (int)db_int(q, 1));
	if (strcmp(db_text(q, 4), deliveries[t->state]) != 0)
		return WRONG("incident %lld: %s to %s in round %d is \"%s\", and should be \"%s\"",
			(long long)i->system, db_text(q, 0), db_text(q, 3), (int)db_int(q, 1), db_text(q, 4),
			deliveries[t->state]);
	if ((db_int(q, 5) != 0) != t->unsure || (db_int(q, 6) != 0) != t->urgent || (db_int(q, 7) != 0) != t->put_off)
		return WRONG("incident %lld: %s to %s in round %d differs: unsure, urgent or put off",
			(long long)i->system, db_text(q, 0), db_text(q, 3), (int)db_int(q, 1));
	return true;
}

static bool compare_tellings(struct system *s, struct m_incident *i, char *wrong, size_t size)
{
	struct query *q = db_query(s->store.db, tellings_sql, V(i->system));
	int n = 0;
	bool fine = true;

	while (fine && db_step(q)) {
		fine = compare_telling(q, s->m, i, wrong, size);
		n++;
	}
	db_done(q);
	if (fine && n != i->tellings_n)
		return WRONG("incident %lld: there are %d tellings, and should be %d", (long long)i->system, n,
			i->tellings_n);
	return fine;
}

/* A reminder, of no incident. */
static const char reminder_sql[] =
	"SELECT n.state, n.unsure, n.urgent, n.put_off FROM expectations e JOIN notifications n ON n.expectation_id = e.id"
	" WHERE e.resident_id = $1 AND e.opens_at = $2 AND n.what = $3 AND n.round = $4 AND n.person = $5"
	" AND n.channel = $6";

static bool compare_reminder(struct system *s, const struct m_telling *t, char *wrong, size_t size)
{
	const struct m_expectation *e = &s->m->expectations[t->expectation];
	char name[TOWN_NAME], person[TOWN_NAME], address[TOWN_NAME], what[128];
	struct query *q;
	bool same_state;

	town_person(person, t->person);
	town_address(address, t->person, t->channel);
	q = db_query(s->store.db, reminder_sql, V(id_of(name, M_RESIDENT(e->resident))), V(e->opens), V(whats[t->what]),
		V(t->round), V((const char *)person), V((const char *)address));
	snprintf(what, sizeof(what), "reminder %d to %s (written at %lld)", t->round, address, (long long)t->written);
	if (!db_step(q))
		return WRONG("%s is not there", what);
	same_state = strcmp(db_text(q, 0), deliveries[t->state]) == 0;
	if (!same_state)
		snprintf(wrong, size, "%s is \"%s\", and should be \"%s\"", what, db_text(q, 0), deliveries[t->state]);
	struct field fields[] = {
		{ "unsure", db_int(q, 1), t->unsure },
		{ "urgent", db_int(q, 2), t->urgent },
		{ "put off", db_int(q, 3), t->put_off },
	};
	db_done(q);
	return same_state && SAME(what, fields);
}

/* Each until it has come to its end, and once then. */
static bool compare_reminders(struct system *s, char *wrong, size_t size)
{
	const struct model *m = s->m;
	bool final = true;

	for (int k = s->compared; k < m->tellings_n; k++) {
		const struct m_telling *t = &m->tellings[k];

		if (t->incident < 0 && !compare_reminder(s, t, wrong, size))
			return false;
		final &= t->incident >= 0 || (t->state != M_WAITING && t->state != M_IN_FLIGHT);
		if (final)
			s->compared = k + 1;
	}
	return true;
}

static const char pauses_sql[] =
	"SELECT count(*), coalesce(sum(from_at), 0), coalesce(sum(to_at), 0), coalesce(sum(entered_at), 0),"
	" coalesce(sum(ended_at), 0), coalesce(sum(next_question_at), 0) FROM pauses WHERE resident_id = $1";

static bool compare_pauses(struct system *s, int resident, char *wrong, size_t size)
{
	const struct m_resident *r = &s->m->residents[resident];
	int64_t from = 0, to = 0, entered = 0, ended = 0, question = 0;
	char name[TOWN_NAME];
	struct query *q;

	for (int k = 0; k < r->pauses_n; k++) {
		from += r->pauses[k].from;
		to += r->pauses[k].to;
		entered += r->pauses[k].entered;
		ended += r->pauses[k].ended;
		question += r->pauses[k].question;
	}
	q = db_query(s->store.db, pauses_sql, V(id_of(name, M_RESIDENT(resident))));
	if (!db_step(q))
		return WRONG("no pauses are counted");
	struct field fields[] = {
		{ "pauses", db_int(q, 0), r->pauses_n },
		{ "when they begin (their sum)", db_int(q, 1), from },
		{ "when they end (their sum)", db_int(q, 2), to },
		{ "when they were entered (their sum)", db_int(q, 3), entered },
		{ "when they were ended (their sum)", db_int(q, 4), ended },
		{ "when staff are asked about them (their sum)", db_int(q, 5), question },
	};
	db_done(q);
	return SAME(name, fields);
}

/* Those that are over: of the one that goes on a row may stand for people to see, which has no end. */
static const char blind_sql[] =
	"SELECT count(*), coalesce(sum(from_at), 0), coalesce(sum(to_at), 0), coalesce(sum(remind),"
	" 0) FROM blind_periods WHERE to_at IS NOT NULL";

static bool compare_blind_periods(struct system *s, int64_t now, char *wrong, size_t size)
{
	const struct model *m = s->m;
	struct query *q = db_query(s->store.db, blind_sql);
	int64_t n = 0, from = 0, to = 0, remind = 0;

	for (int k = 0; k < m->blind_n; k++) {
		if (model_deaf_since(m, now) == m->blind[k].from)
			continue;
		n++;
		from += m->blind[k].from;
		to += m->blind[k].to;
		remind += m->blind[k].remind;
	}
	if (!db_step(q))
		return WRONG("no blind periods are counted");
	struct field fields[] = {
		{ "their number", db_int(q, 0), n },
		{ "when they began (their sum)", db_int(q, 1), from },
		{ "when they ended (their sum)", db_int(q, 2), to },
		{ "after how many reminders are due", db_int(q, 3), remind },
	};
	db_done(q);
	return SAME("blind periods", fields);
}

static bool compare_counts(struct system *s, char *wrong, size_t size)
{
	static const char counts_sql[] =
		"SELECT (SELECT count(*) FROM expectations), (SELECT count(*) FROM incidents), (SELECT count(*) FROM"
		" notifications), (SELECT count(*) FROM incidents WHERE state <> 'closed'), (SELECT count(*) FROM"
		" notifications WHERE state IN ('waiting', 'in_flight')), (SELECT count(*) FROM expectations"
		" WHERE outcome = 'missed'), (SELECT count(*) FROM causes WHERE kind = 'missed'), (SELECT count(*)"
		" FROM expectations e WHERE e.outcome = 'missed' AND 1 = (SELECT count(*) FROM causes c"
		" WHERE c.expectation_id = e.id)), (SELECT count(*) FROM pauses)";
	const struct model *m = s->m;
	struct query *q = db_query(s->store.db, counts_sql);
	int64_t missed = 0, causes = 0, pauses = 0;

	for (int k = 0; k < m->incidents_n; k++)
		for (int j = 0; j < m->incidents[k]->causes_n; j++)
			causes += m->incidents[k]->causes[j].kind == M_MISSED;
	for (int k = 0; k < m->expectations_n; k++)
		missed += m->expectations[k].outcome == M_WAS_MISSED;
	for (int k = 0; k < m->residents_n; k++)
		pauses += m->residents[k].pauses_n;
	if (!db_step(q))
		return WRONG("nothing is counted");
	struct field fields[] = {
		{ "expectations", db_int(q, 0), m->expectations_n },
		{ "incidents", db_int(q, 1), m->incidents_n },
		{ "notifications", db_int(q, 2), m->tellings_n },
		{ "open incidents", db_int(q, 3), m->open_n },
		{ "notifications that wait or are in flight", db_int(q, 4), m->waiting_n },
		{ "missed expectations", db_int(q, 5), missed },
		{ "causes of kind missed", db_int(q, 6), causes },
		{ "missed expectations that are one cause", db_int(q, 7), missed },
		{ "pauses", db_int(q, 8), pauses },
	};
	db_done(q);
	return SAME("the number of rows", fields);
}

static void print_fault(void *context, const char *fault)
{
	char **wrong = context;

	snprintf(*wrong, 256, "the store: %s", fault);
}

bool compare_all(struct system *s, int64_t now, char *wrong, size_t size)
{
	struct model *m = s->m;

	for (int k = 0; k < m->residents_n; k++)
		if (!compare_resident(s, k, wrong, size) ||
			(m->residents[k].pauses_n && !compare_pauses(s, k, wrong, size)))
			return false;
	if (!compare_blind_periods(s, now, wrong, size) || !compare_reminders(s, wrong, size))
		return false;
	for (int k = 0; k < m->open_n; k++)
		if (!compare_incident(s, m->open[k], wrong, size))
			return false;
	for (int k = 0; k < m->incidents_n; k++) {
		struct m_incident *i = m->incidents[k];

		if (!i->changed)
			continue;
		if (!compare_tellings(s, i, wrong, size))
			return false;
		i->changed = false;
	}
	if (invariants_open(&s->store, print_fault, &wrong) != 0)
		return false;
	return compare_counts(s, wrong, size);
}

/* What nobody has touched for long is as it was, too. */
bool compare_past(struct system *s, char *wrong, size_t size)
{
	struct model *m = s->m;

	for (int k = 0; k < m->expectations_n; k++)
		if (!compare_expectation(s, k, wrong, size))
			return false;
	for (int k = 0; k < m->incidents_n; k++)
		if (!compare_incident(s, k, wrong, size) || !compare_tellings(s, m->incidents[k], wrong, size))
			return false;
	s->compared = 0;
	return compare_reminders(s, wrong, size);
}
