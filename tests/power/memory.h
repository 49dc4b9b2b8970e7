/*
 * memory - stands in front of malloc, for this program and all its libraries, and says no on demand.
 */
#ifndef TESTS_POWER_MEMORY_H
#define TESTS_POWER_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Who asks: SQLite asks ten times as often as all others together. */
enum memory_sort { MEMORY_OTHERS, MEMORY_SQLITE, MEMORY_SORTS };

/* The nth allocation of the sort from now (from 1) is refused, and `more` of any sort after it. 0: none is. Counts
 * anew. */
void memory_fail(enum memory_sort sort, size_t nth, size_t more);
void memory_pause(bool paused); /* neither counted nor refused meanwhile: for the test's own */
size_t memory_asked(enum memory_sort sort);

#endif
