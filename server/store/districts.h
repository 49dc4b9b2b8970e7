/*
 * districts - the units of lists, reports and coordinators, with how many residents are in service in each.
 */
#ifndef STORE_DISTRICTS_H
#define STORE_DISTRICTS_H

#include "server/store/residents.h"

struct district {
	char district[65], name[PERSON_NAME];
	int64_t residents;
	int64_t ended_at; /* nobody can live there any more; 0: it goes on */
	char end_reason[512];
};
size_t districts_list(struct store *s, struct district *list, size_t most); /* by id */
bool districts_find(struct store *s, const char *district, struct district *d);

/* All of them by id, without their residents: step with districts_next. */
struct query *districts_all(struct store *s);
bool districts_next(struct query *q, struct district *d);

/* Whether there is one of that id that has ended. */
bool districts_ended(struct store *s, const char *district);
/* Ends it, or with `at` 0 takes its end back. False: that is how it stands already, or there is none. */
bool districts_end(struct store *s, const char *district, int64_t at, const char *reason);

#endif
