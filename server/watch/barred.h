/*
 * barred - persons who must never be told about a resident: an estranged son, a former partner (rules 7).
 *
 * One who is a watcher is outside the circle (store/watchers.h) from that moment: told nothing, not even how it ended,
 * sees nothing, may not act. One known by name only cannot be found among watchers with certainty, so every watcher of
 * the same or a similar name is warned of where they are linked, and in the checks of the enrolment.
 */
#ifndef WATCH_BARRED_H
#define WATCH_BARRED_H

#include "server/store/never_told.h"
#include "server/watch/refusal.h"
#include "server/watch/watch.h"

/*
 * n: resident_id, reason, and watcher_id or name (of a watcher the name is filled in). Inside the caller's
 * transaction; what waits for them is dropped, what they hold is open again. False and no; else n->id is set. The
 * caller audits it.
 */
bool barred_add(struct watch *w, struct never_told *n, const char *by, int64_t now, struct refusal *no);
/* They may be told again, as far as link and consent go. The entry stays as history. */
bool barred_lift(struct watch *w, int64_t id, const char *by, int64_t now, struct refusal *no);

/* Before a link is made: false and no where this watcher must never be told about the resident. */
bool barred_may_link(struct watch *w, const char *resident_id, const char *watcher_id, struct refusal *no);
/*
 * Whether a watcher's name is that of somebody never to be told about the resident, or similar: that one's name, for a
 * warning. Who is listed as this very watcher is no likeness.
 */
bool barred_resembles(struct watch *w, const char *resident_id, const struct watcher *watcher, char name[PERSON_NAME]);
/* The same of names as they stand: of one who must never be told, of a watcher. */
bool barred_alike(const char *barred, const char *name, const char *kana);
/* Watchers in service of the same or a similar name; how many (at most `most`). */
size_t barred_like(struct watch *w, const char *name, int64_t now, struct watcher_name *list, size_t most);

#endif
