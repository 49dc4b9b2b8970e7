/*
 * link_page - what the pages behind a watcher's links have in common (answers.c, my.c): whose browser it is, the
 * language, forms that nobody can forge or count twice, and the frame.
 *
 * Nobody signs in: the token in the path is the right to come, and the browser's cookie the right to stay. A form
 * carries a value that only that browser on that page can know. They work without JavaScript; a GET changes nothing.
 */
#ifndef WEB_LINK_PAGE_H
#define WEB_LINK_PAGE_H

#include "common/fields.h"
#include "common/secret.h"
#include "server/web/call.h"
#include "server/web/html.h"

enum { LINK_PAGE_WORD = 16 };

struct link_page {
	struct call *c;
	FILE *out;
	const char *token;            /* of the path; has its shape only where `known` */
	bool known;                   /* it looks like a token */
	char path[16 + SECRET_TOKEN]; /* /w/TOKEN */
	char hash[SECRET_HASH];       /* of the token */
	bool had_cookie;              /* the browser sent its id, and did not just get it */
	char browser[SECRET_TOKEN];   /* its id */
	char browser_id[SECRET_HASH]; /* hash of it: what the store knows; "" without a cookie */
	char once[SECRET_TOKEN];      /* of the forms on this page */
	const char *step, *of; /* ?step= and ?of=, NULL neither; of a form that is asked again, where it stands */
	const char *note, *signs, *from, *to; /* what was typed in that form; "" nothing */
	unsigned status;                      /* of the page: 200, or why that form could not be taken */
	enum text_key wrong;                  /* what is said of a form that could not */
	const char *language;
	struct fields fields; /* council, phone; others are set by who writes the page */
	char said[4096];
};

/* folder: "/w" or "/my". Gives the browser an id where it has none. */
void link_page_init(struct link_page *p, struct call *c, const char *folder);
/* ?lang=, kept in a cookie; the cookie; the watcher's own ("" none), the settings'. Fills council and phone. */
void link_page_language(struct link_page *p, const char *own);

/* The text with its fields, not escaped; good until the next one. */
const char *link_page_say(struct link_page *p, enum text_key key);

/* From the doctype to the first heading; and the council's number, the end, and the reply. */
void link_page_begin(struct link_page *p, enum text_key title);
void link_page_end(struct link_page *p, unsigned status);
void link_page_heading(struct link_page *p, enum text_key key);
void link_page_text(struct link_page *p, enum text_key key); /* a paragraph */
/* A form begins, with what makes it good and says what it does; the buttons and the end are the caller's. */
void link_page_form(struct link_page *p, const char *act);
/* A form of one button. how "" none; style: "", "primary", "danger", "quiet". */
void link_page_button(struct link_page *p, const char *act, const char *how, enum text_key key, const char *style);
/* A link to another step of the same page. */
void link_page_step(struct link_page *p, const char *query, enum text_key key, const char *style);
void link_page_call(struct link_page *p, const char *number, enum text_key key, const char *style); /* tel: */

/*
 * The form that was sent could not be taken (422: what is in it; 503: it could not be stored). What was replied is
 * forgotten; the page is to be written anew, on the step of that form, with what was typed and link_page_retried on
 * top.
 */
void link_page_retry(struct link_page *p, const char *folder, unsigned status);
void link_page_retried(struct link_page *p);
/* Whether a form came from this browser's page; once: which one it was. */
bool link_page_form_good(const struct link_page *p, const char *form, char once[SECRET_TOKEN]);
/*
 * The form was taken: on to the page, replied; what became of it, a word of ours ("" nothing), travels in a cookie of
 * that one page for a few minutes, not in the address: it is no news to who comes by a bookmark tomorrow.
 */
void link_page_see(struct link_page *p, const char *word);
/* That word, and the cookie is taken away with this answer; "" none. Asked where the page says it, before it is sent.
 */
void link_page_told(struct link_page *p, char word[LINK_PAGE_WORD]);

/* Pages that are the same for both: replied. */
void link_page_unknown(struct link_page *p, bool dead); /* 404, 410 */
void link_page_elsewhere(struct link_page *p);          /* 403 */
void link_page_again(struct link_page *p, unsigned status);
void link_page_too_large(struct call *c);   /* 413, before any handler: of a form of whichever page */
void link_page_cannot(struct link_page *p); /* 403: a browser that keeps no cookie */
void link_page_ask(struct link_page *p, const char *watcher, enum text_key why);

#endif
