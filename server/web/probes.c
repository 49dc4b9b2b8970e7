/* probes - /healthz, /readyz, /metrics: for supervisors, front servers and dashboards; names of people never appear. */
#include <string.h>

#include "common/clock.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/view.h"

static struct view view_of(struct call *c)
{
	struct web_shared *shared = c->worker->shared;

	return (struct view){ .health = shared->health,
		.notify = shared->notify,
		.store = &c->worker->store,
		.client_id = shared->settings->mqtt_client_id,
		.counted = shared->counted };
}

void probe_alive(struct call *c)
{
	static const char alive[] = "{\"alive\":true}\n", stuck[] = "{\"alive\":false}\n";
	bool good = health_alive(c->worker->shared->health, clock_boot());

	reply_fixed(c, good ? 200 : 503, "application/json", good ? alive : stuck, strlen(good ? alive : stuck));
}

void probe_ready(struct call *c)
{
	struct view view = view_of(c);
	bool ready;
	char *text = ready_text(&view, &ready);

	reply_text(c, ready ? 200 : 503, "application/json", text, strlen(text));
}

void probe_metrics(struct call *c)
{
	struct view view = view_of(c);

	metrics_write(&view, reply_out(c));
	reply_written(c, 200, "text/plain; version=0.0.4; charset=utf-8");
}
