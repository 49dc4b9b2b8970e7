/*
 * districts - the units of lists, reports and coordinators, with how many residents are in service in each.
 */
#ifndef STORE_DISTRICTS_H
#define STORE_DISTRICTS_H

#include "server/store/residents.h"

struct district {
	char district[65], name[PERSON_NAME];
	int64_t residents;
};
size_t districts_list(struct store *s, struct district *list, size_t most); /* by id */
bool districts_find(struct store *s, const char *district, struct district *d);

#endif
