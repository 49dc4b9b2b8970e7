/*
 * signoff - the daily list is signed, district by district; who forgets it is reminded.
 *
 * A list is signed against the version that its reader saw, and every line that still needs a person then is carried
 * over to somebody by name. Lists of closed days (weekends, public holidays) are signed on the next business day. At
 * unsigned_at of a business day staff on duty are told once which lists, of that day and the closed days before it, are
 * not signed; where nobody is on duty for a district then, whoever's duty begins first on that day. At midnight it is
 * dropped: the next business day speaks of its own lists.
 */
#ifndef WATCH_SIGNOFF_H
#define WATCH_SIGNOFF_H

#include "server/store/signoffs.h"
#include "server/watch/refusal.h"
#include "server/watch/watch.h"

struct signing {
	int32_t day; /* of the list: today, or one that is past */
	const char *district, *login;
	int64_t version;         /* the one that was seen */
	int64_t current_version; /* of that district's list now: daily_version_of */
	const struct signoff_line *carried;
	size_t carried_count;
};
/*
 * Inside the caller's transaction. Refused: REFUSED_CHANGED where the list is another by now; REFUSED_INVALID for a day
 * to come, a line that needs a person and is not carried, one carried that needs nobody, one carried without a reason
 * or to somebody who may not act in that district, cannot be told or is away, now or on the business day that follows
 * the list's; REFUSED_NOT_YOURS for a user who may not sign. Each line carried is noted on its incident (`carried`),
 * and the one it is carried to is told. The version that is kept is the list's with those notes. The caller audits.
 */
bool signoff_enter(struct watch *w, const struct signing *g, int64_t now, struct signoff *o, struct refusal *no);

/* Monday to Friday, and no public holiday. */
bool signoff_business_day(const struct watch *w, int32_t day);
/* When staff are told of a day's list if it is not signed by then; INT64_MAX: no business day is in sight. */
int64_t signoff_due_at(const struct watch *w, int32_t day);
/* The first of the days whose lists are signed on a business day: itself, or the closed days before it. */
int32_t signoff_first_day(const struct watch *w, int32_t business_day);

/* Tells staff on duty what is not signed, once a business day. */
void signoff_run(struct watch *w, int64_t now);
/* The next instant at which it does, after now. */
int64_t signoff_next_due(struct watch *w, int64_t now);
/* The user's duty begins: they hear what nobody was on duty to be told. Inside a transaction. */
void signoff_duty_began(struct watch *w, const struct user *u, int64_t now);

#endif
