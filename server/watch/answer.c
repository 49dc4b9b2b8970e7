/* answer - what a link shows. */
#include <string.h>

#include "server/store/expectations.h"
#include "server/store/outbox.h"
#include "server/store/timeline.h"
#include "server/watch/answer.h"
#include "server/watch/duty.h"
#include "server/watch/machine.h"
#include "server/watch/telling.h"

enum { CAUSES_MOST = 64, ASKED_MOST = 128 };

/* What is read on the way. */
struct reading {
	struct watch *w;
	int64_t now;
	char person[PERSON];
	struct watcher watcher;
	struct incident incident;
	struct resident resident;
	struct link link;
};

static bool is(const struct timeline_row *row, const char *event)
{
	return strcmp(row->event, event) == 0;
}

/* One that closed in a time to come was closed by a wrong clock, and nobody knows when. */
static bool closed_lately(const struct reading *r)
{
	int64_t ago_ms = r->now - r->incident.closed_at;

	return ago_ms >= -r->w->rules.clock_jump_ms && ago_ms < r->w->rules.link_life_ms;
}

/* Whether the link is good: for what is open, and for some days after it closed. */
static bool alive(struct reading *r, const struct answer_token *t)
{
	const struct incident *i = &r->incident;

	if (t->revoked_at || !watchers_find(r->w->store, t->watcher_id, &r->watcher) ||
		duty_away(r->watcher.ends, "", r->now) || !incidents_find(r->w->store, t->incident_id, &r->incident) ||
		(i->state == INCIDENT_CLOSED && !closed_lately(r)))
		return false;
	return residents_find(r->w->store, i->resident_id, &r->resident) &&
	       watchers_in_circle(r->w->store, i->resident_id, t->watcher_id, &r->link) &&
	       strcmp(r->link.can, "know") != 0;
}

static void read_owner(struct reading *r, const struct answer_token *t, const char *browser, struct answer *a)
{
	char owner[SECRET_HASH];

	PERSON_OF(r->person, "watcher", t->watcher_id);
	snprintf(a->watcher_id, sizeof(a->watcher_id), "%s", t->watcher_id);
	snprintf(a->watcher, sizeof(a->watcher), "%s", r->watcher.name);
	snprintf(a->language, sizeof(a->language), "%s", r->watcher.language);
	a->incident_id = t->incident_id;
	answer_browsers_find(r->w->store, t->watcher_id, t->incident_id, owner);
	a->state = !owner[0] ? ANSWER_ASK : secret_equal(owner, browser) ? ANSWER_OPEN : ANSWER_ELSEWHERE;
}

/* Of the causes of the incident's kind, an unanswered one before an answered, then the latest. */
static void read_cause(struct reading *r, struct answer *a)
{
	struct cause list[CAUSES_MOST], cause = { 0 };
	size_t n = causes_of(r->w->store, r->incident.id, list, CAUSES_MOST);

	a->kind = r->incident.kind;
	a->since_at = r->incident.opened_at;
	for (size_t k = 0; k < n; k++)
		if (list[k].kind == a->kind && (!cause.id || cause.answered_at || !list[k].answered_at))
			cause = list[k];
	if (!cause.id)
		return;
	a->since_at = cause.at;
	a->reported = (a->kind == INCIDENT_HELP || a->kind == INCIDENT_UNWELL) && !cause.checkin_seq;
	if (cause.expectation_id)
		expectations_times(r->w->store, cause.expectation_id, &a->due_at, &a->deadline_at);
}

static void count_others(struct reading *r, struct answer *a)
{
	char persons[ASKED_MOST][PERSON];
	size_t n = outbox_asked(r->w->store, r->incident.id, persons, ASKED_MOST);

	for (size_t k = 0; k < n; k++)
		a->others += person_watcher(persons[k]) && strcmp(persons[k], r->person) != 0;
}

static void read_claim(struct reading *r, struct answer *a)
{
	const struct incident *i = &r->incident;
	struct watcher claimant;

	a->can_go = strcmp(r->link.can, "call") != 0;
	if (i->state != INCIDENT_CLAIMED)
		return;
	a->until_at = i->claimed_until;
	if (strcmp(i->claimed_by, r->person) == 0) {
		a->holds = true;
		a->may_renew = !i->claim_call && !i->asked && i->renewals < CLAIM_RENEWALS;
		return;
	}
	a->taken_by_call = incident_is_call(i->claimed_by, i->claim_call);
	a->may_take_over = i->claim_call && a->can_go;
	if (person_watcher(i->claimed_by) && watchers_find(r->w->store, person_watcher(i->claimed_by), &claimant) &&
		strcmp(claimant.named, "yes") == 0)
		snprintf(a->taken_by, sizeof(a->taken_by), "%s", claimant.name);
}

