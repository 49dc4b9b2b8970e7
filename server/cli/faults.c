/* faults - what is wrong with the files, collected in any order, printed by file and line. */
#include "server/cli/faults.h"

#include <stdarg.h>
#include <stdlib.h>

#include "common/log.h"

static void add(struct faults *faults, struct fault fault, const char *format, va_list args)
{
	if (faults->count == faults->room) {
		faults->room = faults->room ? 2 * faults->room : 64;
		faults->list = realloc(faults->list, faults->room * sizeof(*faults->list));
	}
	if (!faults->list || vasprintf(&fault.what, format, args) < 0)
		fatal("error=\"out of memory\"");
	for (char *c = fault.what; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' '; /* what is quoted from a file may not steer the terminal */
	fault.order = faults->count;
	faults->errors += !fault.warning;
	faults->list[faults->count++] = fault;
}

void fault_add(struct faults *faults, int file, int line, const char *column, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(faults, (struct fault){ .file = file, .line = line, .column = column }, format, args);
	va_end(args);
}

void fault_warn(struct faults *faults, int file, int line, const char *column, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(faults, (struct fault){ .file = file, .line = line, .column = column, .warning = true }, format, args);
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
	size_t errors = 0, warnings = 0;

	if (faults->count)
		qsort(faults->list, faults->count, sizeof(*faults->list), fault_order);
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->list[i];
		size_t *printed = fault->warning ? &warnings : &errors;

		if ((*printed)++ < most)
			print(fault, file_name(fault->file), out);
	}
	if (errors > most)
		fprintf(out, "and %zu more errors\n", errors - most);
	if (warnings > most)
		fprintf(out, "and %zu more warnings\n", warnings - most);
}

void faults_release(struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		free(faults->list[i].what);
	free(faults->list);
	*faults = (struct faults){ 0 };
}
