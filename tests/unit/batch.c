/* batch - everything that was read, in one transaction, with the rules of press and blind over a real store. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/intake/batch.h"
#include "server/watch/blind.h"
#include "tests/unit/test.h"

#define NOON  INT64_C(1795402800000) /* 2026-11-23 12:00 in Tokyo */
#define TOKEN UINT64_C(0x1234)

/* A store with one resident and one button, btn-1, and an empty batch. */
struct bench {
	char folder[256], url[300];
	struct store store;
	struct holidays holidays;
	struct watch watch;
	struct health health;
	struct batch batch;
	int64_t connected_at;
};

static struct bench *bench_new(void)
{
	struct bench *b = calloc(1, sizeof(*b));
	const char *folder = getenv("TMPDIR");
	char why[256];

	assert_non_null(b);
	log_level_set(LOG_LEVEL_ERROR);
	zone_set("Asia/Tokyo");
	snprintf(b->folder, sizeof(b->folder), "%s/mimamori-batch-XXXXXX", folder ? folder : "/tmp");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->url, sizeof(b->url), "sqlite:%s/m.db", b->folder);
	CHECK_INT(store_open(&b->store, b->url, why, sizeof(why)), DB_FINE);
	db_wait(b->store.db, 0);
	CHECK(db_script(b->store.db, "INSERT INTO districts (district, name) VALUES ('D01', 'x');"
				     "INSERT INTO residents (resident_id, name, district) VALUES ('R001', 'x', 'D01');"
				     "INSERT INTO devices (device_id, resident_id) VALUES ('btn-1', 'R001');"));
	b->watch = (struct watch){ .store = &b->store, .holidays = &b->holidays, .client_id = "one", .language = "ja" };
	rules_default(&b->watch.rules);
	b->connected_at = NOON - MINUTE;
	return b;
}

static void bench_free(struct bench *b)
{
	static const char *const files[] = { "m.db", "m.db-wal", "m.db-shm" };
	char path[300];

	store_close(&b->store);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", b->folder, files[i]);
		unlink(path);
	}
	rmdir(b->folder);
	free(b);
}

static struct fact *put(struct bench *b, const char *topic, const char *payload, bool retained)
{
	struct fact *f = batch_next(&b->batch);

	assert_non_null(f);
	decode(f, "mimamori/v1", topic, payload, strlen(payload), retained);
	f->heard_at = NOON;
	f->kept = false;
	b->batch.count++;
	return f;
}

static struct fact *press(struct bench *b, const char *device, const char *id)
{
	char topic[128], payload[128];

	snprintf(topic, sizeof(topic), "mimamori/v1/%s/checkin", device);
	snprintf(payload, sizeof(payload), "{\"id\":\"%s\",\"kind\":\"ok\"}", id);
	return put(b, topic, payload, false);
}

static void echo(struct bench *b, uint64_t token, int64_t sent_at)
{
	struct echo_word word = { token, sent_at };
	char text[64];

	echo_format(&word, text, sizeof(text));
	put(b, "mimamori/echo/one", text, false);
}

static enum batch_result store_at(struct bench *b, int64_t now)
{
	return batch_store(&b->batch, &b->watch, TOKEN, b->connected_at, now, &b->health);
}

static int64_t rows(struct bench *b, const char *sql)
{
	return db_number(b->store.db, 0, sql);
}

static const char checkins_sql[] = "SELECT count(*) FROM checkins";
static const char pressed_sql[] = "SELECT max(pressed_at) FROM checkins";
static const char not_stored_sql[] = "SELECT count(*) FROM rejected WHERE reason = 'not_stored'";
static const char rejected_sql[] = "SELECT count(*) FROM rejected";

TEST(presses_are_stored_and_answered_each_in_its_place)
{
	struct bench *b = bench_new();

	press(b, "btn-1", "a");
	press(b, "btn-1", "a");
	press(b, "nobody", "b");
	put(b, "mimamori/v1/btn-1/checkin", "{\"id\":\"c\"}", false);
	CHECK_INT(store_at(b, NOON), BATCH_STORED);
	for (size_t i = 0; i < 4; i++)
		CHECK(b->batch.answered[i]);
	CHECK_INT(b->batch.acks[0].result, ACK_STORED);
	CHECK_INT(b->batch.acks[1].result, ACK_DUPLICATE);
	CHECK_INT(b->batch.acks[2].result, ACK_UNKNOWN_DEVICE);
	CHECK_INT(b->batch.acks[3].result, ACK_REJECTED);
	CHECK_TEXT(b->batch.acks[3].reason, "no_kind");
	CHECK_TEXT(b->batch.acks[3].id, "c");
	CHECK_INT(rows(b, checkins_sql), 1);
	CHECK_INT(b->health.presses[PRESS_STORED], 1);
	CHECK_INT(b->health.presses[PRESS_DUPLICATE], 1);
	CHECK_INT(b->health.presses[PRESS_UNKNOWN_DEVICE], 1);
	CHECK_INT(b->health.presses[PRESS_REJECTED], 1);
	bench_free(b);
}

