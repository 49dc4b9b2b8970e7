/*
 * The button's core under a stepped clock: gestures, repeats, sending and sending again, acks, clock and age, lamp.
 *
 * The world below is a machine of memory: a store that may fail, a link that may be gone, and a record of what was
 * saved, sent and said, in order.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "device/button/core.h"

#define QUEUE  24
#define WALL   INT64_C(1795390323000) /* the wall clock when the monotonic one shows START */
#define START  INT64_C(100000)
#define SENT   400
#define SAID   400
#define RECORD 4000

struct world {
	struct core core;
	struct press queue[QUEUE];
	struct moment now;
	bool clock_set;

	struct press stored[QUEUE];
	size_t stored_count;
	bool disk_full;
	int adds;

	struct checkin sent[SENT];
	int64_t sent_ms[SENT];
	size_t sent_count;
	bool link_full;

	struct saying said[SAID];
	char said_id[SAID][CHECKIN_ID];
	char said_text[SAID][64];
	size_t said_count;
	char record[RECORD]; /* S saved, > sent, - removed */
};

static void record(struct world *w, char what)
{
	size_t len = strlen(w->record);

	CHECK(len + 1 < RECORD);
	w->record[len] = what;
}

static bool store_add(void *self, const struct press *p, int64_t now_ms)
{
	struct world *w = self;

	CHECK_INT(now_ms, w->now.ms);
	w->adds++;
	if (w->disk_full)
		return false;
	record(w, 'S');
	for (size_t i = 0; i < w->stored_count; i++)
		if (strcmp(w->stored[i].id, p->id) == 0) {
			w->stored[i] = *p;
			return true;
		}
	CHECK(w->stored_count < QUEUE);
	w->stored[w->stored_count++] = *p;
	return true;
}

static void store_remove(void *self, const struct press *p)
{
	struct world *w = self;

	record(w, '-');
	for (size_t i = 0; i < w->stored_count; i++)
		if (strcmp(w->stored[i].id, p->id) == 0) {
			memmove(&w->stored[i], &w->stored[i + 1], (w->stored_count - i - 1) * sizeof *p);
			w->stored_count--;
			return;
		}
}

static void store_each(void *self, void (*found)(void *to, const struct press *p), void *to)
{
	struct world *w = self;

	for (size_t i = 0; i < w->stored_count; i++)
		found(to, &w->stored[i]);
}

static bool link_send(void *self, const struct checkin *c)
{
	struct world *w = self;

	if (w->link_full)
		return false;
	CHECK(w->sent_count < SENT);
	record(w, '>');
	w->sent[w->sent_count] = *c;
	w->sent_ms[w->sent_count++] = w->now.ms;
	return true;
}

static void console_say(void *self, const struct saying *s)
{
	struct world *w = self;

	CHECK(w->said_count < SAID);
	snprintf(w->said_id[w->said_count], CHECKIN_ID, "%s", s->id != NULL ? s->id : "");
	snprintf(w->said_text[w->said_count], 64, "%s", s->text);
	w->said[w->said_count++] = *s;
}

static const struct core_rules rules = { 3 * SECOND, 5 * SECOND, 10 * SECOND, 10 * SECOND, 8 * SECOND, 5 * SECOND,
	10 * MINUTE };

/* Starts the button (again) on what the store holds. */
static void start(struct world *w, uint64_t session)
{
	const struct press_store store = { w, store_add, store_remove, store_each };
	const struct core_machine machine = { w, link_send, console_say };

	core_init(&w->core, &rules, &store, &machine, w->queue, QUEUE, session, &w->now);
}

static struct world world;

static struct world *new_world(void)
{
	struct world *w = &world;

	*w = (struct world){ .now = { START, -1, 12345 } };
	start(w, 0xabcdef0123456789);
	return w;
}

/* Lets time pass as the main loop does: from one due moment to the next. */
static void pass(struct world *w, int64_t ms)
{
	int64_t until = w->now.ms + ms, due;

	while ((due = core_due(&w->core, w->now.ms)) >= 0 && due <= until) {
		CHECK(due > w->now.ms || w->core.queue.connected); /* never due again for what was just done */
		w->now.ms = due > w->now.ms ? due : w->now.ms + 1;
		w->now.wall_at = w->clock_set ? WALL + w->now.ms - START : -1;
		w->now.random = w->now.random * 1664525 + 1013904223;
		core_turn(&w->core, &w->now);
	}
	if (until > w->now.ms)
		w->now.ms = until;
	w->now.wall_at = w->clock_set ? WALL + w->now.ms - START : -1;
	core_turn(&w->core, &w->now);
}

static void down(struct world *w)
{
	core_key(&w->core, GESTURE_DOWN, w->now.ms, &w->now);
}

