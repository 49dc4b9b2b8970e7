/*
 * intake - from the broker into the store.
 *
 * The order of a turn is what keeps a press safe: read, store, answer, write. link_write is called in one place, where
 * nothing is in hand; reading waits while what was written before has not left, so the PUBACKs in libmosquitto's queue
 * are always those of one batch.
 *
 * The store is busy: the batch stays in hand, reading goes on until it is full, and it is tried again within 10 ms.
 * It is unwell (full, read-only, I/O error): the link is broken with the batch and its PUBACKs, and tried again each
 * second; the broker keeps the messages and sends them again.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/intake/batch.h"
#include "server/intake/intake.h"

#define TRY_AGAIN_MS 5
#define UNWELL_PAUSE SECOND
#define BUSY_TOLD    (5 * SECOND)
#define ECHO_SPACING 100 /* ms: deadlines that follow each other closely share an echo */
#define ACK_TEXT     2048

struct intake {
	struct link *link;
	struct watch *watch;
	struct health *health;
	void (*published)(void *context, int64_t token, int reason);
	void *context;
	char root[128];
	char echo_topic[TOPIC_MAX];

	int64_t now, boot; /* of this turn */
	bool closing;      /* nothing more is read */
	bool backlog;      /* what was written has not left yet: do not read */
	bool overrun;      /* a message had no room and must not be acknowledged */
	int64_t busy_at;   /* by clock_boot: the batch in hand waits since; 0: it does not */

	/* Of this connection. */
	uint64_t token;         /* in our echoes */
	int64_t connected_at;   /* by our clock */
	bool heard;             /* its first echo came back */
	int64_t echo_sent_at;   /* the latest one, by our clock */
	int64_t echo_sent_boot; /* and by clock_boot */
	bool echo_wanted;       /* a stored time has come since */

	struct batch batch;
};

static void on_connected(void *context)
{
	struct intake *in = context;

	do
		arc4random_buf(&in->token, sizeof(in->token));
	while (!in->token);
	in->connected_at = in->now;
	in->heard = false;
	in->echo_wanted = true;
	in->echo_sent_at = 0;
	in->echo_sent_boot = in->boot - ECHO_SPACING;
	in->health->connected_at = in->boot;
	in->health->connects++;
}

static void on_lost(void *context)
{
	struct intake *in = context;

	in->health->connected_at = 0;
	in->backlog = false;
}

static void on_message(void *context, const char *topic, const void *payload, size_t len, bool retained)
{
	struct intake *in = context;
	struct fact *f = batch_next(&in->batch);

	if (!f) {
		in->overrun = true;
		return;
	}
	decode(f, in->root, topic, payload, len, retained);
	f->heard_at = in->now;
	f->kept = !in->heard;
	if (f->kind == FACT_ECHO && f->echo.token == in->token)
		in->heard = true;
	in->batch.count++;
}

static void on_published(void *context, int64_t token, int reason)
{
	struct intake *in = context;

	in->published(in->context, token, reason);
}

static bool is_full(void *context)
{
	struct intake *in = context;

	return in->batch.count >= BATCH_FULL;
}

struct intake *intake_new(const struct settings *s, struct watch *w, struct health *health,
	void (*published)(void *context, int64_t token, int reason), void *context, int poke_fd)
{
	struct intake *in = calloc(1, sizeof(*in));

	if (!in)
		fatal("error=\"out of memory\"");
	in->watch = w;
	in->health = health;
	in->published = published;
	in->context = context;
	memcpy(in->root, s->mqtt_root, sizeof(in->root));
	snprintf(in->echo_topic, sizeof(in->echo_topic), "mimamori/echo/%s", s->mqtt_client_id);
	in->link = link_new(s, &(struct link_events){ on_connected, on_message, on_published, on_lost, in }, poke_fd);
	return in;
}

bool intake_free(struct intake *in)
{
	bool ended;

	if (!in)
		return true;
	if (!in->batch.count)
		link_goodbye(in->link);
	ended = link_free(in->link);
	free(in);
	return ended;
}

struct link *intake_link(struct intake *in)
{
	return in->link;
}

/* The answers to what is stored now. A link that is down takes none: the broker sends the messages again. */
static void answer(struct intake *in)
{
	char topic[TOPIC_MAX], text[ACK_TEXT];

	for (size_t i = 0; i < in->batch.count; i++) {
		if (!in->batch.answered[i] ||
			!topic_format(topic, in->root, in->batch.facts[i].checkin.device_id, "ack"))
			continue;
		size_t len = ack_format(&in->batch.acks[i], text, sizeof(text));
		if (len && link_publish(in->link, topic, text, len, 0, 0, 0))
			in->health->acks++;
	}
}

