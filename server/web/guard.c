/*
 * guard - who calls, and whether they may.
 *
 * A browser shows its session's cookie; what it changes needs X-CSRF-Token besides, which only a page of ours can read.
 * A program shows an API key, which is no cookie and so needs no such proof. Who a user is, and what they may, is read
 * from the store at each call: what an admin takes away is gone at once.
 */
#include <string.h>
#include <strings.h>

#include "common/clock.h"
#include "common/secret.h"
#include "common/utf8.h"
#include "server/store/sessions.h"
#include "server/web/exchange.h"
#include "server/web/routes.h"

enum { SEEN_EACH = MINUTE };

static const struct {
	enum right right;
	const char *name;
} names[] = { { RIGHT_LIST, "list" }, { RIGHT_RECORD, "record" }, { RIGHT_ACT, "act" }, { RIGHT_SIGN, "sign" },
	{ RIGHT_EDIT, "edit" }, { RIGHT_REPORT, "report" }, { RIGHT_EXPORT, "export" }, { RIGHT_ADMIN, "admin" },
	{ RIGHT_AUDIT, "audit" } };

const char *right_name(enum right right)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].right == right)
			return names[i].name;
	return "";
}

bool rights_parse(const char *words, unsigned *rights)
{
	*rights = 0;
	while (*words) {
		size_t len = strcspn(words, " "), i = 0;

		while (i < sizeof(names) / sizeof(names[0]) &&
			(strlen(names[i].name) != len || memcmp(names[i].name, words, len) != 0))
			i++;
		if (len && i == sizeof(names) / sizeof(names[0]))
			return false;
		if (len)
			*rights |= names[i].right;
		words += len + strspn(words + len, " ");
	}
	return true;
}

unsigned guard_rights(const char *role)
{
	static const unsigned looks = RIGHT_LIST | RIGHT_RECORD | RIGHT_REPORT,
			      works = looks | RIGHT_ACT | RIGHT_SIGN | RIGHT_EDIT | RIGHT_EXPORT;

	if (strcmp(role, "admin") == 0)
		return RIGHTS_ALL;
	if (strcmp(role, "staff") == 0 || strcmp(role, "coordinator") == 0)
		return works;
	return strcmp(role, "viewer") == 0 ? looks : 0;
}

static bool turn_away(struct call *c, unsigned status, const char *code, const char *why)
{
	if (status == 401)
		reply_header(c, "WWW-Authenticate", "Bearer");
	reply_problem(c, status, code, "%s", why);
	return false;
}

/* The user, if they may come in at all. */
static bool set_user(struct call *c, const char *login, enum caller_kind kind)
{
	struct caller *k = &c->caller;

	if (!users_find(call_store(c), login, &k->user) || k->user.disabled_at)
		return false;
	memset(k->user.password, 0, sizeof(k->user.password));
	k->kind = kind;
	k->rights = guard_rights(k->user.role);
	/* Coordinators have their own districts only (duty_may_act); so does a viewer who was given some. */
	k->all_districts = strcmp(k->user.role, "admin") == 0 || strcmp(k->user.role, "staff") == 0 ||
			   (strcmp(k->user.role, "viewer") == 0 && !k->user.districts[0]);
	snprintf(k->person, sizeof(k->person), "user:%s", login);
	snprintf(k->who, sizeof(k->who), "user:%s", login);
	return true;
}

void guard_set_user(struct call *c, const char *login, const char *session, const char *token)
{
	set_user(c, login, CALLER_USER);
	snprintf(c->caller.session, sizeof(c->caller.session), "%s", session);
	secret_derive(token, "csrf", c->caller.csrf);
}

static bool changes(const struct call *c)
{
	return strcmp(c->method, "GET") != 0 && strcmp(c->method, "HEAD") != 0;
}

/*
 * Each minute is enough, of a short session less; a store that cannot write now does not turn anybody away who only
 * reads. What a page asks by itself, because something happened, says nothing about whether somebody still sits there.
 */
static void note_seen(struct call *c, const struct session *session)
{
	int64_t idle = call_settings(c)->session_idle_ms / 4, each = idle < SEEN_EACH ? idle : SEEN_EACH;

	if (call_header(c, "X-Mimamori-Background") && !changes(c))
		return;
	if (c->now - session->seen_at < each || !store_begin(call_store(c)))
		return;
	sessions_seen(call_store(c), session->hash, c->now);
	store_commit(call_store(c));
}

