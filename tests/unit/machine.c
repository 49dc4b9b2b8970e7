/* machine - every pair of state and event: where it goes, and that what is not listed goes nowhere. */
#include <string.h>

#include "server/watch/machine.h"
#include "tests/unit/test.h"

/* From none, open, claimed, closed: o open, c claimed, x closed, . nothing happens. */
static const struct {
	enum incident_event on;
	const char *goes;
} book[] = {
	{ ON_CAUSE, "o..." },
	{ ON_QUESTION, "o..." },
	{ ON_GRAVER, ".oo." }, /* a graver cause ends any claim */
	{ ON_JOIN, ".oc." },   /* an equal or lesser one changes neither claim nor step */
	{ ON_STEP, ".oc." },   /* claimed: a help held by who can only call */
	{ ON_UNREACHED, ".oc." },
	{ ON_CLAIM, ".c.." }, /* claim of a claimed one: refused before it comes here */
	{ ON_TAKE_OVER, "..c." },
	{ ON_RENEW, "..c." },
	{ ON_HAND_OVER, "..c." }, /* the claim is another's, and no step fires */
	{ ON_NUDGE, "..c." },
	{ ON_LEASE_UP, "..o." },
	{ ON_LOST, "..o." },
	{ ON_RELEASE, "..o." },
	{ ON_DECLINE, ".oc." },
	{ ON_LAST_DECLINE, ".o.." },
	{ ON_NO_ANSWER, ".oo." }, /* never an outcome */
	{ ON_NO_ANSWER_OTHER, "..c." },
	{ ON_LESSER, "..c." }, /* a watcher who is going keeps the claim */
	{ ON_LESSER_FREE, ".oo." },
	{ ON_ASK, "..c." },
	{ ON_ANSWERED, ".xx." },
	{ ON_GONE, ".xx." },
	{ ON_CLOSE, ".xx." },
};

static enum incident_state state_of(char c)
{
	switch (c) {
	case 'o': return INCIDENT_OPEN;
	case 'c': return INCIDENT_CLAIMED;
	case 'x': return INCIDENT_CLOSED;
	default: return INCIDENT_NONE;
	}
}

TEST(every_pair_of_state_and_event_goes_where_the_book_says)
{
	CHECK_INT(sizeof(book) / sizeof(book[0]), INCIDENT_EVENTS);
	for (int event = 0; event < INCIDENT_EVENTS; event++) {
		CHECK_INT(book[event].on, event);
		for (int from = INCIDENT_NONE; from <= INCIDENT_CLOSED; from++)
			CHECK_INT(incident_goes_to((enum incident_state)from, (enum incident_event)event),
				state_of(book[event].goes[from]));
	}
}

TEST(nothing_happens_to_a_closed_incident)
{
	for (int event = 0; event < INCIDENT_EVENTS; event++)
		CHECK_INT(incident_goes_to(INCIDENT_CLOSED, (enum incident_event)event), INCIDENT_NONE);
}

TEST(every_event_has_a_name_of_its_own)
{
	for (int a = 0; a < INCIDENT_EVENTS; a++)
		for (int b = 0; b < a; b++)
			CHECK(strcmp(incident_event_name((enum incident_event)a),
				      incident_event_name((enum incident_event)b)) != 0);
}
