/*
 * disclosures - who was told what about a resident, and why that was allowed: the record that the law on personal
 * information asks for (個人情報保護法 第29条). Rows are added and never edited.
 */
#ifndef STORE_DISCLOSURES_H
#define STORE_DISCLOSURES_H

#include "server/store/incidents.h"

#define DISCLOSURE_ITEMS 96 /* words of what was told, space separated */

struct disclosure {
	int64_t id, at;
	char resident_id[RESIDENT_ID]; /* whom it is about */
	char person[PERSON];           /* who was told: watcher:ID; "" nobody who is enrolled here */
	char name[PERSON_NAME];        /* by the name of that day */
	char items[DISCLOSURE_ITEMS];  /* any of: name place address phone care state outcome */
	char basis[16];                /* consent, emergency */
	char reason[512];              /* of an emergency */
	char by_person[PERSON];        /* user:LOGIN; "" we ourselves */
	char channel[32];              /* mail, page, telephone, … */
	int64_t incident_id;           /* 0: none */
};

int64_t disclosures_add(struct store *s, const struct disclosure *d); /* its id */
/* Whether these very items were told to that person since, about that incident (0: none), by that channel. */
bool disclosures_has(struct store *s, const struct disclosure *d, int64_t since_at);
/* Of a resident, latest first, those before an id (0: from the latest on). How many (at most `most`). */
size_t disclosures_of(
	struct store *s, const char *resident_id, int64_t before_id, struct disclosure *list, size_t most);

#endif
