/*
 * No memory, at any allocation: either the work is done as always, or the process ends by fatal() with one line that
 * says so; nothing that was committed is lost, nothing is half there, and no word leaves that is not whole.
 *
 * Each piece of work is done again and again in a process of its own on a copy of the same store, with another
 * allocation refused: ours, the libraries' and the C library's own. Every fourth time all those that follow are refused
 * as well. MIMAMORI_CUTS: so many of SQLite's for each piece of work, and OTHERS times as many of the others; 0: all.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/memory.h"
#include "common/written.h"
#include "common/zone.h"
#include "device/button/spool.h"
#include "server/store/invariants.h"
#include "server/tables/broker_passwords.h"
#include "server/tables/import_write.h"
#include "server/watch/daily.h"
#include "server/watch/incident_json.h"
#include "server/watch/whole.h"
#include "tests/power/ledger.h"
#include "tests/power/memory.h"
#include "tests/power/scratch.h"
#include "tests/power/town.h"
#include "tests/unit/test.h"

/* What ends with the status of a wrong configuration is not started again by its supervisor. */
enum { TRIES = 20, OTHERS = 8, LOG = 16384, REFUSED = 4, WRONG_CONFIGURATION = 2 };

static char top[SCRATCH], folder[SCRATCH], before[SCRATCH], file[SCRATCH], said[SCRATCH];
static uint64_t sum_before;

/* What a process leaves to the one that looks at it. */
static struct left {
	struct ledger ledger;
	struct town town; /* with the presses that were answered */
	size_t asked[MEMORY_SORTS];
	uint64_t said; /* every byte that left */
} * left;

/* Random names would make each try another one. */
void randombytes_buf(void *const bytes, const size_t size)
{
	static unsigned char next;

	for (size_t i = 0; i < size; i++)
		((unsigned char *)bytes)[i] = next++;
}

static void fresh(void)
{
	scratch_empty(folder);
	if (sum_before)
		scratch_copy(before, file);
}

/* A town with a morning behind it, or none yet. */
static struct town *begin(bool settled)
{
	struct town *t;

	log_level_set(LOG_LEVEL_ERROR);
	scratch_make(top, "memory");
	scratch_below(folder, top, "store");
	scratch_below(before, top, "before");
	scratch_below(file, folder, "m.db");
	scratch_below(said, top, "said");
	left = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(left != MAP_FAILED);
	sum_before = 0;
	fresh();
	t = town_new(folder);
	CHECK(town_open(t) && town_import(t)); /* the sums of tables need their names once */
	town_pass(t, 2 * HOUR, 30 * MINUTE);
	town_press(t, 1, "ok");
	town_press(t, 3, "unwell");
	town_pass(t, 2 * HOUR, 30 * MINUTE);
	if (settled)
		sum_before = ledger_sum(t->store.db);
	town_close(t);
	scratch_copy(file, before);
	return t;
}

static void end(struct town *t)
{
	town_free(t);
	munmap(left, sizeof(*left));
	scratch_remove(top);
}

