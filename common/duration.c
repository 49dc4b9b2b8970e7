/*
 * duration - lengths of time as people write them.
 */
#include "common/duration.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "common/clock.h"

static const struct {
	char name;
	int64_t ms;
} units[] = { { 'd', DAY }, { 'h', HOUR }, { 'm', MINUTE }, { 's', SECOND } };

#define UNITS (sizeof units / sizeof *units)

bool duration_parse(const char *text, int64_t *ms)
{
	int64_t number = 0;
	const char *at = text;

	for (; *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, *at - '0', &number))
			return false;
	if (at == text || at[0] == '\0' || at[1] != '\0')
		return false;
	for (size_t i = 0; i < UNITS; i++)
		if (*at == units[i].name)
			return !__builtin_mul_overflow(number, units[i].ms, ms);
	return false;
}

const char *duration_format(char buf[DURATION_TEXT], int64_t ms)
{
	size_t i = 0;

	if (ms == 0) /* every unit divides it; policies write 0m */
		return snprintf(buf, DURATION_TEXT, "0m"), buf;
	while (i + 1 < UNITS && ms % units[i].ms != 0)
		i++;
	snprintf(buf, DURATION_TEXT, "%" PRId64 "%c", ms / units[i].ms, units[i].name);
	return buf;
}
