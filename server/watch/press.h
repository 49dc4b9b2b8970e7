/*
 * press - a check-in, a device's state or something unreadable came in (rules 1).
 *
 * All run inside the caller's open transaction; what they answer may leave only after its commit. A check-in that the
 * store refuses makes the transaction fail like any other: who reads in batches guards each with db_save and db_keep.
 *
 * What is asked about a device (incident_ask, subject its id) has as detail: `same_id`, or `unknown_help` and, after a
 * space, when it was pressed (ms).
 */
#ifndef WATCH_PRESS_H
#define WATCH_PRESS_H

#include "common/checkin.h"
#include "server/watch/watch.h"

/*
 * Takes one check-in as read from the broker or entered, heard at `now`. kept_since_at: 0, or when the blind period
 * began, for one that the broker kept for us while we were deaf. Fills the ack, text included.
 */
void press_take(struct watch *w, const struct checkin *c, int64_t now, int64_t kept_since_at, struct ack *ack);

/*
 * Staff or a watcher saw the resident, or spoke with them, at an instant (rules 1): a check-in of kind ok of the device
 * `staff/RESIDENT`. by: the person.
 */
void press_record(struct watch *w, const char *resident_id, const char *by, int64_t at, int64_t now);

/* A message on a device's checkin topic that is none: counted, kept for staff, answered `rejected`. */
void press_reject(struct watch *w, const char *device_id, const char *press_id, const char *reason, const void *payload,
	size_t len, int64_t now, struct ack *ack);

/* A device said how it is. Says something about the button, never about the person. */
void press_state(struct watch *w, const char *device_id, const struct device_state *state, int64_t now);

/*
 * The clock was set ahead by so much. Where it had been set back before, signs of life were cut to that time, and
 * presses came with times that never were: whom they may meet is not judged missed. Inside a transaction.
 */
void press_clock_returned(struct watch *w, int64_t by_ms, int64_t now);

/* The same, where nobody set it back: it has been behind by so much since an instant of its own. */
void press_clock_was_behind(struct watch *w, int64_t since_at, int64_t by_ms, int64_t now);

#endif
