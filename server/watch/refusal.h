/*
 * refusal - why a rule says no to what somebody asked: a code for programs, one English line for whoever asked.
 */
#ifndef WATCH_REFUSAL_H
#define WATCH_REFUSAL_H

#include <stdbool.h>

enum refusal_code {
	REFUSED_NOT,
	REFUSED_UNKNOWN,   /* no such incident, resident, district, watcher or user */
	REFUSED_CLOSED,    /* over already; why names the outcome */
	REFUSED_CLAIMED,   /* somebody else has it */
	REFUSED_NOT_YOURS, /* this person may not */
	REFUSED_INVALID,   /* what is asked makes no sense */
	REFUSED_CHANGED,   /* the list has changed since the version they saw */
};
struct refusal {
	enum refusal_code code;
	char why[256];
};

/* Fills it in. False always, for `return refuse(…)`. */
__attribute__((format(printf, 3, 4))) bool refuse(struct refusal *no, enum refusal_code code, const char *why, ...);

#endif
