/*
 * checkins - every message of life, once: the same device, id and kind is the same press.
 */
#ifndef STORE_CHECKINS_H
#define STORE_CHECKINS_H

#include "common/checkin.h"
#include "server/store/residents.h"

struct checkin_row {
	int64_t seq;
	char device_id[DEVICE_ID]; /* "staff/RESIDENT" where a person recorded it */
	char id[CHECKIN_ID];
	enum checkin_kind kind;
	char resident_id[RESIDENT_ID]; /* whose the device was when it came */
	int64_t pressed_at, heard_at;
	char reply_to[CHECKIN_ID];
};

/* False: it is there already, nothing changed. c->seq is set. */
bool checkins_add(struct store *s, struct checkin_row *c);
/* What may meet expectations, latest stored first, from before_seq on; at most `most`. */
struct counting_press {
	int64_t seq;
	char resident_id[RESIDENT_ID];
	int64_t pressed_at, heard_at;
};
size_t checkins_counting(struct store *s, int64_t before_seq, struct counting_press *list, size_t most);
/* Whether one of those stored lately was heard after an instant and until another. */
bool checkins_any_between(struct store *s, int64_t after, int64_t until);
/* When the press was first heard; 0: never. */
int64_t checkins_heard_at(struct store *s, const char *device_id, const char *id, enum checkin_kind kind);
/* Whether the device used this id for another kind as well. */
bool checkins_other_kind(struct store *s, const char *device_id, const char *id, enum checkin_kind kind);

/* When the resident pressed, on whatever button they had, what meets expectations and is no mere activity: by that. */
struct query *checkins_presses(struct store *s, const char *resident_id, int64_t since_at);
bool checkins_presses_next(struct query *q, int64_t *pressed_at); /* db_done to leave early */

#endif
