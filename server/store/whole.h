/*
 * whole - every row stored about one resident, table by table, for a request under the law on personal information
 * (個人情報保護法 第33条) and for nothing else.
 *
 * Of others only what they are to the resident: of watchers no address or note of their own.
 */
#ifndef STORE_WHOLE_H
#define STORE_WHOLE_H

#include "server/store/store.h"

struct whole_section {
	const char *name;
	/*
	 * Names of the columns in order, space separated: `@` instants, `#` numbers, `?` yes or no, `~` local days,
	 * `%` the way of an address but not the address, else text.
	 */
	const char *columns;
	const char *sql; /* of the resident; of the sections of an incident: of its id */
	bool one;        /* one row at most: an object, else a list of them */
};
extern const struct whole_section whole_sections[];
extern const size_t whole_section_count;
/* What belongs to each row of the section `incidents`, whose first column is the id. */
extern const struct whole_section whole_incident_sections[];
extern const size_t whole_incident_section_count;

struct query *whole_read(struct store *s, const struct whole_section *section, const char *resident_id);
struct query *whole_read_incident(struct store *s, const struct whole_section *section, int64_t incident_id);

#endif
