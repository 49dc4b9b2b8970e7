/*
 * buttons - device add, device revoke: whose a button is, and its password at the broker.
 *
 * Adding writes the password first and the store then, so that a button that the store knows can always sign in;
 * revoking goes the other way, so that from its commit on nothing the button sends counts. Either can be run again
 * where it was cut off.
 */
#include <sodium.h>
#include <string.h>

#include "common/topic.h"
#include "server/cli/broker_passwords.h"
#include "server/cli/commands.h"
#include "server/cli/reply.h"
#include "server/store/audit.h"
#include "server/store/pairing.h"
#include "server/store/timeline.h"
#include "server/watch/incident.h"

enum { PASSWORD_BYTES = 20 }; /* 160 random bits */

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

	if (!s->mqtt_broker_reload[0]) {
		fputs("mimamori: [mqtt] broker_reload is not set: have the broker read its passwords again\n", stderr);
		return CLI_DONE;
	}
	if (broker_passwords_reload(s->mqtt_broker_reload, why))
		return CLI_DONE;
	fprintf(stderr, "mimamori: %s\n", why);
	return CLI_FAILED;
}

static void note(struct cli *cli, const struct arguments *a, const char *resident_id, const char *event)
{
	timeline_add(&cli->store, 0, resident_id, cli->now, event, cli->who, a->word);
	audit_add(&cli->store, cli->now, cli->who, a->command->name, a->word, resident_id);
}

/* A trouble of the button is no question any more once the button is out of use, or somebody else's. */
static void settle(struct cli *cli, const char *device_id)
{
	incident_answer_itself(&cli->watch, INCIDENT_DEVICE, device_id, cli->now);
}

static bool give(struct cli *cli, const struct arguments *a, const char *resident_id)
{
	struct device was;
	bool taken_over;

	if (!store_begin(&cli->store))
		return false;
	taken_over = devices_find(&cli->store, a->word, &was) && !was.revoked_at &&
		     strcmp(was.resident_id, resident_id) != 0;
	pairing_give(&cli->store, a->word, resident_id);
	note(cli, a, resident_id, "device_given");
	if (taken_over) {
		note(cli, a, was.resident_id, "device_taken");
		settle(cli, a->word);
	}
	if (!store_commit(&cli->store))
		return false;
	if (taken_over)
		fprintf(stderr, "mimamori: %s was %s's until now\n", a->word, was.resident_id);
	return true;
}

int command_device_add(struct cli *cli, const struct arguments *a)
{
	const char *resident_id = argument(a, "resident");
	unsigned char random[PASSWORD_BYTES];
	char password[2 * PASSWORD_BYTES + 1], why[BROKER_WHY];
	struct resident r;

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
	if (sodium_init() < 0)
		return reply_refused(cli, "there are no random numbers");
	randombytes_buf(random, sizeof(random));
	sodium_bin2hex(password, sizeof(password), random, sizeof(random));
	if (!broker_passwords_set(cli->settings.mqtt_broker_passwords, a->word, password, why))
		return reply_refused(cli, "%s", why);
	if (!give(cli, a, resident_id))
		return reply_store(cli);
	printf("device %s: given to %s %s, password %s\n", a->word, r.resident_id, r.name, password);
	return reload(&cli->settings);
}

int command_device_revoke(struct cli *cli, const struct arguments *a)
{
	char why[BROKER_WHY];
	struct device device;

	if (!broker_known(&cli->settings))
		return CLI_USAGE;
	if (!store_begin(&cli->store))
		return reply_store(cli);
	if (!devices_find(&cli->store, a->word, &device))
		return reply_refused(cli, "there is no device %s", a->word);
	if (pairing_revoke(&cli->store, a->word, cli->now)) {
		note(cli, a, device.resident_id, "device_revoked");
		settle(cli, a->word);
	}
	if (!store_commit(&cli->store))
		return reply_store(cli);
	if (!broker_passwords_remove(cli->settings.mqtt_broker_passwords, a->word, why))
		return reply_refused(cli, "%s", why);
	printf("device %s: out of use\n", a->word);
	return reload(&cli->settings);
}
