/*
 * progress - how far long work has come: one line on standard error, written over and over, only on a terminal.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	char what[64];    /* what is being done: "writing residents.csv" */
	const char *file; /* of a table: which; NULL none */
	bool terminal;    /* standard error is one */
	bool shown;       /* a line stands there */
	int64_t shown_at; /* since boot, ms; at first when it began, so that short work shows nothing */
};

void progress_begin(struct progress *progress, const char *what, ...) __attribute__((format(printf, 2, 3)));
/* Shows `done` of `all` (0: unknown, only the count), some times a second. db_backup takes it as it is. */
void progress_show(void *progress, int64_t done, int64_t all);
/* What a clerk of the tables calls (tables/clerk.h): begins, shows and ends as the work does. */
void progress_table(void *progress, const char *doing, const char *file, int64_t done, int64_t all);
/* Takes the line away, so that what is printed next stands on a clean one. */
void progress_end(struct progress *progress);

#endif
