/*
 * exports - what happened, row by row, for export's files: check-ins, incidents, the timeline.
 */
#ifndef STORE_EXPORTS_H
#define STORE_EXPORTS_H

#include "server/store/store.h"

/* Each gives its rows in the order in which they came to be; columns as said, times as instants. */
struct query *exports_checkins(struct store *s); /* device_id id kind pressed_at heard_at */
/*
 * id resident_id kind subject detail district state opened_at closed_at outcome cause how seen_by closed_by until
 * note step claimed_by claimed_until
 */
struct query *exports_incidents(struct store *s);
struct query *exports_timeline(struct store *s); /* id incident_id resident_id at event person detail */

#endif
