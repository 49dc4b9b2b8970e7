/*
 * signoffs - the daily list, signed: a district's list of a day was read and handled by somebody, against the version
 * they saw, with what was carried over and to whom. Rows are never changed; signed again is a further row.
 */
#ifndef STORE_SIGNOFFS_H
#define STORE_SIGNOFFS_H

#include "server/store/users.h"

struct signoff {
	int64_t id;
	int32_t day; /* of the list, not of the signing */
	char district[65];
	int64_t version;
	int64_t event_id; /* the timeline's latest then: what comes later is after signing */
	char login[LOGIN];
	int64_t at;
};
void signoffs_add(struct store *s, struct signoff *o); /* id and event_id are set */
/* Every signing of a day's lists, by district, then in the order they were made. How many (at most `most`). */
size_t signoffs_of_day(struct store *s, int32_t day, struct signoff *list, size_t most);
/* The first of a district's list of a day, or the latest; false: it is not signed. */
bool signoffs_find(struct store *s, int32_t day, const char *district, bool first, struct signoff *o);

/* A line that needed a person still. */
struct signoff_line {
	char resident_id[RESIDENT_ID], reason[512], handed_to[LOGIN];
};
void signoffs_add_line(struct store *s, int64_t signoff_id, const struct signoff_line *line);
size_t signoffs_lines(struct store *s, int64_t signoff_id, struct signoff_line *list, size_t most); /* by resident */

/*
 * The residents of a district who need a person now because of what was open before an instant: an incident, a
 * question, or one that lists them. By id.
 */
size_t signoffs_unhandled(
	struct store *s, const char *district, int64_t before_at, char (*ids)[RESIDENT_ID], size_t most);
/* The incident that such a line is about: of a person's kind before a question; 0: none is open. */
int64_t signoffs_incident(struct store *s, const char *resident_id);

/*
 * The residents of a district to whom something happened after the event that concerns the list of a day (from_at
 * until before until_at): then, or to an incident that was open by its end. That a message was sent, or a step came,
 * changes no line. By id.
 */
size_t signoffs_after(struct store *s, const char *district, int64_t event_id, int64_t from_at, int64_t until_at,
	char (*ids)[RESIDENT_ID], size_t most);

/*
 * The districts whose list of a day is not signed: they have residents in service, somebody of whom was expected by
 * that day. By id, from after_district on.
 */
struct signoff_gap {
	char district[65], name[193];
};
size_t signoffs_missing(
	struct store *s, int32_t day, const char *after_district, struct signoff_gap *list, size_t most);

#endif
