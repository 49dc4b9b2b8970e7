/*
 * checkin - the JSON messages between a device and the server (contract 1), decoded and written by both sides.
 *
 * Decoding knows no rules: it says what the message says, or why it is none. All numbers that a field may leave out
 * have a value that says so.
 */
#ifndef COMMON_CHECKIN_H
#define COMMON_CHECKIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/topic.h"

#define PAYLOAD_MAX 4096 /* bytes of a payload */
#define CHECKIN_ID  65   /* bytes of an id with its end */

enum checkin_kind { CHECKIN_OK, CHECKIN_UNWELL, CHECKIN_TALK, CHECKIN_HELP, CHECKIN_ACTIVITY, CHECKIN_KINDS };
const char *checkin_kind_name(enum checkin_kind kind); /* "ok" … */
bool checkin_kind_parse(const char *name, enum checkin_kind *kind);

struct checkin {
	char device_id[DEVICE_ID]; /* who pressed; set by the caller from the topic */
	char id[CHECKIN_ID];       /* device_id + id: the same press twice is once */
	enum checkin_kind kind;
	int64_t at;                /* device's clock, ms since 1970; -1: none (a fraction of a second is kept) */
	int64_t age_ms;            /* press to sending by a monotonic clock; -1: none */
	int battery;               /* 0-100; -1: none */
	char reply_to[CHECKIN_ID]; /* id of the message this answers; "" none */
};

/*
 * Reads a check-in. False: `why` is a short static word for the ack's reason (too_long, not_utf8, not_json,
 * no_id, bad_id, no_kind, bad_kind, bad_at, bad_age, bad_battery, bad_reply_to; of a help the last four are no reason,
 * they count as left out), and c->id is the id where one could be read, else "". Unknown members are ignored. device_id
 * is not touched.
 */
bool checkin_parse(struct checkin *c, const void *payload, size_t len, const char **why);
/* Writes it as JSON; returns its length, 0 if it does not fit. */
size_t checkin_format(const struct checkin *c, char *buf, size_t size);

enum ack_result { ACK_STORED, ACK_DUPLICATE, ACK_UNKNOWN_DEVICE, ACK_REJECTED };
struct ack {
	char id[CHECKIN_ID]; /* "" is written as null */
	enum ack_result result;
	int64_t at;      /* ms since 1970 (whole seconds on the wire); -1: none */
	char reason[32]; /* with ACK_REJECTED */
	char text[512];  /* for the person, "" none */
};
bool ack_parse(struct ack *a, const void *payload, size_t len);
size_t ack_format(const struct ack *a, char *buf, size_t size);

struct device_state {
	bool online;
	int battery;       /* -1: not said */
	char firmware[64]; /* "": not said */
};
bool device_state_parse(struct device_state *s, const void *payload, size_t len, const char **why);
size_t device_state_format(const struct device_state *s, char *buf, size_t size);

enum message_kind { MESSAGE_REMINDER, MESSAGE_NOTICE, MESSAGE_GREETING, MESSAGE_ROLL_CALL };
struct message {
	char id[CHECKIN_ID];
	enum message_kind kind;
	char text[1024];
	int64_t until_at; /* ms since 1970 (whole seconds on the wire); -1: none */
};
bool message_parse(struct message *m, const void *payload, size_t len);
size_t message_format(const struct message *m, char *buf, size_t size);

#endif
