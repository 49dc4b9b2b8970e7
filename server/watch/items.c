/* items - words of a list. */
#include <stdio.h>
#include <string.h>

#include "server/watch/items.h"

static bool has_word(const char *items, const char *word, size_t len)
{
	for (const char *at = items; *(at += strspn(at, " ")); at += strcspn(at, " "))
		if (strcspn(at, " ") == len && memcmp(at, word, len) == 0)
			return true;
	return false;
}

bool items_have(const char *items, const char *item)
{
	return has_word(items, item, strlen(item));
}

bool items_are_of(const char *items, const char *known)
{
	for (const char *at = items; *(at += strspn(at, " ")); at += strcspn(at, " "))
		if (!has_word(known, at, strcspn(at, " ")))
			return false;
	return true;
}

void items_add(char *items, size_t size, const char *item)
{
	size_t used = strlen(items);

	if (!items_have(items, item) && used + strlen(item) + 2 <= size)
		snprintf(items + used, size - used, "%s%s", used ? " " : "", item);
}
