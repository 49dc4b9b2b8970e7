/* report_figures - the table. */
#include <string.h>

#include "server/watch/report_figures.h"

const char *const report_counter_names[COUNTERS] = {
#define COUNTER(name) #name,
	REPORT_COUNTERS(COUNTER)
#undef COUNTER
};

const char *const report_time_names[TIMES] = { "told", "claim", "seen" };

#define SUM(key, TEXT, unit, group)                                                       \
	{                                                                                 \
#key, unit, group, TEXT_FIGURE_##TEXT, FIGURE_SUM, COUNTER_##key, 0, true \
	}
#define STANDING(key, TEXT, unit, group)                                                       \
	{                                                                                      \
#key, unit, group, TEXT_FIGURE_##TEXT, FIGURE_STANDING, COUNTER_##key, 0, true \
	}

const struct figure figures[] = {
	STANDING(residents, RESIDENTS, "people", "service"),
	SUM(residents_new, RESIDENTS_NEW, "people", "service"),
	SUM(residents_ended, RESIDENTS_ENDED, "people", "service"),

	SUM(checkins, CHECKINS, "times", "checkins"),
	SUM(expected_ok, EXPECTED_OK, "times", "checkins"),
	SUM(expected_missed, EXPECTED_MISSED, "times", "checkins"),
	SUM(expected_paused, EXPECTED_PAUSED, "times", "checkins"),
	SUM(expected_unknown, EXPECTED_UNKNOWN, "times", "checkins"),
	{ "miss_rate", "percent", "checkins", TEXT_FIGURE_MISS_RATE, FIGURE_RATE, COUNTER_expected_missed,
		COUNTER_expected_ok, true },

	SUM(incidents_help, INCIDENTS_HELP, "cases", "incidents"),
	SUM(incidents_missed, INCIDENTS_MISSED, "cases", "incidents"),
	SUM(incidents_unwell, INCIDENTS_UNWELL, "cases", "incidents"),
	SUM(incidents_talk, INCIDENTS_TALK, "cases", "incidents"),
	SUM(questions, QUESTIONS, "cases", "incidents"),

	{ "told_median", "minutes", "times", TEXT_FIGURE_TOLD_MEDIAN, FIGURE_MEDIAN, TIME_TOLD, 0, true },
	{ "told_p90", "minutes", "times", TEXT_FIGURE_TOLD_P90, FIGURE_NINETIETH, TIME_TOLD, 0, true },
	{ "claim_median", "minutes", "times", TEXT_FIGURE_CLAIM_MEDIAN, FIGURE_MEDIAN, TIME_CLAIM, 0, true },
	{ "claim_p90", "minutes", "times", TEXT_FIGURE_CLAIM_P90, FIGURE_NINETIETH, TIME_CLAIM, 0, true },
	{ "seen_median", "minutes", "times", TEXT_FIGURE_SEEN_MEDIAN, FIGURE_MEDIAN, TIME_SEEN, 0, true },
	{ "seen_p90", "minutes", "times", TEXT_FIGURE_SEEN_P90, FIGURE_NINETIETH, TIME_SEEN, 0, true },

	SUM(safe_forgot, SAFE_FORGOT, "cases", "false_alarms"),
	SUM(safe_device, SAFE_DEVICE, "cases", "false_alarms"),
	SUM(safe_other, SAFE_OTHER, "cases", "false_alarms"),
	SUM(safe_unsaid, SAFE_UNSAID, "cases", "false_alarms"),
	SUM(outcome_checked_in, OUTCOME_CHECKED_IN, "cases", "false_alarms"),
	SUM(outcome_false_alarm, OUTCOME_FALSE_ALARM, "cases", "false_alarms"),

	SUM(outcome_safe, OUTCOME_SAFE, "cases", "outcomes"),
	SUM(outcome_away, OUTCOME_AWAY, "cases", "outcomes"),
	SUM(outcome_hospital, OUTCOME_HOSPITAL, "cases", "outcomes"),
	SUM(outcome_emergency, OUTCOME_EMERGENCY, "cases", "outcomes"),
	SUM(outcome_facility, OUTCOME_FACILITY, "cases", "outcomes"),
	SUM(outcome_deceased, OUTCOME_DECEASED, "cases", "outcomes"),
	SUM(outcome_moved, OUTCOME_MOVED, "cases", "outcomes"),
	SUM(outcome_none, OUTCOME_NONE, "cases", "outcomes"),

	STANDING(devices, DEVICES, "devices", "devices"),
	STANDING(devices_offline, DEVICES_OFFLINE, "devices", "devices"),
	STANDING(devices_battery, DEVICES_BATTERY, "devices", "devices"),
	SUM(devices_replaced, DEVICES_REPLACED, "devices", "devices"),

	SUM(visits, VISITS, "times", "contacts"),
	SUM(calls, CALLS, "times", "contacts"),

	{ "signoffs_due", "lists", "signoffs", TEXT_FIGURE_SIGNOFFS_DUE, FIGURE_SUM, COUNTER_signoffs_due, 0, false },
	{ "signoffs_kept", "lists", "signoffs", TEXT_FIGURE_SIGNOFFS_KEPT, FIGURE_SUM, COUNTER_signoffs_kept, 0,
		false },
	{ "signoff_rate", "percent", "signoffs", TEXT_FIGURE_SIGNOFF_RATE, FIGURE_SHARE, COUNTER_signoffs_kept,
		COUNTER_signoffs_due, false },

	{ "hours_visits", "hours", "volunteers", TEXT_FIGURE_HOURS_VISITS, FIGURE_HOURS, COUNTER_minutes_visits, 0,
		false },
	{ "hours_claims", "hours", "volunteers", TEXT_FIGURE_HOURS_CLAIMS, FIGURE_HOURS, COUNTER_minutes_claims, 0,
		false },
	{ "hours", "hours", "volunteers", TEXT_FIGURE_HOURS, FIGURE_HOURS_SUM, COUNTER_minutes_visits,
		COUNTER_minutes_claims, false },
};
const size_t figures_count = sizeof(figures) / sizeof(figures[0]);
_Static_assert(sizeof(figures) / sizeof(figures[0]) <= FIGURES_MOST, "more figures than FIGURES_MOST");

int figure_find(const char *key)
{
	for (size_t i = 0; i < figures_count; i++)
		if (strcmp(figures[i].key, key) == 0)
			return (int)i;
	return -1;
}

int figure_of(enum report_counter counter)
{
	for (size_t i = 0; i < figures_count; i++)
		if ((figures[i].sort == FIGURE_SUM || figures[i].sort == FIGURE_STANDING) &&
			figures[i].a == (int)counter)
			return (int)i;
	return -1;
}

const char *figure_name(const struct figure *f, const char *language)
{
	return text_get(f->name, language);
}

const char *figure_how(const struct figure *f, const char *language)
{
	return text_get((enum text_key)(f->name + 1), language);
}

const char *figure_unit(const struct figure *f, const char *language)
{
	static const struct {
		const char *unit;
		enum text_key text;
	} units[] = { { "people", TEXT_UNIT_PEOPLE }, { "times", TEXT_UNIT_TIMES }, { "cases", TEXT_UNIT_CASES },
		{ "devices", TEXT_UNIT_DEVICES }, { "percent", TEXT_UNIT_PERCENT }, { "minutes", TEXT_UNIT_MINUTES },
		{ "hours", TEXT_UNIT_HOURS }, { "lists", TEXT_UNIT_LISTS } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].unit, f->unit) == 0)
			return text_get(units[i].text, language);
	return f->unit;
}
