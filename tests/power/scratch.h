/*
 * scratch - folders of a test's own, below TMPDIR, and what the environment asks of it.
 */
#ifndef TESTS_POWER_SCRATCH_H
#define TESTS_POWER_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

#define SCRATCH 192 /* bytes of a path */

void scratch_make(char path[SCRATCH], const char *name);                      /* a new folder of that name, roughly */
void scratch_below(char path[SCRATCH], const char *folder, const char *name); /* the path only */
void scratch_empty(const char *folder); /* nothing is in it; it is made if it is missing */
void scratch_remove(const char *folder);
void scratch_copy(const char *from, const char *to); /* one file */

/* MIMAMORI_CUTS and the like: a number, or `standard`. */
uint64_t scratch_number(const char *name, uint64_t standard);

#endif
