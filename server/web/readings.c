/* readings - one place for each key, by its first digits; who comes later takes it. */
#include "server/web/readings.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"

enum { PLACES = 4096, DIGITS = 3, ONE_READING = 10 * MINUTE }; /* 16^DIGITS places */

struct readings {
	pthread_mutex_t lock;
	struct {
		char key[SECRET_HASH];
		int64_t at;
	} places[PLACES];
};

struct readings *readings_new(void)
{
	struct readings *r = calloc(1, sizeof(*r));

	if (!r)
		fatal("error=\"out of memory\"");
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

void readings_free(struct readings *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	free(r);
}

bool readings_key(const char *session, const char *subject, const char *detail, char key[SECRET_HASH])
{
	char whole[1024];
	int len = snprintf(whole, sizeof(whole), "%s\n%s\n%s", session, subject, detail);

	if (len >= (int)sizeof(whole))
		return false;
	secret_hash(whole, key);
	return true;
}

static size_t place_of(const char *key)
{
	char digits[DIGITS + 1];

	snprintf(digits, sizeof(digits), "%s", key);
	return strtoul(digits, NULL, 16) % PLACES;
}

bool readings_known(struct readings *r, const char *key, int64_t now)
{
	size_t k = place_of(key);
	bool known;

	pthread_mutex_lock(&r->lock);
	known = strcmp(r->places[k].key, key) == 0 && now >= r->places[k].at && now - r->places[k].at < ONE_READING;
	pthread_mutex_unlock(&r->lock);
	return known;
}

void readings_noted(struct readings *r, const char *key, int64_t now)
{
	size_t k = place_of(key);

	pthread_mutex_lock(&r->lock);
	snprintf(r->places[k].key, sizeof(r->places[k].key), "%s", key);
	r->places[k].at = now;
	pthread_mutex_unlock(&r->lock);
}
