/* audit - who changed or read what, when, from where and why, for good: rows are added and never edited. */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "server/store/store.h"

struct audit_entry {
	int64_t id, at;
	const char *who;     /* user:LOGIN, key:NAME/LOGIN, watcher:ID, shell:NAME; daemon: by itself */
	const char *what;    /* read, pause, claim, export … */
	const char *subject; /* whose or which: R001, W001, a login; "" none */
	const char *detail;  /* names of what changed, never secrets */
	const char *address; /* from where; "" this machine's shell */
	const char *reason;  /* where one is asked for */
};
void audit_note(struct store *s, const struct audit_entry *e); /* its id is not looked at */
/* The same from the shell, where nobody asks why. */
void audit_add(struct store *s, int64_t at, const char *who, const char *what, const char *subject, const char *detail);

/* Latest first, those before an id (0: from the latest on). Texts of an entry live until the next step. */
struct audit_filter {
	const char *who;           /* as it is noted, or without user:, watcher:, shell: or key:NAME/; "" any */
	const char *what;          /* exactly; "" any */
	const char *subject;       /* exactly, or the number of an incident: all that names it; "" any */
	int64_t from_at, until_at; /* from <= at < until */
	int64_t before_id;
};
struct query *audit_list(struct store *s, const struct audit_filter *f);
bool audit_list_next(struct query *q, struct audit_entry *e); /* db_done to leave early */

#endif
