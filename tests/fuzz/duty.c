/*
 * duty - when a user is on duty and for which districts (server/watch/duty.h). The input: four lines, duty, districts,
 * away_from, away_to, as an import file or the store holds them.
 */
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "server/watch/duty.h"
#include "tests/fuzz/fuzz.h"

#define NOON INT64_C(1795402800000) /* 2026-11-23 12:00 in Tokyo */

static void take_line(char *to, size_t room, const uint8_t **data, size_t *size)
{
	char *line = fuzz_line(data, size);

	snprintf(to, room, "%s", line);
	free(line);
}
#define TAKE(array) take_line(array, sizeof(array), &data, &size)

static void check_districts(const struct user *u)
{
	char words[sizeof(u->districts)], *rest = words, *word;

	MUST(duty_covers(u, "") && (u->districts[0] || duty_covers(u, "D01")));
	memcpy(words, u->districts, sizeof(words));
	while ((word = strsep(&rest, " ,;")))
		MUST(duty_covers(u, word));
}

static void check_times(struct watch *w, const struct user *u)
{
	int64_t latest = NOON + 30 * DAY;

	for (int64_t now = NOON; now < NOON + 8 * DAY; now += 7 * HOUR + 13 * MINUTE + SECOND) {
		int64_t until = duty_until(w, u, now, latest);

		MUST(until <= latest && until > now);
		if (duty_has(w, u, now))
			MUST(!duty_away(u->away_from, u->away_to, now) && duty_has(w, u, until - 1));
		else
			MUST(until == latest);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct holidays holidays = { 0 };
	struct watch w = { .holidays = &holidays };
	struct user u = { .role = "coordinator" };

	fuzz_begin();
	rules_default(&w.rules);
	TAKE(u.duty);
	TAKE(u.districts);
	TAKE(u.away_from);
	TAKE(u.away_to);
	check_districts(&u);
	check_times(&w, &u);
	return 0;
}
