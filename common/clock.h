/*
 * clock - the only place that asks what time it is.
 *
 * Instants are milliseconds since 1970 UTC (`_at`), lengths of time milliseconds (`_ms`). Rules never call this:
 * the loop asks once a turn and passes `now` on, and tests pass any `now` they like.
 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

int64_t clock_now(void);  /* CLOCK_REALTIME, ms since 1970 UTC */
int64_t clock_boot(void); /* CLOCK_BOOTTIME, ms since boot, suspend counted; never goes back */

#endif
