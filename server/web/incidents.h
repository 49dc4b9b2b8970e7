/*
 * incidents - an incident as the pages read it: that of contract 4, who it is about, and how it is being handled.
 */
#ifndef WEB_INCIDENTS_H
#define WEB_INCIDENTS_H

#include "server/web/call.h"

/*
 * As it stands in lists, where of an address only its channel is said; and with its timeline, its ladder, what its
 * closing says and, for who may read records, where each was told.
 */
cJSON *incident_brief(struct call *c, const struct incident *i);
cJSON *incident_whole(struct call *c, const struct incident *i);
/*
 * Inside a transaction: audits that it is read or printed, for each resident who is shown with it. A question about
 * several is a row for each of them.
 */
void incident_audit(struct call *c, const struct incident *i, const char *what);

#endif
