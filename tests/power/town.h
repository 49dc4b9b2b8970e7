/*
 * town - a small town's days through the real rooms, over a store in a folder: presses by intake's batch, the watch's
 * turns, messages leased, composed and sent by a connection of notify's own, checkpoints by one of housekeeping's, an
 * import, pauses, claims and reports. No clock, no network: everything happens at the time given.
 *
 * It goes on as the daemon does: what the store does not take now is kept and tried at the next turn.
 */
#ifndef TESTS_POWER_TOWN_H
#define TESTS_POWER_TOWN_H

#include "server/intake/batch.h"
#include "server/settings.h"
#include "server/store/outbox.h"
#include "server/watch/watch.h"

#define TOWN_START INT64_C(1795377600000) /* 2026-11-23 05:00 in Tokyo */

enum { TOWN_PRESSES = 512 };

struct town_press {
	char device[16], id[16];
	const char *kind;
	bool stored;   /* it was answered as stored, or as a duplicate */
	size_t answer; /* and disk_now() then */
};

struct town {
	char url[512];
	struct store store, notify, keeper; /* the loop's connection, notify's, housekeeping's; db NULL: not open */
	bool taken_over;
	struct holidays holidays;
	struct settings settings;
	struct watch watch, sender; /* of the loop and of notify */
	struct health health;
	struct batch batch;
	struct town_press presses[TOWN_PRESSES];
	size_t press_count;
	int64_t now;
	uint64_t said;                    /* a sum of every byte that left: acks and letters */
	struct outbox_message waiting[8]; /* leased and sent, not yet recorded */
	size_t waiting_count;
};

/* A town without its store. Sets the process's zone. */
struct town *town_new(const char *folder);
void town_free(struct town *t); /* closes it too */

/* Opens what is not open, as a start does. False: the store cannot be opened now. */
bool town_open(struct town *t);
void town_close(struct town *t);
/* Its people, as a clerk imports them. False: nothing was imported. */
bool town_import(struct town *t);

/* Somebody presses; it is kept, and offered again at each turn until it is answered. */
void town_press(struct town *t, int resident, const char *kind);
/* Counts bytes among those that left. */
void town_say(struct town *t, const void *bytes, size_t len);
/* One turn now: presses, what is due, messages. */
void town_turn(struct town *t);
/* Turns over that length of time, each at a stored time or after `step`. */
void town_pass(struct town *t, int64_t length, int64_t step);
/* From early morning to the next noon, everything that may happen in between, with checkpoints and restarts. */
void town_two_days(struct town *t);

#endif
