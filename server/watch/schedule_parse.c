/*
 * schedule_parse - reads a schedule's text and refuses what could not be kept on every week's wall clock.
 *
 * The text is read in place, stretch by stretch, so that a refusal can quote what is wrong. Whether windows overlap or
 * a deadline passes the next OPENS is asked for every weekday, as a holiday or not, and each day of the week after it:
 * where any holiday may fall is not known here, so what could collide in some year is refused now.
 */
#include "server/watch/schedule.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/clock.h"
#include "common/duration.h"
#include "common/utf8.h"
#include "common/zone.h"

#define ALL_DAYS 0x7f
#define DAY_S    86400

static const char day_names[7][4] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };

/* A stretch of the text being read. */
struct slice {
	const char *at;
	size_t len;
};

/* One part and the text it was read from, for naming it. */
struct item {
	struct slice text;
	struct schedule_part part;
};

struct reading {
	enum schedule_use use;
	char *why;
	size_t why_size;
	struct item items[SCHEDULE_PARTS];
	size_t count;
};

__attribute__((format(printf, 2, 3))) static bool refuse(struct reading *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->why, r->why_size, format, args);
	va_end(args);
	return false;
}

/* For "%.*s" in a refusal: not all of a long text. */
static int shown(struct slice s)
{
	return (int)utf8_cut(s.at, s.len, 50);
}

static bool is_word(struct slice s, const char *word)
{
	return s.len == strlen(word) && strncasecmp(s.at, word, s.len) == 0;
}

static struct slice trim(struct slice s)
{
	while (s.len && strchr(" \t\r\n", s.at[0])) {
		s.at++;
		s.len--;
	}
	while (s.len && strchr(" \t\r\n", s.at[s.len - 1]))
		s.len--;
	return s;
}

/* Takes what stands before the first of `ends` off the front of `rest`; without one, all. True if one was there. */
static bool take(struct slice *rest, const char *ends, struct slice *front)
{
	*front = (struct slice){ rest->at, 0 };
	while (front->len < rest->len && !strchr(ends, rest->at[front->len]))
		front->len++;

	bool ended = front->len < rest->len;
	size_t used = front->len + ended;
	*rest = (struct slice){ rest->at + used, rest->len - used };
	return ended;
}

static struct slice take_word(struct slice *rest)
{
	struct slice word;

	*rest = trim(*rest);
	take(rest, " \t\r\n", &word);
	return word;
}

static int read_weekday(struct slice s)
{
	for (int i = 0; i < 7; i++)
		if (is_word(s, day_names[i]))
			return i;
	return -1;
}

/* Two digits below `limit`, or -1. */
static int read_pair(const char *at, int limit)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return -1;
	int n = (at[0] - '0') * 10 + (at[1] - '0');
	return n < limit ? n : -1;
}

static bool read_time(struct slice s, int32_t *second)
{
	if ((s.len != 5 && s.len != 8) || s.at[2] != ':' || (s.len == 8 && s.at[5] != ':'))
		return false;

	int hours = read_pair(s.at, 25), minutes = read_pair(s.at + 3, 60);
	int seconds = s.len == 8 ? read_pair(s.at + 6, 60) : 0;
	*second = hours * 3600 + minutes * 60 + seconds;
	return hours >= 0 && minutes >= 0 && seconds >= 0 && *second <= DAY_S;
}

static bool read_days(struct reading *r, struct slice days, struct schedule_part *part)
{
	struct slice rest = days, name, from, to;
	bool more;

	do {
		more = take(&rest, ",", &name);
		to = name;
		bool range = take(&to, "-", &from);
		int first = read_weekday(from), last = range ? read_weekday(to) : first;

		if (is_word(name, "daily")) {
			part->ordinary_days = part->holidays = ALL_DAYS;
		} else if (is_word(name, "holidays")) {
			part->holidays = ALL_DAYS;
		} else if (first >= 0 && last >= 0) {
			for (int day = first;; day = (day + 1) % 7) {
				part->ordinary_days |= (uint8_t)(1 << day);
				part->holidays |= (uint8_t)(1 << day);
				if (day == last)
					break;
			}
		} else {
			struct slice wrong = name.len ? name : days;

			return refuse(r, "\"%.*s\" is no day (daily, mon, mon-fri, sat,sun, holidays)", shown(wrong),
				wrong.at);
		}
	} while (more);
	return true;
}

static bool read_times(struct reading *r, struct slice times, struct schedule_part *part)
{
	struct slice due = times, opens;

	if (!take(&due, "-", &opens))
		return refuse(r, "\"%.*s\" is no OPENS-DUE such as 08:30-17:15", shown(times), times.at);
	if (!read_time(opens, &part->opens_s))
		return refuse(r, "\"%.*s\" is no time", shown(opens), opens.at);
	if (!read_time(due, &part->due_s))
		return refuse(r, "\"%.*s\" is no time", shown(due), due.at);
	if (part->opens_s == DAY_S)
		return refuse(r, "\"%.*s\" opens at 24:00; write 00:00 of the next day", shown(times), times.at);
	if (part->due_s == part->opens_s)
		return refuse(r, "\"%.*s\" is due when it opens", shown(times), times.at);
	if (part->due_s < part->opens_s)
		return refuse(r, "\"%.*s\" crosses midnight; write two windows, to 24:00 and from 00:00", shown(times),
			times.at);
	return true;
}

