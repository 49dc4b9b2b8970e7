/*
 * cursor - a place in a list that is in the order of texts: PART|PART|…, those of the last row that was given.
 *
 * It is read for what it says and never looked up, so that one of a row that is gone, or of somebody else's, is as good
 * as any. A bar or percent sign within a part stands as %7C and %25.
 */
#ifndef WEB_CURSOR_H
#define WEB_CURSOR_H

#include "server/web/call.h"

/* Kept with the call. */
const char *cursor_make(struct call *c, const char *const *parts, size_t count);
/* The parts of ?cursor=; all "" where there is none. False: it has others, or the last is empty: 422 was replied. */
bool cursor_read(struct call *c, const char **parts, size_t count);

#endif
