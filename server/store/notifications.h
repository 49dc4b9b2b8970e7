/*
 * notifications - the outbox: one message to one person about an incident, or a reminder of an expectation; or, about
 * neither, a test of a channel, and news of a day, at most one of a sort for each person and day.
 *
 * Written in the transaction of its cause (watch), sent by notify. The key makes a re-send the same notification and a
 * repeat (a higher round) a new one.
 */
#ifndef STORE_NOTIFICATIONS_H
#define STORE_NOTIFICATIONS_H

#include "server/store/incidents.h"

#define ADDRESS 512 /* of a channel, as imported: mail:a@example.jp */

struct notification {
	int64_t id, incident_id, expectation_id; /* 0: none */
	char key[1024];
	char kind[16]; /* incident kind when written, or "reminder", "test", "signoff" */
	char what[16]; /* alert, reminder, claimed, released, nudge, asked, graver, ended, lapsed, … : watch/telling.h
			*/
	int round;     /* of news of a day: the day */
	char person[PERSON], channel[ADDRESS], detail[1100], state[16];
	bool urgent, put_off, fallen_back;
	int64_t written_at, send_at;
	int64_t message_id, leased_until, first_try_at, sent_at; /* 0: none */
	int tries;
	char answer[256];
};

/* key is made here. False: it is there already, nothing changed. n->id is set. */
bool notifications_add(struct store *s, struct notification *n);
bool notifications_find(struct store *s, int64_t id, struct notification *n);
/* What still waits about an incident becomes dropped, but ends; or one person's alerts. */
void notifications_drop(struct store *s, int64_t incident_id);
void notifications_drop_claimed(struct store *s, int64_t incident_id); /* that somebody goes is no longer true */
void notifications_drop_alerts(struct store *s, int64_t incident_id, const char *person);

/* To another state, if it is in `was`; sent_at 0 leaves that as it is. */
bool notifications_move(
	struct store *s, int64_t id, const char *was, const char *state, const char *answer, int64_t sent_at);
/* A try ended without an answer: it may have arrived. */
void notifications_unsure(struct store *s, int64_t id);
/* In flight -> waiting again, not before `at`. */
bool notifications_retry(struct store *s, int64_t id, int64_t at, const char *answer);
/* In flight -> waiting again as before its lease: no try was made. */
bool notifications_give_back(struct store *s, int64_t id);
/* Marks that the person's next channel is asked as well; false: it was already. */
bool notifications_fall_back(struct store *s, int64_t id);

/*
 * Whether anybody but the resident was told in this round or because their duty began since, is in flight, or waits
 * since after waiting_since (being put off is no waiting); and whether anybody was surely told.
 */
bool notifications_reached(struct store *s, int64_t incident_id, int round, int64_t waiting_since);
bool notifications_taken(struct store *s, int64_t incident_id, int round);
/* Whether an alert of this round was written for the person, whatever became of it. */
bool notifications_alerted(struct store *s, int64_t incident_id, const char *person, int round);

/* Whether the person has heard, or is hearing, that somebody goes, and not that this is over. */
bool notifications_heard_claimed(struct store *s, int64_t incident_id, const char *person);
/* Those about an incident that a channel took for the person and they did not answer, latest first; their ids.
 * answered: those they have seen already too. */
size_t notifications_open_of(
	struct store *s, int64_t incident_id, const char *person, bool answered, int64_t *ids, size_t most);
/* What still waits for watchers is held while somebody is going. */
void notifications_hold(struct store *s, int64_t incident_id);
/* Whether everybody but the resident who was asked in this round has declined, and somebody was. */
bool notifications_all_declined(struct store *s, int64_t incident_id, int round);

/*
 * Everybody who was told about an incident, or may have been, and has not heard its end since, once each, with the
 * channel that took it last and the kind it told.
 */
struct told {
	char person[PERSON], channel[ADDRESS], kind[16];
};
size_t notifications_told(struct store *s, int64_t incident_id, struct told *list, size_t most);
/* Whether this waits to be sent to the person on that channel: it will come after whatever was sent so far. */
bool notifications_waits(
	struct store *s, int64_t incident_id, const char *what, const char *person, const char *channel);

#endif
