/* standing - what the page shows, and what it does. */
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/zone.h"
#include "server/store/expectations.h"
#include "server/watch/duty.h"
#include "server/watch/pause.h"
#include "server/watch/standing.h"
#include "server/watch/telling.h"
#include "server/watch/visit.h"

enum { PAGE = 0, AWAY_DAYS_MOST = 366 }; /* PAGE: the incident that is none */

static const char *const todays[] = { "arrived", "not_yet", "paused", "none" };
static const char *const acts[STANDING_ACTS] = { "yes", "met", "worry", "away", "back", "summary" };

const char *standing_today_name(enum standing_today today)
{
	return todays[today];
}

const char *standing_act_name(enum standing_act act)
{
	return acts[act];
}

bool standing_act_parse(const char *name, enum standing_act *act)
{
	for (int k = 0; k < STANDING_ACTS; k++)
		if (strcmp(acts[k], name) == 0) {
			*act = (enum standing_act)k;
			return true;
		}
	return false;
}

/* Help was asked for, or a check-in is missed and nothing came since. What else is open says nothing of the press. */
static bool looked_for(struct watch *w, const char *resident_id)
{
	enum incident_kind gravest;
	struct incident open;
	int64_t at;

	return incidents_open_of(w->store, resident_id, &open) && causes_gravest(w->store, open.id, &gravest, &at) &&
	       (gravest == INCIDENT_HELP || gravest == INCIDENT_MISSED);
}

/* Of the expectation whose window opened last today; where none has yet, of the day's next. */
static enum standing_today today_of(struct watch *w, const struct resident *r, int64_t now)
{
	const struct vigil *v = &r->vigil;
	int32_t today = zone_day(now);
	char outcome[16];
	bool late;

	if (looked_for(w, r->resident_id))
		return STANDING_NOT_YET;
	if (!v->opens_at || v->opens_at > now) {
		if (expectations_of_day(w->store, r->resident_id, today, outcome, &late))
			return strcmp(outcome, "ok") == 0 || late ? STANDING_ARRIVED
			       : strcmp(outcome, "paused") == 0   ? STANDING_PAUSED
								  : STANDING_NOT_YET;
		if (v->last_press_at >= zone_instant(today, 0, ZONE_FIRST))
			return STANDING_ARRIVED;
		if (!v->opens_at || zone_day(v->opens_at) != today)
			return pause_covers(w, r->resident_id, now) ? STANDING_PAUSED : STANDING_NONE;
	}
	if (v->last_press_at >= v->counts_from_at)
		return STANDING_ARRIVED;
	return pause_covers_due(w, r->resident_id, v->due_at) ? STANDING_PAUSED : STANDING_NOT_YET;
}

static void add_resident(struct watch *w, struct standing *s, const char *resident_id, int64_t now)
{
	struct standing_resident *shown = &s->list[s->count];
	struct resident r;
	struct link l;

	if (!residents_find(w->store, resident_id, &r) || r.ended_at ||
		!watchers_in_circle(w->store, resident_id, s->watcher_id, &l))
		return;
	*shown = (struct standing_resident){ .today = today_of(w, &r, now), .items = "state" };
	snprintf(shown->resident_id, sizeof(shown->resident_id), "%s", resident_id);
	snprintf(shown->label, sizeof(shown->label), "%s", l.label);
	snprintf(shown->relation, sizeof(shown->relation), "%s", l.relation);
	if (sharing_allows(&l, "name")) {
		snprintf(shown->name, sizeof(shown->name), "%s", r.name);
		items_add(shown->items, sizeof(shown->items), "name");
	}
	if (sharing_allows(&l, "place") && r.place[0]) {
		snprintf(shown->place, sizeof(shown->place), "%s", r.place);
		items_add(shown->items, sizeof(shown->items), "place");
	}
	s->count++;
}

static void read_away(struct standing *s, const struct watcher *watcher, int64_t now)
{
	int32_t day;

	if ((!watcher->away_from[0] && !watcher->away_to[0]) ||
		(date_parse(watcher->away_to, &day) && day < zone_day(now)))
		return;
	snprintf(s->away_from, sizeof(s->away_from), "%s", watcher->away_from);
	snprintf(s->away_to, sizeof(s->away_to), "%s", watcher->away_to);
}

void standing_read(struct watch *w, const char *hash, const char *browser, int64_t now, struct standing *s)
{
	struct watcher watcher;
	struct answer_token t;
	char owner[SECRET_HASH];
	struct link links[STANDING_MOST];
	size_t n;

	*s = (struct standing){ .state = ANSWER_UNKNOWN };
	if (!answer_tokens_find(w->store, hash, &t) || t.incident_id)
		return;
	s->state = ANSWER_DEAD;
	if (t.revoked_at || !watchers_find(w->store, t.watcher_id, &watcher) || duty_away(watcher.ends, "", now))
		return;
	snprintf(s->watcher_id, sizeof(s->watcher_id), "%s", t.watcher_id);
	snprintf(s->watcher, sizeof(s->watcher), "%s", watcher.name);
	snprintf(s->language, sizeof(s->language), "%s", watcher.language);
	answer_browsers_find(w->store, t.watcher_id, PAGE, owner);
	s->state = !owner[0] ? ANSWER_ASK : secret_equal(owner, browser) ? ANSWER_OPEN : ANSWER_ELSEWHERE;
	if (s->state != ANSWER_OPEN)
		return;
	s->summary = strcmp(watcher.summary, "yes") == 0;
	read_away(s, &watcher, now);
	n = watchers_links(w->store, t.watcher_id, links, STANDING_MOST);
	for (size_t k = 0; k < n; k++)
		add_resident(w, s, links[k].resident_id, now);
}

