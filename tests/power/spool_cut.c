/*
 * A power cut at any moment of a button's life: every press that the spool said it keeps is there, as it was, and
 * nothing is taken for a press that none was. One that was taken out may come back; its id says that it is the same.
 *
 * Lives are made up from a seed (MIMAMORI_SEED): presses saved, saved again and taken out, starts in this boot and the
 * next, processes killed before any fsync, disks that fail; then cut at moments chosen at random (MIMAMORI_CUTS).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "device/button/spool.h"
#include "tests/power/disk.h"
#include "tests/power/scratch.h"
#include "tests/unit/test.h"

enum { LIVES = 12, CUTS = 1500, STEPS = 60, PRESSES = 100, FOUND = 200 };

static const char *const boots[] = { "04ff1e70-8f27-4b47-9a3b-9ad6001980e6", "b1f6d0aa-0000-4000-8000-000000000001" };

static char top[SCRATCH], folder[SCRATCH], cut[SCRATCH];

static struct life {
	struct spool spool;
	struct press_store store;
	struct press presses[PRESSES];
	size_t asked[PRESSES], kept[PRESSES], removed[PRESSES]; /* disk_now() when; SIZE_MAX: never */
	size_t count;
} life;

/* Being killed: the process is gone at the nth fsync from here; the kernel closes what it had open. */
static jmp_buf killed;
static int kill_at, first_fd;

static void perhaps_die(void *context)
{
	(void)context;
	if (kill_at && --kill_at == 0)
		longjmp(killed, 1);
}

static void bury(void)
{
	for (int fd = first_fd; fd < first_fd + 16; fd++)
		close(fd);
	life.spool.folder = -1;
}

static struct press *known(const struct press *p)
{
	for (size_t i = 0; i < life.count; i++)
		if (strcmp(life.presses[i].id, p->id) == 0)
			return &life.presses[i];
	fail_msg("%s was never pressed", p->id);
	return NULL;
}

static void check_same(const struct press *found, const struct press *made)
{
	CHECK_INT(found->seq, made->seq);
	CHECK_INT(found->kind, made->kind);
	CHECK_INT(found->at, made->at);
	CHECK_TEXT(found->reply_to, made->reply_to);
}

/* What a start takes in, it keeps. */
static void take_in(void *to, const struct press *found)
{
	struct press *made = known(found);
	size_t i = (size_t)(made - life.presses);

	(void)to;
	check_same(found, made);
	life.kept[i] = SIZE_MAX - 1; /* now, once all are read */
	life.removed[i] = SIZE_MAX;
}

static void start(const char *boot)
{
	spool_init(&life.spool, folder, boot);
	life.store = spool_store(&life.spool);
	if (spool_open(&life.spool) != SPOOL_OPEN)
		return;
	life.store.each(life.store.self, take_in, NULL);
	for (size_t i = 0; i < life.count; i++)
		if (life.kept[i] == SIZE_MAX - 1)
			life.kept[i] = disk_now();
}

static void save(size_t i, int64_t now)
{
	size_t asked = disk_now();

	if (life.asked[i] == SIZE_MAX)
		life.asked[i] = asked;
	if (life.store.add(life.store.self, &life.presses[i], now)) {
		if (life.kept[i] == SIZE_MAX || life.removed[i] != SIZE_MAX)
			life.kept[i] = disk_now();
		life.removed[i] = SIZE_MAX;
	}
}

static void press(uint64_t *random, int64_t now)
{
	size_t i = life.count++;
	struct press *p = &life.presses[i];

	CHECK(i < PRESSES);
	*p = (struct press){ .kind = (enum checkin_kind)(disk_random(random) % CHECKIN_KINDS),
		.seq = (uint32_t)i + 1,
		.at = INT64_C(1795390323456) + (int64_t)i,
		.pressed_ms = now };
	snprintf(p->id, sizeof p->id, "id-%zu", i);
	snprintf(p->reply_to, sizeof p->reply_to, "%s", i % 2 ? "roll-1" : "");
	life.asked[i] = life.kept[i] = life.removed[i] = SIZE_MAX;
	save(i, now);
}

