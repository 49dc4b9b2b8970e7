/* my_page - what a watcher reads on their own page. */
#ifndef WEB_MY_PAGE_H
#define WEB_MY_PAGE_H

#include "server/watch/standing.h"
#include "server/web/link_page.h"

/* The page, replied. ?step=worry&of=HANDLE asks further. */
void my_page_write(struct link_page *p, const struct standing *s);
/* By which the page names a resident. */
void my_page_handle(const struct link_page *p, const char *resident_id, char handle[SECRET_HASH]);

#endif
