/*
 * posts - HTTP transfers, all on one libcurl multi handle in a thread of their own.
 */
#ifndef NOTIFY_POSTS_H
#define NOTIFY_POSTS_H

#include "server/notify/transfer.h"

struct posts;

struct posts *posts_new(struct transfer_end end);
/* Ends what is under way without an answer; NULL is fine. */
void posts_free(struct posts *p);
/* Takes one over, until it has ended. */
void posts_start(struct posts *p, struct transfer *x);
/* Gives back those that wait since before this. */
void posts_recall(struct posts *p, int64_t before, struct transfer_queue *back);

#endif
