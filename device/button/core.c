/*
 * core - presses from the finger to the ack.
 *
 * A press is queued, saved, then sent, and sent again with back-off until an ack with its id ends it. What cannot be
 * saved is sent from memory, because a person is waiting.
 */
#include "device/button/core.h"

#include <string.h>

#include "common/clock.h"

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void say(const struct core *core, struct saying s)
{
	if (s.text == NULL)
		s.text = "";
	core->machine.say(core->machine.self, &s);
}

static void say_press(const struct core *core, enum saying_what what, const struct press *p, bool repeat)
{
	say(core, (struct saying){ .what = what, .id = p->id, .kind = p->kind, .repeat = repeat, .at = -1 });
}

void core_init(struct core *core, const struct core_rules *rules, const struct press_store *store,
	const struct core_machine *machine, struct press *presses, size_t capacity, uint64_t session,
	const struct moment *now)
{
	*core = (struct core){ .rules = *rules, .machine = *machine };
	core->help_down_ms = core->heard_until_ms = core->roll_call_until_at = -1;
	core->queue.retry_ms = rules->retry_ms;
	core->queue.retry_max_ms = rules->retry_max_ms;
	gesture_init(&core->gesture, rules->hold_ms, rules->announce_ms);
	queue_init(&core->queue, store, presses, capacity, session, now);
}

static bool roll_call_open(const struct core *core, const struct moment *now)
{
	return core->roll_call[0] != '\0' &&
	       (core->roll_call_until_at < 0 || now->wall_at < 0 || now->wall_at <= core->roll_call_until_at);
}

/* Answers a press that repeats the last one of its kind. False: it repeats none that was or can be heard. */
static bool answer_repeat(struct core *core, enum checkin_kind kind, int64_t event_ms, const struct moment *now)
{
	const struct core_series *series = &core->series[kind];
	struct press *p = queue_find(&core->queue, series->id);

	if (series->id[0] == '\0' || event_ms - series->first_ms >= core->rules.repeat_ms)
		return false;
	if (series->heard) {
		core->heard_until_ms = now->ms + core->rules.heard_ms;
		say(core, (struct saying){ .what = SAY_HEARD,
				  .id = series->id,
				  .kind = kind,
				  .repeat = true,
				  .at = series->heard_at,
				  .result = ACK_STORED });
	} else if (p != NULL) {
		say_press(core, p->unknown ? SAY_UNKNOWN : p->late ? SAY_NOT_YET : SAY_SENDING, p, true);
	}
	return series->heard || p != NULL;
}

/* Queues a press; `anyway`: even if it repeats another. core_turn, which every caller ends with, saves and sends it. */
static void take_press(
	struct core *core, enum checkin_kind kind, bool anyway, int64_t event_ms, const struct moment *now)
{
	bool answers = roll_call_open(core, now);
	struct press *victim = queue_victim(&core->queue);

	if (!anyway && !answers && answer_repeat(core, kind, event_ms, now))
		return;
	if (victim != NULL) {
		say_press(core, SAY_GIVEN_UP, victim, false);
		queue_remove(&core->queue, victim);
	}
	struct press *p = queue_add(&core->queue, kind, event_ms, now);
	if (answers)
		memcpy(p->reply_to, core->roll_call, sizeof p->reply_to);
	core->roll_call[0] = '\0';

	struct core_series *series = &core->series[kind];
	*series = (struct core_series){ .first_ms = event_ms, .heard_at = -1 };
	memcpy(series->id, p->id, sizeof series->id);
	say_press(core, SAY_SENDING, p, false);
}

