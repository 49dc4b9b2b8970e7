/*
 * config - an INI file read into a struct by one table of options.
 *
 * libinih reads the file one line at a time, because its handler is not told the line number and an error must name
 * one. Every error is reported, so that a file is put right in one go.
 */
#include "common/config.h"

#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/duration.h"
#include "common/log.h"
#include "common/memory.h"
#include "common/utf8.h"
#include "common/zone.h"

#define LINE_BYTES    8192
#define SECTION_BYTES 64
#define KEY_LONGEST   32
#define PATH_BYTES    4096
#define FILE_SUFFIX   "_file" /* after the key of a secret */
#define ANY_NAME      "NAME"  /* ends a section of the table that a file names as it likes */

struct reader {
	const char *path;
	const struct config_option *options;
	size_t n;
	void *into;
	FILE *errors;
	bool good;
	int line;
	char section[SECTION_BYTES]; /* "" before the first one */
	bool skip;                   /* what is wrong with the section was said; its keys say nothing more */
	int *given_in;               /* by option: the line that gave it, 0 none */
};

bool config_text(void *field, size_t size, const char *text, const char **why)
{
	size_t len = strlen(text);

	if (len >= size)
		return *why = "is too long", false;
	memcpy(field, text, len + 1);
	return true;
}

bool config_duration(void *field, size_t size, const char *text, const char **why)
{
	(void)size;
	*why = "is no length of time (write 90s, 30m, 2h or 1d)";
	return duration_parse(text, field);
}

bool config_number(void *field, size_t size, const char *text, const char **why)
{
	char *end;

	(void)size;
	*why = "is no whole number";
	errno = 0;
	intmax_t number = text[0] >= '0' && text[0] <= '9' ? strtoimax(text, &end, 10) : -1;
	if (number < 0 || errno != 0 || *end != '\0')
		return false;
	*(int64_t *)field = number;
	return true;
}

bool config_flag(void *field, size_t size, const char *text, const char **why)
{
	bool yes = strcmp(text, "yes") == 0;

	(void)size;
	*why = "is neither yes nor no";
	if (!yes && strcmp(text, "no") != 0)
		return false;
	*(bool *)field = yes;
	return true;
}

bool config_zone(void *field, size_t size, const char *text, const char **why)
{
	*why = "is no known time zone (write one such as Asia/Tokyo)";
	return zone_known(text) && config_text(field, size, text, why);
}

void config_defaults(const struct config_option *options, size_t n, void *into)
{
	for (const struct config_option *o = options; o < options + n; o++) {
		void *field = (char *)into + o->offset;
		const char *why = "";

		memset(field, 0, o->size);
		if (o->standard != NULL && !o->parse(field, o->size, o->standard, &why))
			fatal("section=%s key=%s default=%s why=\"%s\"", o->section, o->key, o->standard, why);
	}
}

/* What cannot be a key of ours is not repeated: it may be a secret that came to stand where keys do. */
static bool may_be_key(const char *key)
{
	return strlen(key) <= KEY_LONGEST && key[strspn(key, "abcdefghijklmnopqrstuvwxyz_")] == '\0';
}

/* Names what is wrong with a key of this line; key NULL: with its section. */
static void complain(struct reader *r, const char *key, const char *why)
{
	r->good = false;
	fprintf(r->errors, "%s:%d: ", r->path, r->line);
	if (r->section[0] != '\0')
		fprintf(r->errors, "[%s]%s", r->section, key != NULL ? " " : ": ");
	if (key != NULL)
		fprintf(r->errors, "%s: ", may_be_key(key) ? key : "this line");
	fprintf(r->errors, "%s\n", why);
}

/* Whether the file's section is this one of the table. */
static bool is_section(const char *given, const char *section)
{
	size_t len = strlen(section), fixed = len - strlen(ANY_NAME);

	if (len <= strlen(ANY_NAME) || section[fixed - 1] != ' ' || strcmp(section + fixed, ANY_NAME) != 0)
		return strcmp(given, section) == 0;
	return strncmp(given, section, fixed) == 0 && given[fixed] != '\0' && given[fixed] != ' ';
}

/* The option of a key, or of KEY_file where KEY is a secret; NULL if unknown. */
static const struct config_option *find_option(const struct reader *r, const char *key, bool *in_file)
{
	for (const struct config_option *o = r->options; o < r->options + r->n; o++) {
		size_t len = strlen(o->key);

		if (!is_section(r->section, o->section) || strncmp(o->key, key, len) != 0)
			continue;
		*in_file = o->secret && strcmp(key + len, FILE_SUFFIX) == 0;
		if (*in_file || key[len] == '\0')
			return o;
	}
	return NULL;
}

