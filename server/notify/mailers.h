/*
 * mailers - mail transfers, each in a thread of its own for as long as it takes.
 *
 * libcurl's multi handle stands still while one of its SMTP transfers waits for the server's answer to the last dot
 * (7.88: smtp_done blocks; tried: three mails to a server that takes 4 s each took 12 s, and a web request beside them
 * 8). One slow mail server would so delay every other channel. So SMTP has some threads with a blocking handle each,
 * which also keeps its connection for the next mail.
 */
#ifndef NOTIFY_MAILERS_H
#define NOTIFY_MAILERS_H

#include "server/notify/channel.h"

struct mailers;

/* ended is called in a mailer's thread when one has ended: mailers_take has it. */
struct mailers *mailers_new(void (*ended)(void *context), void *context);
/* Ends what is under way without an answer, within about a second; NULL is fine. */
void mailers_free(struct mailers *m);

/* Starts one, or lets it wait for a thread; the request must live until its answer was taken. */
void mailers_start(struct mailers *m, const struct request *r, void *tag);
/* The next one that has ended; false: none. */
bool mailers_take(struct mailers *m, void **tag, struct answer *a);

/*
 * A mail server's line without what names somebody: words with an @ or the recipient's name in them, and whatever is
 * not printable, are left out.
 */
void mailers_clean(char *out, size_t size, const char *line, const char *recipient);

#endif