/* What is stored now proves that we heard until our latest echo in it was sent. */
static void note_hearing(struct intake *in)
{
	for (size_t i = 0; i < in->batch.count; i++) {
		const struct fact *f = &in->batch.facts[i];

		if (f->kind == FACT_ECHO && f->echo.token == in->token && f->echo.sent_at <= in->now)
			in->health->echo_at = in->boot - (in->now - f->echo.sent_at);
	}
}

static void note_well(struct intake *in)
{
	in->busy_at = 0;
	if (health_well(in->health, in->boot))
		log_info("store=well");
}

static int64_t microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Stores the batch and answers it; false: it is still in hand, or gone together with the link. */
static bool store(struct intake *in)
{
	int64_t began = microseconds();

	switch (batch_store(&in->batch, in->watch, in->token, in->connected_at, in->now, in->health)) {
	case BATCH_STORED:
		health_batch(in->health, in->batch.count, microseconds() - began);
		note_well(in);
		note_hearing(in);
		answer(in);
		in->batch.count = 0;
		if (!in->overrun)
			return true;
		in->overrun = false;
		log_error("link=up error=\"the broker sends more than %d messages that are not acknowledged\"",
			BATCH_ROOM);
		link_break(in->link, "too many messages at once", UNWELL_PAUSE);
		return false;
	case BATCH_BUSY:
		in->health->busy++;
		if (!in->busy_at)
			in->busy_at = in->boot;
		if (in->boot - in->busy_at > BUSY_TOLD && health_unwell(in->health, in->boot))
			log_error(
				"store=busy error=\"another program holds its lock; no press is answered meanwhile\"");
		return false;
	case BATCH_UNWELL:
		if (health_unwell(in->health, in->boot))
			log_error("store=unwell error=\"%s; no press is answered until it is well\"",
				db_why(in->watch->store->db));
		in->busy_at = 0;
		in->overrun = false;
		in->batch.count = 0;
		link_break(in->link, "the store cannot commit", UNWELL_PAUSE);
		return false;
	}
	abort();
}

static void send_echo(struct intake *in, int64_t due_at)
{
	char text[ECHO_TEXT];

	if (due_at <= in->now && in->echo_sent_at < due_at)
		in->echo_wanted = true;
	if (!link_up(in->link) ||
		in->boot - in->echo_sent_boot < (in->echo_wanted ? ECHO_SPACING : in->watch->rules.echo_ms))
		return;
	struct echo_word word = { in->token, in->now };
	if (!link_publish(in->link, in->echo_topic, text, echo_format(&word, text, sizeof(text)), 1, 0, 0))
		return;
	in->echo_sent_at = in->now;
	in->echo_sent_boot = in->boot;
	in->echo_wanted = false;
}

/* What is in hand was heard as long ago as it was, also where the clock has been set since. */
static void set_time(struct intake *in, int64_t now, int64_t boot)
{
	int64_t jumped_ms = (now - boot) - (in->now - in->boot);

	for (size_t i = 0; i < in->batch.count; i++)
		in->batch.facts[i].heard_at += jumped_ms;
	in->now = now;
	in->boot = boot;
}

void intake_run(struct intake *in, int64_t now, int64_t boot, int64_t due_at)
{
	bool reading = !in->closing && !in->backlog && !is_full(in);

	set_time(in, now, boot);
	link_tend(in->link, boot, reading);
	if (reading)
		link_read(in->link, is_full);
	if (in->batch.count) {
		bool stored = store(in);

		in->health->in_hand = in->batch.count;
		if (!stored)
			return;
	}
	send_echo(in, due_at);
	link_write(in->link); /* the one place: nothing is in hand */
	in->backlog = link_up(in->link) && link_wants_write(in->link);
}

void intake_close(struct intake *in)
{
	in->closing = true;
}

bool intake_holds(const struct intake *in)
{
	return in->batch.count > 0;
}

int intake_fd(const struct intake *in, short *events)
{
	*events = 0;
	if (!in->closing && !in->backlog && in->batch.count < BATCH_FULL)
		*events |= POLLIN;
	if (!in->batch.count && link_wants_write(in->link))
		*events |= POLLOUT;
	return link_fd(in->link);
}

int64_t intake_wait_ms(const struct intake *in, int64_t boot)
{
	int64_t at = link_next_at(in->link);

	if (in->batch.count)
		return TRY_AGAIN_MS;
	if (link_up(in->link))
		at = in->echo_sent_boot + (in->echo_wanted ? ECHO_SPACING : in->watch->rules.echo_ms);
	return at > boot ? at - boot : 0;
}
