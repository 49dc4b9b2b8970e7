/*
 * incident_acts - what people do with an incident: claim, release, decline, report, close.
 *
 * Each checks who asks and what is asked before the machine moves; a refusal says why and changes nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/zone.h"
#include "server/store/concerned.h"
#include "server/store/never_told.h"
#include "server/store/timeline.h"
#include "server/store/users.h"
#include "server/store/watchers.h"
#include "server/watch/duty.h"
#include "server/watch/incident.h"
#include "server/watch/ladder.h"
#include "server/watch/machine.h"
#include "server/watch/pause.h"
#include "server/watch/press.h"
#include "server/watch/telling.h"
#include "server/watch/usual.h"

enum { DISTRICTS_MOST = 256 };

bool incident_person(struct watch *w, const char *who, char person[PERSON])
{
	struct watcher watcher;
	struct user user;

	if (strlen(who) >= WATCHER_ID)
		return false;
	if (users_find(w->store, who, &user)) {
		PERSON_OF(person, "user", who);
		return true;
	}
	if (watchers_find(w->store, who, &watcher)) {
		PERSON_OF(person, "watcher", who);
		return true;
	}
	return false;
}

/* Whether this person may act on the incident; *call: they can only call. */
static bool may_act(
	struct watch *w, const struct incident *i, const char *person, int64_t now, bool *call, struct refusal *no)
{
	struct user user;
	struct watcher watcher;
	struct link link;

	*call = false;
	if (strncmp(person, "shell:", 6) == 0)
		return true; /* who runs the shell on the server runs everything; it is audited */
	if (person_user(person))
		return duty_acting(w, person_user(person), i->district, &user, no);
	if (!person_watcher(person) || !watchers_find(w->store, person_watcher(person), &watcher))
		return refuse(no, REFUSED_UNKNOWN, "%s is neither a watcher nor a user", person);
	if (!incident_of_person(i->kind))
		return refuse(no, REFUSED_NOT_YOURS, "incident %" PRId64 " is a question for staff", i->id);
	if (!watchers_link(w->store, i->resident_id, watcher.watcher_id, &link) || strcmp(link.can, "know") == 0 ||
		duty_away(watcher.ends, "", now))
		return refuse(no, REFUSED_NOT_YOURS, "%s does not look in on this resident", watcher.watcher_id);
	if (!watchers_in_circle(w->store, i->resident_id, watcher.watcher_id, &link))
		return refuse(no, REFUSED_NOT_YOURS, "it was not agreed that %s is told", watcher.watcher_id);
	*call = strcmp(link.can, "call") == 0;
	return true;
}

static bool find(struct watch *w, int64_t id, struct incident *i, struct refusal *no)
{
	no->code = REFUSED_NOT;
	no->why[0] = '\0';
	if (!incidents_find(w->store, id, i))
		return refuse(no, REFUSED_UNKNOWN, "there is no incident %" PRId64, id);
	if (i->state == INCIDENT_CLOSED)
		return refuse(no, REFUSED_CLOSED, "incident %" PRId64 " is closed: %s", id, i->outcome);
	return true;
}

static bool apply(struct incident_change *c, enum incident_event event, struct refusal *no)
{
	if (incident_apply(c, event))
		return true;
	return refuse(no, REFUSED_INVALID, "incident %" PRId64 " was changed by somebody else", c->i->id);
}

/* Who has it: to staff always, to a watcher where the claimant agreed to be named. */
static bool refuse_claimed(struct watch *w, const struct incident *i, const char *person, struct refusal *no)
{
	char name[PERSON_NAME], until[ZONE_TEXT];
	struct watcher claimant;
	bool named = person_watcher(i->claimed_by) &&
		     watchers_find(w->store, person_watcher(i->claimed_by), &claimant) &&
		     strcmp(claimant.named, "yes") == 0;

	telling_name(w, i->claimed_by, name);
	if (person_user(person) || named)
		return refuse(no, REFUSED_CLAIMED, "claimed by %s until %s", name, zone_clock(until, i->claimed_until));
	return refuse(no, REFUSED_CLAIMED, "somebody is already going");
}

bool incident_is_call(const char *claimed_by, bool claim_call)
{
	return claim_call || person_user(claimed_by);
}

const char *incident_by_call(bool call)
{
	return call ? "call" : "";
}

