/*
 * counts - how much there is of what, for /metrics: one pass over the residents, and what indexes answer.
 */
#ifndef STORE_COUNTS_H
#define STORE_COUNTS_H

#include "server/store/incidents.h"

enum resident_count {
	RESIDENTS_HELP,
	RESIDENTS_MISSED,
	RESIDENTS_LATE,    /* past DUE, unmet, not judged */
	RESIDENTS_WAITING, /* the window is open, unmet */
	RESIDENTS_OK,      /* the open expectation is met, or its window is still to come */
	RESIDENTS_PAUSED,
	RESIDENTS_UNSCHEDULED,
	RESIDENT_COUNTS
};
extern const char *const resident_count_names[RESIDENT_COUNTS];

struct counts {
	int64_t residents[RESIDENT_COUNTS]; /* in service */
	int64_t incidents[INCIDENT_KINDS];  /* not closed */
	int64_t unreached;                  /* incidents whose last firing reached nobody */
	int64_t waiting, in_flight;         /* notifications */
	int64_t oldest_due_at;              /* of those waiting; INT64_MAX: none is due */
	int64_t blind_ms;                   /* of all blind periods of this client, one under way included */
};

/* False: the store gave no answer, `c` says nothing. */
bool counts_read(struct store *s, const char *client_id, int64_t now, struct counts *c);

#endif
