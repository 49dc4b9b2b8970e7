/* import_plan - reads the files, compares each row with the stored one, and finds what is wrong. */
#include "server/cli/import_plan.h"

#include <stdlib.h>
#include <string.h>

#include "common/duration.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/cli/cell.h"
#include "server/cli/import_rules.h"
#include "server/cli/progress.h"
#include "server/store/policies.h"
#include "server/watch/ladder.h"

#define KINDS 4 /* of a person's incidents: those that a policy has steps for */

void import_init(struct import *im, struct cli *cli)
{
	*im = (struct import){ .cli = cli };
	im->checking = (struct checking){ &cli->settings, zone_day(cli->now) };
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
		sheet_read(&im->sheets[table], dir, table, &im->checking, &im->faults);
		present += im->sheets[table].present;
	}
	return present;
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

/* FNV-1a over the cells and their ends. */
uint64_t import_sum(const struct table *table, const char *const *cells)
{
	uint64_t sum = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < table->count; i++)
		for (const char *at = cells[i];; at++) {
			sum = (sum ^ (unsigned char)*at) * UINT64_C(1099511628211);
			if (!*at)
				break;
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
			fault_add(&im->faults, (int)(table - tables), row->line, table->columns[i].name,
				"is required for a new %s", table->row);
}

static enum row_change compare_row(struct import *im, enum import_table table, struct row *row)
{
	const struct sheet *sheet = &im->sheets[table];
	struct import_row stored;
	const char *merged[IMPORT_CELLS];
	bool found = imports_find(&im->cli->store, table, row->cells, &stored);

	if (table == IMPORT_LINKS) {
		const char *tier = table_cell(sheet->table, row->cells, "tier");

		if (tier && !*tier)
			return found ? ROW_REMOVED : ROW_SAME;
	}
	import_merge(sheet, row, found ? &stored : NULL, merged);
	import_check_row(im, table, row, merged);
	row->unnumbered = table == IMPORT_LINKS && !*table_cell(sheet->table, merged, "label");
	if (!found) {
		check_required(im, sheet, row);
		return ROW_NEW;
	}
	row->stored = import_sum(sheet->table, stored.cells);
	return is_same(sheet->table, merged, stored.cells) && !row->unnumbered ? ROW_SAME : ROW_CHANGED;
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

/* Whether the stored policy has just these steps. */
static bool is_same_policy(struct row **steps, size_t n, const struct policy_step *stored, size_t stored_n)
{
	if (n != stored_n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(steps[i]->cells[1], stored[i].kind) != 0 ||
			strcmp(steps[i]->cells[2], stored[i].after) != 0 ||
			strcmp(steps[i]->cells[3], stored[i].notify) != 0)
			return false;
	return true;
}

static void check_policy(struct import *im, struct row **steps, size_t n)
{
	size_t of_kind = 0;

	for (size_t i = 0; i < n; i++) {
		of_kind = i && strcmp(steps[i - 1]->cells[1], steps[i]->cells[1]) == 0 ? of_kind + 1 : 1;
		if (of_kind == LADDER_STEPS + 1)
			fault_add(&im->faults, IMPORT_POLICIES, steps[i]->line, "kind",
				"more than %d steps for %s in %.64s", LADDER_STEPS, steps[i]->cells[1],
				steps[i]->cells[0]);
	}
}

/* A policy is replaced whole, so its steps are compared together. */
static void compare_policies(struct import *im)
{
	struct sheet *sheet = &im->sheets[IMPORT_POLICIES];
	struct row **steps = import_steps(sheet);
	size_t n;

	for (size_t i = 0; i < sheet->count; i += n) {
		struct policy_step stored[KINDS * LADDER_STEPS + 1];
		size_t stored_n = policies_steps(
			&im->cli->store, steps[i]->cells[0], stored, sizeof(stored) / sizeof(stored[0]));
		enum row_change change;

		for (n = 1; i + n < sheet->count && strcmp(steps[i]->cells[0], steps[i + n]->cells[0]) == 0; n++)
			;
		check_policy(im, steps + i, n);
		change = is_same_policy(steps + i, n, stored, stored_n) ? ROW_SAME : stored_n ? ROW_CHANGED : ROW_NEW;
		for (size_t k = 0; k < n; k++)
			steps[i + k]->change = change;
		im->counts[IMPORT_POLICIES][change] += n;
	}
	free(steps);
}

bool import_compare(struct import *im)
{
	struct store *store = &im->cli->store;
	bool read;

	if (!db_begin_read(store->db))
		return false;
	compare_policies(im);
	for (enum import_table table = 0; table < IMPORT_TABLES; table++) {
		struct sheet *sheet = &im->sheets[table];
		struct progress progress;

		if (table == IMPORT_POLICIES)
			continue;
		progress_begin(&progress, "checking %s", sheet->table->file);
		for (size_t i = 0; i < sheet->count; i++) {
			struct row *row = &sheet->rows[i];

			progress_show(&progress, (int64_t)i, (int64_t)sheet->count);
			if (row->broken)
				continue;
			import_check_references(im, table, row);
			if (!key_is_whole(sheet->table, row))
				continue;
			row->change = compare_row(im, table, row);
			im->counts[table][row->change]++;
		}
		progress_end(&progress);
	}
	read = db_status(store->db) == DB_FINE;
	db_rollback(store->db);
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
