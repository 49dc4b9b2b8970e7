/*
 * matter - what one notification is about, read once: the facts from which its words are made, for whoever reads it.
 */
#ifndef NOTIFY_MATTER_H
#define NOTIFY_MATTER_H

#include <stdio.h>
#include <string.h>

#include "common/fields.h"
#include "server/notify/links.h"
#include "server/store/disclosures.h"
#include "server/store/residents.h"
#include "server/store/timeline.h"
#include "server/store/watchers.h"
#include "server/watch/sharing.h"
#include "server/watch/telling.h"

struct matter {
	struct watch *w;
	int64_t now;
	struct notification n;
	bool has_incident, has_resident;
	struct incident incident; /* of a reminder: none */
	struct resident resident; /* of a question about nobody: none */
	struct link link;   /* a watcher reads: theirs to the resident; tier 0: none (any more), or not to be told */
	struct cause cause; /* the latest of the notification's kind, unanswered where there is one; id 0: none */
	int64_t due_at, deadline_at; /* of the expectation that was missed or is reminded of; 0: none */
	size_t others;               /* asked besides the reader: watchers */
	bool again;                  /* the reader was asked before */
	char url[LINK_URL];          /* where the reader may answer; "" by telephone only */
	char told[DISCLOSURE_ITEMS]; /* what a watcher's paragraph says about the resident, as watch/items.h */
	struct fields fields;
};

/*
 * Reads it all and fills the fields that every reader's texts use; other fields are set by those who say more.
 * Inside a transaction. language NULL: nobody reads the words, and what only they need is left out.
 */
void matter_read(struct matter *m, struct watch *w, const struct notification *n, const char *language, int64_t now);
static inline bool matter_is(const struct matter *m, const char *what)
{
	return strcmp(m->n.what, what) == 0;
}
enum incident_kind matter_kind(const struct matter *m); /* what the notification is about; its detail may say another */
enum text_key matter_kind_text(enum incident_kind kind);

/*
 * The paragraph of one notification, for each kind of reader. False: this reader may not be told this, or there is
 * nothing to say. True: the paragraph is written.
 */
bool resident_paragraph(struct matter *m, FILE *out);
bool watcher_paragraph(struct matter *m, FILE *out);
bool staff_paragraph(struct matter *m, FILE *out);
void question_lines(struct matter *m, FILE *out); /* of a question for staff */
bool unsigned_lines(struct matter *m, FILE *out); /* the reader's lists that are not signed; false: all are */

/* What a watcher who is asked is to do: once, after the paragraphs. goes: they may go and not only call; page: they
 * answer on our page, and not by telephone. */
void watcher_foot(const struct fields *f, bool goes, bool held, bool page, bool others, FILE *out);

/* Whether this `what` asks the reader, staff or a watcher, to do something, or is only news. */
bool matter_asks(const char *what, bool staff);
/* Whether a watcher who reads it may want to answer. */
bool matter_answerable(const char *what);

/* Whether its cause is what somebody reported (help, a worry), and nobody pressed. */
bool matter_reported(const struct matter *m);
/* The words of "joined": one more cause, and who said so. */
enum text_key matter_joined(const struct matter *m);

/* The later of two events of its incident, as it was when this was written. False: there was neither. */
bool matter_event(const struct matter *m, const char *const events[2], struct timeline_row *row);
/* Whether nobody answered a telephone, and not the door: by who reported it last, a user at their desk or a watcher
 * whose link says that they only call. */
bool matter_called(const struct matter *m);

#endif
