/*
 * faults - what is wrong with the files, or looks wrong: collected in any order, printed by file and line. Of a file
 * that is nothing but faults the first are kept, and the others counted.
 */
#ifndef TABLES_FAULTS_H
#define TABLES_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fault {
	int file, line;     /* file: its place in the order of printing; line 0: the whole file */
	size_t order;       /* of faults of one line: as they were found */
	bool warning;       /* stops nothing */
	const char *column; /* NULL: the whole line */
	const char *code;   /* a word for programs: required, too_long, one_of … (cell.h, sheet.c, import_rules.c) */
	char *about;        /* which word or id it is about, for other languages' words; "" none */
	char *what;         /* in English, for the shell */
};

enum { FAULTS_KEPT = 10000 }; /* of errors, and of warnings */

struct faults {
	struct fault *list;
	size_t count, room;
	size_t errors;             /* of them no warnings; those not kept are counted too */
	size_t kept[2], others[2]; /* errors, warnings: in the list, and no longer kept */
};

/* column and code must live as long as the faults; column NULL: none. about is copied; "" none. */
void fault_add(struct faults *faults, int file, int line, const char *column, const char *code, const char *about,
	const char *format, ...) __attribute__((format(printf, 7, 8)));
void fault_warn(struct faults *faults, int file, int line, const char *column, const char *code, const char *about,
	const char *format, ...) __attribute__((format(printf, 7, 8)));
/* By file and line, as they are printed. */
void faults_sort(struct faults *faults);

/*
 * FILE:LINE: column: what is wrong, for up to `most` errors and as many warnings, so that neither hides the other; then
 * how many more there are.
 */
void faults_print(struct faults *faults, const char *(*file_name)(int file), size_t most, FILE *out);
void faults_release(struct faults *faults);

#endif
