/*
 * signin - in and out, who one is, where one is signed in; the first account of all.
 *
 * Failures are counted by account and by address, and each makes the next try wait; a browser in which this account
 * signed in before is counted by itself, so that whoever hammers an account does not keep its owner out. While one
 * waits nothing is tried, so waiting says nothing about a password. Codes of the second factor are six digits: whoever
 * knows the password is counted by the account alone, from however many addresses they guess.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/password.h"
#include "common/secret.h"
#include "common/utf8.h"
#include "common/zone.h"
#include "server/store/accounts.h"
#include "server/store/districts.h"
#include "server/store/sessions.h"
#include "server/tables/edit.h"
#include "server/watch/json.h"
#include "server/web/exchange.h"
#include "server/web/factor.h"
#include "server/web/handlers.h"
#include "server/web/signin.h"

#define BROWSER_COOKIE "mimamori_browser"

enum {
	FREE_TRIES = 5,
	WAIT_FIRST = SECOND,
	WAIT_ACCOUNT = MINUTE,  /* at most: its owner may sit at a new browser */
	WAIT_CODE = 5 * MINUTE, /* the same: 300 tries a day, of a third of a million */
	WAIT_OTHERS = 15 * MINUTE,
	FORGET = 6 * HOUR,
	BROWSER_YEARS = 2,
};

/* How long a key has to wait still, ms. */
static int64_t waits(struct call *c, const char *key, int64_t longest)
{
	int64_t last_at, failures = throttles_failures(call_store(c), key, &last_at), wait = WAIT_FIRST;

	if (failures < FREE_TRIES || call_now(c) - last_at > FORGET)
		return 0;
	for (int64_t i = FREE_TRIES; i < failures && wait < longest; i++)
		wait *= 2;
	wait = wait < longest ? wait : longest;
	return last_at + wait > call_now(c) ? last_at + wait - call_now(c) : 0;
}

struct keys {
	char browser[96], login[96], address[96]; /* browser "": it is not known */
	char code[96];                            /* wrong codes behind the right password */
	char share[192];                          /* of the address's failures those that are this login's */
};

/* An address as it is counted: of IPv6 the /64 that one site has to itself. */
static void set_network(char *key, size_t size, const char *address)
{
	struct in6_addr whole;
	char network[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET6, address, &whole) == 1 && !IN6_IS_ADDR_V4MAPPED(&whole)) {
		memset(whole.s6_addr + 8, 0, 8);
		address = inet_ntop(AF_INET6, &whole, network, sizeof(network));
	}
	snprintf(key, size, "address:%.80s", address);
}

/* What is no login may be a password, typed a field too early: of it a hash is counted, and nothing audited. */
static void set_keys(struct call *c, const char *login, bool known, struct keys *k)
{
	const char *cookie = call_cookie(c, BROWSER_COOKIE);
	char hash[SECRET_HASH], unknown[SECRET_HASH];

	*k = (struct keys){ .browser = "" };
	secret_hash(login, unknown);
	snprintf(k->login, sizeof(k->login), "login:%.80s", known ? login : unknown);
	snprintf(k->code, sizeof(k->code), "code:%.80s", known ? login : unknown);
	set_network(k->address, sizeof(k->address), call_address(c));
	snprintf(k->share, sizeof(k->share), "%s %s", k->address, k->login);
	if (!cookie || !secret_is_token(cookie))
		return;
	secret_derive(cookie, login, hash);
	if (browsers_known(call_store(c), hash))
		snprintf(k->browser, sizeof(k->browser), "browser:%s", hash);
}

/*
 * An address from which nothing failed lately has one try whatever others do to the account: who guesses without end
 * does not keep its owner out of a new browser either.
 */
static int64_t keys_wait(struct call *c, const struct keys *k)
{
	int64_t account, address, last_at;

	if (k->browser[0])
		return waits(c, k->browser, WAIT_OTHERS);
	if (!throttles_failures(call_store(c), k->address, &last_at) || call_now(c) - last_at > FORGET)
		return 0;
	account = waits(c, k->login, WAIT_ACCOUNT);
	address = waits(c, k->address, WAIT_OTHERS);
	return account > address ? account : address;
}

static void reply_wait(struct call *c, int64_t wait)
{
	char seconds[24];

	snprintf(seconds, sizeof(seconds), "%lld", (long long)(wait + SECOND - 1) / (long long)SECOND);
	reply_header(c, "Retry-After", seconds);
	reply_problem(c, 429, "wait", "too many failures: try again in %s s", seconds);
}

