/*
 * watch - the rules, run over the store: looks, steps, leases, pauses, duty, our own hearing.
 *
 * A rule is a function of (an open transaction, a fact, now). Those that come from outside (press.h, incident.h,
 * pause.h …) are called inside the caller's transaction; watch_run makes its own. No rule reads a clock.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "server/store/store.h"
#include "server/watch/holidays.h"
#include "server/watch/rules.h"

struct watch {
	struct store *store;
	struct rules rules;
	const struct holidays *holidays;
	char client_id[64]; /* whose heartbeat and leases */
	char language[8];   /* of readers who chose none */
	char council[128];  /* the configured name */
	char phone[64];
	struct {
		char who[80], address[64];
	} acting; /* for the audit: who acts through a page, and from where; "" whom the rule names */
	/* Whether somebody waits for the store: a transaction over many rows ends with the one in hand. NULL: nobody.
	 */
	bool (*awaited)(void *context);
	void *awaited_by;
	struct roster *roster;   /* duty.h; NULL: who is on duty is asked each time */
	int64_t complained_at;   /* when an error line last said that nobody hears */
	int64_t deaf_checked_at; /* when it was last asked whom our deafness concerns; saves work, decides nothing */
};

/*
 * One turn: everything that is due at `now`, each stage at most some hundred rows, in transactions of its own.
 * True: more is due at once. A store that is busy or unwell leaves all as it was; the next turn does it.
 */
bool watch_run(struct watch *w, int64_t now);
/* For a stage, between two rows: whether to end its transaction here. */
bool watch_awaited(const struct watch *w);
/* When the next turn is needed by a stored time (not counting what waits for our hearing); INT64_MAX: nothing. */
int64_t watch_next_due(struct watch *w, int64_t now);

/* Notes for good what a person changed through a rule; who: as the rule knows them. Inside the caller's transaction. */
void watch_audit(
	struct watch *w, int64_t at, const char *who, const char *what, const char *subject, const char *detail);

#endif
