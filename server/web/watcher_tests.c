/*
 * watcher_tests - a message marked as a test to each of a watcher's channels, and what became of it.
 *
 * It goes the way every alert goes, so that it shows whether one would arrive.
 */
#include <stdlib.h>
#include <string.h>

#include "server/watch/json.h"
#include "server/watch/telling.h"
#include "server/web/handlers.h"
#include "server/web/watchers.h"

enum { TESTS_MOST = 32 };

void watcher_tests_begin(struct call *c)
{
	int64_t ids[TESTS_MOST];
	char person[PERSON];
	struct watcher w;
	cJSON *object, *list;
	size_t n;

	if (!call_watcher(c, call_arg(c, 0), &w) || !body_ends(c) || !call_begin(c))
		return;
	PERSON_OF(person, "watcher", w.watcher_id);
	n = telling_test(call_watch(c), person, call_now(c), ids, TESTS_MOST);
	if (!n) {
		reply_problem(c, 422, "no_channel", "%s has no channel", w.watcher_id);
		return;
	}
	call_audit(c, "test_alert", w.watcher_id, "", "");
	if (!call_commit(c))
		return;
	object = cJSON_CreateObject();
	list = cJSON_AddArrayToObject(object, "ids");
	for (size_t k = 0; k < n; k++)
		cJSON_AddItemToArray(list, cJSON_CreateNumber((double)ids[k]));
	reply_json(c, 202, object);
}

/* In flight is waiting, for who looks. */
static cJSON *test_object(const struct notification *n)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddNumberToObject(object, "id", (double)n->id);
	cJSON_AddStringToObject(object, "channel", n->channel);
	cJSON_AddStringToObject(object, "state", strcmp(n->state, "in_flight") == 0 ? "waiting" : n->state);
	json_text(object, "answer", n->answer);
	json_instant(object, "written_at", n->written_at);
	json_instant(object, "sent_at", n->sent_at);
	return object;
}

void watcher_tests_show(struct call *c)
{
	const char *ids = call_query(c, "ids");
	char person[PERSON], *end;
	struct watcher w;
	cJSON *object, *list;

	if (!call_watcher(c, call_arg(c, 0), &w))
		return;
	PERSON_OF(person, "watcher", w.watcher_id);
	object = cJSON_CreateObject();
	list = cJSON_AddArrayToObject(object, "tests");
	for (int k = 0; ids && *ids && k < TESTS_MOST; k++, ids = *end == ',' ? end + 1 : end) {
		struct notification n;
		int64_t id = strtoll(ids, &end, 10);

		if (end == ids)
			break;
		if (notifications_find(call_store(c), id, &n) && strcmp(n.kind, "test") == 0 &&
			strcmp(n.person, person) == 0)
			cJSON_AddItemToArray(list, test_object(&n));
	}
	reply_json(c, 200, object);
}
