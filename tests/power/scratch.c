/* scratch - see scratch.h. */
#include "tests/power/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((noreturn)) static void stop(const char *what)
{
	perror(what);
	abort();
}

void scratch_make(char path[SCRATCH], const char *name)
{
	const char *above = getenv("TMPDIR");

	snprintf(path, SCRATCH, "%s/mimamori-%s-XXXXXX", above ? above : "/tmp", name);
	if (!mkdtemp(path))
		stop(path);
}

void scratch_below(char path[SCRATCH], const char *folder, const char *name)
{
	if (snprintf(path, SCRATCH, "%s/%s", folder, name) >= SCRATCH)
		stop("a long path");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void scratch_remove(const char *folder)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void scratch_empty(const char *folder)
{
	scratch_remove(folder);
	if (mkdir(folder, 0700) != 0)
		stop(folder);
}

void scratch_copy(const char *from, const char *to)
{
	FILE *in = fopen(from, "re"), *out = fopen(to, "we");
	char bytes[1 << 16];
	size_t len;

	if (!in || !out)
		stop(from);
	while ((len = fread(bytes, 1, sizeof(bytes), in)) > 0)
		if (fwrite(bytes, 1, len, out) != len)
			stop(to);
	if (ferror(in) || fclose(out) != 0)
		stop(to);
	fclose(in);
}

uint64_t scratch_number(const char *name, uint64_t standard)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : standard;
}
