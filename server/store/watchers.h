/*
 * watchers - those who look in, and their links to residents.
 */
#ifndef STORE_WATCHERS_H
#define STORE_WATCHERS_H

#include "server/store/residents.h"

#define WATCHER_ID 65

struct watcher {
	char watcher_id[WATCHER_ID];
	char name[PERSON_NAME], kana[PERSON_NAME], relation[65], resident_id[RESIDENT_ID];
	char channels[512], hours[512], night[8], named[8];
	char away_from[16], away_to[16], ends[16], language[8], note[2048];
};

struct link {
	char resident_id[RESIDENT_ID], watcher_id[WATCHER_ID];
	int tier;          /* 1-3 */
	char can[8];       /* go, call, know; "" means go */
	char shares[64];   /* as imported; "" means name place address */
	char label[32];    /* the resident's number on the watcher's sheet */
	char relation[65]; /* what the resident is to this watcher */
	char key[65];
};

bool watchers_find(struct store *s, const char *watcher_id, struct watcher *w);
/* Links of a resident by tier, then watcher id, each with its watcher; tier 0: all. How many (at most `most`). */
struct linked_watcher {
	struct link link;
	struct watcher watcher;
};
size_t watchers_of(struct store *s, const char *resident_id, int tier, struct linked_watcher *list, size_t most);
/* Watchers who are this resident themselves. */
size_t watchers_who_are(struct store *s, const char *resident_id, char (*ids)[WATCHER_ID], size_t most);
bool watchers_link(struct store *s, const char *resident_id, const char *watcher_id, struct link *l);

#endif
