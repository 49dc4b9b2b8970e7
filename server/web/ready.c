/*
 * ready - does it hear, store and tell: each part by name, so that whoever is woken knows where to look.
 *
 * That nobody at all can be told is said too, but is no reason for 503: starting another daemon would not help.
 */
#include <cjson/cJSON.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/web/view.h"

static void add(cJSON *object, const char *name, cJSON *item)
{
	if (!item || !cJSON_AddItemToObject(object, name, item))
		fatal("error=\"out of memory\"");
}

static const char *why_deaf(struct health *h)
{
	if (h->timeless)
		return "the clock is behind our last heartbeat: we wait for it to be set before we listen";
	return h->connected_at ? "our own echo does not come back from the broker" : "no connection to the broker";
}

/* In seconds; null for never. */
static cJSON *age(int64_t at, int64_t boot)
{
	return at ? cJSON_CreateNumber(health_age_s(at, boot)) : cJSON_CreateNull();
}

static cJSON *part(cJSON *all, const char *name, bool works, const char *why)
{
	cJSON *object = cJSON_CreateObject();

	add(all, name, object);
	add(object, "ok", cJSON_CreateBool(works));
	add(object, "why", works ? cJSON_CreateNull() : cJSON_CreateString(why));
	return object;
}

char *ready_text(struct view *v, bool *ready)
{
	struct health *h = v->health;
	int64_t boot = clock_boot(), told_at = v->notify ? notify_turned_at(v->notify) : 0, unreached = 0;
	bool hears = health_hears(h, boot), stores = health_stores(h) && v->store->db,
	     tells = health_tells(told_at, boot);
	cJSON *all = cJSON_CreateObject(), *one;
	char *text;

	if (!all)
		fatal("error=\"out of memory\"");
	if (v->store->db)
		unreached = incidents_unreached(v->store);
	*ready = hears && stores && tells && health_alive(h, boot);
	add(all, "ready", cJSON_CreateBool(*ready));
	one = part(all, "loop", health_alive(h, boot), "the loop does not turn");
	add(one, "turned_s_ago", age(h->turned_at, boot));
	one = part(all, "hears", hears, why_deaf(h));
	add(one, "connected", cJSON_CreateBool(h->connected_at != 0));
	add(one, "echo_s_ago", age(h->echo_at, boot));
	one = part(all, "stores", stores, v->store->db ? "the store cannot commit" : "the store cannot be opened");
	add(one, "unwell_for_s", age(h->unwell_at, boot));
	one = part(all, "tells", tells, "notify does not turn, or its store is unwell");
	add(one, "turned_s_ago", age(told_at, boot));
	add(one, "nobody_can_be_told", cJSON_CreateBool(unreached > 0));
	add(one, "incidents_that_reached_nobody", cJSON_CreateNumber((double)unreached));
	text = cJSON_Print(all);
	if (!text)
		fatal("error=\"out of memory\"");
	cJSON_Delete(all);
	return text;
}
