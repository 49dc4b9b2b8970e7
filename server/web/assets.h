/*
 * assets - the files of the pages, linked into the program: nothing is read from disk at run time.
 *
 * server/web/ui/build.mjs makes them: /index.html (the staff's pages; every address of theirs is answered with it),
 * /favicon.svg, and /assets/NAME-HASH.js or .css, whose names change with their content.
 */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct asset {
	const char *path; /* "/assets/main-K3J5.js" */
	const char *name; /* "main.js": how it is asked for where the hash is not known; "" for parts of others */
	const char *type; /* the Content-Type */
	const char *etag; /* with its quotes */
	const unsigned char *data;
	size_t len;
	const unsigned char *gzip; /* the same, packed; NULL: it is hardly smaller */
	size_t gzip_len;
	bool immutable; /* may be kept for ever: its path changes with its content */
};

/* By path, as requested; NULL: there is none. */
const struct asset *asset_find(const char *path);
/* The path of "watcher.css", "paper.css" and the like (the files of server/web/ui/plain/); NULL: there is none. */
const char *asset_path(const char *name);

/* All, by path: what build.mjs wrote. */
extern const struct asset asset_list[];
extern const size_t asset_count;

#endif
