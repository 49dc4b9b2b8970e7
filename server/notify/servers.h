/*
 * servers - the other sides, so that none of them delays the others: how many messages one has in hand, and which
 * one is away.
 *
 * A server that gave no answer some times in a row is away: one message at a time goes to it as a probe, or some that
 * are urgent, and the others have failed at once. So each message's first try is noted and its reader's next channel is
 * asked in time, however many wait for a dead server, and none of them takes a place in hand from others.
 */
#ifndef NOTIFY_SERVERS_H
#define NOTIFY_SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/notify/channel.h"

enum {
	SERVERS_MOST = 256,        /* known at a time; those at rest make room */
	SERVER_AT_A_TIME = 16,     /* messages to one server, whatever it took before */
	SERVER_URGENT_MORE = 64,   /* urgent messages besides */
	SERVER_URGENT_PROBES = 20, /* urgent messages to one that is away: what has a connection at once */
	SERVER_SILENT_MOST = 3,    /* answers that did not come, in a row: it is away */
	SERVER_AHEAD_MS = 250,     /* it gets in hand what it took within such a time before */
};

struct server {
	char name[SERVER_NAME];
	int in_hand; /* under way or waiting for a connection */
	int silent;
	int64_t probe_at; /* by clock_boot: when the next probe may go */
	int64_t used_at;
	int64_t count_from; /* answers are counted since then, in took; in took_before those of the time before */
	int took, took_before;
};
struct servers {
	struct server list[SERVERS_MOST];
	size_t count;
};

enum server_now { SERVER_TAKES, SERVER_FULL, SERVER_AWAY };

/* The server of this name; NULL: too many are known that are not at rest. */
struct server *servers_find(struct servers *s, const char *name, int64_t boot);
/*
 * Whether it gets another message in hand now: as many as it takes in a moment, so that none waits for long, and no
 * more than as many places as it leaves free to the others.
 */
enum server_now server_now(struct server *s, bool urgent, size_t free, int64_t boot);
void server_begin(struct server *s);
/* One ended; answered: the other side said something in time. */
void server_end(struct server *s, bool answered, int64_t boot);
/* One is given back, and was not sent. */
void server_give_back(struct server *s);

#endif
