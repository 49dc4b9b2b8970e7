/*
 * enrolment_days - who would be told on the next public holiday: for each policy that residents have and each kind of
 * incident, in how many homes it would be nobody.
 *
 * A day counts for somebody if their duty or hours cover any part of it. Where no holiday is known ahead nobody is
 * judged, and enrolment.h says that.
 */
#ifndef WATCH_ENROLMENT_DAYS_H
#define WATCH_ENROLMENT_DAYS_H

#include "server/store/enrolment.h"
#include "server/watch/watch.h"

/* A policy, and a kind of incident of which it would tell nobody. */
struct enrolment_gap {
	char policy[65];
	enum incident_kind kind;
	size_t homes;
};

struct enrolment_days {
	int64_t holiday_at; /* the start of the next holiday after today; 0: none is known */
	const struct holidays *holidays;
	struct enrolment_hours *hours; /* texts judged before */
	struct enrolment_policy *policies;
	struct enrolment_staff *staff; /* by district */
	size_t hours_count, policy_count, staff_count;
	struct enrolment_gap *gaps;
	size_t gap_count;
};

void enrolment_days_begin(struct enrolment_days *d, struct watch *w, int64_t now);
void enrolment_days_end(struct enrolment_days *d);
/* Whether a watcher's hours cover part of that day. */
bool enrolment_days_hours(struct enrolment_days *d, const char *hours);
/* Judges one home; tiers: those (bits of ladder.h) with somebody whose hours cover the day. */
void enrolment_days_home(
	struct enrolment_days *d, struct watch *w, const struct enrolment_resident *home, unsigned tiers);

#endif
