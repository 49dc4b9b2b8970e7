/*
 * guests - the connections there are, and for how long each may take: for what it still has to say, or to read. One
 * that takes longer is cut off, so that nobody holds a place by dawdling.
 */
#ifndef WEB_GUESTS_H
#define WEB_GUESTS_H

#include <pthread.h>
#include <stdint.h>

struct guest;
struct guests {
	pthread_mutex_t lock;
	struct guest *first;
};

void guests_init(struct guests *all);
void guests_release(struct guests *all); /* all have gone */
/* Who has just come by this socket, for so long at most until the first head is whole. */
struct guest *guests_add(struct guests *all, int fd, int64_t longest_ms);
void guests_remove(struct guest *g);
/* It is the guest's turn to say something, or to read an answer, for so long at most from now on. */
void guest_says(struct guest *g, int64_t longest_ms);
void guest_reads(struct guest *g, int64_t longest_ms);
/* It is ours, for as long as we like. */
void guest_rests(struct guest *g);
/* Cuts off those who took too long; what one of them did not read is thrown away. `boot` by clock_boot. */
void guests_sweep(struct guests *all, int64_t boot);

#endif
