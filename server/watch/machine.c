/*
 * machine - what an event does to an incident.
 *
 * Each action works on the incident in hand (already in the state it goes to) and writes whom it tells; apply saves the
 * row only if its state is still the one it was read with: one state change wins.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/store/timeline.h"
#include "server/store/watchers.h"
#include "server/watch/duty.h"
#include "server/watch/incident.h"
#include "server/watch/ladder.h"
#include "server/watch/machine.h"
#include "server/watch/pause.h"
#include "server/watch/telling.h"

static int64_t lease_ms(const struct watch *w, const struct incident *i)
{
	if (i->claim_call)
		return w->rules.claim_call_ms;
	return i->kind == INCIDENT_HELP ? w->rules.claim_help_ms : w->rules.claim_ms;
}

/* Of a user on duty it ends with the duty: what they hold then is in somebody else's hands, or open again. */
static int64_t lease_end(struct watch *w, const struct incident *i)
{
	int64_t end = i->claimed_at + lease_ms(w, i);
	struct user user;

	if (person_user(i->claimed_by) && users_find(w->store, person_user(i->claimed_by), &user))
		return duty_until(w, &user, i->claimed_at, end);
	return end;
}

int64_t incident_nudge_at(const struct incident *i)
{
	return i->claimed_at + (i->claimed_until - i->claimed_at) * 2 / 3;
}

static void forget_claim(struct incident *i)
{
	i->claimed_by[0] = '\0';
	i->claimed_at = i->claimed_until = 0;
	i->claim_call = i->nudged = i->asked = false;
	i->renewals = 0;
}

/* Each event that tells somebody has a round of its own; a firing raises it once more. */
static void new_round(struct incident *i)
{
	i->round++;
}

/* The name that those told may hear: of a watcher who agreed to it. */
static const char *sayable(struct incident_change *c, char name[PERSON_NAME])
{
	struct watcher watcher;

	name[0] = '\0';
	if (person_watcher(c->i->claimed_by) &&
		watchers_find(c->w->store, person_watcher(c->i->claimed_by), &watcher) &&
		strcmp(watcher.named, "yes") == 0)
		snprintf(name, PERSON_NAME, "%s", watcher.name);
	return name;
}

static void start_ladder(struct incident_change *c)
{
	struct incident *i = c->i;

	i->step = 0;
	i->ladder_at = c->at;
	i->fired_at = 0;
	i->reached = true; /* until a step has fired, nobody was to be reached */
	ladder_fire(c->w, i, false, c->person, c->now);
}

static void open_question(struct incident_change *c)
{
	ladder_question(c->w, c->i, c->now);
}

/* Ends any claim, asks again those who declined, adds staff to each step, and starts that kind's ladder. */
static void restart_ladder(struct incident_change *c)
{
	struct incident *i = c->i;
	char former[PERSON];

	memcpy(former, i->claimed_by, sizeof(former));
	i->kind = c->kind;
	i->with_staff = true;
	declines_clear(c->w->store, i->id);
	forget_claim(i);
	notifications_drop_claimed(c->w->store, i->id);
	if (former[0] && strcmp(former, c->person) != 0) {
		new_round(i);
		telling_write(c->w, i, "graver", former, incident_kind_name(c->kind), c->now, false, c->now);
	}
	start_ladder(c);
}

static void note_only(struct incident_change *c)
{
	(void)c;
}

/* Who says it themselves knows. */
static void tell_claimant_joined(struct incident_change *c)
{
	if (strcmp(c->i->claimed_by, c->person) == 0)
		return;
	new_round(c->i);
	telling_write(c->w, c->i, "joined", c->i->claimed_by, incident_kind_name(c->kind), c->now, false, c->now);
}

/* The tick came: fire what is due. What no channel took in time has reached nobody; incident_apply goes on from there.
 */
static void next_step(struct incident_change *c)
{
	struct incident *i = c->i;

	if (!incident_of_person(i->kind)) {
		ladder_question(c->w, i, c->now);
		return;
	}
	if (!ladder_fire(c->w, i, false, "", c->now) && i->reached && i->fired_at)
		i->reached = notifications_reached(
			c->w->store, i->id, i->fired_round, c->now - c->w->rules.unreached_ms);
}