static void up(struct world *w)
{
	core_key(&w->core, GESTURE_UP, w->now.ms, &w->now);
}

static void press(struct world *w)
{
	down(w);
	pass(w, 300);
	up(w);
}

static void connect(struct world *w)
{
	core_connected(&w->core, &w->now);
}

static void answer(struct world *w, const char *id, enum ack_result result)
{
	struct ack ack = { .result = result, .at = WALL, .reason = "too_old", .text = "届きました。" };

	snprintf(ack.id, sizeof ack.id, "%s", id);
	core_ack(&w->core, &ack, &w->now);
}

static enum lamp_show lamp(const struct world *w)
{
	return core_lamp(&w->core, w->now.ms);
}

static size_t said(const struct world *w, enum saying_what what)
{
	size_t n = 0;

	for (size_t i = 0; i < w->said_count; i++)
		n += w->said[i].what == what;
	return n;
}

static const struct saying *last_said(const struct world *w)
{
	CHECK(w->said_count > 0);
	return &w->said[w->said_count - 1];
}

static const struct checkin *last_sent(const struct world *w)
{
	CHECK(w->sent_count > 0);
	return &w->sent[w->sent_count - 1];
}

static size_t sent_of(const struct world *w, enum checkin_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < w->sent_count; i++)
		n += w->sent[i].kind == kind;
	return n;
}

/* Presses far enough apart to be presses of their own. */
static void press_many(struct world *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pass(w, 11 * SECOND);
		press(w);
	}
}

TEST(a_press_is_sent_on_release_and_not_before)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	pass(w, 2900);
	CHECK_INT(w->sent_count, 0);
	up(w);
	CHECK_INT(w->sent_count, 1);
	CHECK_INT(last_sent(w)->kind, CHECKIN_OK);
}

TEST(a_press_is_saved_before_it_is_sent_and_lamp_and_console_say_only_sending)
{
	struct world *w = new_world();

	connect(w);
	press(w);
	CHECK_TEXT(w->record, "S>");
	CHECK_INT(w->said_count, 1);
	CHECK_INT(last_said(w)->what, SAY_SENDING);
	CHECK_INT(lamp(w), LAMP_SENDING);
}

TEST(presses_within_ten_seconds_of_the_first_are_one_press)
{
	struct world *w = new_world();

	connect(w);
	press(w);
	for (int i = 0; i < 9; i++) {
		pass(w, 700);
		press(w);
	}
	CHECK_INT(w->stored_count, 1);
	CHECK_INT(said(w, SAY_SENDING), 10);
	CHECK(last_said(w)->repeat && !w->said[0].repeat);
	CHECK_TEXT(w->said_id[9], w->said_id[0]);
	pass(w, 999);
	down(w);
	up(w);
	CHECK_INT(w->stored_count, 1);
	pass(w, 1);
	down(w);
	up(w);
	CHECK_INT(w->stored_count, 2); /* ten seconds after the first, not after the last */
	CHECK(!last_said(w)->repeat);
}

TEST(a_repeat_of_a_press_that_was_heard_is_answered_with_when)
{
	struct world *w = new_world();

	connect(w);
	press(w);
	answer(w, last_sent(w)->id, ACK_STORED);
	pass(w, 9 * SECOND);
	CHECK_INT(lamp(w), LAMP_OFF);
	press(w);
	CHECK_INT(w->sent_count, 1);
	CHECK_INT(last_said(w)->what, SAY_HEARD);
	CHECK(last_said(w)->repeat);
	CHECK_INT(last_said(w)->at, WALL);
	CHECK_INT(lamp(w), LAMP_HEARD);

	core_press(&w->core, CHECKIN_TALK, w->now.ms, &w->now);
	answer(w, last_sent(w)->id, ACK_DUPLICATE);
	core_press(&w->core, CHECKIN_TALK, w->now.ms, &w->now);
	CHECK_INT(w->sent_count, 2);
	CHECK_INT(last_said(w)->what, SAY_HEARD);
	CHECK(last_said(w)->repeat);
}

TEST(presses_of_different_kinds_are_no_repeats_of_each_other)
{
	struct world *w = new_world();

	core_press(&w->core, CHECKIN_UNWELL, w->now.ms, &w->now);
	core_press(&w->core, CHECKIN_TALK, w->now.ms, &w->now);
	core_press(&w->core, CHECKIN_OK, w->now.ms, &w->now);
	core_press(&w->core, CHECKIN_HELP, w->now.ms, &w->now);
	core_press(&w->core, CHECKIN_TALK, w->now.ms, &w->now);
	CHECK_INT(w->stored_count, 4);
}

