/* tables - the import files and their columns, in the order of contract 2 and of store/imports.h. */
#include "server/tables/tables.h"

#include <string.h>

#include "common/log.h"
#include "common/topic.h"
#include "server/store/policies.h"
#include "server/store/users.h"
#include "server/store/watchers.h"
#include "server/tables/cell.h"

#define SIZE(type, member) .size = sizeof(((struct type *)0)->member)
#define REQUIRED           .required = true
#define OPEN               .open = true
#define TO(table)          .refers = true, .to = table

#define YES_NO    "yes no"
#define LANGUAGES "ja en"

static const struct column districts[] = {
	{ "district", SIZE(resident, district), cell_listed_id, REQUIRED, OPEN },
	{ "name", SIZE(resident, name), cell_line, REQUIRED, OPEN },
};

static const struct column policies[] = {
	{ "policy", SIZE(resident, policy), cell_id, REQUIRED, OPEN },
	{ "kind", SIZE(policy_step, kind), cell_one_of, "help missed unwell talk", REQUIRED, OPEN },
	{ "after", SIZE(policy_step, after), cell_after, REQUIRED, OPEN },
	{ "notify", SIZE(policy_step, notify), cell_notify, REQUIRED, OPEN },
};

static const struct column residents[] = {
	{ "resident_id", SIZE(resident, resident_id), cell_id, REQUIRED, OPEN },
	{ "name", SIZE(resident, name), cell_line, REQUIRED },
	{ "kana", SIZE(resident, kana), cell_line },
	{ "district", SIZE(resident, district), cell_id, REQUIRED, TO(IMPORT_DISTRICTS), OPEN },
	{ "household", SIZE(resident, household), cell_line },
	{ "category", SIZE(resident, category), cell_one_of,
		"elderly_alone elderly_household disability parenting other", OPEN },
	{ "birth_date", SIZE(resident, birth_date), cell_birth_date },
	{ "phone", SIZE(resident, phone), cell_phone },
	{ "address", SIZE(resident, address), cell_lines },
	{ "place", SIZE(resident, place), cell_line },
	{ "channels", SIZE(resident, channels), cell_channels },
	{ "contact", SIZE(resident, contact), cell_any_of, "phone sms fax relay visit", OPEN },
	{ "schedule", SIZE(resident, schedule), cell_schedule, OPEN },
	{ "policy", SIZE(resident, policy), cell_id, TO(IMPORT_POLICIES), OPEN },
	{ "passive", SIZE(resident, passive), cell_one_of, YES_NO, OPEN },
	{ "language", SIZE(resident, language), cell_one_of, LANGUAGES, OPEN },
	{ "starts", SIZE(resident, starts), cell_date, OPEN },
	{ "ends", SIZE(resident, ends), cell_date, OPEN },
	{ "end_reason", SIZE(resident, end_reason), cell_one_of, "deceased moved facility declined other", OPEN },
	{ "consent_on", SIZE(resident, consent_on), cell_date, OPEN },
	{ "entry_consent", SIZE(resident, entry_consent), cell_one_of, "no yes police", OPEN },
	{ "care", SIZE(resident, care), cell_lines },
	{ "note", SIZE(resident, note), cell_lines },
};

static const struct column watchers[] = {
	{ "watcher_id", SIZE(watcher, watcher_id), cell_id, REQUIRED, OPEN },
	{ "name", SIZE(watcher, name), cell_line, REQUIRED },
	{ "kana", SIZE(watcher, kana), cell_line },
	{ "relation", SIZE(watcher, relation), cell_line },
	{ "resident_id", SIZE(watcher, resident_id), cell_id, TO(IMPORT_RESIDENTS) },
	{ "channels", SIZE(watcher, channels), cell_channels, REQUIRED },
	{ "hours", SIZE(watcher, hours), cell_hours, OPEN },
	{ "night", SIZE(watcher, night), cell_one_of, YES_NO, OPEN },
	{ "named", SIZE(watcher, named), cell_one_of, YES_NO, OPEN },
	{ "away_from", SIZE(watcher, away_from), cell_date, OPEN },
	{ "away_to", SIZE(watcher, away_to), cell_date, OPEN },
	{ "ends", SIZE(watcher, ends), cell_date, OPEN },
	{ "language", SIZE(watcher, language), cell_one_of, LANGUAGES, OPEN },
	{ "note", SIZE(watcher, note), cell_lines },
};