bool incident_claim(struct watch *w, int64_t id, const char *person, int64_t now, struct refusal *no)
{
	struct incident i;
	struct incident_change c = { .w = w, .i = &i, .now = now, .person = person, .detail = "" };
	bool call;

	if (!find(w, id, &i, no) || !may_act(w, &i, person, now, &call, no))
		return false;
	c.call = call;
	c.detail = incident_by_call(call);
	if (i.state == INCIDENT_OPEN)
		return apply(&c, ON_CLAIM, no);
	if (strcmp(i.claimed_by, person) == 0) {
		if (i.claim_call)
			return refuse(no, REFUSED_INVALID, "a claim by somebody who can only call is not renewed");
		if (i.asked)
			return refuse(no, REFUSED_INVALID, "a press came: please say whether you met");
		if (i.renewals >= CLAIM_RENEWALS)
			return refuse(
				no, REFUSED_INVALID, "renewed %d times already: please report or release", i.renewals);
		return apply(&c, ON_RENEW, no);
	}
	if (i.claim_call && !call)
		return apply(&c, ON_TAKE_OVER, no);
	return refuse_claimed(w, &i, person, no);
}

/* Whether it may be given to this person, and they can be told so. */
static bool may_be_given(struct watch *w, const struct incident *i, const char *to, int64_t now, struct refusal *no)
{
	struct watcher watcher;
	struct user user;
	char channels[2 * ADDRESS];
	bool call;

	if (!person_user(to) && !person_watcher(to))
		return refuse(no, REFUSED_UNKNOWN, "%s is neither a watcher nor a user", to);
	if (strcmp(i->claimed_by, to) == 0)
		return refuse(no, REFUSED_INVALID, "%s has it already", to);
	if (!may_act(w, i, to, now, &call, no))
		return false;
	if (call)
		return refuse(no, REFUSED_INVALID, "%s can only call, and not go", to);
	/* A user who is off duty, but not away, may begin within the hour: whoever gives it to them knows. */
	if ((person_watcher(to) && watchers_find(w->store, person_watcher(to), &watcher) &&
		    duty_away(watcher.away_from, watcher.away_to, now)) ||
		(person_user(to) && users_find(w->store, person_user(to), &user) &&
			duty_away(user.away_from, user.away_to, now)))
		return refuse(no, REFUSED_INVALID, "%s is away", to);
	if (person_watcher(to) && never_told_bars(w->store, i->resident_id, person_watcher(to)))
		return refuse(no, REFUSED_NOT_YOURS, "%s must never be told about this resident", to);
	telling_channels(w, to, channels, sizeof(channels));
	return channels[0] || refuse(no, REFUSED_INVALID, "%s has no channel to be told by", to);
}

bool incident_hand_over(
	struct watch *w, int64_t id, const char *person, const char *to, int64_t now, struct refusal *no)
{
	struct incident i;
	struct incident_change c = { .w = w, .i = &i, .now = now, .person = person, .to = to, .detail = to };
	bool call;

	if (!find(w, id, &i, no) || !may_act(w, &i, person, now, &call, no))
		return false;
	if (i.state != INCIDENT_CLAIMED)
		return refuse(no, REFUSED_INVALID, "nobody has claimed incident %" PRId64, id);
	if (person_watcher(person) && strcmp(i.claimed_by, person) != 0)
		return refuse(no, REFUSED_NOT_YOURS, "incident %" PRId64 " is claimed by somebody else", id);
	if (i.asked)
		return refuse(no, REFUSED_INVALID, "a press came: it only waits for whether they met");
	return may_be_given(w, &i, to, now, no) && apply(&c, ON_HAND_OVER, no);
}

bool incident_release(struct watch *w, int64_t id, const char *person, int64_t now, struct refusal *no)
{
	struct incident i;
	struct incident_change c = { .w = w, .i = &i, .now = now, .person = person, .detail = "" };
	bool call;

	if (!find(w, id, &i, no) || !may_act(w, &i, person, now, &call, no))
		return false;
	if (i.state != INCIDENT_CLAIMED)
		return refuse(no, REFUSED_INVALID, "nobody has claimed incident %" PRId64, id);
	if (strcmp(i.claimed_by, person) != 0 && !person_user(person))
		return refuse(no, REFUSED_NOT_YOURS, "incident %" PRId64 " is claimed by somebody else", id);
	c.detail = incident_by_call(call);
	return apply(&c, i.asked ? ON_ANSWERED : ON_RELEASE, no);
}

