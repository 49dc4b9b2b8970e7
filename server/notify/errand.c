/* errand - see there. */
#include <curl/curl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/notify/compose.h"
#include "server/notify/errand.h"
#include "server/watch/telling.h"

#define BROKER_LONGEST      (15 * SECOND)
#define RETRY_AFTER_LONGEST HOUR /* no server puts us off for longer */

int64_t errand_backoff(const struct rules *rules, int tries, int64_t retry_after_s, uint32_t chance)
{
	int64_t wait = rules->retry_first_ms;

	for (int i = 1; i < tries && wait < rules->retry_longest_ms; i++)
		wait *= 2;
	wait = wait * (800 + chance % 401) / 1000;
	if (wait > rules->retry_longest_ms)
		wait = rules->retry_longest_ms;
	if (retry_after_s > RETRY_AFTER_LONGEST / SECOND)
		retry_after_s = RETRY_AFTER_LONGEST / SECOND;
	return retry_after_s * SECOND > wait ? retry_after_s * SECOND : wait;
}

struct errand *errand_new(void)
{
	struct errand *e = calloc(1, sizeof(*e));

	if (!e)
		fatal("error=\"out of memory\"");
	return e;
}

static void free_request(struct errand *e)
{
	if (e->request)
		request_release(e->request);
	free(e->request);
	e->request = NULL;
}

void errand_free(struct errand *e)
{
	links_release(&e->links);
	free_request(e);
	free(e->items);
	free(e);
}

bool errand_reserve(
	struct errand *e, struct servers *servers, const char *address, bool urgent, size_t free, int64_t boot)
{
	char name[SERVER_NAME];
	struct server *server;

	e->server = NULL;
	e->channel = channel_of(address);
	if (!e->channel)
		return true; /* to be refused */
	e->channel->server(name, address);
	server = servers_find(servers, name, boot);
	if (!server)
		return false;
	if (e->channel->most && server->in_hand >= e->channel->most)
		return false;
	e->lane = (size_t)(server - servers->list);
	switch (server_now(server, urgent, free, boot)) {
	case SERVER_FULL: return false;
	case SERVER_AWAY: return true; /* to fail at once */
	case SERVER_TAKES: break;
	}
	e->server = server;
	server_begin(server);
	return true;
}

static void leave_server(struct errand *e)
{
	if (e->server)
		server_give_back(e->server);
	e->server = NULL;
}

void errand_cancel(struct errand *e)
{
	leave_server(e);
	errand_free(e);
}

static void end(struct errand *e, enum delivery delivery, const char *why)
{
	leave_server(e);
	free_request(e);
	e->state = ERRAND_ENDED;
	e->delivery = delivery;
	snprintf(e->answer.text, sizeof(e->answer.text), "%s", why);
}

void errand_take(
	struct errand *e, struct watch *w, const struct settings *s, const struct outbox_message *m, int64_t now)
{
	e->message = *m;
	if (s->web_public_url[0] && e->server) /* else it will not be sent */
		links_make(&e->links, w, m, now);
}

/* The letter's words live until they are dressed; what it told of each of its notifications is kept. */
static void dress(struct errand *e, struct watch *w, const struct settings *s, int64_t now)
{
	struct letter letter;
	const char *why = "";
	bool said = compose_letter(w, &e->message, &e->links, s->web_public_url, now, &letter);

	if (db_status(w->store->db) != DB_FINE) { /* and so it is not known who may read what */
		end(e, DELIVERY_RETRY, "not sent: the store could not be read");
		letter_release(&letter);
		return;
	}
	if (!said) {
		end(e, DELIVERY_REFUSED, "not sent: not for this reader any more");
	} else if (!e->channel->compose(e->request, &letter, s, now, &why)) {
		log_error("message=%" PRId64 " channel=%s why=\"%s\"", e->message.message_id, e->channel->name, why);
		end(e, DELIVERY_REFUSED, why);
	}
	e->items = letter.items;
	e->item_count = letter.count;
	letter.items = NULL;
	letter_release(&letter);
}

void errand_compose(struct errand *e, struct watch *w, const struct settings *s, int64_t now)
{
	e->retry_ms = errand_backoff(&w->rules, e->message.tries, 0, randombytes_random());
	if (!e->channel) {
		end(e, DELIVERY_REFUSED, "not sent: no channel of this program");
		return;
	}
	e->request = calloc(1, sizeof(*e->request));
	if (!e->request)
		fatal("error=\"out of memory\"");
	dress(e, w, s, now);
	links_release(&e->links);
}

