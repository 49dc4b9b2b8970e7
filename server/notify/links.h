/*
 * links - the pages that a watcher's message leads to: a fresh token for each incident the message asks about.
 *
 * A token is made in the transaction that leases the message, so that nothing is sent whose link is not stored. Each
 * try makes others; those of earlier tries stay good, for one of them may have arrived. No token is ever logged, and
 * none is kept: the store has its hash.
 */
#ifndef NOTIFY_LINKS_H
#define NOTIFY_LINKS_H

#include "common/secret.h"
#include "server/store/outbox.h"
#include "server/watch/watch.h"

#define LINK_URL 384

struct link_made {
	int64_t incident_id;
	char token[SECRET_TOKEN];
};

struct links {
	struct link_made *list;
	size_t count;
};

/*
 * Inside the lease's transaction: makes and stores the tokens of a leased message. None for a reader who is no watcher,
 * or on a channel that cannot carry a link (a button, our own log).
 */
void links_make(struct links *l, struct watch *w, const struct outbox_message *m, int64_t now);
/* The incident's page below public_url; "" where it has none. */
void links_url(const struct links *l, const char *public_url, int64_t incident_id, char url[LINK_URL]);
void links_release(struct links *l);

#endif
