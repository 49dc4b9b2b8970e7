/*
 * ends - the end of a resident's service: planned ones (`ends` of the record), the end itself, what is revoked then.
 */
#ifndef STORE_ENDS_H
#define STORE_ENDS_H

#include "server/store/residents.h"

/* Residents in service whose planned end has come by this local date, earliest first; ids. */
size_t ends_planned(struct store *s, const char *today, char (*ids)[RESIDENT_ID], size_t most);
/* The first planned end after this local date; false: none is planned. */
bool ends_next(struct store *s, const char *today, char on[16]);
/* The service ended; end_reason "" leaves what the record says. False: it had ended before. */
bool ends_set(struct store *s, const char *resident_id, int64_t at, const char *end_reason);
int64_t ends_revoke_devices(struct store *s, const char *resident_id, int64_t now); /* how many */

#endif