/* Does the work in a process of its own; its status as of waitpid. */
static int run(struct town *t, void (*work)(struct town *t), enum memory_sort sort, size_t nth, size_t more)
{
	const struct rlimit none = { 0, 0 };
	pid_t child;
	int status;

	fresh();
	left->ledger.count = 0;
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		if (!freopen(said, "we", stderr) || dup2(fileno(stderr), STDERR_FILENO) < 0)
			_exit(3);
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		signal(SIGSEGV, SIG_DFL);
		left->town = *t;
		left->town.watch.store = &left->town.store;
		left->town.watch.holidays = &left->town.holidays;
		left->town.sender.store = &left->town.notify;
		left->town.sender.holidays = &left->town.holidays;
		ledger_open(&left->ledger, sum_before);
		memory_init();
		memory_fail(sort, nth, more);
		work(&left->town);
		for (int i = 0; i < MEMORY_SORTS; i++)
			left->asked[i] = memory_asked((enum memory_sort)i);
		left->said = left->town.said;
		_exit(0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	return status;
}

static void print_fault(void *context, const char *fault)
{
	(void)context;
	print_message("%s\n", fault);
}

static const char press_sql[] = "SELECT count(*) FROM checkins WHERE device_id = $1 AND id = $2";

/* What the store holds now: nothing that was committed is missing. */
static uint64_t look_at_store(size_t nth)
{
	const struct ledger *l = &left->ledger;
	size_t first = l->count;
	struct store s;
	char why[256];
	uint64_t sum;
	bool found = false;

	if (store_open(&s, left->town.url, why, sizeof(why)) != DB_FINE)
		fail_msg("allocation %zu: %s", nth, why);
	sum = ledger_sum(s.db);
	while (first > 0 && !l->lines[first - 1].committed)
		first--;
	if (first == 0)
		found = !sum_before || sum == sum_before;
	for (size_t i = first ? first - 1 : 0; i < l->count; i++)
		found |= l->lines[i].sum == sum;
	if (!found)
		fail_msg("allocation %zu: the store is as after none of %zu transactions", nth, l->count);
	for (size_t i = 0; i < left->town.press_count; i++) {
		const struct town_press *p = &left->town.presses[i];

		if (sum_before && p->stored && db_number(s.db, 0, press_sql, V(p->device), V(p->id)) != 1)
			fail_msg("allocation %zu: press %s was acknowledged and is not there", nth, p->id);
	}
	if (nth % 16 == 0)
		CHECK_INT(invariants_all(&s, print_fault, NULL), 0);
	store_close(&s);
	return sum;
}

/* It ended by fatal(), or refused the work; and it said why, once. */
static void check_last_words(const char *what, size_t nth, int status)
{
	static char text[LOG];
	FILE *in = fopen(said, "re");
	size_t len = in ? fread(text, 1, LOG - 1, in) : 0;
	bool ended = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
	     refused = WIFEXITED(status) && WEXITSTATUS(status) == REFUSED;
	const char *line;

	if (in)
		fclose(in);
	text[len] = '\0';
	line = ended ? strstr(text, "level=fatal") : text;
	if ((!ended && !refused) || !line || strstr(line + 1, "level=fatal") ||
		(!strstr(line, "out of memory") && !strstr(line, "Cannot allocate memory")))
		fail_msg("%s, allocation %zu: status %#x, it said:\n%s", what, nth, status, text);
}

static void try_all(const char *what, struct town *t, void (*work)(struct town *t), enum memory_sort sort)
{
	size_t tries = scratch_number("MIMAMORI_CUTS", TRIES), all, step, ended = 0, runs = 0;
	uint64_t sum, words;

	CHECK_INT(run(t, work, sort, 0, 0), 0);
	sum = look_at_store(0);
	words = left->said;
	all = left->asked[sort];
	tries *= sort == MEMORY_SQLITE ? 1 : OTHERS;
	step = tries && all > tries ? all / tries : 1;
	for (size_t nth = 1; nth <= all; nth += step) {
		int status = run(t, work, sort, nth, runs++ % 4 == 3 ? SIZE_MAX : 0);

		if (status == 0) {
			if (left->said != words)
				fail_msg("%s, allocation %zu: other words left than should", what, nth);
			if (look_at_store(nth) != sum)
				fail_msg("%s, allocation %zu: something else was stored than should be", what, nth);
			continue;
		}
		ended++;
		check_last_words(what, nth, status);
		look_at_store(nth);
	}
	print_message("%s, %s: %zu allocations, %zu refused, %zu ends\n", what,
		sort == MEMORY_SQLITE ? "SQLite's" : "others'", all, runs, ended);
}

#define WORK(name, settled, what)                                \
	static void name##_work(struct town *t);                 \
	TEST(name)                                               \
	{                                                        \
		struct town *town = begin(settled);              \
		try_all(what, town, name##_work, MEMORY_OTHERS); \
		try_all(what, town, name##_work, MEMORY_SQLITE); \
		end(town);                                       \
	}                                                        \
	static void name##_work(struct town *t)

WORK(a_new_store_is_made, false, "a new store")
{
	town_open(t);
}

WORK(a_store_is_opened, true, "a start")
{
	town_open(t);
}

WORK(presses_are_taken, true, "presses")
{
	town_open(t);
	town_press(t, 2, "ok");
	town_press(t, 6, "help");
	t->now += MINUTE;
	town_turn(t);
}

WORK(missed_check_ins_are_told, true, "a watch and its messages")
{
	town_pass(t, 2 * HOUR, 30 * MINUTE);
}

WORK(an_import_is_checked_and_written, true, "an import")
{
	static const char residents[] = "resident_id,name,phone\nR1,山田はな子,03-1234-9999\nR9,\"新\",x\n";
	static const char devices[] = "device_id,resident_id\nB7,R1\n";
	const struct import_file bad = { "residents.csv", residents, sizeof(residents) - 1 },
				 good = { "devices.csv", devices, sizeof(devices) - 1 };
	const struct clerk clerk = { .settings = &t->settings, .watch = &t->watch, .who = "clerk", .now = t->now };
	const char *unknown;
	struct import im;

	town_open(t);
	import_init(&im, &clerk);
	if (!import_take(&im, &bad, 1, &unknown) || !import_compare(&im))
		abort();
	for (size_t i = 0; i < im.faults.count; i++)
		town_say(t, im.faults.list[i].what, strlen(im.faults.list[i].what));
	import_release(&im);
	import_init(&im, &clerk);
	if (!import_take(&im, &good, 1, &unknown) || !import_compare(&im) || im.faults.count || !import_write(&im))
		abort();
	import_release(&im);
}

static const char incidents_sql[] = "SELECT id FROM incidents ORDER BY id LIMIT 1";

WORK(lists_are_written_as_json, true, "JSON")
{
	struct incident i;
	struct daily d;
	char *text;
	size_t len;
	FILE *out;

	if (!town_open(t) || !daily_read(&d, &t->watch, zone_day(t->now), "", t->now))
		abort();
	out = written_open(&text, &len);
	daily_write_json(&d, out);
	daily_release(&d);
	if (!db_begin_read(t->store.db) || !incidents_find(&t->store, db_number(t->store.db, 0, incidents_sql), &i))
		abort();
	incident_write_json(&t->watch, &i, out);
	whole_write(&t->watch, "R3", t->now, out);
	db_rollback(t->store.db);
	written_close(out);
	town_say(t, text, len);
	free(text);
}

static void count_press(void *to, const struct press *p)
{
	town_say(to, p->id, strlen(p->id));
}

WORK(a_button_keeps_its_presses, true, "a button")
{
	char path[SCRATCH], boot[SPOOL_BOOT] = "boot";
	struct spool s;
	struct press_store store;

	scratch_below(path, folder, "spool");
	for (uint32_t i = 1; i <= 3; i++) {
		struct press p = { .kind = CHECKIN_HELP, .seq = i, .at = -1 };

		snprintf(p.id, sizeof(p.id), "id-%u", i);
		spool_init(&s, path, boot);
		if (spool_open(&s) != SPOOL_OPEN)
			abort();
		store = spool_store(&s);
		store.each(store.self, count_press, t);
		if (!store.add(store.self, &p, 5000))
			abort();
		spool_close(&s);
	}
}

__attribute__((noreturn)) static void refuse(void)
{
	fflush(stderr);
	_exit(REFUSED);
}

WORK(a_configuration_is_read, true, "a configuration")
{
	char path[SCRATCH];
	char clock[ZONE_TEXT];
	struct settings s;
	struct holidays h;
	FILE *out;

	memory_pause(true);
	setenv("TZ", "Europe/Lisbon", 1); /* it was Tokyo already */
	tzset();
	scratch_below(path, folder, "m.ini");
	out = fopen(path, "w");
	fprintf(out,
		"[server]\ntimezone = Asia/Tokyo\nname = 本町\n[store]\nurl = sqlite:%s\n[mail]\n"
		"url = smtp://127.0.0.1\nfrom = a@example.jp\n",
		file);
	fclose(out);
	memory_pause(false);
	if (!settings_read(&s, path, stderr))
		_exit(WRONG_CONFIGURATION);
	town_say(t, &s.rules, sizeof(s.rules));
	town_say(t, s.name, strlen(s.name));
	town_say(t, s.mail_from, strlen(s.mail_from));
	town_say(t, zone_clock(clock, t->now), 5);
	memory_pause(true);
	scratch_below(path, folder, "holidays.csv");
	out = fopen(path, "w");
	fputs("date,name\n2026/1/1,元日\n2026/1/12,成人の日\n2026/2/11,建国記念の日\n", out);
	fclose(out);
	memory_pause(false);
	if (!holidays_init(&h, path, stderr))
		_exit(WRONG_CONFIGURATION);
	town_say(t, h.days, h.count * sizeof(*h.days));
	holidays_release(&h);
}

WORK(a_password_is_taken_from_the_brokers_file, true, "the broker's passwords")
{
	static const char lines[] = "B1:$7$101$one\nB2:$7$101$two\nB3:$7$101$three\n";
	char path[SCRATCH], why[BROKER_WHY], text[256];
	FILE *passwords;
	size_t len;
	bool done;

	memory_pause(true);
	scratch_below(path, folder, "passwords");
	passwords = fopen(path, "w");
	fputs(lines, passwords);
	fclose(passwords);
	memory_pause(false);
	done = broker_passwords_remove(path, "B2", why);
	memory_pause(true);
	passwords = fopen(path, "r");
	len = fread(text, 1, sizeof(text), passwords);
	fclose(passwords);
	town_say(t, text, len);
	if (done)
		return;
	fprintf(stderr, "%s\n", why);
	if (len != strlen(lines) || memcmp(text, lines, len) != 0)
		abort(); /* refused, and yet it is another */
	refuse();
}
