/*
 * record - what belongs to one resident, for the page about them: days, incidents, devices, people, events.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "server/store/devices.h"
#include "server/store/timeline.h"

/* A resident's expectations of the local days from one to another, in order. How many (at most `most`). */
struct record_expectation {
	int32_t day;
	int64_t opens_at, due_at, deadline_at;
	char outcome[8];     /* "": not decided */
	int64_t met_at;      /* pressed_at of what met it; 0 none */
	char met_kind[16];   /* of that press */
	int64_t met_late_at; /* a press heard after the judgement; 0 none */
};
size_t record_expectations(struct store *s, const char *resident_id, int32_t from_day, int32_t to_day,
	struct record_expectation *list, size_t most);
/* Incidents of the resident's that opened from an instant until before another, by that. */
struct record_incident {
	int64_t id, opened_at;
	char kind[16], outcome[16]; /* outcome "": open */
};
size_t record_incidents(struct store *s, const char *resident_id, int64_t from_at, int64_t until_at,
	struct record_incident *list, size_t most);
/* Presses and what staff entered for them, from an instant on, by pressed_at. */
struct record_press {
	int64_t pressed_at;
	char kind[16], device_id[DEVICE_ID];
};
size_t record_presses(
	struct store *s, const char *resident_id, int64_t from_at, struct record_press *list, size_t most);
/*
 * The first question about a resident's pauses that opened from an instant until before another and is open, or was
 * closed at `closed_since` or later; 0: none.
 */
int64_t record_pause_question(
	struct store *s, const char *resident_id, int64_t from_at, int64_t until_at, int64_t closed_since);

/* The outcomes of a resident's expectations by day, from a local day on; "" not decided. How many (at most `most`). */
struct record_day {
	int32_t day;
	char outcome[8];
};
size_t record_days(struct store *s, const char *resident_id, int32_t from_day, struct record_day *list, size_t most);

/* Incidents and questions about the resident that are open, one that lists them with others too; ids ascending. */
size_t record_open(struct store *s, const char *resident_id, int64_t *ids, size_t most);
/* All devices that are the resident's, those out of use last. */
struct record_device {
	struct device device;
	char kind[65], note[2048];
	int64_t state_at;      /* when it last said how it is; 0 never */
	int64_t last_press_at; /* when its last press was heard; 0 never */
};
size_t record_devices(struct store *s, const char *resident_id, struct record_device *list, size_t most);
/* When a channel last took a message to a person; 0: never. */
int64_t record_reached(struct store *s, const char *person);
/* The latest events, newest first; of equal instants the later one first. */
size_t record_timeline(struct store *s, const char *resident_id, struct timeline_row *list, size_t most);
/*
 * The same of an instant or later (0: from the first on) and before an event: before_at and before_id are the last
 * one's of the page before, or an instant and 0. entry false: without what was agreed about entering the home.
 */
size_t record_timeline_between(struct store *s, const char *resident_id, bool entry, int64_t from_at, int64_t before_at,
	int64_t before_id, struct timeline_row *list, size_t most);

#endif