TEST(retained_and_foreign_messages_store_nothing_and_get_no_answer)
{
	struct bench *b = bench_new();

	put(b, "mimamori/v1/btn-1/checkin", "{\"id\":\"a\",\"kind\":\"ok\"}", true);
	put(b, "mimamori/v1/a b/checkin", "{\"id\":\"a\",\"kind\":\"ok\"}", false);
	put(b, "mimamori/v1/btn-1/state", "{\"online\":true}", true);
	CHECK_INT(store_at(b, NOON), BATCH_STORED);
	for (size_t i = 0; i < 3; i++)
		CHECK(!b->batch.answered[i]);
	CHECK_INT(rows(b, checkins_sql), 0);
	CHECK_INT(rows(b, rejected_sql), 0);
	CHECK_INT(b->health.presses[PRESS_RETAINED], 1);
	CHECK_INT(b->health.presses[PRESS_FOREIGN], 1);
	CHECK_INT(b->health.states, 1);
	bench_free(b);
}

TEST(only_this_connections_echo_from_the_past_says_that_we_heard)
{
	struct bench *b = bench_new();

	echo(b, TOKEN + 1, NOON - 3 * SECOND);
	echo(b, TOKEN, NOON + SECOND);
	CHECK_INT(store_at(b, NOON), BATCH_STORED);
	CHECK_INT(blind_heard_until(&b->watch), 0);
	b->batch.count = 0;
	echo(b, TOKEN, NOON - 2 * SECOND);
	CHECK_INT(store_at(b, NOON), BATCH_STORED);
	CHECK_INT(blind_heard_until(&b->watch), NOON - 2 * SECOND);
	bench_free(b);
}

TEST(a_press_the_broker_kept_counts_from_when_we_went_deaf)
{
	struct bench *b = bench_new();

	echo(b, TOKEN, NOON - 2 * HOUR);
	CHECK_INT(store_at(b, NOON - 2 * HOUR), BATCH_STORED);
	b->batch.count = 0;
	press(b, "btn-1", "kept")->kept = true;
	CHECK_INT(store_at(b, NOON), BATCH_STORED);
	CHECK_INT(rows(b, pressed_sql), NOON - 2 * HOUR);
	bench_free(b);
}

TEST(a_press_after_the_first_echo_of_a_connection_counts_from_its_arrival)
{
	struct bench *b = bench_new();

	echo(b, TOKEN, NOON - 2 * HOUR);
	CHECK_INT(store_at(b, NOON - 2 * HOUR), BATCH_STORED);
	b->batch.count = 0;
	press(b, "btn-1", "kept")->kept = true;
	echo(b, TOKEN, NOON - SECOND);
	press(b, "btn-1", "live");
	CHECK_INT(store_at(b, NOON), BATCH_STORED);
	CHECK_INT(rows(b, pressed_sql), NOON);
	bench_free(b);
}

TEST(a_store_that_is_busy_takes_nothing_and_everything_later)
{
	struct bench *b = bench_new();
	struct store other;
	char why[256];

	CHECK_INT(store_open(&other, b->url, why, sizeof(why)), DB_FINE);
	CHECK(store_begin(&other));
	press(b, "btn-1", "a");
	CHECK_INT(store_at(b, NOON), BATCH_BUSY);
	CHECK_INT(b->health.presses[PRESS_STORED], 0);
	store_rollback(&other);
	CHECK_INT(rows(b, checkins_sql), 0);
	CHECK_INT(store_at(b, NOON), BATCH_STORED);
	CHECK_INT(rows(b, checkins_sql), 1);
	CHECK_INT(b->health.presses[PRESS_STORED], 1);
	store_close(&other);
	bench_free(b);
}

TEST(a_store_that_is_full_takes_nothing_of_a_batch)
{
	struct bench *b = bench_new();
	char id[16];

	CHECK(db_script(b->store.db, "PRAGMA max_page_count = 1")); /* as many as there are */
	for (int i = 0; i < 400; i++) {
		snprintf(id, sizeof(id), "press-%d", i);
		press(b, "btn-1", id);
	}
	CHECK_INT(store_at(b, NOON), BATCH_UNWELL);
	CHECK_INT(rows(b, checkins_sql), 0);
	CHECK_INT(b->health.presses[PRESS_STORED], 0);
	CHECK_INT(store_at(b, NOON), BATCH_STORED); /* opened again, and the disk has room */
	CHECK_INT(rows(b, checkins_sql), 400);
	bench_free(b);
}

TEST(a_message_the_store_refuses_spoils_no_other_and_is_kept_for_staff)
{
	struct bench *b = bench_new();

	CHECK(db_script(b->store.db, "CREATE TRIGGER no BEFORE INSERT ON checkins WHEN NEW.id = 'bad'"
				     " BEGIN SELECT RAISE(ABORT, 'no'); END"));
	log_level_set((enum log_level) - 1);
	press(b, "btn-1", "a");
	press(b, "btn-1", "bad");
	press(b, "btn-1", "c");
	CHECK_INT(store_at(b, NOON), BATCH_STORED);
	CHECK(b->batch.answered[0]);
	CHECK(!b->batch.answered[1]);
	CHECK(b->batch.answered[2]);
	CHECK_INT(rows(b, checkins_sql), 2);
	CHECK_INT(rows(b, not_stored_sql), 1);
	CHECK_INT(b->health.presses[PRESS_FAILED], 1);
	bench_free(b);
}

TEST(a_batch_has_room_for_what_comes_after_it_is_full_and_then_none)
{
	struct bench *b = bench_new();

	CHECK((int)BATCH_FULL < (int)BATCH_ROOM);
	while (batch_next(&b->batch))
		b->batch.count++;
	CHECK_INT(b->batch.count, BATCH_ROOM);
	bench_free(b);
}
