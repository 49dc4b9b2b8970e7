/* utf8 - is it UTF-8, and where may it be cut. */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stdbool.h>
#include <stddef.h>

bool utf8_valid(const void *text, size_t len); /* shortest forms only, no surrogates, to U+10FFFF; NUL is valid */
/* The largest length <= most at which text of len bytes may be cut without splitting a character. */
size_t utf8_cut(const char *text, size_t len, size_t most);
/* Takes out what is no whole character: what a cut of bytes, such as "%.64s", or a stranger left of one. */
void utf8_mend(char *text);

#endif
