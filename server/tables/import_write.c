/*
 * import_write - writes what differs, in one transaction, and what follows from it: expectations, duty, numbers.
 *
 * Presses wait for their answer while it runs, so it looks only at rows that differ, and whatever can be known before
 * is known before. Rows go in by key, which costs the store least.
 */
#include "server/tables/import_write.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/audit.h"
#include "server/watch/circle.h"
#include "server/watch/duty.h"
#include "server/watch/expectation.h"
#include "server/watch/pause.h"

struct writing {
	struct import *im;
	struct store *store;
	struct watch *watch;
	int64_t now;
};

/* A row as it is written. */
struct written {
	const struct table *table;
	const char *const *was; /* NULL: it is new */
	const char *const *is;
};

static const char *cell(const struct written *row, const char *name)
{
	return table_cell(row->table, row->is, name);
}

static bool is_changed(const struct written *row, const char *name)
{
	return strcmp(table_cell(row->table, row->was, name), cell(row, name)) != 0;
}

/*
 * Whether an end that has come is taken back: by one that is still to come, or by none where it had come as planned.
 * (One that somebody told stays, although files that do not know of it are imported again and again.)
 */
static bool is_taken_back(const struct writing *w, const struct written *row)
{
	const char *was = table_cell(row->table, row->was, "ends"), *is = cell(row, "ends");
	char day[DATE_TEXT];
	struct vigil v;

	if (strcmp(was, is) == 0 || !residents_vigil(w->store, row->is[0], &v) || !v.ended_at)
		return false;
	if (*is)
		return strcmp(is, date_format(day, w->im->today)) > 0;
	return strcmp(was, date_format(day, zone_day(v.ended_at))) <= 0;
}

static void follow_resident(const struct writing *w, const struct written *row)
{
	const char *id = row->is[0];

	if (!row->was) {
		expectation_begin(w->watch, id, w->now);
	} else if (is_taken_back(w, row)) {
		imports_resume(w->store, id);
		expectation_begin(w->watch, id, w->now);
	} else if (is_changed(row, "schedule") || is_changed(row, "category") || is_changed(row, "starts")) {
		expectation_reschedule(w->watch, id, w->now);
	}
	if (row->was && is_changed(row, "district"))
		incidents_move(w->store, id, cell(row, "district")); /* to those who look after the new one */
}

/* An end that has come ends what was under way; one that is to come is looked at when a step fires. */
static void follow_watcher(const struct writing *w, const struct written *row)
{
	char today[DATE_TEXT];

	if (row->was && is_changed(row, "ends") && *cell(row, "ends") &&
		strcmp(cell(row, "ends"), date_format(today, w->im->today)) <= 0)
		circle_ended(w->watch, row->is[0], w->now);
}

/* False: the row is no longer the one that was compared. */
static bool write_row(const struct writing *w, enum import_table table, const struct row *row)
{
	const struct sheet *sheet = &w->im->sheets[table];
	struct import_row stored;
	const char *merged[IMPORT_CELLS];
	bool found = row->change != ROW_NEW && imports_find(w->store, table, row->cells, &stored);

	if (row->change != ROW_NEW && (!found || import_sum(sheet->table, stored.cells) != row->stored))
		return false;
	if (row->change == ROW_REMOVED) {
		imports_unlink(w->store, row->cells[0], row->cells[1]);
		circle_left(w->watch, row->cells[0], row->cells[1], w->now);
		return true;
	}
	import_merge(sheet, row, found ? &stored : NULL, merged);
	if (table == IMPORT_PAUSES) {
		pause_import(w->watch, merged[0], merged[1], merged[2], merged[3], merged[4], w->im->clerk.who, w->now);
		return true;
	}
	if (!(found ? imports_change(w->store, table, merged) : imports_add(w->store, table, merged)))
		return false;

	struct written written = { sheet->table, found ? stored.cells : NULL, merged };
	if (table == IMPORT_RESIDENTS)
		follow_resident(w, &written);
	else if (table == IMPORT_WATCHERS)
		follow_watcher(w, &written);
	else if (table == IMPORT_USERS)
		duty_schedule(w->watch, merged[0], w->now);
	return true;
}

static void blame_another(const struct writing *w, enum import_table table, int line, const char *what)
{
	fault_add(&w->im->faults, (int)table, line, tables[table].columns[0].name, "changed", "",
		"the %s was changed by somebody else just now; import again", what);
}

static bool fine(const struct writing *w)
{
	return db_status(w->store->db) == DB_FINE;
}

/* Those rows of a table that differ and have their number, or those that were without one. */
static void write_rows(const struct writing *w, enum import_table table, bool unnumbered)
{
	const struct sheet *sheet = &w->im->sheets[table];

	for (size_t i = 0; i < sheet->count && fine(w); i++) {
		const struct row *row = sheet->by_key[i];

		clerk_shows(&w->im->clerk, "writing", sheet->table->file, (int64_t)i, (int64_t)sheet->count);
		if (row->change == ROW_SAME || row->unnumbered != unnumbered)
			continue;
		if (!write_row(w, table, row) && fine(w))
			blame_another(w, table, row->line, sheet->table->row);
	}
	clerk_shown(&w->im->clerk, "writing", sheet->table->file);
}

