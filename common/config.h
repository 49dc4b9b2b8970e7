/*
 * config - reads an INI file into a struct by one table of options, which defaults, parser and manual share.
 *
 * Every option is a char array in the struct (texts, secrets), an int64_t (durations in ms, numbers) or a bool.
 * Where the table marks a key as secret, KEY_file names a file that holds it instead (trailing newline removed).
 * A section of the table that ends with " NAME" stands for any number of sections, each with a name of its own there.
 */
#ifndef COMMON_CONFIG_H
#define COMMON_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct config_option {
	const char *section, *key;
	/* Reads text into the field of `size` bytes; false and why (static text) if it is no such value. */
	bool (*parse)(void *field, size_t size, const char *text, const char **why);
	size_t offset, size;  /* of the field in the struct */
	const char *standard; /* the default, as written in a file; NULL: none (empty) */
	bool secret;
	const char *help;
};

#define CONFIG_FIELD(type, member) offsetof(type, member), sizeof(((type *)0)->member)

bool config_text(void *field, size_t size, const char *text, const char **why);     /* char[]; too long is an error */
bool config_duration(void *field, size_t size, const char *text, const char **why); /* int64_t ms, 90s 30m 2h 1d */
bool config_number(void *field, size_t size, const char *text, const char **why);   /* int64_t >= 0 */
bool config_flag(void *field, size_t size, const char *text, const char **why);     /* bool: yes no */
bool config_zone(void *field, size_t size, const char *text, const char **why);     /* char[], a known IANA zone */

/* The defaults alone. */
void config_defaults(const struct config_option *options, size_t n, void *into);
/*
 * Defaults, then the file. Unknown sections and keys and bad values are named on `errors` as
 * FILE:LINE: [section] key: what is wrong (all of them, not only the first); false then.
 * `given_in`, if not NULL, has n ints: the line that gave the option, 0 where the file does not.
 */
bool config_read(
	const char *path, const struct config_option *options, size_t n, void *into, int *given_in, FILE *errors);
/* The table as a commented INI file, for --help and the manual. */
void config_help(const struct config_option *options, size_t n, FILE *out);

#endif
