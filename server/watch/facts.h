/*
 * facts - rows of one kind about many residents, gathered in any order and then found by resident: how what several
 * queries say of everybody is put together without asking for each.
 */
#ifndef WATCH_FACTS_H
#define WATCH_FACTS_H

#include <stddef.h>

/*
 * Whoever makes one sets `size`, that of a row, and frees `list`. A row that is to be found begins with its resident_id
 * as text.
 */
struct facts {
	char *list;
	size_t size, count, room;
};

void *facts_add(struct facts *f); /* room for one more row */
void facts_sort(struct facts *f);
/* Of sorted rows the resident's first, and with `after` the one behind it; NULL: no more. */
const void *facts_of(const struct facts *f, const char *resident_id, const void *after);

#endif
