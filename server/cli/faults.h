/*
 * faults - what is wrong with the files, or looks wrong: collected in any order, printed by file and line.
 */
#ifndef CLI_FAULTS_H
#define CLI_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fault {
	int file, line;     /* file: its place in the order of printing; line 0: the whole file */
	size_t order;       /* of faults of one line: as they were found */
	bool warning;       /* stops nothing */
	const char *column; /* NULL: the whole line */
	char *what;
};

struct faults {
	struct fault *list;
	size_t count, room;
	size_t errors; /* of them no warnings */
};

/* column must live as long as the faults; NULL: none. */
void fault_add(struct faults *faults, int file, int line, const char *column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void fault_warn(struct faults *faults, int file, int line, const char *column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/*
 * FILE:LINE: column: what is wrong, for up to `most` errors and as many warnings, so that neither hides the other; then
 * how many more there are.
 */
void faults_print(struct faults *faults, const char *(*file_name)(int file), size_t most, FILE *out);
void faults_release(struct faults *faults);

#endif
