/*
 * invariants - what is true of every store that no fault has touched: the database's own check, and our promises as
 * rows. Each is one query that finds what breaks it.
 */
#ifndef STORE_INVARIANTS_H
#define STORE_INVARIANTS_H

#include "server/store/store.h"

/* Both, outside a transaction, call `found` with each fault, one line that names the row, and say how many there are.
 */
int invariants_all(struct store *s, void (*found)(void *context, const char *fault), void *context);
/* Those about open incidents only: cheap, for each minute of a running daemon. */
int invariants_open(struct store *s, void (*found)(void *context, const char *fault), void *context);

#endif
