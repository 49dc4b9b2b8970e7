/* links - what staff do about watchers' links: make and end the link to a watcher's own page, free one for another
 * browser. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/watch/json.h"
#include "server/watch/standing.h"
#include "server/web/handlers.h"
#include "server/web/qr.h"
#include "server/web/watchers.h"

/* The token is nowhere but in this answer. */
static void reply_link(struct call *c, const char *token)
{
	const char *base = call_settings(c)->web_public_url;
	size_t len = strlen(base);
	char url[384], *svg;
	cJSON *o;

	while (len && base[len - 1] == '/')
		len--;
	snprintf(url, sizeof(url), "%.*s/my/%s", (int)len, base, token);
	svg = qr_svg(url);
	if (!svg)
		fatal("error=\"a link is too long for a QR code\"");
	o = cJSON_CreateObject();
	cJSON_AddStringToObject(o, "url", url);
	cJSON_AddStringToObject(o, "qr", svg);
	free(svg);
	reply_json(c, 201, o);
}

/* Whoever holds the link sees every resident of the watcher: all are to be the caller's. False: it was replied. */
static bool find_watcher(struct call *c, const char *watcher_id, struct watcher *w)
{
	if (!call_watcher(c, watcher_id, w) || !body_ends(c))
		return false;
	if (watcher_covered_whole(c, watcher_id))
		return true;
	reply_problem(c, 403, "not_yours", "%s looks in on residents of other districts too", watcher_id);
	return false;
}

void links_make_page(struct call *c)
{
	const char *watcher_id = call_arg(c, 0);
	char token[SECRET_TOKEN];
	struct watcher w;
	struct refusal no;

	if (!find_watcher(c, watcher_id, &w))
		return;
	if (!call_settings(c)->web_public_url[0]) {
		reply_problem(c, 409, "public_url", "[web] public_url is not set: nobody could open the link");
		return;
	}
	if (!call_begin(c))
		return;
	if (!standing_link(call_watch(c), watcher_id, call_now(c), token, &no)) {
		reply_refusal(c, &no);
		return;
	}
	call_audit(c, "link", watcher_id, "made", "");
	if (call_commit(c))
		reply_link(c, token);
}

void links_end_page(struct call *c)
{
	const char *watcher_id = call_arg(c, 0);
	struct watcher w;

	if (!find_watcher(c, watcher_id, &w) || !call_begin(c))
		return;
	if (standing_unlink(call_watch(c), watcher_id, call_now(c)))
		call_audit(c, "link", watcher_id, "ended", "");
	if (call_commit(c))
		reply_nothing(c);
}

void links_free(struct call *c)
{
	const char *watcher_id = call_arg(c, 1);
	struct incident i;
	char detail[32];
	int64_t id;

	if (!call_id(c, 0, &id) || !call_incident(c, id, &i) || !body_ends(c) || !call_begin(c))
		return;
	if (!answer_browsers_free(call_store(c), watcher_id, id)) {
		reply_problem(c, 404, "unknown", "no browser of %.64s has this link", watcher_id);
		return;
	}
	snprintf(detail, sizeof(detail), "incident %" PRId64, id);
	call_audit(c, "free_link", watcher_id, detail, "");
	if (call_commit(c))
		reply_nothing(c);
}
