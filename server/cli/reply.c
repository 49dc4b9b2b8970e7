/* reply - the words for what stands in the way. */
#include "server/cli/reply.h"

#include <stdarg.h>

int reply_store_closed(enum db_status status, const char *why)
{
	const char *what = "the store";

	switch (status) {
	case DB_BUSY: what = "the store is in use by another program, try again"; break;
	case DB_CORRUPT: what = "the store is damaged, or is none"; break;
	case DB_UNWELL: what = "the store cannot be used now"; break;
	case DB_FINE:
	case DB_REFUSED: break;
	}
	fprintf(stderr, "mimamori: %s: %s\n", what, why);
	return CLI_FAILED;
}

int reply_store(struct cli *cli)
{
	return reply_store_closed(db_status(cli->store.db), db_why(cli->store.db));
}

int reply_refused(struct cli *cli, const char *why, ...)
{
	va_list args;

	db_rollback(cli->store.db);
	if (db_status(cli->store.db) != DB_FINE)
		return reply_store(cli);
	fputs("mimamori: ", stderr);
	va_start(args, why);
	vfprintf(stderr, why, args);
	va_end(args);
	putc('\n', stderr);
	return CLI_FAILED;
}
