/* town - see there. */
#include "tests/simulation/town.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t dice_roll(struct dice *d)
{
	uint64_t z = d->state += UINT64_C(0x9E3779B97F4A7C15); /* splitmix64 */

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

int dice_below(struct dice *d, int n)
{
	return (int)(dice_roll(d) % (uint64_t)n);
}

bool dice_chance(struct dice *d, double chance)
{
	return (double)(dice_roll(d) >> 11) * 0x1p-53 < chance;
}

#define AT(h, min) ((h)*60 + (min))

const struct m_plan town_plans[] = {
	/* schedules; the first is what an empty cell means */
	{ "", 1, { { M_DAILY, AT(3, 0), AT(10, 0), 30 } } },
	{ "daily 05:00-09:00 +1h", 1, { { M_DAILY, AT(5, 0), AT(9, 0), 60 } } },
	{ "daily 06:00-12:00 +2h", 1, { { M_DAILY, AT(6, 0), AT(12, 0), 120 } } },
	{ "mon-fri 06:00-09:00 +30m; sat,sun 07:00-11:00 +1h", 2,
		{ { M_WORKDAYS, AT(6, 0), AT(9, 0), 30 }, { M_WEEKEND, AT(7, 0), AT(11, 0), 60 } } },
	{ "daily 06:00-10:00 +30m; daily 16:00-20:00 +1h", 2,
		{ { M_DAILY, AT(6, 0), AT(10, 0), 30 }, { M_DAILY, AT(16, 0), AT(20, 0), 60 } } },
	{ "daily 08:00-20:00", 1, { { M_DAILY, AT(8, 0), AT(20, 0), 0 } } },
	{ "mon,wed,fri 09:00-17:00 +2h", 1, { { M_MON | M_WED | M_FRI, AT(9, 0), AT(17, 0), 120 } } },
	{ "daily 18:00-24:00 +1h", 1, { { M_DAILY, AT(18, 0), AT(24, 0), 60 } } },
	{ "daily 00:00-23:00 +30m", 1, { { M_DAILY, AT(0, 0), AT(23, 0), 30 } } },
	{ "mon 06:00-20:00 +2h", 1, { { M_MON, AT(6, 0), AT(20, 0), 120 } } },
	{ "daily 02:15-02:45 +10m; daily 09:00-11:00 +20m", 2,
		{ { M_DAILY, AT(2, 15), AT(2, 45), 10 }, { M_DAILY, AT(9, 0), AT(11, 0), 20 } } },
	{ "none", 0, { { 0, 0, 0, 0 } } },
	/* hours */
	{ "", 1, { { M_DAILY, AT(7, 0), AT(21, 0), 0 } } },
	{ "daily 09:00-17:00", 1, { { M_DAILY, AT(9, 0), AT(17, 0), 0 } } },
	{ "mon-fri 18:00-22:00; sat,sun 08:00-20:00", 2,
		{ { M_WORKDAYS, AT(18, 0), AT(22, 0), 0 }, { M_WEEKEND, AT(8, 0), AT(20, 0), 0 } } },
	{ "daily 00:00-24:00", 1, { { M_DAILY, 0, AT(24, 0), 0 } } },
	{ "sat,sun 10:00-16:00", 1, { { M_WEEKEND, AT(10, 0), AT(16, 0), 0 } } },
	{ "none", 0, { { 0, 0, 0, 0 } } },
	/* duties */
	{ "", 1, { { M_WORKDAYS, AT(8, 30), AT(17, 15), 0 } } },
	{ "daily 08:00-20:00", 1, { { M_DAILY, AT(8, 0), AT(20, 0), 0 } } },
	{ "mon-fri 12:00-21:00; sat 09:00-13:00", 2,
		{ { M_WORKDAYS, AT(12, 0), AT(21, 0), 0 }, { M_SAT, AT(9, 0), AT(13, 0), 0 } } },
	{ "daily 20:00-24:00; daily 00:00-02:00", 2,
		{ { M_DAILY, 0, AT(2, 0), 0 }, { M_DAILY, AT(20, 0), AT(24, 0), 0 } } },
	{ "daily 00:00-24:00", 1, { { M_DAILY, 0, AT(24, 0), 0 } } },
	{ "none", 0, { { 0, 0, 0, 0 } } },
};

const char *const town_policies[TOWN_POLICIES] = { "default", "neighbour_first", "gentle", "p3", "p4", "p5" };
const char *const town_kinds[] = { "help", "missed", "unwell", "talk", "pause", "device", "blind" };

const char *town_tell(char text[64], unsigned tell)
{
	static const char *const names[] = { "resident", "tier1", "tier2", "tier3", "staff" };

	text[0] = '\0';
	for (int k = 0; k < 5; k++)
		if (tell >> k & 1)
			snprintf(text + strlen(text), 64 - strlen(text), "%s%s", text[0] ? "+" : "", names[k]);
	return text;
}

static void add_step(struct m_policy *p, int kind, int after, unsigned tell)
{
	int n = p->kinds[kind].count++;

	p->kinds[kind].steps[n].after = after;
	p->kinds[kind].steps[n].tell = tell;
}

void town_ladder(struct m_policy *p, int kind, int ladder)
{
	p->kinds[kind].count = 0;
	switch (ladder) {
	case 0: break; /* as the standard says */
	case 1:
		add_step(p, kind, 0, M_TO_TIER1);
		add_step(p, kind, 20, M_TO_TIER2);
		add_step(p, kind, 45, M_TO_TIER3 | M_TO_STAFF);
		break;
	case 2:
		add_step(p, kind, 0, M_TO_RESIDENT | M_TO_TIER1 | M_TO_TIER2);
		add_step(p, kind, 60, M_TO_STAFF);
		break;
	case 3:
		add_step(p, kind, 10, M_TO_STAFF);
		add_step(p, kind, 11, M_TO_TIER1);
		add_step(p, kind, 240, M_TO_TIERS | M_TO_STAFF);
		break;
	case 4:
		add_step(p, kind, 0, M_TO_STAFF);
		add_step(p, kind, 15, M_TO_TIER2);
		add_step(p, kind, 15, M_TO_TIER3);
		break;
	case 5: add_step(p, kind, 0, M_TO_TIER1 | M_TO_TIER3); break;
	default: abort();
	}
}

static void built_in(struct m_policy *p)
{
	add_step(&p[0], M_MISSED, 0, M_TO_RESIDENT | M_TO_STAFF);
	add_step(&p[0], M_MISSED, 30, M_TO_TIER1);
	add_step(&p[0], M_MISSED, 60, M_TO_TIER2 | M_TO_STAFF);
	add_step(&p[0], M_MISSED, 90, M_TO_TIER3 | M_TO_STAFF);
	add_step(&p[0], M_HELP, 0, M_TO_TIERS | M_TO_STAFF);
	add_step(&p[0], M_UNWELL, 0, M_TO_STAFF);
	add_step(&p[0], M_TALK, 0, M_TO_STAFF);
	add_step(&p[1], M_MISSED, 0, M_TO_RESIDENT | M_TO_TIER1);
	add_step(&p[1], M_MISSED, 30, M_TO_TIER2);
	add_step(&p[1], M_MISSED, 60, M_TO_TIER3 | M_TO_STAFF);
	add_step(&p[2], M_MISSED, 0, M_TO_RESIDENT);
	add_step(&p[2], M_MISSED, 120, M_TO_STAFF);
}

static void draw_resident(struct model *m, struct dice *d, int r)
{
	struct m_resident *one = &m->residents[r];

	one->plan = dice_below(d, TOWN_SCHEDULES);
	if (one->plan == TOWN_SCHEDULES - 1 && dice_chance(d, 0.7))
		one->plan = 0;
	one->policy = dice_chance(d, 0.4) ? 0 : dice_below(d, TOWN_POLICIES);
	one->district = dice_below(d, TOWN_DISTRICTS);
	one->consents = dice_chance(d, 0.93);
	one->passive = dice_chance(d, 0.1);
	one->channels = dice_chance(d, 0.2);
}

static void draw_links(struct model *m, struct dice *d, int r)
{
	int n = dice_below(d, 5), k = 0; /* 0 to 4 watchers */
	struct m_link *links = calloc((size_t)n + 1, sizeof(*links));

	for (int tries = 0; tries < n; tries++) {
		int watcher = dice_below(d, m->watchers_n), j = 0;

		while (j < k && links[j].watcher != watcher)
			j++;
		if (j < k || m->watchers[watcher].resident == r)
			continue;
		links[k].watcher = watcher;
		links[k].tier = 1 + dice_below(d, 3);
		links[k].can = dice_chance(d, 0.75) ? M_GOES : dice_chance(d, 0.6) ? M_CALLS : M_KNOWS;
		k++;
		m->watchers[watcher].links[M_MORE(m->watchers[watcher].links, m->watchers[watcher].links_n)] = r;
	}
	links[k].watcher = M_NOBODY;
	m->links[r] = links;
}

static void draw_watcher(struct model *m, struct dice *d, int w)
{
	struct m_watcher *one = &m->watchers[w];

	one->resident = dice_chance(d, 0.12) ? dice_below(d, m->residents_n) : -1;
	one->hours = TOWN_FIRST_HOURS + (dice_chance(d, 0.6) ? 0 : dice_below(d, TOWN_HOURS));
	one->channels = dice_chance(d, 0.04) ? 0 : 1 + dice_chance(d, 0.4);
	one->night = dice_chance(d, 0.2);
	one->named = dice_chance(d, 0.4);
	one->summary = dice_chance(d, 0.1);
}

void town_draw(struct model *m, uint64_t seed, int residents)
{
	struct dice d = { seed * 7919 + 1 };

	*m = (struct model){ .plans = town_plans, .residents_n = residents, .watchers_n = residents, .users_n = 7 };
	m->policies = calloc(TOWN_POLICIES, sizeof(*m->policies));
	m->residents = calloc((size_t)residents, sizeof(*m->residents));
	m->watchers = calloc((size_t)m->watchers_n, sizeof(*m->watchers));
	m->users = calloc((size_t)m->users_n, sizeof(*m->users));
	built_in(m->policies);
	for (int p = TOWN_BUILT_IN; p < TOWN_POLICIES; p++)
		for (int kind = 0; kind < 4; kind++)
			town_ladder(&m->policies[p], kind, dice_below(&d, TOWN_LADDERS));
	for (int w = 0; w < m->watchers_n; w++)
		draw_watcher(m, &d, w);
	for (int r = 0; r < residents; r++) {
		draw_resident(m, &d, r);
		draw_links(m, &d, r);
	}
	for (int u = 0; u < m->users_n; u++) {
		struct m_user *one = &m->users[u];

		one->duty = TOWN_FIRST_DUTY + (u < 2 ? 0 : u == 2 ? 1 : dice_below(&d, TOWN_DUTIES));
		one->channels = u == 6 ? 0 : 1 + dice_chance(&d, 0.3);
		one->coordinator = u == 3 || u == 5;
		one->districts = u < 2 ? 0 : 1 + (unsigned)dice_below(&d, (1 << TOWN_DISTRICTS) - 1);
	}
}

const char *town_person(char name[TOWN_NAME], int person)
{
	static const char *const forms[] = { "resident:R%04d", "watcher:W%04d", "user:U%04d" };

	snprintf(name, TOWN_NAME, forms[M_SORT(person)], M_INDEX(person));
	return name;
}

const char *town_address(char name[TOWN_NAME], int person, int channel)
{
	static const char letters[] = "RWU";

	if (M_SORT(person) == M_IS_RESIDENT && channel == 0)
		snprintf(name, TOWN_NAME, "device:b-R%04d", M_INDEX(person));
	else
		snprintf(name, TOWN_NAME, "mail:%c%04d.%c@example.jp", letters[M_SORT(person)], M_INDEX(person),
			'a' + channel);
	return name;
}

bool town_find_person(const char *name, int *person)
{
	static const char *const forms[] = { "resident:R%d", "watcher:W%d", "user:U%d" };
	int n;

	for (int sort = 0; sort < 3; sort++)
		if (sscanf(name, forms[sort], &n) == 1) {
			*person = sort * 100000 + n;
			return true;
		}
	return false;
}

bool town_find_channel(const char *address, int person, int *channel)
{
	char name[TOWN_NAME];

	for (*channel = 0; *channel < 2; ++*channel)
		if (strcmp(town_address(name, person, *channel), address) == 0)
			return true;
	return false;
}
