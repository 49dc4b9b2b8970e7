/*
 * schedule_words - the days of each window, then its times and its deadline.
 *
 * Days that follow each other become a range, seen from Monday on. Of holidays it is said only what differs from the
 * ordinary week: that they are left out, or are meant besides.
 */
#include "server/watch/schedule_words.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/text.h"

enum { ALL_DAYS = 0x7f, DAY_S = 86400, WORDS = 256 };

struct writing {
	char *to;
	size_t size, used;
	const char *language;
};

static void say(struct writing *w, const char *text)
{
	size_t len = strlen(text);

	if (w->used + len >= w->size)
		return;
	memcpy(w->to + w->used, text, len + 1);
	w->used += len;
}

static void say_text(struct writing *w, enum text_key key)
{
	say(w, text_get(key, w->language));
}

static const char *weekday(int from_monday, const char *language)
{
	static const enum text_key keys[7] = { TEXT_DAY_MON, TEXT_DAY_TUE, TEXT_DAY_WED, TEXT_DAY_THU, TEXT_DAY_FRI,
		TEXT_DAY_SAT, TEXT_DAY_SUN };

	return text_get(keys[from_monday], language);
}

/* 月〜金・日: ranges of three days and more, the others one by one. */
static void say_weekdays(struct writing *w, unsigned days)
{
	bool first = true;

	for (int day = 0; day < 7;) {
		int last = day;

		if (!(days >> ((day + 1) % 7) & 1)) {
			day++;
			continue;
		}
		while (last < 6 && days >> ((last + 2) % 7) & 1)
			last++;
		if (last == day + 1)
			last = day; /* two days are said one by one */
		if (!first)
			say_text(w, TEXT_DAYS_AND);
		first = false;
		say(w, weekday(day, w->language));
		if (last > day) {
			say_text(w, TEXT_DAYS_TO);
			say(w, weekday(last, w->language));
		}
		day = last + 1;
	}
}

static void say_days(struct writing *w, const struct schedule_part *p)
{
	if (p->ordinary_days == ALL_DAYS)
		say_text(w, TEXT_DAYS_DAILY);
	else
		say_weekdays(w, p->ordinary_days);
	if (p->holidays == p->ordinary_days)
		return;
	if (p->holidays == 0) {
		say_text(w, TEXT_DAYS_NO_HOLIDAYS);
	} else {
		if (p->ordinary_days)
			say_text(w, TEXT_DAYS_AND);
		say_text(w, TEXT_DAYS_HOLIDAYS);
	}
}

/* 7:00, 24:00, with seconds where there are any. */
static const char *clock_words(char buf[WORDS], int64_t second)
{
	int h = (int)(second / 3600), m = (int)(second / 60 % 60), s = (int)(second % 60);

	if (s)
		snprintf(buf, WORDS, "%d:%02d:%02d", h, m, s);
	else
		snprintf(buf, WORDS, "%d:%02d", h, m);
	return buf;
}

static void say_times(struct writing *w, const struct schedule_part *p)
{
	int64_t deadline_s = p->due_s + p->grace_ms / SECOND;
	char opens[WORDS], due[WORDS], deadline[WORDS], text[WORDS];
	const struct text_field fields[] = { { "opens", clock_words(opens, p->opens_s) },
		{ "due", clock_words(due, p->due_s) },
		{ "deadline", clock_words(deadline, deadline_s > DAY_S ? deadline_s - DAY_S : deadline_s) } };
	enum text_key key = !p->grace_ms          ? TEXT_SCHEDULE_TIMES
			    : deadline_s <= DAY_S ? TEXT_SCHEDULE_DEADLINE
						  : TEXT_SCHEDULE_DEADLINE_NEXT;

	text_fill(text, sizeof(text), text_get(key, w->language), fields, 3);
	say(w, text);
}

void schedule_words(const struct schedule *s, const char *language, char words[SCHEDULE_WORDS])
{
	struct writing w = { .to = words, .size = SCHEDULE_WORDS, .language = language };

	words[0] = '\0';
	if (!s->count)
		say_text(&w, TEXT_SCHEDULE_NONE);
	for (size_t i = 0; i < s->count; i++) {
		if (i)
			say_text(&w, TEXT_SCHEDULE_AND);
		say_days(&w, &s->parts[i]);
		say_times(&w, &s->parts[i]);
	}
}
