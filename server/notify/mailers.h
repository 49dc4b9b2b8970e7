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

#include "server/notify/transfer.h"

struct mailers;

struct mailers *mailers_new(struct transfer_end end);
/* Ends what is under way without an answer, within about a second; NULL is fine. */
void mailers_free(struct mailers *m);

/* Takes one over, until it has ended; it may wait for a thread. */
void mailers_start(struct mailers *m, struct transfer *x);
/* Gives back those that wait since before this. */
void mailers_recall(struct mailers *m, int64_t before, struct transfer_queue *back);

/*
 * A mail server's line without what names somebody: words with an @ or the recipient's name in them, and whatever is
 * not printable, are left out.
 */
void mailers_clean(char *out, size_t size, const char *line, const char *recipient);

#endif
