/*
 * consents - what was agreed about a resident, when and by whom: a history, in which the latest entered about the same
 * thing holds. Rows are added and never edited; what holds is written into the record and the link as well.
 */
#ifndef STORE_CONSENTS_H
#define STORE_CONSENTS_H

#include "server/store/incidents.h"
#include "server/store/watchers.h"

struct consent {
	int64_t id;
	char resident_id[RESIDENT_ID];
	char what[16];               /* service, entry, link */
	char watcher_id[WATCHER_ID]; /* of link: whom it lets be told; else "" */
	char items[96];              /* of link: what may be told, as shares; of entry: police, or "" */
	bool given;                  /* false: taken back, or refused */
	char agreed_on[16];          /* local date */
	char agreed_by[PERSON_NAME]; /* the resident, or who speaks for them */
	char form[16];               /* paper, spoken, online */
	char note[1024], entered_by[PERSON];
	int64_t entered_at;
};

int64_t consents_add(struct store *s, const struct consent *c); /* its id */
/* Of a resident, latest first, those before an id (0: from the latest on); entry false: without those about entering.
 * How many (at most `most`). */
size_t consents_of(
	struct store *s, const char *resident_id, bool entry, int64_t before_id, struct consent *list, size_t most);
/* The one that holds; watcher_id: of link, else "". False: nothing was ever said. */
bool consents_latest(
	struct store *s, const char *resident_id, const char *what, const char *watcher_id, struct consent *c);

/* What follows from it in record and link. */
void consents_set_service(struct store *s, const char *resident_id, const char *consent_on);
void consents_set_entry(struct store *s, const char *resident_id, const char *entry_consent);
void consents_set_shares(struct store *s, const char *resident_id, const char *watcher_id, const char *shares);

#endif
