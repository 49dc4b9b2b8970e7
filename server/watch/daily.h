/*
 * daily - the daily list (contract 5): everybody's state on one day, worst first, and who needs a person.
 *
 * Nothing of it is stored: it is judged from the facts each time it is asked for, so it can never disagree with them,
 * and it is right beside a daemon that stands still. A past day shows what was true when it ended, as far as the store
 * knows: the outcomes of that day, what was open at its end, nothing of the buttons.
 */
#ifndef WATCH_DAILY_H
#define WATCH_DAILY_H

#include <stdio.h>

#include "server/store/daily.h"
#include "server/watch/watch.h"

/* Worst first. */
enum daily_state {
	DAILY_HELP,        /* asks for help, until that incident closes */
	DAILY_MISSED,      /* no check-in by the deadline */
	DAILY_UNKNOWN,     /* we could not hear */
	DAILY_LATE,        /* past DUE, within grace */
	DAILY_WAITING,     /* DUE is still to come */
	DAILY_OK,          /* checked in */
	DAILY_PAUSED,      /* nothing is expected: a pause */
	DAILY_UNSCHEDULED, /* nothing is expected on that day */
	DAILY_STATES
};
const char *daily_state_name(enum daily_state state);

struct daily_row {
	char resident_id[RESIDENT_ID], name[PERSON_NAME], kana[PERSON_NAME], district[65], household[65];
	enum daily_state state;
	int64_t due_at;        /* of the expectation that the state is of; 0: nothing is expected */
	int64_t checked_in_at; /* the press that met it, late or not; where it asks for none, the day's last; 0 none */
	char kind[16];         /* of that press */
	int64_t changed_at;    /* by that press, or by the judgement that it was missed or is unknown; 0: by neither */
	bool needs_person;     /* an incident or a question is open, of whatever date */
	struct {
		int64_t id; /* the open one of a person's kind; 0 none */
		enum incident_kind kind;
		bool claimed;
		int step;                     /* DAILY_STEP_UNKNOWN: of a past day, and nobody knows */
		char claimed_by[PERSON_NAME]; /* the name */
		int64_t claimed_until;        /* 0: the same */
		bool calling;                 /* the claim is a call */
		bool reached;                 /* false: the last step reached nobody */
		bool no_answer;               /* somebody went and got none; nobody has claimed it since */
	} incident;
	struct {
		int64_t id; /* the open question for staff, the latest of several; 0 none */
		enum incident_kind kind;
		char claimed_by[PERSON_NAME]; /* the name; "" nobody */
		int64_t claimed_until;
	} question;
	struct {
		int64_t at;           /* 0: not by a person, or another is open */
		char by[PERSON_NAME]; /* who saw the person */
		char how[16];
	} handled; /* how the day's latest incident was closed */
	struct {
		bool there;          /* false: there is none, or the day is past */
		int online, battery; /* -1: it never said */
		char trouble[16];    /* "" none */
	} device;                    /* the one in worst trouble */
	bool after_signing;          /* it changed after the district's list of the day was signed */
};

/* One district's share of the list. */
struct daily_district {
	char district[65];
	int64_t version;   /* of its own list */
	int64_t signed_at; /* when its list was signed last; 0: it was not */
	int64_t signed_version, signed_event;
	char signed_by[65]; /* login */
	size_t residents, open, totals[DAILY_STATES];
	int64_t progress; /* its part of the version that is no event */
};

struct daily {
	int32_t day;
	int64_t version; /* rises with every change of a state, an incident or a claim; see daily.c */
	bool listening;  /* we hear now */
	bool unreached;  /* today: an incident is open that nobody could be told of */
	struct daily_blind *blind;
	size_t blind_count;
	size_t residents, open, totals[DAILY_STATES]; /* open: who need a person */
	struct daily_row **rows;                      /* those who need a person first, then by state, district, kana */
	struct daily_row *memory;                     /* what they point into */
	struct daily_district *districts;             /* by id: those that somebody on the list is of */
	size_t district_count;
	struct daily_question *questions; /* open ones that are about nobody on the list; claimed_by: the name */
	size_t question_count;
};

/* The list of a local day, of one district ("" all). False: the store could not be read, db_why says why. */
bool daily_read(struct daily *d, struct watch *w, int32_t day, const char *district, int64_t now);
void daily_release(struct daily *d);

/* What events make of the version of a district's list of a day, so that one who writes some knows what they add. */
int64_t daily_version_of_events(struct watch *w, int32_t day, const char *district, int64_t now);

const struct daily_district *daily_district_of(const struct daily *d, const char *district); /* NULL: none */

/* Which of two rows of one list stands first (< 0: a). */
int daily_compare(const struct daily_row *a, const struct daily_row *b);

/* The object of contract 5 as JSON, a resident a line. Trouble is left for ferror. */
void daily_write_json(const struct daily *d, FILE *out);
/* Its parts: everything but totals and residents, without the closing brace; totals; one resident on one line. */
void daily_write_head(const struct daily *d, int64_t version, FILE *out);
void daily_write_totals(size_t residents, size_t open, const size_t totals[DAILY_STATES], FILE *out);
void daily_write_row(const struct daily_row *row, FILE *out);
/* Those questions as an array, on one line. */
void daily_write_questions(const struct daily *d, FILE *out);
/*
 * What the pages show besides, which contract 5 does not have: an open question, whether something came after signing,
 * how it stands with the incident. False: nothing of it is so, and nothing was written.
 */
bool daily_write_more(const struct daily_row *row, FILE *out);

#endif
