/* duty - who counts as `staff` now. */
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/watch/duty.h"
#include "server/watch/schedule.h"

enum { PAGE = 32 }; /* users read at a time */

/* The user's duty; one that cannot be read (import refuses it) is the standard one, and said. */
static void duty_of(const struct user *u, struct schedule *s)
{
	char why[SCHEDULE_WHY];

	if (u->duty[0] && schedule_parse(s, u->duty, SCHEDULE_HOURS, why, sizeof(why)))
		return;
	if (u->duty[0])
		log_error("user=%s duty=unreadable why=\"%s\"", u->login, why);
	schedule_parse(s, DUTY_STANDARD, SCHEDULE_HOURS, why, sizeof(why));
}

bool duty_covers(const struct user *u, const char *district)
{
	const char *at = u->districts;
	size_t len = strlen(district);

	if (!u->districts[0] || !district[0])
		return true;
	while (*at) {
		size_t n = strcspn(at, " ,;");

		if (n == len && memcmp(at, district, n) == 0)
			return true;
		at += n;
		at += strspn(at, " ,;");
	}
	return false;
}

bool duty_may_act(const struct user *u, const char *district)
{
	return strcmp(u->role, "viewer") != 0 && (strcmp(u->role, "coordinator") != 0 || duty_covers(u, district));
}

bool duty_acting(struct watch *w, const char *login, const char *district, struct user *u, struct refusal *no)
{
	if (!users_find(w->store, login, u) || u->disabled_at)
		return refuse(no, REFUSED_NOT_YOURS, "%s is no active user", login);
	if (strcmp(u->role, "viewer") == 0)
		return refuse(no, REFUSED_NOT_YOURS, "%s may only look", login);
	if (!duty_may_act(u, district))
		return refuse(no, REFUSED_NOT_YOURS, "%s does not coordinate district %s", login, district);
	return true;
}

bool duty_away(const char *from, const char *to, int64_t now)
{
	int32_t today = zone_day(now), day;

	if (!from[0] && !to[0])
		return false;
	if (from[0] && date_parse(from, &day) && today < day)
		return false;
	return !(to[0] && date_parse(to, &day) && today > day);
}

bool duty_has(struct watch *w, const struct user *u, int64_t now)
{
	struct schedule s;

	duty_of(u, &s);
	return !duty_away(u->away_from, u->away_to, now) && schedule_covers(&s, w->holidays, now);
}

int64_t duty_until(struct watch *w, const struct user *u, int64_t now, int64_t latest)
{
	struct schedule s;
	int64_t away_at;
	int32_t day;

	if (!duty_has(w, u, now))
		return latest;
	duty_of(u, &s);
	latest = schedule_covered_until(&s, w->holidays, now, latest);
	if (!u->away_from[0] || !date_parse(u->away_from, &day))
		return latest;
	away_at = zone_instant(day, 0, ZONE_FIRST); /* on duty now: an absence that began is over */
	return away_at > now && away_at < latest ? away_at : latest;
}

/* The staff of a page; *page holds those after `after`, which goes on to the last of them. */
static size_t next_page(struct watch *w, char after[LOGIN], struct user page[PAGE])
{
	size_t n = users_staff(w->store, after, page, PAGE);

	if (n)
		memcpy(after, page[n - 1].login, LOGIN);
	return n;
}

void duty_roster_begin(struct watch *w, struct roster *roster, int64_t now)
{
	*roster = (struct roster){ .now = now };
	w->roster = roster;
}

void duty_roster_end(struct watch *w)
{
	free(w->roster->list);
	w->roster = NULL;
}

static void add_to_roster(struct roster *r, const struct user *u)
{
	if (r->count == r->room) {
		r->room = r->room ? 2 * r->room : PAGE;
		r->list = realloc(r->list, r->room * sizeof(*r->list));
		if (!r->list)
			fatal("error=\"out of memory\"");
	}
	r->list[r->count++] = *u;
}

static void fill_roster(struct watch *w, struct roster *r)
{
	struct user page[PAGE];
	char after[LOGIN] = "";
	size_t count;

	while ((count = next_page(w, after, page)) > 0)
		for (size_t k = 0; k < count; k++)
			if (duty_has(w, &page[k], r->now))
				add_to_roster(r, &page[k]);
	r->known = db_status(w->store->db) == DB_FINE;
}

static size_t from_roster(const struct roster *r, const char *district, struct user *list, size_t most)
{
	size_t n = 0;

	for (size_t k = 0; k < r->count && n < most; k++)
		if (duty_covers(&r->list[k], district))
			list[n++] = r->list[k];
	return n;
}

size_t duty_staff(struct watch *w, const char *district, int64_t now, struct user *list, size_t most)
{
	struct user page[PAGE];
	char after[LOGIN] = "";
	size_t count, n = 0;

	if (w->roster && w->roster->now == now) {
		if (!w->roster->known)
			fill_roster(w, w->roster);
		return from_roster(w->roster, district, list, most);
	}

	while ((count = next_page(w, after, page)) > 0)
		for (size_t k = 0; k < count && n < most; k++)
			if (duty_covers(&page[k], district) && duty_has(w, &page[k], now))
				list[n++] = page[k];
	return n;
}

/* The next beginning of this user's duty after `after`, beyond any absence; 0: none within the schedule's sight. */
static int64_t next_begin(struct watch *w, const struct user *u, int64_t after)
{
	struct schedule s;
	int64_t at = after;

	duty_of(u, &s);
	for (int tries = 0; tries < SCHEDULE_AHEAD_DAYS; tries++) {
		at = schedule_next_begin(&s, w->holidays, at);
		if (at < 0)
			return 0;
		if (!duty_away(u->away_from, u->away_to, at))
			return at;
	}
	return 0;
}

int64_t duty_next(struct watch *w, const char *district, int64_t now)
{
	struct user page[PAGE];
	char after[LOGIN] = "";
	int64_t earliest = INT64_MAX;
	size_t n;

	while ((n = next_page(w, after, page)) > 0)
		for (size_t k = 0; k < n; k++) {
			int64_t at;

			if (!duty_covers(&page[k], district))
				continue;
			if (duty_has(w, &page[k], now))
				return now;
			at = next_begin(w, &page[k], now);
			if (at && at < earliest)
				earliest = at;
		}
	return earliest;
}

void duty_schedule(struct watch *w, const char *login, int64_t now)
{
	struct user u;

	if (!users_find(w->store, login, &u))
		return;
	users_set_next_duty(w->store, login,
		u.disabled_at || !u.channels[0] || strcmp(u.role, "viewer") == 0 ? 0 : next_begin(w, &u, now));
}

void duty_schedule_all(struct watch *w, int64_t now)
{
	struct user page[PAGE];
	char after[LOGIN] = "";
	size_t n;

	while ((n = next_page(w, after, page)) > 0)
		for (size_t k = 0; k < n; k++)
			duty_schedule(w, page[k].login, now);
}
