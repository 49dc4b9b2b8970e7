/* commands - the table. */
#include "server/cli/commands.h"

#include "server/cli/backup.h"
#include "server/cli/check.h"
#include "server/cli/export.h"
#include "server/cli/import.h"
#include "server/store/schema.h"
#include "server/tables/tables.h"

static int command_init(struct cli *cli, const struct arguments *a)
{
	(void)a;
	printf("%s: version %zu\n", cli->settings.store_url, schema_version);
	return CLI_DONE;
}

static int command_version(struct cli *cli, const struct arguments *a)
{
	(void)cli, (void)a;
	printf("mimamori %s, store version %zu\n", MIMAMORI_VERSION, schema_version);
	return CLI_DONE;
}

static int command_import(struct cli *cli, const struct arguments *a)
{
	return import_run(cli, a->word);
}

static int command_export(struct cli *cli, const struct arguments *a)
{
	return export_run(cli, a->word);
}

static int command_backup(struct cli *cli, const struct arguments *a)
{
	return backup_run(cli, a->word);
}

static int command_check(struct cli *cli, const struct arguments *a)
{
	(void)a;
	return check_run(cli);
}

/* clang-format off */

/* What a command takes: `NEEDS` must be given, `TAKES` may be; LONGER ones hold more than a name. */
#define NEEDS(name, value, help)         { name, value, true, help, 0 }
#define TAKES(name, value, help)         { name, value, false, help, 0 }
#define NEEDS_LONGER(name, value, help)  { name, value, true, help, 500 }
#define TAKES_LONGER(name, value, help)  { name, value, false, help, 500 }
#define FLAG(name, help)                 { name, NULL, false, help, 0 }
#define NOTHING                          { { 0 } }

#define BY      NEEDS("by", "WHO", "a watcher's id or a user's login")
#define VERIFY  NEEDS("verify", "V", "what who tells it knows: birth date, or last four digits of the telephone")
#define TOLD_BY NEEDS("told-by", "NAME", "who told it")
#define NOTE    TAKES_LONGER("note", "T", "in words, for staff")
#define JSON    FLAG("json", "for programs")

const struct command commands[] = {
	{ "init", NULL, NOTHING, "makes the store, or brings it to this version, and prints that", .run = command_init },
	{ "import", "DIR", NOTHING, "reads the tables that stand in DIR, all or nothing", .run = command_import,
		.more_help = tables_help },
	{ "export", "DIR", NOTHING, "writes the tables that import reads, and what happened, into DIR",
		.run = command_export },

	{ "status", NULL, {
		TAKES("date", "D", "another day than today: 2026-11-23"),
		TAKES("district", "X", "this district's residents only"),
		JSON,
		FLAG("csv", "for spreadsheets") },
		"the daily list: who needs somebody, who is still to come, who has checked in", .run = command_status },
	{ "resident", "ID", NOTHING, "all about a resident: record, watchers, buttons, the last days",
		.run = command_resident },
	{ "incidents", NULL, { JSON }, "what is open, and what was closed today (with --json: all there ever was)",
		.run = command_incidents },

	{ "claim", "ID", { BY }, "WHO is going there, or needs longer", .run = command_claim },
	{ "release", "ID", { BY }, "WHO cannot go after all", .run = command_release },
	{ "report", "ID", {
		BY,
		FLAG("no-answer", "nobody answered: the next ones are told at once"),
		FLAG("needs-help", "help is needed"),
		NOTE },
		"what WHO found there", .run = command_report },
	{ "close", "ID", {
		NEEDS("outcome", "O", "safe away hospital emergency facility deceased moved false_alarm; answered"),
		TAKES("cause", "C", "of safe: forgot device other"),
		TAKES("how", "H", "face phone voice kin authority"),
		TAKES("seen-by", "NAME", "who saw or heard the person"),
		TAKES("until", "D", "of hospital and away: the last day of it"),
		NOTE },
		"ends an incident; a question for staff is `answered`, which needs a note and nothing else",
		.run = command_close },

	{ "checkin", "RESIDENT", { VERIFY, TOLD_BY, NOTE }, "somebody has heard from the resident",
		.run = command_checkin },
	{ "pause", "RESIDENT", {
		VERIFY,
		TOLD_BY,
		NEEDS("from", "D", "first day; from now on where that is today"),
		NEEDS("to", "D", "last day, to its end"),
		NEEDS_LONGER("reason", "T", "in words") },
		"nothing is expected for some days", .run = command_pause },
	{ "resume", "RESIDENT", { VERIFY, TOLD_BY }, "the resident is back: ends what pauses there are",
		.run = command_resume },
	{ "end", "RESIDENT", {
		VERIFY,
		TOLD_BY,
		NEEDS("reason", "R", "deceased moved facility declined other") },
		"ends the service for a resident", .run = command_end },

	{ "user add", "LOGIN", {
		NEEDS("name", "N", "as people read it"),
		NEEDS("role", "R", "staff coordinator viewer admin"),
		TAKES_LONGER("districts", "D", "their own, separated by spaces; all where none is given"),
		TAKES_LONGER("channels", "C", "addresses in order of preference: mail:a@example.jp"),
		TAKES_LONGER("duty", "H", "when they may be told: mon-fri 08:30-17:15 -holidays") },
		"makes a staff account; asks for its password, or reads one line of standard input",
		.run = command_user_add },
	{ "user password", "LOGIN", NOTHING, "sets another password, asked for in the same way",
		.run = command_user_password },
	{ "user disable", "LOGIN", NOTHING, "locks an account out; user add lets it in again",
		.run = command_user_disable },

	{ "user setup", NULL, NOTHING, "prints an address at which the first admin makes their account, once",
		.run = command_user_setup },

	{ "device add", "DEVICE", { NEEDS("resident", "R", "whose it is") },
		"gives a button to a resident, and prints its password for the broker, this once",
		.run = command_device_add },
	{ "device revoke", "DEVICE", NOTHING, "takes a button out of use", .run = command_device_revoke },
	{ "test-alert", "WATCHER", NOTHING, "sends a message marked as a test to each of the watcher's channels",
		.run = command_test_alert },

	{ "backup", "FILE", NOTHING, "copies the store into FILE while the daemon writes", .run = command_backup },
	{ "check", NULL, NOTHING, "is the store whole, and does it keep our promises", .run = command_check },
	{ "version", NULL, NOTHING, "which version this is", .bare = true, .run = command_version },
	{ 0 },
};
/* clang-format on */
