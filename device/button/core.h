/*
 * core - what a button does, with no operating system in it: Linux or a firmware stands around it.
 *
 * It answers for gestures, for the presses that no ack has ended yet, for when each is sent (again), and for what lamp
 * and console say. Presses stand in memory that the caller gives and in a store that survives a power cut. The core
 * asks nobody the time: every call brings the moment.
 *
 * A call may call back into the store and the machine; those never call into the core.
 */
#ifndef DEVICE_BUTTON_CORE_H
#define DEVICE_BUTTON_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/checkin.h"
#include "device/button/gesture.h"
#include "device/button/queue.h"

enum saying_what {
	SAY_SENDING,    /* press */
	SAY_HEARD,      /* press, at, result; text: the server's words for the person, or "" */
	SAY_NOT_YET,    /* press: still not heard, it goes on being sent */
	SAY_UNKNOWN,    /* press: the server does not know this button; it is kept */
	SAY_REJECTED,   /* press, text: the reason; it is over */
	SAY_ANNOUNCED,  /* help is about to go */
	SAY_TAKEN_BACK, /* it is not */
	SAY_MESSAGE,    /* message, text */
	SAY_NOT_SAVED,  /* press: the store failed; it is sent from memory */
	SAY_SAVED,      /* press: now it stands there */
	SAY_GIVEN_UP,   /* press: no room is left, it made way for a newer one */
	SAYINGS
};

struct saying {
	enum saying_what what;
	const char *id; /* of the press or message; NULL with an announcement */
	enum checkin_kind kind;
	bool repeat;            /* the answer to a press that repeats one within repeat_ms */
	int64_t at;             /* SAY_HEARD: when the server had it, else our wall clock; -1: nobody knows */
	enum ack_result result; /* SAY_HEARD */
	enum message_kind message;
	const char *text; /* never NULL */
};

enum lamp_show {
	LAMP_OFF,
	LAMP_SENDING,  /* blinks */
	LAMP_HEARD,    /* on */
	LAMP_NOT_YET,  /* blinks slowly */
	LAMP_ANNOUNCED /* blinks fast: help is about to go */
};

struct core_machine {
	void *self;
	bool (*send)(void *self, const struct checkin *c); /* false: not now; device_id and battery are the machine's */
	void (*say)(void *self, const struct saying *s);
};

struct core_rules {
	int64_t hold_ms, announce_ms;   /* gesture.h */
	int64_t repeat_ms;              /* presses of one kind within this time of the first are one press */
	int64_t patience_ms;            /* "sending" becomes "not yet heard" */
	int64_t heard_ms;               /* how long the lamp says "heard" */
	int64_t retry_ms, retry_max_ms; /* first and longest wait for an ack before a press is sent again */
};

struct core_series {         /* the last press of a kind, for repeats */
	char id[CHECKIN_ID]; /* "": none */
	int64_t first_ms;
	bool heard;
	int64_t heard_at;
};

struct core {
	struct core_rules rules;
	struct core_machine machine;
	struct queue queue;
	struct gesture gesture;
	int64_t help_down_ms; /* the help key went down; -1: it is up, or has been answered */
	struct core_series series[CHECKIN_KINDS];
	int64_t heard_until_ms;        /* the lamp says "heard" until then */
	char roll_call[CHECKIN_ID];    /* the message that the next press answers; "" none */
	int64_t roll_call_until_at;    /* -1: no end */
	char last_message[CHECKIN_ID]; /* the broker may deliver one twice */
};

/* Loads what the store holds. `presses` has room for `capacity` (at least 1); `session` is random. */
void core_init(struct core *core, const struct core_rules *rules, const struct press_store *store,
	const struct core_machine *machine, struct press *presses, size_t capacity, uint64_t session,
	const struct moment *now);

/* The big key and the help key, by their own time (not after now). */
void core_key(struct core *core, enum gesture_event event, int64_t event_ms, const struct moment *now);
void core_help_key(struct core *core, bool down, int64_t event_ms, const struct moment *now);
/* The keys are gone; no release will follow. */
void core_keys_lost(struct core *core, const struct moment *now);
/* A whole press of a kind that has a key (or a line) of its own. */
void core_press(struct core *core, enum checkin_kind kind, int64_t event_ms, const struct moment *now);

void core_connected(struct core *core, const struct moment *now);
void core_disconnected(struct core *core, const struct moment *now);
void core_ack(struct core *core, const struct ack *ack, const struct moment *now);
void core_message(struct core *core, const struct message *message, const struct moment *now);

/* Does what time brings: announcements, sending, saving, "not yet heard". */
void core_turn(struct core *core, const struct moment *now);
/* When core_turn has something to do next, monotonic ms; -1: only after another call. */
int64_t core_due(const struct core *core, int64_t now_ms);
enum lamp_show core_lamp(const struct core *core, int64_t now_ms);
/* Before a planned end: writes the ages that a restart of the machine would lose. */
void core_stop(struct core *core, const struct moment *now);

#endif
