/* edit, and imports as the pages use them: from memory, told row by row beforehand; rows of a form judged like lines.
 */
#include "server/tables/edit.h"
#include "server/store/districts.h"
#include "server/store/policies.h"
#include "server/tables/import_write.h"
#include "tests/unit/desk.h"

static const char districts[] = "district,name\nD01,本町\nD02,港\n";
static const char residents[] =
	"resident_id,name,district,phone,schedule\nR001,山田 花子,D01,0000,\nR002,佐藤 次郎,D02,0000,\n";
static const char watchers[] = "watcher_id,name,channels\nW001,鈴木 一郎,log:\n";
static const char links[] = "resident_id,watcher_id,tier\nR001,W001,1\n";
static const char policies[] = "policy,kind,after,notify\nslow,missed,30m,tier1\nslow,missed,2h,staff\n";
static const char users[] = "login,name,role,channels\nyamamoto,山本,staff,log:\n";

static struct desk *street(void)
{
	struct desk *d = desk_new();

	desk_put(d, "districts.csv", districts);
	desk_put(d, "residents.csv", residents);
	desk_put(d, "watchers.csv", watchers);
	desk_put(d, "links.csv", links);
	desk_put(d, "policies.csv", policies);
	desk_put(d, "users.csv", users);
	CHECK_INT(desk_import(d), CLI_DONE);
	return d;
}

static struct clerk clerk_of(struct desk *d)
{
	return cli_clerk(&d->cli);
}

/* Each change as FILE:LINE change column=old>new …, one after the other. */
static char told[4096];

static void tell(void *context, const struct import_change *change)
{
	static const char *const names[] = { "same", "new", "changed", "removed" };
	const struct table *table = &tables[change->table];
	size_t used = strlen(told);

	(void)context;
	used += (size_t)snprintf(told + used, sizeof(told) - used, "%s%s:%d %s", used ? "; " : "", table->file,
		change->line, names[change->change]);
	for (size_t i = 0; i < table->count; i++) {
		const char *was = change->was ? change->was[i] : "", *is = change->is ? change->is[i] : "";

		if (strcmp(was, is) != 0)
			used += (size_t)snprintf(
				told + used, sizeof(told) - used, " %s=%s>%s", table->columns[i].name, was, is);
	}
}

#define FILE_OF(name, text)                  \
	{                                    \
		name, text, sizeof(text) - 1 \
	}

/* What importing these files would do; the sum of that plan. */
static uint64_t plan(struct desk *d, const struct import_file *files, size_t count)
{
	struct clerk clerk = clerk_of(d);
	struct import im;
	const char *unknown;
	uint64_t sum;

	told[0] = '\0';
	import_init(&im, &clerk);
	im.on_change = tell;
	CHECK(import_take(&im, files, count, &unknown));
	CHECK(import_compare(&im));
	CHECK_INT(im.faults.errors, 0);
	sum = import_plan_sum(&im);
	import_release(&im);
	return sum;
}

TEST(what_an_import_will_change_is_told_row_by_row_beforehand)
{
	static const char changed[] =
		"resident_id,phone,name,district\nR001,1234,山田 花子,D01\nR002,0000,佐藤 次郎,D02\n"
		"R003,5678,新,D02\n";
	static const char unlinked[] = "resident_id,watcher_id,tier\nR001,W001,\nR002,W001,2\n";
	const struct import_file files[] = { FILE_OF("links.csv", unlinked), FILE_OF("residents.csv", changed) };
	struct desk *d = street();

	plan(d, files, 2);
	CHECK_TEXT(told,
		"residents.csv:2 changed phone=0000>1234; residents.csv:4 new resident_id=>R003 name=>新 district=>D02"
		" phone=>5678; links.csv:2 removed resident_id=R001> watcher_id=W001> tier=1> label=1>;"
		" links.csv:3 new resident_id=>R002 watcher_id=>W001 tier=>2");
	CHECK_TEXT(desk_rows(d, 1, "SELECT phone FROM residents ORDER BY resident_id"), "0000 0000");
	desk_free(d);
}

