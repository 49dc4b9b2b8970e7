/* items_json - what may be told, or was (watch/items.h), as a list of words in JSON, and read from one. */
#ifndef WEB_ITEMS_JSON_H
#define WEB_ITEMS_JSON_H

#include "server/web/call.h"

void items_json_add(cJSON *object, const char *name, const char *items);
/* The words of a list, each one of `known`, into `items`; faults are noted for body_ends. "" where it is left out. */
void items_json_read(
	struct call *c, const char *name, const char *known, char *items, size_t size, enum body_need need);

#endif
