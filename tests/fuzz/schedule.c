/*
 * schedule - DAYS OPENS-DUE [+GRACE]; … (server/watch/schedule.h), as a resident's and as hours: what is read can be
 * written and is read the same, its windows follow each other, and what is refused is refused in one line.
 */
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/duration.h"
#include "server/watch/schedule.h"
#include "server/watch/schedule_words.h"
#include "tests/fuzz/fuzz.h"

#define NOON INT64_C(1795402800000) /* 2026-11-23 12:00 in Tokyo, a holiday */

enum { DAY_S = 86400, WINDOWS = 40 };

static void write_days(FILE *out, unsigned days)
{
	static const char names[7][4] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };
	bool first = true;

	for (int day = 0; day < 7; day++)
		if (days >> day & 1) {
			fprintf(out, "%s%s", first ? "" : ",", names[day]);
			first = false;
		}
}

/* One part as a text of its own; it may need two: the days that are no holidays, and the holidays. */
static void write_part(FILE *out, const struct schedule_part *p)
{
	char grace[DURATION_TEXT];

	write_days(out, p->ordinary_days);
	if (p->holidays == 0x7f && p->ordinary_days != 0x7f)
		fprintf(out, "%sholidays", p->ordinary_days ? "," : "");
	fprintf(out, " %02d:%02d:%02d-%02d:%02d:%02d", p->opens_s / 3600, p->opens_s / 60 % 60, p->opens_s % 60,
		p->due_s / 3600, p->due_s / 60 % 60, p->due_s % 60);
	if (p->grace_ms)
		fprintf(out, " +%s", duration_format(grace, p->grace_ms));
	if (!p->holidays)
		fputs(" -holidays", out);
}

static bool is_same(const struct schedule_part *a, const struct schedule_part *b)
{
	return a->ordinary_days == b->ordinary_days && a->holidays == b->holidays && a->opens_s == b->opens_s &&
	       a->due_s == b->due_s && a->grace_ms == b->grace_ms;
}

static void check_written(const struct schedule *s, enum schedule_use use)
{
	char *text = NULL, why[SCHEDULE_WHY];
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct schedule again;

	for (size_t i = 0; i < s->count; i++) {
		fputs(i ? "; " : "", out);
		write_part(out, &s->parts[i]);
	}
	if (!s->count)
		fputs("none", out);
	MUST(fclose(out) == 0);
	MUST(schedule_parse(&again, text, use, why, sizeof(why)));
	MUST(again.count == s->count);
	/* Parts that open at the same time may change places. */
	for (size_t i = 0; i < s->count; i++) {
		size_t k = 0;

		while (k < again.count && !is_same(&s->parts[i], &again.parts[k]))
			k++;
		MUST(k < again.count);
	}
	free(text);
}

static void check_part(const struct schedule_part *p, enum schedule_use use)
{
	MUST(p->opens_s >= 0 && p->opens_s < p->due_s && p->due_s <= DAY_S);
	MUST(p->grace_ms >= 0 && p->grace_ms <= 8 * DAY);
	MUST(use == SCHEDULE_CHECKIN || p->grace_ms == 0);
	MUST(p->ordinary_days <= 0x7f && p->holidays <= 0x7f && (p->ordinary_days || p->holidays));
}

/* In the order of time, none twice; the one that covers an instant is the one that begins there. */
static void check_windows(const struct schedule *s, const struct holidays *holidays)
{
	struct window w, next;
	int64_t at = NOON;

	if (!schedule_next(s, holidays, at, &w))
		return;
	for (int i = 0; i < WINDOWS; i++) {
		MUST(w.opens_at >= at && w.opens_at < w.due_at && w.due_at <= w.deadline_at);
		MUST(schedule_covers(s, holidays, w.opens_at));
		MUST(schedule_next_start(s, holidays, w.opens_at) == w.opens_at);
		MUST(schedule_covered_until(s, holidays, w.opens_at, w.opens_at + 30 * DAY) > w.opens_at);
		if (!schedule_next(s, holidays, w.opens_at + 1, &next))
			return;
		/* A deadline may not pass the next OPENS; in Tokyo no clock is ever changed. */
		MUST(next.opens_at >= w.deadline_at);
		at = w.opens_at + 1;
		w = next;
	}
}

static void check(const char *text, enum schedule_use use)
{
	static int32_t days[] = { 20780, 20795 }; /* 2026-11-23 and a day of the weeks after it */
	const struct holidays none = { 0 }, some = { days, 2 };
	char *why = malloc(SCHEDULE_WHY), words[SCHEDULE_WORDS];
	struct schedule s;

	memset(why, 0xff, SCHEDULE_WHY);
	memset(&s, 0xa5, sizeof(s));
	if (schedule_parse(&s, text, use, why, SCHEDULE_WHY)) {
		MUST(s.count <= SCHEDULE_PARTS);
		for (size_t i = 0; i < s.count; i++) {
			check_part(&s.parts[i], use);
			MUST(i == 0 || s.parts[i - 1].opens_s <= s.parts[i].opens_s);
		}
		check_written(&s, use);
		check_windows(&s, &none);
		check_windows(&s, &some);
		schedule_words(&s, "ja", words);
		FUZZ_TEXT(words);
		schedule_words(&s, "en", words);
		FUZZ_TEXT(words);
	} else {
		MUST(s.count == (size_t)0xa5a5a5a5a5a5a5a5);
		MUST(why[0] && strnlen(why, SCHEDULE_WHY) < SCHEDULE_WHY);
	}
	free(why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	fuzz_begin();
	check(text, SCHEDULE_CHECKIN);
	check(text, SCHEDULE_HOURS);
	free(text);
	return 0;
}
