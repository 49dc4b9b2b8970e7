/* arguments - getopt_long, twice: up to the command, then over what the command takes. */
#include "server/cli/arguments.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/utf8.h"
#include "common/zone.h"
#include "server/store/residents.h"

enum { OPT_CONFIG = 256, OPT_HELP, OPT_VERSION, OPT_FIRST }; /* OPT_FIRST + i: the command's i-th */

#define PROGRAM "mimamori"
#define COMMON                                                                                      \
	{ "config", required_argument, NULL, OPT_CONFIG }, { "help", no_argument, NULL, OPT_HELP }, \
	{                                                                                           \
		"version", no_argument, NULL, OPT_VERSION                                           \
	}

static void print_usage(const struct command *c, FILE *out)
{
	fprintf(out, "%s%s%s", c->name, c->word ? " " : "", c->word ? c->word : "");
	for (const struct command_option *o = c->options; o->name; o++)
		fprintf(out, o->required ? " --%s%s%s" : " [--%s%s%s]", o->name, o->value ? " " : "",
			o->value ? o->value : "");
}

static void print_command_help(const struct command *c)
{
	printf("usage: " PROGRAM " %s", c->bare ? "" : "--config FILE ");
	print_usage(c, stdout);
	printf("\n\n%s.\n", c->help);
	if (c->options[0].name)
		putchar('\n');
	for (const struct command_option *o = c->options; o->name; o++) {
		char name[40];

		snprintf(name, sizeof(name), "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		printf("  %-22s %s\n", name, o->help);
	}
	if (c->more_help) {
		putchar('\n');
		c->more_help(stdout);
	}
}

static void print_help(const struct command *commands)
{
	puts("usage: " PROGRAM " --config FILE COMMAND …\n\n"
	     "Watching over residents from the shell, beside a running mimamorid or without one.\n");
	for (const struct command *c = commands; c->name; c++) {
		printf("  ");
		print_usage(c, stdout);
		printf("\n      %s\n", c->help);
	}
	puts("\n" PROGRAM " COMMAND --help says more about a command; " PROGRAM " --version which version this is.\n"
	     "Exit status: 0 done, 1 failed, 2 wrong usage or configuration.");
}

/* What every option list ends with; true: it was one of these. */
static bool common_option(int option, struct arguments *a, const struct command *commands, int *status)
{
	*status = CLI_DONE;
	switch (option) {
	case OPT_CONFIG: a->config = optarg; return false;
	case OPT_VERSION: puts(PROGRAM " " MIMAMORI_VERSION); return true;
	case OPT_HELP:
		if (a->command)
			print_command_help(a->command);
		else
			print_help(commands);
		return true;
	default: *status = CLI_USAGE; return true; /* getopt has said what is wrong */
	}
}

/* Says what is wrong with the line; false. */
static bool usage(const struct arguments *a, const char *what, const char *which)
{
	if (a->command) {
		fprintf(stderr, PROGRAM " %s: %s%s\nusage: " PROGRAM " --config FILE ", a->command->name, what, which);
		print_usage(a->command, stderr);
		putc('\n', stderr);
	} else {
		fprintf(stderr, PROGRAM ": %s%s (" PROGRAM " --help names the commands)\n", what, which);
	}
	return false;
}

/* The command that one or two words name; how many words it took, 0: there is none, and that was said. */
static int find_command(struct arguments *a, const struct command *commands, int argc, char **argv)
{
	bool begun = false;

	for (const struct command *c = commands; c->name; c++) {
		size_t first = strcspn(c->name, " ");

		if (strncmp(c->name, argv[0], first) != 0 || argv[0][first])
			continue;
		if (!c->name[first] || (argc > 1 && strcmp(c->name + first + 1, argv[1]) == 0)) {
			a->command = c;
			return c->name[first] ? 2 : 1;
		}
		begun = true;
	}
	usage(a, begun ? "there is no such command of " : "there is no command ", argv[0]);
	return 0;
}

/* What is stored and shown later must be text, and whole. */
static bool value_fits(const struct arguments *a, const struct command_option *o, const char *value)
{
	if (strlen(value) >= (o->most ? o->most : PERSON_NAME))
		return usage(a, "this is too long: --", o->name);
	for (const char *c = value; *c; c++)
		if (((unsigned char)*c < ' ' && *c != '\n' && *c != '\t') || *c == 0x7f)
			return usage(a, "this holds a control character: --", o->name);
	return utf8_valid(value, strlen(value)) || usage(a, "this is no UTF-8: --", o->name);
}

static bool read_options(struct arguments *a, const struct command *commands, int argc, char **argv, int *status)
{
	struct option options[COMMAND_OPTIONS + 4] = { COMMON };
	const struct command *c = a->command;
	char name[64];
	int option;

	for (int i = 0; c->options[i].name; i++)
		options[3 + i] = (struct option){ c->options[i].name,
			c->options[i].value ? required_argument : no_argument, NULL, OPT_FIRST + i };
	snprintf(name, sizeof(name), PROGRAM " %s", c->name);
	argv[0] = name; /* what getopt's complaints begin with */
	optind = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option >= OPT_FIRST) {
			const char *flag = c->options[option - OPT_FIRST].name;

			a->values[option - OPT_FIRST] = optarg ? optarg : flag;
		} else if (common_option(option, a, commands, status)) {
			return false;
		}
	*status = CLI_USAGE;
	if (c->word && optind == argc)
		return usage(a, "what is missing is ", c->word);
	if (c->word)
		a->word = argv[optind++];
	if (optind < argc)
		return usage(a, "too much is ", argv[optind]);
	for (int i = 0; c->options[i].name; i++) {
		if (c->options[i].required && !a->values[i])
			return usage(a, "what is missing is --", c->options[i].name);
		if (a->values[i] && !value_fits(a, &c->options[i], a->values[i]))
			return false;
	}
	return true;
}

