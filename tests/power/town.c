/* town - see town.h. */
#include "tests/power/town.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/notify/channel.h"
#include "server/notify/compose.h"
#include "server/store/hearing.h"
#include "server/store/incidents.h"
#include "server/tables/import_write.h"
#include "server/watch/blind.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "server/watch/telling.h"
#include "tests/power/disk.h"

#define TOKEN UINT64_C(0x1234)

enum { TURNS_MOST = 20, LEASED_AT_ONCE = 8 };

static const struct import_file people[] = {
#define FILE_OF(name, text)                  \
	{                                    \
		name, text, sizeof(text) - 1 \
	}
	FILE_OF("districts.csv", "district,name\nD01,本町\nD02,港\n"),
	FILE_OF("policies.csv", "policy,kind,after,notify\nslow,missed,30m,tier1+tier2\nslow,missed,2h,staff\n"
				"slow,help,0m,tier1+staff\n"),
	FILE_OF("residents.csv", "resident_id,name,kana,district,birth_date,phone,place,consent_on,policy\n"
				 "R1,山田花子,ヤマダ ハナコ,D01,1940-01-31,03-1234-5671,本町1丁目,2026-01-01,\n"
				 "R2,佐藤次郎,サトウ ジロウ,D01,1941-01-31,03-1234-5672,本町2丁目,2026-01-01,slow\n"
				 "R3,高橋三郎,タカハシ サブロウ,D01,1942-01-31,03-1234-5673,本町3丁目,2026-01-01,\n"
				 "R4,田中四郎,タナカ シロウ,D02,1943-01-31,03-1234-5674,港1丁目,2026-01-01,\n"
				 "R5,伊藤五郎,イトウ ゴロウ,D02,1944-01-31,03-1234-5675,港2丁目,2026-01-01,slow\n"
				 "R6,渡辺六郎,ワタナベ ロクロウ,D02,1945-01-31,03-1234-5676,港3丁目,2026-01-01,\n"),
	FILE_OF("watchers.csv",
		"watcher_id,name,channels,night\nW1,鈴木一郎,mail:suzuki@example.jp log:,yes\n"
		"W2,木村春子,mail:kimura@example.jp,\nW3,Ann,webhook:https://hooks.example.jp/a mail:ann@example.jp,\n"),
	FILE_OF("links.csv", "resident_id,watcher_id,tier,can,shares,label\nR1,W1,1,go,name place,1\nR2,W1,1,go,,2\n"
			     "R2,W2,2,go,,1\nR3,W2,1,call,name,2\nR4,W3,1,go,place,3\nR5,W3,1,go,,4\nR6,W1,2,,,5\n"),
	FILE_OF("devices.csv", "device_id,resident_id\nB1,R1\nB2,R2\nB3,R3\nB4,R4\nB5,R5\nB6,R6\n"),
	FILE_OF("users.csv", "login,name,role,districts,channels,duty\n"
			     "yamamoto,山本,staff,,mail:yamamoto@example.jp,daily 00:00-24:00\n"
			     "kato,加藤,coordinator,D02,mail:kato@example.jp,mon-fri 08:00-17:00\n"),
#undef FILE_OF
};

struct town *town_new(const char *folder)
{
	struct town *t = calloc(1, sizeof(*t));