TEST(a_policy_that_is_replaced_tells_which_steps_go_and_come)
{
	static const char text[] = "policy,kind,after,notify\nslow,missed,30m,tier1\nslow,missed,1h,tier2+staff\n"
				   "new,help,0m,staff\n";
	const struct import_file file = FILE_OF("policies.csv", text);
	struct desk *d = street();

	plan(d, &file, 1);
	CHECK_TEXT(told, "policies.csv:4 new policy=>new kind=>help after=>0m notify=>staff;"
			 " policies.csv:0 removed policy=slow> kind=missed> after=2h> notify=staff>;"
			 " policies.csv:3 new policy=>slow kind=>missed after=>1h notify=>tier2+staff");
	desk_free(d);
}

TEST(a_plan_is_the_same_until_the_store_or_the_files_move)
{
	static const char text[] = "resident_id,phone\nR001,1234\nR002,0000\n";
	const struct import_file file = FILE_OF("residents.csv", text);
	static const char steps[] = "policy,kind,after,notify\nslow,missed,1h,staff\n";
	const struct import_file policy = FILE_OF("policies.csv", steps);
	struct desk *d = street();
	uint64_t sum = plan(d, &file, 1), policy_sum = plan(d, &policy, 1);

	CHECK(plan(d, &file, 1) == sum);
	CHECK(db_script(d->cli.store.db, "UPDATE residents SET note = 'x' WHERE resident_id = 'R001'"));
	CHECK(plan(d, &file, 1) != sum);
	CHECK(db_script(d->cli.store.db, "UPDATE residents SET note = '' WHERE resident_id = 'R001'"));
	CHECK(plan(d, &file, 1) == sum);
	CHECK(db_script(d->cli.store.db, "UPDATE residents SET phone = '1' WHERE resident_id = 'R002'"));
	CHECK(plan(d, &file, 1) != sum);
	CHECK(db_script(d->cli.store.db, "UPDATE policies SET notify = 'tier2' WHERE position = 0"));
	CHECK(plan(d, &policy, 1) != policy_sum);
	desk_free(d);
}

TEST(a_policy_that_somebody_changes_meanwhile_is_not_overwritten)
{
	static const char text[] = "policy,kind,after,notify\nslow,missed,1h,staff\n";
	const struct import_file file = FILE_OF("policies.csv", text);
	struct desk *d = street();
	struct clerk clerk = clerk_of(d);
	struct import im;
	const char *unknown;

	import_init(&im, &clerk);
	CHECK(import_take(&im, &file, 1, &unknown));
	CHECK(import_compare(&im));
	CHECK(db_script(d->cli.store.db, "UPDATE policies SET notify = 'tier2' WHERE position = 0"));
	CHECK(!import_write(&im));
	CHECK_TEXT(im.faults.list[0].what, "the policy was changed by somebody else just now; import again");
	import_release(&im);
	CHECK_TEXT(desk_rows(d, 2, "SELECT after, notify FROM policies ORDER BY position"), "30m|tier2 2h|staff");
	desk_free(d);
}

TEST(a_link_that_somebody_changes_meanwhile_is_not_removed)
{
	static const char text[] = "resident_id,watcher_id,tier\nR001,W001,\n";
	const struct import_file file = FILE_OF("links.csv", text);
	struct desk *d = street();
	struct clerk clerk = clerk_of(d);
	struct import im;
	const char *unknown;

	import_init(&im, &clerk);
	CHECK(import_take(&im, &file, 1, &unknown));
	CHECK(import_compare(&im));
	CHECK(db_script(d->cli.store.db, "UPDATE links SET tier = 2"));
	CHECK(!import_write(&im));
	import_release(&im);
	CHECK_TEXT(desk_rows(d, 1, "SELECT tier FROM links"), "2");
	desk_free(d);
}

TEST(files_from_memory_are_read_like_those_of_a_folder)
{
	static const char cp932[] = "district,name\r\nD03,\x8D\x82\x81\x40\xFB\xFC\xFA\xB1\x87\x40\xB1\r\n",
			  bad[] = "district,name\nD03,\xFF\xFF\n";
	const struct import_file good = FILE_OF("districts.csv", cp932), broken = FILE_OF("districts.csv", bad),
				 twice[] = { good, good }, other = FILE_OF("people.csv", cp932);
	struct desk *d = street();
	struct clerk clerk = clerk_of(d);
	struct import im;
	const char *unknown;

	plan(d, &good, 1);
	CHECK_TEXT(told, "districts.csv:2 new district=>D03 name=>高　髙﨑①ｱ");

	import_init(&im, &clerk);
	CHECK(import_take(&im, &broken, 1, &unknown));
	CHECK_INT(im.faults.list[0].line, 2);
	CHECK(strstr(im.faults.list[0].what, "neither UTF-8 nor CP932"));
	import_release(&im);

	import_init(&im, &clerk);
	CHECK(!import_take(&im, twice, 2, &unknown));
	CHECK_TEXT(unknown, "districts.csv");
	import_release(&im);
	import_init(&im, &clerk);
	CHECK(!import_take(&im, &other, 1, &unknown));
	CHECK_TEXT(unknown, "people.csv");
	import_release(&im);
	desk_free(d);
}

