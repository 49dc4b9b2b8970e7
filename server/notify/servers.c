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
		if (s->list[i].under_way == 0 && (!oldest || s->list[i].used_at < oldest->used_at))
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
		*found = (struct server){ .under_way = 0 };
		snprintf(found->name, sizeof(found->name), "%s", name);
	}
	found->used_at = boot;
	return found;
}

enum server_now server_now(const struct server *s, int64_t boot)
{
	if (s->silent < SERVER_SILENT_MOST)
		return s->under_way < SERVER_AT_A_TIME ? SERVER_TAKES : SERVER_FULL;
	return s->under_way == 0 && boot >= s->probe_at ? SERVER_TAKES : SERVER_AWAY;
}

void server_begin(struct server *s)
{
	s->under_way++;
}

void server_end(struct server *s, bool answered, int64_t boot)
{
	s->under_way--;
	s->silent = answered ? 0 : s->silent + 1;
	s->probe_at = boot + PROBE_EVERY;
}
