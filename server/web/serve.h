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
void serve_stop(struct serve *s); /* streams are closed before; NULL is fine */
/* Connections that have not said a whole request for too long are closed; each second or so. */
void serve_sweep(struct serve *s, int64_t boot);

#endif