/* Counted and audited; the answer does not say which part was wrong. */
static void fail(struct call *c, const struct keys *k, const char *login, const char *code, const char *why)
{
	if (!call_begin(c))
		return;
	if (k->browser[0]) {
		throttles_add(call_store(c), k->browser, call_now(c), FORGET);
	} else {
		throttles_add(call_store(c), k->login, call_now(c), FORGET);
		throttles_add(call_store(c), k->address, call_now(c), FORGET);
		throttles_add(call_store(c), k->share, call_now(c), FORGET);
	}
	call_audit(c, "sign_in_failed", login, code, "");
	if (call_commit(c))
		reply_problem(c, 401, code, "%s", why);
}

static cJSON *session_object(struct call *c)
{
	const struct caller *k = call_caller(c);
	const struct settings *s = call_settings(c);
	cJSON *object = cJSON_CreateObject(), *list, *part;
	struct district d;
	char date[DATE_TEXT];
	struct query *q;

	cJSON_AddStringToObject(object, "login", k->user.login);
	cJSON_AddStringToObject(object, "name", k->user.name);
	cJSON_AddStringToObject(object, "role", k->user.role);
	list = cJSON_AddArrayToObject(object, "districts");
	for (q = districts_all(call_store(c)); districts_next(q, &d);) {
		if (!call_covers(c, d.district))
			continue;
		part = cJSON_CreateObject();
		cJSON_AddStringToObject(part, "district", d.district);
		cJSON_AddStringToObject(part, "name", d.name);
		cJSON_AddBoolToObject(part, "ended", d.ended_at != 0);
		cJSON_AddItemToArray(list, part);
	}
	list = cJSON_AddArrayToObject(object, "rights");
	for (unsigned right = 1; right <= RIGHTS_ALL; right <<= 1)
		if (k->rights & right)
			cJSON_AddItemToArray(list, cJSON_CreateString(right_name((enum right)right)));
	json_text(object, "csrf", k->csrf);
	cJSON_AddStringToObject(object, "language", k->user.language[0] ? k->user.language : s->language);
	part = cJSON_AddObjectToObject(object, "council");
	cJSON_AddStringToObject(part, "name", s->name);
	cJSON_AddStringToObject(part, "phone", s->phone);
	cJSON_AddStringToObject(object, "date", date_format(date, zone_day(call_now(c))));
	json_instant(object, "now", call_now(c));
	part = cJSON_AddObjectToObject(object, "totp");
	cJSON_AddBoolToObject(part, "on", k->user.totp_on);
	cJSON_AddBoolToObject(part, "required", k->user.totp_required);
	return object;
}

/*
 * Whoever comes in has shown that the failures of this login were slips of its owner: they no longer count, of the
 * account, nor of the address that a whole office shares, where each day's slips would else add up until a new browser
 * waits a quarter of an hour. Of the address only this login's own share is forgotten. If more were, halved for
 * instance, whoever has one account of their own could come in now and then to guess at all the others for ever.
 * An address and its shares are forgotten by the same rule (FORGET after the last failure), so a share never takes off
 * what the address no longer counts.
 */
static void forgive(struct call *c, const struct keys *k)
{
	int64_t last_at, slips = throttles_failures(call_store(c), k->share, &last_at);

	if (slips && call_now(c) - last_at <= FORGET)
		throttles_forgive(call_store(c), k->address, slips);
	throttles_clear(call_store(c), k->share);
	throttles_clear(call_store(c), k->login);
	throttles_clear(call_store(c), k->code);
	if (k->browser[0])
		throttles_clear(call_store(c), k->browser);
}

/* In: a new session, and the browser is known from now on. */
static void come_in(struct call *c, const struct keys *keys, const char *login)
{
	const char *cookie = call_cookie(c, BROWSER_COOKIE), *agent = call_header(c, "User-Agent");
	char token[SECRET_TOKEN], browser[SECRET_TOKEN], hash[SECRET_HASH];
	struct session session = { .began_at = call_now(c), .seen_at = call_now(c) };

	secret_make(token);
	secret_hash(token, session.hash);
	snprintf(session.login, sizeof(session.login), "%s", login);
	snprintf(session.address, sizeof(session.address), "%s", call_address(c));
	snprintf(session.agent, sizeof(session.agent), "%s", agent ? agent : "");
	utf8_mend(session.agent);
	if (cookie && secret_is_token(cookie))
		snprintf(browser, sizeof(browser), "%s", cookie);
	else
		secret_make(browser);
	secret_derive(browser, login, hash);
	guard_set_user(c, login, session.hash, token);
	if (!call_begin(c))
		return;
	sessions_add(call_store(c), &session);
	browsers_add(call_store(c), hash, call_now(c));
	forgive(c, keys);
	call_audit(c, "sign_in", login, "", "");
	if (!call_commit(c))
		return;
	reply_cookie(c, SESSION_COOKIE, token, 0, true);
	reply_cookie(c, BROWSER_COOKIE, browser, (int64_t)BROWSER_YEARS * 365 * DAY / SECOND, true);
	reply_json(c, 200, session_object(c));
}

