/* invariants - one query each; its rows are the ids of what breaks it. */
#include <stdio.h>

#include "server/store/invariants.h"

#define OF_PERSON "kind IN ('help', 'missed', 'unwell', 'talk')"

static const struct invariant {
	const char *noun;   /* what the ids are of */
	const char *broken; /* what is wrong with it */
	bool open;          /* it is about open incidents */
	const char *sql;
} invariants[] = {
	{ "incident", "is open or claimed, and nothing will look at it again", true,
		"SELECT id FROM incidents WHERE state <> 'closed' AND " OF_PERSON " AND next_step_at IS NULL" },
	{ "incident", "is claimed by nobody, or without an end", true,
		"SELECT id FROM incidents WHERE state <> 'closed' AND state = 'claimed'"
		" AND (claimed_by IS NULL OR claimed_until IS NULL)" },
	{ "resident", "has more than one open incident", true,
		"SELECT resident_id FROM incidents WHERE state <> 'closed' AND " OF_PERSON
		" GROUP BY resident_id HAVING count(*) > 1" },
	{ "incident", "of a person has no resident", true,
		"SELECT id FROM incidents WHERE state <> 'closed' AND " OF_PERSON " AND resident_id IS NULL" },
	{ "incident", "of a person has no cause", true,
		"SELECT i.id FROM incidents i WHERE i.state <> 'closed' AND i." OF_PERSON
		" AND NOT EXISTS (SELECT 1 FROM causes c WHERE c.incident_id = i.id)" },

	{ "incident", "is closed at no time", false,
		"SELECT id FROM incidents WHERE state = 'closed' AND closed_at IS NULL" },
	{ "incident", "was closed without an outcome, or by a person without saying how or who saw the resident", false,
		"SELECT id FROM incidents WHERE state = 'closed' AND " OF_PERSON " AND (outcome IS NULL"
		" OR (outcome <> 'checked_in' AND (closed_by IS NULL OR how IS NULL OR seen_by IS NULL)))" },
	{ "notification", "asks somebody about an incident that is closed", false,
		"SELECT n.id FROM notifications n JOIN incidents i ON i.id = n.incident_id"
		" WHERE n.state = 'waiting' AND n.what <> 'ended' AND i.state = 'closed'" },
	{ "notification", "is about neither an incident nor an expectation, or about both", false,
		"SELECT id FROM notifications WHERE (incident_id IS NULL) = (expectation_id IS NULL)"
		" AND (what NOT IN ('test', 'unsigned') OR incident_id IS NOT NULL)" },
	{ "notification", "was sent at no time", false,
		"SELECT id FROM notifications WHERE state IN ('sent', 'seen', 'answered', 'bounced') AND sent_at IS NULL" },

	{ "resident", "is expected to check in, but no look at it will come before the deadline", false,
		"SELECT resident_id FROM residents WHERE ended_at IS NULL AND next_look > 0"
		" AND (next_look_at IS NULL OR deadline_at IS NULL OR next_look_at > deadline_at)" },
	{ "resident", "has a schedule, but nothing is expected", false,
		"SELECT resident_id FROM residents WHERE ended_at IS NULL AND lower(trim(schedule)) <> 'none'"
		" AND next_look = 0" },
	{ "resident", "is expected to check in, but the service has ended", false,
		"SELECT resident_id FROM residents WHERE ended_at IS NOT NULL AND next_look > 0" },
	{ "expectation", "was missed, but is not the cause of one incident of that resident", false,
		"SELECT e.id FROM expectations e WHERE e.outcome = 'missed' AND 1 <> (SELECT count(*) FROM causes c"
		" JOIN incidents i ON i.id = c.incident_id"
		" WHERE c.expectation_id = e.id AND i.resident_id = e.resident_id)" },
	{ "expectation", "has an outcome and no time of it, or a time and no outcome", false,
		"SELECT id FROM expectations WHERE (outcome IS NULL) <> (decided_at IS NULL)" },
};

struct report {
	void (*found)(void *context, const char *fault);
	void *context;
	int faults;
};

static void report(struct report *r, const char *fault)
{
	r->found(r->context, fault);
	r->faults++;
}

static void ask(struct store *s, const struct invariant *rule, struct report *r)
{
	struct query *q = db_query(s->db, rule->sql);
	char fault[320];

	while (db_step(q)) {
		snprintf(fault, sizeof(fault), "%s %s %s", rule->noun, db_text(q, 0), rule->broken);
		report(r, fault);
	}
}

static int check(struct store *s, bool all, void (*found)(void *, const char *), void *context)
{
	struct report r = { .found = found, .context = context };

	if (db_begin_read(s->db) && all)
		r.faults = db_integrity(s->db, found, context);
	for (size_t i = 0; i < sizeof(invariants) / sizeof(invariants[0]) && db_status(s->db) == DB_FINE; i++)
		if (all || invariants[i].open)
			ask(s, &invariants[i], &r);
	if (db_status(s->db) != DB_FINE && r.faults == 0)
		report(&r, db_why(s->db));
	db_rollback(s->db);
	return r.faults;
}

int invariants_all(struct store *s, void (*found)(void *context, const char *fault), void *context)
{
	return check(s, true, found, context);
}

int invariants_open(struct store *s, void (*found)(void *context, const char *fault), void *context)
{
	return check(s, false, found, context);
}
