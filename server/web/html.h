/*
 * html - pages that the server writes itself: those that must work without JavaScript (a watcher's), and paper.
 */
#ifndef WEB_HTML_H
#define WEB_HTML_H

#include <stdint.h>
#include <stdio.h>

#include "common/text.h"

/* Text between tags or in a quoted attribute: & < > " ' are escaped. */
void html_text(FILE *out, const char *text);
/*
 * fprintf for HTML: %s is escaped, %d, %lld (int64_t as long long) and %% are as ever, %h is a text that is HTML
 * already, %T (an enum text_key as int) is the text in `language`, escaped.
 */
void html(FILE *out, const char *language, const char *format, ...);

/* From the doctype to <main>, and from </main> to the end. style: a file of assets.h ("watcher.css"); script or NULL.
 */
void html_begin(FILE *out, const char *language, const char *title, const char *style, const char *script);
void html_end(FILE *out);

/* A part of an address, percent-encoded. */
void html_address(FILE *out, const char *text);
/* On paper's pages, for the screen only: the same page in each language, with what it was asked: name, value, … NULL.
 */
void html_languages(FILE *out, const char *language, ...);

#endif
