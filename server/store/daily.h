/*
 * daily - the facts of one day, for everybody at once: who there is, what was expected, what is open, how the buttons
 * are. Each is one query whose rows come in no certain order; watch/daily.h puts them together and judges.
 *
 * A query is stepped through with its own _next and may be left early with db_done.
 */
#ifndef STORE_DAILY_H
#define STORE_DAILY_H

#include "server/store/incidents.h"
#include "server/store/residents.h"

/* Everybody of a district ("" all), those whose service has ended or is still to begin too. */
struct daily_resident {
	char name[PERSON_NAME], kana[PERSON_NAME], district[65], household[65];
	int64_t began_at;   /* when the service began; 0: before that was noted */
	struct vigil vigil; /* but maybe_press_at and the looks */
};
struct query *daily_residents(struct store *s, const char *district);
bool daily_residents_next(struct query *q, struct daily_resident *r);

/* The expectations of a local day that have a row. */
struct daily_expectation {
	char resident_id[RESIDENT_ID];
	int64_t opens_at, counts_from_at, due_at, deadline_at;
	char outcome[8]; /* "": not decided */
	int64_t decided_at;
	int64_t met_at; /* pressed_at of the press that met it; 0 none */
	char met_kind[16];
	int64_t met_late_at; /* when a press was heard that came after the judgement; 0 none */
	int64_t late_at;     /* pressed_at of that one */
	char late_kind[16];
};
struct query *daily_expectations(struct store *s, int32_t day);
bool daily_expectations_next(struct query *q, struct daily_expectation *e);

/*
 * Incidents and questions about a resident: those open as of an instant, those closed from `since` on, and those
 * about several residents once for each who is not accounted for. The kind is that of the instant.
 */
struct daily_incident {
	char resident_id[RESIDENT_ID];
	int64_t id;
	enum incident_kind kind;
	bool claimed; /* as of the instant: the claim that the incident has now */
	int step;     /* now, or DAILY_STEP_UNKNOWN */
	bool reached, claim_call;
	char claimed_by[PERSON];
	int64_t claimed_until, closed_at; /* 0: not closed */
	char outcome[16], how[16], seen_by[PERSON_NAME], closed_by[PERSON];
	char last_act[16]; /* the last of INCIDENT_ACTS, incident_list.h */
};
struct query *daily_incidents(struct store *s, int64_t as_of, int64_t since);
bool daily_incidents_next(struct query *q, struct daily_incident *i);
/*
 * Makes of one that was open at a past instant what was known of it then, by its timeline: last act, who had claimed
 * it, step and whether that reached anybody. What the timeline does not have is 0, "" or DAILY_STEP_UNKNOWN.
 */
enum { DAILY_STEP_UNKNOWN = -1 };
void daily_incident_then(struct store *s, int64_t as_of, struct daily_incident *i);

/*
 * Questions that are about no resident at all and so stand on no row: open as of an instant, the oldest first. Who has
 * one is as of the instant too, by the claim that it has now.
 */
struct daily_question {
	int64_t id;
	enum incident_kind kind;
	char subject[160], detail[512];
	int64_t opened_at, claimed_until; /* 0: nobody has it */
	char claimed_by[PERSON_NAME];     /* the person here; watch/daily.h has the name in its place */
};
struct query *daily_questions(struct store *s, int64_t as_of);
bool daily_questions_next(struct query *q, struct daily_question *d);

/* Devices in use. */
struct daily_device {
	char resident_id[RESIDENT_ID];
	int online, battery; /* -1: it never said */
	char trouble[16];    /* offline, battery, rejected; "" none */
};
struct query *daily_devices(struct store *s);
bool daily_devices_next(struct query *q, struct daily_device *d);

/* Blind periods of a client that overlap a time, by from_at. */
struct daily_blind {
	int64_t from_at, to_at; /* to_at 0: it goes on */
};
struct query *daily_blind_periods(struct store *s, const char *client_id, int64_t from_at, int64_t until_at);
bool daily_blind_periods_next(struct query *q, struct daily_blind *b);

/*
 * The id of the latest event of the timeline in a time (from since on, before until) that concerns a district's
 * residents; "": of all there are.
 */
int64_t daily_last_event(struct store *s, const char *district, int64_t since, int64_t until);

/* Residents whom questions about several list: one for each while it is open, two once it closed (`since` or later). */
int64_t daily_listed(struct store *s, int64_t since);

bool daily_district(struct store *s, const char *district); /* is there one of that id? */

#endif
