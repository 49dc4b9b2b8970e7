/*
 * replacement - another watcher takes the place of one, from the start of a local date (a 民生委員's term ends).
 *
 * On that day the links move with tier, can, shares and the number on the sheet; keys do not (whoever has one gives it
 * back, and staff write down who has it then). What the resident agreed to about the old watcher alone does not pass
 * on: until the new one is agreed to, the link tells the number on the sheet and nothing else. The old one's links to
 * answer by are dead, what they hold is open again, and their service ends.
 */
#ifndef WATCH_REPLACEMENT_H
#define WATCH_REPLACEMENT_H

#include "server/store/replacements.h"
#include "server/watch/refusal.h"
#include "server/watch/watch.h"

#define REPLACEMENT_HOMES 1024 /* of one watcher, looked at */

/* What comes of one of the old watcher's homes. */
struct replacement_home {
	struct link link;   /* as the new one will have it */
	bool barred;        /* never to be told about this resident: not moved */
	bool linked;        /* looks in there already: keeps their own number, the lower tier counts */
	bool needs_consent; /* what was agreed names the old one: until it is renewed, only the number is told */
	bool key;           /* the old one has a key */
	bool renumbered;    /* the number was taken on the new one's sheet */
};
/* By resident. How many (at most `most`). */
size_t replacement_homes(
	struct watch *w, const char *old_id, const char *new_id, struct replacement_home *list, size_t most);

/* r: old_id, new_id, from_on, reason. False and no; else r->id is set. Inside the caller's transaction; they audit. */
bool replacement_plan(struct watch *w, struct replacement *r, const char *by, int64_t now, struct refusal *no);
/* Only before it is done. */
bool replacement_drop(struct watch *w, int64_t id, struct refusal *no, int64_t now);

/* Those whose day has come, but not just after a long deafness or a jump of the clock. True: more at once. */
bool replacement_run(struct watch *w, int64_t now);
int64_t replacement_next_due(struct watch *w, int64_t now); /* the next day to come; INT64_MAX: none */

#endif