bool incident_decline(struct watch *w, int64_t id, const char *person, int64_t now, struct refusal *no)
{
	struct incident i;
	struct incident_change c = { .w = w, .i = &i, .now = now, .person = person, .detail = "" };
	bool call, last;

	if (!find(w, id, &i, no) || !may_act(w, &i, person, now, &call, no))
		return false;
	if (!declines_add(w->store, id, person, now))
		return true; /* said before */
	c.detail = incident_by_call(call);
	notifications_drop_alerts(w->store, id, person);
	if (i.state == INCIDENT_CLAIMED && strcmp(i.claimed_by, person) == 0)
		return apply(&c, i.asked ? ON_ANSWERED : ON_RELEASE, no);
	last = i.state == INCIDENT_OPEN && notifications_all_declined(w->store, id, i.fired_round);
	return apply(&c, last ? ON_LAST_DECLINE : ON_DECLINE, no);
}

static bool close_as_safe(struct watch *w, const struct incident *i, const char *person, const char *how,
	const char *note, int64_t now, struct refusal *no)
{
	char name[PERSON_NAME];
	struct closing closing = {
		.outcome = "safe", .cause = "", .how = how, .seen_by = name, .until = "", .note = note, .by = person
	};

	telling_name(w, person, name);
	return incident_close(w, i->id, &closing, now, no);
}

/*
 * Help is needed: a cause of its own; who reports it is there and is not sent out again. On the timeline "help", or
 * "help: NOTE": the kind in its place, as of every cause, and what they wrote behind it.
 */
static bool needs_help(struct incident_change *c, struct refusal *no)
{
	struct incident *i = c->i;
	struct cause cause = { .incident_id = i->id, .kind = INCIDENT_HELP, .at = c->now };
	char detail[sizeof(((struct timeline_row *)NULL)->detail)];
	const char *note = c->detail;

	snprintf(detail, sizeof(detail), "%s%s%s", incident_kind_name(INCIDENT_HELP), note[0] ? ": " : "", note);
	c->detail = detail;
	c->kind = INCIDENT_HELP;
	c->at = c->now;
	causes_add(c->w->store, &cause);
	if (!apply(c, i->kind == INCIDENT_HELP ? ON_JOIN : ON_GRAVER, no))
		return false;
	i->round++;
	telling_staff(c->w, i, "needs_help", c->person, note, c->now);
	return incidents_save(c->w->store, i, i->state);
}

bool incident_report(struct watch *w, int64_t id, const char *person, enum report report, const char *how,
	const char *note, int64_t now, struct refusal *no)
{
	struct incident i;
	struct incident_change c = { .w = w, .i = &i, .now = now, .person = person, .detail = note };
	bool call, mine;

	if (!find(w, id, &i, no) || !may_act(w, &i, person, now, &call, no))
		return false;
	if (!incident_of_person(i.kind))
		return refuse(no, REFUSED_INVALID, "incident %" PRId64 " is a question: close it with an answer", id);
	mine = i.state == INCIDENT_CLAIMED && strcmp(i.claimed_by, person) == 0;
	switch (report) {
	case REPORT_SEEN: return close_as_safe(w, &i, person, "face", note, now, no);
	case REPORT_HEARD:
		if (strcmp(how, "phone") != 0 && strcmp(how, "voice") != 0)
			return refuse(no, REFUSED_INVALID, "heard how: phone or voice");
		return close_as_safe(w, &i, person, how, note, now, no);
	case REPORT_NO_ANSWER:
		return apply(&c, i.state == INCIDENT_CLAIMED && !mine ? ON_NO_ANSWER_OTHER : ON_NO_ANSWER, no);
	case REPORT_NEEDS_HELP: return needs_help(&c, no);
	}
	return false;
}

bool incident_note(struct watch *w, int64_t id, const char *person, const char *note, int64_t now, struct refusal *no)
{
	struct incident i;
	bool call;

	if (!find(w, id, &i, no) || !may_act(w, &i, person, now, &call, no))
		return false;
	if (!note[0])
		return refuse(no, REFUSED_INVALID, "the note is empty");
	timeline_add(w->store, id, i.resident_id, now, "note", person, note);
	return true;
}

static bool one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(text, *words) == 0)
			return true;
	return false;
}