/* One row as a form gives it: columns by name, their values after them, ended by NULL. */
static bool edit(struct desk *d, struct edit *e, enum import_table table, const char *const *pairs)
{
	const char *cells[IMPORT_CELLS] = { NULL };
	struct clerk clerk = clerk_of(d);
	bool done;

	for (; *pairs; pairs += 2)
		cells[table_column(&tables[table], pairs[0])] = pairs[1];
	CHECK(store_begin(&d->cli.store));
	done = edit_rows(e, &clerk, table, cells, 1);
	if (done)
		CHECK(store_commit(&d->cli.store));
	else
		store_rollback(&d->cli.store);
	return done;
}
#define EDIT(d, e, table, ...) edit(d, e, table, (const char *const[]){ __VA_ARGS__, NULL })

/* Its faults as column: what; one a line. */
static const char *faults_of(struct edit *e)
{
	static char text[2048];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < e->im.faults.count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s: %s\n",
			e->im.faults.list[i].warning ? "?" : "", e->im.faults.list[i].column,
			e->im.faults.list[i].what);
	return text;
}

TEST(an_edit_changes_the_columns_it_names_and_keeps_the_others)
{
	struct desk *d = street();
	char what[EDIT_TOLD];
	struct edit e;

	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R001", "phone", "1234", "note", "猫", "district", "D02"));
	CHECK_INT(e.change, ROW_CHANGED);
	CHECK_TEXT(e.was.cells[table_column(&tables[IMPORT_RESIDENTS], "phone")], "0000");
	CHECK_TEXT(e.is.cells[table_column(&tables[IMPORT_RESIDENTS], "phone")], "1234");
	edit_told(&e, what);
	CHECK_TEXT(what, "district: D01 -> D02; phone; note");
	edit_release(&e);
	CHECK_TEXT(desk_rows(d, 4, "SELECT name, phone, note, district FROM residents WHERE resident_id = 'R001'"),
		"山田 花子|1234|猫|D02");

	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R001", "note", ""));
	edit_release(&e);
	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R001", "phone", "1234"));
	CHECK_INT(e.change, ROW_SAME);
	edit_told(&e, what);
	CHECK_TEXT(what, "");
	edit_release(&e);
	CHECK_TEXT(desk_rows(d, 2, "SELECT phone, note FROM residents WHERE resident_id = 'R001'"), "1234|");
	desk_free(d);
}

TEST(an_edit_names_every_fault_by_its_column_and_changes_nothing)
{
	struct desk *d = street();
	struct edit e;

	CHECK(!EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R001", "phone", "12", "birth_date", "1940-02-30",
		"district", "D09", "schedule", "daily 10:00-03:00", "name", ""));
	CHECK_TEXT(faults_of(&e),
		"name: is required\n"
		"birth_date: \"1940-02-30\" is no date such as 2026-11-23\n"
		"phone: holds no four digits to identify by\n"
		"schedule: \"10:00-03:00\" crosses midnight; write two windows, to 24:00 and from 00:00\n"
		"district: there is no district \"D09\" in districts.csv or in the store\n");
	edit_release(&e);
	CHECK(!EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R009", "phone", "0000"));
	CHECK_TEXT(faults_of(&e), "name: is required for a new resident\ndistrict: is required for a new resident\n");
	edit_release(&e);
	CHECK(!EDIT(d, &e, IMPORT_USERS, "login", "W001", "name", "x", "role", "coordinator"));
	CHECK_TEXT(faults_of(&e), "login: is the id of a watcher\ndistricts: is required for a coordinator\n");
	edit_release(&e);
	CHECK_TEXT(desk_rows(d, 2, "SELECT resident_id, phone FROM residents ORDER BY 1"), "R001|0000 R002|0000");
	CHECK_INT(desk_number(d, "SELECT count(*) FROM users"), 1);
	desk_free(d);
}