static void log_lines(const char *lines)
{
	while (*lines) {
		int len = (int)strcspn(lines, "\n");

		log_info("%.*s", len, lines);
		lines += len + (lines[len] == '\n');
	}
}

void errand_send(struct errand *e, struct carriers *c, int64_t boot)
{
	const struct request *r = e->request;

	if (e->state != ERRAND_LEASED)
		return;
	if (!e->server) {
		end(e, DELIVERY_RETRY, "not tried: the server gives no answer");
		return;
	}
	e->state = ERRAND_UNDER_WAY;
	switch (r->carrier) {
	case CARRIER_SMTP:
	case CARRIER_HTTP: transfers_start(c->transfers, r, e->lane, e->message.urgent, e); break;
	case CARRIER_BROKER:
		e->token = ++c->last_token;
		e->unanswered_at = boot + BROKER_LONGEST;
		if (!c->device.publish || !c->device.publish(c->device.context, e->token, r->device_id, r->body,
						  r->body_len, r->expires_s))
			end(e, DELIVERY_RETRY, "not sent: no connection to the broker");
		break;
	case CARRIER_LOG:
		log_lines(r->body);
		end(e, DELIVERY_TAKEN, "written");
		break;
	}
}

/* Whether the other side said anything in time. */
static bool was_silent(const struct answer *a)
{
	return !a->done && !a->blocked && (a->status == 0 || a->error == CURLE_OPERATION_TIMEDOUT);
}

void errand_answered(struct errand *e, const struct answer *a, const struct rules *rules, int64_t boot)
{
	free_request(e);
	e->state = ERRAND_ENDED;
	e->answer = *a;
	if (a->waited) {
		e->delivery = DELIVERY_WAITED;
		leave_server(e);
		return;
	}
	e->delivery = e->channel->judge(a);
	e->retry_ms = errand_backoff(rules, e->message.tries, a->retry_after_s, randombytes_random());
	if (e->server)
		server_end(e->server, !was_silent(a), boot);
	e->server = NULL;
	if (e->channel->misconfigured && e->channel->misconfigured(a))
		log_error("message=%" PRId64
			  " channel=%s status=%ld error=%d why=\"our configuration does not work: %s\"",
			e->message.message_id, e->channel->name, a->status, a->error, a->text);
}

static const struct letter_item *item_of(const struct errand *e, int64_t notification_id)
{
	for (size_t i = 0; i < e->item_count; i++)
		if (e->items[i].notification_id == notification_id)
			return &e->items[i];
	return NULL;
}

/* A result may have waited for the store while the clock was set: the next try is counted from now. */
void errand_record(const struct errand *e, struct watch *w, int64_t now)
{
	int64_t retry_at = now + e->retry_ms;

	for (size_t i = 0; i < e->message.count; i++) {
		int64_t id = e->message.ids[i];
		const struct letter_item *item = item_of(e, id);

		if (e->delivery == DELIVERY_WAITED)
			telling_waited(w, id, now);
		else if (item && item->left_out)
			telling_failed(w, id, true, "not sent: not for this reader any more", retry_at, now);
		else if (e->delivery == DELIVERY_TAKEN)
			telling_sent(w, id, item && e->channel->words ? item->told : "", e->answer.text, now);
		else if (e->delivery == DELIVERY_UNSURE)
			telling_unsure(w, id, e->answer.text, retry_at, now);
		else
			telling_failed(w, id, e->delivery == DELIVERY_REFUSED, e->answer.text, retry_at, now);
	}
}

void errand_log(const struct errand *e)
{
	static const char *const results[] = { "sent", "retry", "unsure", "refused", "waited" };
	char channel[16];

	snprintf(channel, sizeof(channel), "%.*s", (int)strcspn(e->message.channel, ":"), e->message.channel);
	log_info("message=%" PRId64
		 " notifications=%zu channel=%s try=%d result=%s status=%ld error=%d after_s=%" PRId64,
		e->message.message_id, e->message.count, channel, e->message.tries, results[e->delivery],
		e->answer.status, e->answer.error,
		e->delivery == DELIVERY_RETRY || e->delivery == DELIVERY_UNSURE ? e->retry_ms / SECOND : 0);
}
