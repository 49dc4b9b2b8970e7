/* written - POSIX's open_memstream, and what it says of a lack of memory. */
#include "common/written.h"

#include "common/log.h"

FILE *written_open(char **text, size_t *len)
{
	FILE *out = open_memstream(text, len);

	if (!out)
		fatal("error=\"out of memory\"");
	return out;
}

void written_close(FILE *out)
{
	int failed = ferror(out);

	if (fclose(out) != 0 || failed)
		fatal("error=\"out of memory\"");
}