/* Reads a secret's file, named from the configuration's folder, without the newline at its end. False and why. */
static bool read_secret(const struct reader *r, const char *name, char *text, size_t size, const char **why)
{
	char path[PATH_BYTES];
	const char *slash = name[0] == '/' ? NULL : strrchr(r->path, '/');
	int folder = slash != NULL ? (int)(slash + 1 - r->path) : 0;

	if (snprintf(path, sizeof path, "%.*s%s", folder, r->path, name) >= (int)sizeof path)
		return *why = "is too long", false;
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return *why = memory_file_error(path), false;
	size_t len = fread(text, 1, size, file);
	if (ferror(file))
		*why = memory_file_error(path);
	else if (len == size)
		*why = "names too long a file";
	else if (memchr(text, '\0', len) != NULL)
		*why = "names a file that is no text";
	fclose(file);
	if (*why != NULL)
		return false;
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	text[len] = '\0';
	return true;
}

static int take_value(void *user, const char *section, const char *key, const char *value)
{
	struct reader *r = user;
	bool in_file = false;
	char text[LINE_BYTES], twice[64];
	const char *why = NULL;

	(void)section;
	if (r->skip)
		return 1;
	if (r->section[0] == '\0')
		return complain(r, key, "stands before the first [section]"), 1;
	const struct config_option *o = find_option(r, key, &in_file);
	if (o == NULL)
		return complain(r, key, "unknown key"), 1;
	int *given_in = &r->given_in[o - r->options];
	if (*given_in != 0) {
		snprintf(twice, sizeof twice, "was given in line %d already", *given_in);
		return complain(r, key, twice), 1;
	}
	*given_in = r->line;
	if (in_file && !read_secret(r, value, text, sizeof text, &why))
		return complain(r, key, why), 1;
	if (!o->parse((char *)r->into + o->offset, o->size, in_file ? text : value, &why))
		complain(r, key, why);
	return 1;
}

static int take_section(void *user, const char *section, const char *key, const char *value)
{
	struct reader *r = user;

	(void)key;
	(void)value;
	bool same = strcmp(section, r->section) == 0;

	snprintf(r->section, sizeof r->section, "%s", section);
	r->skip = true;
	for (size_t i = 0; i < r->n; i++) {
		if (!is_section(r->section, r->options[i].section))
			continue;
		r->skip = false;
		if (!same && strcmp(r->section, r->options[i].section) != 0)
			r->given_in[i] = 0; /* a further one of its kind */
	}
	if (r->skip)
		complain(r, NULL, "unknown section");
	return 1;
}

/* Whether nothing but a comment stands after the ]: libinih would skip a key there in silence. */
static bool ends_section(const char *line)
{
	const char *rest = strchr(line, ']');

	return rest != NULL && strchr(";#", rest[1 + strspn(rest + 1, " \t\r\n")]) != NULL; /* or the end */
}

static void read_line(struct reader *r, char *line, size_t len)
{
	char section[LINE_BYTES + sizeof "\n=\n"];

	if (strlen(line) != len || !utf8_valid(line, len))
		complain(r, NULL, "this line is no UTF-8 text");
	else if (len >= LINE_BYTES)
		complain(r, NULL, "this line is too long");
	else if (line[strspn(line, " \t")] == '[') {
		/* libinih tells of a section only with a key in it: give it an empty one. */
		snprintf(section, sizeof section, "%s\n=\n", line);
		if (!ends_section(line) || ini_parse_string(section, take_section, r) != 0) {
			r->section[0] = '\0';
			r->skip = true;
			complain(r, NULL, "this line is no [section]");
		}
	} else if (ini_parse_string(line, take_value, r) != 0)
		complain(r, NULL, "this line is neither [section], key = value nor comment");
}

bool config_read(
	const char *path, const struct config_option *options, size_t n, void *into, int *given_in, FILE *errors)
{
	struct reader r = { path, options, n, into, errors, .good = true };
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	config_defaults(options, n, into);
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		fprintf(errors, "%s: %s\n", path, memory_file_error(path));
		return false;
	}
	r.given_in = calloc(n, sizeof *r.given_in);
	if (r.given_in == NULL)
		fatal("out of memory");
	ini_max_line = 2 * LINE_BYTES; /* libinih's buffer; at its own 200 bytes it would break a line in two */
	errno = 0;
	while ((len = getline(&line, &size, file)) >= 0) {
		size_t bom = r.line++ == 0 && strncmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

		read_line(&r, line + bom, (size_t)len - bom);
	}
	if (!feof(file)) { /* a lack of memory is no error of the file */
		fprintf(errors, "%s: %s\n", path, memory_file_error(path));
		r.good = false;
	}
	if (given_in != NULL)
		memcpy(given_in, r.given_in, n * sizeof *given_in);
	free(r.given_in);
	free(line);
	fclose(file);
	return r.good;
}

void config_help(const struct config_option *options, size_t n, FILE *out)
{
	const char *section = NULL;

	for (const struct config_option *o = options; o < options + n; o++) {
		if (section == NULL || strcmp(section, o->section) != 0)
			fprintf(out, "%s[%s]\n", section != NULL ? "\n" : "", o->section);
		section = o->section;
		fprintf(out, "; %s\n; %s =%s%s\n", o->help, o->key, o->standard != NULL ? " " : "",
			o->standard != NULL ? o->standard : "");
		if (o->secret)
			fprintf(out, "; %s%s =\n", o->key, FILE_SUFFIX);
	}
}
