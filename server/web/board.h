/*
 * board - today's daily list, read once for everybody who looks at it, and what has changed on it.
 *
 * One thread reads the list when something has changed, at most for a fifth of the time, and keeps it as a snapshot
 * that any number of readers hold at once. What a page has changed itself is on the next snapshot it is given
 * (board_touch). Each new snapshot is compared with the last; the rows that differ are said to those who follow
 * (streams.h). While nobody looks, nothing is read.
 */
#ifndef WEB_BOARD_H
#define WEB_BOARD_H

#include "server/settings.h"
#include "server/watch/daily.h"
#include "server/web/streams.h"

struct board;

/* A list with the JSON of its rows: nothing in it changes while anybody holds it. */
struct board_list {
	struct daily daily;
	const char **json; /* of daily.rows, in that order: contract 5 */
	const char **more; /* what the pages show besides; "" nothing */
	char *questions;   /* those about nobody on it, an array */
	int holders;       /* the board's own business, as what follows */
	int64_t began;     /* clock_boot, when reading it began */
	char *memory;
};

/* The watch is the model of the thread's own. */
struct board *board_start(const struct settings *settings, const struct watch *watch, struct streams *streams);
void board_stop(struct board *b); /* NULL is fine; nobody holds a list any more */

/* Today's list, with all that was touched before and at most some seconds old; NULL: the store gives none now. */
const struct board_list *board_hold(struct board *b);
void board_drop(struct board *b, const struct board_list *list);
/* Something was committed that the next list must show. */
void board_touch(struct board *b);

/* Any day's list, read now on the caller's own store, to be freed. NULL: the store gives none now. */
struct board_list *board_read(struct watch *w, int32_t day, int64_t now);
void board_free(struct board_list *list);

#endif
