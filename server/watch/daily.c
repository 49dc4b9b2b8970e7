/*
 * daily - puts a day's facts together, resident by resident, and judges.
 *
 * An expectation of the day is one that has a row, the open one of the resident's record, or one that the schedule
 * still has in store after it. Schedules are read only where the record does not say all, so that on most days a list
 * costs what reading the rows costs.
 */
#include "server/watch/incident.h"
#include "server/watch/daily.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/zone.h"
#include "server/store/signoffs.h"
#include "server/watch/blind.h"
#include "server/watch/expectation.h"
#include "server/watch/facts.h"
#include "server/watch/pause.h"
#include "server/watch/telling.h"

static const char *const names[DAILY_STATES] = { "help", "missed", "unknown", "late", "waiting", "ok", "paused",
	"unscheduled" };

const char *daily_state_name(enum daily_state state)
{
	return names[state];
}

/* What every row is judged by. */
struct reading {
	struct watch *w;
	struct daily *daily;
	int64_t now;
	int64_t from_at, until_at; /* the day */
	int64_t as_of;             /* now, or the end of a past day */
	bool deaf;
	int64_t gate; /* deadlines from here on are not judged yet */
	struct facts expectations, incidents, devices, rows, districts;
	int64_t progress; /* of the resident, or of nobody's, that is being read */
};

/* The worst expectation whose window has opened, else the next to come. */
struct seen {
	bool any, opened;
	enum daily_state state;
	int64_t opens_at, due_at, checked_in_at;
	int64_t changed_at; /* by a press, or by a judgement that is worse than what stood there; 0: by time alone */
	const char *kind;
};

static void consider(const struct reading *r, struct seen *best, struct seen e)
{
	bool better;

	e.any = true;
	e.opened = e.opens_at <= r->now;
	if (!best->any || e.opened != best->opened)
		better = !best->any || e.opened;
	else if (!e.opened)
		better = e.opens_at < best->opens_at;
	else
		better = e.state < best->state || (e.state == best->state && e.opens_at > best->opens_at);
	if (better)
		*best = e;
}

/*
 * How far an expectation has come, for the version: its times that have passed, a press, an outcome. It never goes
 * back while the day's list is read again and again.
 */
static int64_t progress_of(const struct reading *r, const struct seen *e, int64_t deadline_at, bool decided)
{
	int64_t passed = (e->opens_at <= r->now) + (e->due_at <= r->now) + (deadline_at <= r->now);

	return 2 * (decided ? 5 : e->state == DAILY_OK ? 4 : passed) + (decided && e->checked_in_at);
}

static enum daily_state undecided(
	const struct reading *r, const struct vigil *v, int64_t counts_from_at, int64_t due_at, int64_t deadline_at)
{
	if (v->last_press_at >= counts_from_at)
		return DAILY_OK;
	if (v->paused_until >= due_at && pause_covers_due(r->w, v->resident_id, due_at))
		return DAILY_PAUSED;
	if (r->now < due_at)
		return DAILY_WAITING;
	if (r->now < deadline_at)
		return DAILY_LATE;
	/* Past the deadline: within a moment it is judged, unless it has to wait until we can hear. */
	return r->deaf || deadline_at >= r->gate ? DAILY_UNKNOWN : DAILY_LATE;
}

static void consider_undecided(struct reading *r, struct seen *best, const struct vigil *v, int64_t opens_at,
	int64_t counts_from_at, int64_t due_at, int64_t deadline_at)
{
	struct seen e = { .opens_at = opens_at, .due_at = due_at, .kind = "" };

	e.state = undecided(r, v, counts_from_at, due_at, deadline_at);
	if (e.state == DAILY_OK) {
		e.checked_in_at = e.changed_at = v->last_press_at;
		e.kind = v->last_press_kind;
	}
	r->progress += progress_of(r, &e, deadline_at, false);
	consider(r, best, e);
}

static enum daily_state decided(const char *outcome)
{
	if (strcmp(outcome, "ok") == 0)
		return DAILY_OK;
	if (strcmp(outcome, "missed") == 0)
		return DAILY_MISSED;
	return strcmp(outcome, "paused") == 0 ? DAILY_PAUSED : DAILY_UNKNOWN;
}

