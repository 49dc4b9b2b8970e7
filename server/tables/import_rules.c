/* import_rules - what must hold between the cells of a row, and between rows. */
#include "server/tables/import_rules.h"

#include <string.h>

#include "common/zone.h"
#include "server/store/districts.h"
#include "server/store/never_told.h"
#include "server/store/policies.h"
#include "server/tables/cell.h"
#include "server/watch/ladder.h"
#include "server/watch/pause.h"

/* In a file that is being read, or stored. */
static bool is_known(struct import *im, enum import_table to, const char *id)
{
	struct import_row stored;
	struct policy_step step;

	if (sheet_find(&im->sheets[to], &id, 1))
		return true;
	if (to == IMPORT_POLICIES)
		return ladder_built_in(id) || policies_steps(im->store, id, &step, 1) > 0;
	return imports_find(im->store, to, &id, &stored);
}

/* WHO is a watcher id or a login: it may not be both. */
static void check_who(struct import *im, enum import_table table, const struct row *row, enum import_table other,
	const char *code, const char *what)
{
	const char *id = row->cells[0];

	if (id && *id && is_known(im, other, id))
		fault_add(&im->faults, (int)table, row->line, tables[table].columns[0].name, code, id, "%s", what);
}

void import_check_references(struct import *im, enum import_table table, const struct row *row)
{
	for (size_t i = 0; i < tables[table].count; i++) {
		const struct column *column = &tables[table].columns[i];
		const char *at = row->cells[i];
		char id[RESIDENT_ID];

		if (!at || !column->refers || strlen(at) >= column->size)
			continue;
		while (cell_next_word(&at, column->check == cell_ids ? " ,;" : "", id, sizeof(id)))
			if (!is_known(im, column->to, id))
				fault_add(&im->faults, (int)table, row->line, column->name, "row_unknown", id,
					"there is no %s \"%s\" in %s or in the store",
					column->to == IMPORT_POLICIES ? "policy" : tables[column->to].row, id,
					tables[column->to].file);
	}
	if (table == IMPORT_WATCHERS)
		check_who(im, table, row, IMPORT_USERS, "is_login", "is the login of a user");
	if (table == IMPORT_USERS)
		check_who(im, table, row, IMPORT_WATCHERS, "is_watcher", "is the id of a watcher");
}

static bool is_ended(struct import *im, enum import_table to, const char *id)
{
	char reason[512];

	return to == IMPORT_DISTRICTS  ? districts_ended(im->store, id)
	       : to == IMPORT_POLICIES ? policies_ended(im->store, id, reason) != 0
				       : false;
}

static bool has_id(const char *at, const char *separators, const char *id)
{
	char one[RESIDENT_ID];

	while (cell_next_word(&at, separators, one, sizeof(one)))
		if (strcmp(one, id) == 0)
			return true;
	return false;
}

/* Whether the service of somebody goes on by what is to stand, where it may have ended. */
static bool goes_on(const struct import *im, const char *const *was, const char *const *cells)
{
	const char *ends = table_cell(&tables[IMPORT_RESIDENTS], cells, "ends");
	char today[DATE_TEXT];

	return strcmp(table_cell(&tables[IMPORT_RESIDENTS], was, "ends"), ends) != 0 &&
	       (!*ends || strcmp(ends, date_format(today, im->today)) > 0);
}

void import_check_ended(struct import *im, enum import_table table, const struct row *row, const char *const *was,
	const char *const *cells)
{
	bool again = was && table == IMPORT_RESIDENTS && goes_on(im, was, cells);

	for (size_t i = 0; i < tables[table].count; i++) {
		const struct column *column = &tables[table].columns[i];
		const char *at = cells[i], *separators = column->check == cell_ids ? " ,;" : "";
		char id[RESIDENT_ID];

		if (!column->refers || (was && !again && strcmp(was[i], cells[i]) == 0))
			continue;
		while (cell_next_word(&at, separators, id, sizeof(id)))
			if ((!was || again || !has_id(was[i], separators, id)) && is_ended(im, column->to, id))
				fault_add(&im->faults, (int)table, row->line, column->name, "ended", id,
					"the %s \"%s\" has ended",
					column->to == IMPORT_POLICIES ? "policy" : tables[column->to].row, id);
	}
}

/* One row under judgement. */
struct judged {
	struct import *im;
	enum import_table table;
	const struct row *row;
	const char *const *cells;
};

static const char *cell(const struct judged *j, const char *name)
{
	return table_cell(&tables[j->table], j->cells, name);
}

static bool day_of(const struct judged *j, const char *name, int32_t *day)
{
	return date_parse(cell(j, name), day);
}

static void check_order(const struct judged *j, const char *first, const char *last)
{
	int32_t from, to;

	if (day_of(j, first, &from) && day_of(j, last, &to) && to < from)
		fault_add(&j->im->faults, (int)j->table, j->row->line, last, "before", first, "is before %s", first);
}

static void check_resident(const struct judged *j)
{
	struct faults *faults = &j->im->faults;

	check_order(j, "starts", "ends");
	if (!*cell(j, "birth_date") && !*cell(j, "phone"))
		fault_warn(faults, (int)j->table, j->row->line, "birth_date", "unverifiable", "",
			"neither birth date nor telephone: no pause or end can be verified");
	if (*cell(j, "end_reason") && !*cell(j, "ends"))
		fault_warn(faults, (int)j->table, j->row->line, "end_reason", "ends_missing", "",
			"without ends, nothing ends");
}

static void check_user(const struct judged *j)
{
	check_order(j, "away_from", "away_to");
	if (strcmp(cell(j, "role"), "coordinator") == 0 && !*cell(j, "districts"))
		fault_add(&j->im->faults, (int)j->table, j->row->line, "districts", "coordinator_districts", "",
			"is required for a coordinator");
}

static void check_pause(const struct judged *j)
{
	char why[PAUSE_WHY];
	int32_t day;

	if (day_of(j, "from", &day) && day_of(j, "to", &day) &&
		!pause_importable(j->im->clerk.watch, cell(j, "from"), cell(j, "to"), j->im->clerk.now, why))
		fault_add(&j->im->faults, (int)j->table, j->row->line, "to", "pause", "", "%s", why);
}

void import_check_row(struct import *im, enum import_table table, const struct row *row, const char *const *cells)
{
	const struct judged j = { im, table, row, cells };

	switch (table) {
	case IMPORT_RESIDENTS: check_resident(&j); break;
	case IMPORT_WATCHERS: check_order(&j, "away_from", "away_to"); break;
	case IMPORT_USERS: check_user(&j); break;
	case IMPORT_PAUSES: check_pause(&j); break;
	case IMPORT_DISTRICTS:
	case IMPORT_POLICIES:
	case IMPORT_LINKS:
	case IMPORT_DEVICES:
	case IMPORT_TABLES: break;
	}
}

void import_check_new(struct import *im, enum import_table table, const struct row *row, const char *const *cells)
{
	if (table == IMPORT_LINKS && never_told_bars(im->store, cells[0], cells[1]))
		fault_warn(&im->faults, (int)table, row->line, "watcher_id", "barred", cells[1],
			"%s is never to be told about %s, and is told nothing", cells[1], cells[0]);
}
