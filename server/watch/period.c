/* period - counted in months, so that a fiscal year is a division by twelve. */
#include "server/watch/period.h"

#include <stdio.h>
#include <string.h>

#include "common/zone.h"

enum { APRIL = 3, YEAR = 12 }; /* April as a month of its year, from 0 */

static const char *const names[] = { "month", "half", "year" };

bool period_by_parse(const char *word, enum period_by *by)
{
	for (int i = PERIOD_MONTH; i <= PERIOD_YEAR; i++)
		if (strcmp(names[i], word) == 0) {
			*by = (enum period_by)i;
			return true;
		}
	return false;
}

const char *period_by_name(enum period_by by)
{
	return names[by];
}

int32_t period_month(int32_t day)
{
	int year, month, mday;

	date_civil(day, &year, &month, &mday);
	return (year - 1970) * YEAR + month - 1;
}

int32_t period_first_day(int32_t month)
{
	char text[DATE_TEXT + 16];
	int32_t day = 0;

	snprintf(text, sizeof(text), "%04d-%02d-01", 1970 + month / YEAR, month % YEAR + 1);
	date_parse(text, &day);
	return day;
}

int32_t period_year(int32_t month)
{
	return 1970 + month / YEAR - (month % YEAR < APRIL);
}

int32_t period_april(int32_t year)
{
	return (year - 1970) * YEAR + APRIL;
}

int32_t period_months(enum period_by by)
{
	return by == PERIOD_MONTH ? 1 : by == PERIOD_HALF ? YEAR / 2 : YEAR;
}

int32_t period_begin(enum period_by by, int32_t month)
{
	int32_t april = period_april(period_year(month)), months = period_months(by);

	return april + (month - april) / months * months;
}

bool period_month_parse(const char *text, int32_t *month)
{
	char date[DATE_TEXT];
	int32_t day;

	if (strlen(text) != strlen("2026-04"))
		return false;
	snprintf(date, sizeof(date), "%s-01", text);
	if (!date_parse(date, &day) || day < 0)
		return false;
	*month = period_month(day);
	return true;
}

const char *period_format(char buf[PERIOD_TEXT], enum period_by by, int32_t begin)
{
	int32_t year = period_year(begin);

	if (by == PERIOD_MONTH)
		snprintf(buf, PERIOD_TEXT, "%04d-%02d", 1970 + begin / YEAR, begin % YEAR + 1);
	else if (by == PERIOD_HALF)
		snprintf(buf, PERIOD_TEXT, "%04d-H%d", year, begin == period_april(year) ? 1 : 2);
	else
		snprintf(buf, PERIOD_TEXT, "%04d", year);
	return buf;
}
