/*
 * gesture - what the fingers on the one big key mean: a press, or a call for help that first announces itself.
 *
 * Portable: no operating system, no clock. The caller brings the time of each event (monotonic ms, as `_ms`).
 */
#ifndef DEVICE_BUTTON_GESTURE_H
#define DEVICE_BUTTON_GESTURE_H

#include <stdint.h>

enum gesture_state {
	GESTURE_IDLE,      /* nothing is going on; the key may still be down from a call for help that was sent */
	GESTURE_HELD,      /* the key is down: a press, or the beginning of a hold */
	GESTURE_ANNOUNCED, /* held long enough: help goes out when the announcement is over */
	GESTURE_BACK,      /* the key is down again: this press took the help back */
	GESTURE_STATES
};

enum gesture_event {
	GESTURE_DOWN,
	GESTURE_UP,
	GESTURE_TIME, /* gesture_due has come */
	GESTURE_LOST, /* the key is gone (unplugged): no release will follow */
	GESTURE_HELP, /* help was called by its own key meanwhile */
	GESTURE_EVENTS
};

/* What the caller has to do. */
enum gesture_act {
	ACT_NOTHING,
	ACT_PRESS,      /* an `ok` */
	ACT_PRESS_BACK, /* an `ok` that took help back: sent even if it repeats another */
	ACT_ANNOUNCE,   /* say that help is about to go */
	ACT_TAKE_BACK,  /* say that it is not */
	ACT_HELP        /* call for help */
};

struct gesture {
	int64_t hold_ms, announce_ms; /* rules: how long until a hold announces itself, and for how long it does */
	enum gesture_state state;
	int64_t due_ms;    /* when the state ends by itself; -1: it does not */
	int64_t lifted_ms; /* first release in the announcement; -1: none yet */
};

void gesture_init(struct gesture *g, int64_t hold_ms, int64_t announce_ms);
/*
 * Applies an event. `event_ms` is when the finger moved, `now_ms` when we came to hear of it: a short press that was
 * read late is still a short press, and an announcement lasts its full time from when it could be noticed.
 */
enum gesture_act gesture_step(struct gesture *g, enum gesture_event on, int64_t event_ms, int64_t now_ms);

#endif
