/*
 * incident - an episode that needs a person: causes, claims, reports, closings (rules 3). One table, one function.
 *
 * Every function runs inside the caller's transaction. Those for people answer false and say why (one English line
 * for the shell, a code for programs); the caller rolls back then.
 */
#ifndef WATCH_INCIDENT_H
#define WATCH_INCIDENT_H

#include "server/store/incidents.h"
#include "server/watch/refusal.h"
#include "server/watch/watch.h"

/* A reason came: opens the resident's incident, or joins the open one as graver, further or lesser. */
void incident_missed(struct watch *w, const char *resident_id, int64_t expectation_id, int64_t counts_from_at,
	int64_t deadline_at, int64_t now);
/* kind: help, unwell or talk; at: pressed_at. The caller has sorted out repeats of one press. */
void incident_pressed(struct watch *w, const char *resident_id, enum incident_kind kind, int64_t checkin_seq,
	int64_t at, int64_t now);
/* A watcher worries: as if the resident were unwell, but nobody pressed. visit.h says who may and tells staff. */
void incident_worried(struct watch *w, const char *resident_id, const char *by, int64_t now);
/* A counting press: answers the missed causes it meets. */
void incident_checked_in(struct watch *w, const char *resident_id, int64_t pressed_at, int64_t now);

/*
 * A question for staff: at most one open for each kind and subject; asked again for the same thing it changes nothing,
 * for another thing it is told again at once. resident_id "" for blind. detail: what is asked, for the text. Returns
 * the incident's id.
 */
int64_t incident_ask(struct watch *w, enum incident_kind kind, const char *subject, const char *resident_id,
	const char *detail, int64_t now);
/* The question's reason is gone: closes by itself. */
void incident_answer_itself(struct watch *w, enum incident_kind kind, const char *subject, int64_t now);

/* people */
/* who: 'watcher:ID' or 'user:LOGIN'; incident_person makes it of a WHO (a watcher id or a login). */
bool incident_person(struct watch *w, const char *who, char person[PERSON]);
/* Whether the claim is a call: the claimant can only call, or is staff. */
bool incident_is_call(const char *claimed_by, bool claim_call);
/* The detail of what such a one does, for whoever reads what happened: call, nobody went; else "". */
const char *incident_by_call(bool call);
bool incident_claim(struct watch *w, int64_t id, const char *person, int64_t now, struct refusal *no); /* or renews */
/* A claimed one becomes somebody else's: a user's who may act on it, or a watcher's who can go; they are told. */
bool incident_hand_over(
	struct watch *w, int64_t id, const char *person, const char *to, int64_t now, struct refusal *no);
bool incident_release(struct watch *w, int64_t id, const char *person, int64_t now, struct refusal *no);
bool incident_decline(struct watch *w, int64_t id, const char *person, int64_t now, struct refusal *no);
enum report { REPORT_SEEN, REPORT_HEARD, REPORT_NO_ANSWER, REPORT_NEEDS_HELP };
/* note: what was seen, for staff. how: with REPORT_HEARD, phone or voice; else "". */
bool incident_report(struct watch *w, int64_t id, const char *person, enum report report, const char *how,
	const char *note, int64_t now, struct refusal *no);
/* Something that staff should know, on its timeline; it moves nothing. */
bool incident_note(struct watch *w, int64_t id, const char *person, const char *note, int64_t now, struct refusal *no);
struct closing {
	const char *outcome; /* contract 6; safe away hospital emergency facility deceased moved false_alarm answered */
	const char *cause;   /* with safe: forgot device other; "" */
	const char *how;     /* face phone voice kin authority */
	const char *seen_by; /* who saw the person */
	const char *until;   /* local date, required for hospital and away */
	const char *note;    /* required for answered */
	const char *by;      /* who closes: user:…, watcher:… or shell:… */
};
bool incident_close(struct watch *w, int64_t id, const struct closing *closing, int64_t now, struct refusal *no);
/* Somebody who claims has become missed or help as a resident: the claim is lost. */
void incident_lose_claims(struct watch *w, const char *resident_id, int64_t now);
/*
 * Whoever holds an open incident may not go any more: it is open again, as after a release. person: whose claims, ""
 * any watcher's; resident_id: about whom, "" anybody.
 */
void incident_free_claims(struct watch *w, const char *person, const char *resident_id, int64_t now);

/* Steps, leases, unreached firings and repeats that are due; questions; duty that begins. True: more at once. */
bool incident_run(struct watch *w, int64_t now);
int64_t incident_next_due(struct watch *w, int64_t now); /* INT64_MAX: never */

#endif
