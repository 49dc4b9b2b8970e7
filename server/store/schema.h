/* schema - the tables, as an append-only list of migrations; a migration's place in the list is its version. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stddef.h>

extern const char *const schema_migrations[];
extern const size_t schema_version; /* of this program: how many migrations there are */

#endif