TEST(a_hold_of_three_seconds_announces_help_for_five_and_then_calls_it)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	pass(w, 2999);
	CHECK_INT(w->said_count, 0);
	pass(w, 1);
	CHECK_INT(last_said(w)->what, SAY_ANNOUNCED);
	CHECK_INT(lamp(w), LAMP_ANNOUNCED);
	pass(w, 4999);
	CHECK_INT(w->sent_count, 0);
	pass(w, 1);
	CHECK_INT(w->sent_count, 1);
	CHECK_INT(last_sent(w)->kind, CHECKIN_HELP);
	CHECK_INT(lamp(w), LAMP_SENDING);
	up(w); /* the finger was on the key all the time: its release is no press */
	CHECK_INT(w->sent_count, 1);
}

TEST(letting_go_in_the_announcement_changes_nothing)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	pass(w, 3500);
	up(w);
	pass(w, 4500);
	CHECK_INT(w->sent_count, 1);
	CHECK_INT(last_sent(w)->kind, CHECKIN_HELP);
}

TEST(a_press_in_the_announcement_takes_help_back_and_is_sent_as_ok)
{
	struct world *w = new_world();

	connect(w);
	press(w); /* an ok just before: the one that takes back is no repeat of it */
	pass(w, SECOND);
	down(w);
	pass(w, 3500);
	up(w);
	pass(w, 4000);
	down(w);
	CHECK_INT(last_said(w)->what, SAY_TAKEN_BACK);
	CHECK_INT(lamp(w), LAMP_SENDING); /* of the first press */
	CHECK_INT(w->stored_count, 1);
	pass(w, 300);
	up(w);
	CHECK_INT(w->stored_count, 2);
	CHECK_INT(last_sent(w)->kind, CHECKIN_OK);
	pass(w, MINUTE);
	CHECK_INT(sent_of(w, CHECKIN_HELP), 0);
}

TEST(the_press_that_takes_help_back_may_be_as_long_as_it_likes)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	pass(w, 3500);
	up(w);
	pass(w, SECOND);
	down(w);
	pass(w, 20 * SECOND);
	CHECK_INT(said(w, SAY_ANNOUNCED), 1);
	up(w);
	CHECK_INT(w->sent_count, 1);
	CHECK_INT(last_sent(w)->kind, CHECKIN_OK);
}

TEST(help_that_was_sent_is_never_taken_back)
{
	struct world *w = new_world();

	down(w);
	pass(w, 8 * SECOND); /* offline: "sent" is the decision, not the network */
	up(w);
	pass(w, SECOND);
	press(w);
	CHECK_INT(said(w, SAY_TAKEN_BACK), 0);
	CHECK_INT(w->stored_count, 2);
	CHECK_INT(w->stored[0].kind, CHECKIN_HELP);
	CHECK_INT(w->stored[1].kind, CHECKIN_OK);
}

TEST(a_finger_that_trembles_off_the_key_does_not_take_help_back)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	pass(w, 4 * SECOND);
	up(w);
	pass(w, 60);
	down(w);
	pass(w, 40);
	up(w);
	pass(w, 50);
	down(w);
	pass(w, 30);
	up(w);
	pass(w, 4 * SECOND);
	CHECK_INT(said(w, SAY_TAKEN_BACK), 0);
	CHECK_INT(sent_of(w, CHECKIN_HELP), 1);
}

TEST(a_whole_press_takes_help_back_at_any_time_of_the_announcement)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	pass(w, 3100);
	up(w);
	core_press(&w->core, CHECKIN_OK, w->now.ms, &w->now);
	pass(w, 10 * SECOND);
	CHECK_INT(said(w, SAY_TAKEN_BACK), 1);
	CHECK_INT(sent_of(w, CHECKIN_HELP), 0);
	CHECK(sent_of(w, CHECKIN_OK) > 0);
}

TEST(another_kind_in_the_announcement_leaves_help_as_it_is)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	pass(w, 4 * SECOND);
	core_press(&w->core, CHECKIN_TALK, w->now.ms, &w->now);
	pass(w, 4 * SECOND);
	CHECK_INT(sent_of(w, CHECKIN_TALK), 1);
	CHECK_INT(sent_of(w, CHECKIN_HELP), 1);
}

TEST(help_by_its_own_key_goes_at_once_on_release)
{
	struct world *w = new_world();

	connect(w);
	core_help_key(&w->core, true, w->now.ms, &w->now);
	pass(w, 500);
	CHECK_INT(w->sent_count, 0);
	core_help_key(&w->core, false, w->now.ms, &w->now);
	CHECK_INT(w->sent_count, 1);
	CHECK_INT(last_sent(w)->kind, CHECKIN_HELP);
	CHECK_INT(said(w, SAY_ANNOUNCED), 0);
}