static bool by_session(struct call *c, const char *token)
{
	const struct settings *settings = call_settings(c);
	struct session session;
	char hash[SECRET_HASH];

	if (!secret_is_token(token))
		return false;
	secret_hash(token, hash);
	if (!sessions_find(call_store(c), hash, &session) || session.ended_at ||
		c->now - session.seen_at >= settings->session_idle_ms ||
		c->now - session.began_at >= settings->session_longest_ms || !set_user(c, session.login, CALLER_USER))
		return false;
	memcpy(c->caller.session, hash, sizeof(hash));
	secret_derive(token, "csrf", c->caller.csrf);
	note_seen(c, &session);
	return true;
}

static bool by_key(struct call *c, const char *token)
{
	char hash[SECRET_HASH];
	struct api_key key;
	unsigned scopes;

	if (!secret_is_token(token))
		return false;
	secret_hash(token, hash);
	if (!api_keys_find(call_store(c), hash, &key) || key.revoked_at || !rights_parse(key.scopes, &scopes) ||
		!set_user(c, key.login, CALLER_KEY))
		return false;
	c->caller.rights &= scopes;
	memcpy(c->caller.session, hash, sizeof(hash));
	snprintf(c->caller.who, sizeof(c->caller.who), "key:%.30s/%.40s", key.name, key.login);
	utf8_mend(c->caller.who);
	if (c->now - key.seen_at >= SEEN_EACH && store_begin(call_store(c))) {
		api_keys_seen(call_store(c), key.id, c->now);
		store_commit(call_store(c));
	}
	return true;
}

/* JSON, or a form where the route takes one. */
static bool right_type(struct call *c)
{
	static const char json[] = "application/json", form[] = "application/x-www-form-urlencoded";
	const char *type = call_header(c, "Content-Type");
	size_t len = type ? strcspn(type, "; ") : 0;

	if (!c->body_len)
		return true;
	c->form = (c->route->flags & ROUTE_FORM) && len == sizeof(form) - 1 && strncasecmp(type, form, len) == 0;
	if (c->form || (len == sizeof(json) - 1 && strncasecmp(type, json, len) == 0))
		return true;
	return turn_away(c, 415, "type",
		c->route->flags & ROUTE_FORM ? "the body is to be application/x-www-form-urlencoded or application/json"
					     : "the body is to be application/json");
}

static bool right_session(struct call *c)
{
	const char *authorization = call_header(c, "Authorization"), *cookie = call_cookie(c, SESSION_COOKIE);
	const char *csrf = call_header(c, "X-CSRF-Token");

	if (authorization && strncasecmp(authorization, "Bearer ", 7) == 0) {
		if (!by_key(c, authorization + 7))
			return turn_away(c, 401, "key", "this API key is unknown or was revoked");
	} else if (!cookie || !by_session(c, cookie)) {
		return turn_away(c, 401, "session", cookie ? "the session is over: sign in" : "sign in");
	} else if (changes(c) && (!csrf || !secret_equal(csrf, c->caller.csrf))) {
		return turn_away(c, 403, "csrf", "X-CSRF-Token is missing or not this session's");
	}
	return true;
}

bool guard_stands(struct call *c)
{
	if (right_session(c))
		return true;
	if (db_status(call_store(c)->db) != DB_FINE) {
		reply_reset(c);
		reply_store(c);
	}
	return false;
}

bool guard_admit(struct call *c)
{
	unsigned missing;

	if (!right_type(c))
		return false;
	if (c->route->flags & ROUTE_PUBLIC)
		return true;
	if (!guard_stands(c))
		return false;
	if (c->caller.user.totp_required && !c->caller.user.totp_on && c->caller.kind == CALLER_USER &&
		!(c->route->flags & ROUTE_ENROLLING))
		return turn_away(c, 403, "totp_enrol", "a second factor is required: set it up first");
	missing = c->route->rights & ~c->caller.rights;
	if (missing) { /* the first of them is named */
		reply_problem(c, 403, "right", "this needs the right \"%s\"", right_name(missing & -missing));
		return false;
	}
	return true;
}
