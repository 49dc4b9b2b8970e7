/*
 * compose - the words of one message: a paragraph for each of its notifications, in the reader's language, with head,
 * foot and subject. The subject and the first two lines name nobody: they show on lock screens.
 */
#ifndef NOTIFY_COMPOSE_H
#define NOTIFY_COMPOSE_H

#include "server/notify/letter.h"
#include "server/notify/links.h"
#include "server/store/outbox.h"
#include "server/watch/watch.h"

/*
 * Reads what the message is about, inside the caller's transaction. False: none of its notifications is there any more
 * or may be told to this reader; items says which. letter_release in any case. Subject and text are
 * written where the channel has words. public_url: what links are below.
 */
bool compose_letter(struct watch *w, const struct outbox_message *message, const struct links *links,
	const char *public_url, int64_t now, struct letter *l);

#endif
