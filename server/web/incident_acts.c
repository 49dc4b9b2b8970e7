/*
 * incident_acts - what staff do about an incident: claim, release, report, close, note, hand over.
 *
 * The rules decide and refuse; each act is one transaction, audited, and answers with the incident as it is then.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/watch/json.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/incidents.h"
#include "server/web/streams.h"
#include "server/web/watchers.h"

enum { NOTE = 1000 };

/* The incident and nothing else wrong with what was asked. False: it was replied. */
static bool begin(struct call *c, struct incident *i)
{
	int64_t id;

	return call_id(c, 0, &id) && call_incident(c, id, i) && body_ends(c) && call_begin(c);
}

/*
 * The end of each: the rule said yes or no. The answer is read before the commit: what this act made of the incident,
 * and nothing that others do to it right after; and where it cannot be read, nothing was done.
 */
static void finish(struct call *c, const struct incident *i, bool done, const struct refusal *no, const char *what,
	const char *detail)
{
	struct incident now;
	char about[160];
	cJSON *object;

	if (!done) {
		reply_refusal(c, no);
		return;
	}
	snprintf(about, sizeof(about), "incident %" PRId64 "%s%s", i->id, *detail ? ": " : "", detail);
	call_audit(c, what, i->resident_id, about, "");
	if (!i->resident_id[0]) /* the answer shows whom it lists */
		incident_audit(c, i, "read");
	if (!incidents_find(call_store(c), i->id, &now)) {
		reply_store(c);
		return;
	}
	object = incident_whole(c, &now);
	if (call_commit(c))
		reply_json(c, 200, object);
	else
		cJSON_Delete(object);
}

void incidents_claim(struct call *c)
{
	struct refusal no = { 0 };
	struct incident i;

	if (begin(c, &i))
		finish(c, &i, incident_claim(call_watch(c), i.id, call_caller(c)->person, call_now(c), &no), &no,
			"claim", "");
}

void incidents_release(struct call *c)
{
	struct refusal no = { 0 };
	struct incident i;

	if (begin(c, &i))
		finish(c, &i, incident_release(call_watch(c), i.id, call_caller(c)->person, call_now(c), &no), &no,
			"release", "");
}

static enum report report_of(const char *word)
{
	static const char *const words[] = { "seen", "heard", "no_answer", "needs_help" };
	size_t k = 0;

	while (k < REPORT_NEEDS_HELP && strcmp(words[k], word) != 0)
		k++;
	return (enum report)k;
}

void incidents_report(struct call *c)
{
	const char *result = body_word(c, "result", "seen heard no_answer needs_help", BODY_NEEDED);
	const char *how = body_word(c, "how", "phone voice", BODY_MAY), *note = body_text(c, "note", NOTE, BODY_MAY);
	struct refusal no = { 0 };
	struct incident i;

	if (begin(c, &i))
		finish(c, &i,
			incident_report(call_watch(c), i.id, call_caller(c)->person, report_of(result), how, note,
				call_now(c), &no),
			&no, "report", result);
}

void incidents_close(struct call *c)
{
	struct closing closing = {
		.outcome = body_word(c, "outcome",
			"safe away hospital emergency facility deceased moved false_alarm answered", BODY_NEEDED),
		.cause = body_word(c, "cause", "forgot device other", BODY_MAY),
		.how = body_word(c, "how", "face phone voice kin authority", BODY_MAY),
		.seen_by = body_text(c, "seen_by", PERSON_NAME - 1, BODY_MAY),
		.until = body_date(c, "until", BODY_MAY),
		.note = body_text(c, "note", NOTE, BODY_MAY),
		.by = call_caller(c)->person,
	};
	struct refusal no = { 0 };
	struct incident i;

	if (begin(c, &i))
		finish(c, &i, incident_close(call_watch(c), i.id, &closing, call_now(c), &no), &no, "close",
			closing.outcome);
}

void incidents_add_note(struct call *c)
{
	const char *note = body_text(c, "note", NOTE, BODY_NEEDED);
	struct refusal no = { 0 };
	struct incident i;

	if (begin(c, &i))
		finish(c, &i, incident_note(call_watch(c), i.id, call_caller(c)->person, note, call_now(c), &no), &no,
			"note", "");
}

void incidents_hand_over(struct call *c)
{
	const char *to = body_text(c, "to", PERSON - 1, BODY_NEEDED);
	struct refusal no = { 0 };
	char person[PERSON];
	struct incident i;

	if (!begin(c, &i))
		return;
	if (call_person(c, to, person))
		finish(c, &i, incident_hand_over(call_watch(c), i.id, call_caller(c)->person, person, call_now(c), &no),
			&no, "handover", person);
	else
		reply_problem(c, 422, "unknown_person", "%s is neither a user nor a watcher", to);
}
