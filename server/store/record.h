/*
 * record - what belongs to one resident, for the page about them: days, incidents, devices, people, events.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "server/store/devices.h"
#include "server/store/timeline.h"

/* The outcomes of a resident's expectations by day, from a local day on; "" not decided. How many (at most `most`). */
struct record_day {
	int32_t day;
	char outcome[8];
};
size_t record_days(struct store *s, const char *resident_id, int32_t from_day, struct record_day *list, size_t most);

/* Incidents and questions about the resident that are open, one that lists them with others too; ids ascending. */
size_t record_open(struct store *s, const char *resident_id, int64_t *ids, size_t most);
/* All devices that are the resident's, those out of use last. */
size_t record_devices(struct store *s, const char *resident_id, struct device *list, size_t most);
/* When a channel last took a message to a person; 0: never. */
int64_t record_reached(struct store *s, const char *person);
/* The latest events, newest first. */
size_t record_timeline(struct store *s, const char *resident_id, struct timeline_row *list, size_t most);

#endif
