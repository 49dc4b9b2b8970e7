/*
 * queue - presses in memory and in the store, and their times.
 *
 * Age and clock. `age` goes with every sending: now less pressed_ms. Where the wall clock is known, in the same boot,
 * at the press or any time after it, `at` is computed back from the age and saved, and from then on survives anything.
 * A press that never saw a known clock and lives through a reboot has only a least age: what was saved of it last plus
 * the time since boot. That is why it is saved again every AGE_SAVE_MS: the server then takes the press for later than
 * it was by at most that and the time without power, the earliest that we can prove. Without it a press of yesterday,
 * sent after a power cut, would count for today.
 */
#include "device/button/queue.h"

#include <string.h>

#include "common/clock.h"

#define NEVER         INT64_MAX
#define AGE_SAVE_MS   (10 * MINUTE)
#define SAVE_RETRY_MS (30 * SECOND)
#define SEND_RETRY_MS (1 * SECOND)
#define UNKNOWN_MS    (10 * MINUTE) /* contract 1 */
#define HELP_RETRY_MS (1 * MINUTE)  /* help is repeated at least this often */
#define WINDOW        16            /* presses of a backlog on their way at once; help does not count */

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* {16 hexadecimal digits of the session}-{counter} */
static void make_id(struct queue *q, char id[CHECKIN_ID])
{
	static const char digits[] = "0123456789abcdef";
	char counter[10];
	size_t n = 0, len = 0;

	for (int shift = 60; shift >= 0; shift -= 4)
		id[len++] = digits[q->session >> shift & 15];
	id[len++] = '-';
	for (uint32_t rest = ++q->ids; n == 0 || rest > 0; rest /= 10)
		counter[n++] = digits[rest % 10];
	while (n > 0)
		id[len++] = counter[--n];
	id[len] = '\0';
}

struct press *queue_find(struct queue *q, const char *id)
{
	for (size_t i = 0; i < q->count; i++)
		if (strcmp(q->presses[i].id, id) == 0)
			return &q->presses[i];
	return NULL;
}

static void found_press(void *to, const struct press *p)
{
	struct queue *q = to;

	/* What does not fit, or stands there twice, stays in the store for the next start. */
	if (q->count == q->capacity || queue_find(q, p->id) != NULL)
		return;
	q->presses[q->count++] = *p;
	if (p->seq >= q->next_seq)
		q->next_seq = p->seq + 1;
}

void queue_init(struct queue *q, const struct press_store *store, struct press *presses, size_t capacity,
	uint64_t session, const struct moment *now)
{
	q->store = *store;
	q->presses = presses;
	q->capacity = capacity;
	q->next_seq = 1;
	q->session = session;
	store->each(store->self, found_press, q);
	for (struct press *p = q->presses; p < q->presses + q->count; p++) {
		p->saved = true;
		p->late = p->unknown = p->in_flight = false;
		p->tries = 0;
		p->since_ms = p->next_send_ms = now->ms;
		p->next_save_ms = p->at < 0 ? now->ms + AGE_SAVE_MS : NEVER;
	}
}

/* The least loss: the oldest press that calls for no help; if all do, the oldest. */
struct press *queue_victim(struct queue *q)
{
	if (q->count < q->capacity)
		return NULL;
	for (struct press *p = q->presses; p < q->presses + q->count; p++)
		if (p->kind != CHECKIN_HELP)
			return p;
	return q->presses;
}

struct press *queue_add(struct queue *q, enum checkin_kind kind, int64_t pressed_ms, const struct moment *now)
{
	struct press *p = &q->presses[q->count++];

	*p = (struct press){ .kind = kind, .seq = q->next_seq++, .at = -1, .age_exact = true };
	p->pressed_ms = smaller(pressed_ms, now->ms);
	p->since_ms = p->next_send_ms = p->next_save_ms = now->ms;
	make_id(q, p->id);
	return p;
}

void queue_remove(struct queue *q, struct press *p)
{
	size_t i = (size_t)(p - q->presses);

	q->store.remove(q->store.self, p);
	memmove(p, p + 1, (q->count - i - 1) * sizeof *p);
	q->count--;
}

