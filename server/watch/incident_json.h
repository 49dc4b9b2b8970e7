/*
 * incident_json - an incident as programs read it (contract 4), for the shell and for the web.
 */
#ifndef WATCH_INCIDENT_JSON_H
#define WATCH_INCIDENT_JSON_H

#include <stdio.h>

#include <cjson/cJSON.h>

#include "server/store/incidents.h"
#include "server/watch/watch.h"

/* The object; named: what was told to whom says their name and what it was as well (`name`, `what`). */
cJSON *incident_json(struct watch *w, const struct incident *i, bool named);
/* It, on one line without its end, not named. Trouble is left for ferror. */
void incident_write_json(struct watch *w, const struct incident *i, FILE *out);

#endif
