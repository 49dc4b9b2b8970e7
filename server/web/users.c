/*
 * users - staff accounts: who they are, what they may, when they are on duty; passwords, second factors, locks.
 *
 * Somebody must remain who can administer: the last administrator who may sign in is neither locked out nor given
 * another role, and nobody locks themselves out. Whoever is locked out, or has a new password of somebody else's, is
 * signed out everywhere at once.
 */
#include <stdlib.h>
#include <string.h>

#include "common/password.h"
#include "server/store/accounts.h"
#include "server/store/sessions.h"
#include "server/watch/duty.h"
#include "server/watch/incident.h"
#include "server/watch/json.h"
#include "server/watch/telling.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/rows.h"

enum { PAGE = 200, PAGE_MOST = 1000, REASON = 500 };

static cJSON *user_object(const struct call *c, const struct user *u)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "login", u->login);
	cJSON_AddStringToObject(object, "name", u->name);
	cJSON_AddStringToObject(object, "role", u->role);
	json_text(object, "districts", u->districts);
	json_text(object, "channels", u->channels);
	json_text(object, "duty", u->duty);
	rows_add_hours(object, "duty_words", u->duty, DUTY_STANDARD);
	json_text(object, "away_from", u->away_from);
	json_text(object, "away_to", u->away_to);
	cJSON_AddBoolToObject(object, "away", duty_away(u->away_from, u->away_to, call_now(c)));
	cJSON_AddBoolToObject(object, "has_password", u->password[0] != '\0');
	cJSON_AddBoolToObject(object, "totp_on", u->totp_on);
	cJSON_AddBoolToObject(object, "totp_required", u->totp_required);
	json_instant(object, "disabled_at", u->disabled_at);
	return object;
}

void users_show(struct call *c)
{
	const char *cursor = call_query(c, "cursor");
	struct user *list;
	cJSON *object, *users;
	int64_t limit;
	size_t n, shown;

	if (!call_number(c, "limit", 1, PAGE_MOST, PAGE, &limit))
		return;
	list = call_keep(c, calloc((size_t)limit + 1, sizeof(*list)));
	n = users_page(call_store(c), cursor ? cursor : "", list, (size_t)limit + 1);
	shown = n > (size_t)limit ? (size_t)limit : n;
	object = cJSON_CreateObject();
	users = cJSON_AddArrayToObject(object, "users");
	for (size_t k = 0; k < shown; k++)
		cJSON_AddItemToArray(users, user_object(c, &list[k]));
	json_text(object, "next_cursor", n > shown ? list[shown - 1].login : "");
	reply_json(c, 200, object);
}

/* A password of the body, "" where none is given; what is wrong with it is noted. */
static const char *read_password(struct call *c, bool needed)
{
	const char *password = body_secret(c, "password", PASSWORD_MOST), *why;

	if (!*password && needed && !c->fault_count)
		body_fault_coded(c, "password", "required", "", "is missing");
	else if (*password && !password_good(password, &why))
		body_fault_coded(c, "password", "password", "", "the password %s", why);
	return password;
}

/* False: it was replied. */
static bool make_hash(struct call *c, const char *password, char hash[PASSWORD_HASH])
{
	hash[0] = '\0';
	if (!*password || password_hash(password, hash))
		return true;
	reply_store(c);
	return false;
}

static const char *asked_role(const struct rows *e)
{
	return table_cell(&tables[IMPORT_USERS], e->cells, "role");
}

/* Whether this user is all there is of administrators. */
static bool is_last_admin(struct call *c, const struct user *u)
{
	return strcmp(u->role, "admin") == 0 && u->password[0] && !u->disabled_at &&
	       !users_other_admin(call_store(c), u->login);
}

static bool refuse_last(struct call *c, const char *login)
{
	reply_problem(c, 409, "last_admin", "%.64s is the last administrator who may sign in", login);
	return false;
}

static bool find_user(struct call *c, struct user *u)
{
	if (users_find(call_store(c), call_arg(c, 0), u))
		return true;
	reply_problem(c, 404, "unknown", "there is no user %.64s", call_arg(c, 0));
	return false;
}

static void require_factor(struct call *c, const char *login, bool has, bool required)
{
	if (!has)
		return;
	accounts_require_factor(call_store(c), login, required);
	call_audit(c, "totp_required", login, required ? "no -> yes" : "yes -> no", "");
}

