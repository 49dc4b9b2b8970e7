/*
 * paper - the daily list on A4: for the telephone round, and the fallback for a morning on which nothing works. Name,
 * telephone, address, watchers in order and a box to tick; never where a key is kept.
 */
#ifndef WEB_PAPER_H
#define WEB_PAPER_H

#include "server/settings.h"
#include "server/web/board.h"

/*
 * A page of HTML, with a link to it in the other language. asked: the district it was asked of, "" all; NULL: a file
 * with its style in it, so that it prints from a folder. wanted: whether a district is.
 */
void paper_write(struct watch *w, const struct daily *d, const char *language, int64_t now, const char *asked,
	bool (*wanted)(void *context, const char *district), void *context, FILE *out);

/*
 * Once a day after [web] paper_at: today's list into the folder [web] paper, as mimamori-2026-11-23.html, mode 0600,
 * and audited. Before that, whatever the hour, those older than yesterday's are removed, and halves of one. Does
 * nothing where no folder is set. Called every minute or so.
 */
void paper_keep(const struct settings *s, struct watch *w, int64_t now);

#endif
