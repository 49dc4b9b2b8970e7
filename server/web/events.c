/* events - GET /api/v1/events: what changes on the list and about incidents, while the page is open. */
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/streams.h"

void events_open(struct call *c)
{
	c->stream = streams_open(c->worker->shared->streams, c);
	if (!c->stream) {
		reply_header(c, "Retry-After", "30");
		reply_problem(c, 503, "busy", "too many pages follow the list");
		return;
	}
	reply_header(c, "X-Accel-Buffering", "no"); /* a front server passes each event on at once */
	c->status = 200;
	c->type = "text/event-stream";
}
