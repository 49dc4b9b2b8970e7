/*
 * batch - messages as they come from the broker, through the rules into the store and to their answers
 * (server/intake/batch.h). The input: messages with an empty line between them, each as decode.c has them: a line with
 * the topic (an `!` before it where it was retained), the payload behind it. A message of the topic `+` and a number
 * lets seconds pass, and what came before them is a batch of its own.
 */
#include "server/intake/batch.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/town.h"

#define ROOT "mimamori/v1"

enum { TOKEN = 0x1234, KEPT = 1000, KEPT_OF_A_DEVICE = 20, MESSAGES = 64, ACK_TEXT = 2048 };

static const char rejected_sql[] = "SELECT count(*) FROM rejected";
static const char most_of_a_device_sql[] =
	"SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM rejected GROUP BY device_id)";
static const char late_sql[] = "SELECT count(*) FROM checkins WHERE pressed_at > heard_at";
static const char twice_sql[] =
	"SELECT count(*) FROM (SELECT 1 FROM checkins GROUP BY device_id, id, kind HAVING count(*) > 1)";

static struct batch batch;
static struct health health;

/* The next message: up to an empty line. */
static const uint8_t *take_message(const uint8_t **data, size_t *size, size_t *len)
{
	const uint8_t *start = *data, *end = *size ? memmem(start, *size, "\n\n", 2) : NULL;
	size_t used = end ? (size_t)(end - start) + 2 : *size;

	*len = end ? (size_t)(end - start) : *size;
	*data += used;
	*size -= used;
	return start;
}

/* A help of a press that was stored, or of a device that nobody knows, is never lost; every press is answered. */
static void check_answer(struct town *t, const struct fact *f, const struct ack *ack, bool answered)
{
	char text[ACK_TEXT];
	struct ack read;
	size_t len;

	if (f->kind != FACT_PRESS && f->kind != FACT_UNREADABLE) {
		MUST(!answered);
		return;
	}
	MUST(answered && strcmp(ack->id, f->checkin.id) == 0);
	len = ack_format(ack, text, sizeof(text));
	MUST(len && ack_parse(&read, text, len) && read.result == ack->result);
	MUST(f->kind == FACT_PRESS || ack->result == ACK_REJECTED);
	MUST(ack->result != ACK_REJECTED || ack->reason[0]);
	if (ack->result == ACK_STORED || ack->result == ACK_DUPLICATE)
		MUST(db_number(t->store.db, 0,
			     "SELECT count(*) FROM checkins WHERE device_id = $1 AND id = $2 AND kind = $3",
			     V((const char *)f->checkin.device_id), V((const char *)f->checkin.id),
			     V(checkin_kind_name(f->checkin.kind))) == 1);
}

static void store(struct town *t, int64_t now)
{
	MUST(batch_store(&batch, &t->watch, TOKEN, TOWN_NOW, now, &health) == BATCH_STORED);
	for (size_t i = 0; i < batch.count; i++)
		check_answer(t, &batch.facts[i], &batch.acks[i], batch.answered[i]);
	MUST(health.presses[PRESS_FAILED] == 0);
	batch.count = 0;
}

static void add(const uint8_t *message, size_t len, int64_t now)
{
	char *topic = fuzz_line(&message, &len);
	bool retained = topic[0] == '!';
	struct fact *f = batch_next(&batch);

	decode(f, ROOT, topic + retained, message, len, retained);
	f->heard_at = now;
	f->kept = retained && f->kind == FACT_STATE;
	batch.count++;
	free(topic);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct town *t = town_get();
	int64_t now = TOWN_NOW;

	town_enter(t);
	for (int n = 0; size && n < MESSAGES; n++) {
		size_t len;
		const uint8_t *message = take_message(&data, &size, &len);

		if (len && message[0] == '+') {
			char *seconds = fuzz_text(message + 1, len - 1);

			store(t, now);
			now += (int64_t)(strtoul(seconds, NULL, 10) % 1000000) * SECOND;
			free(seconds);
		} else {
			add(message, len, now);
		}
	}
	store(t, now);
	MUST(town_count(t, rejected_sql) <= KEPT && town_count(t, most_of_a_device_sql) <= KEPT_OF_A_DEVICE);
	MUST(town_count(t, late_sql) == 0 && town_count(t, twice_sql) == 0);
	town_leave(t);
	return 0;
}