static void consider_decided(struct reading *r, struct seen *best, const struct daily_expectation *row)
{
	struct seen e = {
		.state = decided(row->outcome), .opens_at = row->opens_at, .due_at = row->due_at, .kind = ""
	};

	if (e.state == DAILY_MISSED || e.state == DAILY_UNKNOWN)
		e.changed_at = row->decided_at;
	if (row->met_at) {
		e.checked_in_at = e.changed_at = row->met_at;
		e.kind = row->met_kind;
	} else if (row->met_late_at && row->met_late_at <= r->as_of) {
		e.changed_at = row->met_late_at;
		e.checked_in_at = row->late_at ? row->late_at : row->met_late_at;
		e.kind = row->late_at ? row->late_kind : "ok"; /* its row is older than what is kept */
	}
	r->progress += progress_of(r, &e, row->deadline_at, true);
	consider(r, best, e);
}

/* What the day's windows behind the open expectation are: they have no row, but will be expected one after another. */
static void consider_ahead(struct reading *r, struct seen *best, const struct vigil *v)
{
	int64_t previous = v->deadline_at;
	struct schedule s;
	struct window w;

	if (!expectation_schedule(v->schedule, v->category, &s))
		return;
	for (size_t i = 0; schedule_on_day(&s, r->w->holidays, r->daily->day, i, &w); i++) {
		int64_t early_at = w.opens_at - r->w->rules.early_ms;

		if (w.opens_at < previous)
			continue;
		consider_undecided(
			r, best, v, w.opens_at, early_at > previous ? early_at : previous, w.due_at, w.deadline_at);
		previous = w.deadline_at;
	}
}

static struct seen find_state(struct reading *r, const struct vigil *v)
{
	struct seen best = { .state = DAILY_UNSCHEDULED, .kind = "" };
	const struct daily_expectation *e = NULL;

	while ((e = facts_of(&r->expectations, v->resident_id, e)))
		if (e->outcome[0])
			consider_decided(r, &best, e);
		else if (e->opens_at != v->opens_at)
			consider_undecided(r, &best, v, e->opens_at, e->counts_from_at, e->due_at, e->deadline_at);
	if (!v->opens_at || v->opens_at >= r->until_at)
		return best;
	if (v->opens_at >= r->from_at)
		consider_undecided(r, &best, v, v->opens_at, v->counts_from_at, v->due_at, v->deadline_at);
	if (!best.any || v->deadline_at <= r->now)
		consider_ahead(r, &best, v);
	return best;
}

static void set_state(struct reading *r, struct daily_row *row, const struct vigil *v)
{
	struct seen seen = find_state(r, v);

	row->state = seen.state;
	row->due_at = seen.due_at;
	row->checked_in_at = seen.checked_in_at;
	row->changed_at = seen.changed_at;
	snprintf(row->kind, sizeof(row->kind), "%s", seen.kind);
	if ((seen.state == DAILY_PAUSED || !seen.any) && v->last_press_at >= r->from_at &&
		v->last_press_at <= r->as_of && v->last_press_at < r->until_at) {
		row->checked_in_at = row->changed_at = v->last_press_at;
		memcpy(row->kind, v->last_press_kind, sizeof(row->kind));
	}
}

static void set_question(struct reading *r, struct daily_row *row, const struct daily_incident *i)
{
	row->question.id = i->id;
	row->question.kind = i->kind;
	row->question.claimed_by[0] = '\0';
	row->question.claimed_until = 0;
	if (i->claimed) {
		telling_name(r->w, i->claimed_by, row->question.claimed_by);
		row->question.claimed_until = i->claimed_until;
	}
}

static void set_open(struct reading *r, struct daily_row *row, const struct daily_incident *i)
{
	row->needs_person = true;
	if (!incident_of_person(i->kind)) {
		if (i->id > row->question.id)
			set_question(r, row, i);
		return;
	}
	row->incident.id = i->id;
	row->incident.kind = i->kind;
	row->incident.claimed = i->claimed;
	row->incident.step = i->step;
	row->incident.reached = i->reached;
	row->incident.calling = incident_is_call(i->claimed_by, i->claim_call);
	row->incident.no_answer = strcmp(i->last_act, "no_answer") == 0;
	if (i->claimed) {
		telling_name(r->w, i->claimed_by, row->incident.claimed_by);
		row->incident.claimed_until = i->claimed_until;
	}
	if (i->kind == INCIDENT_HELP)
		row->state = DAILY_HELP;
}

/* A watcher who reports has seen the person; who closes at a desk names who did. */
static void set_handled(struct reading *r, struct daily_row *row, const struct daily_incident *i)
{
	if (!incident_of_person(i->kind) || !i->closed_by[0] || i->closed_at < row->handled.at)
		return;
	row->handled.at = i->closed_at;
	memcpy(row->handled.how, i->how, sizeof(row->handled.how));
	if (i->seen_by[0])
		memcpy(row->handled.by, i->seen_by, sizeof(row->handled.by));
	else
		telling_name(r->w, i->closed_by, row->handled.by);
}

