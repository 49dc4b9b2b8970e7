/*
 * outbox - the sender's side of the notifications: which messages are due, leased to one sender at a time.
 *
 * A message is what a person gets at once on one channel: one notification or several. The first to a person leaves
 * at once; what follows within group_ms waits and goes as one, or as several where it is more than one holds; what is
 * urgent goes alone, never waits, and lets nobody else wait for longer. Members and
 * the message's id (that of its first member, and the time) are fixed at the first lease, so that a re-send is the same
 * message and nothing joins it later. A lease that runs out (its holder was killed) makes the message due again.
 *
 * All functions but outbox_open run inside the caller's transaction, which should be short: it holds the write lock.
 */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "server/store/notifications.h"

enum {
	OUTBOX_MEMBERS = 200, /* of one message at most; what is left over follows as the next */
};

struct outbox_message {
	int64_t message_id, message_at; /* at: of its first lease; it stays as it is when the clock is set back */
	char person[PERSON], channel[ADDRESS];
	bool urgent;
	int tries; /* this one included */
	size_t count;
	int64_t ids[OUTBOX_MEMBERS]; /* its notifications, ascending */
};

struct outbox_terms {
	const char *who;  /* the sender: client_id */
	int64_t lease_ms; /* longer than any attempt can take */
	int64_t group_ms;
	/*
	 * Whether the sender has room for one more message to this address now; asked once for each message that would
	 * be leased, in order. message_id is 0 for one never leased before. So a slow server fills no lease. Where it
	 * said no many times in a row, the others of that place are not asked about. NULL: what is urgent has no more
	 * room than the rest.
	 */
	bool (*room)(void *context, int64_t message_id, const char *channel);
	bool (*room_urgent)(void *context, int64_t message_id, const char *channel);
	void *context;
	const char *from; /* places after this address have their turn first; NULL: the first */
};

/*
 * Leases due messages of one kind of channel ("mail"; "" any): those whose lease ran out, then urgent ones, then the
 * others, place by place, longest due first. Counts the try. Alerts put off to their reader's hours wait while somebody
 * has claimed their incident. How many, at most `most`.
 */
size_t outbox_lease(struct store *s, const struct outbox_terms *terms, const char *kind, int64_t now,
	struct outbox_message *list, size_t most);

/* Ends the leases a former run of this sender left behind: what it had in hand is due at once. */
void outbox_take_over(struct store *s, const char *who);

/*
 * The clock was set back: what waits for its first try, or for its next further ahead than any try can be, is due now,
 * what was written or tried ahead of now counts as of now, and who was put off to their hours hears at that hour, a day
 * ahead at most.
 */
void outbox_cut(struct store *s, int64_t now, int64_t longest_ms);

/*
 * When the sender should look again: now, if something is due (a lease that found it waiting for its group has put it
 * off to then); else the earliest
 * time stored; INT64_MAX: nothing waits.
 */
int64_t outbox_next_due(struct store *s, int64_t now);

/* What a message's words need. Those asked about an incident but the resident, once each, by name of person: at most
 * `most`. */
size_t outbox_asked(struct store *s, int64_t incident_id, char (*persons)[PERSON], size_t most);
/* How many watchers but this person were asked about it: `most` for more than that. */
size_t outbox_others_asked(struct store *s, int64_t incident_id, const char *person, size_t most);
/* Whether this person was asked about the incident in an earlier round, and a channel took it. */
bool outbox_asked_before(struct store *s, int64_t incident_id, const char *person, int round);
/* Whether a watcher but this person has heard, or is about to, of what came at `since` or later: a step fired, a cause.
 */
bool outbox_others_told(struct store *s, int64_t incident_id, const char *person, int64_t since);
/* When the first of those put off to their hours is told; INT64_MAX: nobody is put off. */
int64_t outbox_put_off_to(struct store *s, int64_t incident_id, int64_t now);

/* For /metrics: when the notification that waits longest was first due; INT64_MAX: nothing that is due waits. */
int64_t outbox_oldest_due(struct store *s, int64_t now);

#endif
