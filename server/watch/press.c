/*
 * press - what one check-in changes.
 *
 * The path of an ordinary press is short on purpose: one read of the device with its resident, the check-in's own row,
 * the resident's last sign of life, and some looks into indexes that are almost always empty. No deadline is moved.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/zone.h"
#include "server/store/checkins.h"
#include "server/store/devices.h"
#include "server/store/expectations.h"
#include "server/store/rejected.h"
#include "server/store/timeline.h"
#include "server/watch/duty.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "server/watch/press.h"

enum { BATTERY_LOW = 15, BATTERY_FINE = 20 }; /* %: trouble below, none again from */
enum { PRESSES_AT_ONCE = 500 };
#define RETURN_LONGEST (8 * DAY)                    /* no expectation that is open began longer ago */
enum { MORNING_UNTIL = 11, DAY_UNTIL = 17 };        /* o'clock, of the greeting */
#define CLOCKS_BELIEVED_FROM INT64_C(1704067200000) /* 2024-01-01: a device that thinks it is earlier knows no time */

/* What is made of a check-in before anything is looked up. */
struct taken {
	int64_t pressed_at;
	bool guessed; /* the broker kept it, and nobody knows for how long: the earliest it can have been */
	bool stale;   /* too old to meet anything */
};

static struct taken when_pressed(struct watch *w, const struct checkin *c, int64_t now, int64_t kept_since_at)
{
	struct taken t = { .pressed_at = now };

	if (c->at >= CLOCKS_BELIEVED_FROM && c->at <= now + w->rules.ahead_ms) {
		t.pressed_at = c->at;
	} else if (kept_since_at > 0) {
		/* `age` ends where the button sent it: how long it then lay with the broker nobody knows. */
		t.pressed_at = kept_since_at - (c->age_ms > 0 ? c->age_ms : 0);
		t.guessed = true;
	} else if (c->age_ms >= 0) {
		t.pressed_at = now - c->age_ms;
	}
	if (t.pressed_at > now)
		t.pressed_at = now;
	t.stale = (t.guessed ? c->age_ms : now - t.pressed_at) > w->rules.stale_ms;
	return t;
}

static enum text_key greeting(int64_t now)
{
	int32_t hour = zone_second(now) / 3600;

	return hour < MORNING_UNTIL ? TEXT_ACK_OK_MORNING : hour < DAY_UNTIL ? TEXT_ACK_OK_DAY : TEXT_ACK_OK_EVENING;
}

/* The full hour, of the wall clock, at or after an instant. */
static int64_t full_hour(int64_t at)
{
	int64_t past_ms = zone_second(at) % 3600 * SECOND + at % SECOND;

	return past_ms ? at - past_ms + HOUR : at;
}

/* When staff will call back: the next full hour of duty. */
static void promise(struct watch *w, const struct presser *p, const char *language, int64_t now, struct ack *ack)
{
	int64_t at = full_hour(now + 1);
	int64_t duty_at = duty_next(w, p->district, at);
	char hour[8], date[64], month[8], mday[8];
	int y, m, d;

	if (duty_at == INT64_MAX) {
		snprintf(ack->text, sizeof(ack->text), "%s", text_get(greeting(now), language));
		return;
	}
	at = full_hour(duty_at);
	date_civil(zone_day(at), &y, &m, &d);
	snprintf(hour, sizeof(hour), "%d", (int)(zone_second(at) / 3600));
	snprintf(month, sizeof(month), "%d", m);
	snprintf(mday, sizeof(mday), "%d", d);
	text_fill(date, sizeof(date), text_get(TEXT_DATE, language),
		(struct text_field[]){ { "month", month }, { "mday", mday } }, 2);
	text_fill(ack->text, sizeof(ack->text),
		text_get(zone_day(at) == zone_day(now)       ? TEXT_ACK_TALK
			 : zone_day(at) == zone_day(now) + 1 ? TEXT_ACK_TALK_TOMORROW
							     : TEXT_ACK_TALK_DATE,
			language),
		(struct text_field[]){ { "hour", hour }, { "date", date } }, 2);
}