static void set_incidents(struct reading *r, struct daily_row *row)
{
	const struct daily_incident *i = NULL;

	while ((i = facts_of(&r->incidents, row->resident_id, i)))
		if (!i->closed_at || i->closed_at > r->as_of)
			set_open(r, row, i);
		else
			set_handled(r, row, i);
	if (row->incident.id)
		row->handled.at = 0;
}

static bool worse_trouble(const char *a, const char *b)
{
	static const char *const worst_first[] = { "offline", "battery", "rejected" };
	size_t n = sizeof(worst_first) / sizeof(worst_first[0]), rank_a = 0, rank_b = 0;

	while (rank_a < n && strcmp(a, worst_first[rank_a]) != 0)
		rank_a++;
	while (rank_b < n && strcmp(b, worst_first[rank_b]) != 0)
		rank_b++;
	return rank_a < rank_b;
}

static void set_device(struct reading *r, struct daily_row *row)
{
	const struct daily_device *d = NULL;

	while ((d = facts_of(&r->devices, row->resident_id, d))) {
		if (row->device.there && !worse_trouble(d->trouble, row->device.trouble))
			continue;
		row->device.there = true;
		row->device.online = d->online;
		row->device.battery = d->battery;
		memcpy(row->device.trouble, d->trouble, sizeof(row->device.trouble));
	}
}

/* The share of a resident's district; most residents come in the order of theirs, or there are few. */
static struct daily_district *share_of(struct reading *r, const char *district)
{
	struct daily_district *list = (struct daily_district *)(void *)r->districts.list, *added;

	for (size_t i = r->districts.count; i-- > 0;)
		if (strcmp(list[i].district, district) == 0)
			return &list[i];
	added = facts_add(&r->districts);
	*added = (struct daily_district){ .version = 0 };
	snprintf(added->district, sizeof(added->district), "%s", district);
	return added;
}

/* Whether the service begins after the day: by the day of the record, and by when the record was entered. */
static bool still_to_begin(const struct reading *r, const struct daily_resident *resident)
{
	int32_t day;

	return resident->began_at >= r->until_at || (date_parse(resident->vigil.starts, &day) && day > r->daily->day);
}

static void add_row(struct reading *r, const struct daily_resident *resident)
{
	const struct vigil *v = &resident->vigil;
	struct daily_district *share;
	struct daily_row *row;

	if (still_to_begin(r, resident) && !facts_of(&r->incidents, v->resident_id, NULL))
		return;
	row = facts_add(&r->rows);
	share = share_of(r, resident->district);

	r->progress = 0;
	memset(row, 0, sizeof(*row));
	memcpy(row->resident_id, v->resident_id, sizeof(row->resident_id));
	memcpy(row->name, resident->name, sizeof(row->name));
	memcpy(row->kana, resident->kana, sizeof(row->kana));
	memcpy(row->district, resident->district, sizeof(row->district));
	memcpy(row->household, resident->household, sizeof(row->household));
	set_state(r, row, v);
	set_incidents(r, row);
	set_device(r, row);
	share->progress += r->progress;
	/* Whose service has ended is nobody's concern any more, but for what is still open. */
	if (v->ended_at && v->ended_at <= r->as_of && !row->needs_person)
		r->rows.count--;
}

int daily_compare(const struct daily_row *x, const struct daily_row *y)
{
	int order;

	if (x->needs_person != y->needs_person)
		return x->needs_person ? -1 : 1;
	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	if ((order = strcmp(x->district, y->district)) != 0 || (order = strcmp(x->kana, y->kana)) != 0)
		return order;
	return strcmp(x->resident_id, y->resident_id);
}

static int by_concern(const void *a, const void *b)
{
	return daily_compare(*(struct daily_row *const *)a, *(struct daily_row *const *)b);
}

static int by_district(const void *a, const void *b)
{
	return strcmp(((const struct daily_district *)a)->district, ((const struct daily_district *)b)->district);
}

const struct daily_district *daily_district_of(const struct daily *d, const char *district)
{
	struct daily_district key;

	snprintf(key.district, sizeof(key.district), "%s", district);
	return d->district_count && d->districts
		       ? bsearch(&key, d->districts, d->district_count, sizeof(*d->districts), by_district)
		       : NULL;
}

