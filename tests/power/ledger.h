/*
 * ledger - every transaction that the program under test commits: what the store would hold after it, and what
 * db_commit said; and whether each transaction finds the store as those before it left it. It stands in front of
 * db_begin and db_commit (-Wl,--wrap).
 *
 * The contents are known by a sum over every row of every table, taken within the transaction.
 */
#ifndef TESTS_POWER_LEDGER_H
#define TESTS_POWER_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/store/store.h"

enum { LEDGER_LINES = 4096 };

struct ledger {
	/* What the store holds now: the state after the last that was committed; or, of those that failed since, the
	 * state after the last, where the disk took it all before it said no. */
	uint64_t state, perhaps;
	size_t failed; /* db_commit said no so often */
	size_t wrong;  /* a transaction found neither, so often */
	size_t count;
	struct ledger_line {
		uint64_t sum;         /* of what the store is to hold */
		size_t asked, said;   /* disk_now() when db_commit was called, and when it returned */
		bool done, committed; /* it returned, and what */
	} lines[LEDGER_LINES];
};

/* Writes down each transaction from now on. NULL: no more. state: what the store holds; 0: it is empty. */
void ledger_open(struct ledger *l, uint64_t state);
/* The sum of what a store holds now. */
uint64_t ledger_sum(struct db *db);

#endif
