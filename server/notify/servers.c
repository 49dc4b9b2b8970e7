/* servers - see there. */
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "server/notify/servers.h"

#define PROBE_EVERY (5 * SECOND)

/* One with nothing under way, the longest unused; NULL: there is none. */
static struct server *at_rest(struct servers *s)
{
	struct server *oldest = NULL;

	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].in_hand == 0 && (!oldest || s->list[i].used_at < oldest->used_at))
			oldest = &s->list[i];
	return oldest;
}

struct server *servers_find(struct servers *s, const char *name, int64_t boot)
{
	struct server *found = NULL;

	for (size_t i = 0; i < s->count && !found; i++)
		if (strcmp(s->list[i].name, name) == 0)
			found = &s->list[i];
	if (!found) {
		found = s->count < SERVERS_MOST ? &s->list[s->count++] : at_rest(s);
		if (!found)
			return NULL;
		*found = (struct server){ .in_hand = 0 };
		snprintf(found->name, sizeof(found->name), "%s", name);
	}
	found->used_at = boot;
	return found;
}

static void count_on(struct server *s, int64_t boot)
{
	if (boot - s->count_from < SERVER_AHEAD_MS)
		return;
	s->took_before = boot - s->count_from < 2 * SERVER_AHEAD_MS ? s->took : 0;
	s->took = 0;
	s->count_from = boot;
}

enum server_now server_now(struct server *s, bool urgent, size_t free, int64_t boot)
{
	int most = SERVER_AT_A_TIME;

	if (s->silent >= SERVER_SILENT_MOST)
		return (urgent ? s->in_hand < SERVER_URGENT_PROBES : s->in_hand == 0 && boot >= s->probe_at)
			       ? SERVER_TAKES
			       : SERVER_AWAY;
	count_on(s, boot);
	most = s->took > most ? s->took : most;
	most = s->took_before > most ? s->took_before : most;
	if (urgent)
		most += SERVER_URGENT_MORE;
	else if (most > (int)free)
		most = (int)free;
	return s->in_hand < most ? SERVER_TAKES : SERVER_FULL;
}

void server_begin(struct server *s)
{
	s->in_hand++;
}

void server_end(struct server *s, bool answered, int64_t boot)
{
	count_on(s, boot);
	s->in_hand--;
	s->took += answered;
	s->silent = answered ? 0 : s->silent + 1;
	s->probe_at = boot + PROBE_EVERY;
}

void server_give_back(struct server *s)
{
	s->in_hand--;
}
