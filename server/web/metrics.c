/*
 * metrics - the Prometheus text format 0.0.4. Names of people, addresses and devices never appear in it.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/web/view.h"

enum { COUNTED_KEPT = 2 * SECOND };

struct counted {
	pthread_mutex_t lock;
	struct counts counts;
	int64_t at;    /* clock_boot */
	bool good;     /* they are there */
	bool counting; /* somebody counts them anew */
};

struct counted *counted_new(void)
{
	struct counted *c = calloc(1, sizeof(*c));

	if (!c)
		fatal("error=\"out of memory\"");
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void counted_free(struct counted *c)
{
	if (c)
		pthread_mutex_destroy(&c->lock);
	free(c);
}

/* As they were a moment ago. One asker counts them anew; who asks meanwhile gets the older ones. */
static bool counts_now(struct view *v, int64_t now, struct counts *counts)
{
	struct counted *c = v->counted;
	int64_t boot = clock_boot();
	struct counts fresh;
	bool counting, good;

	pthread_mutex_lock(&c->lock);
	counting = !c->good || (boot - c->at > COUNTED_KEPT && !c->counting);
	c->counting |= counting;
	good = c->good;
	*counts = c->counts;
	pthread_mutex_unlock(&c->lock);
	if (!counting)
		return good;
	good = v->store->db && counts_read(v->store, v->client_id, now, &fresh);
	pthread_mutex_lock(&c->lock);
	c->counting = false;
	c->good = good;
	c->at = clock_boot();
	if (good)
		*counts = c->counts = fresh;
	pthread_mutex_unlock(&c->lock);
	return good;
}

static void head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP mimamori_%s %s\n# TYPE mimamori_%s %s\n", name, help, name, type);
}

static void counter(FILE *out, const char *name, const char *help, uint64_t value)
{
	head(out, name, "counter", help);
	fprintf(out, "mimamori_%s %" PRIu64 "\n", name, value);
}

static void gauge(FILE *out, const char *name, const char *help, double value)
{
	head(out, name, "gauge", help);
	fprintf(out, "mimamori_%s %.15g\n", name, value);
}

/* Seconds since an instant of clock_boot, as a gauge that is left out while there is no such instant. */
static void age(FILE *out, const char *name, const char *help, int64_t at, int64_t boot)
{
	if (at)
		gauge(out, name, help, health_age_s(at, boot));
}

static void write_intake(const struct health *h, FILE *out)
{
	uint64_t batches = h->batches;

	head(out, "presses_total", "counter", "Messages on checkin topics, by what became of them.");
	for (int i = 0; i < PRESS_COUNTS; i++)
		fprintf(out, "mimamori_presses_total{result=\"%s\"} %" PRIu64 "\n", press_count_names[i],
			(uint64_t)h->presses[i]);
	counter(out, "acks_total", "Answers given to devices.", h->acks);
	counter(out, "states_total", "States of devices read.", h->states);
	counter(out, "states_unreadable_total", "States of devices that could not be read.", h->states_bad);
	counter(out, "batch_messages_total", "Messages stored.", h->batch_messages);
	head(out, "batch_seconds", "histogram", "How long a batch took to be stored.");
	for (int i = 0; i < BATCH_BUCKETS; i++)
		fprintf(out, "mimamori_batch_seconds_bucket{le=\"%g\"} %" PRIu64 "\n", batch_bucket_s[i],
			(uint64_t)h->batch_le[i]);
	fprintf(out,
		"mimamori_batch_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\nmimamori_batch_seconds_sum %.6f\n"
		"mimamori_batch_seconds_count %" PRIu64 "\n",
		batches, (double)h->batch_us / 1e6, batches);
	gauge(out, "messages_in_hand", "Messages read and not stored yet: they wait for the store.",
		(double)h->in_hand);
	counter(out, "store_busy_total", "Batches put off because another program held the lock.", h->busy);
	counter(out, "store_unwell_total", "Batches that the store could not commit.", h->unwell);
}

