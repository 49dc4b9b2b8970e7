/*
 * clerk - who works on the tables: judged by which settings, over which store, in whose name, when.
 *
 * The shell is one, and so is each request of the pages.
 */
#ifndef TABLES_CLERK_H
#define TABLES_CLERK_H

#include "server/settings.h"

struct clerk {
	const struct settings *settings;
	struct watch *watch; /* over the store that holds the tables */
	const char *who;     /* entered by */
	int64_t now;
	/* Hears how far long work has come: `done` of `all`; all -1: it is over. NULL: nobody wants to know. */
	void (*progress)(void *context, const char *doing, const char *file, int64_t done, int64_t all);
	void *context;
};

static inline void clerk_shows(const struct clerk *c, const char *doing, const char *file, int64_t done, int64_t all)
{
	if (c->progress)
		c->progress(c->context, doing, file, done, all);
}

static inline void clerk_shown(const struct clerk *c, const char *doing, const char *file)
{
	clerk_shows(c, doing, file, 0, -1);
}

#endif
