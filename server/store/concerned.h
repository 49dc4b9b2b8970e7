/*
 * concerned - the residents a question about our own hearing lists, in visiting order, until each is accounted for.
 */
#ifndef STORE_CONCERNED_H
#define STORE_CONCERNED_H

#include "server/store/residents.h"

/* Those to list: unmet, not paused, without a sign of life since, and not listed for the same expectation before. */
struct concern {
	/*
	 * Deaf since then: whose window has opened by `until`. 0, where we hear: whose deadline passed undecided by
	 * `until`; `put_off_to` is how far ahead a look may have been put off.
	 */
	int64_t deaf_since, until, put_off_to;
};
bool concerned_any(struct store *s, const struct concern *c);
size_t concerned_add(struct store *s, int64_t incident_id, const struct concern *c, size_t most); /* how many */

/* Settles those who gave a sign of life since, whose expectation got its outcome or whose service ended. */
void concerned_settle(struct store *s, int64_t incident_id, int64_t now);
int64_t concerned_unsettled(struct store *s, int64_t incident_id); /* how many are left */

struct concerned {
	char resident_id[RESIDENT_ID], name[PERSON_NAME], district[65], place[193], address[512], phone[32];
	int64_t due_at, settled_at; /* 0: not yet */
};
/* In visiting order: by district, then street. How many (at most `most`). */
size_t concerned_list(struct store *s, int64_t incident_id, struct concerned *list, size_t most);
/* The districts in which they live. */
size_t concerned_districts(struct store *s, int64_t incident_id, char (*list)[65], size_t most);

/* The same of those who are still to be accounted for. */
size_t concerned_unsettled_districts(struct store *s, int64_t incident_id, char (*list)[65], size_t most);

#endif
