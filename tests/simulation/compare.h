/*
 * compare - the store beside the model: cheaply what the latest steps touched, and everything, now and then.
 *
 * It reads the tables by its own SQL, so that no query of the product stands between.
 */
#ifndef TESTS_SIMULATION_COMPARE_H
#define TESTS_SIMULATION_COMPARE_H

#include "tests/simulation/system.h"

/* Residents, their incidents and outcomes since the last look. False: wrong says what differs. */
bool compare_touched(struct system *s, char *wrong, size_t size);
/*
 * Every resident, pause and blind period, every open incident, each telling of those that changed, reminders, numbers
 * of all rows.
 */
bool compare_all(struct system *s, int64_t now, char *wrong, size_t size);
/* Every expectation, incident and telling there ever was: now and then, for it takes as long as there are many. */
bool compare_past(struct system *s, char *wrong, size_t size);

#endif
