/*
 * people - check-in, pause, resume, end: what somebody tells about a resident.
 *
 * Each asks for the resident's id and for something that only who knows the resident can say, and warns of others whose
 * names are the same or similar: an entry for the wrong person silences the alarm of the right one.
 */

#include "common/zone.h"
#include "server/cli/commands.h"
#include "server/cli/reply.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"

/* Begins the transaction for the resident whom the teller could identify. False: *result is the exit status. */
static bool begin(struct cli *cli, const struct arguments *a, struct resident *r, int *result)
{
	char why[PAUSE_WHY], ids[512];

	if (!store_begin(&cli->store))
		*result = reply_store(cli);
	else if (!residents_find(&cli->store, a->word, r))
		*result = reply_refused(cli, "there is no resident %s", a->word);
	else if (!pause_verify(r, argument(a, "verify"), why))
		*result = reply_refused(cli, "%s", why);
	else {
		if (pause_similar(&cli->watch, r, ids, sizeof(ids)))
			fprintf(stderr, "mimamori: %s %s: the same or a similar name have %s\n", r->resident_id,
				r->name, ids);
		return true;
	}
	return false;
}

/* The rule has audited it. */
static int finish(struct cli *cli, bool done, const char *why)
{
	if (!done)
		return reply_refused(cli, "%s", why);
	return store_commit(&cli->store) ? CLI_DONE : reply_store(cli);
}

int command_checkin(struct cli *cli, const struct arguments *a)
{
	char why[PAUSE_WHY], time[ZONE_TEXT];
	struct resident r;
	int result;

	if (!begin(cli, a, &r, &result))
		return result;
	result = finish(cli,
		pause_staff_checkin(&cli->watch, r.resident_id, argument(a, "told-by"), argument(a, "note"), cli->who,
			cli->now, why),
		why);
	if (result == CLI_DONE)
		printf("%s %s: checked in at %s\n", r.resident_id, r.name, zone_clock(time, cli->now));
	return result;
}

int command_pause(struct cli *cli, const struct arguments *a)
{
	char why[PAUSE_WHY], from[DATE_TEXT], to[DATE_TEXT];
	struct resident r;
	int32_t first, last;
	int result;

	if (!argument_date(a, "from", &first) || !argument_date(a, "to", &last))
		return CLI_USAGE;
	if (!begin(cli, a, &r, &result))
		return result;
	result = finish(cli,
		pause_enter(&cli->watch, r.resident_id, date_format(from, first), date_format(to, last),
			argument(a, "reason"), argument(a, "told-by"), cli->who, cli->now, why),
		why);
	if (result == CLI_DONE)
		printf("%s %s: paused from %s to the end of %s\n", r.resident_id, r.name,
			first == zone_day(cli->now) ? "now" : from, to);
	return result;
}

int command_resume(struct cli *cli, const struct arguments *a)
{
	char why[PAUSE_WHY];
	struct resident r;
	int result;

	if (!begin(cli, a, &r, &result))
		return result;
	result = finish(
		cli, pause_resume(&cli->watch, r.resident_id, argument(a, "told-by"), cli->who, cli->now, why), why);
	if (result == CLI_DONE)
		printf("%s %s: not paused any more\n", r.resident_id, r.name);
	return result;
}

int command_end(struct cli *cli, const struct arguments *a)
{
	char why[PAUSE_WHY];
	struct resident r;
	struct incident open;
	int result;

	if (!begin(cli, a, &r, &result))
		return result;
	result = finish(cli,
		pause_end_service(&cli->watch, r.resident_id, argument(a, "reason"), argument(a, "told-by"), cli->who,
			cli->now, why),
		why);
	if (result != CLI_DONE)
		return result;
	printf("%s %s: the service has ended (%s)\n", r.resident_id, r.name, argument(a, "reason"));
	if (incidents_open_of(&cli->store, r.resident_id, &open))
		printf("incident %lld is still open\n", (long long)open.id);
	return result;
}
