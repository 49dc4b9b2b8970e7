/*
 * routes - every call and page there is: one table of method, path, who may, and the handler (routes.c).
 */
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "server/web/call.h"

enum route_flag {
	ROUTE_PUBLIC = 1,     /* anybody may; else somebody is signed in, and has the rights */
	ROUTE_FORM = 2,       /* takes a form as well as JSON; its handler protects it against forged requests */
	ROUTE_LARGE = 4,      /* a body of up to 32 MiB, else 64 KiB */
	ROUTE_NO_STORE = 8,   /* answers without a store too */
	ROUTE_ENROLLING = 16, /* also while a second factor is still to be set up */
	ROUTE_PASSWORD = 32,  /* hashes a password; few of these at a time (queue.h) */
	ROUTE_LONG = 64,      /* may take longer than a moment; few of these at a time */
};

struct route {
	const char *method, *pattern; /* {…} in the pattern is one part of the path */
	unsigned rights;              /* all of these are needed; 0: being signed in is enough */
	unsigned flags;
	void (*handle)(struct call *c);
};
extern const struct route routes[];
extern const size_t route_count;

/*
 * The route of a call, its arguments set. NULL: `status` is 404, 405 (allow names the methods there are) or 400 for a
 * path that is none.
 */
const struct route *route_find(struct call *c, unsigned *status, char allow[64]);
size_t route_body_most(const struct route *r);

#endif
