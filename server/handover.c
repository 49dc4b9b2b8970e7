/*
 * handover - a short ring under a lock between notify's thread and the loop's.
 *
 * It takes nothing while there is no connection, so notify learns at once that the button cannot be told now.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "common/topic.h"
#include "server/handover.h"

enum { ROOM = LINK_IN_FLIGHT, PAYLOAD = 4096 };
_Static_assert((int)ROOM >= (int)NOTIFY_DEVICE_MOST, "what there is no room for would count as a failed try");

struct item {
	int64_t token, expires_s;
	char topic[TOPIC_MAX];
	size_t len;
	char payload[PAYLOAD];
};

struct handover {
	char root[128];
	int poke_fd;
	struct notify *notify;
	pthread_mutex_t lock;
	bool up; /* below: under the lock */
	size_t first, count;
	struct item items[ROOM];
};

struct handover *handover_new(const char *root, int poke_fd)
{
	struct handover *h = calloc(1, sizeof(*h));

	if (!h || pthread_mutex_init(&h->lock, NULL))
		fatal("error=\"out of memory\"");
	snprintf(h->root, sizeof(h->root), "%s", root);
	h->poke_fd = poke_fd;
	return h;
}

void handover_free(struct handover *h)
{
	if (!h)
		return;
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static bool publish(
	void *context, int64_t token, const char *device_id, const char *payload, size_t len, int64_t expires_s)
{
	struct handover *h = context;
	char topic[TOPIC_MAX];
	uint64_t one = 1;
	bool taken;

	if (len > PAYLOAD || !topic_format(topic, h->root, device_id, "message"))
		return false;
	pthread_mutex_lock(&h->lock);
	taken = h->up && h->count < ROOM;
	if (taken) {
		struct item *item = &h->items[(h->first + h->count++) % ROOM];

		item->token = token;
		item->expires_s = expires_s;
		memcpy(item->topic, topic, sizeof(topic));
		item->len = len;
		memcpy(item->payload, payload, len);
	}
	pthread_mutex_unlock(&h->lock);
	if (taken && write(h->poke_fd, &one, sizeof(one)) < 0)
		log_debug("poke=full"); /* the loop is awake */
	return taken;
}

struct notify_device handover_device(struct handover *h)
{
	return (struct notify_device){ publish, h };
}

void handover_answers_to(struct handover *h, struct notify *notify)
{
	h->notify = notify;
}

void handover_published(void *handover, int64_t token, int reason)
{
	struct handover *h = handover;

	if (h->notify)
		notify_published(h->notify, token, reason == LINK_UNANSWERED ? NOTIFY_UNANSWERED : reason);
}

/* The first that waits, if any; and from now on more is taken only while `up`. */
static bool first_of(struct handover *h, bool up, struct item *item)
{
	bool any;

	pthread_mutex_lock(&h->lock);
	h->up = up;
	any = h->count > 0;
	if (any)
		memcpy(item, &h->items[h->first], sizeof(*item));
	pthread_mutex_unlock(&h->lock);
	return any;
}

static void forget_first(struct handover *h)
{
	pthread_mutex_lock(&h->lock);
	h->first = (h->first + 1) % ROOM;
	h->count--;
	pthread_mutex_unlock(&h->lock);
}

void handover_run(struct handover *h, struct link *link)
{
	bool up = link_up(link);
	struct item item;

	while (first_of(h, up, &item)) {
		if (!up)
			handover_published(h, item.token, LINK_UNANSWERED);
		else if (!link_publish(link, item.topic, item.payload, item.len, 1, item.expires_s, item.token))
			return; /* too many are unanswered */
		forget_first(h);
	}
}

void handover_close(struct handover *h)
{
	struct item item;

	while (first_of(h, false, &item)) {
		handover_published(h, item.token, LINK_UNANSWERED);
		forget_first(h);
	}
}
