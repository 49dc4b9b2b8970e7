/* sharing - read from link and record. */
#include <stdio.h>
#include <string.h>

#include "server/store/users.h"
#include "server/watch/items.h"
#include "server/watch/sharing.h"
#include "server/watch/telling.h"

bool sharing_allows(const struct link *l, const char *what)
{
	return items_have(l->shares[0] ? l->shares : ITEMS_STANDARD, what);
}

enum sharing_end sharing_end(const struct incident *i, const struct link *l)
{
	bool spoke = strcmp(i->how, "phone") == 0 || strcmp(i->how, "voice") == 0 || strcmp(i->how, "face") == 0;

	if (strcmp(i->outcome, "checked_in") == 0)
		return SHARING_END_CHECKED_IN;
	if (strcmp(i->outcome, "safe") != 0)
		return SHARING_END_OTHER;
	return spoke && l->tier && sharing_allows(l, "outcome") && !person_watcher(i->closed_by) ? SHARING_END_SPOKE
												 : SHARING_END_SAFE;
}

void sharing_seen_by(struct watch *w, const struct incident *i, char name[PERSON_NAME])
{
	snprintf(name, PERSON_NAME, "%s", users_named(w->store, i->seen_by) ? i->seen_by : "");
}
