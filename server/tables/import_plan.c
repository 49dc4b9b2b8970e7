/* import_plan - reads the files, compares each row with the stored one, and finds what is wrong. */
#include "server/tables/import_plan.h"

#include <stdlib.h>
#include <string.h>

#include "common/duration.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/policies.h"
#include "server/tables/cell.h"
#include "server/tables/import_rules.h"
#include "server/watch/ladder.h"

#define KINDS        4 /* of a person's incidents: those that a policy has steps for */
#define POLICY_STEPS (KINDS * LADDER_STEPS + 1)

#define SUM_FIRST UINT64_C(14695981039346656037)
#define SUM_PRIME UINT64_C(1099511628211)

void import_init(struct import *im, const struct clerk *clerk)
{
	*im = (struct import){ .clerk = *clerk, .store = clerk->watch->store, .today = zone_day(clerk->now) };
	for (enum import_table table = 0; table < IMPORT_TABLES; table++)
		sheet_none(&im->sheets[table], table);
}

void import_release(struct import *im)
{
	for (enum import_table table = 0; table < IMPORT_TABLES; table++)
		sheet_release(&im->sheets[table]);
	faults_release(&im->faults);
	free(im->labels);
}

int import_read(struct import *im, const char *dir)
{
	int present = 0;

	for (enum import_table table = 0; table < IMPORT_TABLES; table++) {
		sheet_release(&im->sheets[table]);
		sheet_read(&im->sheets[table], table, dir, &im->clerk, &im->faults);
		present += im->sheets[table].present;
	}
	return present;
}

static enum import_table table_of(const char *file)
{
	enum import_table table = 0;

	while (table < IMPORT_TABLES && strcmp(tables[table].file, file) != 0)
		table++;
	return table;
}

bool import_take(struct import *im, const struct import_file *files, size_t count, const char **unknown)
{
	for (size_t i = 0; i < count; i++) {
		enum import_table table = table_of(files[i].name);

		*unknown = files[i].name;
		if (table == IMPORT_TABLES || im->sheets[table].present)
			return false;
		sheet_release(&im->sheets[table]);
		sheet_take(&im->sheets[table], table, files[i].bytes, files[i].len, &im->clerk, &im->faults);
	}
	return true;
}

void import_rows(struct import *im, enum import_table table, const char *const *cells, size_t count)
{
	sheet_release(&im->sheets[table]);
	sheet_rows(&im->sheets[table], table, cells, count, &im->clerk, &im->faults);
}

void import_merge(const struct sheet *sheet, const struct row *row, const struct import_row *stored,
	const char *merged[IMPORT_CELLS])
{
	for (size_t i = 0; i < sheet->table->count; i++)
		merged[i] = row->cells[i] ? row->cells[i] : stored ? stored->cells[i] : "";
	/* An empty label asks for a number, given once: a link that has one keeps it. */
	if (sheet->table == &tables[IMPORT_LINKS] && stored) {
		int label = table_column(sheet->table, "label");

		if (!*merged[label])
			merged[label] = stored->cells[label];
	}
}

/* FNV-1a over a text and its end. */
static uint64_t sum_text(uint64_t sum, const char *text)
{
	for (;; text++) {
		sum = (sum ^ (unsigned char)*text) * SUM_PRIME;
		if (!*text)
			return sum;
	}
}

static uint64_t sum_number(uint64_t sum, uint64_t number)
{
	for (int i = 0; i < 8; i++, number >>= 8)
		sum = (sum ^ (number & 0xff)) * SUM_PRIME;
	return sum;
}

uint64_t import_sum(const struct table *table, const char *const *cells)
{
	uint64_t sum = SUM_FIRST;

	for (size_t i = 0; i < table->count; i++)
		sum = sum_text(sum, cells[i]);
	return sum | 1;
}

static uint64_t sum_steps(const struct policy_step *steps, size_t n)
{
	uint64_t sum = SUM_FIRST;

	for (size_t i = 0; i < n; i++)
		sum = sum_text(sum_text(sum_text(sum, steps[i].kind), steps[i].after), steps[i].notify);
	return n ? sum | 1 : 0;
}

uint64_t import_policy_sum(struct import *im, const char *policy)
{
	struct policy_step stored[POLICY_STEPS];

	return sum_steps(stored, policies_steps(im->store, policy, stored, POLICY_STEPS));
}

