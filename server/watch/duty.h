/*
 * duty - who counts as `staff` now (rules 4): users on duty for a district, and when their next duty begins.
 */
#ifndef WATCH_DUTY_H
#define WATCH_DUTY_H

#include "server/store/users.h"
#include "server/watch/refusal.h"
#include "server/watch/watch.h"

#define DUTY_STANDARD "mon-fri 08:30-17:15 -holidays" /* of users who have none of their own */

enum { DUTY_MOST = 256 }; /* users on duty at once for a district, at most */

/* Users on duty now for the district ("" any), with a channel, not away; how many. */
size_t duty_staff(struct watch *w, const char *district, int64_t now, struct user *list, size_t most);
/*
 * Who is on duty at `now` is asked once, and not for each incident of a morning: from a transaction's begin to its end,
 * in which nobody else can change a user. `roster` is the caller's, and empty.
 */
struct roster {
	int64_t now;
	bool known;
	struct user *list; /* of all districts */
	size_t count, room;
};
void duty_roster_begin(struct watch *w, struct roster *roster, int64_t now);
void duty_roster_end(struct watch *w);
bool duty_has(struct watch *w, const struct user *u, int64_t now); /* is this user on duty? */
/* When the duty ends that this user is on, `latest` where that is later; `latest` too for who is not on duty. */
int64_t duty_until(struct watch *w, const struct user *u, int64_t now, int64_t latest);
/* When the next duty for the district begins; now if it is under way; INT64_MAX if never. */
int64_t duty_next(struct watch *w, const char *district, int64_t now);
/* Whether a district is among the user's own. */
bool duty_covers(const struct user *u, const char *district);
/*
 * Whether the user may act in a district, and so be given something there. Only a coordinator is bound to their own:
 * of staff and admins those are the districts of which they are told, and who helps out elsewhere is not turned away.
 */
bool duty_may_act(const struct user *u, const char *district);
/* The user of that login, where there is one, not disabled, who may act in the district; else refused. */
bool duty_acting(struct watch *w, const char *login, const char *district, struct user *u, struct refusal *no);

/* Sets when the user's next duty begins after now: on import, and each time it began. */
void duty_schedule(struct watch *w, const char *login, int64_t now);
void duty_schedule_all(struct watch *w, int64_t now); /* after a clock was set back */

/* The dates are local and whole: from the start of `from` to the end of `to`; an empty one is open. Both empty: no. */
bool duty_away(const char *from, const char *to, int64_t now);

#endif