static bool read_grace(struct reading *r, struct slice word, struct schedule_part *part)
{
	char text[DURATION_TEXT];

	if (r->use == SCHEDULE_HOURS)
		return refuse(r, "\"%.*s\": no grace is allowed here", shown(word), word.at);
	snprintf(text, sizeof(text), "%.*s", (int)(word.len - 1), word.at + 1);
	if (word.len - 1 >= sizeof(text) || !duration_parse(text, &part->grace_ms))
		return refuse(r, "\"%.*s\" is no grace such as +30m", shown(word), word.at);
	return true;
}

/* DAYS [-holidays] OPENS-DUE, then +GRACE and -holidays in either order. */
static bool read_part(struct reading *r, struct slice text, struct schedule_part *part)
{
	struct slice rest = text, days = take_word(&rest), word = take_word(&rest);
	bool grace = false, no_holidays = is_word(word, "-holidays");

	if (!read_days(r, days, part))
		return false;
	if (no_holidays)
		word = take_word(&rest);
	if (!word.len)
		return refuse(r, "\"%.*s\" has no times", shown(text), text.at);
	if (!read_times(r, word, part))
		return false;

	while ((word = take_word(&rest)).len) {
		if (word.at[0] == '+' && !grace) {
			grace = true;
			if (!read_grace(r, word, part))
				return false;
		} else if (is_word(word, "-holidays") && !no_holidays) {
			no_holidays = true;
		} else {
			return refuse(r, "\"%.*s\" is not expected here", shown(word), word.at);
		}
	}
	if (no_holidays && (part->holidays & ~part->ordinary_days))
		return refuse(r, "\"%.*s\" has both holidays and -holidays", shown(text), text.at);
	if (no_holidays)
		part->holidays = 0;
	return true;
}

/*
 * Whether `next` can come on the weekday `ahead` days after a `weekday` on which `part` applies. Any day may be a
 * holiday, but one day is not both.
 */
static bool can_follow(const struct schedule_part *part, const struct schedule_part *next, int weekday, int ahead)
{
	if (ahead == 0)
		return ((part->ordinary_days & next->ordinary_days) | (part->holidays & next->holidays)) >> weekday & 1;
	return (part->ordinary_days | part->holidays) >> weekday & 1 &&
	       (next->ordinary_days | next->holidays) >> ((weekday + ahead) % 7) & 1;
}

/* Neither overlap nor a deadline past an OPENS, from each part to every one of the week after it. */
static bool check_follower(struct reading *r, const struct item *item, const struct item *next, int weekday, int ahead)
{
	const struct schedule_part *part = &item->part;
	int64_t space_ms = (next->part.opens_s - part->due_s + (int64_t)ahead * DAY_S) * SECOND;

	if (ahead == 0 && (item == next || next->part.opens_s < part->opens_s))
		return true;
	if (!can_follow(part, &next->part, weekday, ahead))
		return true;
	if (space_ms < 0)
		return refuse(r, "\"%.*s\" and \"%.*s\" overlap on %s", shown(item->text), item->text.at,
			shown(next->text), next->text.at, day_names[weekday]);
	if (part->grace_ms > space_ms)
		return refuse(r, "the deadline of \"%.*s\" on %s passes the next OPENS, \"%.*s\" on %s",
			shown(item->text), item->text.at, day_names[weekday], shown(next->text), next->text.at,
			day_names[(weekday + ahead) % 7]);
	return true;
}

static bool check_items(struct reading *r)
{
	for (int ahead = 0; ahead <= 7; ahead++)
		for (int weekday = 0; weekday < 7; weekday++)
			for (size_t i = 0; i < r->count; i++)
				for (size_t j = 0; j < r->count; j++)
					if (!check_follower(r, &r->items[i], &r->items[j], weekday, ahead))
						return false;
	return true;
}

static int part_order(const void *a, const void *b)
{
	return ((const struct schedule_part *)a)->opens_s - ((const struct schedule_part *)b)->opens_s;
}

bool schedule_parse(struct schedule *s, const char *text, enum schedule_use use, char *why, size_t why_size)
{
	struct reading r = { .use = use, .why = why, .why_size = why_size };
	struct slice rest = trim((struct slice){ text, strlen(text) });
	struct schedule read = { 0 };
	bool more = !is_word(rest, "none");

	while (more) {
		struct item item = { 0 };

		more = take(&rest, ";", &item.text);
		item.text = trim(item.text);
		if (!item.text.len)
			return refuse(&r, "a window is missing (DAYS OPENS-DUE, or none)");
		if (is_word(item.text, "none"))
			return refuse(&r, "\"none\" must stand alone");
		if (r.count == SCHEDULE_PARTS)
			return refuse(&r, "more than %d windows", SCHEDULE_PARTS);
		if (!read_part(&r, item.text, &item.part))
			return false;
		r.items[r.count++] = item;
	}
	if (!check_items(&r))
		return false;

	for (; read.count < r.count; read.count++)
		read.parts[read.count] = r.items[read.count].part;
	qsort(read.parts, read.count, sizeof(read.parts[0]), part_order);
	*s = read;
	return true;
}