static void act_on(struct core *core, enum gesture_act act, int64_t event_ms, const struct moment *now)
{
	switch (act) {
	case ACT_NOTHING: break;
	case ACT_PRESS: take_press(core, CHECKIN_OK, false, event_ms, now); break;
	case ACT_PRESS_BACK: take_press(core, CHECKIN_OK, true, event_ms, now); break;
	case ACT_ANNOUNCE: say(core, (struct saying){ .what = SAY_ANNOUNCED, .kind = CHECKIN_HELP, .at = -1 }); break;
	case ACT_TAKE_BACK: say(core, (struct saying){ .what = SAY_TAKEN_BACK, .kind = CHECKIN_HELP, .at = -1 }); break;
	case ACT_HELP: take_press(core, CHECKIN_HELP, false, now->ms, now); break;
	}
}

void core_key(struct core *core, enum gesture_event event, int64_t event_ms, const struct moment *now)
{
	act_on(core, gesture_step(&core->gesture, event, event_ms, now->ms), event_ms, now);
	core_turn(core, now);
}

void core_press(struct core *core, enum checkin_kind kind, int64_t event_ms, const struct moment *now)
{
	if (kind == CHECKIN_HELP)
		gesture_step(&core->gesture, GESTURE_HELP, event_ms, now->ms);
	if (kind == CHECKIN_OK && core->gesture.state == GESTURE_ANNOUNCED) {
		core->gesture.lifted_ms = -1; /* a whole press is no trembling */
		act_on(core, gesture_step(&core->gesture, GESTURE_DOWN, event_ms, now->ms), event_ms, now);
		act_on(core, gesture_step(&core->gesture, GESTURE_UP, event_ms, now->ms), event_ms, now);
	} else {
		take_press(core, kind, false, event_ms, now);
	}
	core_turn(core, now);
}

void core_help_key(struct core *core, bool down, int64_t event_ms, const struct moment *now)
{
	bool pressed = !down && core->help_down_ms >= 0;

	core->help_down_ms = down ? event_ms : -1;
	if (pressed)
		core_press(core, CHECKIN_HELP, event_ms, now);
}

void core_keys_lost(struct core *core, const struct moment *now)
{
	core_key(core, GESTURE_LOST, now->ms, now);
	core_help_key(core, false, now->ms, now); /* whoever tore off the key while pressing it may have fallen */
}

void core_connected(struct core *core, const struct moment *now)
{
	queue_connected(&core->queue, true, now);
	core_turn(core, now);
}

void core_disconnected(struct core *core, const struct moment *now)
{
	queue_connected(&core->queue, false, now);
}

static void heard(struct core *core, const struct press *p, const struct ack *ack, const struct moment *now)
{
	struct core_series *series = &core->series[p->kind];
	int64_t at = ack->at >= 0 ? ack->at : now->wall_at;

	if (strcmp(series->id, p->id) == 0) {
		series->heard = true;
		series->heard_at = at;
	}
	core->heard_until_ms = now->ms + core->rules.heard_ms;
	say(core, (struct saying){ .what = SAY_HEARD,
			  .id = p->id,
			  .kind = p->kind,
			  .at = at,
			  .result = ack->result,
			  .text = ack->text });
}

void core_ack(struct core *core, const struct ack *ack, const struct moment *now)
{
	struct press *p = queue_find(&core->queue, ack->id);

	if (p == NULL) /* of a press that another ack ended */
		return;
	switch (ack->result) {
	case ACK_STORED:
	case ACK_DUPLICATE:
		heard(core, p, ack, now);
		queue_remove(&core->queue, p);
		break;
	case ACK_REJECTED:
		say(core, (struct saying){
				  .what = SAY_REJECTED, .id = p->id, .kind = p->kind, .at = -1, .text = ack->reason });
		queue_remove(&core->queue, p);
		break;
	case ACK_UNKNOWN_DEVICE:
		if (!p->unknown)
			say_press(core, SAY_UNKNOWN, p, false);
		p->late = true; /* that was the better answer */
		queue_unknown(p, now);
		break;
	}
	core_turn(core, now);
}

