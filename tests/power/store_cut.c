/*
 * A power cut at any moment: the store then holds what was committed, to the last row, and nothing of what was not.
 *
 * Two days of a town are recorded once. At moments chosen at random (MIMAMORI_CUTS of them, from MIMAMORI_SEED; both
 * have defaults) a disk is made as the cut may have left it, opened by the real code, and lived on; every third is cut
 * again while it recovers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/cli/backup.h"
#include "server/store/invariants.h"
#include "server/store/schema.h"
#include "tests/power/disk.h"
#include "tests/power/ledger.h"
#include "tests/power/scratch.h"
#include "tests/power/town.h"
#include "tests/unit/test.h"

enum { CUTS = 200, CUTS_OF_LESS = 40 };

static char top[SCRATCH], folder[SCRATCH], cut[SCRATCH], again[SCRATCH];
static struct ledger ledger, later;

static void begin(void)
{
	log_level_set(LOG_LEVEL_ERROR);
	scratch_make(top, "power");
	scratch_below(folder, top, "store");
	scratch_below(cut, top, "cut");
	scratch_below(again, top, "again");
	scratch_empty(folder);
	scratch_empty(cut);
	scratch_empty(again);
}

static void end(void)
{
	ledger_open(NULL, 0);
	disk_pause(true);
	scratch_remove(top);
}

static void print_fault(void *context, const char *fault)
{
	(void)context;
	print_message("%s\n", fault);
}

static const char press_sql[] = "SELECT count(*) FROM checkins WHERE device_id = $1 AND id = $2";

static void check_presses(struct store *s, const struct town *t, size_t at)
{
	for (size_t i = 0; i < t->press_count; i++) {
		const struct town_press *p = &t->presses[i];

		if (p->stored && p->answer <= at && db_number(s->db, 0, press_sql, V(p->device), V(p->id)) != 1)
			fail_msg("press %s was acknowledged and is not there", p->id);
	}
}

/* That what a store holds is the state after a transaction no earlier than the last that was acknowledged. */
static void check_state(uint64_t sum, const struct ledger *l, size_t at, uint64_t before)
{
	size_t first = l->count;
	bool found = false;

	while (first > 0 && !(l->lines[first - 1].committed && l->lines[first - 1].said <= at))
		first--;
	if (first == 0)
		found = sum == before;
	for (size_t i = first ? first - 1 : 0; i < l->count && l->lines[i].asked <= at; i++)
		found |= l->lines[i].sum == sum;
	for (size_t i = 0; !found && i < l->count; i++)
		if (l->lines[i].sum == sum)
			fail_msg("the store is as after transaction %zu, and %zu were acknowledged", i + 1, first);
	if (!found)
		fail_msg("the store is as after none of the transactions; %zu were acknowledged", first);
}

static uint64_t open_whole(const char *path, struct store *s)
{
	char url[SCRATCH + 16], why[256];

	snprintf(url, sizeof(url), "sqlite:%s/m.db", path);
	if (store_open(s, url, why, sizeof(why)) != DB_FINE)
		fail_msg("%s", why);
	CHECK_INT(invariants_all(s, print_fault, NULL), 0);
	return ledger_sum(s->db);
}

/* The next start goes on: it hears a press and answers it. */
static void go_on(const char *path, int64_t now)
{
	struct town *t = town_new(path);
	char why[256];
	int resident;

	t->now = now;
	CHECK_INT(store_open(&t->store, t->url, why, sizeof(why)), DB_FINE);
	resident = db_number(t->store.db, 0, "SELECT count(*) FROM devices") > 0;
	store_close(&t->store);
	if (!resident) {
		CHECK(town_open(t));
		CHECK(town_import(t));
	}
	t->press_count = 400; /* an id that no other has */
	for (size_t i = 0; i < t->press_count; i++)
		t->presses[i].stored = true;
	town_press(t, 1, "ok");
	town_turn(t);
	CHECK(t->presses[400].stored);
	CHECK_INT(invariants_all(&t->store, print_fault, NULL), 0);
	town_free(t);
}

/* A moment of the record. */
static size_t moment(uint64_t *random)
{
	return disk_start() + disk_random(random) % (disk_now() - disk_start() + 1);
}