/* Only what will be done is said: one that is too old is told that it arrived, but a help alerts always. */
static void answer(
	struct watch *w, const struct presser *p, enum checkin_kind kind, bool stale, int64_t now, struct ack *ack)
{
	const char *language = p->language[0] ? p->language : w->language;
	enum text_key key = greeting(now);

	switch (kind) {
	case CHECKIN_OK: break;
	case CHECKIN_UNWELL:
		if (!stale)
			key = TEXT_ACK_UNWELL;
		break;
	case CHECKIN_TALK:
		if (!stale) {
			promise(w, p, language, now, ack);
			return;
		}
		break;
	case CHECKIN_HELP: key = TEXT_ACK_HELP; break;
	case CHECKIN_ACTIVITY:
	case CHECKIN_KINDS: return; /* nobody stands there and waits */
	}
	snprintf(ack->text, sizeof(ack->text), "%s", text_get(key, language));
}

/* The device's worst trouble, from how it is now. Messages that cannot be read stay its trouble until they are cleared.
 */
static void find_trouble(struct device *d, int64_t now)
{
	bool was_low = strcmp(d->trouble, "battery") == 0;
	const char *trouble = "";

	if (d->online == 0)
		trouble = "offline";
	else if (d->battery >= 0 && d->battery < (was_low ? BATTERY_FINE : BATTERY_LOW))
		trouble = "battery";
	else if (strcmp(d->trouble, "rejected") == 0)
		return;
	if (strcmp(d->trouble, trouble) == 0)
		return;
	snprintf(d->trouble, sizeof(d->trouble), "%s", trouble);
	d->trouble_at = trouble[0] ? now : 0;
}

/* Something came that could not be read or makes no sense. */
static void note_rejected(struct watch *w, struct device *d, int64_t now)
{
	if (d->trouble[0] && strcmp(d->trouble, "rejected") != 0)
		return; /* worse */
	snprintf(d->trouble, sizeof(d->trouble), "rejected");
	d->trouble_at = now;
	devices_save_state(w->store, d, now);
}

/* A press says how full the battery is; a good one, on a later day, that the device makes sense again. */
static void note_device(struct watch *w, const struct device *was, int battery, int64_t now)
{
	struct device d = *was;
	bool clear = strcmp(d.trouble, "rejected") == 0 && zone_day(d.trouble_at) < zone_day(now);

	if (clear)
		d.trouble[0] = '\0';
	if (battery >= 0)
		d.battery = battery;
	if (!clear && d.battery == was->battery)
		return;
	find_trouble(&d, now);
	devices_save_state(w->store, &d, now);
}

static void take_unknown(struct watch *w, const struct checkin *c, const struct taken *t, const char *resident_id,
	int64_t now, struct ack *ack)
{
	char payload[PAYLOAD_MAX + 1] = "", detail[64];

	checkin_format(c, payload, sizeof(payload));
	ack->result = ACK_UNKNOWN_DEVICE;
	if (c->kind == CHECKIN_HELP && t->stale) {
		ack->result = ACK_REJECTED;
		snprintf(ack->reason, sizeof(ack->reason), "too_old");
	} else if (c->kind == CHECKIN_HELP && unknown_helps_add(w->store, c->device_id, c->id, now)) {
		snprintf(detail, sizeof(detail), "unknown_help %" PRId64, t->pressed_at);
		incident_ask(w, INCIDENT_DEVICE, c->device_id, resident_id, detail, now);
	}
	rejected_add(w->store, now, c->device_id, c->id, ack->reason[0] ? ack->reason : "unknown_device", payload);
}

static enum incident_kind cause_of(enum checkin_kind kind)
{
	return kind == CHECKIN_HELP ? INCIDENT_HELP : kind == CHECKIN_UNWELL ? INCIDENT_UNWELL : INCIDENT_TALK;
}