/* Nobody heard: the next step at once; of a help that is out of steps, every user with a channel. */
static void step_unreached(struct incident_change *c)
{
	struct incident *i = c->i;

	log_warn("incident=%" PRId64 " step=%d reached=nobody", i->id, i->step);
	if (ladder_has_next(i)) {
		ladder_fire(c->w, i, true, c->person, c->now);
	} else if (i->kind == INCIDENT_HELP) {
		c->everybody = true;
		ladder_everybody(c->w, i, c->now);
	}
}

static void fire_at_once(struct incident_change *c)
{
	if (incident_of_person(c->i->kind))
		ladder_fire(c->w, c->i, true, c->person, c->now);
	else
		ladder_question(c->w, c->i, c->now);
}

static void take_claim(struct incident_change *c)
{
	struct incident *i = c->i;
	char name[PERSON_NAME], real[PERSON_NAME], person[PERSON];

	forget_claim(i);
	snprintf(i->claimed_by, sizeof(i->claimed_by), "%s", c->person);
	i->claimed_at = c->now;
	i->claim_call = c->call;
	i->claimed_until = lease_end(c->w, i);
	new_round(i);
	notifications_drop_alerts(c->w->store, i->id, i->claimed_by);
	if (i->kind != INCIDENT_HELP)
		notifications_hold(c->w->store, i->id);
	sayable(c, name);
	telling_name(c->w, i->claimed_by, real);
	telling_told(c->w, i, "claimed", i->claimed_by, name, real, true, c->now);
	if (i->kind == INCIDENT_HELP)
		telling_staff(c->w, i, "claimed", i->claimed_by, real, c->now);
	if (name[0] && !c->call && i->resident_id[0]) {
		PERSON_OF(person, "resident", i->resident_id);
		telling_write(c->w, i, "coming", person, name, c->now, false, c->now);
	}
}

static void take_over(struct incident_change *c)
{
	char former[PERSON];

	memcpy(former, c->i->claimed_by, sizeof(former));
	new_round(c->i);
	telling_write(c->w, c->i, "replaced", former, "", c->now, false, c->now);
	take_claim(c);
}

static void renew(struct incident_change *c)
{
	struct incident *i = c->i;
	char name[PERSON_NAME];

	i->renewals++;
	i->nudged = false;
	i->claimed_at = c->now;
	i->claimed_until = lease_end(c->w, i);
	new_round(i);
	telling_name(c->w, i->claimed_by, name);
	telling_staff(c->w, i, "renewed", i->claimed_by, name, c->now);
}

/* For everybody else somebody is going, as before; the resident is told who comes, where that one agreed. */
static void hand_over(struct incident_change *c)
{
	struct incident *i = c->i;
	char former[PERSON], name[PERSON_NAME], resident[PERSON];

	memcpy(former, i->claimed_by, sizeof(former));
	forget_claim(i);
	snprintf(i->claimed_by, sizeof(i->claimed_by), "%s", c->to);
	i->claimed_at = c->now;
	i->claimed_until = lease_end(c->w, i);
	new_round(i);
	notifications_drop_alerts(c->w->store, i->id, i->claimed_by); /* what it is now told says more */
	telling_name(c->w, c->person, name);
	telling_write(c->w, i, "handed", i->claimed_by, name, c->now, false, c->now);
	if (strcmp(former, c->person) != 0)
		telling_write(c->w, i, "lost", former, "", c->now, false, c->now);
	if (sayable(c, name)[0] && i->resident_id[0]) {
		PERSON_OF(resident, "resident", i->resident_id);
		telling_write(c->w, i, "coming", resident, name, c->now, false, c->now);
	}
}

static void nudge(struct incident_change *c)
{
	c->i->nudged = true;
	new_round(c->i);
	telling_write(c->w, c->i, "nudge", c->i->claimed_by, "", c->now, false, c->now);
}

/* What those told that somebody goes hear first: that one only called, or could not go after all. */
static const char *how_it_was(const struct incident *i)
{
	return incident_by_call(incident_is_call(i->claimed_by, i->claim_call));
}

