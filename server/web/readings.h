/*
 * readings - what was read a moment ago. A page that stays open loads itself anew at every event; that is one reading
 * of whoever sits there, and not one for each event.
 *
 * Shared by all threads and kept in memory only: what is forgotten, by a restart or because the place was needed, is
 * noted once more than it had to be.
 */
#ifndef WEB_READINGS_H
#define WEB_READINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/secret.h"

struct readings;

struct readings *readings_new(void);
void readings_free(struct readings *r); /* NULL is fine */
/* Who read what of whom, as a key; false: it is too long for one, and is noted each time. */
bool readings_key(const char *session, const char *subject, const char *detail, char key[SECRET_HASH]);
/* It was noted in the ten minutes before `now`. */
bool readings_known(struct readings *r, const char *key, int64_t now);
/* It has been noted: to be said when that is on disk, and not before, for nobody reads unseen. */
void readings_noted(struct readings *r, const char *key, int64_t now);

#endif
