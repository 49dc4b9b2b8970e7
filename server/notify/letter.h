/*
 * letter - one message as its reader will read it, before a channel dresses it for its carrier.
 */
#ifndef NOTIFY_LETTER_H
#define NOTIFY_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/notify/links.h"
#include "server/store/disclosures.h"
#include "server/store/notifications.h"

#define LETTER_ID 48

/* One of its notifications, in ids: what a program may be told. */
struct letter_item {
	int64_t notification_id, incident_id, expectation_id;
	char kind[16], what[16];
	int round;
	char about[RESIDENT_ID];     /* staff: the resident's id; a watcher: the label on their sheet; "" none */
	char url[LINK_URL];          /* where a watcher answers; "" nowhere */
	char told[DISCLOSURE_ITEMS]; /* what its words say about the resident to a watcher */
	bool left_out;               /* the reader may not be told this (any more): it is refused, the others go */
};

struct letter {
	char id[LETTER_ID]; /* the same over retries, and in no other message of ours: Message-ID and the like */
	int64_t message_id;
	char person[PERSON], channel[ADDRESS];
	int64_t written_at; /* of its first notification */
	int64_t until_at;   /* of no use after this (a button) */
	bool reminder;
	char subject[512];
	char *text; /* on the heap; lines end with \n; NULL where the channel has no words */
	struct letter_item *items;
	size_t count;
};
void letter_release(struct letter *l);

#endif