/* `unwell`, `talk` and `help` need a person; pressed again within seconds they are one press. */
static void raise_incident(struct watch *w, const struct checkin_row *row, bool stale, int64_t now)
{
	enum incident_kind kind = cause_of(row->kind);

	if (stale && row->kind != CHECKIN_HELP) {
		timeline_add(w->store, 0, row->resident_id, now, "too_old", "", checkin_kind_name(row->kind));
		return;
	}
	if (causes_same_press(
		    w->store, row->resident_id, row->device_id, kind, row->pressed_at, w->rules.same_press_ms))
		return;
	incident_pressed(w, row->resident_id, kind, row->seq, row->pressed_at, now);
	if (row->kind == CHECKIN_HELP)
		incident_lose_claims(w, row->resident_id, now);
}

/* It meets what it can: the open expectation at its look, those judged already as met late, open incidents. */
static void meet(struct watch *w, const struct checkin_row *row, bool guessed, int64_t now)
{
	residents_sign(w->store, row->resident_id, row->pressed_at, checkin_kind_name(row->kind), guessed ? now : 0);
	expectations_met_late(w->store, row->resident_id, row->pressed_at, now);
	incident_checked_in(w, row->resident_id, row->pressed_at, now);
}

/* The same press again: the button did not hear that we have it. */
static bool stored_before(struct watch *w, const struct checkin *c, struct ack *ack)
{
	int64_t heard_at = checkins_heard_at(w->store, c->device_id, c->id, c->kind);

	if (!heard_at)
		return false;
	ack->result = ACK_DUPLICATE;
	ack->at = heard_at;
	return true;
}

void press_take(struct watch *w, const struct checkin *c, int64_t now, int64_t kept_since_at, struct ack *ack)
{
	struct taken t = when_pressed(w, c, now, kept_since_at);
	struct checkin_row row = { .kind = c->kind, .pressed_at = t.pressed_at, .heard_at = now };
	struct presser p = { .device.resident_id = "" };
	bool quiet = c->kind == CHECKIN_OK || c->kind == CHECKIN_ACTIVITY;

	*ack = (struct ack){ .at = now };
	snprintf(ack->id, sizeof(ack->id), "%s", c->id);
	if (!devices_presser(w->store, c->device_id, &p) || p.device.revoked_at) {
		if (!stored_before(w, c, ack)) /* a press may itself have led to the device being revoked */
			take_unknown(w, c, &t, p.device.resident_id, now, ack);
		return;
	}
	answer(w, &p, c->kind, t.stale, now, ack);
	snprintf(row.device_id, sizeof(row.device_id), "%s", c->device_id);
	snprintf(row.id, sizeof(row.id), "%s", c->id);
	snprintf(row.resident_id, sizeof(row.resident_id), "%s", p.device.resident_id);
	snprintf(row.reply_to, sizeof(row.reply_to), "%s", c->reply_to);
	if (!checkins_add(w->store, &row)) {
		stored_before(w, c, ack);
		return;
	}
	ack->result = ACK_STORED;
	if (checkins_other_kind(w->store, c->device_id, c->id, c->kind)) {
		note_rejected(w, &p.device, now);
		incident_ask(w, INCIDENT_DEVICE, c->device_id, row.resident_id, "same_id", now);
	} else {
		note_device(w, &p.device, c->battery, now);
	}
	if (!quiet)
		raise_incident(w, &row, t.stale, now);
	if (t.stale)
		return;
	if (c->kind != CHECKIN_ACTIVITY || strcmp(p.passive, "yes") == 0) {
		meet(w, &row, t.guessed, now);
		if (quiet && p.paused_until > now)
			pause_contradicted(w, row.resident_id, row.pressed_at, now);
	} else {
		residents_sign(w->store, row.resident_id, row.pressed_at, "", 0);
	}
}

void press_record(struct watch *w, const char *resident_id, const char *by, int64_t at, int64_t now)
{
	struct checkin_row row = { .kind = CHECKIN_OK, .pressed_at = at > now ? now : at, .heard_at = now };

	snprintf(row.device_id, sizeof(row.device_id), "staff/%s", resident_id);
	snprintf(row.id, sizeof(row.id), "%" PRId64 "-%s", row.pressed_at, by);
	snprintf(row.resident_id, sizeof(row.resident_id), "%s", resident_id);
	devices_belonged(w->store, row.device_id, resident_id);
	if (checkins_add(w->store, &row) && now - row.pressed_at <= w->rules.stale_ms)
		meet(w, &row, false, now);
}