TEST(help_by_its_own_key_does_not_wait_for_a_hand_that_never_lets_go)
{
	struct world *w = new_world();

	connect(w);
	core_help_key(&w->core, true, w->now.ms, &w->now);
	CHECK_INT(core_due(&w->core, w->now.ms), START + 3 * SECOND);
	pass(w, 3 * SECOND);
	CHECK_INT(w->sent_count, 1);
	pass(w, SECOND);
	core_help_key(&w->core, false, w->now.ms, &w->now);
	CHECK_INT(w->stored_count, 1);
}

TEST(the_help_key_in_the_announcement_calls_help_once_and_at_once)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	pass(w, 4 * SECOND);
	up(w);
	core_help_key(&w->core, true, w->now.ms, &w->now);
	core_help_key(&w->core, false, w->now.ms, &w->now);
	CHECK_INT(w->sent_count, 1);
	CHECK_INT(lamp(w), LAMP_SENDING);
	answer(w, last_sent(w)->id, ACK_STORED);
	pass(w, MINUTE);
	CHECK_INT(said(w, SAY_HEARD), 1);
	CHECK_INT(w->sent_count, 1);
}

TEST(a_key_that_vanishes_while_held_is_no_press_but_after_taking_back_it_is)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	pass(w, SECOND);
	core_keys_lost(&w->core, &w->now);
	pass(w, 10 * SECOND);
	CHECK_INT(w->sent_count, 0);
	CHECK_INT(said(w, SAY_ANNOUNCED), 0);

	down(w);
	pass(w, 3500);
	up(w);
	pass(w, SECOND);
	down(w);
	core_keys_lost(&w->core, &w->now);
	CHECK_INT(w->sent_count, 1);
	CHECK_INT(last_sent(w)->kind, CHECKIN_OK);
}

TEST(a_help_key_torn_off_while_pressed_calls_help)
{
	struct world *w = new_world();

	connect(w);
	core_help_key(&w->core, true, w->now.ms, &w->now);
	core_keys_lost(&w->core, &w->now);
	CHECK_INT(sent_of(w, CHECKIN_HELP), 1);
}

TEST(a_short_press_read_late_is_a_short_press)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	w->now.ms += 9 * SECOND; /* the loop was held up, by a slow disk perhaps */
	core_key(&w->core, GESTURE_UP, w->now.ms - 9 * SECOND + 200, &w->now);
	CHECK_INT(said(w, SAY_ANNOUNCED), 0);
	CHECK_INT(w->sent_count, 1);
	CHECK_INT(last_sent(w)->age_ms, 9 * SECOND - 200);
}

TEST(a_long_hold_read_late_still_announces_itself_for_its_full_time)
{
	struct world *w = new_world();

	connect(w);
	down(w);
	w->now.ms += 20 * SECOND;
	core_key(&w->core, GESTURE_UP, w->now.ms - 10 * SECOND, &w->now);
	CHECK_INT(last_said(w)->what, SAY_ANNOUNCED);
	pass(w, 4999);
	CHECK_INT(w->sent_count, 0);
	pass(w, 1);
	CHECK_INT(sent_of(w, CHECKIN_HELP), 1);
}

TEST(every_pair_of_gesture_state_and_event_does_what_the_rule_book_says)
{
	static const struct {
		enum gesture_state to;
		enum gesture_act act;
	} wanted[GESTURE_STATES][GESTURE_EVENTS] = {
		[GESTURE_IDLE] = { [GESTURE_DOWN] = { GESTURE_HELD, ACT_NOTHING },
			[GESTURE_UP] = { GESTURE_IDLE, ACT_NOTHING },
			[GESTURE_TIME] = { GESTURE_IDLE, ACT_NOTHING },
			[GESTURE_LOST] = { GESTURE_IDLE, ACT_NOTHING },
			[GESTURE_HELP] = { GESTURE_IDLE, ACT_NOTHING } },
		[GESTURE_HELD] = { [GESTURE_DOWN] = { GESTURE_HELD, ACT_NOTHING },
			[GESTURE_UP] = { GESTURE_IDLE, ACT_PRESS },
			[GESTURE_TIME] = { GESTURE_ANNOUNCED, ACT_ANNOUNCE },
			[GESTURE_LOST] = { GESTURE_IDLE, ACT_NOTHING },
			[GESTURE_HELP] = { GESTURE_HELD, ACT_NOTHING } },
		[GESTURE_ANNOUNCED] = { [GESTURE_DOWN] = { GESTURE_BACK, ACT_TAKE_BACK },
			[GESTURE_UP] = { GESTURE_ANNOUNCED, ACT_NOTHING },
			[GESTURE_TIME] = { GESTURE_IDLE, ACT_HELP },
			[GESTURE_LOST] = { GESTURE_ANNOUNCED, ACT_NOTHING },
			[GESTURE_HELP] = { GESTURE_IDLE, ACT_NOTHING } },
		[GESTURE_BACK] = { [GESTURE_DOWN] = { GESTURE_BACK, ACT_NOTHING },
			[GESTURE_UP] = { GESTURE_IDLE, ACT_PRESS_BACK },
			[GESTURE_TIME] = { GESTURE_BACK, ACT_NOTHING },
			[GESTURE_LOST] = { GESTURE_IDLE, ACT_PRESS_BACK },
			[GESTURE_HELP] = { GESTURE_BACK, ACT_NOTHING } },
	};

	for (int in = 0; in < GESTURE_STATES; in++)
		for (int on = 0; on < GESTURE_EVENTS; on++) {
			struct gesture g;
			int64_t now = START + 100;

			gesture_init(&g, 3 * SECOND, 5 * SECOND);
			if (in >= GESTURE_HELD)
				gesture_step(&g, GESTURE_DOWN, START, START);
			if (in >= GESTURE_ANNOUNCED)
				gesture_step(&g, GESTURE_TIME, START + 3 * SECOND, START + 3 * SECOND);
			if (in == GESTURE_BACK)
				gesture_step(&g, GESTURE_DOWN, START + 4 * SECOND, START + 4 * SECOND);
			CHECK_INT(g.state, in);
			if (on == GESTURE_TIME)
				now = START + 10 * SECOND;
			CHECK_INT(gesture_step(&g, (enum gesture_event)on, now, now), wanted[in][on].act);
			CHECK_INT(g.state, wanted[in][on].to);
		}
}

