/* progress - one line on standard error, written over and over, only on a terminal. */
#include "server/cli/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "common/clock.h"

#define EACH_MS (SECOND / 10)

void progress_begin(struct progress *progress, const char *what, ...)
{
	va_list args;

	*progress = (struct progress){ .terminal = isatty(STDERR_FILENO), .shown_at = clock_boot() };
	va_start(args, what);
	vsnprintf(progress->what, sizeof(progress->what), what, args);
	va_end(args);
}

void progress_show(void *context, int64_t done, int64_t all)
{
	struct progress *progress = context;

	if (!progress->terminal)
		return;

	int64_t now = clock_boot();
	if (now - progress->shown_at < EACH_MS)
		return;
	progress->shown = true;
	progress->shown_at = now;
	if (all > 0)
		fprintf(stderr, "\r%s: %3d %%\033[K", progress->what, (int)(done * 100 / all));
	else
		fprintf(stderr, "\r%s: %lld\033[K", progress->what, (long long)done);
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}

void progress_table(void *context, const char *doing, const char *file, int64_t done, int64_t all)
{
	struct progress *progress = context;

	if (all < 0) {
		progress_end(progress);
		progress->file = NULL;
		return;
	}
	if (progress->file != file) {
		progress_begin(progress, "%s %s", doing, file);
		progress->file = file;
	}
	progress_show(progress, done, all);
}
