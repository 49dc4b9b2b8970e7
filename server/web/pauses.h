/*
 * pauses - a pause as the pages read it, with its review: somebody looks again a day after it was entered.
 */
#ifndef WEB_PAUSES_H
#define WEB_PAUSES_H

#include "server/store/pauses.h"
#include "server/web/call.h"

cJSON *pause_object(struct call *c, const struct pause *p);

#endif
