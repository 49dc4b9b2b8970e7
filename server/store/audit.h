/* audit - who changed or read what, for good; nothing edits it. */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "server/store/store.h"

void audit_add(struct store *s, int64_t at, const char *who, const char *what, const char *subject, const char *detail);

#endif
