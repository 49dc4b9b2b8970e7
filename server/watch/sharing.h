/*
 * sharing - what a watcher may read of a resident: by their link, in a message as on a page (rules 5 and 7).
 */
#ifndef WATCH_SHARING_H
#define WATCH_SHARING_H

#include "server/store/incidents.h"
#include "server/store/watchers.h"
#include "server/watch/watch.h"

/* Whether the link's `shares` name it: name, place, address, care, outcome. */
bool sharing_allows(const struct link *l, const char *what);

/* How an end is told to a watcher: never a diagnosis, a death or an absence. */
enum sharing_end {
	SHARING_END_CHECKED_IN,
	SHARING_END_SAFE,
	SHARING_END_SPOKE, /* to kin who may know: somebody of the council saw or spoke with them */
	SHARING_END_OTHER, /* the council has taken over */
};
enum sharing_end sharing_end(const struct incident *i, const struct link *l);
/* Whom such an end names: who saw or spoke with them, where that is somebody of the council; "" nobody. Others have not
 * agreed to it. */
void sharing_seen_by(struct watch *w, const struct incident *i, char name[PERSON_NAME]);

#endif
