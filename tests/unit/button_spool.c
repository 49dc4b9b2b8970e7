/*
 * The spool: whole or absent after a cut at any step, garbage set aside, a full disk survived, ages over restarts.
 *
 * The linker puts the functions below between the spool and the kernel (tests.mk), so that a step can end the process,
 * tear a write, or fail.
 */
#include "tests/unit/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "device/button/spool.h"

#define BOOT_A "04ff1e70-8f27-4b47-9a3b-9ad6001980e6"
#define BOOT_B "b1f6d0aa-0000-4000-8000-000000000001"
#define CUT    42 /* exit status of a process that a step ended */

static int steps, cut_at, fail_at; /* counted from 1; 0: never */
static char order[64];             /* what the steps were */

int __real_openat(int folder, const char *name, int flags, ...);
ssize_t __real_write(int fd, const void *bytes, size_t len);
int __real_fsync(int fd);
int __real_renameat(int from, const char *a, int to, const char *b);
int __real_unlinkat(int folder, const char *name, int flags);
int __wrap_openat(int folder, const char *name, int flags, ...);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
int __wrap_fsync(int fd);
int __wrap_renameat(int from, const char *a, int to, const char *b);
int __wrap_unlinkat(int folder, const char *name, int flags);

/* Counts a step that changes the disk; true: it is the one that fails. */
static bool step(char what)
{
	size_t len = strlen(order);

	if (len + 1 < sizeof order)
		order[len] = what;
	if (++steps == cut_at)
		_exit(CUT);
	if (steps == fail_at)
		errno = ENOSPC;
	return steps == fail_at;
}

int __wrap_openat(int folder, const char *name, int flags, ...)
{
	if ((flags & O_CREAT) != 0 && step('o'))
		return -1;
	return __real_openat(folder, name, flags, 0600);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
	if (fd == STDERR_FILENO)
		return (ssize_t)len; /* the log */
	if (steps + 1 == cut_at || steps + 1 == fail_at)
		(void)!__real_write(fd, bytes, len / 2); /* torn */
	if (step('w'))
		return -1;
	return __real_write(fd, bytes, len);
}

int __wrap_fsync(int fd)
{
	struct stat status;

	fstat(fd, &status);
	return step(S_ISDIR(status.st_mode) ? 'D' : 'f') ? -1 : __real_fsync(fd);
}

int __wrap_renameat(int from, const char *a, int to, const char *b)
{
	return step('r') ? -1 : __real_renameat(from, a, to, b);
}

int __wrap_unlinkat(int folder, const char *name, int flags)
{
	return step('u') ? -1 : __real_unlinkat(folder, name, flags);
}

struct world {
	char top[32], path[48];
	struct spool spool;
	struct press_store store;
	struct press found[16];
	size_t count;
};

static void found_press(void *to, const struct press *p)
{
	struct world *w = to;

	CHECK(w->count < 16);
	w->found[w->count++] = *p;
}

/* Opens the spool as a start of the button in that boot does, and reads it. */
static void reopen(struct world *w, const char *boot)
{
	steps = cut_at = fail_at = 0;
	memset(order, 0, sizeof order);
	spool_close(&w->spool);
	spool_init(&w->spool, w->path, boot);
	CHECK_INT(spool_open(&w->spool), SPOOL_OPEN);
	w->store = spool_store(&w->spool);
	w->count = 0;
	w->store.each(w->store.self, found_press, w);
}

static struct world *new_world(void)
{
	static struct world w;

	w = (struct world){ .top = "/tmp/mimamori-spool-XXXXXX" };
	CHECK(mkdtemp(w.top) != NULL);
	snprintf(w.path, sizeof w.path, "%s/spool", w.top);
	w.spool.folder = -1;
	reopen(&w, BOOT_A);
	return &w;
}

static void end_world(struct world *w)
{
	char path[PATH_MAX];
	DIR *folder = opendir(w->path);

	spool_close(&w->spool);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		snprintf(path, sizeof path, "%s/%s", w->path, entry->d_name);
		if (entry->d_name[0] != '.' && remove(path) != 0)
			fail();
	}
	closedir(folder);
	CHECK_INT(rmdir(w->path), 0);
	CHECK_INT(rmdir(w->top), 0);
}

