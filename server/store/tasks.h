/*
 * tasks - what is done once a day, so that it is done once whoever comes first and however often we start.
 */
#ifndef STORE_TASKS_H
#define STORE_TASKS_H

#include "server/store/store.h"

/* Whether a day's task was done. subject: a district, a watcher; "" the whole. */
bool tasks_done(struct store *s, const char *task, const char *subject, int32_t day);
/* Takes it: true for one caller only, who does it in the same transaction. */
bool tasks_take(struct store *s, const char *task, const char *subject, int32_t day, int64_t now);

/* The clock was set back: what was done of later days is still to be done. */
void tasks_until(struct store *s, int32_t day);

#endif
