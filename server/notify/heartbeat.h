/*
 * heartbeat - tells a watchdog service outside ([heartbeat] url) each minute that every part makes progress.
 *
 * It is fetched only while we hear, store and tell, so that silence says: the service of this council is not well.
 */
#ifndef NOTIFY_HEARTBEAT_H
#define NOTIFY_HEARTBEAT_H

#include "server/health.h"
#include "server/notify/notify.h"

struct heartbeat_thread;

/* NULL where there is no URL. The others must outlive it. */
struct heartbeat_thread *heartbeat_start(const char *url, struct health *health, struct notify *notify);
void heartbeat_stop(struct heartbeat_thread *t); /* within a second or two; NULL is fine */

#endif
