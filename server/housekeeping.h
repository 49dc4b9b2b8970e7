/*
 * housekeeping - what the store needs now and then, in a thread and on a connection of its own, off the loop.
 *
 * Each second a passive checkpoint: the write-ahead log goes into the database without holding up a commit. Each minute
 * the invariants of `mimamori check` that concern open incidents; an error line names what is wrong.
 */
#ifndef SERVER_HOUSEKEEPING_H
#define SERVER_HOUSEKEEPING_H

#include "server/health.h"

struct housekeeping;

struct housekeeping *housekeeping_start(const char *store_url, struct health *health);
void housekeeping_stop(struct housekeeping *k); /* NULL is fine */

#endif