void users_add(struct call *c)
{
	char hash[PASSWORD_HASH];
	const char *password;
	struct rows e;
	bool required;

	rows_read(c, &e, IMPORT_USERS, "");
	rows_read_key(c, &e, "login");
	required = body_flag(c, "totp_required", false);
	password = read_password(c, false);
	if (body_ends(c) && make_hash(c, password, hash) && call_begin(c) && rows_write(c, &e, ROWS_NEW)) {
		if (hash[0])
			accounts_set_password(call_store(c), e.cells[0], hash);
		rows_audit(c, &e, "user_added", e.cells[0]);
		require_factor(c, e.cells[0], required, required);
		if (call_commit(c))
			reply_json(c, 201, rows_object(&e, "login", e.cells[0]));
	}
	rows_release(&e);
}

void users_change(struct call *c)
{
	bool has_required, required;
	struct user u;
	struct rows e;

	if (!find_user(c, &u))
		return;
	rows_read(c, &e, IMPORT_USERS, "");
	e.cells[0] = u.login;
	has_required = body_has(c, "totp_required");
	required = body_flag(c, "totp_required", u.totp_required);
	if (body_ends(c) && call_begin(c) &&
		(!asked_role(&e) || strcmp(asked_role(&e), "admin") == 0 || !is_last_admin(c, &u) ||
			refuse_last(c, u.login)) &&
		rows_write(c, &e, ROWS_OLD)) {
		if (e.edit.change != ROW_SAME)
			rows_audit(c, &e, "user_changed", u.login);
		require_factor(c, u.login, has_required && required != u.totp_required, required);
		if (call_commit(c))
			reply_json(c, 200, rows_object(&e, "login", u.login));
	}
	rows_release(&e);
}

/* All sessions but the one that asks. */
static void sign_out(struct call *c, const char *login)
{
	sessions_end_all(call_store(c), login, call_caller(c)->session, call_now(c));
}

void users_password(struct call *c)
{
	const char *password = read_password(c, true);
	char hash[PASSWORD_HASH];
	struct user u;

	if (!find_user(c, &u) || !body_ends(c) || !make_hash(c, password, hash) || !call_begin(c))
		return;
	accounts_set_password(call_store(c), u.login, hash);
	sign_out(c, u.login);
	call_audit(c, "user_password", u.login, "", "");
	if (call_commit(c))
		reply_nothing(c);
}

void users_disable(struct call *c)
{
	const char *reason = body_text(c, "reason", REASON, BODY_NEEDED);
	char person[PERSON];
	struct user u;

	if (!find_user(c, &u) || !body_ends(c))
		return;
	if (strcmp(u.login, call_caller(c)->user.login) == 0) {
		reply_problem(c, 409, "yourself", "nobody locks themselves out");
		return;
	}
	if (!call_begin(c) || (is_last_admin(c, &u) && !refuse_last(c, u.login)))
		return;
	if (!accounts_disable(call_store(c), u.login, call_now(c))) {
		reply_problem(c, 409, "disabled", "%s is locked out already", u.login);
		return;
	}
	PERSON_OF(person, "user", u.login);
	incident_free_claims(call_watch(c), person, "", call_now(c));
	sign_out(c, u.login);
	duty_schedule(call_watch(c), u.login, call_now(c));
	call_audit(c, "user_disabled", u.login, "", reason);
	if (call_commit(c))
		reply_nothing(c);
}

void users_enable(struct call *c)
{
	const char *reason = body_text(c, "reason", REASON, BODY_MAY);
	struct user u;

	if (!find_user(c, &u) || !body_ends(c) || !call_begin(c))
		return;
	if (!accounts_disable(call_store(c), u.login, 0)) {
		reply_problem(c, 409, "enabled", "%s is not locked out", u.login);
		return;
	}
	duty_schedule(call_watch(c), u.login, call_now(c));
	call_audit(c, "user_enabled", u.login, "", reason);
	if (call_commit(c))
		reply_nothing(c);
}

/* The telephone with the codes is lost: the next sign-in needs none, and sets up another where one is required. */
void users_forget_factor(struct call *c)
{
	const char *reason = body_text(c, "reason", REASON, BODY_NEEDED);
	struct user u;

	if (!find_user(c, &u) || !body_ends(c) || !call_begin(c))
		return;
	accounts_set_factor(call_store(c), u.login, &(struct factor){ .on = false });
	sign_out(c, u.login);
	call_audit(c, "totp_removed", u.login, "", reason);
	if (call_commit(c))
		reply_nothing(c);
}