/*
 * The version: the latest event of the timeline (incidents, claims, pauses, ends), how far the day's expectations have
 * come, and whom questions list. Each only grows while one day's list is read again and again, and all of it was read
 * anyway. What goes on in other districts does not move it, nor does the state of a button: a list that staff have
 * gone through must not change under their hands for a battery. An event outweighs what an end of service takes away.
 */
#define EVENT_WEIGHT 64

/* Its sign-off, and whose lines changed since: by a press or a judgement, or because something happened to them. */
static void add_signing(struct reading *r, struct daily_district *share)
{
	static const size_t most = 4096;
	char(*ids)[RESIDENT_ID];
	struct signoff signoff;
	struct daily *d = r->daily;
	size_t n, at = 0;

	if (!signoffs_find(r->w->store, d->day, share->district, false, &signoff))
		return;
	share->signed_at = signoff.at;
	share->signed_version = signoff.version;
	share->signed_event = signoff.event_id;
	snprintf(share->signed_by, sizeof(share->signed_by), "%s", signoff.login);
	ids = calloc(most, sizeof(*ids));
	if (!ids)
		fatal("error=\"out of memory\"");
	n = signoffs_after(r->w->store, share->district, signoff.event_id, r->from_at, r->until_at, ids, most);
	for (size_t i = 0; i < d->residents; i++) {
		struct daily_row *row = d->rows[i];

		if (strcmp(row->district, share->district) != 0)
			continue;
		row->after_signing = row->changed_at > signoff.at;
		for (at = 0; at < n && !row->after_signing; at++)
			row->after_signing = strcmp(row->resident_id, ids[at]) == 0;
	}
	free(ids);
}

/* A past day's list is what was known when it ended: what happens since then changes no line of it. */
static int64_t last_event(struct watch *w, const char *district, int64_t from_at, int64_t until_at, int64_t now)
{
	return daily_last_event(w->store, district, from_at, until_at <= now ? until_at : INT64_MAX);
}

int64_t daily_version_of_events(struct watch *w, int32_t day, const char *district, int64_t now)
{
	return EVENT_WEIGHT *
	       last_event(w, district, zone_instant(day, 0, ZONE_FIRST), zone_instant(day + 1, 0, ZONE_FIRST), now);
}

static void share_out(struct reading *r, const char *district, int64_t all)
{
	int64_t last = 0, all_progress = all;
	struct daily *d = r->daily;
	struct daily_district *list = (struct daily_district *)(void *)r->districts.list;

	d->districts = list;
	d->district_count = r->districts.count;
	if (list)
		qsort(list, d->district_count, sizeof(*list), by_district);
	for (size_t i = 0; i < d->residents; i++) {
		const struct daily_row *row = d->rows[i];
		struct daily_district *share = (struct daily_district *)(uintptr_t)daily_district_of(d, row->district);

		if (!share)
			continue;
		share->residents++;
		share->open += row->needs_person;
		share->totals[row->state]++;
	}
	for (size_t i = 0; list && i < d->district_count; i++) {
		int64_t event = last_event(r->w, list[i].district, r->from_at, r->until_at, r->now);

		list[i].version = EVENT_WEIGHT * event + list[i].progress + all;
		last = event > last ? event : last;
		all_progress += list[i].progress;
		add_signing(r, &list[i]);
	}
	if (!district[0] && r->until_at > r->now) /* an event may concern nobody in particular */
		last = last_event(r->w, "", r->from_at, r->until_at, r->now);
	d->version = EVENT_WEIGHT * last + all_progress;
}

static void count_and_sort(struct daily *d, struct facts *rows)
{
	d->residents = rows->count;
	d->memory = (struct daily_row *)(void *)rows->list;
	d->rows = calloc(rows->count + 1, sizeof(*d->rows));
	if (!d->rows)
		fatal("error=\"out of memory\"");
	for (size_t i = 0; i < rows->count; i++) {
		d->rows[i] = &d->memory[i];
		d->totals[d->rows[i]->state]++;
		d->open += d->rows[i]->needs_person;
	}
	qsort(d->rows, rows->count, sizeof(*d->rows), by_concern);
}

