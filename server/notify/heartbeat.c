/*
 * heartbeat - a thread of its own, for a name server or a watchdog service that does not answer may hold up nothing
 * else.
 */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/notify/heartbeat.h"
#include "server/ticker.h"

#define FETCH_LONGEST_S 10L

struct heartbeat_thread {
	char url[512];
	struct health *health;
	struct notify *notify;
	struct ticker ticker;
	int64_t next_at; /* by clock_boot */
	bool failing;
};

static bool every_part_works(struct heartbeat_thread *t, int64_t boot)
{
	return health_alive(t->health, boot) && health_hears(t->health, boot) && health_stores(t->health) &&
	       health_tells(notify_turned_at(t->notify), boot);
}

static size_t ignore(char *data, size_t size, size_t n, void *context)
{
	(void)data, (void)context;
	return size * n;
}

static int give_up(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct heartbeat_thread *t = context;

	(void)a, (void)b, (void)c, (void)d;
	return t->ticker.stopping;
}

static void fetch(struct heartbeat_thread *t)
{
	CURL *curl = curl_easy_init();
	long status = 0;

	if (!curl)
		fatal("error=\"out of memory\"");
	curl_easy_setopt(curl, CURLOPT_URL, t->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "mimamori/" MIMAMORI_VERSION);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, FETCH_LONGEST_S);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* a look-up under way is not waited for */
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, give_up);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
	CURLcode result = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);

	bool good = result == CURLE_OK && status >= 200 && status < 300;
	if (good)
		t->health->heartbeats++;
	else if (!t->failing && !t->ticker.stopping)
		log_warn("heartbeat=failed status=%ld error=\"%s\"", status, curl_easy_strerror(result));
	if (good && t->failing)
		log_info("heartbeat=taken");
	t->failing = !good;
}

static void tick(void *context)
{
	struct heartbeat_thread *t = context;
	int64_t boot = clock_boot();

	if (boot < t->next_at || !every_part_works(t, boot))
		return;
	t->next_at = boot + MINUTE;
	fetch(t);
}

struct heartbeat_thread *heartbeat_start(const char *url, struct health *health, struct notify *notify)
{
	struct heartbeat_thread *t;

	if (!url[0])
		return NULL;
	t = calloc(1, sizeof(*t));
	if (!t)
		fatal("error=\"out of memory\"");
	curl_global_init(CURL_GLOBAL_DEFAULT);
	snprintf(t->url, sizeof(t->url), "%s", url);
	t->health = health;
	t->notify = notify;
	ticker_start(&t->ticker, tick, t);
	return t;
}

void heartbeat_stop(struct heartbeat_thread *t)
{
	if (!t)
		return;
	ticker_stop(&t->ticker);
	free(t);
}
