/*
 * arguments - what a command may be given, as one description that parser and help share, and what it was given.
 */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "server/cli/cli.h"

#define COMMAND_OPTIONS 8

struct arguments;

struct command {
	const char *name; /* as typed, one word or two: "user add" */
	const char *word; /* what follows: "ID"; NULL nothing */
	struct command_option {
		const char *name;  /* without the dashes; NULL ends the list */
		const char *value; /* what it takes: "WHO"; NULL: nothing */
		bool required;
		const char *help;
		size_t most; /* bytes a value may have; 0: those of a name */
	} options[COMMAND_OPTIONS];
	const char *help; /* one line: what it does */
	bool bare;        /* needs neither configuration nor store; `run` gets no cli */
	int (*run)(struct cli *cli, const struct arguments *a);
	void (*more_help)(FILE *out); /* after the options; NULL: there is no more to say */
};

struct arguments {
	const char *config; /* --config; NULL: not given */
	const struct command *command;
	const char *word;                    /* NULL where the command takes none */
	const char *values[COMMAND_OPTIONS]; /* by option; NULL: not given; a flag: its own name */
};

/*
 * Reads a command line over a table of commands that ends with a NULL name. True: run it. False: *status is the exit
 * status, and what there was to say was said (help, version; on standard error what is wrong).
 */
bool arguments_read(struct arguments *a, const struct command *commands, int argc, char **argv, int *status);

/* An option of the command by name: its value, "" where it was not given. */
const char *argument(const struct arguments *a, const char *name);
bool argument_given(const struct arguments *a, const char *name);

/* They do not go together, or say nothing: says what is wrong. CLI_USAGE. */
int argument_wrong(const struct arguments *a, const char *what);

/* Of the word or a value: false, and said, where it is none. */
bool argument_number(const struct arguments *a, int64_t *number); /* the word: an incident's number */
bool argument_date(const struct arguments *a, const char *name, int32_t *day);

#endif