/* While we are deaf, the period is written down only by a daemon that runs. */
static void read_blind_periods(struct reading *r, int64_t deaf_since)
{
	struct query *q = daily_blind_periods(r->w->store, r->w->client_id, r->from_at, r->until_at);
	struct facts list = { .size = sizeof(struct daily_blind) };
	struct daily_blind b;
	bool ongoing = false;

	while (daily_blind_periods_next(q, &b)) {
		ongoing |= !b.to_at;
		r->progress += b.to_at != 0;
		*(struct daily_blind *)facts_add(&list) = b;
	}
	if (deaf_since && !ongoing && deaf_since < r->until_at && r->now >= r->from_at)
		*(struct daily_blind *)facts_add(&list) = (struct daily_blind){ .from_at = deaf_since };
	r->daily->blind = (struct daily_blind *)(void *)list.list;
	r->daily->blind_count = list.count;
}

/* Of a past day: what has become of its incidents since is not told. */
static void make_past(struct reading *r)
{
	struct daily_incident *list = (struct daily_incident *)(void *)r->incidents.list;

	for (size_t k = 0; k < r->incidents.count; k++)
		if (incident_of_person(list[k].kind) && (!list[k].closed_at || list[k].closed_at > r->as_of))
			daily_incident_then(r->w->store, r->as_of, &list[k]);
}

static void read_questions(struct reading *r)
{
	struct query *q = daily_questions(r->w->store, r->as_of);
	struct facts list = { .size = sizeof(struct daily_question) };
	struct daily_question question;
	char name[PERSON_NAME];

	while (daily_questions_next(q, &question))
		*(struct daily_question *)facts_add(&list) = question;
	r->daily->questions = (struct daily_question *)(void *)list.list;
	r->daily->question_count = list.count;
	for (size_t k = 0; k < list.count; k++)
		if (r->daily->questions[k].claimed_by[0]) {
			telling_name(r->w, r->daily->questions[k].claimed_by, name);
			memcpy(r->daily->questions[k].claimed_by, name, sizeof(name));
		}
}

static void read_facts(struct reading *r)
{
	struct store *s = r->w->store;
	struct daily_expectation e;
	struct daily_incident i;
	struct daily_device d;
	struct query *q;

	for (q = daily_expectations(s, r->daily->day); daily_expectations_next(q, &e);)
		*(struct daily_expectation *)facts_add(&r->expectations) = e;
	for (q = daily_incidents(s, r->as_of, r->from_at); daily_incidents_next(q, &i);)
		*(struct daily_incident *)facts_add(&r->incidents) = i;
	if (r->until_at <= r->now)
		make_past(r);
	if (r->until_at > r->now) /* of a past day nobody knows how the buttons were */
		for (q = daily_devices(s); daily_devices_next(q, &d);)
			*(struct daily_device *)facts_add(&r->devices) = d;
	facts_sort(&r->expectations);
	facts_sort(&r->incidents);
	facts_sort(&r->devices);
}

bool daily_read(struct daily *d, struct watch *w, int32_t day, const char *district, int64_t now)
{
	struct reading r = { .w = w,
		.daily = d,
		.now = now,
		.from_at = zone_instant(day, 0, ZONE_FIRST),
		.until_at = zone_instant(day + 1, 0, ZONE_FIRST),
		.expectations.size = sizeof(struct daily_expectation),
		.incidents.size = sizeof(struct daily_incident),
		.devices.size = sizeof(struct daily_device),
		.rows.size = sizeof(struct daily_row),
		.districts.size = sizeof(struct daily_district) };
	struct daily_resident resident;
	struct query *q;
	int64_t deaf_since, all;

	*d = (struct daily){ .day = day };
	if (!db_begin_read(w->store->db))
		return false;
	r.as_of = r.until_at <= now ? r.until_at - 1 : now;
	deaf_since = blind_since(w, now);
	r.deaf = deaf_since != 0;
	r.gate = blind_gate(w, now);
	d->listening = !r.deaf && blind_heard_until(w);
	d->unreached = r.as_of == now && incidents_unreached(w->store) > 0;
	read_blind_periods(&r, deaf_since);
	read_questions(&r);
	read_facts(&r);
	all = r.progress + daily_listed(w->store, r.from_at); /* what belongs to no district */
	for (q = daily_residents(w->store, district); daily_residents_next(q, &resident);)
		add_row(&r, &resident);
	count_and_sort(d, &r.rows);
	share_out(&r, district, all);
	free(r.expectations.list);
	free(r.incidents.list);
	free(r.devices.list);
	if (db_commit(w->store->db))
		return true;
	daily_release(d);
	return false;
}

void daily_release(struct daily *d)
{
	free(d->memory);
	free(d->rows);
	free(d->blind);
	free(d->questions);
	free(d->districts);
	*d = (struct daily){ 0 };
}
