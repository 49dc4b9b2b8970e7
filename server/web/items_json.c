/* items_json - words to and fro. */
#include "server/web/items_json.h"

#include <string.h>

#include "server/watch/items.h"

enum { ITEMS_MOST = 8 };

void items_json_add(cJSON *object, const char *name, const char *items)
{
	cJSON *list = cJSON_AddArrayToObject(object, name);
	char word[32];

	for (const char *at = items; *(at += strspn(at, " ")); at += strcspn(at, " ")) {
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(at, " "), at);
		cJSON_AddItemToArray(list, cJSON_CreateString(word));
	}
}

void items_json_read(struct call *c, const char *name, const char *known, char *items, size_t size, enum body_need need)
{
	const cJSON *list = body_list(c, name, ITEMS_MOST, need), *one;

	items[0] = '\0';
	cJSON_ArrayForEach(one, list)
	{
		if (cJSON_IsString(one) && one->valuestring[0] && !strchr(one->valuestring, ' ') &&
			items_are_of(one->valuestring, known))
			items_add(items, size, one->valuestring);
		else
			body_fault_coded(c, name, "one_of", known, "holds another word than: %s", known);
	}
	if (list && need == BODY_NEEDED && !items[0])
		body_fault_coded(c, name, "required", "", "is empty");
}
