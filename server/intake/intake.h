/*
 * intake - from the broker into the store: reads a batch, stores it in one transaction, and only then answers.
 *
 * Also listens to ourselves: an echo sent to our own topic and stored with its batch proves that every press the broker
 * had accepted by then is on disk (rules 6).
 */
#ifndef INTAKE_INTAKE_H
#define INTAKE_INTAKE_H

#include "server/health.h"
#include "server/link.h"

struct intake;

/*
 * Takes its settings, connects at the first turn. `published` hears the answers to link_publish with a token. All must
 * outlive it; poke_fd wakes the loop.
 */
struct intake *intake_new(const struct settings *s, struct watch *w, struct health *health,
	void (*published)(void *context, int64_t token, int reason), void *context, int poke_fd);
/* Reads nothing more: the turns that follow store and answer what is in hand. */
void intake_close(struct intake *in);
/*
 * Ends, without a goodbye if a batch is still in hand: then the broker sends it to the next start. False as link_free
 * says; NULL is fine.
 */
bool intake_free(struct intake *in);

/* The link below, for messages to devices: link_publish; they leave with the next turn. */
struct link *intake_link(struct intake *in);

/*
 * One turn; `boot` by clock_boot. due_at: a stored time for which an echo is sent as soon as it has come (INT64_MAX:
 * none).
 */
void intake_run(struct intake *in, int64_t now, int64_t boot, int64_t due_at);
/* A batch waits for the store. */
bool intake_holds(const struct intake *in);

/* For poll: the socket (-1: none), what to wait for, and for how long at most (ms, 0: there is more at once). */
int intake_fd(const struct intake *in, short *events);
int64_t intake_wait_ms(const struct intake *in, int64_t boot);

#endif
