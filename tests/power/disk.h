/*
 * disk - stands between this process and the kernel, libraries included: records what a folder's disk is asked to do,
 * says what the disk may hold after a power cut, and fails on demand.
 *
 * A model of what POSIX promises, and of no file system that is kinder: what fsync returned for is there; of what came
 * after, each sector of a file has any of the contents it had since, its length is any of the lengths, what was never
 * written may be garbage; a file's name is there only once its folder was synced, and names made, taken away or changed
 * since may each have happened or not. Files that live in memory only (SQLite's -shm) are left out.
 *
 * For one thread. The whole program is affected (the functions below are the C library's own names), so whatever links
 * it is a program of its own.
 */
#ifndef TESTS_POWER_DISK_H
#define TESTS_POWER_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From now on this folder is recorded; what is in it is on the disk. Forgets what was recorded before. */
void disk_record(const char *folder);
void disk_pause(bool paused); /* neither recorded nor failing meanwhile: for the test's own looks */
size_t disk_start(void);      /* the first moment that can be cut at */
size_t disk_now(void);        /* how much was asked of it: a moment to cut at */

/* Makes `target` what the disk may hold after a cut at that moment; which of all it may, `random` decides. */
void disk_cut(size_t at, uint64_t *random, const char *target);

uint64_t disk_random(uint64_t *state); /* splitmix64 */

enum disk_trouble {
	DISK_WELL,
	DISK_FULL,       /* nothing grows: half of a write is taken, then ENOSPC */
	DISK_READ_ONLY,  /* EROFS, as a file system that has met an error and was remounted */
	DISK_WRITES_BAD, /* EIO from what writes */
	DISK_SYNCS_BAD,  /* EIO from fsync */
	DISK_OPENS_BAD,  /* EMFILE from what opens a file */
	DISK_READS_BAD,  /* EIO from what reads */
	DISK_TROUBLES
};
extern const char *const disk_trouble_names[DISK_TROUBLES];

/* The nth request of the sort (from 1) in the folder recorded meets it, and `more` after that as well. */
void disk_fail(enum disk_trouble trouble, size_t nth, size_t more);
size_t disk_met(void); /* how many requests met it */

/* Is called within every fsync of a file of the folder: a disk that takes its time. NULL: none. */
void disk_slow(void (*meanwhile)(void *context), void *context);

#endif
