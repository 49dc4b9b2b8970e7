/*
 * town - a small town in a store in memory, for targets that reach as far as the rules. Whatever an input does there is
 * one transaction that is undone: inputs know nothing of each other, and what one breaks it breaks again.
 *
 * Two residents (R001 of district D01, R002 of D02), watchers W001 and W002, buttons b-1 and b-2; users admin, kato
 * (coordinator of D01) and viewer; an open `help` of R001, number 1. Tokens are those below, so that inputs can hold
 * them.
 */
#ifndef TESTS_FUZZ_TOWN_H
#define TESTS_FUZZ_TOWN_H

#include "server/settings.h"
#include "server/watch/watch.h"

#define TOWN_NOW INT64_C(1795402800000) /* 2026-11-23 12:00 in Tokyo */

/* 43 characters, as every token has. */
#define TOWN_SESSION "sessionsessionsessionsessionsessionsessionA"
#define TOWN_KATO    "coordinatorcoordinatorcoordinatorcoordinatA"
#define TOWN_KEY     "keykeykeykeykeykeykeykeykeykeykeykeykeykeyA"
#define TOWN_ANSWER  "answeransweransweransweransweransweransweAA"
#define TOWN_PAGE    "pagepagepagepagepagepagepagepagepagepagepaA"
#define TOWN_BROWSER "browserbrowserbrowserbrowserbrowserbrowserA"
#define TOWN_SETUP   "setupsetupsetupsetupsetupsetupsetupsetupseA"
#define TOWN_TOTP    "JBSWY3DPEHPK3PXP"

struct town {
	struct settings settings;
	struct store store;
	struct holidays holidays;
	struct watch watch;
};

/* Made when first asked for. */
struct town *town_get(void);

/* Between these two nothing is stored: what is committed stands until town_leave. */
void town_enter(struct town *t);
void town_leave(struct town *t); /* nothing was left open, and the store never failed */

/* Rows that the one integer of a query counts. */
int64_t town_count(struct town *t, const char *sql);

#endif
