/*
 * streams - server-sent events: those who follow the list, each on a connection that stays open.
 *
 * What is said goes into a short shared history; each stream reads on from its place there. One that falls so far
 * behind that its place is gone is told to load the list anew. Nobody waits for a slow reader.
 */
#ifndef WEB_STREAMS_H
#define WEB_STREAMS_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/web/call.h"

struct streams;
struct stream;

struct streams *streams_new(void);
void streams_close(struct streams *s); /* every stream ends; none begins any more */
void streams_free(struct streams *s);  /* all have ended */

/*
 * For who asks, who hears what their districts concerns from now on; NULL: there are too many streams. The oldest of
 * the same session or key ends where it has many.
 */
struct stream *streams_open(struct streams *s, const struct call *c);
void streams_drop(struct stream *stream); /* nobody will read it */
/* The library's side: it reads the stream until the browser goes, and then frees it. */
struct MHD_Response *streams_response(struct stream *stream, struct MHD_Connection *connection);

/*
 * Says something to all whose districts have it ("": to everybody). event: list, rows, questions, incident, signoff;
 * data: one line of JSON, copied.
 */
void streams_say(struct streams *s, const char *event, const char *district, const char *data);
/* The same to those alone whose questions about nobody are theirs to answer: call_answers. */
void streams_say_answering(struct streams *s, const char *event, const char *data);
/*
 * A comment to each, so that proxies and browsers know that the connection lives; ends those whose caller may no longer
 * come in, or not as the user that they were, as `stands` says of a session's hash.
 */
void streams_tend(
	struct streams *s, bool (*stands)(void *context, const struct user *user, const char *session), void *context);
size_t streams_count(struct streams *s);

#endif