/*
 * Whether a code may be tried now. It counts as wrong until the session that it opens forgives it: of many tries at
 * once each finds those before it counted. False: 429 or 503 was replied.
 */
static bool may_try_code(struct call *c, const struct keys *k)
{
	const char *key = k->browser[0] ? k->browser : k->code;
	int64_t wait;

	if (!call_begin(c))
		return false;
	wait = waits(c, key, k->browser[0] ? WAIT_OTHERS : WAIT_CODE);
	if (wait) {
		reply_wait(c, wait);
		return false;
	}
	throttles_add(call_store(c), key, call_now(c), FORGET);
	return call_noted(c);
}

static void fail_code(struct call *c, const char *login)
{
	if (call_note(c, "sign_in_failed", login, "totp_wrong"))
		reply_problem(c, 401, "totp_wrong", "this code is not valid (any more)");
}

void session_begin(struct call *c)
{
	const char *login = body_text(c, "login", LOGIN - 1, BODY_NEEDED);
	const char *password = body_secret(c, "password", PASSWORD_MOST);
	const char *code = body_text(c, "code", 16, BODY_MAY);
	bool known, found, second;
	struct keys keys;
	struct user user;
	int64_t wait;

	if (!body_ends(c))
		return;
	known = users_find(call_store(c), login, &user);
	found = known && !user.disabled_at;
	set_keys(c, login, known, &keys);
	wait = keys_wait(c, &keys);
	if (wait) {
		reply_wait(c, wait);
		return;
	}
	if (!found && db_status(call_store(c)->db) != DB_FINE) {
		reply_store(c);
		return;
	}
	if (!password_fits(password, found ? user.password : "")) {
		fail(c, &keys, known ? login : "", "wrong", "the login or the password is wrong");
		return;
	}
	second = user.totp_on;
	if (second && !*code) {
		reply_problem(c, 401, "totp_needed", "the code of the second factor is needed as well");
		return;
	}
	if (second && !may_try_code(c, &keys))
		return;
	if (second && !factor_takes(c, login, code))
		fail_code(c, login);
	else
		come_in(c, &keys, login);
}

void session_show(struct call *c)
{
	reply_json(c, 200, session_object(c));
}

void session_end(struct call *c)
{
	if (!call_by_person(c) || !call_begin(c))
		return;
	sessions_end(call_store(c), call_caller(c)->session, call_now(c));
	call_audit(c, "sign_out", call_caller(c)->user.login, "", "");
	if (!call_commit(c))
		return;
	reply_cookie(c, SESSION_COOKIE, "", -1, true);
	reply_nothing(c);
}

bool signin_verifies(struct call *c, const char *password)
{
	const char *login = call_caller(c)->user.login;
	struct keys keys;
	struct user user;
	int64_t wait;

	set_keys(c, login, true, &keys);
	wait = keys_wait(c, &keys);
	if (wait) {
		reply_wait(c, wait);
		return false;
	}
	if (users_find(call_store(c), login, &user) && password_fits(password, user.password))
		return true;
	fail(c, &keys, login, "password", "the password is wrong");
	return false;
}

/* A user's own wish: language, or another password, which ends every other session. */
void session_change(struct call *c)
{
	const char *language = body_word(c, "language", "ja en", BODY_MAY);
	const char *old = body_secret(c, "old_password", PASSWORD_MOST), *why;
	const char *new = body_secret(c, "new_password", PASSWORD_MOST), *login = call_caller(c)->user.login;
	char hash[PASSWORD_HASH];

	if (!call_by_person(c))
		return;
	if (*new && !password_good(new, &why))
		body_fault(c, "new_password", "%s", why);
	if (!body_ends(c))
		return;
	if (*new && !signin_verifies(c, old))
		return;
	if (*new && !password_hash(new, hash)) {
		reply_store(c);
		return;
	}
	if (!call_begin(c))
		return;
	if (*language)
		accounts_set_language(call_store(c), login, language);
	if (*new) {
		accounts_set_password(call_store(c), login, hash);
		sessions_end_all(call_store(c), login, call_caller(c)->session, call_now(c));
	}
	call_audit(c, "account", login, *new ? "password" : "language", "");
	if (call_commit(c))
		reply_nothing(c);
}

/* Short names of sessions for the pages: the beginning of the hash, which opens nothing. */
enum { SHORT_ID = 16, SESSIONS_MOST = 500 };