static void live_a_step(uint64_t *random, int64_t now)
{
	size_t i = life.count ? disk_random(random) % life.count : 0;

	switch (disk_random(random) % 16) {
	case 0:
	case 1: /* another start */
		spool_close(&life.spool);
		start(boots[disk_random(random) % 2]);
		break;
	case 2: /* a disk in trouble */
		disk_fail((enum disk_trouble)(1 + disk_random(random) % (DISK_TROUBLES - 2)),
			1 + disk_random(random) % 4, disk_random(random) % 2);
		press(random, now);
		disk_fail(DISK_WELL, 0, 0);
		break;
	case 3:
	case 4: /* killed */
		kill_at = 1 + (int)(disk_random(random) % 2);
		press(random, now);
		kill_at = 0;
		break;
	case 5:
	case 6: /* saved again, as before an orderly end */
		if (life.count && life.kept[i] != SIZE_MAX && life.removed[i] == SIZE_MAX)
			save(i, now);
		break;
	case 7:
	case 8:
	case 9: /* the server has it */
		if (life.count && life.kept[i] != SIZE_MAX && life.removed[i] == SIZE_MAX) {
			life.removed[i] = disk_now();
			life.store.remove(life.store.self, &life.presses[i]);
		}
		break;
	default: press(random, now); break;
	}
}

static void live(uint64_t *random)
{
	volatile int step = 0; /* volatile: what a longjmp leaves alone */

	scratch_remove(folder); /* the spool makes it */
	disk_record(top);
	disk_slow(perhaps_die, NULL);
	memset(&life, 0, sizeof life);
	life.spool.folder = -1;
	first_fd = dup(0);
	close(first_fd);
	kill_at = disk_random(random) % 2 ? 1 : 0;
	if (setjmp(killed) != 0 || step > 0)
		bury();
	if (life.spool.folder < 0)
		start(boots[0]);
	kill_at = 0;
	while (step < STEPS) {
		step++;
		live_a_step(random, step * SECOND);
	}
	spool_close(&life.spool);
}

static struct press found[FOUND];
static size_t found_count;

static void find(void *to, const struct press *p)
{
	(void)to;
	CHECK(found_count < FOUND);
	found[found_count++] = *p;
}

static void check_cut(size_t at)
{
	char path[SCRATCH];
	struct spool s;
	struct press_store store;

	scratch_below(path, cut, "spool");
	spool_init(&s, path, boots[1]);
	CHECK_INT(spool_open(&s), SPOOL_OPEN);
	store = spool_store(&s);
	found_count = 0;
	store.each(store.self, find, NULL);
	for (size_t k = 0; k < found_count; k++) {
		const struct press *made = known(&found[k]);

		check_same(&found[k], made);
		CHECK(life.asked[made - life.presses] <= at);
		for (size_t j = 0; j < k; j++)
			CHECK(strcmp(found[j].id, found[k].id) != 0);
	}
	for (size_t i = 0; i < life.count; i++) {
		size_t k = 0;

		if (life.kept[i] > at || life.removed[i] <= at)
			continue;
		while (k < found_count && strcmp(found[k].id, life.presses[i].id) != 0)
			k++;
		if (k == found_count)
			fail_msg("press %s was kept at %zu and is not there after a cut at %zu", life.presses[i].id,
				life.kept[i], at);
	}
	/* And it goes on. */
	struct press next = { .kind = CHECKIN_OK, .id = "next", .seq = 1000, .at = -1 };
	CHECK(store.add(store.self, &next, 5000));
	spool_close(&s);
}

TEST(a_spool_cut_at_any_moment_holds_every_press_that_it_said_it_keeps)
{
	size_t cuts = scratch_number("MIMAMORI_CUTS", CUTS), kept = 0;
	uint64_t seed = scratch_number("MIMAMORI_SEED", 1), random = seed;

	log_level_set((enum log_level) - 1);
	scratch_make(top, "spool");
	scratch_make(cut, "cut");
	scratch_below(folder, top, "spool");
	print_message("%d lives, %zu cuts, seed %llu\n", LIVES, cuts, (unsigned long long)seed);
	for (int i = 0; i < LIVES; i++) {
		live(&random);
		disk_pause(true);
		for (size_t k = 0; k < cuts / LIVES; k++) {
			size_t at = disk_start() + disk_random(&random) % (disk_now() - disk_start() + 1);

			scratch_empty(cut);
			disk_cut(at, &random, cut);
			check_cut(at);
			kept += found_count;
		}
		disk_pause(false);
	}
	CHECK(kept > cuts); /* there was something to lose */
	disk_pause(true);
	scratch_remove(cut);
	scratch_remove(top);
}
