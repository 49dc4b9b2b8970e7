/*
 * machine - the incident machine: one table, one function. incident.c and incident_acts.c say which event happened;
 * what an event does to an incident is written here and nowhere else.
 */
#ifndef WATCH_MACHINE_H
#define WATCH_MACHINE_H

#include "server/store/incidents.h"
#include "server/watch/watch.h"

enum incident_event {
	ON_CAUSE,           /* the first cause: the incident opens */
	ON_QUESTION,        /* a question for staff opens */
	ON_GRAVER,          /* a graver cause, or a missed one of another date */
	ON_JOIN,            /* an equal or lesser cause */
	ON_STEP,            /* a step, a repeat, or the look at whom the last one reached is due */
	ON_UNREACHED,       /* the last firing reached nobody */
	ON_CLAIM,           /* somebody goes (or, can they only call, calls) */
	ON_TAKE_OVER,       /* somebody who can go claims from one who can only call */
	ON_RENEW,           /* the claimant needs longer */
	ON_HAND_OVER,       /* somebody else is to hold it, by name */
	ON_NUDGE,           /* two thirds of the lease are over */
	ON_LEASE_UP,        /* promised, not reported */
	ON_LOST,            /* the claimant is themselves missed or asks for help */
	ON_RELEASE,         /* the claimant cannot go after all */
	ON_DECLINE,         /* somebody will not go */
	ON_LAST_DECLINE,    /* nobody is left of those whom the last firing asked */
	ON_NO_ANSWER,       /* who went got no answer */
	ON_NO_ANSWER_OTHER, /* somebody else looked in meanwhile and got none */
	ON_LESSER,          /* the gravest cause is answered, a lesser one is left; a watcher who is going keeps on */
	ON_LESSER_FREE,     /* the same, and nobody who goes holds it */
	ON_ASK,             /* every cause is answered, a watcher is going: did you meet? */
	ON_ANSWERED,        /* every cause is answered */
	ON_GONE,            /* a question's reason is gone */
	ON_CLOSE,           /* a person closes */
	INCIDENT_EVENTS
};

struct incident_change {
	struct watch *w;
	struct incident *i;
	int64_t now;
	const char *person;      /* who acts; "" nobody */
	const char *to;          /* with ON_HAND_OVER: who is to hold it */
	const char *detail;      /* for the timeline and the words: what was seen, which kind */
	enum incident_kind kind; /* of the cause, with ON_GRAVER, ON_JOIN, ON_LESSER */
	int64_t at;              /* of that cause */
	bool call;               /* with ON_CLAIM: can only call */
	bool everybody;          /* out: every user with a channel was told; there is nobody more */
};

/*
 * Applies the event, saves the row, writes one timeline row and plans the next look. False: the table has no such pair
 * (logged, nothing changed), or the row's state was changed by somebody else.
 */
bool incident_apply(struct incident_change *c, enum incident_event event);
/* What the table says, for tests: the state it goes to, INCIDENT_NONE where the pair is not listed. */
enum incident_state incident_goes_to(enum incident_state state, enum incident_event event);
const char *incident_event_name(enum incident_event event);

int64_t incident_nudge_at(const struct incident *i); /* two thirds of the lease of the claim it has */

#endif