/* The disk after the cut is recorded while it recovers, and cut again: what was there stays. */
static void cut_again(uint64_t before, int64_t now, uint64_t seed)
{
	pid_t child = fork(); /* the first record is kept by the parent */
	int status;

	CHECK(child >= 0);
	if (child == 0) {
		struct store s;
		uint64_t random = seed;

		disk_record(cut);
		ledger_open(&later, 0);
		go_on(cut, now);
		ledger_open(NULL, 0);
		for (int i = 0; i < 3; i++) {
			size_t at = moment(&random);

			scratch_empty(again);
			disk_cut(at, &random, again);
			disk_pause(true);
			check_state(open_whole(again, &s), &later, at, before);
			disk_pause(false);
			store_close(&s);
		}
		_exit(0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	if (status != 0)
		fail_msg("cut again with seed %#llx: status %d", (unsigned long long)seed, status);
}

TEST(a_store_cut_at_any_moment_holds_what_was_acknowledged_and_goes_on)
{
	size_t cuts = scratch_number("MIMAMORI_CUTS", CUTS);
	uint64_t seed = scratch_number("MIMAMORI_SEED", 1), random = seed;
	struct town *t;

	begin();
	disk_record(folder);
	ledger_open(&ledger, 0);
	t = town_new(folder);
	town_two_days(t);
	ledger_open(NULL, 0);
	town_close(t);
	disk_pause(true);
	for (size_t i = 0; i < t->press_count; i++)
		CHECK(t->presses[i].stored);
	print_message("%zu transactions, %zu requests, %zu cuts, seed %llu\n", ledger.count, disk_now(), cuts,
		(unsigned long long)seed);

	for (size_t i = 0; i < cuts; i++) {
		size_t at = moment(&random);
		uint64_t this_seed = disk_random(&random), one = this_seed, sum;
		struct store s;

		scratch_empty(cut);
		disk_cut(at, &one, cut);
		disk_pause(true);
		if (getenv("MIMAMORI_SHOW"))
			print_message("cut at %zu, seed %#llx\n", at, (unsigned long long)this_seed);
		sum = open_whole(cut, &s);
		check_state(sum, &ledger, at, ledger.lines[0].sum);
		check_presses(&s, t, at);
		store_close(&s);
		if (i % 3 == 2) {
			scratch_empty(cut);
			one = this_seed;
			disk_cut(at, &one, cut);
			cut_again(sum, t->now, this_seed);
		} else {
			go_on(cut, t->now);
		}
	}
	town_free(t);
	end();
}

static const char old_sql[] = "CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;"
			      "INSERT INTO schema_version (version) VALUES (1);";
static const char old_people_sql[] =
	"INSERT INTO districts (district, name) VALUES ('D01', 'x');"
	"INSERT INTO residents (resident_id, name, district, schedule) VALUES ('R1', 'x', 'D01', 'none');"
	"INSERT INTO devices (device_id, resident_id) VALUES ('B1', 'R1');";
static const char version_sql[] = "SELECT max(version) FROM schema_version";
static const char devices_sql[] = "SELECT count(*) FROM devices WHERE resident_id = 'R1'";

TEST(a_migration_cut_at_any_moment_is_whole_or_not_begun)
{
	uint64_t random = scratch_number("MIMAMORI_SEED", 1);
	char url[SCRATCH + 16], why[256];
	enum db_status status;
	struct store s;
	size_t said;

	begin();
	snprintf(url, sizeof(url), "sqlite:%s/m.db", folder);
	s.db = db_open(url, true, &status, why, sizeof(why));
	CHECK(s.db && store_begin(&s));
	CHECK(db_script(s.db, old_sql) && db_script(s.db, schema_migrations[0]) && db_script(s.db, old_people_sql));
	CHECK(store_commit(&s));
	store_close(&s);
	disk_record(folder);
	CHECK_INT(store_open(&s, url, why, sizeof(why)), DB_FINE);
	said = disk_now();
	store_close(&s);
	disk_pause(true);
	snprintf(url, sizeof(url), "sqlite:%s/m.db", cut);
	for (int i = 0; i < CUTS_OF_LESS; i++) {
		size_t at = moment(&random);
		int64_t version;

		scratch_empty(cut);
		disk_cut(at, &random, cut);
		s.db = db_open(url, false, &status, why, sizeof(why));
		CHECK(s.db != NULL);
		CHECK_INT(db_integrity(s.db, print_fault, NULL), 0);
		version = db_number(s.db, 0, version_sql);
		CHECK(version == (int64_t)schema_version || (version == 1 && at < said));
		store_close(&s);
		open_whole(cut, &s);
		CHECK_INT(db_number(s.db, 0, devices_sql), 1);
		store_close(&s);
	}
	end();
}

TEST(a_backup_that_was_said_to_be_whole_is_there_after_a_cut)
{
	uint64_t random = scratch_number("MIMAMORI_SEED", 1), sum;
	char file[SCRATCH], url[SCRATCH + 16], why[256];
	enum db_status status;
	struct cli cli = { .who = "clerk" };
	struct town *t;
	struct store s;
	size_t said;

	begin();
	t = town_new(folder);
	CHECK(town_open(t) && town_import(t));
	sum = ledger_sum(t->store.db);
	town_close(t);
	scratch_below(file, folder, "elsewhere"); /* what the store syncs does not sync it */
	scratch_empty(file);
	disk_record(folder);
	CHECK_INT(store_open(&cli.store, t->url, why, sizeof(why)), DB_FINE);
	cli.now = t->now;
	scratch_below(file, folder, "elsewhere/copy");
	CHECK_INT(backup_run(&cli, file), CLI_DONE);
	said = disk_now();
	store_close(&cli.store);
	disk_pause(true);
	snprintf(url, sizeof(url), "sqlite:%s/elsewhere/copy", cut);
	scratch_below(file, cut, "elsewhere/copy");
	for (int i = 0; i < CUTS_OF_LESS; i++) {
		size_t at = i % 2 ? moment(&random) : said;

		scratch_empty(cut);
		disk_cut(at, &random, cut);
		open_whole(cut, &s);
		store_close(&s);
		if (access(file, F_OK) != 0) {
			CHECK(at < said);
			continue;
		}
		s.db = db_open(url, false, &status, why, sizeof(why));
		CHECK(s.db != NULL);
		CHECK(ledger_sum(s.db) == sum);
		store_close(&s);
	}
	town_free(t);
	end();
}
