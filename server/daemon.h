/*
 * daemon - mimamorid's parts put together: started in order, one turn's worth of waiting, ended in order.
 *
 * The loop itself stands in main.c. Around it: notify, web, housekeeping and heartbeat, each a thread with a store
 * connection of its own; they meet the loop only in the store, in the counters of health, and by a poke.
 */
#ifndef SERVER_DAEMON_H
#define SERVER_DAEMON_H

#include "server/handover.h"
#include "server/health.h"
#include "server/housekeeping.h"
#include "server/intake/intake.h"
#include "server/jump.h"
#include "server/notify/heartbeat.h"
#include "server/notify/notify.h"
#include "server/settings.h"
#include "server/web/web.h"

struct daemon {
	const char *config; /* path */
	struct settings settings;
	struct health health;
	struct store store; /* the loop's */
	struct holidays holidays;
	struct watch watch;
	struct web *web;
	struct handover *handover;
	struct notify *notify;
	struct intake *intake;
	struct housekeeping *housekeeping;
	struct heartbeat_thread *heartbeat;
	struct jump jump;
	bool started; /* the store knows it, and by what clock */

	int poke_fd;   /* an eventfd: others wake the loop */
	int signal_fd; /* SIGTERM, SIGINT, SIGHUP */
	bool stopping, reloading;
	int64_t stop_by; /* clock_boot: the web is closed, its calls under way have until then; 0: it serves */

	int64_t due_at;                 /* the next stored time, as of the last turn */
	int64_t watched_at;             /* when a turn last looked for what is due, by clock_boot */
	int64_t watching_at;            /* since when this turn watches */
	bool unwatched;                 /* the last turn did not */
	bool more;                      /* the last turn left something due */
	bool again;                     /* and somebody else held the store's lock */
	uint64_t turned_away;           /* how often that was so far */
	int64_t second_at, watchdog_at; /* when these were last done, by clock_boot */
	int64_t watchdog_ms;            /* how often the supervisor wants to be told that we move; 0: not */
	char said[256];                 /* to the supervisor */
	bool log_told;                  /* that the store's log cannot be shortened */
};

/* Reads the settings and starts all parts; 0, or the exit status after naming what is wrong on standard error. */
int daemon_start(struct daemon *d, const char *config);
/* The one sleep: until the broker, a poke, a signal or the next stored time, a second at most. */
void daemon_wait(struct daemon *d);
/*
 * A jump of the clock is a blind period, and after a stop it may have come back. False: it is not in the store yet, so
 * nothing may be judged by this clock.
 */
bool daemon_check_clock(struct daemon *d, int64_t now, int64_t boot);
/*
 * Whether this turn looks for what is due: where a stored time has come or something was told, else each 5 ms, for each
 * press may be a turn of its own, and hardly any makes something due.
 */
bool daemon_watches(struct daemon *d, int64_t now, int64_t boot);
/* After a turn: pokes notify, looks at the next stored time, tells the supervisor, keeps the store's log short. */
void daemon_end_turn(struct daemon *d, int64_t now, int64_t boot);
/*
 * Asked to stop, and the web's calls are through or have had their time: only then does the loop end, so that however
 * many wait for an answer, we are deaf for a moment only.
 */
bool daemon_over(struct daemon *d);
/* Finishes what is in hand and ends all parts, in under five seconds but for a call of the web's that takes longer.
 * False: end with _exit (link_free says why). */
bool daemon_stop(struct daemon *d);

#endif
