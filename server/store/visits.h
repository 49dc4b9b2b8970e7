/*
 * visits - people met and spoken to outside an incident; and when anybody last was, inside one or outside.
 */
#ifndef STORE_VISITS_H
#define STORE_VISITS_H

#include "server/store/incidents.h"

struct visit {
	int64_t id;
	char resident_id[RESIDENT_ID];
	int64_t at;
	char kind[8];             /* visit, call */
	char person[PERSON_NAME]; /* who met them: user:LOGIN, watcher:ID, or a name */
	int minutes;              /* 0: nobody said */
	char note[1024];
	char entered_by[PERSON];
	int64_t entered_at;
};
void visits_add(struct store *s, struct visit *v); /* id is set */
/* Of a resident, the latest first, those before the one at before_at with before_id (0, 0: from the latest on). */
size_t visits_of(struct store *s, const char *resident_id, int64_t before_at, int64_t before_id, struct visit *list,
	size_t most);
/* Whether just this was entered already, the same form sent twice: then id and entered_at are set. */
bool visits_same(struct store *s, struct visit *v);

/* The last time that somebody met the resident or spoke with them; false: nobody ever did. */
struct contact {
	int64_t at;
	char how[8];              /* visit, call; face, phone, voice: as an incident was closed */
	char person[PERSON_NAME]; /* as of a visit, or the name of who saw the person */
};
bool visits_last_contact(struct store *s, const char *resident_id, struct contact *c);

#endif