TEST(stored_duplicate_and_rejected_end_a_press)
{
	static const enum ack_result ends[] = { ACK_STORED, ACK_DUPLICATE, ACK_REJECTED };
	static const enum saying_what says[] = { SAY_HEARD, SAY_HEARD, SAY_REJECTED };

	for (int i = 0; i < 3; i++) {
		struct world *w = new_world();

		connect(w);
		press(w);
		answer(w, last_sent(w)->id, ends[i]);
		CHECK_INT(last_said(w)->what, says[i]);
		CHECK_TEXT(w->said_text[1], ends[i] == ACK_REJECTED ? "too_old" : "届きました。");
		CHECK_INT(w->stored_count, 0);
		CHECK_INT(lamp(w), ends[i] == ACK_REJECTED ? LAMP_OFF : LAMP_HEARD);
		pass(w, HOUR);
		CHECK_INT(w->sent_count, 1);
		CHECK_INT(lamp(w), LAMP_OFF);
		CHECK_INT(core_due(&w->core, w->now.ms), -1);
	}
}

TEST(an_ack_of_another_press_ends_nothing)
{
	struct world *w = new_world();

	connect(w);
	press(w);
	answer(w, "somebody-elses", ACK_STORED);
	answer(w, "", ACK_REJECTED);
	CHECK_INT(w->stored_count, 1);
	CHECK_INT(w->said_count, 1);
}

TEST(a_second_ack_of_the_same_press_changes_nothing)
{
	struct world *w = new_world();
	char id[CHECKIN_ID];

	connect(w);
	press(w);
	strcpy(id, last_sent(w)->id);
	answer(w, id, ACK_STORED);
	answer(w, id, ACK_DUPLICATE);
	CHECK_INT(said(w, SAY_HEARD), 1);
}

TEST(an_unknown_device_keeps_its_press_and_repeats_it_every_ten_minutes)
{
	struct world *w = new_world();

	connect(w);
	press(w);
	for (size_t n = 1; n < 5; n++) {
		answer(w, last_sent(w)->id, ACK_UNKNOWN_DEVICE);
		CHECK_INT(w->sent_count, n);
		CHECK_INT(lamp(w), LAMP_NOT_YET);
		pass(w, 10 * MINUTE - 1);
		CHECK_INT(w->sent_count, n);
		pass(w, 1);
	}
	CHECK_INT(said(w, SAY_UNKNOWN), 1);
	core_disconnected(&w->core, &w->now);
	connect(w); /* a link that comes and goes does not hurry it */
	CHECK_INT(w->sent_count, 5);
	answer(w, last_sent(w)->id, ACK_STORED); /* registered meanwhile */
	CHECK_INT(w->stored_count, 0);
}

TEST(after_a_rejection_the_next_press_is_a_new_one)
{
	struct world *w = new_world();

	connect(w);
	press(w);
	answer(w, last_sent(w)->id, ACK_REJECTED);
	press(w);
	CHECK_INT(w->sent_count, 2);
	CHECK(strcmp(w->sent[0].id, w->sent[1].id) != 0);
}

