/*
 * schedule_words - a schedule as people say it: 毎日 3:00〜10:00（締切 10:30）.
 */
#ifndef WATCH_SCHEDULE_WORDS_H
#define WATCH_SCHEDULE_WORDS_H

#include "server/watch/schedule.h"

#define SCHEDULE_WORDS 2048 /* holds any of them */

/* In "ja" or "en", windows in the order of the day; none: that nothing is expected. */
void schedule_words(const struct schedule *s, const char *language, char words[SCHEDULE_WORDS]);

#endif