/*
 * Open again: what is overdue fires together, and those told that somebody goes hear that nobody does. why: the detail
 * of "released". staff_know: staff were told why already.
 */
static void open_again(struct incident_change *c, const char *why, bool at_once, bool staff_know)
{
	struct incident *i = c->i;
	bool claimed = i->claimed_by[0], fired;
	char former[PERSON];

	snprintf(former, sizeof(former), "%s", claimed ? i->claimed_by : c->person);
	forget_claim(i);
	notifications_drop_claimed(c->w->store, i->id);
	if (!incident_of_person(i->kind)) {
		ladder_question(c->w, i, c->now);
		return;
	}
	fired = ladder_fire(c->w, i, at_once, former, c->now);
	if (!fired)
		new_round(i);
	if (claimed) /* whom the firing of this moment asks again need not read both */
		telling_told(c->w, i, "released", former, why, staff_know ? NULL : why, !fired, c->now);
}

static void lease_up(struct incident_change *c)
{
	struct incident *i = c->i;
	char name[PERSON_NAME];

	telling_name(c->w, i->claimed_by, name);
	new_round(i);
	telling_write(c->w, i, "lapsed", i->claimed_by, "", c->now, false, c->now);
	telling_staff(c->w, i, "lapsed", i->claimed_by, name, c->now);
	open_again(c, how_it_was(i), false, true);
}

static void lose_claim(struct incident_change *c)
{
	struct incident *i = c->i;
	char name[PERSON_NAME];

	telling_name(c->w, i->claimed_by, name);
	new_round(i);
	telling_write(c->w, i, "lost", i->claimed_by, "", c->now, false, c->now);
	telling_staff(c->w, i, "lost", i->claimed_by, name, c->now);
	open_again(c, how_it_was(i), false, true);
}

/* After the last step the repeat comes at once. */
static void release(struct incident_change *c)
{
	open_again(c, how_it_was(c->i), !ladder_has_next(c->i), false);
}

static void no_answer(struct incident_change *c)
{
	new_round(c->i);
	telling_staff(c->w, c->i, "no_answer", c->person, c->detail, c->now);
	open_again(c, "no_answer", true, true);
}

static void no_answer_by_other(struct incident_change *c)
{
	new_round(c->i);
	telling_staff(c->w, c->i, "no_answer", c->person, c->detail, c->now);
	telling_write(c->w, c->i, "no_answer", c->i->claimed_by, "", c->now, false, c->now);
}

/* Those told of the answered kind only hear its end; the lesser kind's ladder starts from now. */
static void step_down(struct incident_change *c)
{
	struct incident *i = c->i;
	enum incident_kind answered = i->kind;

	i->kind = c->kind;
	new_round(i);
	notifications_drop(c->w->store, i->id);
	if (i->state == INCIDENT_OPEN)
		forget_claim(i); /* of who was not going: for them it is over as well */
	telling_end_kind(c->w, i, answered, c->now);
	i->step = 0;
	i->ladder_at = c->now;
	if (i->state == INCIDENT_OPEN) {
		i->reached = true;
		ladder_fire(c->w, i, false, "", c->now);
	}
}

static void ask_going(struct incident_change *c)
{
	c->i->asked = true;
	new_round(c->i);
	telling_write(c->w, c->i, "asked", c->i->claimed_by, "", c->now, false, c->now);
}

static void end(struct incident_change *c, const char *outcome)
{
	struct incident *i = c->i;

	i->closed_at = c->now;
	if (outcome)
		snprintf(i->outcome, sizeof(i->outcome), "%s", outcome);
	new_round(i);
	causes_answer_all(c->w->store, i->id, c->now);
	telling_end(c->w, i, c->now);
}

static void end_checked_in(struct incident_change *c)
{
	end(c, "checked_in");
}

static void end_by_itself(struct incident_change *c)
{
	end(c, "answered");
	snprintf(c->i->note, sizeof(c->i->note), "%s", c->detail);
}

static void end_by_person(struct incident_change *c)
{
	end(c, NULL); /* the outcome stands already: incident_acts.c checked it */
}

