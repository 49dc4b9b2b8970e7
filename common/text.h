/*
 * text - every word a person reads, Japanese and English, in one table by key.
 *
 * Texts hold {fields} that text_fill replaces; a field that is not given stays empty. The wording is the project's
 * texts.md; nothing else in the program holds a sentence for residents, watchers or staff.
 */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum text_key {
#define TEXT(key, ja, en) TEXT_##key,
#include "common/text.def"
#undef TEXT
	TEXT_KEYS
};

/*
 * The text in "ja" or "en", or in "ja-easy" (やさしい日本語) where it is said more easily than in "ja"; any other
 * language reads Japanese. Never NULL.
 */
const char *text_get(enum text_key key, const char *language);

struct text_field {
	const char *name, *value; /* {name} becomes value; value NULL: empty */
};
/*
 * Fills a pattern's {fields}; returns the length without the end. What does not fit is cut at a whole UTF-8
 * character, so that buf is always valid text.
 */
size_t text_fill(char *buf, size_t size, const char *pattern, const struct text_field *fields, size_t n);

#endif
