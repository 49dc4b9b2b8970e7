/*
 * accounts - user add, password, disable.
 *
 * A password is typed at the terminal, unseen and twice, or is one line of standard input; never an argument, which
 * everybody on the machine could read. Only its hash (Argon2id) is stored, and nothing comes with a default one.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/password.h"
#include "common/secret.h"
#include "common/zone.h"
#include "server/cli/commands.h"
#include "server/cli/reply.h"
#include "server/store/accounts.h"
#include "server/store/audit.h"
#include "server/store/sessions.h"
#include "server/store/watchers.h"
#include "server/tables/cell.h"
#include "server/watch/duty.h"

enum { PASSWORD = 256, SETUP_DAYS = 1 };

/* Asks at the terminal; false: there is none. */
static bool type_password(const char *prompt, char password[PASSWORD])
{
	char *typed = getpass(prompt);

	if (!typed)
		return false;
	snprintf(password, PASSWORD, "%s", typed);
	sodium_memzero(typed, strlen(typed));
	return true;
}

static bool read_line(char password[PASSWORD])
{
	if (!fgets(password, PASSWORD, stdin))
		return false;
	password[strcspn(password, "\r\n")] = '\0';
	return true;
}

/* A new password's hash. False: *result is the exit status, and why was said. */
static bool ask_password(struct cli *cli, const char *login, char hash[PASSWORD_HASH], int *result)
{
	char prompt[128], password[PASSWORD] = "", again[PASSWORD] = "";
	bool typed = isatty(STDIN_FILENO), hashed = false;
	const char *why;

	snprintf(prompt, sizeof(prompt), "New password for %.64s: ", login);
	*result = CLI_FAILED;
	if (typed ? !type_password(prompt, password) || !type_password("Once more: ", again) : !read_line(password))
		reply_refused(cli, "no password was given");
	else if (typed && strcmp(password, again) != 0)
		reply_refused(cli, "these were two different passwords");
	else if (!password_good(password, &why))
		reply_refused(cli, "the password %s", why);
	else if (!password_hash(password, hash))
		reply_refused(cli, "out of memory for the password's hash");
	else
		hashed = true;
	sodium_memzero(password, sizeof(password));
	sodium_memzero(again, sizeof(again));
	return hashed;
}

/* The same as an import would ask of the row; false, and said. */
static bool row_fits(struct cli *cli, const char *const *cells)
{
	const struct checking c = { .settings = &cli->settings, .today = zone_day(cli->now) };
	const struct table *t = &tables[IMPORT_USERS];
	const char *districts = table_cell(t, cells, "districts"), *id;
	struct cell_why why;
	char district[65];
	struct import_row row;
	struct watcher watcher;

	for (size_t i = 0; i < t->count; i++) {
		const struct column *column = &t->columns[i];

		snprintf(why.text, sizeof(why.text), column->required && !*cells[i] ? "is missing" : "is too long");
		if ((column->required && !*cells[i]) || strlen(cells[i]) >= column->size ||
			(*cells[i] && !column->check(&c, column, cells[i], &why)))
			return reply_refused(cli, "%s: %s", column->name, why.text), false;
	}
	if (watchers_find(&cli->store, cells[0], &watcher))
		return reply_refused(cli, "%s is the id of a watcher", cells[0]), false;
	if (strcmp(table_cell(t, cells, "role"), "coordinator") == 0 && !*districts)
		return reply_refused(cli, "a coordinator has districts: --districts is missing"), false;
	while (cell_next_word(&districts, " ,;", district, sizeof(district))) {
		id = district;
		if (!imports_find(&cli->store, IMPORT_DISTRICTS, &id, &row))
			return reply_refused(cli, "there is no district %s", district), false;
	}
	return true;
}

static int commit(struct cli *cli, const struct arguments *a, const char *done)
{
	duty_schedule(&cli->watch, a->word, cli->now);
	audit_add(&cli->store, cli->now, cli->who, a->command->name, a->word, "");
	if (!store_commit(&cli->store))
		return reply_store(cli);
	printf("user %s: %s\n", a->word, done);
	return CLI_DONE;
}

int command_user_add(struct cli *cli, const struct arguments *a)
{
	const char *const cells[] = { a->word, argument(a, "name"), argument(a, "role"), argument(a, "districts"),
		argument(a, "channels"), argument(a, "duty"), "", "" };
	char hash[PASSWORD_HASH];
	struct user user;
	int result;

	if (users_find(&cli->store, a->word, &user) && !user.disabled_at)
		return reply_refused(cli, "there is a user %s already", a->word);
	if (!row_fits(cli, cells))
		return CLI_FAILED;
	if (!ask_password(cli, a->word, hash, &result))
		return result;
	if (!store_begin(&cli->store))
		return reply_store(cli);
	if (!imports_add(&cli->store, IMPORT_USERS, cells) &&
		(!accounts_disable(&cli->store, a->word, 0) || !imports_change(&cli->store, IMPORT_USERS, cells)))
		return reply_refused(cli, "there is a user %s already", a->word);
	accounts_set_password(&cli->store, a->word, hash);
	return commit(cli, a, "may sign in");
}

int command_user_password(struct cli *cli, const struct arguments *a)
{
	char hash[PASSWORD_HASH];
	struct user user;
	int result;

	if (!users_find(&cli->store, a->word, &user))
		return reply_refused(cli, "there is no user %s", a->word);
	if (!ask_password(cli, a->word, hash, &result))
		return result;
	if (!store_begin(&cli->store))
		return reply_store(cli);
	if (!accounts_set_password(&cli->store, a->word, hash))
		return reply_refused(cli, "there is no user %s", a->word);
	return commit(cli, a, user.disabled_at ? "has a new password, but is locked out" : "has a new password");
}

int command_user_disable(struct cli *cli, const struct arguments *a)
{
	struct user user;

	if (!store_begin(&cli->store))
		return reply_store(cli);
	if (!users_find(&cli->store, a->word, &user))
		return reply_refused(cli, "there is no user %s", a->word);
	if (!accounts_disable(&cli->store, a->word, cli->now))
		return reply_refused(cli, "user %s is locked out already", a->word);
	return commit(cli, a, "is locked out");
}

/* For a first account in the browser: an address that makes one admin, once, within a day. */
int command_user_setup(struct cli *cli, const struct arguments *a)
{
	const struct settings *s = &cli->settings;
	char token[SECRET_TOKEN], hash[SECRET_HASH];

	(void)a;
	secret_make(token);
	secret_hash(token, hash);
	if (!store_begin(&cli->store))
		return reply_store(cli);
	setups_add(&cli->store, hash, cli->now, cli->now + SETUP_DAYS * DAY);
	audit_add(&cli->store, cli->now, cli->who, "user setup", "", "");
	if (!store_commit(&cli->store))
		return reply_store(cli);
	if (s->web_public_url[0])
		printf("%s/setup/%s\n", s->web_public_url, token);
	else
		printf("http%s://%s/setup/%s\n", s->web_tls_certificate[0] ? "s" : "", s->web_listen, token);
	return CLI_DONE;
}
