/*
 * web - HTTP on [web] listen: the pages of staff and watchers, the calls behind them, and what supervisors ask. It runs
 * in threads of its own with store connections of its own, and changes things only through watch rules; routes.c names
 * every call.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "server/health.h"
#include "server/notify/notify.h"
#include "server/settings.h"

struct web;

/*
 * NULL: it cannot listen, and why is named on `errors` with address and port. Settings must outlive it; watch is
 * copied, the model of each thread's own; poke_fd, an eventfd, wakes the loop when something was changed.
 */
struct web *web_start(
	const struct settings *s, const struct watch *watch, struct health *health, int poke_fd, FILE *errors);
/* Who tells, once there is one; it must outlive the web. */
void web_notify(struct web *web, struct notify *notify);
/* The beginning of the end: whoever waits or still comes is told to try again. It waits for nothing. */
void web_close(struct web *web);
bool web_busy(struct web *web); /* calls are still being answered */
/* The end, once these are through; NULL is fine. */
void web_stop(struct web *web);

#endif