	if (!t || !zone_set("Asia/Tokyo"))
		abort();
	snprintf(t->url, sizeof(t->url), "sqlite:%s/m.db", folder);
	t->watch = (struct watch){ .store = &t->store,
		.holidays = &t->holidays,
		.client_id = "one",
		.language = "ja",
		.council = "本町市社会福祉協議会",
		.phone = "000-000-0000" };
	rules_default(&t->watch.rules);
	t->settings.rules = t->watch.rules;
	snprintf(t->settings.mail_url, sizeof(t->settings.mail_url), "smtp://127.0.0.1");
	snprintf(t->settings.mail_from, sizeof(t->settings.mail_from), "mimamori@example.jp");
	snprintf(t->settings.webhook_secret, sizeof(t->settings.webhook_secret),
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
	t->sender = t->watch;
	t->sender.store = &t->notify;
	t->now = TOWN_START;
	return t;
}

void town_close(struct town *t)
{
	store_close(&t->notify);
	store_close(&t->keeper);
	store_close(&t->store);
	t->taken_over = false;
	t->waiting_count = 0; /* who was told is told again */
}

void town_free(struct town *t)
{
	town_close(t);
	free(t);
}

static bool open_one(struct town *t, struct store *s)
{
	char why[512];

	if (s->db)
		return true;
	if (store_open(s, t->url, why, sizeof(why)) != DB_FINE) {
		s->db = NULL;
		return false;
	}
	db_wait(s->db, 0);
	return true;
}

static bool take_over(struct town *t)
{
	if (t->taken_over)
		return true;
	if (!store_begin(&t->notify))
		return false;
	outbox_take_over(&t->notify, t->watch.client_id);
	t->taken_over = store_commit(&t->notify);
	return t->taken_over;
}

bool town_open(struct town *t)
{
	bool new = !t->store.db;

	if (!open_one(t, &t->store))
		return false;
	if (new)
		db_checkpoint_off(t->store.db);
	return open_one(t, &t->notify) && open_one(t, &t->keeper) && take_over(t);
}

bool town_import(struct town *t)
{
	const struct clerk clerk = { .settings = &t->settings, .watch = &t->watch, .who = "clerk", .now = t->now };
	const char *unknown;
	struct import im;
	bool done;

	import_init(&im, &clerk);
	if (!import_take(&im, people, sizeof(people) / sizeof(*people), &unknown))
		abort();
	done = import_compare(&im) && im.faults.count == 0 && import_write(&im);
	import_release(&im);
	return done;
}

/* Presses. */

void town_press(struct town *t, int resident, const char *kind)
{
	struct town_press *p = &t->presses[t->press_count];

	if (t->press_count == TOWN_PRESSES)
		abort();
	*p = (struct town_press){ .kind = kind };
	snprintf(p->device, sizeof(p->device), "B%d", resident);
	snprintf(p->id, sizeof(p->id), "p%zu", t->press_count++);
}

static void put(struct town *t, const char *topic, const char *payload)
{
	struct fact *f = batch_next(&t->batch);

	if (!f)
		abort();
	decode(f, "mimamori/v1", topic, payload, strlen(payload), false);
	f->heard_at = t->now;
	f->kept = false;
	t->batch.count++;
}

void town_say(struct town *t, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		t->said = (t->said ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001B3);
}

static void say(struct town *t, const char *text)
{
	town_say(t, text, strlen(text) + 1);
}

static void answer(struct town *t, const struct fact *f, const struct ack *ack)
{
	char text[2048];

	if (!ack_format(ack, text, sizeof(text)))
		abort();
	say(t, text);
	for (size_t i = 0; i < t->press_count; i++) {
		struct town_press *p = &t->presses[i];

		if (strcmp(p->device, f->checkin.device_id) != 0 || strcmp(p->id, ack->id) != 0)
			continue;
		if (ack->result != ACK_STORED && ack->result != ACK_DUPLICATE)
			abort(); /* a press that was made is one */
		p->stored = true;
		p->answer = disk_now();
	}
}

/* What the broker has for us, ours first: our own word, every press not yet answered, and what is no press. */
static void take_batch(struct town *t)
{
	struct echo_word word = { TOKEN, t->now };
	char text[ECHO_TEXT], topic[64], payload[128];

	t->batch.count = 0;
	for (size_t i = 0; i < t->press_count; i++) {
		const struct town_press *p = &t->presses[i];

		if (p->stored)
			continue;
		snprintf(topic, sizeof(topic), "mimamori/v1/%s/checkin", p->device);
		snprintf(payload, sizeof(payload), "{\"id\":\"%s\",\"kind\":\"%s\"}", p->id, p->kind);
		put(t, topic, payload);
		if (i % 3 == 0)
			put(t, topic, payload); /* twice at once */
		if (i % 7 == 0)
			put(t, topic, "{\"id\":\"not a press\"}");
		snprintf(topic, sizeof(topic), "mimamori/v1/%s/state", p->device);
		put(t, topic, "{\"online\":true,\"battery\":80,\"firmware\":\"1\"}");
	}
	echo_format(&word, text, sizeof(text));
	put(t, "mimamori/echo/one", text);
	if (batch_store(&t->batch, &t->watch, TOKEN, t->now, t->now, &t->health) != BATCH_STORED)
		return;
	for (size_t i = 0; i < t->batch.count; i++)
		if (t->batch.answered[i])
			answer(t, &t->batch.facts[i], &t->batch.acks[i]);
}

/* An echo came back each few seconds since the last turn. */
static void hear(struct town *t)
{
	const struct heartbeat beat = { .heard_until = t->now, .beat_at = t->now };

	if (!store_begin(&t->store))
		return;
	hearing_set_beat(&t->store, t->watch.client_id, &beat);
	store_commit(&t->store);
}

/* Notify's part. */

static bool has_room(void *context, int64_t message_id, const char *channel)
{
	(void)context, (void)message_id, (void)channel;
	return true;
}

static void send_letter(struct town *t, const struct outbox_message *m)
{
	struct links links = { 0 };
	struct letter letter = { 0 };

	links_make(&links, &t->sender, m, t->now);
	if (compose_letter(&t->sender, m, &links, "https://mimamori.example.jp/", t->now, &letter)) {
		struct request r = { 0 };
		const char *why;

		if (channel_of(m->channel)->compose(&r, &letter, &t->settings, t->now, &why) && r.body) {
			town_say(t, r.body, r.body_len);
			for (size_t i = 0; i < r.header_count; i++)
				say(t, r.headers[i]);
		}
		request_release(&r);
	}
	letter_release(&letter);
	links_release(&links);
}

/* What was sent is recorded; what cannot be recorded now is kept, as notify keeps it. */
static bool record(struct town *t)
{
	if (!t->waiting_count)
		return true;
	if (!store_begin(&t->notify))
		return false;
	for (size_t i = 0; i < t->waiting_count; i++)
		for (size_t k = 0; k < t->waiting[i].count; k++) {
			int64_t id = t->waiting[i].ids[k];

			if (id % 9 == 0 && t->waiting[i].tries < 2)
				telling_failed(&t->sender, id, false, "450 later", t->now + 30 * SECOND, t->now);
			else
				telling_sent(&t->sender, id, "name", "250 taken", t->now);
		}
	if (!store_commit(&t->notify))
		return false;
	t->waiting_count = 0;
	return true;
}

static bool deliver(struct town *t)
{
	const struct outbox_terms terms = {
		.who = "one", .lease_ms = MINUTE, .group_ms = t->watch.rules.group_ms, .room = has_room
	};
	size_t n;

	if (!record(t) || !store_begin(&t->notify))
		return false;
	n = outbox_lease(&t->notify, &terms, "", t->now, t->waiting, LEASED_AT_ONCE);
	for (size_t i = 0; i < n; i++)
		send_letter(t, &t->waiting[i]);
	if (!store_commit(&t->notify))
		return false;
	t->waiting_count = n;
	return record(t) && n > 0;
}

/* Time. */

void town_turn(struct town *t)
{
	bool more = true;

	if (!town_open(t))
		return;
	hear(t);
	take_batch(t);
	for (int i = 0; more && i < TURNS_MOST; i++) {
		more = watch_run(&t->watch, t->now) && db_status(t->store.db) == DB_FINE;
		more |= deliver(t);
	}
}

void town_pass(struct town *t, int64_t length, int64_t step)
{
	for (int64_t end = t->now + length; t->now < end;) {
		int64_t next = t->store.db ? watch_next_due(&t->watch, t->now) : INT64_MAX;

		if (next <= t->now)
			next = t->now + 30 * SECOND;
		t->now = next < t->now + step ? next : t->now + step;
		t->now = t->now < end ? t->now : end;
		town_turn(t);
	}
}

static const char incident_sql[] = "SELECT id FROM incidents WHERE resident_id = $1 AND state <> 'closed'";

static void act(struct town *t, const char *resident, const char *person, bool report)
{
	struct refusal no = { REFUSED_NOT, "" };
	int64_t id = t->store.db ? db_number(t->store.db, 0, incident_sql, V(resident)) : 0;
	bool done;

	if (!id || !store_begin(&t->store))
		return;
	done = report ? incident_report(&t->watch, id, person, REPORT_SEEN, "met", "元気でした", t->now, &no)
		      : incident_claim(&t->watch, id, person, t->now, &no);
	if (done)
		store_commit(&t->store);
	else
		store_rollback(&t->store);
}

static void pause_resident(struct town *t, const char *resident)
{
	char why[PAUSE_WHY];

	if (!t->store.db || !store_begin(&t->store))
		return;
	if (pause_enter(&t->watch, resident, "2026-11-24", "2026-11-26", "旅行", "長女", "user:yamamoto", t->now, why))
		store_commit(&t->store);
	else
		store_rollback(&t->store);
}

static void checkpoint(struct town *t, bool truncate)
{
	struct store *s = truncate ? &t->store : &t->keeper;

	if (s->db && !db_checkpoint(s->db, truncate) && !truncate)
		store_close(s); /* as housekeeping does */
}

void town_two_days(struct town *t)
{
	town_open(t);
	town_import(t);
	for (int day = 0; day < 2; day++) {
		town_pass(t, HOUR, 20 * MINUTE);
		town_press(t, 1, "ok");
		town_turn(t);
		checkpoint(t, false);
		town_pass(t, HOUR, 30 * MINUTE);
		town_press(t, 2, "ok");
		town_press(t, 3, day ? "ok" : "unwell");
		town_turn(t);
		town_close(t); /* an orderly end takes the log away */
		town_pass(t, HOUR, 30 * MINUTE);
		if (!day)
			pause_resident(t, "R6");
		town_press(t, 1, "talk");
		town_turn(t);
		checkpoint(t, true);
		town_pass(t, 2 * HOUR, 30 * MINUTE);
		checkpoint(t, false);
		town_press(t, 6, "help");
		town_turn(t);
		act(t, "R6", "watcher:W1", false);
		act(t, "R4", "watcher:W3", false);
		town_pass(t, HOUR, 15 * MINUTE);
		act(t, "R6", "watcher:W1", true);
		act(t, "R4", "watcher:W3", true);
		checkpoint(t, day);
		town_press(t, 5, "ok"); /* late */
		town_pass(t, HOUR, 30 * MINUTE);
		if (!day)
			town_pass(t, 17 * HOUR, 2 * HOUR);
	}
}
