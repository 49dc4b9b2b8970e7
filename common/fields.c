/* fields - see there. */
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/utf8.h"
#include "common/zone.h"
#include "common/fields.h"

enum { SAID = FIELDS_BYTES + 1024, MORNING_ENDS_S = 12 * 3600 };

void fields_init(struct fields *f, const char *language, int64_t now)
{
	f->language = language;
	f->now = now;
	f->count = f->used = 0;
}

void fields_set(struct fields *f, const char *name, const char *value)
{
	size_t i = 0, len = strlen(value);

	while (i < f->count && strcmp(f->list[i].name, name) != 0)
		i++;
	if (i == FIELDS)
		fatal("field=%s error=\"more fields than %d\"", name, FIELDS);
	len = utf8_cut(value, len, sizeof(f->bytes) - 1 - f->used);
	memcpy(f->bytes + f->used, value, len);
	f->bytes[f->used + len] = '\0';
	f->list[i] = (struct text_field){ name, f->bytes + f->used };
	if (f->used + len + 1 < sizeof(f->bytes))
		f->used += len + 1;
	f->count = i == f->count ? f->count + 1 : f->count;
}

void fields_number(struct fields *f, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	fields_set(f, name, text);
}

void fields_text(struct fields *f, const char *name, enum text_key key)
{
	fields_set(f, name, text_get(key, f->language));
}

static void format_date(const struct fields *f, char *buf, size_t size, int32_t day)
{
	char month[8], mday[8];
	const struct text_field parts[] = { { "month", month }, { "mday", mday } };
	int y, m, d;

	date_civil(day, &y, &m, &d);
	snprintf(month, sizeof(month), "%d", m);
	snprintf(mday, sizeof(mday), "%d", d);
	text_fill(buf, size, text_get(TEXT_DATE, f->language), parts, 2);
}

void fields_date(struct fields *f, const char *name, int32_t day)
{
	char text[32];

	format_date(f, text, sizeof(text), day);
	fields_set(f, name, text);
}

/* The time alone today, else with its date. */
static void set_dated(struct fields *f, const char *name, int64_t at, const char *time)
{
	char date[32], text[80];

	if (zone_day(at) == zone_day(f->now)) {
		fields_set(f, name, time);
		return;
	}
	format_date(f, date, sizeof(date), zone_day(at));
	snprintf(text, sizeof(text), "%s %s", date, time);
	fields_set(f, name, text);
}

void fields_time(struct fields *f, const char *name, int64_t at)
{
	char hour[8], minute[8], time[40];
	const struct text_field parts[] = { { "hour", hour }, { "minute", minute } };
	int32_t of_day = zone_second(at) / 60;

	snprintf(hour, sizeof(hour), "%d", (int)(of_day / 60));
	snprintf(minute, sizeof(minute), "%02d", (int)(of_day % 60));
	text_fill(time, sizeof(time), text_get(of_day % 60 ? TEXT_TIME_MINUTE : TEXT_TIME_HOUR, f->language), parts, 2);
	if (at)
		set_dated(f, name, at, time);
	else
		fields_set(f, name, "");
}

void fields_clock(struct fields *f, const char *name, int64_t at)
{
	char time[ZONE_TEXT];

	if (at)
		set_dated(f, name, at, zone_clock(time, at));
	else
		fields_set(f, name, "");
}

void fields_when(struct fields *f, const char *name, int64_t due_at)
{
	int32_t day = zone_day(due_at), today = zone_day(f->now);
	char date[32], text[64];
	const struct text_field part = { "date", date };

	if (day == today && zone_second(due_at) < MORNING_ENDS_S) {
		fields_text(f, name, TEXT_WHEN_MORNING);
	} else if (day == today) {
		fields_text(f, name, TEXT_WHEN_TODAY);
	} else if (day == today - 1) {
		fields_text(f, name, TEXT_WHEN_YESTERDAY);
	} else {
		format_date(f, date, sizeof(date), day);
		text_fill(text, sizeof(text), text_get(TEXT_WHEN_DATE, f->language), &part, 1);
		fields_set(f, name, text);
	}
}

void fields_say(const struct fields *f, FILE *out, enum text_key key)
{
	char *text = malloc(SAID);

	if (!text)
		fatal("error=\"out of memory\"");
	text_fill(text, SAID, text_get(key, f->language), f->list, f->count);
	fputs(text, out);
	free(text);
}

void fields_say_line(const struct fields *f, FILE *out, enum text_key key)
{
	fields_say(f, out, key);
	fputc('\n', out);
}