void standing_hide(struct standing *s)
{
	for (size_t k = 0; k < s->count; k++)
		s->list[k].name[0] = s->list[k].place[0] = s->list[k].items[0] = '\0';
}

static bool on_the_list(const struct standing *s, const char *resident_id)
{
	for (size_t k = 0; k < s->count; k++)
		if (strcmp(s->list[k].resident_id, resident_id) == 0)
			return true;
	return false;
}

static bool met(struct watch *w, const char *person, const struct standing_deed *d, int64_t now, struct refusal *no)
{
	struct visit v = { .at = now, .minutes = d->minutes };

	snprintf(v.resident_id, sizeof(v.resident_id), "%s", d->resident_id);
	snprintf(v.kind, sizeof(v.kind), "%s", d->how[0] ? d->how : "visit");
	snprintf(v.person, sizeof(v.person), "%s", person);
	snprintf(v.note, sizeof(v.note), "%s", d->note);
	snprintf(v.entered_by, sizeof(v.entered_by), "%s", person);
	if (!visit_enter(w, &v, "", now, no))
		return false;
	watch_audit(w, now, person, "visit", d->resident_id, v.kind);
	return true;
}

static bool away(struct watch *w, const struct standing *s, const char *person, const struct standing_deed *d,
	int64_t now, struct refusal *no)
{
	char detail[64];
	int32_t from, to;

	if (!date_parse(d->from_on, &from) || !date_parse(d->to_on, &to))
		return refuse(no, REFUSED_INVALID, "away from and to are dates: 2026-11-24");
	if (to < from)
		return refuse(no, REFUSED_INVALID, "the last day comes before the first");
	if (to < zone_day(now))
		return refuse(no, REFUSED_INVALID, "that is over already");
	if (to - zone_day(now) > AWAY_DAYS_MOST)
		return refuse(no, REFUSED_INVALID, "at most a year ahead");
	watchers_set_away(w->store, s->watcher_id, d->from_on, d->to_on);
	snprintf(detail, sizeof(detail), "%s to %s", d->from_on, d->to_on);
	watch_audit(w, now, person, "away", s->watcher_id, detail);
	return true;
}

static bool act(struct watch *w, const struct standing *s, const char *person, const struct standing_deed *d,
	int64_t now, struct refusal *no)
{
	switch (d->act) {
	case STANDING_MET:
	case STANDING_WORRY:
		if (!on_the_list(s, d->resident_id))
			return refuse(no, REFUSED_UNKNOWN, "this watcher has no such resident");
		if (d->act == STANDING_MET)
			return met(w, person, d, now, no);
		if (!visit_worry(w, d->resident_id, person, d->signs, d->note, now, no))
			return false;
		watch_audit(w, now, person, "worry", d->resident_id, d->signs);
		return true;
	case STANDING_AWAY: return away(w, s, person, d, now, no);
	case STANDING_BACK:
		watchers_set_away(w->store, s->watcher_id, "", "");
		watch_audit(w, now, person, "away", s->watcher_id, "not any more");
		return true;
	case STANDING_SUMMARY:
		watchers_set_summary(w->store, s->watcher_id, d->on);
		watch_audit(w, now, person, "summary", s->watcher_id, d->on ? "yes" : "no");
		return true;
	case STANDING_YES:
	case STANDING_ACTS: break;
	}
	return refuse(no, REFUSED_INVALID, "there is no such act");
}

bool standing_do(struct watch *w, const struct standing *s, const char *browser, const struct standing_deed *deed,
	int64_t now, struct refusal *no)
{
	char person[PERSON];

	*no = (struct refusal){ .code = REFUSED_NOT };
	PERSON_OF(person, "watcher", s->watcher_id);
	if (deed->act == STANDING_YES) {
		if (!browser[0] || (s->state != ANSWER_ASK && s->state != ANSWER_OPEN) ||
			!answer_browsers_take(w->store, s->watcher_id, PAGE, browser, now))
			return refuse(no, REFUSED_NOT_YOURS, "this link belongs to another browser");
		return true;
	}
	if (s->state != ANSWER_OPEN)
		return refuse(no, REFUSED_NOT_YOURS, "this link is not this browser's: say yes first");
	if (deed->form[0] && !answer_browsers_form(w->store, s->watcher_id, PAGE, deed->form))
		return true;
	return act(w, s, person, deed, now, no);
}

bool standing_link(struct watch *w, const char *watcher_id, int64_t now, char token[SECRET_TOKEN], struct refusal *no)
{
	struct watcher watcher;
	char hash[SECRET_HASH];

	if (!watchers_find(w->store, watcher_id, &watcher))
		return refuse(no, REFUSED_UNKNOWN, "there is no watcher %s", watcher_id);
	if (duty_away(watcher.ends, "", now))
		return refuse(no, REFUSED_INVALID, "%s has ended", watcher_id);
	standing_unlink(w, watcher_id, now);
	secret_make(token);
	secret_hash(token, hash);
	answer_tokens_add(w->store, hash, watcher_id, PAGE, now);
	return true;
}

bool standing_unlink(struct watch *w, const char *watcher_id, int64_t now)
{
	answer_browsers_free(w->store, watcher_id, PAGE);
	return answer_tokens_revoke_page(w->store, watcher_id, now) > 0;
}