static struct press a_press(const char *id, uint32_t seq)
{
	struct press p = { .kind = CHECKIN_HELP,
		.reply_to = "roll-1",
		.seq = seq,
		.at = INT64_C(1795390323456),
		.pressed_ms = 5000,
		.age_exact = true };

	snprintf(p.id, sizeof p.id, "%s", id);
	return p;
}

static bool add(struct world *w, const struct press *p, int64_t now_ms)
{
	return w->store.add(w->store.self, p, now_ms);
}

static int count_files(const struct world *w, const char *suffix)
{
	DIR *folder = opendir(w->path);
	int n = 0;

	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		size_t len = strlen(entry->d_name), tail = strlen(suffix);

		n += entry->d_name[0] != '.' && len >= tail && strcmp(entry->d_name + len - tail, suffix) == 0;
	}
	closedir(folder);
	return n;
}

static void write_file(const struct world *w, const char *name, const char *bytes, size_t len)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", w->path, name);
	FILE *file = fopen(path, "we");
	CHECK(file != NULL);
	CHECK_INT(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static size_t read_file(const struct world *w, const char *name, char *bytes, size_t size)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", w->path, name);
	FILE *file = fopen(path, "re");
	CHECK(file != NULL);
	size_t len = fread(bytes, 1, size, file);
	fclose(file);
	return len;
}

/* Runs in a process of its own that ends before step n; true: it came to its end without that many steps. */
static bool survives(struct world *w, int n, const struct press *p, int64_t now_ms)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		steps = 0;
		cut_at = n;
		_exit(add(w, p, now_ms) ? 0 : 1);
	}
	CHECK(child > 0);
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status));
	CHECK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == CUT);
	return WEXITSTATUS(status) == 0;
}

TEST(a_press_comes_back_as_it_was)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 7);

	CHECK(add(w, &p, 5000));
	reopen(w, BOOT_A);
	CHECK_INT(w->count, 1);
	CHECK_TEXT(w->found[0].id, "abc-1");
	CHECK_TEXT(w->found[0].reply_to, "roll-1");
	CHECK_INT(w->found[0].kind, CHECKIN_HELP);
	CHECK_INT(w->found[0].seq, 7);
	CHECK_INT(w->found[0].at, INT64_C(1795390323456));
	CHECK_INT(w->found[0].pressed_ms, 5000);
	CHECK(w->found[0].age_exact);
	end_world(w);
}

TEST(a_press_is_written_synced_and_only_then_named_and_the_name_synced)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 1);

	memset(order, 0, sizeof order);
	CHECK(add(w, &p, 5000));
	CHECK_TEXT(order, "owfrD");
	end_world(w);
}

TEST(a_start_makes_the_folder_and_the_names_in_it_durable_whoever_made_them)
{
	struct world *w = new_world();

	CHECK_TEXT(order, "DD");
	reopen(w, BOOT_A);
	CHECK_TEXT(order, "DD");
	end_world(w);
}

TEST(what_a_killed_process_wrote_is_synced_before_it_is_named)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 1);

	CHECK(!survives(w, 3, &p, 5000));
	reopen(w, BOOT_A);
	CHECK_TEXT(order, "DfrD");
	CHECK_INT(w->count, 1);
	end_world(w);
}

TEST(a_press_in_a_folder_that_may_be_gone_after_a_power_cut_is_not_saved)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 1);

	spool_close(&w->spool);
	steps = 0;
	fail_at = 1;
	CHECK_INT(spool_open(&w->spool), SPOOL_OPEN);
	fail_at = 2;
	CHECK(!add(w, &p, 5000));
	CHECK_INT(count_files(w, ".press"), 0);
	fail_at = 0;
	CHECK(add(w, &p, 5000)); /* it is well again */
	end_world(w);
}