static bool check_closing(const struct incident *i, const struct closing *closing, int64_t now, struct refusal *no)
{
	static const char *const outcomes[] = { "safe", "away", "hospital", "emergency", "facility", "deceased",
		"moved", "false_alarm", NULL };
	static const char *const hows[] = { "face", "phone", "voice", "kin", "authority", NULL };
	static const char *const causes[] = { "", "forgot", "device", "other", NULL };
	bool until = strcmp(closing->outcome, "hospital") == 0 || strcmp(closing->outcome, "away") == 0;
	int32_t day;

	if (!incident_of_person(i->kind)) {
		if (strcmp(closing->outcome, "answered") != 0)
			return refuse(no, REFUSED_INVALID, "a question for staff closes with outcome answered");
		if (!closing->note[0])
			return refuse(no, REFUSED_INVALID, "answered needs a note: what was found");
		return true;
	}
	if (!one_of(closing->outcome, outcomes))
		return refuse(no, REFUSED_INVALID,
			"\"%s\" is no outcome: safe away hospital emergency facility deceased moved false_alarm are",
			closing->outcome);
	if (!one_of(closing->how, hows))
		return refuse(no, REFUSED_INVALID, "how was this found: face phone voice kin authority");
	if (!closing->seen_by[0])
		return refuse(no, REFUSED_INVALID, "who saw or heard the person: seen-by is missing");
	if (!one_of(closing->cause, causes) || (closing->cause[0] && strcmp(closing->outcome, "safe") != 0))
		return refuse(no, REFUSED_INVALID, "cause is forgot, device or other, and goes with outcome safe");
	if (until && (!date_parse(closing->until, &day) || day < zone_day(now)))
		return refuse(
			no, REFUSED_INVALID, "%s needs until: a date (2026-11-30) that is not past", closing->outcome);
	if (!until && closing->until[0])
		return refuse(no, REFUSED_INVALID, "until goes with hospital and away only");
	return true;
}

/* Somebody spoke with or saw the resident: as good as a press. */
static bool met_in_person(const struct closing *closing)
{
	static const char *const in_person[] = { "face", "phone", "voice", NULL };
	static const char *const alive[] = { "safe", "away", "hospital", "emergency", "false_alarm", NULL };

	return one_of(closing->how, in_person) && one_of(closing->outcome, alive);
}

/* What an outcome means for the service: a pause, or its end. */
static bool follow_up(
	struct watch *w, const struct incident *i, const struct closing *closing, int64_t now, struct refusal *no)
{
	static const char *const ends[] = { "deceased", "moved", "facility", NULL };
	char today[DATE_TEXT], why[PAUSE_WHY];
	struct resident r;

	if (!residents_find(w->store, i->resident_id, &r) || r.ended_at)
		return true; /* nothing is expected any more */
	if (closing->until[0] && !pause_enter(w, i->resident_id, date_format(today, zone_day(now)), closing->until,
					 closing->outcome, closing->seen_by, closing->by, now, why))
		return refuse(no, REFUSED_INVALID, "%s", why);
	if (one_of(closing->outcome, ends) &&
		!pause_end_service(w, i->resident_id, closing->outcome, closing->seen_by, closing->by, now, why))
		return refuse(no, REFUSED_INVALID, "%s", why);
	return true;
}

/* A question about several is over for all of them at once: who closes it may act for each that it still waits for. */
static bool covers_all(struct watch *w, const struct incident *i, const char *person, struct refusal *no)
{
	char districts[DISTRICTS_MOST][65];
	struct user user;
	size_t n;

	if (incident_of_person(i->kind) || !person_user(person) || !users_find(w->store, person_user(person), &user))
		return true;
	n = concerned_unsettled_districts(w->store, i->id, districts, DISTRICTS_MOST);
	while (n-- > 0)
		if (!duty_may_act(&user, districts[n]))
			return refuse(no, REFUSED_NOT_YOURS,
				"incident %" PRId64 " waits for residents of other districts too", i->id);
	return true;
}

bool incident_close(struct watch *w, int64_t id, const struct closing *closing, int64_t now, struct refusal *no)
{
	struct incident i;
	struct incident_change c = { .w = w, .i = &i, .now = now, .person = closing->by, .detail = closing->outcome };
	bool call;

	if (!find(w, id, &i, no) || !may_act(w, &i, closing->by, now, &call, no) ||
		!covers_all(w, &i, closing->by, no) || !check_closing(&i, closing, now, no))
		return false;
	snprintf(i.outcome, sizeof(i.outcome), "%s", closing->outcome);
	snprintf(i.cause, sizeof(i.cause), "%s", closing->cause);
	snprintf(i.how, sizeof(i.how), "%s", closing->how);
	snprintf(i.seen_by, sizeof(i.seen_by), "%s", closing->seen_by);
	snprintf(i.closed_by, sizeof(i.closed_by), "%s", closing->by);
	snprintf(i.until_on, sizeof(i.until_on), "%s", closing->until);
	snprintf(i.note, sizeof(i.note), "%s", closing->note);
	if (!apply(&c, ON_CLOSE, no) || !follow_up(w, &i, closing, now, no))
		return false;
	if (incident_of_person(i.kind) && met_in_person(closing))
		press_record(w, i.resident_id, closing->by, now, now);
	if (strcmp(closing->cause, "forgot") == 0)
		usual_forgot(w, i.resident_id, now);
	return true;
}
