/* faults - what is wrong with the files, collected in any order, printed by file and line. */
#include "server/tables/faults.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/utf8.h"

/* What is quoted from a file may not steer the terminal, and is whole characters where it was cut. */
static void tame(char *text)
{
	utf8_mend(text);
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = ' ';
}

static void add(struct faults *faults, struct fault fault, const char *format, va_list args)
{
	faults->errors += !fault.warning;
	if (faults->kept[fault.warning] == FAULTS_KEPT) {
		faults->others[fault.warning]++;
		return;
	}
	faults->kept[fault.warning]++;
	if (faults->count == faults->room) {
		faults->room = faults->room ? 2 * faults->room : 64;
		faults->list = realloc(faults->list, faults->room * sizeof(*faults->list));
	}
	fault.about = strdup(fault.about);
	if (!faults->list || !fault.about || vasprintf(&fault.what, format, args) < 0)
		fatal("error=\"out of memory\"");
	tame(fault.what);
	tame(fault.about);
	fault.order = faults->count;
	faults->list[faults->count++] = fault;
}

void fault_add(struct faults *faults, int file, int line, const char *column, const char *code, const char *about,
	const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(faults,
		(struct fault){
			.file = file, .line = line, .column = column, .code = code, .about = (char *)(uintptr_t)about },
		format, args);
	va_end(args);
}

void fault_warn(struct faults *faults, int file, int line, const char *column, const char *code, const char *about,
	const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(faults,
		(struct fault){ .file = file,
			.line = line,
			.column = column,
			.code = code,
			.about = (char *)(uintptr_t)about,
			.warning = true },
		format, args);
	va_end(args);
}

static int fault_order(const void *one, const void *other)
{
	const struct fault *a = one, *b = other;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

void faults_sort(struct faults *faults)
{
	if (faults->count)
		qsort(faults->list, faults->count, sizeof(*faults->list), fault_order);
}

static void print(const struct fault *fault, const char *file, FILE *out)
{
	fputs(file, out);
	if (fault->line)
		fprintf(out, ":%d", fault->line);
	fprintf(out, ": %s%s%s%s\n", fault->column ? fault->column : "", fault->column ? ": " : "",
		fault->warning ? "warning: " : "", fault->what);
}

void faults_print(struct faults *faults, const char *(*file_name)(int file), size_t most, FILE *out)
{
	size_t errors = faults->others[false], warnings = faults->others[true], printed[2] = { 0 };

	faults_sort(faults);
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->list[i];

		if (printed[fault->warning]++ < most)
			print(fault, file_name(fault->file), out);
	}
	if (printed[false] > most)
		errors += printed[false] - most;
	if (printed[true] > most)
		warnings += printed[true] - most;
	if (errors)
		fprintf(out, "and %zu more errors\n", errors);
	if (warnings)
		fprintf(out, "and %zu more warnings\n", warnings);
}

void faults_release(struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++) {
		free(faults->list[i].what);
		free(faults->list[i].about);
	}
	free(faults->list);
	*faults = (struct faults){ 0 };
}
