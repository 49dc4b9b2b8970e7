/* posts - see there. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/notify/easy.h"
#include "server/notify/posts.h"
#include "server/notify/servers.h"
#include "server/notify/webhook.h"

#define HTTP_LONGEST (20 * SECOND)

enum {
	RUNNING_MOST = 128,    /* to all servers; each leaves as much free for others as it has */
	CONNECTIONS_KEPT = 32, /* for the next */
	IDLE_MOST = 16,        /* handles */
	ANSWER_BYTES = 2048,   /* read at a time, and thrown away */
};

/* A handle, and what it carries. */
struct post {
	struct post *next;
	CURL *easy;
	struct transfer *transfer;
	struct curl_slist *headers;
	bool blocked;
};

struct lane {
	struct transfer_queue urgent, normal; /* waiting */
	size_t running;
};

struct posts {
	struct transfer_end end;
	CURLM *multi;
	struct post *idle, *running; /* of the thread */
	size_t idle_count;
	pthread_t thread;
	atomic_bool stopping;
	pthread_mutex_t lock; /* of all below */
	bool started, woken;
	struct lane lanes[SERVERS_MOST];
	size_t waiting, running_count, turn; /* turn: the lane that is asked first */
};

struct posts *posts_new(struct transfer_end end)
{
	struct posts *p = calloc(1, sizeof(*p));

	if (!p || !(p->multi = curl_multi_init()))
		fatal("error=\"out of memory\"");
	curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
	pthread_mutex_init(&p->lock, NULL);
	p->end = end;
	return p;
}

