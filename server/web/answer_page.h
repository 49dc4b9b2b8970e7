/* answer_page - what a watcher reads on the page behind a link, one question at a time (texts: To watchers). */
#ifndef WEB_ANSWER_PAGE_H
#define WEB_ANSWER_PAGE_H

#include "server/watch/answer.h"
#include "server/web/link_page.h"

/* The page of an open link, replied. ?step= asks for a further question; a word told says what became of a form. */
void answer_page(struct link_page *p, const struct answer *a);
/*
 * What was sent could not be taken and never will be (link_page_retry came before): it says so, by telephone it still
 * can be told, and where help is needed there is 119. ended: because all is over; else the link is none any more.
 */
void answer_page_lost(struct link_page *p, bool help, bool ended);
/* The boxes to tick, of names in `signs`. */
void answer_page_boxes(struct link_page *p, const char *const *signs, const enum text_key *keys, size_t count);
/* Where a note is written. */
void answer_page_note(struct link_page *p);

enum { ANSWER_NOTE_CHARACTERS = 160, ANSWER_NOTE_BYTES = 700 }; /* the first is what the page lets one type */

#endif