/*
 * From the latest on. Those of the clock that stood behind come before the first one heard at a time that it had not
 * come to again: that one was right, and so was what is older, but for clocks that stood at their beginning.
 */
void press_clock_returned(struct watch *w, int64_t by_ms, int64_t now)
{
	struct counting_press list[PRESSES_AT_ONCE];
	int64_t was = now - by_ms, before_seq = INT64_MAX, first_at = now - RETURN_LONGEST, heard_at = now;
	bool right = false;
	size_t n;

	if (!checkins_any_between(w->store, was + w->rules.clock_jump_ms, now))
		return;
	do {
		n = checkins_counting(w->store, before_seq, list, PRESSES_AT_ONCE);
		for (size_t k = 0; k < n; k++) {
			const struct counting_press *p = &list[k];
			int64_t late_ms;

			before_seq = p->seq;
			if (p->heard_at > now)
				continue;
			right |= p->heard_at > was;
			late_ms = right && p->heard_at >= CLOCKS_BELIEVED_FROM ? 0 : by_ms;
			heard_at = p->heard_at + late_ms;
			if (p->pressed_at + late_ms >= first_at)
				residents_maybe(w->store, p->resident_id,
					p->pressed_at + late_ms < now ? p->pressed_at + late_ms : now);
		}
	} while (n == PRESSES_AT_ONCE && heard_at >= first_at);
}

void press_clock_was_behind(struct watch *w, int64_t since_at, int64_t by_ms, int64_t now)
{
	struct counting_press list[PRESSES_AT_ONCE];
	int64_t before_seq = INT64_MAX, heard_at = since_at;
	size_t n;

	if (by_ms < 0)
		return;
	do {
		n = checkins_counting(w->store, before_seq, list, PRESSES_AT_ONCE);
		for (size_t k = 0; k < n && heard_at >= since_at; k++) {
			heard_at = list[k].heard_at;
			before_seq = list[k].seq;
			if (heard_at >= since_at)
				residents_maybe(w->store, list[k].resident_id,
					list[k].pressed_at + by_ms < now ? list[k].pressed_at + by_ms : now);
		}
	} while (n == PRESSES_AT_ONCE && heard_at >= since_at);
}

/* As text that any store takes and any terminal shows. */
static void readable(char *text, size_t size, const char *payload, size_t len)
{
	bool valid;

	len = utf8_cut(payload, len, size - 1);
	valid = utf8_valid(payload, len);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)payload[i];

		text[i] = c < ' ' || c == 0x7f ? ' ' : c > 0x7f && !valid ? '?' : payload[i];
	}
	text[len] = '\0';
}

void press_reject(struct watch *w, const char *device_id, const char *press_id, const char *reason, const void *payload,
	size_t len, int64_t now, struct ack *ack)
{
	char text[PAYLOAD_MAX + 1];
	struct device d;

	readable(text, sizeof(text), payload, len);
	rejected_add(w->store, now, device_id, press_id, reason, text);
	if (devices_find(w->store, device_id, &d) && !d.revoked_at)
		note_rejected(w, &d, now);
	*ack = (struct ack){ .result = ACK_REJECTED, .at = now };
	snprintf(ack->id, sizeof(ack->id), "%s", press_id);
	snprintf(ack->reason, sizeof(ack->reason), "%s", reason);
}

void press_state(struct watch *w, const char *device_id, const struct device_state *state, int64_t now)
{
	struct device was, d;

	if (!devices_find(w->store, device_id, &was) || was.revoked_at)
		return;
	d = was;
	d.online = state->online;
	if (state->battery >= 0)
		d.battery = state->battery;
	if (state->firmware[0])
		snprintf(d.firmware, sizeof(d.firmware), "%s", state->firmware);
	if (d.online == was.online && d.battery == was.battery && strcmp(d.firmware, was.firmware) == 0)
		return;
	find_trouble(&d, now);
	devices_save_state(w->store, &d, now);
}