uint64_t import_plan_sum(const struct import *im)
{
	uint64_t sum = SUM_FIRST;

	for (enum import_table table = 0; table < IMPORT_TABLES; table++) {
		const struct sheet *sheet = &im->sheets[table];

		for (size_t i = 0; i < sheet->count; i++) {
			const struct row *row = &sheet->rows[i];

			sum = sum_number(
				sum, (uint64_t)table << 40 | (uint64_t)row->change << 32 | (uint32_t)row->line);
			sum = sum_number(sum, row->stored);
		}
	}
	return sum;
}

static bool is_same(const struct table *table, const char *const *a, const char *const *b)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static bool key_is_whole(const struct table *table, const struct row *row)
{
	for (size_t i = 0; i < table->keys; i++)
		if (!*row->cells[i])
			return false;
	return true;
}

/* A new row needs what is required, although the file leaves the column out. */
static void check_required(struct import *im, const struct sheet *sheet, const struct row *row)
{
	const struct table *table = sheet->table;

	for (size_t i = 0; i < table->count; i++)
		if (table->columns[i].required && !row->cells[i])
			fault_add(&im->faults, (int)(table - tables), row->line, table->columns[i].name, "required", "",
				"is required for a new %s", table->row);
}

static enum row_change changed(struct import *im, enum import_table table, enum row_change change, int line,
	const char *const *was, const char *const *is)
{
	const struct import_change to_tell = { table, change, line, was, is };

	if (im->on_change && change != ROW_SAME)
		im->on_change(im->context, &to_tell);
	return change;
}

static enum row_change compare_row(struct import *im, enum import_table table, struct row *row)
{
	const struct sheet *sheet = &im->sheets[table];
	struct import_row stored;
	const char *merged[IMPORT_CELLS];
	bool found = imports_find(im->store, table, row->cells, &stored);

	row->stored = found ? import_sum(sheet->table, stored.cells) : 0;
	if (table == IMPORT_LINKS) {
		const char *tier = table_cell(sheet->table, row->cells, "tier");

		if (tier && !*tier)
			return changed(im, table, found ? ROW_REMOVED : ROW_SAME, row->line, stored.cells, NULL);
	}
	import_merge(sheet, row, found ? &stored : NULL, merged);
	import_check_row(im, table, row, merged);
	import_check_ended(im, table, row, found ? stored.cells : NULL, merged);
	row->unnumbered = table == IMPORT_LINKS && !*table_cell(sheet->table, merged, "label");
	if (!found) {
		check_required(im, sheet, row);
		import_check_new(im, table, row, merged);
		return changed(im, table, ROW_NEW, row->line, NULL, merged);
	}
	if (is_same(sheet->table, merged, stored.cells) && !row->unnumbered)
		return ROW_SAME;
	return changed(im, table, ROW_CHANGED, row->line, stored.cells, merged);
}

static int step_order(const void *one, const void *other)
{
	const struct row *a = *(const struct row *const *)one, *b = *(const struct row *const *)other;
	int order = strcmp(a->cells[0], b->cells[0]);
	int64_t after_a = 0, after_b = 0;

	if (!order)
		order = strcmp(a->cells[1], b->cells[1]);
	if (order)
		return order;
	duration_parse(a->cells[2], &after_a);
	duration_parse(b->cells[2], &after_b);
	if (after_a != after_b)
		return after_a < after_b ? -1 : 1;
	return a->line - b->line;
}

struct row **import_steps(const struct sheet *policies)
{
	struct row **steps = malloc((policies->count + 1) * sizeof(*steps));

	if (!steps)
		fatal("error=\"out of memory\"");
	for (size_t i = 0; i < policies->count; i++)
		steps[i] = &policies->rows[i];
	qsort(steps, policies->count, sizeof(*steps), step_order);
	return steps;
}

static bool is_step(const struct row *step, const struct policy_step *stored)
{
	return strcmp(step->cells[1], stored->kind) == 0 && strcmp(step->cells[2], stored->after) == 0 &&
	       strcmp(step->cells[3], stored->notify) == 0;
}