/* Judged on the address that the name has now, so no name leads us into our own network. */
static curl_socket_t open_allowed(void *context, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct post *x = context;

	if (!x->transfer->request->private_too && (purpose != CURLSOCKTYPE_IPCXN || webhook_private(&a->addr))) {
		x->blocked = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static struct post *new_post(void)
{
	struct post *x = calloc(1, sizeof(*x));

	if (!x || !(x->easy = curl_easy_init()))
		fatal("error=\"out of memory\"");
	easy_prepare(x->easy, HTTP_LONGEST);
	curl_easy_setopt(x->easy, CURLOPT_PRIVATE, x);
	curl_easy_setopt(x->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(x->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(x->easy, CURLOPT_USERAGENT, "mimamori/" MIMAMORI_VERSION);
	curl_easy_setopt(x->easy, CURLOPT_BUFFERSIZE, (long)ANSWER_BYTES);
	curl_easy_setopt(x->easy, CURLOPT_OPENSOCKETFUNCTION, open_allowed);
	curl_easy_setopt(x->easy, CURLOPT_OPENSOCKETDATA, x);
	return x;
}

static void free_post(struct post *x)
{
	curl_easy_cleanup(x->easy);
	curl_slist_free_all(x->headers);
	free(x);
}

static struct post *take_idle(struct posts *p)
{
	struct post *x = p->idle;

	if (!x)
		return new_post();
	p->idle = x->next;
	p->idle_count--;
	return x;
}

static void add_line(struct curl_slist **list, const char *line)
{
	struct curl_slist *more = curl_slist_append(*list, line);

	if (!more)
		fatal("error=\"out of memory\"");
	*list = more;
}

static void begin(struct posts *p, struct transfer *transfer)
{
	const struct request *r = transfer->request;
	struct post *x = take_idle(p);

	x->transfer = transfer;
	x->blocked = false;
	for (size_t i = 0; i < r->header_count; i++)
		add_line(&x->headers, r->headers[i]);
	add_line(&x->headers, "Expect:");
	curl_easy_setopt(x->easy, CURLOPT_URL, r->url);
	curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
	curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
	curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, r->body);
	x->next = p->running;
	p->running = x;
	if (curl_multi_add_handle(p->multi, x->easy) != CURLM_OK)
		fatal("error=\"curl takes no handle\"");
}

static struct transfer *next_of(struct posts *p, struct lane *lane)
{
	if (lane->urgent.first && lane->running < LANE_CONNECTIONS + LANE_URGENT)
		return transfer_take(&lane->urgent);
	if (lane->running < LANE_CONNECTIONS && lane->running + p->running_count < RUNNING_MOST)
		return transfer_take(&lane->normal);
	return NULL;
}

/* The next one for which there is a connection; lanes have their turns. */
static struct transfer *next_waiting(struct posts *p)
{
	struct transfer *found = NULL;

	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < SERVERS_MOST && p->waiting && !found; i++) {
		struct lane *lane = &p->lanes[p->turn];

		p->turn = (p->turn + 1) % SERVERS_MOST;
		found = next_of(p, lane);
		if (found) {
			lane->running++;
			p->running_count++;
			p->waiting--;
		}
	}
	if (!found)
		p->woken = false; /* all is seen */
	pthread_mutex_unlock(&p->lock);
	return found;
}

static void read_answer(const struct post *x, CURLcode code, struct answer *a)
{
	curl_off_t after = 0;
	long request_bytes = 0;

	*a = (struct answer){ .done = code == CURLE_OK, .error = (int)code, .blocked = x->blocked };
	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &a->status);
	curl_easy_getinfo(x->easy, CURLINFO_RETRY_AFTER, &after);
	curl_easy_getinfo(x->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
	a->retry_after_s = (int64_t)after;
	a->left = request_bytes > 0;
	if (a->status)
		snprintf(a->text, sizeof(a->text), "%ld", a->status);
	else if (x->blocked)
		snprintf(a->text, sizeof(a->text), "not sent: an address of a private network");
	else
		snprintf(a->text, sizeof(a->text), "no answer: %s", curl_easy_strerror(code));
}

static void lay_aside(struct posts *p, struct post *x)
{
	struct post **at = &p->running;

	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
	curl_multi_remove_handle(p->multi, x->easy);
	curl_slist_free_all(x->headers);
	x->headers = NULL;
	if (p->idle_count == IDLE_MOST) {
		free_post(x);
		return;
	}
	x->next = p->idle;
	p->idle = x;
	p->idle_count++;
}

/* How many. */
static size_t take_ended(struct posts *p)
{
	CURLMsg *message;
	size_t n = 0;
	int left;

	while ((message = curl_multi_info_read(p->multi, &left)) != NULL) {
		struct transfer *transfer;
		struct post *x;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&x);
		transfer = x->transfer;
		read_answer(x, message->data.result, &transfer->answer);
		lay_aside(p, x);
		pthread_mutex_lock(&p->lock);
		p->lanes[transfer->lane].running--;
		p->running_count--;
		pthread_mutex_unlock(&p->lock);
		p->end.ended(p->end.context, transfer);
		n++;
	}
	return n;
}

static void *run(void *context)
{
	struct posts *p = context;
	int running;

	while (!atomic_load(&p->stopping)) {
		struct transfer *x;

		while ((x = next_waiting(p)) != NULL)
			begin(p, x);
		curl_multi_perform(p->multi, &running);
		if (take_ended(p) == 0)
			curl_multi_poll(p->multi, NULL, 0, (int)SECOND, NULL);
	}
	return NULL;
}

void posts_start(struct posts *p, struct transfer *x)
{
	struct lane *lane = &p->lanes[x->lane];
	bool wake;

	pthread_mutex_lock(&p->lock);
	transfer_put(x->urgent ? &lane->urgent : &lane->normal, x);
	p->waiting++;
	if (!p->started && pthread_create(&p->thread, NULL, run, p) != 0)
		fatal("error=\"no thread can be started\"");
	p->started = true;
	wake = !p->woken;
	p->woken = true;
	pthread_mutex_unlock(&p->lock);
	if (wake)
		curl_multi_wakeup(p->multi);
}

void posts_recall(struct posts *p, int64_t before, struct transfer_queue *back)
{
	size_t had = back->count;

	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < SERVERS_MOST && p->waiting; i++) {
		transfer_recall(&p->lanes[i].urgent, before, back);
		transfer_recall(&p->lanes[i].normal, before, back);
	}
	p->waiting -= back->count - had;
	pthread_mutex_unlock(&p->lock);
}

void posts_free(struct posts *p)
{
	struct transfer *x;

	if (!p)
		return;
	atomic_store(&p->stopping, true);
	curl_multi_wakeup(p->multi);
	if (p->started)
		pthread_join(p->thread, NULL);
	while (p->running) {
		free(p->running->transfer);
		lay_aside(p, p->running);
	}
	while (p->idle) {
		struct post *idle = take_idle(p);

		free_post(idle);
	}
	for (size_t i = 0; i < SERVERS_MOST; i++)
		while ((x = transfer_take(&p->lanes[i].urgent)) != NULL ||
			(x = transfer_take(&p->lanes[i].normal)) != NULL)
			free(x);
	curl_multi_cleanup(p->multi);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
