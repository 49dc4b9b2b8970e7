/*
 * hearing - until when each of our clients has heard everything, and when it could not: rules 6.
 */
#ifndef STORE_HEARING_H
#define STORE_HEARING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/store/store.h"

struct heartbeat {
	int64_t heard_until; /* when the latest echo that came back was sent */
	int64_t beat_at;     /* when this was written */
};
bool hearing_beat(struct store *s, const char *client_id, struct heartbeat *beat);
void hearing_set_beat(struct store *s, const char *client_id, const struct heartbeat *beat);

/*
 * A blind period that began at from_at: one row, written again as more is known of it. to_at 0: not over yet.
 * remind: those past due are to be reminded now that it is over.
 */
void hearing_set_blind(struct store *s, const char *client_id, int64_t from_at, int64_t to_at, bool remind);
bool hearing_blind_open(struct store *s, const char *client_id); /* is there one that is not over? */
/* What looked like a blind period was none: the gap was short in the end. */
void hearing_forget_open(struct store *s, const char *client_id);

/* After a clock was set back: what lies ahead of now never was. */
void hearing_until(struct store *s, const char *client_id, int64_t now);

/* The end of one from an instant or before until after another, the earliest; and not after heard_until. 0: none. */
int64_t hearing_jumped_to(
	struct store *s, const char *client_id, int64_t from_until, int64_t after, int64_t heard_until);

/* Whether one of at least `lasted_ms` ended after `after`, up to now. */
bool hearing_ended(struct store *s, const char *client_id, int64_t after, int64_t now, int64_t lasted_ms);
/* The end of the latest that ended up to an instant; 0: none. */
int64_t hearing_last_end(struct store *s, const char *client_id, int64_t until);

/* The latest that ended up to an instant; false: none. */
bool hearing_last(struct store *s, const char *client_id, int64_t until, int64_t *from_at, int64_t *to_at);

/* The earliest whose residents are still to be reminded, and how far that has come. */
struct reminding {
	int64_t id, to_at;
	char reminded_to[65]; /* resident_id */
};
bool hearing_reminding(struct store *s, const char *client_id, struct reminding *r);
void hearing_reminded(struct store *s, int64_t id, const char *reminded_to, bool all);

#endif
