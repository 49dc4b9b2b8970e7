/*
 * imports - the tables as their import files hold them (contract 2): cells of text in the order of the contract's
 * columns, key first, '' for an empty cell. Import compares and writes rows with it, export reads them all.
 *
 * Columns that no file has (signs of life, passwords, …) keep what they hold.
 */
#ifndef STORE_IMPORTS_H
#define STORE_IMPORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/store/store.h"

/* In the order in which they are written: what is named comes before what names it. */
enum import_table {
	IMPORT_DISTRICTS,
	IMPORT_POLICIES,
	IMPORT_RESIDENTS,
	IMPORT_WATCHERS,
	IMPORT_LINKS,
	IMPORT_DEVICES,
	IMPORT_USERS,
	IMPORT_PAUSES,
	IMPORT_TABLES
};

#define IMPORT_CELLS 23 /* columns of the widest table */

/* A stored row, copied. */
struct import_row {
	const char *cells[IMPORT_CELLS]; /* point into text */
	char text[16384];
};

/* Every row of a table by key: step with imports_next, whose cells live until the next step. */
struct query *imports_all(struct store *s, enum import_table table);
bool imports_next(struct query *q, enum import_table table, const char *cells[IMPORT_CELLS]);
int64_t imports_ended_at(struct query *q); /* of the resident just read: when the service ended; 0: it has not */

/* Not for policies, whose rows are replaced together. */
bool imports_find(struct store *s, enum import_table table, const char *const *key, struct import_row *row);
/* False: a row of that key is there already. */
bool imports_add(struct store *s, enum import_table table, const char *const *cells);
/* False: there is none of that key. */
bool imports_change(struct store *s, enum import_table table, const char *const *cells);

/* The service of one whose end had come goes on, with the devices it had then. */
void imports_resume(struct store *s, const char *resident_id);

/* A policy's steps: none any more; one more, in its place among those of its kind. */
void imports_clear_policy(struct store *s, const char *policy);
void imports_add_step(struct store *s, const char *const *cells, int position);

void imports_unlink(struct store *s, const char *resident_id, const char *watcher_id);
int64_t imports_links_of(struct store *s, const char *watcher_id); /* how many links a watcher has */
/* Sets taken[n - 1] for each label of this watcher's links that is a number n, from 1 to `most`. */
void imports_labels(struct store *s, const char *watcher_id, bool *taken, size_t most);

/* A district or policy that has ended although somebody in service has it: which of the two; IMPORT_TABLES: none. */
enum import_table imports_ended(struct store *s, char id[65]);

/* A watcher id that is a login as well, so that nobody could say who is meant. */
bool imports_ambiguous(struct store *s, char id[65]);

#endif