TEST(an_unanswered_press_is_sent_again_with_doubling_jittered_waits)
{
	struct world *w = new_world();
	int64_t wait = 5 * SECOND;

	connect(w);
	press(w);
	pass(w, 6 * HOUR);
	for (size_t i = 1; i < w->sent_count; i++) {
		int64_t gap = w->sent_ms[i] - w->sent_ms[i - 1];

		CHECK_TEXT(w->sent[i].id, w->sent[0].id);
		CHECK(gap >= wait * 3 / 4 && gap <= wait * 5 / 4);
		wait = wait * 2 < 10 * MINUTE ? wait * 2 : 10 * MINUTE;
	}
	CHECK(w->sent_count > 30 && w->sent_count < 60);
	CHECK(w->sent_ms[20] - w->sent_ms[19] != w->sent_ms[21] - w->sent_ms[20]);
}

TEST(help_is_sent_again_at_least_each_minute)
{
	struct world *w = new_world();

	connect(w);
	core_press(&w->core, CHECKIN_HELP, w->now.ms, &w->now);
	pass(w, HOUR);
	for (size_t i = 1; i < w->sent_count; i++)
		CHECK(w->sent_ms[i] - w->sent_ms[i - 1] <= 75 * SECOND);
	CHECK(w->sent_count > 40);
}

TEST(what_was_pressed_offline_goes_out_oldest_first_but_help_before_all)
{
	struct world *w = new_world();

	press_many(w, 3);
	core_press(&w->core, CHECKIN_HELP, w->now.ms, &w->now);
	press_many(w, 1);
	CHECK_INT(w->sent_count, 0);
	connect(w);
	CHECK_INT(w->sent_count, 5);
	CHECK_INT(w->sent[0].kind, CHECKIN_HELP);
	for (int i = 2; i < 5; i++)
		CHECK(w->sent[i].age_ms < w->sent[i - 1].age_ms);
}

TEST(a_new_connection_sends_everything_again_with_the_same_ids_and_true_ages)
{
	struct world *w = new_world();

	connect(w);
	press(w);
	core_disconnected(&w->core, &w->now);
	pass(w, HOUR);
	CHECK_INT(w->sent_count, 1);
	connect(w);
	CHECK_INT(w->sent_count, 2);
	CHECK_TEXT(w->sent[1].id, w->sent[0].id);
	CHECK_INT(w->sent[1].age_ms, HOUR);
}

TEST(a_backlog_leaves_a_window_at_a_time_and_help_is_not_held_up_by_it)
{
	struct world *w = new_world();

	press_many(w, 20);
	connect(w);
	CHECK_INT(w->sent_count, 16);
	CHECK(core_due(&w->core, w->now.ms) > w->now.ms); /* what the window holds back is not due */
	core_press(&w->core, CHECKIN_HELP, w->now.ms, &w->now);
	CHECK_INT(w->sent_count, 17);
	answer(w, w->sent[0].id, ACK_STORED);
	CHECK_INT(w->sent_count, 18);
	answer(w, w->sent[1].id, ACK_UNKNOWN_DEVICE); /* holds nobody else up either */
	CHECK_INT(w->sent_count, 19);
}

TEST(presses_that_are_never_answered_hold_up_nobody_for_long)
{
	struct world *w = new_world();

	press_many(w, 20);
	connect(w);
	CHECK_INT(w->sent_count, 16);
	pass(w, 8 * SECOND);
	for (size_t i = 0; i < 20; i++) {
		size_t n = 0;

		for (size_t k = 0; k < w->sent_count; k++)
			n += strcmp(w->stored[i].id, w->sent[k].id) == 0;
		CHECK(n > 0);
	}
}

TEST(presses_of_an_unknown_device_hold_up_nobody_when_they_are_repeated)
{
	struct world *w = new_world();

	press_many(w, 20);
	connect(w);
	for (size_t i = 0; i < 20; i++)
		answer(w, w->sent[i].id, ACK_UNKNOWN_DEVICE);
	CHECK_INT(w->sent_count, 20);
	core_disconnected(&w->core, &w->now);
	connect(w);
	pass(w, 10 * MINUTE);
	CHECK_INT(w->sent_count, 40);
}

TEST(a_link_that_takes_nothing_just_now_is_tried_again_in_a_second)
{
	struct world *w = new_world();

	connect(w);
	w->link_full = true;
	press(w);
	CHECK_INT(w->sent_count, 0);
	w->link_full = false;
	pass(w, SECOND);
	CHECK_INT(w->sent_count, 1);
}