TEST(presses_come_back_in_the_order_of_pressing)
{
	struct world *w = new_world();
	static const uint32_t seqs[] = { 100, 9, 4000000000, 10 };

	for (int i = 0; i < 4; i++) {
		struct press p = a_press("same-id-is-no-matter", seqs[i]);

		p.id[0] = (char)('d' - i);
		CHECK(add(w, &p, 5000));
	}
	reopen(w, BOOT_A);
	CHECK_INT(w->count, 4);
	CHECK_INT(w->found[0].seq, 9);
	CHECK_INT(w->found[1].seq, 10);
	CHECK_INT(w->found[2].seq, 100);
	CHECK_INT(w->found[3].seq, UINT32_C(4000000000));
	end_world(w);
}

TEST(a_removed_press_does_not_come_back)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 1), q = a_press("abc-2", 2);

	CHECK(add(w, &p, 5000) && add(w, &q, 5000));
	w->store.remove(w->store.self, &p);
	w->store.remove(w->store.self, &p); /* gone already: fine */
	reopen(w, BOOT_A);
	CHECK_INT(w->count, 1);
	CHECK_TEXT(w->found[0].id, "abc-2");
	end_world(w);
}

TEST(a_cut_at_any_step_leaves_a_press_whole_or_absent_and_the_others_alone)
{
	struct world *w = new_world();
	struct press other = a_press("other", 1), p = a_press("abc-1", 2);
	bool done = false;
	int n;

	CHECK(add(w, &other, 5000));
	for (n = 1; !done; n++) {
		done = survives(w, n, &p, 6000);
		reopen(w, BOOT_A);
		CHECK(w->count == 1 || w->count == 2);
		CHECK_TEXT(w->found[0].id, "other");
		if (w->count == 2)
			CHECK_TEXT(w->found[1].id, "abc-1");
		if (n == 3 || n == 4) /* all bytes were there: a press that somebody made is taken in */
			CHECK_INT(w->count, 2);
		if (done)
			CHECK_INT(w->count, 2);
		CHECK_INT(count_files(w, ".tmp"), 0);
		CHECK(add(w, &p, 7000)); /* and the spool goes on */
		w->store.remove(w->store.self, &p);
	}
	CHECK_INT(n, 7); /* five steps, each was cut */
	end_world(w);
}

TEST(a_cut_at_any_step_of_saving_again_leaves_the_old_or_the_new)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 1);
	bool done = false;

	p.at = -1;
	for (int n = 1; !done; n++) {
		reopen(w, BOOT_A);
		CHECK(add(w, &p, 5000));
		done = survives(w, n, &p, 5000 + HOUR);
		reopen(w, BOOT_B);
		CHECK_INT(w->count, 1);
		CHECK(w->found[0].pressed_ms == 0 || w->found[0].pressed_ms == -HOUR);
		if (done)
			CHECK_INT(w->found[0].pressed_ms, -HOUR);
	}
	end_world(w);
}

TEST(a_full_disk_at_any_step_is_said_and_leaves_nothing_half)
{
	struct world *w = new_world();
	struct press old = a_press("old", 1), p = a_press("abc-1", 2);

	for (int n = 1; n <= 5; n++) {
		CHECK(add(w, &old, 5000));
		steps = 0;
		fail_at = n;
		CHECK(!add(w, &p, 6000));
		fail_at = 0;
		CHECK_INT(count_files(w, ".tmp"), 0);
		reopen(w, BOOT_A);
		CHECK_TEXT(w->found[0].id, "old");
		CHECK(add(w, &p, 6000)); /* there is room again */
		w->store.remove(w->store.self, &p);
	}
	end_world(w);
}

TEST(a_torn_file_of_any_length_is_set_aside_and_hides_no_other)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 1), q = a_press("abc-2", 2);
	char bytes[1024];

	CHECK(add(w, &p, 5000) && add(w, &q, 5000));
	size_t len = read_file(w, "0000000001-abc-1.press", bytes, sizeof bytes);
	for (size_t cut = 0; cut < len; cut++) {
		write_file(w, "0000000001-abc-1.press", bytes, cut);
		reopen(w, BOOT_A);
		CHECK_INT(w->count, 1);
		CHECK_TEXT(w->found[0].id, "abc-2");
		CHECK_INT(count_files(w, "0000000001-abc-1.press.bad"), 1);
	}
	reopen(w, BOOT_A); /* what was set aside is no news */
	CHECK_INT(w->count, 1);
	end_world(w);
}

