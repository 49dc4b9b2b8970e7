/*
 * serve - the HTTP library (libmicrohttpd): from the socket to a call and back.
 *
 * One polling thread holds all connections; a request that is whole is suspended and goes to one of a few workers, each
 * with a store of its own, and its answer is sent once it is there. So neither many connections nor a slow store keeps
 * others waiting, and nothing of it is the loop's.
 */
#ifndef WEB_SERVE_H
#define WEB_SERVE_H

#include "server/web/exchange.h"

struct serve;

/* NULL: it cannot listen or start, and why was named on errors. */
struct serve *serve_start(struct web_shared *shared, FILE *errors);
/* Nobody is answered any more but by 503: neither who waits nor who still comes. It waits for nothing. */
void serve_close(struct serve *s);
bool serve_busy(struct serve *s); /* calls are under way */
/* The same, once the calls under way are through and their answers have left; streams are closed before. NULL is fine.
 */
void serve_stop(struct serve *s);
/* Connections that take too long to say a request, or to read an answer, are closed; each second or so. */
void serve_sweep(struct serve *s, int64_t boot);

#endif
