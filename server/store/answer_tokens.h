/*
 * answer_tokens - the links that watchers answer by, and which browser each belongs to. A token is stored as its hash
 * only (common/secret.h), and so is a browser's id.
 *
 * A link is for one watcher and one incident; incident_id 0: the watcher's own page. Its browser is the same for every
 * token of that watcher and incident.
 */
#ifndef STORE_ANSWER_TOKENS_H
#define STORE_ANSWER_TOKENS_H

#include "common/secret.h"
#include "server/store/watchers.h"

struct answer_token {
	char watcher_id[WATCHER_ID];
	int64_t incident_id, made_at, revoked_at; /* revoked_at 0: it was not */
};

void answer_tokens_add(
	struct store *s, const char hash[SECRET_HASH], const char *watcher_id, int64_t incident_id, int64_t now);
bool answer_tokens_find(struct store *s, const char *hash, struct answer_token *t);
/* When the link to the watcher's own page was made that is good now; 0: there is none. */
int64_t answer_tokens_page(struct store *s, const char *watcher_id);

/* How many were revoked: of the watcher's own page; of all the watcher has; of all about a resident. */
int64_t answer_tokens_revoke_page(struct store *s, const char *watcher_id, int64_t now);
int64_t answer_tokens_revoke_watcher(struct store *s, const char *watcher_id, int64_t now);
int64_t answer_tokens_revoke_resident(struct store *s, const char *resident_id, int64_t now);

/* Whose it is: "" nobody's yet. */
void answer_browsers_find(struct store *s, const char *watcher_id, int64_t incident_id, char browser[SECRET_HASH]);
/* The first that says yes has it. False: another was first. */
bool answer_browsers_take(
	struct store *s, const char *watcher_id, int64_t incident_id, const char *browser, int64_t now);
/* The next that says yes may have it. False: nobody had it. */
bool answer_browsers_free(struct store *s, const char *watcher_id, int64_t incident_id);
/* Notes a form that was sent from a page. False: it is one of those noted last, sent once more. */
bool answer_browsers_form(struct store *s, const char *watcher_id, int64_t incident_id, const char *form);

#endif
