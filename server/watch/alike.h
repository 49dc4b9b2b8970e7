/*
 * alike - texts that people write differently and mean the same.
 *
 * Folding takes spaces away, makes full-width letters and digits plain ones, capitals small, hiragana and half-width
 * katakana katakana, and every dash one: １２３４ is 1234, さとう　じろう is ｻﾄｳ ｼﾞﾛｳ.
 */
#ifndef WATCH_ALIKE_H
#define WATCH_ALIKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALIKE_MOST 128 /* characters; what is longer is cut */

struct folded {
	uint32_t letters[ALIKE_MOST]; /* code points */
	size_t count;
};

void alike_fold(struct folded *f, const char *text); /* UTF-8 */
bool alike_equal(const struct folded *a, const struct folded *b);
/* Whether the one text holds the other. */
bool alike_holds(const struct folded *text, const struct folded *part);
/* Whether any of these UTF-8 texts holds the part; an empty part is in all. */
bool alike_found(const char *const *texts, size_t count, const struct folded *part);
/* Equal, or one character more, less or other. */
bool alike_nearly(const struct folded *a, const struct folded *b);

#endif
