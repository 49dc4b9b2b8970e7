/*
 * answer - what a watcher sees and does through the link of an alert (rules 3, 5, 7): one incident, one watcher, and
 * the first browser that said yes.
 *
 * Reading changes nothing. What may be seen follows the watcher's link to the resident, as it is now; so a link is dead
 * as soon as its watcher has ended, looks in no more or may not be told any more.
 */
#ifndef WATCH_ANSWER_H
#define WATCH_ANSWER_H

#include "server/store/answer_tokens.h"
#include "server/watch/incident.h"
#include "server/watch/items.h"
#include "server/watch/sharing.h"

enum answer_state {
	ANSWER_UNKNOWN,   /* no such link */
	ANSWER_DEAD,      /* revoked, or long over, or not this watcher's matter any more */
	ANSWER_ASK,       /* nobody's yet: are you this watcher? */
	ANSWER_ELSEWHERE, /* another browser said yes first */
	ANSWER_OPEN,      /* this browser's: all that follows is filled */
};

enum answer_phase {
	ANSWER_ASKED,     /* nobody is going: will you? */
	ANSWER_DECLINED,  /* said no; may still go */
	ANSWER_TAKEN,     /* somebody else is going: no need */
	ANSWER_GOING,     /* holds it */
	ANSWER_MET,       /* holds it, and a press came: did you meet? */
	ANSWER_NO_ANSWER, /* reported no answer: what to do now */
	ANSWER_HELPING,   /* reported that help is needed */
	ANSWER_CLOSED,    /* over */
};

/* Why a watcher who was going does not hold it any more. */
enum answer_news {
	ANSWER_NO_NEWS,
	ANSWER_LAPSED,   /* the time was over */
	ANSWER_REPLACED, /* somebody who can go took over from one who can only call */
	ANSWER_GRAVER,   /* it has become graver: asked anew */
	ANSWER_PASSED,   /* it was taken from them: others are asked */
};

struct answer {
	enum answer_state state;
	char watcher_id[WATCHER_ID], watcher[PERSON_NAME], language[8];
	int64_t incident_id;
	char resident_id[RESIDENT_ID];

	enum answer_phase phase;
	enum answer_news news;
	enum incident_kind kind;
	int64_t since_at;            /* of the cause */
	int64_t due_at, deadline_at; /* of what was missed; 0: nothing was */
	bool reported;               /* help, a worry: somebody reported it, and nobody pressed */
	bool can_go;                 /* false: can only call */
	int64_t until_at;            /* of the claim, whoever has it */
	bool holds;                  /* this watcher has it */
	bool may_renew;              /* it takes longer: still possible */
	bool may_take_over;          /* who has it only calls, and this watcher can go */
	bool taken_by_call;
	char taken_by[PERSON_NAME]; /* who agreed to be named; "" nobody says */
	size_t others;              /* watchers asked besides this one */
	bool others_told;           /* with ANSWER_HELPING: a watcher besides this one has heard of it */
	enum sharing_end end;
	int64_t closed_at;
	char how[16], by[PERSON_NAME]; /* of an end that may be told: who of the council spoke with them; "" none */

	/* Of the resident, what the link shares, as far as it is needed now; "" not. The label is always there. */
	char label[32], relation[65];
	char name[PERSON_NAME], place[193], address[512], care[2048];
	char items[64]; /* names of those that are filled, for the record of what was told */
};

/* hash: of the token; browser: hash of the browser's id, "" it has none. Inside any transaction. */
void answer_read(struct watch *w, const char *hash, const char *browser, int64_t now, struct answer *a);
/* Takes out what the link shares: it could not be noted that it was shown. */
void answer_hide(struct answer *a);

enum answer_act {
	ANSWER_YES,        /* I am this watcher: the link is this browser's from now on */
	ANSWER_GO,         /* I am going, or calling */
	ANSWER_CANNOT,     /* not now; or not after all */
	ANSWER_LONGER,     /* it takes longer */
	ANSWER_SEEN,       /* met, and fine */
	ANSWER_HEARD,      /* how: voice or phone */
	ANSWER_NOBODY,     /* no answer; signs: what was seen */
	ANSWER_NEEDS_HELP, /* help is needed here */
	ANSWER_NOTE,       /* only a note, for staff */
	ANSWER_ACTS
};
const char *answer_act_name(enum answer_act act); /* yes going cannot longer seen heard no_answer needs_help note */
bool answer_act_parse(const char *name, enum answer_act *act);

/* What is seen at a door where nobody answers. */
enum { ANSWER_SIGNS = 5 };
extern const char *const answer_signs[ANSWER_SIGNS]; /* newspapers lights sounds smell nothing */

struct answer_deed {
	enum answer_act act;
	const char *how;   /* voice, phone; "" */
	const char *signs; /* space separated; "" */
	const char *note;  /* for staff; "" */
	const char
		*form; /* of the page it was sent from: the same sent again changes nothing; "" whoever keeps count */
};
/* Inside a transaction, on what answer_read said in it. False: refused, and why; the caller rolls back. */
bool answer_do(struct watch *w, const struct answer *a, const char *browser, const struct answer_deed *deed,
	int64_t now, struct refusal *no);

#endif
