/* keys - API keys: for programs, as a user and within scopes; the key itself is shown once, when it is made. */
#include <stdlib.h>
#include <string.h>

#include "common/secret.h"
#include "server/store/sessions.h"
#include "server/watch/json.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"

enum { KEYS_MOST = 500 };

static cJSON *key_object(const struct api_key *k)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddNumberToObject(object, "id", (double)k->id);
	cJSON_AddStringToObject(object, "name", k->name);
	cJSON_AddStringToObject(object, "login", k->login);
	cJSON_AddStringToObject(object, "scopes", k->scopes);
	json_instant(object, "made_at", k->made_at);
	cJSON_AddStringToObject(object, "made_by", k->made_by);
	json_instant(object, "seen_at", k->seen_at);
	json_instant(object, "revoked_at", k->revoked_at);
	return object;
}

void keys_show(struct call *c)
{
	struct api_key *list = call_keep(c, calloc(KEYS_MOST, sizeof(*list)));
	size_t n = api_keys_list(call_store(c), list, KEYS_MOST);
	cJSON *object = cJSON_CreateObject(), *keys = cJSON_AddArrayToObject(object, "keys");

	for (size_t i = 0; i < n; i++)
		cJSON_AddItemToArray(keys, key_object(&list[i]));
	reply_json(c, 200, object);
}

void keys_add(struct call *c)
{
	const char *name = body_text(c, "name", 60, BODY_NEEDED),
		   *login = body_text(c, "login", LOGIN - 1, BODY_NEEDED);
	const char *scopes = body_text(c, "scopes", 120, BODY_NEEDED);
	struct api_key key = { .made_at = call_now(c) };
	char token[SECRET_TOKEN];
	struct user user;
	unsigned rights;
	cJSON *object;

	if (*scopes && !rights_parse(scopes, &rights))
		body_fault(c, "scopes",
			"holds a word that is no right: list record act sign edit report export admin audit");
	if (strchr(name, '/'))
		body_fault(c, "name", "holds a slash");
	if (*login && (!users_find(call_store(c), login, &user) || user.disabled_at))
		body_fault(c, "login", "there is no active user %s", login);
	if (!body_ends(c))
		return;
	secret_make(token);
	secret_hash(token, key.hash);
	snprintf(key.name, sizeof(key.name), "%s", name);
	snprintf(key.login, sizeof(key.login), "%s", login);
	snprintf(key.scopes, sizeof(key.scopes), "%s", scopes);
	snprintf(key.made_by, sizeof(key.made_by), "%s", call_caller(c)->person);
	if (!call_begin(c))
		return;
	api_keys_add(call_store(c), &key);
	call_audit(c, "key_made", login, name, "");
	if (!call_commit(c))
		return;
	object = key_object(&key);
	cJSON_AddStringToObject(object, "key", token);
	reply_json(c, 201, object);
}

void keys_revoke(struct call *c)
{
	int64_t id;

	if (!call_id(c, 0, &id) || !body_ends(c) || !call_begin(c))
		return;
	if (!api_keys_revoke(call_store(c), id, call_now(c))) {
		reply_problem(c, 404, "unknown", "there is no key %lld that stands", (long long)id);
		return;
	}
	call_audit(c, "key_revoked", call_arg(c, 0), "", "");
	if (call_commit(c))
		reply_nothing(c);
}
