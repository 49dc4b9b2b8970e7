/*
 * handover - messages for buttons, from notify's thread to the loop, which has the link; and the broker's answers back.
 */
#ifndef SERVER_HANDOVER_H
#define SERVER_HANDOVER_H

#include "server/link.h"
#include "server/notify/notify.h"

struct handover;

struct handover *handover_new(const char *root, int poke_fd); /* poke_fd wakes the loop */
void handover_free(struct handover *h);                       /* NULL is fine; notify has ended */
/* For notify_start: called in its thread. */
struct notify_device handover_device(struct handover *h);

/* All below in the loop's thread. To whom the answers go: NULL while there is nobody. */
void handover_answers_to(struct handover *h, struct notify *notify);
/* Hands what waits to the link, which must be up; what has no room there waits for the next turn. */
void handover_run(struct handover *h, struct link *link);
/* The link has gone for good: nothing more is taken, and what waits is answered. */
void handover_close(struct handover *h);
/* The broker's answer: link_events.published. */
void handover_published(void *handover, int64_t token, int reason);

#endif
