/*
 * expectations - what was expected of a resident: a row from the look at DUE on, with one outcome, written once.
 */
#ifndef STORE_EXPECTATIONS_H
#define STORE_EXPECTATIONS_H

#include "server/store/residents.h"

/* The row of the open expectation, made if there is none; 0: it has its outcome already. day: local date of OPENS. */
int64_t expectations_open(struct store *s, const struct vigil *v, int32_t day);
/* Whether the row has no outcome yet at `now`. */
bool expectations_open_at(struct store *s, int64_t id, int64_t now);

/* When it was due and its deadline; false: there is none. */
bool expectations_times(struct store *s, int64_t id, int64_t *due_at, int64_t *deadline_at);

/* Its outcome: ok (met_at and met_kind say what met it; else 0 and ""), missed, paused, unknown. False: it has one. */
bool expectations_decide(
	struct store *s, int64_t id, const char *outcome, int64_t met_at, const char *met_kind, int64_t now);
/* A press heard now meets those that were judged without it. */
void expectations_met_late(struct store *s, const char *resident_id, int64_t pressed_at, int64_t now);

/* The deadline of the resident's latest expectation that opened before an instant; 0: there is none. */
int64_t expectations_last_deadline(struct store *s, const char *resident_id, int64_t before_opens_at);

/*
 * A clock was set back to now: what was decided from decided_from on of days still to come (from first_day on) is
 * undecided, but for what was met before.
 */
void expectations_annul(struct store *s, int64_t decided_from, int64_t now, int32_t first_day);
/* The earliest undecided one that opens from an instant on, with its deadline ahead: its times into `window`. */
bool expectations_undecided(
	struct store *s, const char *resident_id, int64_t opens_from, int64_t now, struct vigil *window);

/* The deadline of the latest that opened before an instant and was decided, or when the service began; 0: neither. */
int64_t expectations_known_until(struct store *s, const char *resident_id, int64_t before_opens_at);

/* How the latest of a local day that was decided came out; *late: a press came afterwards. False: none was yet. */
bool expectations_of_day(struct store *s, const char *resident_id, int32_t day, char outcome[16], bool *late);

/* The highest round of the reminders for it (0: none yet), and when the last was written. */
int expectations_reminded(struct store *s, int64_t id, int64_t *at);

#endif
