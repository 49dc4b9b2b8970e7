/*
 * buttons - device add, device revoke: whose a button is, and its password at the broker (tables/handout.h).
 */
#include <string.h>

#include "common/topic.h"
#include "server/cli/commands.h"
#include "server/cli/reply.h"
#include "server/store/audit.h"
#include "server/tables/handout.h"

static bool broker_known(const struct settings *s)
{
	if (s->mqtt_broker_passwords[0])
		return true;
	fputs("mimamori: [mqtt] broker_passwords names no file to write the button's password to\n", stderr);
	return false;
}

/* The broker reads the file; without a command for it, that is left to whoever runs the broker. */
static int reload(const struct settings *s)
{
	char why[BROKER_WHY];

	if (handout_reload(s, why))
		return CLI_DONE;
	fprintf(stderr, "mimamori: %s\n", why);
	return s->mqtt_broker_reload[0] ? CLI_FAILED : CLI_DONE;
}

static void note(struct cli *cli, const struct arguments *a, const char *resident_id)
{
	audit_add(&cli->store, cli->now, cli->who, a->command->name, a->word, resident_id);
}

/* False: *why says what of the broker's file went wrong, else it was the store. */
static bool give(struct cli *cli, const struct arguments *a, const char *resident_id, struct broker_change *change,
	char was[RESIDENT_ID], char why[BROKER_WHY])
{
	struct clerk clerk = cli_clerk(cli);

	if (!store_begin(&cli->store))
		return false;
	handout_give(&clerk, a->word, resident_id, was);
	note(cli, a, resident_id);
	if (was[0])
		note(cli, a, was);
	if (!broker_change_put(change, why)) {
		store_rollback(&cli->store);
		return false;
	}
	return store_commit(&cli->store);
}

int command_device_add(struct cli *cli, const struct arguments *a)
{
	const char *resident_id = argument(a, "resident");
	char password[HANDOUT_PASSWORD], was[RESIDENT_ID], why[BROKER_WHY];
	struct broker_change change;
	struct resident r;
	bool given;

	if (!broker_known(&cli->settings))
		return CLI_USAGE;
	if (!device_id_valid(a->word))
		return reply_refused(
			cli, "%s is no own device: 1-64 of A-Z a-z 0-9 . _ - are (others are imported)", a->word);
	if (!residents_find(&cli->store, resident_id, &r))
		return reply_refused(cli, "there is no resident %s", resident_id);
	if (r.ended_at)
		return reply_refused(cli, "the service of %s has ended", resident_id);
	if (strcmp(a->word, cli->settings.mqtt_username) == 0)
		return reply_refused(cli, "%s is the daemon's own name at the broker", a->word);
	if (!handout_password(&cli->settings, a->word, password, &change, why))
		return reply_refused(cli, "%s", why);
	why[0] = '\0';
	given = give(cli, a, resident_id, &change, was, why);
	broker_change_end(&change, given);
	if (why[0])
		return reply_refused(cli, "%s", why);
	if (!given)
		return reply_store(cli);
	if (was[0])
		fprintf(stderr, "mimamori: %s was %s's until now\n", a->word, was);
	printf("device %s: given to %s %s, password %s\n", a->word, r.resident_id, r.name, password);
	return reload(&cli->settings);
}

int command_device_revoke(struct cli *cli, const struct arguments *a)
{
	struct clerk clerk = cli_clerk(cli);
	char why[BROKER_WHY];
	struct device device;

	if (!broker_known(&cli->settings))
		return CLI_USAGE;
	if (!store_begin(&cli->store))
		return reply_store(cli);
	if (!devices_find(&cli->store, a->word, &device))
		return reply_refused(cli, "there is no device %s", a->word);
	if (handout_revoke(&clerk, &device))
		note(cli, a, device.resident_id);
	if (!store_commit(&cli->store))
		return reply_store(cli);
	if (!handout_no_password(&cli->settings, a->word, why))
		return reply_refused(cli, "%s", why);
	printf("device %s: out of use\n", a->word);
	return reload(&cli->settings);
}