TEST(a_changed_byte_anywhere_is_noticed)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 1);
	char bytes[1024];

	CHECK(add(w, &p, 5000));
	size_t len = read_file(w, "0000000001-abc-1.press", bytes, sizeof bytes);
	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= 1;
		write_file(w, "0000000001-abc-1.press", bytes, len);
		bytes[i] ^= 1;
		reopen(w, BOOT_A);
		CHECK_INT(w->count, 0);
	}
	end_world(w);
}

TEST(garbage_in_the_folder_is_set_aside_or_left_alone)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 1);
	static char large[70000];
	char bytes[1024], folder[PATH_MAX];

	CHECK(add(w, &p, 5000));
	size_t len = read_file(w, "0000000001-abc-1.press", bytes, sizeof bytes);
	write_file(w, "0000000001-abc-2.press", bytes, len); /* a copy under another name */
	write_file(w, "copy-of-abc-1.press", bytes, len);
	write_file(w, "x.press", "", 0);
	memset(large, 'x', sizeof large);
	write_file(w, "0000000003-large.press", large, sizeof large);
	write_file(w, "0000000004-torn.tmp", bytes, len / 2);
	write_file(w, "README", "not ours", 8);
	snprintf(folder, sizeof folder, "%s/folder.press", w->path);
	CHECK_INT(mkdir(folder, 0700), 0);
	reopen(w, BOOT_A);
	CHECK_INT(w->count, 1);
	CHECK_TEXT(w->found[0].id, "abc-1");
	CHECK_INT(count_files(w, ".bad"), 5);
	CHECK_INT(count_files(w, "README"), 1);
	CHECK_INT(count_files(w, "folder.press"), 1); /* nothing could be read: perhaps another time */
	CHECK_INT(rmdir(folder), 0);
	end_world(w);
}

TEST(within_a_boot_the_age_goes_on_and_after_a_reboot_it_is_at_least_what_it_was)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 1);

	p.at = -1;
	CHECK(add(w, &p, 5000 + HOUR)); /* an hour old */
	reopen(w, BOOT_A);
	CHECK_INT(w->found[0].pressed_ms, 5000);
	CHECK_INT(w->found[0].at, -1);
	CHECK(w->found[0].age_exact);
	reopen(w, BOOT_B);
	CHECK_INT(w->found[0].pressed_ms, -HOUR); /* an hour and the time since boot */
	CHECK(!w->found[0].age_exact);
	CHECK(add(w, &w->found[0], 2 * HOUR)); /* saved again in the second boot: three hours at least */
	reopen(w, BOOT_B);
	CHECK_INT(w->found[0].pressed_ms, -HOUR);
	CHECK(!w->found[0].age_exact);
	reopen(w, BOOT_A);
	CHECK_INT(w->found[0].pressed_ms, -3 * HOUR);
	end_world(w);
}

TEST(two_buttons_do_not_share_a_spool)
{
	struct world *w = new_world();
	struct spool other;

	spool_init(&other, w->path, BOOT_A);
	CHECK_INT(spool_open(&other), SPOOL_BUSY);
	spool_close(&w->spool);
	CHECK_INT(spool_open(&other), SPOOL_OPEN);
	spool_close(&other);
	end_world(w);
}

TEST(a_folder_that_is_not_there_yet_is_opened_when_a_press_needs_it)
{
	struct world *w = new_world();
	struct press p = a_press("abc-1", 1);

	spool_close(&w->spool);
	CHECK_INT(rmdir(w->path), 0);
	CHECK_INT(rmdir(w->top), 0);
	CHECK_INT(spool_open(&w->spool), SPOOL_FAILED);
	CHECK(!add(w, &p, 5000));
	CHECK_INT(mkdir(w->top, 0700), 0);
	CHECK(add(w, &p, 5000));
	reopen(w, BOOT_A);
	CHECK_INT(w->count, 1);
	end_world(w);
}

TEST(the_kernel_names_this_boot)
{
	char boot[SPOOL_BOOT], again[SPOOL_BOOT];

	spool_boot(boot);
	spool_boot(again);
	CHECK(strlen(boot) >= 32);
	CHECK_TEXT(boot, again);
}
