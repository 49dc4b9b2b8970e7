/* transfers - see there. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/notify/easy.h"
#include "server/notify/mailers.h"
#include "server/notify/transfers.h"
#include "server/notify/webhook.h"

#define HTTP_LONGEST (20 * SECOND)

enum { CONNECTIONS_KEPT = 16 };

struct post {
	struct post *next;
	CURL *easy;
	void *tag;
	struct curl_slist *headers;
	bool blocked;
};

struct transfers {
	CURLM *multi;
	struct post *first;
	struct mailers *mailers;
};

static void wake(void *context)
{
	transfers_wake(context);
}

struct transfers *transfers_new(void)
{
	struct transfers *t = calloc(1, sizeof(*t));

	if (!t || !(t->multi = curl_multi_init()))
		fatal("error=\"out of memory\"");
	curl_multi_setopt(t->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
	t->mailers = mailers_new(wake, t);
	return t;
}

static void end(struct transfers *t, struct post *x)
{
	struct post **at = &t->first;

	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
	curl_multi_remove_handle(t->multi, x->easy);
	curl_easy_cleanup(x->easy);
	curl_slist_free_all(x->headers);
	free(x);
}

void transfers_free(struct transfers *t)
{
	if (!t)
		return;
	mailers_free(t->mailers);
	while (t->first)
		end(t, t->first);
	curl_multi_cleanup(t->multi);
	free(t);
}

/* Judged on the address that the name has now, so no name leads us into our own network. */
static curl_socket_t open_public(void *context, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct post *x = context;

	if (purpose != CURLSOCKTYPE_IPCXN || webhook_private(&a->addr)) {
		x->blocked = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static void add_line(struct curl_slist **list, const char *line)
{
	struct curl_slist *more = curl_slist_append(*list, line);

	if (!more)
		fatal("error=\"out of memory\"");
	*list = more;
}

static void prepare(struct post *x, const struct request *r)
{
	easy_prepare(x->easy, r, HTTP_LONGEST);
	for (size_t i = 0; i < r->header_count; i++)
		add_line(&x->headers, r->headers[i]);
	add_line(&x->headers, "Expect:");
	curl_easy_setopt(x->easy, CURLOPT_PRIVATE, x);
	curl_easy_setopt(x->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(x->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
	curl_easy_setopt(x->easy, CURLOPT_USERAGENT, "mimamori/" MIMAMORI_VERSION);
	curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
	curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, r->body);
	if (!r->private_too) {
		curl_easy_setopt(x->easy, CURLOPT_OPENSOCKETFUNCTION, open_public);
		curl_easy_setopt(x->easy, CURLOPT_OPENSOCKETDATA, x);
	}
}

void transfers_start(struct transfers *t, const struct request *r, void *tag)
{
	struct post *x;

	if (r->carrier == CARRIER_SMTP) {
		mailers_start(t->mailers, r, tag);
		return;
	}
	x = calloc(1, sizeof(*x));
	if (!x || !(x->easy = curl_easy_init()))
		fatal("error=\"out of memory\"");
	x->tag = tag;
	prepare(x, r);
	x->next = t->first;
	t->first = x;
	if (curl_multi_add_handle(t->multi, x->easy) != CURLM_OK)
		fatal("error=\"curl takes no handle\"");
}

void transfers_turn(struct transfers *t, int64_t ms)
{
	int running;

	curl_multi_perform(t->multi, &running); /* what was just started */
	curl_multi_poll(t->multi, NULL, 0, (int)ms, NULL);
	curl_multi_perform(t->multi, &running);
}

void transfers_wake(struct transfers *t)
{
	curl_multi_wakeup(t->multi);
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

bool transfers_take(struct transfers *t, void **tag, struct answer *a)
{
	CURLMsg *message;
	int left;

	if (mailers_take(t->mailers, tag, a))
		return true;
	while ((message = curl_multi_info_read(t->multi, &left)) != NULL) {
		struct post *x;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&x);
		read_answer(x, message->data.result, a);
		*tag = x->tag;
		end(t, x);
		return true;
	}
	return false;
}
