/*
 * pages - what the staff's browser loads: one shell for all addresses, which asks the calls for everything else, and
 * its parts. Nothing here is about anybody, so nobody needs to be signed in for it.
 */
#include <stdlib.h>
#include <string.h>

#include "server/web/assets.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"

static bool takes_gzip(struct call *c)
{
	const char *accept = call_header(c, "Accept-Encoding");

	return accept && strstr(accept, "gzip");
}

static void reply_asset(struct call *c, const struct asset *a)
{
	const char *known = call_header(c, "If-None-Match");
	bool gzip = a->gzip && takes_gzip(c);

	reply_header(c, "ETag", a->etag);
	reply_header(c, "Cache-Control", a->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	reply_header(c, "Vary", "Accept-Encoding");
	if (known && strstr(known, a->etag)) {
		reply_fixed(c, 304, NULL, "", 0);
		return;
	}
	if (gzip)
		reply_header(c, "Content-Encoding", "gzip");
	reply_fixed(c, 200, a->type, gzip ? a->gzip : a->data, gzip ? a->gzip_len : a->len);
}

void page_shell(struct call *c)
{
	reply_asset(c, asset_find("/index.html"));
}

void page_asset(struct call *c)
{
	const struct asset *a = asset_find(call_path(c));

	if (a)
		reply_asset(c, a);
	else
		reply_problem(c, 404, "unknown", "there is no such file");
}
