/*
 * colleagues - who could take something on: users who may act in a district and can be told of it, those on duty first.
 * What hand-overs and sign-offs choose from; names, logins and when they are away, nothing else of the account.
 */
#include <string.h>

#include "server/watch/duty.h"
#include "server/watch/json.h"
#include "server/watch/watch.h"
#include "server/web/call.h"
#include "server/web/handlers.h"

enum { PAGE = 64 };

static cJSON *colleague_object(struct call *c, const struct user *u, bool on_duty)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "login", u->login);
	cJSON_AddStringToObject(object, "name", u->name);
	cJSON_AddStringToObject(object, "role", u->role);
	cJSON_AddBoolToObject(object, "on_duty", on_duty);
	cJSON_AddBoolToObject(object, "away", duty_away(u->away_from, u->away_to, call_now(c)));
	json_text(object, "away_from", u->away_from);
	json_text(object, "away_to", u->away_to);
	return object;
}

static void add_those(struct call *c, const char *district, bool on_duty, cJSON *list)
{
	struct user page[PAGE];
	char after[LOGIN] = "";
	size_t n;

	do {
		n = users_staff(call_store(c), after, page, PAGE);
		for (size_t k = 0; k < n; k++) {
			bool duty = duty_has(call_watch(c), &page[k], call_now(c)) &&
				    !duty_away(page[k].away_from, page[k].away_to, call_now(c));

			if (duty == on_duty && (!*district || duty_may_act(&page[k], district)))
				cJSON_AddItemToArray(list, colleague_object(c, &page[k], duty));
		}
		if (n)
			memcpy(after, page[n - 1].login, sizeof(after));
	} while (n == PAGE);
}

void colleagues_show(struct call *c)
{
	const char *district = call_query(c, "district");
	cJSON *object, *list;

	district = district ? district : "";
	if (!call_district(c, district))
		return;
	object = cJSON_CreateObject();
	list = cJSON_AddArrayToObject(object, "colleagues");
	add_those(c, district, true, list);
	add_those(c, district, false, list);
	reply_json(c, 200, object);
}
