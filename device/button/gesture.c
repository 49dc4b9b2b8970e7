/*
 * gesture - the rule book of the big key as one table.
 *
 * A press counts when the finger lifts. Held for hold_ms it becomes a call for help, which says so for announce_ms and
 * can be taken back by pressing again; once sent it cannot. The press that takes it back is an `ok` however long it
 * lasts, because somebody told to press once more may press hard and long, and must not call for help again by that.
 * Pairs that are not listed change nothing.
 */
#include "device/button/gesture.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A trembling finger that ends a hold may touch the key again at once. That is no press: it would silently take back
 * the help of somebody who needs it. (Elsewhere trembling does no harm: repeats are one press.)
 */
#define TREMBLE_MS 200

static const struct rule {
	enum gesture_state in;
	enum gesture_event on;
	enum gesture_state to;
	enum gesture_act act;
} rules[] = {
	{ GESTURE_IDLE, GESTURE_DOWN, GESTURE_HELD, ACT_NOTHING },
	{ GESTURE_HELD, GESTURE_UP, GESTURE_IDLE, ACT_PRESS },
	{ GESTURE_HELD, GESTURE_TIME, GESTURE_ANNOUNCED, ACT_ANNOUNCE },
	{ GESTURE_HELD, GESTURE_LOST, GESTURE_IDLE, ACT_NOTHING },
	{ GESTURE_ANNOUNCED, GESTURE_DOWN, GESTURE_BACK, ACT_TAKE_BACK },
	{ GESTURE_ANNOUNCED, GESTURE_TIME, GESTURE_IDLE, ACT_HELP },
	{ GESTURE_ANNOUNCED, GESTURE_HELP, GESTURE_IDLE, ACT_NOTHING }, /* it has gone out already */
	{ GESTURE_BACK, GESTURE_UP, GESTURE_IDLE, ACT_PRESS_BACK },
	{ GESTURE_BACK, GESTURE_LOST, GESTURE_IDLE, ACT_PRESS_BACK }, /* help was taken back: say at least `ok` */
};

void gesture_init(struct gesture *g, int64_t hold_ms, int64_t announce_ms)
{
	*g = (struct gesture){ hold_ms, announce_ms, GESTURE_IDLE, -1, -1 };
}

static enum gesture_act apply(struct gesture *g, enum gesture_event on, int64_t event_ms, int64_t now_ms)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (rules[i].in != g->state || rules[i].on != on)
			continue;
		g->state = rules[i].to;
		g->lifted_ms = -1;
		g->due_ms = g->state == GESTURE_HELD        ? event_ms + g->hold_ms
			    : g->state == GESTURE_ANNOUNCED ? now_ms + g->announce_ms
							    : -1;
		return rules[i].act;
	}
	return ACT_NOTHING;
}

enum gesture_act gesture_step(struct gesture *g, enum gesture_event on, int64_t event_ms, int64_t now_ms)
{
	enum gesture_act act = ACT_NOTHING;
	bool held_long = g->state == GESTURE_HELD && on == GESTURE_UP && event_ms >= g->due_ms;

	if (on == GESTURE_TIME && (g->due_ms < 0 || now_ms < g->due_ms))
		return ACT_NOTHING;
	if (g->state == GESTURE_ANNOUNCED && on == GESTURE_DOWN && g->lifted_ms >= 0 &&
		event_ms - g->lifted_ms < TREMBLE_MS)
		return ACT_NOTHING;
	if (held_long) /* the announcement comes before this release, though we were late to make it */
		act = apply(g, GESTURE_TIME, event_ms, now_ms);
	else
		act = apply(g, on, event_ms, now_ms);
	if (g->state == GESTURE_ANNOUNCED && on == GESTURE_UP && g->lifted_ms < 0)
		g->lifted_ms = event_ms;
	return act;
}