static const struct rule {
	enum incident_state in;
	enum incident_event on;
	enum incident_state go_to;
	void (*act)(struct incident_change *);
} rules[] = {
	/* in              on                  go to             act */
	{ INCIDENT_NONE, ON_CAUSE, INCIDENT_OPEN, start_ladder },
	{ INCIDENT_NONE, ON_QUESTION, INCIDENT_OPEN, open_question },

	{ INCIDENT_OPEN, ON_GRAVER, INCIDENT_OPEN, restart_ladder },
	{ INCIDENT_OPEN, ON_JOIN, INCIDENT_OPEN, note_only },
	{ INCIDENT_OPEN, ON_STEP, INCIDENT_OPEN, next_step },
	{ INCIDENT_OPEN, ON_UNREACHED, INCIDENT_OPEN, step_unreached },
	{ INCIDENT_OPEN, ON_CLAIM, INCIDENT_CLAIMED, take_claim },
	{ INCIDENT_OPEN, ON_DECLINE, INCIDENT_OPEN, note_only },
	{ INCIDENT_OPEN, ON_LAST_DECLINE, INCIDENT_OPEN, fire_at_once },
	{ INCIDENT_OPEN, ON_NO_ANSWER, INCIDENT_OPEN, no_answer },
	{ INCIDENT_OPEN, ON_LESSER_FREE, INCIDENT_OPEN, step_down },
	{ INCIDENT_OPEN, ON_ANSWERED, INCIDENT_CLOSED, end_checked_in },
	{ INCIDENT_OPEN, ON_GONE, INCIDENT_CLOSED, end_by_itself },
	{ INCIDENT_OPEN, ON_CLOSE, INCIDENT_CLOSED, end_by_person },

	{ INCIDENT_CLAIMED, ON_GRAVER, INCIDENT_OPEN, restart_ladder },
	{ INCIDENT_CLAIMED, ON_JOIN, INCIDENT_CLAIMED, tell_claimant_joined },
	{ INCIDENT_CLAIMED, ON_STEP, INCIDENT_CLAIMED, next_step }, /* a help that somebody who can only call holds */
	{ INCIDENT_CLAIMED, ON_UNREACHED, INCIDENT_CLAIMED, step_unreached },
	{ INCIDENT_CLAIMED, ON_TAKE_OVER, INCIDENT_CLAIMED, take_over },
	{ INCIDENT_CLAIMED, ON_RENEW, INCIDENT_CLAIMED, renew },
	{ INCIDENT_CLAIMED, ON_HAND_OVER, INCIDENT_CLAIMED, hand_over },
	{ INCIDENT_CLAIMED, ON_NUDGE, INCIDENT_CLAIMED, nudge },
	{ INCIDENT_CLAIMED, ON_LEASE_UP, INCIDENT_OPEN, lease_up },
	{ INCIDENT_CLAIMED, ON_LOST, INCIDENT_OPEN, lose_claim },
	{ INCIDENT_CLAIMED, ON_RELEASE, INCIDENT_OPEN, release },
	{ INCIDENT_CLAIMED, ON_DECLINE, INCIDENT_CLAIMED, note_only },
	{ INCIDENT_CLAIMED, ON_NO_ANSWER, INCIDENT_OPEN, no_answer },
	{ INCIDENT_CLAIMED, ON_NO_ANSWER_OTHER, INCIDENT_CLAIMED, no_answer_by_other },
	{ INCIDENT_CLAIMED, ON_LESSER, INCIDENT_CLAIMED, step_down },
	{ INCIDENT_CLAIMED, ON_LESSER_FREE, INCIDENT_OPEN, step_down },
	{ INCIDENT_CLAIMED, ON_ASK, INCIDENT_CLAIMED, ask_going },
	{ INCIDENT_CLAIMED, ON_ANSWERED, INCIDENT_CLOSED, end_checked_in },
	{ INCIDENT_CLAIMED, ON_GONE, INCIDENT_CLOSED, end_by_itself },
	{ INCIDENT_CLAIMED, ON_CLOSE, INCIDENT_CLOSED, end_by_person },
};

