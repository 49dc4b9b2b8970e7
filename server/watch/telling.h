/*
 * telling - writes notifications for people, and takes note of what became of them (rules 5).
 *
 * What notifications say is notify's business; what exists and to whom is decided here, in the transaction of the
 * cause.
 *
 * `what` is one of:
 *   alert     a step fired: please look in (watcher), please call (staff), nothing came yet (resident)
 *   duty      duty begins: this is open
 *   question  a question for staff
 *   reminder  to the resident: the check-in is awaited (round 1 at DUE, 2 at half of the grace, 3 after we were deaf)
 *   coming    to the resident: this named watcher is coming (detail: the name)
 *   claimed   to those told: somebody is going (detail: a name that may be said, to staff always; or "")
 *   released  to those told: nobody is going any more (detail: call, that one only called; no_answer, nobody answered
 *             them; "" they were going)
 *   nudge     to the claimant at two thirds of the lease
 *   asked     to the watcher who is going: a press came; did you meet?
 *   graver    to the former claimant: it has become graver (detail: the kind)
 *   joined    to the claimant: a further, lesser cause (detail: its kind)
 *   replaced  to a claimant who can only call: somebody goes (claim passed on)
 *   lost      to a claimant whose claim was taken away: they themselves are missed, or it was handed to somebody else
 *   handed    to who is to hold it from now on (detail: the name of who gave it to them)
 *   carried   to the user to whom it was carried over when the daily list was signed (detail: the reason)
 *   worry     to staff: a watcher worries about the resident (detail: what was seen, watch/visit.h)
 *   note      to staff: a watcher wrote on their page (detail: what)
 *   lapsed    to the claimant: the lease ended without a report; to staff (detail: the claimant's name)
 *   renewed   to staff: the claimant needs longer (detail: the name)
 *   no_answer to staff: who went got no answer (detail: what was seen)
 *   needs_help to staff: who went says help is needed (detail: what was seen)
 *   unreached to staff: a step reached nobody
 *   test      to a watcher: does this channel work? About no incident; each of their channels gets one
 *   unsigned  to staff: daily lists are not signed yet. About no incident; round: the day. Which, is looked up when
 * read ended     to everybody told: it is over; the kind is what they were told, the outcome is the incident's
 */
#ifndef WATCH_TELLING_H
#define WATCH_TELLING_H

#include "server/store/notifications.h"
#include "server/watch/watch.h"

/*
 * A channel took it at `now`, with its answer for the timeline; on a closed incident the person's end is added. items:
 * what the message told a watcher about the resident (watch/items.h), for the record of disclosures; "" nothing.
 */
void telling_sent(struct watch *w, int64_t notification_id, const char *items, const char *answer, int64_t now);
/*
 * It did not take it. permanent: refused, next channel at once. Else waiting again until retry_at; after next_channel
 * of failing the person's next channel is asked as well. Gives up (refused or dropped) when there is no use in more: a
 * reminder past its expectation, news of a closed incident, that somebody goes when nobody does, an end after
 * end_retry.
 */
void telling_failed(
	struct watch *w, int64_t notification_id, bool permanent, const char *answer, int64_t retry_at, int64_t now);
/* No answer came: the reader may have it, and hears how it ends; it counts as not told, and is tried again. */
void telling_unsure(struct watch *w, int64_t notification_id, const char *answer, int64_t retry_at, int64_t now);
/* It was never started, though leased: waiting again as before, as if it had been when its incident was claimed or
 * closed. */
void telling_waited(struct watch *w, int64_t notification_id, int64_t now);
/* The channel knows more later: seen, answered, bounced. */
void telling_followed(struct watch *w, int64_t notification_id, const char *state, const char *answer, int64_t now);

/* The channels of a person in order of preference, space separated as imported; a resident's devices come first. */
void telling_channels(struct watch *w, const char *person, char *channels, size_t size);
/* The reader's language: "ja" or "en". */
const char *telling_language(struct watch *w, const char *person);
/* Their name; the id where there is none. */
void telling_name(struct watch *w, const char *person, char name[PERSON_NAME]);

/* A test to each of a person's channels; their notifications' ids. How many (at most `most`). */
size_t telling_test(struct watch *w, const char *person, int64_t now, int64_t *ids, size_t most);

/* News of a day to a person's first channel, once each day; about no incident. False: no channel, or told before. */
bool telling_day(struct watch *w, const char *kind, const char *what, const char *person, int32_t day, int64_t now);

/* Reminds the resident on every device and channel. False: of this round already, or there is none. */
bool telling_remind(struct watch *w, const char *resident_id, int64_t expectation_id, int round, int64_t now);

/*
 * Writes one notification to a person's first channel (a resident: to all). Not before send_at; put_off: it waits for
 * the reader's hours. False: the person has no channel, or was told this in this round already.
 */
bool telling_write(struct watch *w, const struct incident *i, const char *what, const char *person, const char *detail,
	int64_t send_at, bool put_off, int64_t now);
/* The same to a person whose channels the caller has read. */
bool telling_write_on(struct watch *w, const struct incident *i, const char *what, const char *person,
	const char *channels, const char *detail, int64_t send_at, bool put_off, int64_t now);
/*
 * The same to everybody who was told, but `except`; `for_staff` is the detail that users get, NULL: they are left out.
 * `alerted_too` false: not to those alerted in this very round.
 */
void telling_told(struct watch *w, const struct incident *i, const char *what, const char *except, const char *detail,
	const char *for_staff, bool alerted_too, int64_t now);
/* To staff on duty for the incident's district. How many. */
size_t telling_staff(struct watch *w, const struct incident *i, const char *what, const char *except,
	const char *detail, int64_t now);
/* The incident has closed: what waits is dropped, everybody told hears the end, those who only know as well. */
void telling_end(struct watch *w, const struct incident *i, int64_t now);
/* Only those told of this kind, which is answered while a lesser cause is left. */
void telling_end_kind(struct watch *w, const struct incident *i, enum incident_kind kind, int64_t now);

#define PERSON_OF(buf, kind, id) snprintf(buf, PERSON, kind ":%s", id)
/* The id in 'watcher:ID', if it is one; else NULL. */
const char *person_watcher(const char *person);
const char *person_user(const char *person);
const char *person_resident(const char *person);

#endif
