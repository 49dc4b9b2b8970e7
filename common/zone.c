/*
 * zone - instants to local dates and times and back, in the deployment's one IANA zone.
 *
 * Everything rests on one question, the offset from UTC at an instant, which glibc answers from the zone's file.
 * mktime is not used: it leaves open which of two equal local times it means, and what one that does not exist becomes.
 *
 * glibc reads the rule of the zone's end anew for each question, so each thread remembers the offsets of the days it
 * asked about: a day of UTC that begins and ends with one offset has it all day.
 */
#include "common/zone.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/memory.h"

#define DAY_S 86400

enum { DAYS_KNOWN = 64 };

static char current[64];
static atomic_uint zones_set; /* how often: what was remembered before says nothing */

/* glibc itself would silently read UTC for a name it does not know. */
bool zone_known(const char *name)
{
	const char *folder = getenv("TZDIR");
	char path[PATH_MAX], magic[4] = "";
	size_t allowed = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");

	if (name[0] == '\0' || name[0] == '/' || name[allowed] != '\0' || strlen(name) >= sizeof current)
		return false;
	int len = snprintf(path, sizeof path, "%s/%s", folder ? folder : "/usr/share/zoneinfo", name);
	if (len >= (int)sizeof path)
		return false;
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return memory_file_error(path), false;
	bool whole = fread(magic, sizeof magic, 1, file) == 1;
	fclose(file);
	return whole && memcmp(magic, "TZif", sizeof magic) == 0;
}

/*
 * A zone's file that glibc found no memory for it takes for missing, and the name for a rule of its own: "Asia" for
 * Asia/Tokyo, at UTC. No zone of the world has such an abbreviation.
 */
static bool was_read(const char *name)
{
	size_t region = strcspn(name, "/");
	time_t epoch = 0;
	struct tm tm;

	return !name[region] || !localtime_r(&epoch, &tm) || strlen(tm.tm_zone) != region ||
	       strncmp(tm.tm_zone, name, region) != 0;
}

bool zone_set(const char *name)
{
	if (!zone_known(name))
		return false;
	if (setenv("TZ", name, 1) != 0)
		fatal("setenv=TZ error=%m");
	tzset();
	if (!was_read(name))
		fatal("zone=%s error=\"out of memory\"", name);
	snprintf(current, sizeof(current), "%s", name);
	atomic_fetch_add(&zones_set, 1);
	return true;
}

const char *zone_name(void)
{
	return current;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static struct tm local(int64_t second)
{
	time_t t = (time_t)second;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		fatal("localtime=%lld error=%m", (long long)t);
	return tm;
}

static int64_t offset(int64_t second)
{
	static _Thread_local struct {
		unsigned zone;
		bool all_day;
		int64_t day, offset;
	} days[DAYS_KNOWN];
	int64_t day = floor_div(second, DAY_S);
	unsigned zone = atomic_load_explicit(&zones_set, memory_order_relaxed) + 1, at = (uint64_t)day % DAYS_KNOWN;

	if (days[at].zone != zone || days[at].day != day) {
		days[at].zone = zone;
		days[at].day = day;
		days[at].offset = local(day * DAY_S).tm_gmtoff;
		days[at].all_day = days[at].offset == local((day + 1) * DAY_S - 1).tm_gmtoff;
	}
	return days[at].all_day ? days[at].offset : local(second).tm_gmtoff;
}

/* What the wall clock shows at an instant, as seconds since 1970-01-01 00:00 on that same clock. */
static int64_t wall(int64_t second)
{
	return second + offset(second);
}

int32_t zone_day(int64_t at)
{
	return (int32_t)floor_div(wall(floor_div(at, SECOND)), DAY_S);
}

int32_t zone_second(int64_t at)
{
	int64_t shown = wall(floor_div(at, SECOND));

	return (int32_t)(shown - floor_div(shown, DAY_S) * DAY_S);
}

/* The first instant in (before, after] at which the wall clock shows `wanted` or more: the change that skipped it. */
static int64_t next_that_exists(int64_t before, int64_t after, int64_t wanted)
{
	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (wall(middle) >= wanted)
			after = middle;
		else
			before = middle;
	}
	return after;
}

int64_t zone_instant(int32_t day, int32_t second, enum zone_pick pick)
{
	int64_t wanted = (int64_t)day * DAY_S + second;
	/* No offset reaches a day, so both lie surely on either side; the offset around is one of these two. */
	int64_t before = wanted - DAY_S, after = wanted + DAY_S;
	int64_t one = wanted - offset(before), other = wanted - offset(after);
	bool one_is = wall(one) == wanted, other_is = wall(other) == wanted;
	int64_t found;

	if (one_is && other_is)
		found = (one < other) == (pick == ZONE_FIRST) ? one : other;
	else if (one_is || other_is)
		found = one_is ? one : other;
	else
		found = next_that_exists(before, after, wanted);
	return found * SECOND;
}

const char *zone_format(char buf[ZONE_TEXT], int64_t at)
{
	struct tm tm = local(floor_div(at, SECOND));
	long minutes = labs(tm.tm_gmtoff) / 60;
	size_t len = strftime(buf, ZONE_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);

	snprintf(buf + len, ZONE_TEXT - len, "%c%02ld:%02ld", tm.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
	return buf;
}

const char *zone_clock(char buf[ZONE_TEXT], int64_t at)
{
	int32_t minute = zone_second(at) / 60;

	snprintf(buf, ZONE_TEXT, "%d:%02d", minute / 60, minute % 60);
	return buf;
}

/* Days from 1970-01-01; years begin in March, so that the leap day is a year's last. */
static int32_t day_of(int year, int month, int mday)
{
	int64_t y = year - (month <= 2);
	int64_t era = floor_div(y, 400), of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + mday - 1;

	return (int32_t)(era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468);
}

void date_civil(int32_t day, int *year, int *month, int *mday)
{
	int64_t days = (int64_t)day + 719468;
	int64_t era = floor_div(days, 146097), of_era = days - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*mday = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

bool date_parse(const char *text, int32_t *day)
{
	int part[3] = { 0 }, year, month, mday;
	static const char shape[] = "0000-11-22";

	for (size_t i = 0; i < sizeof shape - 1; i++) {
		if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
		if (shape[i] != '-')
			part[shape[i] - '0'] = part[shape[i] - '0'] * 10 + (text[i] - '0');
	}
	if (text[sizeof shape - 1] != '\0' || part[1] < 1 || part[1] > 12)
		return false;
	int32_t found = day_of(part[0], part[1], part[2]);
	date_civil(found, &year, &month, &mday);
	if (month != part[1]) /* 02-30 became 03-02 */
		return false;
	*day = found;
	return true;
}

const char *date_format(char buf[DATE_TEXT], int32_t day)
{
	int year, month, mday;

	date_civil(day, &year, &month, &mday);
	snprintf(buf, DATE_TEXT, "%04d-%02d-%02d", year, month, mday);
	return buf;
}

int date_weekday(int32_t day)
{
	return (int)(((int64_t)day + 4) % 7 + 7) % 7;
}