TEST(age_always_goes_along_and_at_only_when_the_clock_is_known)
{
	struct world *w = new_world();

	connect(w);
	press(w);
	CHECK_INT(last_sent(w)->age_ms, 0);
	CHECK_INT(last_sent(w)->at, -1);
	pass(w, 30 * SECOND);
	CHECK_INT(last_sent(w)->at, -1);
	CHECK_INT(last_sent(w)->age_ms, w->sent_ms[w->sent_count - 1] - START - 300);

	w->clock_set = true;
	pass(w, MINUTE);
	CHECK_INT(last_sent(w)->at, WALL + 300); /* computed back from the age, in the same boot */
	CHECK_INT(w->stored[0].at, WALL + 300);
	press(w);
	CHECK_INT(last_sent(w)->at, w->now.wall_at);
}

TEST(after_a_reboot_the_age_is_the_least_it_can_be_and_no_at_is_made_of_it)
{
	struct world *w = new_world();

	w->stored[0] = (struct press){ .id = "old-1", .kind = CHECKIN_OK, .seq = 7, .at = -1, .pressed_ms = -HOUR };
	w->stored[1] = (struct press){
		.id = "old-2", .kind = CHECKIN_OK, .seq = 9, .at = WALL - DAY, .pressed_ms = -HOUR
	};
	w->stored_count = 2;
	start(w, 1);
	w->clock_set = true;
	pass(w, 0);
	connect(w);
	CHECK_INT(w->sent_count, 2);
	CHECK_INT(w->sent[0].age_ms, HOUR + START);
	CHECK_INT(w->sent[0].at, -1);
	CHECK_INT(w->sent[1].at, WALL - DAY);
	press(w);
	CHECK_INT(w->stored[2].seq, 10);
}

TEST(an_age_that_a_power_cut_would_lose_is_saved_each_ten_minutes)
{
	struct world *w = new_world();

	press(w);
	CHECK_INT(w->adds, 1);
	pass(w, HOUR);
	CHECK_INT(w->adds, 7);
	w->clock_set = true;
	pass(w, 10 * MINUTE); /* once more with at, and that is for good */
	CHECK_INT(w->adds, 8);
	pass(w, DAY);
	CHECK_INT(w->adds, 8);
}

TEST(a_planned_end_saves_the_ages_of_presses_that_know_no_time)
{
	struct world *w = new_world();

	press(w);
	pass(w, MINUTE);
	core_stop(&w->core, &w->now);
	CHECK_INT(w->adds, 2);
}

TEST(a_press_that_cannot_be_saved_is_said_and_sent_from_memory_and_saved_later)
{
	struct world *w = new_world();

	connect(w);
	w->disk_full = true;
	press(w);
	CHECK_INT(w->sent_count, 1);
	CHECK_INT(said(w, SAY_NOT_SAVED), 1);
	pass(w, 95 * SECOND);
	CHECK_INT(w->adds, 4); /* tried each 30 s */
	CHECK_INT(said(w, SAY_NOT_SAVED), 1);
	w->disk_full = false;
	pass(w, 30 * SECOND);
	CHECK_INT(said(w, SAY_SAVED), 1);
	CHECK_INT(w->stored_count, 1);
	answer(w, w->sent[0].id, ACK_STORED);
	CHECK_INT(w->stored_count, 0);
}

TEST(when_no_room_is_left_the_oldest_press_that_calls_no_help_makes_way)
{
	struct world *w = new_world();
	char oldest[CHECKIN_ID], oldest_ok[CHECKIN_ID];

	core_press(&w->core, CHECKIN_HELP, w->now.ms, &w->now);
	strcpy(oldest, w->stored[0].id);
	press_many(w, QUEUE - 1);
	strcpy(oldest_ok, w->stored[1].id);
	CHECK_INT(said(w, SAY_GIVEN_UP), 0);
	press_many(w, 1);
	CHECK_INT(said(w, SAY_GIVEN_UP), 1);
	CHECK_INT(w->stored_count, QUEUE);
	CHECK_TEXT(w->stored[0].id, oldest);
	CHECK(strcmp(w->stored[1].id, oldest_ok) != 0);
}

TEST(ids_differ_between_presses_and_between_starts_and_fit_the_contract)
{
	struct world *w = new_world();

	press_many(w, 12);
	for (int i = 0; i < 12; i++)
		for (int k = 0; k < i; k++)
			CHECK(strcmp(w->stored[i].id, w->stored[k].id) != 0);
	CHECK_TEXT(w->stored[0].id, "abcdef0123456789-1");
	CHECK_TEXT(w->stored[11].id, "abcdef0123456789-12");
	start(w, 2);
	press_many(w, 1);
	CHECK_TEXT(w->stored[12].id, "0000000000000002-1");
}

