/*
 * disclosure - takes note of what was told about a resident to somebody outside the council, as the law on personal
 * information asks (rules 7). Inside the caller's transaction.
 *
 * Staff are no third party: what they read is audited instead. The number on a watcher's sheet tells nobody else who is
 * meant, so a message with nothing but it leaves no record.
 */
#ifndef WATCH_DISCLOSURE_H
#define WATCH_DISCLOSURE_H

#include "server/store/disclosures.h"
#include "server/watch/refusal.h"
#include "server/watch/watch.h"

/* A channel took a message to a watcher; items: what its words told about the resident, "" nothing. channel: an
 * address. */
void disclosure_told(struct watch *w, const char *resident_id, const char *person, const char *items,
	const char *channel, int64_t incident_id, int64_t now);
/*
 * A watcher's page showed this (incident_id 0: their standing page). Shown again the same day it is the same telling,
 * and leaves no second record. True: a row was written.
 */
bool disclosure_shown(struct watch *w, const char *resident_id, const char *watcher_id, const char *items,
	int64_t incident_id, int64_t now);
/* The same of a sheet on paper, made to be handed to the watcher. */
bool disclosure_paper(struct watch *w, const char *resident_id, const char *watcher_id, const char *items, int64_t now);

/*
 * Staff told somebody although there is no consent, to protect life or body. d: resident_id, name (who was told: a
 * hospital, the police, a neighbour), person (watcher:ID if it is one, else ""), items, reason, channel, incident_id;
 * the rest is filled in. False and no; else d->id is set. The caller audits it.
 */
bool disclosure_emergency(struct watch *w, struct disclosure *d, const char *by, int64_t now, struct refusal *no);

#endif