static const struct column links[] = {
	{ "resident_id", SIZE(link, resident_id), cell_id, REQUIRED, TO(IMPORT_RESIDENTS), OPEN },
	{ "watcher_id", SIZE(link, watcher_id), cell_id, REQUIRED, TO(IMPORT_WATCHERS), OPEN },
	{ "tier", .size = 2, cell_one_of, "1 2 3", REQUIRED, .may_be_empty = true, OPEN },
	{ "can", SIZE(link, can), cell_one_of, "go call know", OPEN },
	{ "shares", SIZE(link, shares), cell_any_of, "name place address care outcome label", OPEN },
	{ "label", SIZE(link, label), cell_line },
	{ "relation", SIZE(link, relation), cell_line },
	{ "key", SIZE(link, key), cell_line },
};

static const struct column devices[] = {
	{ "device_id", .size = DEVICE_ID, cell_device, REQUIRED, OPEN },
	{ "resident_id", SIZE(resident, resident_id), cell_id, REQUIRED, TO(IMPORT_RESIDENTS), OPEN },
	{ "kind", SIZE(resident, category), cell_line, OPEN },
	{ "note", SIZE(resident, note), cell_lines },
};

static const struct column users[] = {
	{ "login", SIZE(user, login), cell_id, REQUIRED, OPEN },
	{ "name", SIZE(user, name), cell_line, REQUIRED, OPEN },
	{ "role", SIZE(user, role), cell_one_of, "staff coordinator viewer admin", REQUIRED, OPEN },
	{ "districts", SIZE(user, districts), cell_ids, TO(IMPORT_DISTRICTS), OPEN },
	{ "channels", SIZE(user, channels), cell_channels },
	{ "duty", SIZE(user, duty), cell_hours, OPEN },
	{ "away_from", SIZE(user, away_from), cell_date, OPEN },
	{ "away_to", SIZE(user, away_to), cell_date, OPEN },
};

static const struct column pauses[] = {
	{ "resident_id", SIZE(resident, resident_id), cell_id, REQUIRED, TO(IMPORT_RESIDENTS), OPEN },
	{ "from", SIZE(resident, starts), cell_date, REQUIRED, OPEN },
	{ "to", SIZE(resident, ends), cell_date, REQUIRED, OPEN },
	{ "reason", SIZE(resident, address), cell_line, REQUIRED },
	{ "told_by", SIZE(resident, name), cell_line, REQUIRED },
};

#define TABLE(columns, file, row, keys)                                          \
	{                                                                        \
		file, row, keys, sizeof(columns) / sizeof((columns)[0]), columns \
	}

const struct table tables[IMPORT_TABLES] = {
	[IMPORT_DISTRICTS] = TABLE(districts, "districts.csv", "district", 1),
	[IMPORT_POLICIES] = TABLE(policies, "policies.csv", "step", 4),
	[IMPORT_RESIDENTS] = TABLE(residents, "residents.csv", "resident", 1),
	[IMPORT_WATCHERS] = TABLE(watchers, "watchers.csv", "watcher", 1),
	[IMPORT_LINKS] = TABLE(links, "links.csv", "link", 2),
	[IMPORT_DEVICES] = TABLE(devices, "devices.csv", "device", 1),
	[IMPORT_USERS] = TABLE(users, "users.csv", "user", 1),
	[IMPORT_PAUSES] = TABLE(pauses, "pauses.csv", "pause", 2),
};

const char *table_file(int table)
{
	return tables[table].file;
}

int table_column(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->columns[i].name, name) == 0)
			return (int)i;
	return -1;
}

const char *table_cell(const struct table *table, const char *const *cells, const char *name)
{
	int column = table_column(table, name);

	if (column < 0)
		fatal("table=%s error=\"no column %s\"", table->file, name);
	return cells[column];
}

void tables_help(FILE *out)
{
	for (const struct table *table = tables; table < tables + IMPORT_TABLES; table++) {
		int used = fprintf(out, "%-14s", table->file);

		for (size_t i = 0; i < table->count; i++) {
			const struct column *column = &table->columns[i];
			int len = (int)strlen(column->name) + column->required + 2;

			if (used + len > 100)
				used = fprintf(out, "\n%-14s", "") - 1;
			used += fprintf(out, "%s%s%s", column->name, column->required ? "*" : "",
				i + 1 < table->count ? ", " : "");
		}
		putc('\n', out);
	}
}
