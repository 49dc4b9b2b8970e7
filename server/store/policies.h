/*
 * policies - after how long who is told, as imported; the built-in ones are watch/ladder.c's and no rows.
 */
#ifndef STORE_POLICIES_H
#define STORE_POLICIES_H

#include "server/store/store.h"

struct policy_step {
	char kind[16], after[24], notify[64];
};
/* The steps of a policy by kind and order; 0: there is none of that name. */
size_t policies_steps(struct store *s, const char *policy, struct policy_step *list, size_t most);
/* Those of our own making; and for how many residents in service one counts. */
size_t policies_names(struct store *s, char (*names)[65], size_t most);
int64_t policies_residents(struct store *s, const char *policy);

/* When and why it ended, so that nobody can be given it any more; 0: it goes on. */
int64_t policies_ended(struct store *s, const char *policy, char reason[512]);
/* Ends it, or with `at` 0 takes its end back. False: that is how it stands already. */
bool policies_end(struct store *s, const char *policy, int64_t at, const char *reason);

#endif
