/*
 * view - what a request looks at: the health of the parts, and the store.
 */
#ifndef WEB_VIEW_H
#define WEB_VIEW_H

#include <stdio.h>

#include "server/health.h"
#include "server/notify/notify.h"
#include "server/store/counts.h"

struct view {
	struct health *health;
	struct notify *notify; /* NULL: there is none yet */
	struct store *store;   /* the worker's; store->db NULL: it cannot be opened now */
	const char *client_id;
	struct counted *counted;
};

/* The counts of the store, kept for a moment: anybody may ask for them, as often as they like. */
struct counted *counted_new(void);
void counted_free(struct counted *c); /* NULL is fine */

/* JSON for /readyz, to be freed; whether every part works. */
char *ready_text(struct view *v, bool *ready);
/* The Prometheus text. */
void metrics_write(struct view *v, FILE *out);

#endif
