/* listen - the socket we serve on, and the files of its TLS. */
#ifndef WEB_LISTEN_H
#define WEB_LISTEN_H

#include <stdbool.h>
#include <stdio.h>

/* A listening socket on HOST:PORT; -1, and `why`. local: only this machine can reach it. */
int listen_on(const char *address, bool *local, const char **why);
/* A file's text, to be freed; NULL where none is named, or, with *good false and named on errors, it cannot be read. */
char *listen_read_file(const char *path, FILE *errors, bool *good);

#endif
