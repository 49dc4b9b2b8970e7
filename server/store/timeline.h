/*
 * timeline - what happened, one row an event, for an incident or a resident or both; rows are never changed.
 */
#ifndef STORE_TIMELINE_H
#define STORE_TIMELINE_H

#include "server/store/store.h"

/* Events that say what became of a message: they change nothing about anybody. For a NOT IN of SQL. */
#define TIMELINE_TELLINGS "'told', 'retry', 'refused', 'seen', 'bounced'"

/* incident_id 0 and resident_id "": none. person: who did it or was told ('watcher:W001' …), "" we ourselves. */
void timeline_add(struct store *s, int64_t incident_id, const char *resident_id, int64_t at, const char *event,
	const char *person, const char *detail);
/* Events of an incident in order: calls each. */
struct timeline_row {
	int64_t id, incident_id, at;
	char resident_id[65], event[32], person[80], detail[1100];
};
/* The latest event of this name, or the latest by an instant; false: there is none. */
bool timeline_last(struct store *s, int64_t incident_id, const char *event, struct timeline_row *row);
bool timeline_last_by(struct store *s, int64_t incident_id, const char *event, int64_t at, struct timeline_row *row);
/* The latest act of a person on it: a claim and its end, a report, a refusal to go. False: there is none. */
bool timeline_last_of(struct store *s, int64_t incident_id, const char *person, struct timeline_row *row);
/* What first took a claim from its holder after the event `since_id`. False: nothing did. */
bool timeline_claim_ended(struct store *s, int64_t incident_id, int64_t since_id, struct timeline_row *row);
/* Incidents with events behind `after` up to `until`, once each. Between: timeline_touched_next(); end: db_done(). */
struct query *timeline_touched(struct store *s, int64_t after, int64_t until);
bool timeline_touched_next(struct query *q, int64_t *incident_id, char resident_id[65], char district[65]);
size_t timeline_of_incident(struct store *s, int64_t incident_id, struct timeline_row *list, size_t most);

#endif
