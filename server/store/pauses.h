/*
 * pauses - times when nothing is expected of a resident, as they were entered; rows are never taken away.
 *
 * A pause reaches from from_at to to_at, or to ended_at where it was ended before. Whatever changes one keeps
 * residents.paused_until, the latest such end: who asks there first is spared most looks at this table.
 */
#ifndef STORE_PAUSES_H
#define STORE_PAUSES_H

#include "server/store/incidents.h"
#include "server/store/residents.h"

struct pause {
	int64_t id;
	char resident_id[RESIDENT_ID];
	char from_on[16], to_on[16]; /* local dates as written */
	int64_t from_at, to_at;      /* to_at: the first instant after it */
	char reason[512], told_by[PERSON_NAME], entered_by[PERSON];
	int64_t entered_at;
	int64_t ended_at;           /* resumed, or the service ended; 0: it stands */
	int64_t next_question_at;   /* 0: none is to come */
	int64_t last_sign_question; /* the local day on which a press last raised one; 0 never */
};

void pauses_add(struct store *s, struct pause *p); /* sets p->id */
/* The one of this resident from this date on: of several one that stands, else the latest. */
bool pauses_find(struct store *s, const char *resident_id, const char *from_on, struct pause *p);
/* Writes all but id, resident and from_on back. */
void pauses_change(struct store *s, const struct pause *p);
/* Ends those that stand and are not over; how many. */
int64_t pauses_end(struct store *s, const char *resident_id, int64_t now);

/* Those that stand and end after an instant, by from_at. */
size_t pauses_of(struct store *s, const char *resident_id, int64_t after, struct pause *list, size_t most);
/* The same of all residents, by id from after_id on. */
size_t pauses_standing(struct store *s, int64_t after_id, int64_t after, struct pause *list, size_t most);
/* All that end after an instant, those ended early too, latest entered first. */
size_t pauses_history(struct store *s, const char *resident_id, int64_t after, struct pause *list, size_t most);
/* Whether an instant lies, or before an early end lay, in one. */
bool pauses_cover(struct store *s, const char *resident_id, int64_t at);

/* Questions: those due, earliest first; when the next one is (INT64_MAX: none); sets it (0: none); a press raised one.
 */
size_t pauses_due(struct store *s, int64_t now, struct pause *list, size_t most);
int64_t pauses_next_question_at(struct store *s);
void pauses_set_next_question(struct store *s, int64_t id, int64_t at);
void pauses_set_sign_question(struct store *s, int64_t id, int64_t day);

#endif
