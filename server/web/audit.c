/* audit - who did and read what, for those who may ask: filtered, page by page, and as a file. */
#include <stdlib.h>
#include <string.h>

#include "common/zone.h"
#include "server/store/audit.h"
#include "server/tables/csv.h"
#include "server/watch/json.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"

static const char *query_or(struct call *c, const char *name, const char *none)
{
	const char *text = call_query(c, name);

	return text ? text : none;
}

/* from and to are local dates, both included; days that the store knows nothing of are fine. */
static bool read_filter(struct call *c, struct audit_filter *f)
{
	int32_t from = 0, to = INT32_MAX - 1;

	*f = (struct audit_filter){
		.who = query_or(c, "who", ""), .what = query_or(c, "what", ""), .subject = query_or(c, "subject", "")
	};
	if ((*query_or(c, "from", "") && !call_day(c, "from", &from)) ||
		(*query_or(c, "to", "") && !call_day(c, "to", &to)))
		return false;
	f->from_at = from ? zone_instant(from, 0, ZONE_FIRST) : 0;
	f->until_at = to == INT32_MAX - 1 ? INT64_MAX : zone_instant(to + 1, 0, ZONE_FIRST);
	return call_number(c, "cursor", 1, INT64_MAX, 0, &f->before_id);
}

void audit_show(struct call *c)
{
	cJSON *object, *list, *one;
	int64_t limit, given = 0, last = 0;
	struct audit_filter filter;
	struct audit_entry e;
	struct query *q;
	bool more = false;

	if (!read_filter(c, &filter) || !call_number(c, "limit", 1, 1000, 100, &limit))
		return;
	if (!call_note(c, "read", "audit", ""))
		return;
	object = cJSON_CreateObject();
	list = cJSON_AddArrayToObject(object, "entries");
	q = audit_list(call_store(c), &filter);
	while (!more && audit_list_next(q, &e)) {
		more = given++ == limit;
		if (more)
			break;
		one = cJSON_CreateObject();
		cJSON_AddNumberToObject(one, "id", (double)e.id);
		json_instant(one, "at", e.at);
		cJSON_AddStringToObject(one, "who", e.who);
		cJSON_AddStringToObject(one, "what", e.what);
		json_text(one, "subject", e.subject);
		json_text(one, "detail", e.detail);
		json_text(one, "address", e.address);
		json_text(one, "reason", e.reason);
		cJSON_AddItemToArray(list, one);
		last = e.id;
	}
	db_done(q);
	if (more)
		cJSON_AddNumberToObject(object, "next_cursor", (double)last);
	else
		cJSON_AddNullToObject(object, "next_cursor");
	reply_json(c, 200, object);
}

void audit_csv(struct call *c)
{
	static const char *const header[] = { "at", "who", "what", "subject", "detail", "address", "reason" };
	struct audit_filter filter;
	struct audit_entry e;
	char at[ZONE_TEXT];
	struct query *q;
	FILE *out;

	if (!read_filter(c, &filter) || !call_note(c, "export", "audit", ""))
		return;
	out = reply_out(c);
	fputs("\xef\xbb\xbf", out); /* so that Excel reads UTF-8 */
	csv_write(out, header, 7);
	q = audit_list(call_store(c), &filter);
	while (audit_list_next(q, &e)) {
		const char *const cells[] = { zone_format(at, e.at), e.who, e.what, e.subject, e.detail, e.address,
			e.reason };

		csv_write_defused(out, cells, 7);
	}
	reply_file_name(c, "audit.csv");
	reply_written(c, 200, "text/csv; charset=utf-8");
}
