/*
 * zone - instants to local dates and times and back, in the deployment's one IANA zone.
 *
 * A local date is a number of days since 1970-01-01 (`day`), a local time a number of seconds since midnight on the
 * wall clock (`second`, 0-86400; 86400 is 24:00, the next midnight). glibc does the zone arithmetic; the process has
 * one zone, set once at start before any thread (tests set it again between tests).
 */
#ifndef COMMON_ZONE_H
#define COMMON_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zone_pick { ZONE_FIRST, ZONE_SECOND }; /* which of two equal local times, when clocks go back */

bool zone_known(const char *name); /* an IANA name such as Asia/Tokyo that this machine has a file of */
bool zone_set(const char *name);   /* false, and nothing changed, if unknown */
const char *zone_name(void);

int32_t zone_day(int64_t at);    /* the local date of an instant */
int32_t zone_second(int64_t at); /* its wall-clock time, seconds since local midnight */

/* The instant of a local time. One that does not exist (clocks go forward) means the next that does. */
int64_t zone_instant(int32_t day, int32_t second, enum zone_pick pick);

/* RFC 3339 with the zone's offset, whole seconds: 2026-11-23T07:12:03+09:00 */
#define ZONE_TEXT 32
const char *zone_format(char buf[ZONE_TEXT], int64_t at);
/* Wall clock for people: 7:12 */
const char *zone_clock(char buf[ZONE_TEXT], int64_t at);

bool date_parse(const char *text, int32_t *day); /* 2026-11-23, a date that exists; nothing after it */
#define DATE_TEXT 16
const char *date_format(char buf[DATE_TEXT], int32_t day);
int date_weekday(int32_t day); /* 0 Sunday … 6 Saturday */
/* Civil date of a day number (proleptic Gregorian). */
void date_civil(int32_t day, int *year, int *month, int *mday);

#endif
