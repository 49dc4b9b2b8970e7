/*
 * enrolment - what is missing or doubtful in who is enrolled, so that it is mended before somebody is needed.
 *
 * Everybody is read in a few wide reads and judged in memory: 20,000 residents take well under two seconds. Nothing is
 * kept; a check is true of the moment it was made.
 */
#ifndef WATCH_ENROLMENT_H
#define WATCH_ENROLMENT_H

#include "server/store/watchers.h"
#include "server/watch/watch.h"

/* Gravest first. In brackets: of whom, and what `detail` says. */
enum enrolment_code {
	ENROLMENT_NO_CONSENT,        /* no watcher is told (resident) */
	ENROLMENT_NEVER_TOLD_LINKED, /* linked, and never to be told (resident; the watcher's id) */
	ENROLMENT_NEVER_TOLD_LIKE,   /* a linked watcher has the same or a similar name (resident; the watcher's id) */
	ENROLMENT_FEW_WATCHERS,      /* fewer than two who can be reached today (resident; how many) */
	ENROLMENT_WATCHER_CHANNEL,   /* no channel that works (watcher; none, off, refused, bounced) */
	ENROLMENT_TIER_AWAY,         /* a tier is empty tomorrow, somebody is away (resident; tier and watchers' ids) */
	ENROLMENT_HOLIDAYS_UNKNOWN,  /* none is known ahead: nobody looked at any (the setting; the last one known) */
	ENROLMENT_HOLIDAY_NOBODY,    /* on the next holiday nobody would be told (policy; kind, date, how many homes) */
	ENROLMENT_REPLACEMENT_FAILED, /* could not be done on its day (the old watcher; the new one's id) */
	ENROLMENT_LINK_CONSENT,       /* only the number is told: nobody recorded what was agreed (resident; watcher) */
	ENROLMENT_NO_IDENTIFIER,      /* neither birth date nor telephone: no pause can be verified (resident) */
	ENROLMENT_SIMILAR_NAME,       /* the same or a similar name as (resident; ids, and +N for more) */
	ENROLMENT_CODES
};
const char *enrolment_code_name(enum enrolment_code code); /* no_consent, … */
bool enrolment_code_parse(const char *name, enum enrolment_code *code);

struct enrolment_check {
	enum enrolment_code code;
	char subject[RESIDENT_ID]; /* id of the resident or the watcher, a policy, a setting */
	char name[PERSON_NAME];    /* "" of a policy or a setting */
	char district[65];         /* of a resident; "" otherwise */
	char detail[256];
};

/* Which districts are looked at, and whether this installation has a channel for an address. */
struct enrolment_scope {
	bool (*covers)(const void *context, const char *district);
	bool (*usable)(const void *context, const char *address);
	const void *context;
};

struct enrolment {
	struct enrolment_check *list; /* by code, then subject */
	size_t count, room;
	size_t counts[ENROLMENT_CODES];
};
/* Makes a reading transaction of its own. False: the store could not be read. enrolment_release in any case. */
bool enrolment_read(struct enrolment *e, struct watch *w, const struct enrolment_scope *scope, int64_t now);
void enrolment_release(struct enrolment *e);

#endif
