/* marks - numbers that only grow, by which a reader sees cheaply whether there is anything new. */
#ifndef STORE_MARKS_H
#define STORE_MARKS_H

#include "server/store/store.h"

struct marks {
	int64_t event, checkin, signoff; /* the latest of each; 0: none */
};
bool marks_read(struct store *s, struct marks *m); /* false: the store gave no answer */

#endif
