/*
 * incident_list - which incidents there are, and who was told of one, for lists of them.
 */
#ifndef STORE_INCIDENT_LIST_H
#define STORE_INCIDENT_LIST_H

#include "server/store/notifications.h"

/* Ids from after_id on, ascending: of those that are open, and those closed at `closed_since` or later (0: all). */
size_t incident_list(struct store *s, int64_t after_id, int64_t closed_since, int64_t *ids, size_t most);

/*
 * A page of them, for who reads on and on: open ones gravest first, then by id; closed ones latest first. `after` is
 * the last row of the page before, zeros for the first. How many (at most `most`).
 */
struct incident_filter {
	bool closed;             /* those that are over; else those that are not */
	const char *district;    /* "" all; one that lists residents belongs to each of their districts */
	const char *resident_id; /* "" all; those that list the resident too */
	/*
	 * Of a list of all: " D01 D02 ", of other districts' residents none is looked at; NULL or "" all. Those about
	 * nobody, or about several, are given in any case.
	 */
	const char *districts;
};
struct incident_place {
	int64_t rank; /* gravity, or when it closed */
	int64_t id;
};
size_t incident_list_page(struct store *s, const struct incident_filter *f, const struct incident_place *after,
	struct incident_place *list, size_t most);

/* Events of the timeline by which an incident is in somebody's hands or not, for an IN of SQL. */
#define INCIDENT_ACTS "'opened', 'graver', 'claimed', 'taken_over', 'released', 'lease_up', 'lost', 'no_answer'"
/* Which of them was the last; "" none. */
void incident_list_last_act(struct store *s, int64_t incident_id, char act[32]);

/* Everything written to anybody about an incident, in that order; step through it with _next. */
struct incident_told {
	char person[PERSON], channel[ADDRESS];
	char what[16];  /* watch/telling.h */
	char state[16]; /* of the notification */
	int64_t at;     /* when it was sent, before that when it was written */
};
struct query *incident_list_told(struct store *s, int64_t incident_id);
bool incident_list_told_next(struct query *q, struct incident_told *t);

#endif
