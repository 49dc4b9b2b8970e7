/* circle - what was under way with a watcher ends. */
#include "server/watch/circle.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/log.h"
#include "server/store/answer_tokens.h"
#include "server/watch/incident.h"
#include "server/watch/telling.h"

enum { LINKS_MOST = 1024 };

static void drop_waiting(struct watch *w, const char *resident_id, const char *person)
{
	struct incident i;

	if (incidents_open_of(w->store, resident_id, &i))
		notifications_drop_alerts(w->store, i.id, person);
}

void circle_left(struct watch *w, const char *resident_id, const char *watcher_id, int64_t now)
{
	char person[PERSON];

	PERSON_OF(person, "watcher", watcher_id);
	drop_waiting(w, resident_id, person);
	incident_free_claims(w, person, resident_id, now);
}

void circle_ended(struct watch *w, const char *watcher_id, int64_t now)
{
	struct link *links = calloc(LINKS_MOST, sizeof(*links));
	char person[PERSON];
	size_t n;

	if (!links)
		fatal("error=\"out of memory\"");
	PERSON_OF(person, "watcher", watcher_id);
	n = watchers_links(w->store, watcher_id, links, LINKS_MOST);
	for (size_t k = 0; k < n; k++)
		drop_waiting(w, links[k].resident_id, person);
	free(links);
	answer_tokens_revoke_watcher(w->store, watcher_id, now);
	incident_free_claims(w, person, "", now);
}
