/* streams - a ring of what was said last, and who has read how far. */
#include "server/web/streams.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/watch/duty.h"

enum { STREAMS_MOST = 500, OF_ONE_MOST = 16, HISTORY = 4096, HISTORY_BYTES = 16 << 20, BLOCK = 16 << 10 };

struct said {
	char *text; /* as it is sent; NULL: dropped */
	size_t len;
	char district[65];
	bool answering; /* for those alone who answer questions about nobody */
};

struct stream {
	struct streams *all;
	struct stream *before, *after;
	struct MHD_Connection *connection;
	struct user user;
	bool all_districts, answers, resting, ending;
	char session[65];
	uint64_t next; /* of what was said */
	size_t offset; /* how much of it was sent */
	char own[32];  /* said to this one alone: a greeting, a comment */
	size_t own_len, own_sent;
};

struct streams {
	pthread_mutex_t lock;
	struct stream *first;
	size_t count;
	bool closing;
	struct said history[HISTORY];
	uint64_t from, to; /* what is kept: from <= number < to */
	size_t bytes;
};

struct streams *streams_new(void)
{
	struct streams *s = calloc(1, sizeof(*s));

	if (!s)
		fatal("error=\"out of memory\"");
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

static void forget_oldest(struct streams *s)
{
	struct said *oldest = &s->history[s->from++ % HISTORY];

	s->bytes -= oldest->len;
	free(oldest->text);
	*oldest = (struct said){ .text = NULL };
}

static void wake(struct stream *stream)
{
	if (!stream->resting)
		return;
	stream->resting = false;
	MHD_resume_connection(stream->connection);
}

static void wake_all(struct streams *s)
{
	for (struct stream *stream = s->first; stream; stream = stream->after)
		wake(stream);
}

void streams_close(struct streams *s)
{
	pthread_mutex_lock(&s->lock);
	s->closing = true;
	wake_all(s);
	pthread_mutex_unlock(&s->lock);
}

void streams_free(struct streams *s)
{
	if (!s)
		return;
	while (s->from < s->to)
		forget_oldest(s);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static void say_to_one(struct stream *stream, const char *text)
{
	if (stream->own_len)
		return;
	snprintf(stream->own, sizeof(stream->own), "%s", text);
	stream->own_len = strlen(stream->own);
	stream->own_sent = 0;
}

/* Whoever opens one more than a session or a key may have ends the oldest of these: a browser that was left open. */
static void make_room(struct streams *s, const char *session)
{
	struct stream *oldest = NULL;
	size_t n = 0;

	for (struct stream *stream = s->first; stream; stream = stream->after)
		if (!stream->ending && strcmp(stream->session, session) == 0) {
			oldest = stream; /* the latest stand first */
			n++;
		}
	if (n >= OF_ONE_MOST) {
		oldest->ending = true;
		wake(oldest);
	}
}

struct stream *streams_open(struct streams *s, const struct call *c)
{
	const struct caller *caller = call_caller(c);
	struct stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		fatal("error=\"out of memory\"");
	stream->all = s;
	stream->user = caller->user;
	stream->all_districts = caller->all_districts;
	stream->answers = call_answers(c);
	memcpy(stream->session, caller->session, sizeof(stream->session));
	say_to_one(stream, "retry: 3000\n\n");
	pthread_mutex_lock(&s->lock);
	if (s->count >= STREAMS_MOST || s->closing) {
		pthread_mutex_unlock(&s->lock);
		free(stream);
		return NULL;
	}
	make_room(s, stream->session);
	stream->next = s->to;
	stream->after = s->first;
	if (stream->after)
		stream->after->before = stream;
	s->first = stream;
	s->count++;
	pthread_mutex_unlock(&s->lock);
	return stream;
}

static void leave(void *context)
{
	struct stream *stream = context;
	struct streams *s = stream->all;

	pthread_mutex_lock(&s->lock);
	if (stream->before)
		stream->before->after = stream->after;
	else
		s->first = stream->after;
	if (stream->after)
		stream->after->before = stream->before;
	s->count--;
	pthread_mutex_unlock(&s->lock);
	free(stream);
}

void streams_drop(struct stream *stream)
{
	leave(stream);
}

static bool concerns(const struct stream *stream, const struct said *said)
{
	if (said->answering)
		return stream->answers;
	return !said->district[0] || stream->all_districts || duty_covers(&stream->user, said->district);
}

static size_t copy_part(char *to, size_t room, const char *text, size_t len, size_t *offset)
{
	size_t n = len - *offset < room ? len - *offset : room;

	memcpy(to, text + *offset, n);
	*offset += n;
	return n;
}

/* The next bytes for this one; 0: there are none now. What was begun is sent to its end before anything else. */
static size_t copy_next(struct stream *stream, char *to, size_t room)
{
	struct streams *s = stream->all;
	size_t n = 0;

	if (stream->next < s->from) { /* too far behind: it begins anew */
		stream->next = s->to;
		stream->offset = 0;
		stream->own_len = 0;
		say_to_one(stream, "\n\nevent: reload\ndata: {}\n\n");
	}
	if (stream->own_len && !stream->offset) {
		n = copy_part(to, room, stream->own, stream->own_len, &stream->own_sent);
		if (stream->own_sent == stream->own_len)
			stream->own_len = 0;
		return n;
	}
	while (stream->next < s->to && n < room) {
		const struct said *said = &s->history[stream->next % HISTORY];

		if (concerns(stream, said))
			n += copy_part(to + n, room - n, said->text, said->len, &stream->offset);
		else
			stream->offset = said->len;
		if (stream->offset < said->len)
			break;
		stream->next++;
		stream->offset = 0;
	}
	return n;
}

static ssize_t read_on(void *context, uint64_t position, char *to, size_t room)
{
	struct stream *stream = context;
	struct streams *s = stream->all;
	size_t n;

	(void)position;
	pthread_mutex_lock(&s->lock);
	if (s->closing || stream->ending) {
		pthread_mutex_unlock(&s->lock);
		return MHD_CONTENT_READER_END_OF_STREAM;
	}
	n = copy_next(stream, to, room);
	if (!n) {
		stream->resting = true;
		MHD_suspend_connection(stream->connection);
	}
	pthread_mutex_unlock(&s->lock);
	return (ssize_t)n;
}

struct MHD_Response *streams_response(struct stream *stream, struct MHD_Connection *connection)
{
	stream->connection = connection;
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_on, stream, leave);
}

static void say(struct streams *s, struct said said, const char *event, const char *data)
{
	int len = asprintf(&said.text, "event: %s\ndata: %s\n\n", event, data);

	if (len < 0)
		fatal("error=\"out of memory\"");
	said.len = (size_t)len;
	pthread_mutex_lock(&s->lock);
	while (s->to - s->from == HISTORY || (s->to > s->from && s->bytes + said.len > HISTORY_BYTES))
		forget_oldest(s);
	s->history[s->to++ % HISTORY] = said;
	s->bytes += said.len;
	wake_all(s);
	pthread_mutex_unlock(&s->lock);
}

void streams_say(struct streams *s, const char *event, const char *district, const char *data)
{
	struct said said = { .text = NULL };

	snprintf(said.district, sizeof(said.district), "%s", district);
	say(s, said, event, data);
}

void streams_say_answering(struct streams *s, const char *event, const char *data)
{
	say(s, (struct said){ .answering = true }, event, data);
}

void streams_tend(
	struct streams *s, bool (*stands)(void *context, const struct user *user, const char *session), void *context)
{
	pthread_mutex_lock(&s->lock);
	for (struct stream *stream = s->first; stream; stream = stream->after) {
		if (stream->session[0] && !stands(context, &stream->user, stream->session))
			stream->ending = true;
		say_to_one(stream, ": still here\n\n");
		wake(stream);
	}
	pthread_mutex_unlock(&s->lock);
}

size_t streams_count(struct streams *s)
{
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = s->count;
	pthread_mutex_unlock(&s->lock);
	return n;
}