static const char *const event_names[INCIDENT_EVENTS] = { "opened", "asked_staff", "graver", "joined", "step",
	"unreached", "claimed", "taken_over", "renewed", "handed", "nudged", "lease_up", "lost", "released", "declined",
	"last_declined", "no_answer", "no_answer_other", "lesser", "lesser_free", "asked", "checked_in", "gone",
	"closed" };

const char *incident_event_name(enum incident_event event)
{
	return event_names[event];
}

static const struct rule *rule_for(enum incident_state state, enum incident_event event)
{
	for (size_t k = 0; k < sizeof(rules) / sizeof(rules[0]); k++)
		if (rules[k].in == state && rules[k].on == event)
			return &rules[k];
	return NULL;
}

enum incident_state incident_goes_to(enum incident_state state, enum incident_event event)
{
	const struct rule *rule = rule_for(state, event);

	return rule ? rule->go_to : INCIDENT_NONE;
}

/* When the tick must come back. Questions have planned it themselves when they told. */
static void plan(struct watch *w, struct incident *i, int64_t now)
{
	switch (i->state) {
	case INCIDENT_NONE:
	case INCIDENT_STATES: break;
	case INCIDENT_CLOSED: i->next_step_at = 0; break;
	case INCIDENT_OPEN:
		if (incident_of_person(i->kind))
			i->next_step_at = ladder_next_at(w, i, now);
		break;
	case INCIDENT_CLAIMED:
		i->next_step_at = i->nudged || i->asked ? i->claimed_until : incident_nudge_at(i);
		if (i->kind == INCIDENT_HELP && i->claim_call && ladder_next_at(w, i, now) < i->next_step_at)
			i->next_step_at = ladder_next_at(w, i, now);
		break;
	}
}

static void note(struct incident_change *c, enum incident_event event)
{
	char detail[sizeof(((struct timeline_row *)NULL)->detail)];

	if (event == ON_STEP || event == ON_UNREACHED)
		snprintf(detail, sizeof(detail), "step %d round %d%s", c->i->step, c->i->round,
			c->i->reached ? "" : " nobody");
	else
		snprintf(detail, sizeof(detail), "%s", c->detail);
	timeline_add(c->w->store, c->i->id, c->i->resident_id, c->now, incident_event_name(event), c->person, detail);
}

/* *unreached: a firing reached nobody, and there is somebody left to try. */
static bool apply_one(struct incident_change *c, enum incident_event event, bool *unreached)
{
	struct incident *i = c->i;
	const struct rule *rule = rule_for(i->state, event);
	enum incident_state was = i->state;
	int fired_round = i->fired_round;

	if (!rule) {
		log_warn("incident=%" PRId64 " state=%s event=%s ignored=yes", i->id, incident_state_name(i->state),
			incident_event_name(event));
		return false;
	}
	if (was == INCIDENT_NONE) {
		i->state = INCIDENT_OPEN;
		i->reached = true;
		i->id = incidents_add(c->w->store, i);
		was = INCIDENT_OPEN;
		if (!i->id)
			return false;
	}
	i->state = rule->go_to;
	note(c, event);
	rule->act(c);
	plan(c->w, i, c->now);
	if (!incidents_save(c->w->store, i, was))
		return false;
	log_info("incident=%" PRId64 " event=%s state=%s kind=%s step=%d", i->id, incident_event_name(event),
		incident_state_name(i->state), incident_kind_name(i->kind), i->step);
	if (i->state == INCIDENT_CLOSED && incident_of_person(i->kind))
		pause_revoke(c->w, i->resident_id, c->now); /* of an ended service, what waited for this */
	*unreached = i->state != INCIDENT_CLOSED && incident_of_person(i->kind) && !i->reached &&
		     (i->fired_round != fired_round || event == ON_STEP) &&
		     (ladder_has_next(i) || (i->kind == INCIDENT_HELP && !c->everybody));
	return true;
}

bool incident_apply(struct incident_change *c, enum incident_event event)
{
	bool unreached;

	if (!apply_one(c, event, &unreached))
		return false;
	/* It goes on at once, step by step, until somebody hears or there is nobody left. */
	while (unreached)
		if (!apply_one(c, ON_UNREACHED, &unreached))
			return false;
	return true;
}
