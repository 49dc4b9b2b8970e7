/*
 * written - a text as long as it turns out to be, written like a file. Out of memory is fatal.
 */
#ifndef COMMON_WRITTEN_H
#define COMMON_WRITTEN_H

#include <stddef.h>
#include <stdio.h>

FILE *written_open(char **text, size_t *len);
void written_close(FILE *out); /* text and len hold it from now on, with a NUL behind it; the caller frees it */

#endif