/* Whether the stored policy has just these steps. */
static bool is_same_policy(struct row **steps, size_t n, const struct policy_step *stored, size_t stored_n)
{
	if (n != stored_n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_step(steps[i], &stored[i]))
			return false;
	return true;
}

/* A policy that is replaced: which steps it loses, and which it gets. */
static void tell_steps(
	struct import *im, struct row **steps, size_t n, const struct policy_step *stored, size_t stored_n)
{
	const char *policy = steps[0]->cells[0];
	size_t k;

	for (size_t i = 0; i < stored_n; i++) {
		const char *const was[] = { policy, stored[i].kind, stored[i].after, stored[i].notify };

		for (k = 0; k < n && !is_step(steps[k], &stored[i]); k++)
			;
		changed(im, IMPORT_POLICIES, k < n ? ROW_SAME : ROW_REMOVED, 0, was, NULL);
	}
	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < stored_n && !is_step(steps[i], &stored[k]); k++)
			;
		changed(im, IMPORT_POLICIES, k < stored_n ? ROW_SAME : ROW_NEW, steps[i]->line, NULL, steps[i]->cells);
	}
}

static void check_policy(struct import *im, struct row **steps, size_t n)
{
	size_t of_kind = 0;

	for (size_t i = 0; i < n; i++) {
		of_kind = i && strcmp(steps[i - 1]->cells[1], steps[i]->cells[1]) == 0 ? of_kind + 1 : 1;
		if (of_kind == LADDER_STEPS + 1)
			fault_add(&im->faults, IMPORT_POLICIES, steps[i]->line, "kind", "steps_many",
				steps[i]->cells[1], "more than %d steps for %s in %.64s", LADDER_STEPS,
				steps[i]->cells[1], steps[i]->cells[0]);
	}
}

/* A policy is replaced whole, so its steps are compared together. */
static void compare_policies(struct import *im)
{
	struct sheet *sheet = &im->sheets[IMPORT_POLICIES];
	struct row **steps = import_steps(sheet);
	size_t n;

	for (size_t i = 0; i < sheet->count; i += n) {
		struct policy_step stored[POLICY_STEPS];
		size_t stored_n = policies_steps(im->store, steps[i]->cells[0], stored, POLICY_STEPS);
		enum row_change change;

		for (n = 1; i + n < sheet->count && strcmp(steps[i]->cells[0], steps[i + n]->cells[0]) == 0; n++)
			;
		check_policy(im, steps + i, n);
		change = is_same_policy(steps + i, n, stored, stored_n) ? ROW_SAME : stored_n ? ROW_CHANGED : ROW_NEW;
		for (size_t k = 0; k < n; k++) {
			steps[i + k]->change = change;
			steps[i + k]->stored = sum_steps(stored, stored_n);
		}
		if (change != ROW_SAME)
			tell_steps(im, steps + i, n, stored, stored_n);
		im->counts[IMPORT_POLICIES][change] += n;
	}
	free(steps);
}

static void compare_table(struct import *im, enum import_table table)
{
	struct sheet *sheet = &im->sheets[table];

	for (size_t i = 0; i < sheet->count; i++) {
		struct row *row = &sheet->rows[i];

		clerk_shows(&im->clerk, "checking", sheet->table->file, (int64_t)i, (int64_t)sheet->count);
		if (row->broken)
			continue;
		import_check_references(im, table, row);
		if (!key_is_whole(sheet->table, row))
			continue;
		row->change = compare_row(im, table, row);
		im->counts[table][row->change]++;
	}
	clerk_shown(&im->clerk, "checking", sheet->table->file);
}

void import_judge(struct import *im)
{
	compare_policies(im);
	for (enum import_table table = 0; table < IMPORT_TABLES; table++)
		if (table != IMPORT_POLICIES)
			compare_table(im, table);
}

bool import_compare(struct import *im)
{
	struct db *db = im->store->db;
	bool read;

	if (!db_begin_read(db))
		return false;
	import_judge(im);
	read = db_status(db) == DB_FINE;
	db_rollback(db);
	return read;
}

bool import_differs(const struct import *im)
{
	for (enum import_table table = 0; table < IMPORT_TABLES; table++)
		for (int change = ROW_SAME + 1; change < ROW_CHANGES; change++)
			if (im->counts[table][change])
				return true;
	return false;
}
