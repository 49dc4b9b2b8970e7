/*
 * whole - one resident's whole record as JSON: the record, watchers, devices, check-ins, expectations, incidents with
 * their timelines and tellings, pauses, visits, consents, disclosures, who read or changed it.
 */
#ifndef WATCH_WHOLE_H
#define WATCH_WHOLE_H

#include <stdio.h>

#include "server/watch/watch.h"

/* One object, members for sections (store/whole.h), empty ones included. Inside a reading transaction. */
void whole_write(struct watch *w, const char *resident_id, int64_t now, FILE *out);

#endif
