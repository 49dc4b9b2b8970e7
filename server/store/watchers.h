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
	char summary[8]; /* "yes": news in one mail a day */
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
bool watchers_language(struct store *s, const char *watcher_id, char language[8]);
/* Links of a resident by tier, then watcher id, each with its watcher; tier 0: all. How many (at most `most`). */
struct linked_watcher {
	struct link link;
	struct watcher watcher;
};
size_t watchers_of(struct store *s, const char *resident_id, int tier, struct linked_watcher *list, size_t most);
/*
 * The circle: those who may be told about the resident. There is consent, it was not taken back for this link, and they
 * are not among those never to be told. Whoever tells, shows or lets act asks these two; the same without tier.
 */
size_t watchers_circle(struct store *s, const char *resident_id, struct linked_watcher *list, size_t most);
bool watchers_in_circle(struct store *s, const char *resident_id, const char *watcher_id, struct link *l);
/* Of the circle, those whom a link lets be told to go or call, and who have a channel: when they are there. */
struct watcher_presence {
	char ends[16], away_from[16], away_to[16];
};
size_t watchers_to_ask(struct store *s, const char *resident_id, struct watcher_presence *list, size_t most);
/* Watchers who are this resident themselves. */
size_t watchers_who_are(struct store *s, const char *resident_id, char (*ids)[WATCHER_ID], size_t most);
bool watchers_link(struct store *s, const char *resident_id, const char *watcher_id, struct link *l);
/* The links of a watcher, by the number on their sheet. */
size_t watchers_links(struct store *s, const char *watcher_id, struct link *list, size_t most);

/*
 * All of them by kana, then id, from behind one on ("", "": the first); of districts (" D01 D02 ", "" all): those who
 * look in on somebody there.
 */
size_t watchers_page(struct store *s, const char *after_kana, const char *after_id, const char *districts,
	struct watcher *list, size_t most);
/* Districts of the residents they look in on, once each. */
size_t watchers_districts(struct store *s, const char *watcher_id, char (*districts)[65], size_t most);
/* Why they look in no more, where it was said; "" where not. */
void watchers_end_reason(struct store *s, const char *watcher_id, char reason[512]);
void watchers_set_end_reason(struct store *s, const char *watcher_id, const char *reason);

void watchers_set_away(struct store *s, const char *watcher_id, const char *from_on, const char *to_on);
void watchers_set_summary(struct store *s, const char *watcher_id, bool summary);

#endif
