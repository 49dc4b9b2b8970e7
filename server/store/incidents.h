/*
 * incidents - episodes that need a person, with their causes, refusals to go, and the residents a question lists.
 */
#ifndef STORE_INCIDENTS_H
#define STORE_INCIDENTS_H

#include "server/store/residents.h"

#define PERSON      80 /* watcher:ID, user:LOGIN, resident:ID */
#define LADDER_TEXT 4096

/* Gravest first among those of a person; then the questions for staff. */
enum incident_kind {
	INCIDENT_HELP,
	INCIDENT_MISSED,
	INCIDENT_UNWELL,
	INCIDENT_TALK,
	INCIDENT_PAUSE,
	INCIDENT_DEVICE,
	INCIDENT_BLIND,
	INCIDENT_AREA,
	INCIDENT_KINDS
};
const char *incident_kind_name(enum incident_kind kind);
bool incident_kind_parse(const char *name, enum incident_kind *kind);
static inline bool incident_of_person(enum incident_kind kind)
{
	return kind <= INCIDENT_TALK;
}

enum incident_state { INCIDENT_NONE, INCIDENT_OPEN, INCIDENT_CLAIMED, INCIDENT_CLOSED, INCIDENT_STATES };
const char *incident_state_name(enum incident_state state);

struct incident {
	int64_t id;
	enum incident_kind kind;
	char resident_id[RESIDENT_ID]; /* "" for blind and area */
	char subject[160], detail[512], district[65];
	enum incident_state state;
	int64_t opened_at;
	char ladder[LADDER_TEXT]; /* every kind's steps, as copied at opening: watch/ladder.h reads it */
	int64_t ladder_at;        /* the ladder's clock starts here */
	int step, round;
	int64_t fired_at;     /* when a step or repeat fired last; 0: nothing fired yet */
	int fired_round;      /* its round: who was told then */
	bool fired_here;      /* since this row was read: no channel can have taken any of it; not stored */
	bool reached;         /* false: the last firing reached nobody */
	bool with_staff;      /* a further missed date: staff hear each step */
	int64_t next_step_at; /* 0: nothing to look at */
	char claimed_by[PERSON];
	int64_t claimed_at, claimed_until;
	bool claim_call, nudged, asked;
	int renewals;
	int64_t closed_at;
	char outcome[16], cause[16], how[16], seen_by[PERSON_NAME], closed_by[PERSON], until_on[16], note[1024];
};

bool incidents_find(struct store *s, int64_t id, struct incident *i);
bool incidents_open_of(struct store *s, const char *resident_id, struct incident *i); /* of a person's kinds */
bool incidents_open_question(struct store *s, enum incident_kind kind, const char *subject, struct incident *i);
int64_t incidents_add(struct store *s, const struct incident *i); /* its id */
/* What is open about a resident belongs to another district from now on. */
void incidents_move(struct store *s, const char *resident_id, const char *district);
/* Writes all but id, kind of family, resident and opening back; only while the row's state is `was`. */
bool incidents_save(struct store *s, const struct incident *i, enum incident_state was);
/*
 * Whose next_step_at is up to now, earliest first; and the earliest of all (INT64_MAX: none). While we are deaf only
 * help and questions go on; a missed one waits unless its ladder began before `gate`.
 */
size_t incidents_due(struct store *s, int64_t now, bool deaf, int64_t gate, int64_t *ids, size_t most);
int64_t incidents_next_step_at(struct store *s, bool deaf, int64_t gate);
void incidents_reached(struct store *s, int64_t id);                /* somebody was told after all */
void incidents_put_off(struct store *s, int64_t id, int64_t until); /* a row that fails is looked at later */
size_t incidents_open(
	struct store *s, int64_t after_id, int64_t *ids, size_t most); /* all that are not closed, by id */
/* Open incidents claimed by this person. */
size_t incidents_claimed_by(struct store *s, const char *person, int64_t *ids, size_t most);

/* After a clock was set back: ladders, firings and claims begin at the latest now, and are looked at in their time. */
void incidents_until(struct store *s, int64_t now);

/*
 * How often since an instant an incident of the resident closed because they had forgotten, not counting what came
 * before a question about it (of this subject) was last raised.
 */
int64_t incidents_forgotten(struct store *s, const char *resident_id, const char *subject, int64_t since);

int64_t incidents_unreached(struct store *s); /* open ones whose last firing reached nobody */

struct cause {
	int64_t id, incident_id;
	enum incident_kind kind;
	int64_t expectation_id, checkin_seq; /* 0: none */
	int64_t at, counts_from_at, answered_at;
};
bool causes_add(struct store *s, const struct cause *c); /* false: that expectation or check-in is a cause already */
/* One of an expectation that was answered is none of it any more; false: there is none such. */
bool causes_detach(struct store *s, int64_t expectation_id);
size_t causes_of(struct store *s, int64_t incident_id, struct cause *list, size_t most); /* by at */
/* Whether the incident has a missed cause of the same local date as this expectation. */
bool causes_same_date(struct store *s, int64_t incident_id, int64_t expectation_id);
/* The gravest unanswered cause, of equals the latest; false: none is left. */
bool causes_gravest(struct store *s, int64_t incident_id, enum incident_kind *kind, int64_t *at);
/* The missed causes that a press at pressed_at meets; how many were answered. */
int64_t causes_answer_missed(struct store *s, int64_t incident_id, int64_t pressed_at, int64_t now);
void causes_answer_all(struct store *s, int64_t incident_id, int64_t now);
/* Whether a cause of this kind by the same device is within that of `at` (by pressed_at): one press for the rules. */
bool causes_same_press(struct store *s, const char *resident_id, const char *device_id, enum incident_kind kind,
	int64_t at, int64_t within_ms);

bool declines_add(struct store *s, int64_t incident_id, const char *person, int64_t now);
bool declines_has(struct store *s, int64_t incident_id, const char *person);
struct decline {
	char person[PERSON];
	int64_t at;
};
size_t declines_of(struct store *s, int64_t incident_id, struct decline *list, size_t most); /* by at */
void declines_clear(struct store *s, int64_t incident_id);                                   /* asked again */

#endif
