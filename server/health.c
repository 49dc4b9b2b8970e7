/* health - what every part says of itself, and what follows from it. */
#include "common/clock.h"
#include "server/health.h"

/* The loop turns at least each second and notify too, but a turn may send hundreds of rows to a slow disk. */
#define TURN_LONGEST (10 * SECOND)
#define STUCK        (60 * SECOND)

const char *const press_count_names[PRESS_COUNTS] = { "stored", "duplicate", "unknown_device", "rejected", "retained",
	"foreign", "failed" };
const double batch_bucket_s[BATCH_BUCKETS] = { 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5 };

void health_init(struct health *h, int64_t deaf_ms, int64_t boot)
{
	h->deaf_ms = deaf_ms;
	h->turned_at = h->well_at = boot;
}

void health_batch(struct health *h, size_t messages, int64_t us)
{
	h->batches++;
	h->batch_messages += messages;
	h->batch_us += (uint64_t)us;
	for (int i = 0; i < BATCH_BUCKETS; i++)
		if ((double)us / 1e6 <= batch_bucket_s[i])
			h->batch_le[i]++;
}

bool health_unwell(struct health *h, int64_t boot)
{
	h->unwell++;
	if (h->unwell_at)
		return false;
	h->unwell_at = boot;
	return true;
}

bool health_well(struct health *h, int64_t boot)
{
	if (!h->unwell_at)
		return false;
	h->unwell_at = 0;
	h->well_at = boot;
	return true;
}

bool health_alive(struct health *h, int64_t boot)
{
	return boot - h->turned_at < TURN_LONGEST;
}

double health_age_s(int64_t at, int64_t boot)
{
	return at < boot ? (double)(boot - at) / (double)SECOND : 0;
}

bool health_hears(struct health *h, int64_t boot)
{
	return h->connected_at && h->echo_at && boot - h->echo_at < h->deaf_ms;
}

bool health_stores(struct health *h)
{
	return !h->unwell_at;
}

bool health_tells(int64_t notify_turned_at, int64_t boot)
{
	return notify_turned_at && boot - notify_turned_at < TURN_LONGEST;
}

bool health_moves(struct health *h, int64_t notify_turned_at, int64_t boot)
{
	int64_t since = notify_turned_at > h->well_at ? notify_turned_at : h->well_at;

	return boot - h->turned_at < STUCK && (h->unwell_at || boot - since < STUCK);
}
