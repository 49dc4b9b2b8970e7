/* words - the shell's cells in the reader's language. */
#include "server/cli/words.h"

#include <string.h>

#include "common/zone.h"
#include "server/store/incident_list.h"
#include "server/watch/incident.h"
#include "server/watch/telling.h"

const char *words_state(enum daily_state state, const char *language)
{
	static const enum text_key keys[DAILY_STATES] = { TEXT_STATE_HELP, TEXT_STATE_MISSED, TEXT_STATE_UNKNOWN,
		TEXT_STATE_LATE, TEXT_STATE_WAITING, TEXT_STATE_OK, TEXT_STATE_PAUSED, TEXT_STATE_UNSCHEDULED };

	return text_get(keys[state], language);
}

enum grid_colour words_colour(enum daily_state state)
{
	static const enum grid_colour colours[DAILY_STATES] = { GRID_RED, GRID_RED, GRID_MAGENTA, GRID_YELLOW,
		GRID_PLAIN, GRID_GREEN, GRID_FAINT, GRID_FAINT };

	return colours[state];
}

const char *words_kind(enum incident_kind kind, const char *language)
{
	static const enum text_key keys[INCIDENT_KINDS] = { TEXT_KIND_HELP, TEXT_KIND_MISSED, TEXT_KIND_UNWELL,
		TEXT_KIND_TALK, TEXT_KIND_PAUSE, TEXT_KIND_DEVICE, TEXT_KIND_BLIND, TEXT_KIND_AREA };

	return text_get(keys[kind], language);
}

/* A word of the store and the text for it; a list of them ends with a NULL word. */
struct named {
	const char *word;
	enum text_key key;
};

static const char *find(const struct named *list, const char *word, const char *language)
{
	for (; list->word; list++)
		if (strcmp(list->word, word) == 0)
			return text_get(list->key, language);
	return "";
}

const char *words_press(const char *kind, const char *language)
{
	static const struct named kinds[] = { { "unwell", TEXT_KIND_UNWELL }, { "talk", TEXT_KIND_TALK },
		{ "help", TEXT_KIND_HELP }, { "activity", TEXT_KIND_ACTIVITY }, { NULL, TEXT_KIND_OK } };

	return find(kinds, kind, language);
}

const char *words_how(const char *how, const char *language)
{
	static const struct named hows[] = { { "face", TEXT_HOW_FACE }, { "phone", TEXT_HOW_PHONE },
		{ "voice", TEXT_HOW_VOICE }, { "kin", TEXT_HOW_KIN }, { "authority", TEXT_HOW_AUTHORITY },
		{ NULL, TEXT_HOW_FACE } };

	return find(hows, how, language);
}

const char *words_outcome(const char *outcome, const char *language)
{
	static const struct named outcomes[] = { { "safe", TEXT_OUTCOME_SAFE }, { "away", TEXT_OUTCOME_AWAY },
		{ "hospital", TEXT_OUTCOME_HOSPITAL }, { "emergency", TEXT_OUTCOME_EMERGENCY },
		{ "facility", TEXT_OUTCOME_FACILITY }, { "deceased", TEXT_OUTCOME_DECEASED },
		{ "moved", TEXT_OUTCOME_MOVED }, { "false_alarm", TEXT_OUTCOME_FALSE_ALARM },
		{ "checked_in", TEXT_OUTCOME_CHECKED_IN }, { "answered", TEXT_OUTCOME_ANSWERED },
		{ NULL, TEXT_OUTCOME_SAFE } };

	return find(outcomes, outcome, language);
}

const char *words_trouble(const char *trouble, const char *language)
{
	static const struct named troubles[] = { { "offline", TEXT_TROUBLE_OFFLINE },
		{ "battery", TEXT_TROUBLE_BATTERY }, { "rejected", TEXT_TROUBLE_REJECTED },
		{ NULL, TEXT_TROUBLE_OFFLINE } };

	return find(troubles, trouble, language);
}

static const char *fill(
	char buf[WORDS], enum text_key key, const char *language, const struct text_field *fields, size_t n)
{
	text_fill(buf, WORDS, text_get(key, language), fields, n);
	return buf;
}

const char *words_date(char buf[WORDS], int32_t day, const char *language)
{
	char month[8], mday[8];
	int y, m, d;

	date_civil(day, &y, &m, &d);
	snprintf(month, sizeof(month), "%d", m);
	snprintf(mday, sizeof(mday), "%d", d);
	return fill(buf, TEXT_DATE, language, (struct text_field[]){ { "month", month }, { "mday", mday } }, 2);
}

const char *words_time(char buf[WORDS], int64_t at, int32_t day, const char *language)
{
	char clock[ZONE_TEXT], date[WORDS];

	if (!at)
		buf[0] = '\0';
	else if (zone_day(at) == day)
		snprintf(buf, WORDS, "%s", zone_clock(clock, at));
	else if (at == zone_instant(day + 1, 0, ZONE_FIRST))
		snprintf(buf, WORDS, "24:00");
	else
		snprintf(buf, WORDS, "%s %s", words_date(date, zone_day(at), language), zone_clock(clock, at));
	return buf;
}

const char *words_handling(char buf[WORDS], const struct handling *h, int32_t day, const char *language)
{
	char until[WORDS];
	const struct text_field fields[] = { { "who", h->who },
		{ "until", words_time(until, h->until_at, day, language) } };

	return fill(buf,
		h->claimed     ? h->calling    ? TEXT_HANDLING_CALLING
				 : h->until_at ? TEXT_HANDLING_GOING
					       : TEXT_HANDLING_WENT
		: !h->reached  ? TEXT_HANDLING_NOBODY
		: h->no_answer ? TEXT_HANDLING_NO_ANSWER
			       : TEXT_HANDLING_NONE,
		language, fields, 2);
}

const char *words_open(char buf[WORDS], struct watch *w, const struct incident *i, int32_t day, const char *language)
{
	char name[PERSON_NAME] = "", act[32];
	struct handling h = { .claimed = i->state == INCIDENT_CLAIMED,
		.calling = incident_is_call(i->claimed_by, i->claim_call),
		.reached = i->reached,
		.who = name,
		.until_at = i->claimed_until };

	if (h.claimed)
		telling_name(w, i->claimed_by, name);
	incident_list_last_act(w->store, i->id, act);
	h.no_answer = strcmp(act, "no_answer") == 0;
	return words_handling(buf, &h, day, language);
}

const char *words_handled(
	char buf[WORDS], const char *how, const char *by, int64_t at, int32_t day, const char *language)
{
	char time[WORDS];

	return fill(buf, TEXT_HANDLING_DONE, language,
		(struct text_field[]){ { "how", words_how(how, language) }, { "who", by },
			{ "time", words_time(time, at, day, language) } },
		3);
}

const char *words_number(char buf[WORDS], enum text_key key, const char *name, int64_t number, const char *language)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	return fill(buf, key, language, (struct text_field[]){ { name, text } }, 1);
}
