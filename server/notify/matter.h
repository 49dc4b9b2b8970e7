/*
 * matter - what one notification is about, read once: the facts from which its words are made, for whoever reads it.
 */
#ifndef NOTIFY_MATTER_H
#define NOTIFY_MATTER_H

#include <stdio.h>
#include <string.h>

#include "server/notify/fields.h"
#include "server/store/residents.h"
#include "server/store/watchers.h"
#include "server/watch/telling.h"

struct matter {
	struct watch *w;
	int64_t now;
	struct notification n;
	bool has_incident, has_resident;
	struct incident incident; /* of a reminder: none */
	struct resident resident; /* of a question about nobody: none */
	struct link link;         /* a watcher reads: theirs to the resident; tier 0: none (any more) */
	struct cause cause;       /* the latest of the notification's kind, unanswered where there is one; id 0: none */
	int64_t due_at, deadline_at; /* of the expectation that was missed or is reminded of; 0: none */
	size_t others;               /* asked besides the reader: watchers */
	bool again;                  /* the reader was asked before */
	struct fields fields;
};

/*
 * Reads it all and fills the fields that every reader's texts use; other fields are set by those who say more.
 * Inside a transaction.
 */
void matter_read(struct matter *m, struct watch *w, const struct notification *n, const char *language, int64_t now);
bool matter_shares(const struct matter *m, const char *what); /* the reader's link: name, place, care, outcome */
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

/* What a watcher who is asked is to do: once, after the paragraphs. goes: they may go and not only call. */
void watcher_foot(const struct fields *f, bool goes, bool others, FILE *out);

/* Whether this `what` asks the reader, staff or a watcher, to do something, or is only news. */
bool matter_asks(const char *what, bool staff);

#endif
