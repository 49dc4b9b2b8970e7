/*
 * enrolment - everybody enrolled, as the checks of the enrolment need them: a few wide reads instead of many narrow.
 *
 * Each query is stepped through with its own _next, inside one transaction.
 */
#ifndef STORE_ENROLMENT_H
#define STORE_ENROLMENT_H

#include "server/store/incidents.h"
#include "server/store/watchers.h"

/* Residents in service, by id. */
struct enrolment_resident {
	char resident_id[RESIDENT_ID]; /* first: it is what facts.h finds them by */
	char name[PERSON_NAME], kana[PERSON_NAME], district[65], policy[65], category[32];
	bool identified; /* by birth date or telephone */
	bool consent;
};
struct query *enrolment_residents(struct store *s);
bool enrolment_residents_next(struct query *q, struct enrolment_resident *r);

/* Watchers who have not ended by this local date. */
struct query *enrolment_watchers(struct store *s, const char *today);
bool enrolment_watchers_next(struct query *q, struct watcher *w); /* but relation and note */

/* Links of residents in service. */
struct enrolment_link {
	char resident_id[RESIDENT_ID], watcher_id[WATCHER_ID];
	int tier;
	bool know;    /* can only know the end */
	bool barred;  /* never to be told */
	bool refused; /* consent for this link was taken back */
	bool unasked; /* tells only the number, and nobody recorded what was agreed */
};
struct query *enrolment_links(struct store *s);
bool enrolment_links_next(struct query *q, struct enrolment_link *l);

/* Channels of watchers whose last message was refused or bounced. */
struct enrolment_failure {
	char person[PERSON], channel[512];
	bool bounced;
};
struct query *enrolment_failures(struct store *s);
bool enrolment_failures_next(struct query *q, struct enrolment_failure *f);

/* Who must never be told, by resident. */
struct enrolment_barred {
	char resident_id[RESIDENT_ID], watcher_id[WATCHER_ID], name[PERSON_NAME];
};
struct query *enrolment_barred(struct store *s);
bool enrolment_barred_next(struct query *q, struct enrolment_barred *b);

#endif
