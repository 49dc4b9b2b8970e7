/*
 * framing - whether the headers of a request leave no doubt where it ends. What our library and a front server before
 * it could read in two ways is one request for one and two for the other, so it is refused.
 */
#ifndef WEB_FRAMING_H
#define WEB_FRAMING_H

#include <stdbool.h>

struct call;

/* False: a name that is none, two lengths or hosts, a length beside chunks, or an encoding that is not chunks. */
bool framing_good(const struct call *c);

#endif