enum saving queue_save(struct queue *q, struct press *p, const struct moment *now)
{
	bool was_saved = p->saved, first = p->since_ms == now->ms;

	if (p->at < 0 && p->age_exact && now->wall_at >= 0) {
		p->at = now->wall_at - (now->ms - p->pressed_ms);
		p->next_save_ms = now->ms;
	}
	if (now->ms < p->next_save_ms)
		return SAVING_NO_NEWS;
	if (!q->store.add(q->store.self, p, now->ms)) {
		p->next_save_ms = now->ms + SAVE_RETRY_MS;
		return first && !was_saved ? SAVING_FAILED : SAVING_NO_NEWS;
	}
	p->saved = true;
	p->next_save_ms = p->at < 0 ? now->ms + AGE_SAVE_MS : NEVER;
	return first || was_saved ? SAVING_NO_NEWS : SAVING_RECOVERED;
}

void queue_connected(struct queue *q, bool connected, const struct moment *now)
{
	q->connected = connected;
	for (struct press *p = q->presses; p < q->presses + q->count; p++) {
		p->in_flight = false;
		p->tries = 0;
		if (connected && !p->unknown) /* a link that comes and goes must not hurry these */
			p->next_send_ms = now->ms;
	}
}

/* A wait with a quarter of jitter to both sides, so that a thousand buttons do not come back at one time. */
static int64_t with_jitter(int64_t ms, const struct press *p, const struct moment *now)
{
	uint32_t random = now->random + p->seq * UINT32_C(2654435761); /* one random number a turn, many presses */

	return ms - ms / 4 + random % (ms / 2 + 1);
}

static int64_t wait_ms(const struct queue *q, const struct press *p, const struct moment *now)
{
	int64_t longest = q->retry_max_ms;
	int64_t ms = q->retry_ms;

	if (p->kind == CHECKIN_HELP)
		longest = smaller(longest, HELP_RETRY_MS);
	for (unsigned i = 0; i < p->tries && ms < longest; i++)
		ms *= 2;
	return with_jitter(smaller(ms, longest), p, now);
}

static bool window_full(const struct queue *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->count; i++)
		n += q->presses[i].in_flight && q->presses[i].kind != CHECKIN_HELP;
	return n >= WINDOW;
}

/* A press may leave when its time comes, but a backlog only a window at a time. */
static bool may_send(const struct press *p, bool full)
{
	return p->kind == CHECKIN_HELP || p->in_flight || !full;
}

/* Help before everything else, then the oldest. */
struct press *queue_next(struct queue *q, const struct moment *now)
{
	bool full = window_full(q);
	struct press *next = NULL;

	for (struct press *p = q->presses; q->connected && p < q->presses + q->count; p++)
		if (p->next_send_ms <= now->ms && may_send(p, full) &&
			(next == NULL || (p->kind == CHECKIN_HELP && next->kind != CHECKIN_HELP)))
			next = p;
	return next;
}

void queue_sent(struct queue *q, struct press *p, bool taken, const struct moment *now)
{
	if (!taken) {
		p->next_send_ms = now->ms + SEND_RETRY_MS;
		return;
	}
	p->in_flight = !p->unknown && p->tries == 0; /* what the server does not answer holds nobody else up */
	p->next_send_ms = now->ms + (p->unknown ? UNKNOWN_MS : wait_ms(q, p, now));
	p->tries++;
}

void queue_unknown(struct press *p, const struct moment *now)
{
	p->unknown = true;
	p->in_flight = false;
	p->next_send_ms = now->ms + UNKNOWN_MS;
}

int64_t queue_due(const struct queue *q)
{
	bool full = window_full(q);
	int64_t due = NEVER;

	for (const struct press *p = q->presses; p < q->presses + q->count; p++) {
		due = smaller(due, p->next_save_ms);
		if (q->connected && may_send(p, full))
			due = smaller(due, p->next_send_ms);
	}
	return due;
}
