/*
 * summary - news that a watcher wishes to get once a day: they wait, and go together.
 *
 * Only news of what others do, and ends, may wait: what asks for something, what is about a help, and what whoever is
 * going must hear leaves at once.
 */
#ifndef WATCH_SUMMARY_H
#define WATCH_SUMMARY_H

#include "server/store/incidents.h"
#include "server/watch/watch.h"

/* When this telling may leave: now, or at the next `summary_at`. */
int64_t summary_send_at(struct watch *w, const struct incident *i, const char *what, const char *person, int64_t now);

#endif