TEST(a_restart_goes_on_with_what_the_store_holds)
{
	struct world *w = new_world();
	char id[CHECKIN_ID];

	press(w);
	strcpy(id, w->stored[0].id);
	start(w, 3);
	connect(w);
	CHECK_INT(w->sent_count, 1);
	CHECK_TEXT(last_sent(w)->id, id);
	CHECK_INT(w->adds, 1); /* it stands there already */
	pass(w, 10 * SECOND);
	CHECK_INT(last_said(w)->what, SAY_NOT_YET);
}

TEST(the_lamp_says_sending_then_not_yet_then_heard_then_nothing)
{
	struct world *w = new_world();

	CHECK_INT(lamp(w), LAMP_OFF);
	press(w);
	CHECK_INT(lamp(w), LAMP_SENDING);
	pass(w, 10 * SECOND - 1);
	CHECK_INT(lamp(w), LAMP_SENDING);
	pass(w, 1);
	CHECK_INT(lamp(w), LAMP_NOT_YET);
	CHECK_INT(said(w, SAY_NOT_YET), 1);
	pass(w, DAY);
	CHECK_INT(said(w, SAY_NOT_YET), 1);
	CHECK_INT(lamp(w), LAMP_NOT_YET);
	connect(w);
	answer(w, last_sent(w)->id, ACK_STORED);
	CHECK_INT(lamp(w), LAMP_HEARD);
	CHECK_INT(core_due(&w->core, w->now.ms), w->now.ms + 8 * SECOND);
	pass(w, 8 * SECOND - 1);
	CHECK_INT(lamp(w), LAMP_HEARD);
	pass(w, 1);
	CHECK_INT(lamp(w), LAMP_OFF);
}

TEST(a_repeat_of_a_press_that_is_not_yet_heard_says_so)
{
	struct world *w = new_world();

	core_press(&w->core, CHECKIN_TALK, w->now.ms, &w->now);
	pass(w, 9 * SECOND);
	w->queue[0].late = true; /* a shorter patience */
	core_press(&w->core, CHECKIN_TALK, w->now.ms, &w->now);
	CHECK_INT(last_said(w)->what, SAY_NOT_YET);
	CHECK(last_said(w)->repeat);
}

TEST(an_ack_without_a_time_is_heard_now_if_we_know_what_now_is)
{
	struct world *w = new_world();
	struct ack ack = { .result = ACK_STORED, .at = -1 };

	press(w);
	strcpy(ack.id, w->stored[0].id);
	core_ack(&w->core, &ack, &w->now);
	CHECK_INT(last_said(w)->at, -1);
	w->clock_set = true;
	press_many(w, 1);
	strcpy(ack.id, w->stored[0].id);
	core_ack(&w->core, &ack, &w->now);
	CHECK_INT(last_said(w)->at, w->now.wall_at);
}

static void message(struct world *w, const char *id, enum message_kind kind, int64_t until_at)
{
	struct message m = { .kind = kind, .text = "ボタンを押してください。", .until_at = until_at };

	snprintf(m.id, sizeof m.id, "%s", id);
	core_message(&w->core, &m, &w->now);
}

TEST(a_reminder_is_shown_once_and_not_after_its_time)
{
	struct world *w = new_world();

	w->clock_set = true;
	pass(w, 0);
	message(w, "m1", MESSAGE_REMINDER, w->now.wall_at + HOUR);
	message(w, "m1", MESSAGE_REMINDER, w->now.wall_at + HOUR);
	CHECK_INT(said(w, SAY_MESSAGE), 1);
	CHECK_TEXT(w->said_text[0], "ボタンを押してください。");
	message(w, "m2", MESSAGE_REMINDER, w->now.wall_at - 1);
	CHECK_INT(said(w, SAY_MESSAGE), 1);
	message(w, "m3", MESSAGE_NOTICE, -1);
	CHECK_INT(said(w, SAY_MESSAGE), 2);
}

TEST(the_press_after_a_roll_call_answers_it_even_if_it_repeats_another)
{
	struct world *w = new_world();

	connect(w);
	press(w);
	message(w, "roll-1", MESSAGE_ROLL_CALL, WALL + HOUR);
	press(w);
	CHECK_INT(w->stored_count, 2);
	CHECK_TEXT(w->stored[0].reply_to, "");
	CHECK_TEXT(w->stored[1].reply_to, "roll-1");
	CHECK_TEXT(last_sent(w)->reply_to, "roll-1");
	press_many(w, 1);
	CHECK_TEXT(last_sent(w)->reply_to, "");
}

TEST(a_roll_call_that_is_over_is_answered_no_more)
{
	struct world *w = new_world();

	w->clock_set = true;
	pass(w, 0);
	message(w, "roll-1", MESSAGE_ROLL_CALL, w->now.wall_at + SECOND);
	pass(w, 2 * SECOND);
	press(w);
	CHECK_TEXT(w->stored[0].reply_to, "");
}
