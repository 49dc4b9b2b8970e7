/* check - what store/invariants.h finds, for people. */
#include "server/cli/check.h"

#include <stdio.h>

#include "server/store/invariants.h"

static void print_fault(void *name, const char *fault)
{
	fprintf(stderr, "%s: %s\n", (const char *)name, fault);
}

int check_store(struct store *store, const char *name)
{
	int faults = invariants_all(store, print_fault, (void *)(uintptr_t)name);

	if (faults)
		fprintf(stderr, "%s: %d %s\n", name, faults, faults == 1 ? "fault" : "faults");
	return faults;
}

int check_run(struct cli *cli)
{
	if (check_store(&cli->store, cli->settings.store_url))
		return CLI_FAILED;
	puts("ok");
	return CLI_DONE;
}
