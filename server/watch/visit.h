/*
 * visit - people meet the resident outside an incident: a visit or a call counts as a check-in (rules 1); and a watcher
 * who has not met them, but worries, says so to staff.
 *
 * Inside the caller's transaction; who calls audits. `person` of a visit and `by` of a worry are user:LOGIN or
 * watcher:ID; who met the resident may also be anybody else, by name.
 */
#ifndef WATCH_VISIT_H
#define WATCH_VISIT_H

#include "server/store/visits.h"
#include "server/watch/refusal.h"
#include "server/watch/watch.h"

/*
 * v: all but id and entered_at, which are set; kind `visit` or `call`, at most visit_late ago. told_by: who told staff
 * of it; '' where who met them enters it. One within `stale` meets expectations as a press at that time does. The same
 * entered twice is one.
 */
bool visit_enter(struct watch *w, struct visit *v, const char *told_by, int64_t now, struct refusal *no);

/*
 * A watcher's worry: a cause of kind unwell of the resident's incident, which opens or is joined; no sign of life, and
 * nobody counts as told by it. Staff on duty hear at once what was seen. ticks: any of VISIT_TICKS, space separated;
 * ticks or a note (bytes, at most VISIT_NOTE) must be there. What was seen is kept as "TICKS: NOTE".
 */
#define VISIT_TICKS "newspapers lights sounds smell other"
#define VISIT_NOTE  700
bool visit_worry(struct watch *w, const char *resident_id, const char *by, const char *ticks, const char *note,
	int64_t now, struct refusal *no);

#endif