void sessions_show(struct call *c)
{
	const struct caller *k = call_caller(c);
	const char *of = k->rights & RIGHT_ADMIN && call_query(c, "all") ? "" : k->user.login;
	struct session *list = call_keep(c, calloc(SESSIONS_MOST, sizeof(*list)));
	cJSON *object, *all;
	size_t n;

	if (!call_by_person(c))
		return;
	n = sessions_list(call_store(c), of, call_now(c) - call_settings(c)->session_idle_ms, list, SESSIONS_MOST);
	object = cJSON_CreateObject();
	all = cJSON_AddArrayToObject(object, "sessions");
	for (size_t i = 0; i < n; i++) {
		cJSON *one = cJSON_CreateObject();
		char id[SHORT_ID + 1];

		snprintf(id, sizeof(id), "%s", list[i].hash);
		cJSON_AddStringToObject(one, "id", id);
		cJSON_AddStringToObject(one, "login", list[i].login);
		json_instant(one, "began_at", list[i].began_at);
		json_instant(one, "seen_at", list[i].seen_at);
		cJSON_AddStringToObject(one, "address", list[i].address);
		cJSON_AddStringToObject(one, "agent", list[i].agent);
		cJSON_AddBoolToObject(one, "own", strcmp(list[i].hash, k->session) == 0);
		cJSON_AddItemToArray(all, one);
	}
	reply_json(c, 200, object);
}

void sessions_revoke(struct call *c)
{
	const struct caller *k = call_caller(c);
	struct session *list = call_keep(c, calloc(SESSIONS_MOST, sizeof(*list)));
	size_t n;

	if (!call_by_person(c))
		return;
	n = sessions_list(call_store(c), k->rights & RIGHT_ADMIN ? "" : k->user.login, 0, list, SESSIONS_MOST);
	for (size_t i = 0; i < n; i++) {
		if (strlen(call_arg(c, 0)) != SHORT_ID || strncmp(list[i].hash, call_arg(c, 0), SHORT_ID) != 0)
			continue;
		if (!call_begin(c))
			return;
		sessions_end(call_store(c), list[i].hash, call_now(c));
		call_audit(c, "session_ended", list[i].login, call_arg(c, 0), "");
		if (call_commit(c))
			reply_nothing(c);
		return;
	}
	reply_problem(c, 404, "unknown", "there is no such session");
}

/* The first account, by the link that was printed on the terminal: an admin. */
void setup_finish(struct call *c)
{
	const char *token = body_text(c, "token", SECRET_TOKEN, BODY_NEEDED);
	const char *login = body_text(c, "login", LOGIN - 1, BODY_NEEDED);
	const char *name = body_text(c, "name", PERSON_NAME - 1, BODY_NEEDED);
	const char *password = body_secret(c, "password", PASSWORD_MOST), *why;
	const char *cells[IMPORT_CELLS] = { login, name, "admin" };
	const struct clerk clerk = {
		.settings = call_settings(c), .watch = call_watch(c), .who = "setup", .now = call_now(c)
	};
	char hash[PASSWORD_HASH], token_hash[SECRET_HASH];
	struct edit edit;

	if (!password_good(password, &why))
		body_fault(c, "password", "%s", why);
	if (!body_ends(c))
		return;
	secret_hash(token, token_hash);
	if (!setups_open(call_store(c), token_hash, call_now(c))) {
		reply_problem(
			c, 404, "unknown", "this link was used, or is too old: `mimamori user setup` prints another");
		return;
	}
	if (!password_hash(password, hash)) {
		reply_store(c);
		return;
	}
	if (!call_begin(c))
		return;
	if (!setups_use(call_store(c), token_hash, call_now(c))) {
		reply_problem(c, 404, "unknown", "this link was used");
		return;
	}
	if (users_find(call_store(c), login, &(struct user){ .login = "" })) {
		reply_problem(c, 409, "taken", "there is a user %s already", login);
		return;
	}
	if (!edit_rows(&edit, &clerk, IMPORT_USERS, cells, 1)) {
		if (edit.im.faults.count)
			reply_problem(c, 422, "invalid", "%s: %s",
				edit.im.faults.list[0].column ? edit.im.faults.list[0].column : "login",
				edit.im.faults.list[0].what);
		else
			reply_store(c);
		edit_release(&edit);
		return;
	}
	edit_release(&edit);
	accounts_set_password(call_store(c), login, hash);
	snprintf(c->caller.who, sizeof(c->caller.who), "user:%s", login);
	call_audit(c, "setup", login, "admin", "");
	if (call_commit(c))
		reply_nothing(c);
}