#define END(d, table, id)                                                                         \
	CHECK(table##_end(&(d)->cli.store, id, NOON, "x")); /* once; then it stands so already */ \
	CHECK(!table##_end(&(d)->cli.store, id, NOON, "x"))

TEST(what_has_ended_is_given_to_nobody_and_stays_where_it_was)
{
	struct desk *d = street();
	struct edit e;

	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R002", "policy", "slow"));
	edit_release(&e);
	CHECK(EDIT(d, &e, IMPORT_USERS, "login", "yamamoto", "districts", "D02"));
	edit_release(&e);
	CHECK(db_script(d->cli.store.db, "UPDATE residents SET ended_at = 1 WHERE resident_id = 'R002'"));
	END(d, districts, "D02");
	END(d, policies, "slow");

	CHECK(!EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R009", "name", "新", "district", "D02", "policy", "slow"));
	CHECK_TEXT(faults_of(&e), "?birth_date: neither birth date nor telephone: no pause or end can be verified\n"
				  "district: the district \"D02\" has ended\n"
				  "policy: the policy \"slow\" has ended\n");
	edit_release(&e);
	CHECK(!EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R001", "district", "D02"));
	CHECK_TEXT(faults_of(&e), "district: the district \"D02\" has ended\n");
	edit_release(&e);
	CHECK(!EDIT(d, &e, IMPORT_USERS, "login", "mori", "name", "森", "role", "staff", "districts", "D01 D02"));
	CHECK_TEXT(faults_of(&e), "districts: the district \"D02\" has ended\n");
	edit_release(&e);

	/* who had it keeps it, and is put right */
	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R002", "note", "猫"));
	edit_release(&e);
	CHECK(EDIT(d, &e, IMPORT_USERS, "login", "yamamoto", "districts", "D01 D02"));
	edit_release(&e);

	CHECK(districts_end(&d->cli.store, "D02", 0, ""));
	CHECK(policies_end(&d->cli.store, "slow", 0, ""));
	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R001", "district", "D02", "policy", "slow"));
	edit_release(&e);
	desk_free(d);
}

TEST(nobody_comes_back_into_what_has_ended)
{
	struct desk *d = street();
	struct edit e;

	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R002", "ends", "2026-11-20"));
	edit_release(&e);
	CHECK(db_script(d->cli.store.db, "UPDATE residents SET ended_at = 1795100000000 WHERE resident_id = 'R002'"));
	END(d, districts, "D02");
	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R002", "ends", "2026-11-19"));
	edit_release(&e);
	CHECK(!EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R002", "ends", ""));
	CHECK_TEXT(faults_of(&e), "district: the district \"D02\" has ended\n");
	edit_release(&e);
	CHECK(!EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R002", "ends", "2026-12-31"));
	edit_release(&e);
	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R002", "ends", "", "district", "D01"));
	edit_release(&e);
	CHECK_INT(desk_number(d, "SELECT ended_at IS NULL FROM residents WHERE resident_id = 'R002'"), 1);
	desk_free(d);
}

TEST(what_ends_while_an_import_is_looked_at_is_given_to_nobody_either)
{
	static const char moved[] = "resident_id,name,district,policy\nR001,山田 花子,D03,slow\n",
			  third[] = "district,name\nD03,山\n";
	const struct import_file files[] = { FILE_OF("residents.csv", moved) },
				 district = FILE_OF("districts.csv", third);
	struct desk *d = street();
	struct clerk clerk = clerk_of(d);
	struct import im;
	const char *unknown;

	import_init(&im, &clerk);
	CHECK(import_take(&im, &district, 1, &unknown) && import_compare(&im) && import_write(&im));
	import_release(&im);
	for (int policy = 0; policy < 2; policy++) {
		import_init(&im, &clerk);
		CHECK(import_take(&im, files, 1, &unknown) && import_compare(&im));
		CHECK_INT(im.faults.errors, 0);
		CHECK(policy ? policies_end(&d->cli.store, "slow", NOON, "x")
			     : districts_end(&d->cli.store, "D03", NOON, "x"));
		CHECK(!import_write(&im));
		CHECK_TEXT(im.faults.list[im.faults.count - 1].code, "ended");
		CHECK_TEXT(im.faults.list[im.faults.count - 1].column, policy ? "policy" : "district");
		import_release(&im);
		if (!policy)
			CHECK(districts_end(&d->cli.store, "D03", 0, ""));
	}
	CHECK_TEXT(desk_rows(d, 1, "SELECT district FROM residents WHERE resident_id = 'R001'"), "D01");
	desk_free(d);
}

TEST(what_follows_from_an_import_follows_from_an_edit)
{
	struct desk *d = street();
	struct edit e;

	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R003", "name", "新", "district", "D01", "schedule",
		"daily 13:00-14:00 +5m"));
	CHECK_INT(e.change, ROW_NEW);
	CHECK_TEXT(faults_of(&e), "?birth_date: neither birth date nor telephone: no pause or end can be verified\n");
	edit_release(&e);
	CHECK_INT(desk_number(d, "SELECT next_look_at FROM residents WHERE resident_id = 'R003'"), NOON + 2 * HOUR);
	CHECK(EDIT(d, &e, IMPORT_RESIDENTS, "resident_id", "R003", "schedule", "daily 15:00-16:00"));
	edit_release(&e);
	CHECK_INT(desk_number(d, "SELECT next_look_at FROM residents WHERE resident_id = 'R003'"), NOON + 4 * HOUR);
	CHECK(EDIT(d, &e, IMPORT_USERS, "login", "yamamoto", "duty", "mon 13:00-14:00"));
	edit_release(&e);
	CHECK_INT(desk_number(d, "SELECT next_duty_at FROM users WHERE login = 'yamamoto'"), NOON + HOUR);
	CHECK(EDIT(d, &e, IMPORT_LINKS, "resident_id", "R002", "watcher_id", "W001", "tier", "2"));
	edit_release(&e);
	CHECK_TEXT(desk_rows(d, 1, "SELECT label FROM links WHERE resident_id = 'R002'"), "2");
	CHECK(EDIT(d, &e, IMPORT_LINKS, "resident_id", "R001", "watcher_id", "W001", "tier", ""));
	CHECK_INT(e.change, ROW_REMOVED);
	edit_release(&e);
	CHECK_TEXT(desk_rows(d, 1, "SELECT resident_id FROM links"), "R002");
	desk_free(d);
}

TEST(a_form_replaces_a_policy_whole_and_blames_the_step)
{
	static const char *const steps[] = { "slow", "missed", "10m", "tier1", "slow", "missed", "20m", "tier2", "slow",
		"help", "0m", "staff" },
				 *const bad[] = { "slow", "missed", "10m", "tier1", "slow", "missed", "soon", "tier4" };
	struct desk *d = street();
	struct clerk clerk = clerk_of(d);
	struct edit e;

	CHECK(store_begin(&d->cli.store));
	CHECK(!edit_rows(&e, &clerk, IMPORT_POLICIES, bad, 2));
	CHECK_INT(e.im.faults.list[0].line, 2);
	CHECK_TEXT(faults_of(&e), "after: \"soon\" is no length of time such as 90s, 30m, 2h, 1d\n"
				  "notify: \"tier4\" is no list such as resident+tier1+tier2+tier3+staff\n");
	edit_release(&e);
	CHECK(edit_rows(&e, &clerk, IMPORT_POLICIES, steps, 3));
	edit_release(&e);
	CHECK(store_commit(&d->cli.store));
	CHECK_TEXT(desk_rows(d, 3, "SELECT kind, after, notify FROM policies ORDER BY kind, position"),
		"help|0m|staff missed|10m|tier1 missed|20m|tier2");
	desk_free(d);
}

TEST(a_new_link_to_who_must_never_be_told_is_warned_of)
{
	static const char text[] = "resident_id,watcher_id,tier\nR001,W001,2\nR002,W001,1\n";
	const struct import_file file = FILE_OF("links.csv", text);
	struct desk *d = street();
	struct clerk clerk = clerk_of(d);
	struct import im;
	const char *unknown;

	CHECK(db_script(d->cli.store.db,
		"INSERT INTO never_told (resident_id, watcher_id, name, reason, entered_by, entered_at) VALUES"
		" ('R001', 'W001', 'x', 'y', 'z', 1), ('R002', 'W001', 'x', 'y', 'z', 1)"));
	import_init(&im, &clerk);
	CHECK(import_take(&im, &file, 1, &unknown));
	CHECK(import_compare(&im));
	CHECK_INT(im.faults.errors, 0);
	CHECK_INT(im.faults.count, 1);
	CHECK_TEXT(im.faults.list[0].what, "W001 is never to be told about R002, and is told nothing");
	import_release(&im);
	desk_free(d);
}
