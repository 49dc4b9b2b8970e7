/*
 * town - the town that a seed gives: plans of the week, policies, residents, watchers, staff; as the model knows them.
 * What they are called, and how they are written into the record, is said here too, in plain text.
 */
#ifndef TESTS_SIMULATION_TOWN_H
#define TESTS_SIMULATION_TOWN_H

#include "tests/simulation/model.h"

struct dice {
	uint64_t state;
};
uint64_t dice_roll(struct dice *d);
int dice_below(struct dice *d, int n);           /* 0 … n-1 */
bool dice_chance(struct dice *d, double chance); /* 0 never, 1 always */

/* Plans: schedules of residents, hours of watchers, duties of users. */
enum { TOWN_SCHEDULES = 12, TOWN_HOURS = 6, TOWN_DUTIES = 6 };
enum { TOWN_FIRST_HOURS = TOWN_SCHEDULES, TOWN_FIRST_DUTY = TOWN_SCHEDULES + TOWN_HOURS };
extern const struct m_plan town_plans[];

enum { TOWN_POLICIES = 6, TOWN_BUILT_IN = 3, TOWN_LADDERS = 6, TOWN_DISTRICTS = 3 };
extern const char *const town_policies[TOWN_POLICIES]; /* the first three are built in */
/* One of the ladders that a policy of the town may have for a kind. */
void town_ladder(struct m_policy *p, int kind, int ladder);
extern const char *const town_kinds[];               /* help missed unwell talk pause device blind */
const char *town_tell(char text[64], unsigned tell); /* resident+tier1+… */

/* Fills the model's tables; model_begin is the caller's. */
void town_draw(struct model *m, uint64_t seed, int residents);

#define TOWN_NAME 48
const char *town_person(char name[TOWN_NAME], int person);               /* watcher:W0012 */
const char *town_address(char name[TOWN_NAME], int person, int channel); /* mail:W0012.a@example.jp */
bool town_find_person(const char *name, int *person);
bool town_find_channel(const char *address, int person, int *channel);

#endif
