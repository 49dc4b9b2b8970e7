/*
 * acts - claim, release, report, close: what people do about an incident, entered at the shell for them.
 *
 * The rules decide and refuse; here they are called in one transaction, audited with who typed it, and what is true
 * then is said in one line.
 */
#include <inttypes.h>

#include "common/zone.h"
#include "server/cli/commands.h"
#include "server/cli/reply.h"
#include "server/store/audit.h"
#include "server/watch/incident.h"
#include "server/watch/telling.h"

/* What is true of it now, after the commit. */
static int print_incident(struct cli *cli, int64_t id)
{
	char name[PERSON_NAME], until[ZONE_TEXT];
	struct incident i;

	if (!incidents_find(&cli->store, id, &i))
		return reply_store(cli);
	printf("incident %" PRId64 ": ", id);
	switch (i.state) {
	case INCIDENT_NONE:
	case INCIDENT_STATES: break;
	case INCIDENT_OPEN: printf("%s, open\n", incident_kind_name(i.kind)); break;
	case INCIDENT_CLAIMED:
		telling_name(&cli->watch, i.claimed_by, name);
		printf("claimed by %s until %s\n", name, zone_clock(until, i.claimed_until));
		break;
	case INCIDENT_CLOSED: printf("closed as %s\n", i.outcome); break;
	}
	return CLI_DONE;
}

/* The end of each: the rule said yes or no. */
static int finish(
	struct cli *cli, const struct arguments *a, int64_t id, bool done, const struct refusal *no, const char *detail)
{
	char about[PERSON + 80];
	struct incident i;

	if (!done)
		return reply_refused(cli, "%s", no->why);
	if (!incidents_find(&cli->store, id, &i))
		return reply_store(cli);
	snprintf(about, sizeof(about), "incident %" PRId64 ": %s", id, detail);
	audit_add(&cli->store, cli->now, cli->who, a->command->name, i.resident_id, about);
	if (!store_commit(&cli->store))
		return reply_store(cli);
	return print_incident(cli, id);
}

/* Begins the transaction and finds who --by is. False: *result is the exit status. */
static bool begin_by(struct cli *cli, const struct arguments *a, int64_t *id, char person[PERSON], int *result)
{
	*result = CLI_USAGE;
	if (!argument_number(a, id))
		return false;
	if (!store_begin(&cli->store))
		*result = reply_store(cli);
	else if (incident_person(&cli->watch, argument(a, "by"), person))
		return true;
	else
		*result = reply_refused(cli, "%s is neither a watcher nor a user", argument(a, "by"));
	return false;
}

/* What a person does with an incident and nothing more: claim or release. */
static int act_by(struct cli *cli, const struct arguments *a,
	bool (*act)(struct watch *w, int64_t id, const char *person, int64_t now, struct refusal *no))
{
	char person[PERSON];
	struct refusal no;
	int64_t id;
	int result;

	if (!begin_by(cli, a, &id, person, &result))
		return result;
	return finish(cli, a, id, act(&cli->watch, id, person, cli->now, &no), &no, person);
}

int command_claim(struct cli *cli, const struct arguments *a)
{
	return act_by(cli, a, incident_claim);
}

int command_release(struct cli *cli, const struct arguments *a)
{
	return act_by(cli, a, incident_release);
}

int command_report(struct cli *cli, const struct arguments *a)
{
	enum report report = argument_given(a, "no-answer") ? REPORT_NO_ANSWER : REPORT_NEEDS_HELP;
	char person[PERSON], detail[PERSON + 16];
	struct refusal no;
	int64_t id;
	int result;

	if (argument_given(a, "no-answer") == argument_given(a, "needs-help"))
		return argument_wrong(a, "one of --no-answer and --needs-help");
	if (!begin_by(cli, a, &id, person, &result))
		return result;
	snprintf(detail, sizeof(detail), "%s %s", person, report == REPORT_NO_ANSWER ? "no_answer" : "needs_help");
	return finish(cli, a, id,
		incident_report(&cli->watch, id, person, report, "", argument(a, "note"), cli->now, &no), &no, detail);
}

int command_close(struct cli *cli, const struct arguments *a)
{
	const struct closing closing = { .outcome = argument(a, "outcome"),
		.cause = argument(a, "cause"),
		.how = argument(a, "how"),
		.seen_by = argument(a, "seen-by"),
		.until = argument(a, "until"),
		.note = argument(a, "note"),
		.by = cli->who };
	struct refusal no;
	int64_t id;

	if (!argument_number(a, &id))
		return CLI_USAGE;
	if (!store_begin(&cli->store))
		return reply_store(cli);
	return finish(cli, a, id, incident_close(&cli->watch, id, &closing, cli->now, &no), &no, closing.outcome);
}
