/*
 * words - what stands in the cells of the shell's lists, from common/text.h, in the configured language.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "common/text.h"
#include "server/cli/grid.h"
#include "server/watch/daily.h"

#define WORDS 512

const char *words_state(enum daily_state state, const char *language);
enum grid_colour words_colour(enum daily_state state);
const char *words_kind(enum incident_kind kind, const char *language);
const char *words_press(const char *kind, const char *language); /* of a check-in; "" for ok: there is nothing to say */
const char *words_how(const char *how, const char *language);
const char *words_outcome(const char *outcome, const char *language);
const char *words_trouble(const char *trouble, const char *language);

/* 7:12 on the day itself, else with the date before it; at midnight after it 24:00; "" for 0. */
const char *words_time(char buf[WORDS], int64_t at, int32_t day, const char *language);
const char *words_date(char buf[WORDS], int32_t day, const char *language); /* 11月23日 */

/* What is being done about an incident. */
struct handling {
	bool claimed, calling, no_answer, reached;
	const char *who; /* the claimant's name */
	int64_t until_at;
};
const char *words_handling(char buf[WORDS], const struct handling *h, int32_t day, const char *language);
/* The same of an incident that is open, as it is stored. */
const char *words_open(char buf[WORDS], struct watch *w, const struct incident *i, int32_t day, const char *language);
/* How it was closed: 済（電話・田中 10:41） */
const char *words_handled(
	char buf[WORDS], const char *how, const char *by, int64_t at, int32_t day, const char *language);

/* A text filled with one number. */
const char *words_number(char buf[WORDS], enum text_key key, const char *name, int64_t number, const char *language);

#endif
