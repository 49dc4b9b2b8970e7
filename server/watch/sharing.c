/* sharing - read from link and record. */
#include <string.h>

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
