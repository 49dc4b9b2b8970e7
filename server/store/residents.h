/*
 * residents - those watched over: their record as staff gave it, and the open expectation the looks work on.
 */
#ifndef STORE_RESIDENTS_H
#define STORE_RESIDENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/store/store.h"

#define RESIDENT_ID 65
#define PERSON_NAME 193 /* bytes of a person's name: 64 characters */

enum look { LOOK_NONE, LOOK_DUE, LOOK_HALF, LOOK_DEADLINE };

/* The open expectation and the signs of life: what a look needs, and nothing else. */
struct vigil {
	char resident_id[RESIDENT_ID];
	int64_t opens_at, counts_from_at, due_at, deadline_at;
	int64_t expectation_id; /* 0: no row yet */
	int64_t last_press_at;  /* pressed_at of the latest counting press; 0 none */
	char last_press_kind[16];
	int64_t maybe_press_at; /* heard_at of the latest press whose true time nobody knows; 0 none */
	enum look next_look;
	int64_t next_look_at;
	int64_t paused_until;             /* the latest end of a pause entered; 0 none */
	int64_t ended_at;                 /* 0: in service */
	char schedule[512], category[32]; /* as imported; what they mean: watch/expectation.h */
	char starts[16];
};

struct resident {
	char resident_id[RESIDENT_ID];
	char name[PERSON_NAME], kana[PERSON_NAME], district[65], household[65], category[32];
	char birth_date[16], phone[32], address[512], place[193];
	char channels[512], contact[64], schedule[512], policy[65], passive[8], language[8];
	char starts[16], ends[16], end_reason[16], consent_on[16], entry_consent[16];
	char care[2048], note[2048];
	int64_t ended_at; /* 0: in service */
	int64_t last_sign_at;
	struct vigil vigil;
};

bool residents_find(struct store *s, const char *resident_id, struct resident *r);
/* What decides who is told of an incident. */
struct resident_told {
	char district[65], policy[65], category[32];
};
bool residents_told(struct store *s, const char *resident_id, struct resident_told *t);
bool residents_channels(struct store *s, const char *resident_id, char *channels, size_t size); /* only these */

/* The vigils whose look of this kind is due up to `until`, earliest first; how many (at most `most`). */
size_t residents_looks(struct store *s, enum look look, int64_t until, struct vigil *list, size_t most);
int64_t residents_next_look_at(
	struct store *s, int64_t after); /* the earliest look after an instant; INT64_MAX: none */
bool residents_vigil(struct store *s, const char *resident_id, struct vigil *v);
/* Writes the open expectation and next look back; only while the row still has the look that v was read with. */
bool residents_move(struct store *s, const struct vigil *v, enum look was, int64_t was_at);

/*
 * A sign of life came, pressed at an instant; what is later already stays. kind: of a press that counts, "" of one that
 * does not. maybe_at: when it was heard, if nobody knows its true time; else 0.
 */
void residents_sign(struct store *s, const char *resident_id, int64_t pressed_at, const char *kind, int64_t maybe_at);

/* A press may have been made as late as that; nobody knows. */
void residents_maybe(struct store *s, const char *resident_id, int64_t at);

/* Vigils by id, from after_id on, whose window is not open yet at `now`, or whose DUE is ahead of it but looked at. */
size_t residents_ahead(struct store *s, const char *after_id, int64_t now, struct vigil *list, size_t most);
/* After a clock was set back: no sign of life lies ahead of now. */
void residents_signs_until(struct store *s, int64_t now);
/* Vigils by id, from after_id on, that were due by `due_until`, are unmet and not decided. */
size_t residents_unmet(struct store *s, const char *after_id, int64_t due_until, struct vigil *list, size_t most);

/* The service began; when it was noted before, that stays. */
void residents_begin(struct store *s, const char *resident_id, int64_t at);

/* Names of those in service, by id from after_id on. */
struct resident_name {
	char resident_id[RESIDENT_ID], name[PERSON_NAME], kana[PERSON_NAME];
};
size_t residents_names(struct store *s, const char *after_id, struct resident_name *list, size_t most);

/* Those in service, or those whose service has ended, by id from after_id on: what a search looks at and shows. */
struct resident_brief {
	char resident_id[RESIDENT_ID], name[PERSON_NAME], kana[PERSON_NAME], district[65], place[193], end_reason[16];
	int64_t ended_at;
};
size_t residents_briefs(struct store *s, bool ended, const char *after_id, struct resident_brief *list, size_t most);

#endif