bool arguments_read(struct arguments *a, const struct command *commands, int argc, char **argv, int *status)
{
	static const struct option options[] = { COMMON, { NULL, 0, NULL, 0 } };
	int option, words;

	*a = (struct arguments){ 0 };
	optind = 0;
	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1)
		if (common_option(option, a, commands, status))
			return false;
	*status = CLI_USAGE;
	if (optind == argc)
		return usage(a, "no command was given", "");
	words = find_command(a, commands, argc - optind, argv + optind);
	if (!words)
		return false;
	words += optind - 1;
	if (!read_options(a, commands, argc - words, argv + words, status))
		return false;
	if (!a->config && !a->command->bare)
		return usage(a, "what is missing is --config FILE", "");
	return true;
}

static const char *value_of(const struct arguments *a, const char *name)
{
	for (int i = 0; a->command->options[i].name; i++)
		if (strcmp(a->command->options[i].name, name) == 0)
			return a->values[i];
	fatal("command=\"%s\" error=\"no option %s\"", a->command->name, name);
}

const char *argument(const struct arguments *a, const char *name)
{
	const char *value = value_of(a, name);

	return value ? value : "";
}

bool argument_given(const struct arguments *a, const char *name)
{
	return value_of(a, name) != NULL;
}

int argument_wrong(const struct arguments *a, const char *what)
{
	usage(a, what, "");
	return CLI_USAGE;
}

bool argument_number(const struct arguments *a, int64_t *number)
{
	size_t len = strlen(a->word);

	if (len && len <= 18 && strspn(a->word, "0123456789") == len) {
		*number = strtoll(a->word, NULL, 10);
		return true;
	}
	return usage(a, "this is no number: ", a->word);
}

bool argument_date(const struct arguments *a, const char *name, int32_t *day)
{
	if (date_parse(argument(a, name), day))
		return true;
	return usage(a, "this is no date such as 2026-11-23: ", argument(a, name));
}