static int watcher_order(const void *one, const void *other)
{
	const struct row *a = *(const struct row *const *)one, *b = *(const struct row *const *)other;
	int order = strcmp(a->cells[1], b->cells[1]);

	return order ? order : a->line - b->line;
}

/* Gives one watcher's links the smallest numbers that none of theirs has, in the order of the file. */
static void number_watcher(const struct writing *w, struct row **rows, size_t n, char (*labels)[12])
{
	size_t most = (size_t)imports_links_of(w->store, rows[0]->cells[1]) + n, number = 0;
	bool *taken = calloc(most, sizeof(*taken));
	int label = table_column(&tables[IMPORT_LINKS], "label");

	if (!taken)
		fatal("error=\"out of memory\"");
	imports_labels(w->store, rows[0]->cells[1], taken, most);
	for (size_t i = 0; i < n; i++) {
		while (taken[number])
			number++;
		snprintf(labels[i], sizeof(labels[i]), "%zu", ++number);
		rows[i]->cells[label] = labels[i];
	}
	free(taken);
}

static void number_links(const struct writing *w)
{
	const struct sheet *sheet = &w->im->sheets[IMPORT_LINKS];
	struct row **rows = malloc((sheet->count + 1) * sizeof(*rows));
	size_t count = 0, n;

	w->im->labels = malloc((sheet->count + 1) * sizeof(*w->im->labels));
	if (!rows || !w->im->labels)
		fatal("error=\"out of memory\"");
	for (size_t i = 0; i < sheet->count; i++)
		if (sheet->rows[i].unnumbered && sheet->rows[i].change != ROW_SAME)
			rows[count++] = &sheet->rows[i];
	qsort(rows, count, sizeof(*rows), watcher_order);
	for (size_t i = 0; i < count && fine(w); i += n) {
		for (n = 1; i + n < count && strcmp(rows[i]->cells[1], rows[i + n]->cells[1]) == 0; n++)
			;
		number_watcher(w, rows + i, n, w->im->labels + i);
	}
	free(rows);
}

static void write_policies(const struct writing *w)
{
	const struct sheet *sheet = &w->im->sheets[IMPORT_POLICIES];
	struct row **steps = import_steps(sheet);
	int position = 0;

	for (size_t i = 0; i < sheet->count; i++) {
		const char *const *cells = steps[i]->cells, *const *before = i ? steps[i - 1]->cells : NULL;

		if (steps[i]->change == ROW_SAME)
			continue;
		if (!before || strcmp(before[0], cells[0]) != 0) {
			if (import_policy_sum(w->im, cells[0]) != steps[i]->stored && fine(w))
				blame_another(w, IMPORT_POLICIES, steps[i]->line, "policy");
			imports_clear_policy(w->store, cells[0]);
			position = 0;
		} else if (strcmp(before[1], cells[1]) != 0) {
			position = 0;
		}
		imports_add_step(w->store, cells, position++);
	}
	free(steps);
}

void import_told(const struct import *im, char told[IMPORT_TOLD])
{
	size_t used = 0;

	told[0] = '\0';
	for (enum import_table table = 0; table < IMPORT_TABLES; table++) {
		const size_t *counts = im->counts[table];

		if (counts[ROW_NEW] + counts[ROW_CHANGED] + counts[ROW_REMOVED])
			used += (size_t)snprintf(told + used, IMPORT_TOLD - used,
				"%s%s %zu new %zu changed %zu removed", used ? "; " : "", tables[table].file,
				counts[ROW_NEW], counts[ROW_CHANGED], counts[ROW_REMOVED]);
	}
}

bool import_put(struct import *im)
{
	struct writing w = { im, im->store, im->clerk.watch, im->clerk.now };
	enum import_table ended;
	char id[LOGIN];

	for (enum import_table table = 0; table < IMPORT_TABLES; table++)
		if (table == IMPORT_POLICIES)
			write_policies(&w);
		else
			write_rows(&w, table, false);
	number_links(&w);
	write_rows(&w, IMPORT_LINKS, true);
	if (imports_ambiguous(w.store, id))
		fault_add(
			&im->faults, IMPORT_WATCHERS, 0, "watcher_id", "is_login", id, "%s is the login of a user", id);
	ended = imports_ended(w.store, id);
	if (ended != IMPORT_TABLES)
		fault_add(&im->faults, IMPORT_RESIDENTS, 0, tables[ended].columns[0].name, "ended", id,
			"\"%s\" has ended just now", id);
	return !im->faults.errors && fine(&w);
}

bool import_write(struct import *im)
{
	char told[IMPORT_TOLD];

	if (!store_begin(im->store))
		return false;
	if (!import_put(im) && im->faults.errors) {
		store_rollback(im->store);
		return false;
	}
	import_told(im, told);
	audit_add(im->store, im->clerk.now, im->clerk.who, "import", "", told);
	return store_commit(im->store);
}
