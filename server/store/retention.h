/*
 * retention - old rows, found a few at a time, and their deletion; what names a resident or watcher who ended, blanked.
 *
 * Finding needs no transaction. What something that stays refers to says so (`kept`).
 */
#ifndef STORE_RETENTION_H
#define STORE_RETENTION_H

#include "server/store/residents.h"
#include "server/store/watchers.h"

/* In the order in which they are deleted: what refers to others comes first. */
enum retention_kind {
	RETENTION_INCIDENTS,    /* closed; by closed_at */
	RETENTION_EXPECTATIONS, /* decided, no cause of an incident; by local day */
	RETENTION_CHECKINS,     /* no cause of an incident; by seq */
	RETENTION_TELLINGS,     /* events of reminders and tests; by at */
	RETENTION_EVENTS,       /* other events of no incident; by at */
	RETENTION_TESTS,        /* notifications about nothing; by id */
	RETENTION_VISITS,       /* by at */
	RETENTION_PAUSES,       /* by to_at */
	RETENTION_SIGNOFFS,     /* by local day */
	RETENTION_DISCLOSURES,  /* by at */
	RETENTION_KINDS
};

struct retention_row {
	int64_t id;
	int64_t key;      /* what it is ordered by */
	int64_t at;       /* how old it is: an instant; of expectations and signoffs the local day */
	int64_t month_at; /* an instant within the month whose counts it belongs to; 0: none */
	bool kept;        /* something that stays refers to it */
};
/* Rows older than `before` (as row.at), from behind (key, id) on. How many (at most `most`). */
size_t retention_old(struct store *s, enum retention_kind kind, int64_t before, int64_t key, int64_t id,
	struct retention_row *list, size_t most);
/* With all that belongs to it alone. An incident's causes go, not what they were made of. */
void retention_delete(struct store *s, enum retention_kind kind, int64_t id);
/* What was noted as done on days before this one. How many rows (at most `most`). */
int64_t retention_delete_tasks(struct store *s, int32_t before_day, size_t most);

/* Residents whose service ended before, of whom nothing is open and who are not blanked yet. How many. */
size_t retention_ended(struct store *s, int64_t before, char (*ids)[RESIDENT_ID], size_t most);
/* The row stays, under its id; what names the person, and who was with them, is gone. */
void retention_blank(struct store *s, const char *resident_id, int64_t now);

/* Watchers who look in no more since before this local day and are not blanked yet. How many. */
size_t retention_ended_watchers(struct store *s, int32_t before_day, char (*ids)[WATCHER_ID], size_t most);
/* The row stays, under its id; what names the watcher, how to reach them and their links are gone. */
void retention_blank_watcher(struct store *s, const char *watcher_id);

#endif
