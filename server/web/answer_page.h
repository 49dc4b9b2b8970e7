/* answer_page - what a watcher reads on the page behind a link, one question at a time (texts: To watchers). */
#ifndef WEB_ANSWER_PAGE_H
#define WEB_ANSWER_PAGE_H

#include "server/watch/answer.h"
#include "server/web/link_page.h"

/* The page of an open link, replied. ?step= asks for a further question; ?late says that somebody else was faster. */
void answer_page(struct link_page *p, const struct answer *a);
/* The boxes to tick, of names in `signs`. */
void answer_page_boxes(struct link_page *p, const char *const *signs, const enum text_key *keys, size_t count);
/* Where a note is written. */
void answer_page_note(struct link_page *p);

enum { ANSWER_NOTE_CHARACTERS = 160, ANSWER_NOTE_BYTES = 700 }; /* the first is what the page lets one type */

#endif