void core_message(struct core *core, const struct message *message, const struct moment *now)
{
	bool over = message->until_at >= 0 && now->wall_at > message->until_at;

	if (over || strcmp(core->last_message, message->id) == 0)
		return;
	memcpy(core->last_message, message->id, sizeof core->last_message);
	if (message->kind == MESSAGE_ROLL_CALL) {
		memcpy(core->roll_call, message->id, sizeof core->roll_call);
		core->roll_call_until_at = message->until_at;
	}
	say(core, (struct saying){ .what = SAY_MESSAGE,
			  .id = message->id,
			  .at = -1,
			  .message = message->kind,
			  .text = message->text });
}

static bool send_press(struct core *core, const struct press *p, const struct moment *now)
{
	struct checkin c = { .kind = p->kind, .at = p->at, .age_ms = now->ms - p->pressed_ms, .battery = -1 };

	memcpy(c.id, p->id, sizeof c.id);
	memcpy(c.reply_to, p->reply_to, sizeof c.reply_to);
	return core->machine.send(core->machine.self, &c);
}

static void save_press(struct core *core, struct press *p, const struct moment *now)
{
	switch (queue_save(&core->queue, p, now)) {
	case SAVING_NO_NEWS: break;
	case SAVING_FAILED: say_press(core, SAY_NOT_SAVED, p, false); break;
	case SAVING_RECOVERED: say_press(core, SAY_SAVED, p, false); break;
	}
}

void core_turn(struct core *core, const struct moment *now)
{
	struct queue *q = &core->queue;
	struct press *p;
	bool taken = true;

	act_on(core, gesture_step(&core->gesture, GESTURE_TIME, now->ms, now->ms), now->ms, now);
	if (core->help_down_ms >= 0 && now->ms - core->help_down_ms >= core->rules.hold_ms) {
		core->help_down_ms = -1; /* nobody's help waits for a finger to lift */
		gesture_step(&core->gesture, GESTURE_HELP, now->ms, now->ms);
		take_press(core, CHECKIN_HELP, false, now->ms, now);
	}
	for (p = q->presses; p < q->presses + q->count; p++)
		save_press(core, p, now);
	while (taken && (p = queue_next(q, now)) != NULL) {
		taken = send_press(core, p, now);
		queue_sent(q, p, taken, now);
	}
	for (p = q->presses; p < q->presses + q->count; p++)
		if (!p->late && now->ms - p->since_ms >= core->rules.patience_ms) {
			p->late = true;
			say_press(core, SAY_NOT_YET, p, false);
		}
}

int64_t core_due(const struct core *core, int64_t now_ms)
{
	const struct queue *q = &core->queue;
	int64_t due = queue_due(q);

	if (core->gesture.due_ms >= 0)
		due = smaller(due, core->gesture.due_ms);
	if (core->help_down_ms >= 0)
		due = smaller(due, core->help_down_ms + core->rules.hold_ms);
	if (core->heard_until_ms > now_ms) /* the lamp changes then */
		due = smaller(due, core->heard_until_ms);
	for (const struct press *p = q->presses; p < q->presses + q->count; p++)
		if (!p->late)
			due = smaller(due, p->since_ms + core->rules.patience_ms);
	return due == INT64_MAX ? -1 : due;
}

enum lamp_show core_lamp(const struct core *core, int64_t now_ms)
{
	const struct queue *q = &core->queue;

	if (core->gesture.state == GESTURE_ANNOUNCED)
		return LAMP_ANNOUNCED;
	for (const struct press *p = q->presses; p < q->presses + q->count; p++)
		if (!p->late)
			return LAMP_SENDING;
	if (now_ms < core->heard_until_ms)
		return LAMP_HEARD;
	return q->count > 0 ? LAMP_NOT_YET : LAMP_OFF;
}

void core_stop(struct core *core, const struct moment *now)
{
	struct queue *q = &core->queue;

	for (struct press *p = q->presses; p < q->presses + q->count; p++) {
		if (p->at < 0)
			p->next_save_ms = now->ms;
		save_press(core, p, now);
	}
}
