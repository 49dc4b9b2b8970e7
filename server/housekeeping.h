/*
 * housekeeping - what the store needs now and then, in a thread and on a connection of its own, off the loop.
 *
 * Each second a passive checkpoint: the write-ahead log goes into the database without holding up a commit. Each minute
 * the invariants of `mimamori check` that concern open incidents; an error line names what is wrong. Once a day, from
 * one in the morning on, what is older than [retention] says goes, a few rows each second. Each hour what the present
 * month and those before it came to, as long as they change, is counted and kept for the reports.
 */
#ifndef SERVER_HOUSEKEEPING_H
#define SERVER_HOUSEKEEPING_H

#include "server/health.h"
#include "server/settings.h"

struct housekeeping;

/* The loop's watch is copied, but for its store. */
struct housekeeping *housekeeping_start(const struct settings *s, const struct watch *watch, struct health *health);
void housekeeping_stop(struct housekeeping *k); /* NULL is fine */

#endif
