/*
 * residents - what several pages say of a resident.
 */
#ifndef WEB_RESIDENTS_H
#define WEB_RESIDENTS_H

#include "server/web/call.h"

/* Whether the caller may know who may enter, who holds the key and what care is needed: whoever may act on it. */
bool residents_may_know(const struct call *c);
/* Who is easily mixed up with them (`similar`); of other districts only how many (`similar_elsewhere`). */
void residents_add_similar(struct call *c, const struct resident *r, cJSON *object);

#endif
