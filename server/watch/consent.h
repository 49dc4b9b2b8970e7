/*
 * consent - what a resident agreed to: that watchers are told at all (service), that somebody may enter (entry), and
 * what one watcher may be told (link). No consent, not told (rules 7).
 *
 * The latest entered holds. It is written into the record (consent_on, entry_consent) and the link (shares), from which
 * all rules read; a link whose consent was taken back is outside the circle (store/watchers.h).
 */
#ifndef WATCH_CONSENT_H
#define WATCH_CONSENT_H

#include "server/store/consents.h"
#include "server/watch/refusal.h"
#include "server/watch/watch.h"

/*
 * Records what was agreed, taken back or refused, inside the caller's transaction. c: all but id, entered_by and
 * entered_at. Of a link items are words of ITEMS_OF_LINK (or `label`: only the number on the sheet); of entry `police`
 * or "". False and no, nothing changed; else c->id is set. The caller audits it.
 */
bool consent_record(struct watch *w, struct consent *c, const char *by, int64_t now, struct refusal *no);

#endif
