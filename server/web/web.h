/*
 * web - HTTP on [web] listen, in a thread of its own with a store connection of its own.
 *
 * GET /healthz  the process is there and its loop turns: 200, else 503
 * GET /readyz   200 when it hears, stores and tells, else 503; the body names each part either way
 * GET /metrics  Prometheus text
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "server/health.h"
#include "server/notify/notify.h"
#include "server/settings.h"

struct web;

/* NULL: it cannot listen, and why is named on `errors` with address and port. */
struct web *web_start(const struct settings *s, struct health *health, FILE *errors);
/* Who tells, once there is one; it must outlive the web. */
void web_notify(struct web *web, struct notify *notify);
void web_stop(struct web *web); /* NULL is fine */

#endif