/* How a claim of theirs ended, which began with `mine`. */
static enum answer_news news_since(struct reading *r, const struct timeline_row *mine)
{
	struct timeline_row row;

	if ((!is(mine, "claimed") && !is(mine, "taken_over") && !is(mine, "renewed")) ||
		!timeline_claim_ended(r->w->store, r->incident.id, mine->id, &row))
		return ANSWER_NO_NEWS;
	if (is(&row, "lease_up"))
		return ANSWER_LAPSED;
	if (is(&row, "taken_over"))
		return ANSWER_REPLACED;
	return is(&row, "graver") ? ANSWER_GRAVER : ANSWER_PASSED;
}

static enum answer_phase phase_of_open(struct reading *r, const struct answer *a, const struct timeline_row *mine)
{
	const struct incident *i = &r->incident;
	struct timeline_row row;

	if (a->holds && (!is(mine, "joined") || mine->at < i->claimed_at))
		return i->asked ? ANSWER_MET : ANSWER_GOING;
	if (is(mine, "graver") || is(mine, "joined"))
		return ANSWER_HELPING;
	if ((is(mine, "no_answer") || is(mine, "no_answer_other")) &&
		!(timeline_last(r->w->store, i->id, "graver", &row) && row.id > mine->id))
		return ANSWER_NO_ANSWER;
	if (i->state == INCIDENT_CLAIMED)
		return ANSWER_TAKEN;
	return declines_has(r->w->store, i->id, r->person) ? ANSWER_DECLINED : ANSWER_ASKED;
}

static void read_phase(struct reading *r, struct answer *a)
{
	const struct incident *i = &r->incident;
	struct timeline_row mine = { 0 };

	if (i->state == INCIDENT_CLOSED) {
		a->phase = ANSWER_CLOSED;
		return;
	}
	timeline_last_of(r->w->store, i->id, r->person, &mine);
	a->phase = phase_of_open(r, a, &mine);
	if (a->phase == ANSWER_HELPING)
		a->others_told = outbox_others_told(r->w->store, i->id, r->person, mine.at);
	if (a->phase == ANSWER_ASKED || a->phase == ANSWER_TAKEN)
		a->news = news_since(r, &mine);
}

static void read_end(struct reading *r, struct answer *a)
{
	const struct incident *i = &r->incident;

	if (a->phase != ANSWER_CLOSED)
		return;
	a->closed_at = i->closed_at;
	a->end = sharing_end(i, &r->link);
	if (a->end != SHARING_END_SPOKE)
		return;
	snprintf(a->how, sizeof(a->how), "%s", i->how);
	sharing_seen_by(r->w, i, a->by);
}

static void share(struct reading *r, struct answer *a, const char *item, const char *value, char *to, size_t size)
{
	if (!value[0] || !sharing_allows(&r->link, item))
		return;
	snprintf(to, size, "%s", value);
	items_add(a->items, sizeof(a->items), item);
}

/* Who need not go need not read where; and what is over is told by its number alone. */
static void read_resident(struct reading *r, struct answer *a)
{
	bool needed = a->phase != ANSWER_DECLINED && (a->phase != ANSWER_TAKEN || a->may_take_over);

	snprintf(a->resident_id, sizeof(a->resident_id), "%s", r->resident.resident_id);
	snprintf(a->label, sizeof(a->label), "%s", r->link.label);
	snprintf(a->relation, sizeof(a->relation), "%s", r->link.relation);
	if (a->phase == ANSWER_CLOSED) {
		if (a->end == SHARING_END_SPOKE)
			items_add(a->items, sizeof(a->items), "outcome");
		return;
	}
	share(r, a, "name", r->resident.name, a->name, sizeof(a->name));
	share(r, a, "place", r->resident.place, a->place, sizeof(a->place));
	if (needed) {
		share(r, a, "address", r->resident.address, a->address, sizeof(a->address));
		share(r, a, "care", r->resident.care, a->care, sizeof(a->care));
	}
}

void answer_read(struct watch *w, const char *hash, const char *browser, int64_t now, struct answer *a)
{
	struct reading r = { .w = w, .now = now };
	struct answer_token t;

	*a = (struct answer){ .state = ANSWER_UNKNOWN };
	if (!answer_tokens_find(w->store, hash, &t) || !t.incident_id)
		return;
	a->state = ANSWER_DEAD;
	if (!alive(&r, &t))
		return;
	read_owner(&r, &t, browser, a);
	if (a->state != ANSWER_OPEN)
		return;
	read_cause(&r, a);
	read_claim(&r, a);
	read_phase(&r, a);
	read_end(&r, a);
	read_resident(&r, a);
	count_others(&r, a);
}

void answer_hide(struct answer *a)
{
	a->name[0] = a->place[0] = a->address[0] = a->care[0] = a->items[0] = '\0';
	if (a->end == SHARING_END_SPOKE)
		a->end = SHARING_END_SAFE;
}
