/*
 * standing - a watcher's own page: the residents they look in on, and what they can say without being asked (they met
 * somebody, something worries them, they will be away). Its link lives until staff revoke it or the watcher ends, and
 * belongs to the first browser that said yes, like that of an alert (answer.h).
 */
#ifndef WATCH_STANDING_H
#define WATCH_STANDING_H

#include "server/watch/answer.h"

enum standing_today {
	STANDING_ARRIVED, /* today's check-in came */
	STANDING_NOT_YET, /* it did not, or help was asked for */
	STANDING_PAUSED,
	STANDING_NONE, /* none is planned */
};
const char *standing_today_name(enum standing_today today); /* arrived not_yet paused none */

struct standing_resident {
	char resident_id[RESIDENT_ID]; /* ours, never shown */
	char label[32], relation[65];
	char name[PERSON_NAME], place[193]; /* "" not shared */
	enum standing_today today;
	char items[64]; /* what of this was shown */
};

enum { STANDING_MOST = 64 };

struct standing {
	enum answer_state state; /* those of a link; ANSWER_OPEN: what follows is filled */
	char watcher_id[WATCHER_ID], watcher[PERSON_NAME], language[8];
	char away_from[16], away_to[16]; /* "" not away, now or to come */
	bool summary;                    /* news in one mail a day */
	struct standing_resident list[STANDING_MOST];
	size_t count;
};

/* As answer_read. */
void standing_read(struct watch *w, const char *hash, const char *browser, int64_t now, struct standing *s);
/* Leaves labels only: it could not be noted what was shown. */
void standing_hide(struct standing *s);

enum standing_act {
	STANDING_YES,     /* I am this watcher */
	STANDING_MET,     /* how: visit or call, minutes: 0 not said */
	STANDING_WORRY,   /* signs: of VISIT_TICKS (visit.h), note: at most VISIT_NOTE */
	STANDING_AWAY,    /* from to, whole local dates */
	STANDING_BACK,    /* not away after all */
	STANDING_SUMMARY, /* on: news once a day */
	STANDING_ACTS
};
const char *standing_act_name(enum standing_act act); /* yes met worry away back summary */
bool standing_act_parse(const char *name, enum standing_act *act);

struct standing_deed {
	enum standing_act act;
	const char *resident_id; /* of met and worry; one of the list */
	const char *how, *signs, *note, *from_on, *to_on;
	int minutes;
	bool on;
	const char *form; /* as answer_deed's */
};
/* As answer_do. */
bool standing_do(struct watch *w, const struct standing *s, const char *browser, const struct standing_deed *deed,
	int64_t now, struct refusal *no);

/*
 * Makes the watcher's page a new link, for staff; an older one is dead, and the browser it belonged to forgotten. The
 * token is shown once. False: no such watcher, or one who has ended.
 */
bool standing_link(struct watch *w, const char *watcher_id, int64_t now, char token[SECRET_TOKEN], struct refusal *no);
bool standing_unlink(struct watch *w, const char *watcher_id, int64_t now); /* false: there was none */

#endif
