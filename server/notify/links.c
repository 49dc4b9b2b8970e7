/* links - see there. */
#include "server/notify/links.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/log.h"
#include "server/notify/matter.h"
#include "server/store/answer_tokens.h"

static bool has(const struct links *l, int64_t incident_id)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].incident_id == incident_id)
			return true;
	return false;
}

static void add(struct links *l, struct watch *w, const char *watcher_id, int64_t incident_id, int64_t now)
{
	struct link_made *made = &l->list[l->count++];
	char hash[SECRET_HASH];

	made->incident_id = incident_id;
	secret_make(made->token);
	secret_hash(made->token, hash);
	answer_tokens_add(w->store, hash, watcher_id, incident_id, now);
}

void links_make(struct links *l, struct watch *w, const struct outbox_message *m, int64_t now)
{
	const char *watcher_id = person_watcher(m->person);

	*l = (struct links){ 0 };
	if (!watcher_id || strncmp(m->channel, "device:", 7) == 0 || strncmp(m->channel, "log:", 4) == 0)
		return;
	l->list = calloc(m->count, sizeof(*l->list));
	if (!l->list)
		fatal("error=\"out of memory\"");
	for (size_t i = 0; i < m->count; i++) {
		struct notification n;

		if (notifications_find(w->store, m->ids[i], &n) && n.incident_id && matter_answerable(n.what) &&
			!has(l, n.incident_id))
			add(l, w, watcher_id, n.incident_id, now);
	}
}

void links_url(const struct links *l, const char *public_url, int64_t incident_id, char url[LINK_URL])
{
	size_t len = strlen(public_url);

	while (len && public_url[len - 1] == '/')
		len--;
	url[0] = '\0';
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].incident_id == incident_id)
			snprintf(url, LINK_URL, "%.*s/w/%s", (int)len, public_url, l->list[i].token);
}

void links_release(struct links *l)
{
	if (l->list)
		sodium_memzero(l->list, l->count * sizeof(*l->list));
	free(l->list);
	*l = (struct links){ 0 };
}
