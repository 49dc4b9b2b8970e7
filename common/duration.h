/* duration - lengths of time as people write them: 90s, 30m, 2h, 1d. */
#ifndef COMMON_DURATION_H
#define COMMON_DURATION_H

#include <stdbool.h>
#include <stdint.h>

bool duration_parse(const char *text, int64_t *ms); /* digits and one of s m h d; false for anything else or overflow */
#define DURATION_TEXT 24
const char *duration_format(char buf[DURATION_TEXT], int64_t ms); /* in the largest unit that divides it: 90s, 2h */

#endif
