/*
 * report - what a stretch of time holds, by district: the facts that watch/report_month.h counts a month from.
 *
 * A query is stepped through with its own _next. Who belongs to a resident is counted where that resident lives now;
 * incidents and signatures keep the district they were made with ("" of an incident: of no one district).
 */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include "server/store/incidents.h"

/* Everybody, those whose service has ended too. */
struct report_resident {
	char district[65], starts[16];
	int64_t began_at, ended_at; /* 0: before that was noted; it has not */
};
struct query *report_residents(struct store *s);
bool report_residents_next(struct query *q, struct report_resident *r);

/* Expectations of local days that have their outcome, a row a district. */
struct report_outcomes {
	char district[65];
	int64_t ok, missed, paused, unknown;
};
struct query *report_outcomes(struct store *s, int32_t from_day, int32_t until_day);
bool report_outcomes_next(struct query *q, struct report_outcomes *o);

/* Check-ins heard from one instant to before another, but `activity` and what people recorded, a row a district. */
struct report_presses {
	char district[65];
	int64_t count;
};
struct query *report_presses(struct store *s, int64_t from_at, int64_t until_at);
bool report_presses_next(struct query *q, struct report_presses *p);

/* Incidents and questions opened in that time. Instants are 0 where there is none. */
struct report_incident {
	char district[65];
	enum incident_kind kind;      /* the gravest it ever had */
	char outcome[16], cause[16];  /* "": not closed; not said */
	bool by_person;               /* closed by somebody who says how the person was seen */
	int64_t closed_at, missed_at; /* missed_at: the deadline of the first missed cause */
	int64_t told_at, claimed_at;  /* first after missed_at: somebody but the resident was told, said that they go */
};
struct query *report_incidents(struct store *s, int64_t from_at, int64_t until_at);
bool report_incidents_next(struct query *q, struct report_incident *i);

/* What happened to who holds those incidents, each incident's events together and in order; person: who did it, of
 * `handed` to whom it was. */
struct report_hold {
	char district[65], event[32], person[PERSON];
	int64_t incident_id, at;
};
struct query *report_holds(struct store *s, int64_t from_at, int64_t until_at);
bool report_holds_next(struct query *q, struct report_hold *h);

/* Devices in use by residents in service as they are now, and those taken out of use in that time while the service
 * went on. A row a district. */
struct report_devices {
	char district[65];
	int64_t in_use, offline, battery, replaced;
};
struct query *report_devices(struct store *s, int64_t from_at, int64_t until_at);
bool report_devices_next(struct query *q, struct report_devices *d);

/* People met and spoken to in that time, a row a district; minutes: as written, of watchers. */
struct report_contacts {
	char district[65];
	int64_t visits, calls, minutes;
};
struct query *report_contacts(struct store *s, int64_t from_at, int64_t until_at);
bool report_contacts_next(struct query *q, struct report_contacts *c);

/* When the list of each district and local day was first signed. */
struct report_signature {
	char district[65];
	int32_t day;
	int64_t at;
};
struct query *report_signatures(struct store *s, int32_t from_day, int32_t until_day);
bool report_signatures_next(struct query *q, struct report_signature *g);

/* The earliest instant of which anything is known; 0: nothing is. */
int64_t report_begins_at(struct store *s);

/* So many residents that counting a month of theirs takes seconds. */
bool report_is_large(struct store *s);

struct report_district {
	char district[65], name[PERSON_NAME];
};
struct query *report_districts(struct store *s); /* by id */
bool report_districts_next(struct query *q, struct report_district *d);

#endif