static void write_parts(const struct view *v, FILE *out)
{
	struct health *h = v->health;
	int64_t boot = clock_boot();

	counter(out, "connects_total", "Connections to the broker made.", h->connects);
	gauge(out, "connected", "1 while connected to the broker.", h->connected_at != 0);
	gauge(out, "hears", "1 while what the broker accepted some seconds ago is on disk.", health_hears(h, boot));
	age(out, "echo_age_seconds", "Since the latest echo that came back was sent.", h->echo_at, boot);
	gauge(out, "stores", "1 while the latest commit succeeded.", health_stores(h));
	age(out, "loop_turn_age_seconds", "Since the loop last turned.", h->turned_at, boot);
	if (v->notify)
		age(out, "notify_turn_age_seconds", "Since notify last turned with the store well.",
			notify_turned_at(v->notify), boot);
	counter(out, "heartbeats_total", "Heartbeats that the watchdog service took.", h->heartbeats);
	gauge(out, "invariants_broken", "Invariants of open incidents found broken at the latest look.",
		(double)h->broken);
	gauge(out, "store_log_bytes", "Size of the store's write-ahead log.", (double)h->log_bytes);
}

static void write_channels(struct notify *notify, FILE *out)
{
	struct notify_channel_stats list[NOTIFY_CHANNELS];
	size_t n = notify_stats(notify, list);

	head(out, "messages_total", "counter", "Messages to people, by channel and what became of them.");
	for (size_t i = 0; i < n; i++)
		fprintf(out,
			"mimamori_messages_total{channel=\"%s\",result=\"sent\"} %" PRIu64 "\n"
			"mimamori_messages_total{channel=\"%s\",result=\"refused\"} %" PRIu64 "\n"
			"mimamori_messages_total{channel=\"%s\",result=\"retried\"} %" PRIu64 "\n",
			list[i].channel, list[i].sent, list[i].channel, list[i].refused, list[i].channel,
			list[i].retried);
}

static void write_counts(struct view *v, FILE *out)
{
	int64_t now = clock_now();
	struct counts c;

	if (!counts_now(v, now, &c))
		return;
	head(out, "residents", "gauge", "Residents in service, by how they stand now.");
	for (int i = 0; i < RESIDENT_COUNTS; i++)
		fprintf(out, "mimamori_residents{state=\"%s\"} %" PRId64 "\n", resident_count_names[i], c.residents[i]);
	head(out, "incidents_open", "gauge", "Incidents that are not closed.");
	for (int i = 0; i < INCIDENT_KINDS; i++)
		fprintf(out, "mimamori_incidents_open{kind=\"%s\"} %" PRId64 "\n",
			incident_kind_name((enum incident_kind)i), c.incidents[i]);
	gauge(out, "incidents_unreached", "Open incidents whose latest step reached nobody.", (double)c.unreached);
	head(out, "notifications", "gauge", "Notifications on their way.");
	fprintf(out,
		"mimamori_notifications{state=\"waiting\"} %" PRId64 "\n"
		"mimamori_notifications{state=\"in_flight\"} %" PRId64 "\n",
		c.waiting, c.in_flight);
	gauge(out, "notification_oldest_seconds", "For how long the notification that waits longest has been due.",
		c.oldest_due_at < now ? (double)(now - c.oldest_due_at) / (double)SECOND : 0);
	gauge(out, "blind_seconds", "Of all blind periods, one under way included.",
		(double)c.blind_ms / (double)SECOND);
}

void metrics_write(struct view *v, FILE *out)
{
	head(out, "build_info", "gauge", "The version that runs.");
	fprintf(out, "mimamori_build_info{version=\"%s\"} 1\n", MIMAMORI_VERSION);
	write_intake(v->health, out);
	write_parts(v, out);
	if (v->notify)
		write_channels(v->notify, out);
	write_counts(v, out);
}
