/* daily_json - the daily list as the object of contract 5, for the shell and for the web. */
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "common/log.h"
#include "common/zone.h"
#include "server/watch/daily.h"

static void add_text(cJSON *object, const char *name, const char *text)
{
	if (text[0])
		cJSON_AddStringToObject(object, name, text);
	else
		cJSON_AddNullToObject(object, name);
}

static void add_instant(cJSON *object, const char *name, int64_t at)
{
	char text[ZONE_TEXT];

	add_text(object, name, at ? zone_format(text, at) : "");
}

static void add_incident(cJSON *row, const struct daily_row *r)
{
	cJSON *incident;

	if (!r->incident.id) {
		cJSON_AddNullToObject(row, "incident");
		return;
	}
	incident = cJSON_AddObjectToObject(row, "incident");
	cJSON_AddNumberToObject(incident, "id", (double)r->incident.id);
	cJSON_AddStringToObject(incident, "kind", incident_kind_name(r->incident.kind));
	cJSON_AddStringToObject(
		incident, "state", incident_state_name(r->incident.claimed ? INCIDENT_CLAIMED : INCIDENT_OPEN));
	cJSON_AddNumberToObject(incident, "step", r->incident.step);
	add_text(incident, "claimed_by", r->incident.claimed_by);
	add_instant(incident, "claimed_until", r->incident.claimed_until);
}

static void add_handled(cJSON *row, const struct daily_row *r)
{
	cJSON *handled;

	if (!r->handled.at) {
		cJSON_AddNullToObject(row, "handled");
		return;
	}
	handled = cJSON_AddObjectToObject(row, "handled");
	cJSON_AddStringToObject(handled, "by", r->handled.by);
	add_text(handled, "how", r->handled.how);
	add_instant(handled, "at", r->handled.at);
}

static void add_device(cJSON *row, const struct daily_row *r)
{
	cJSON *device;

	if (!r->device.there) {
		cJSON_AddNullToObject(row, "device");
		return;
	}
	device = cJSON_AddObjectToObject(row, "device");
	if (r->device.online < 0)
		cJSON_AddNullToObject(device, "online");
	else
		cJSON_AddBoolToObject(device, "online", r->device.online);
	if (r->device.battery < 0)
		cJSON_AddNullToObject(device, "battery");
	else
		cJSON_AddNumberToObject(device, "battery", r->device.battery);
	add_text(device, "trouble", r->device.trouble);
}

static void write_object(cJSON *object, FILE *out)
{
	char *text = cJSON_PrintUnformatted(object);

	if (!text)
		fatal("error=\"out of memory\"");
	fputs(text, out);
	free(text);
	cJSON_Delete(object);
}

static void write_row(const struct daily_row *r, FILE *out)
{
	cJSON *row = cJSON_CreateObject();

	cJSON_AddStringToObject(row, "resident_id", r->resident_id);
	cJSON_AddStringToObject(row, "name", r->name);
	cJSON_AddStringToObject(row, "kana", r->kana);
	cJSON_AddStringToObject(row, "district", r->district);
	add_text(row, "household", r->household);
	cJSON_AddStringToObject(row, "state", daily_state_name(r->state));
	add_instant(row, "checked_in_at", r->checked_in_at);
	add_text(row, "kind", r->kind);
	add_instant(row, "due_at", r->due_at);
	cJSON_AddBoolToObject(row, "needs_person", r->needs_person);
	add_handled(row, r);
	add_incident(row, r);
	add_device(row, r);
	write_object(row, out);
}

static void write_blind(const struct daily *d, FILE *out)
{
	for (size_t i = 0; i < d->blind_count; i++) {
		cJSON *period = cJSON_CreateObject();

		add_instant(period, "from", d->blind[i].from_at);
		add_instant(period, "to", d->blind[i].to_at);
		if (i)
			fputc(',', out);
		write_object(period, out);
	}
}

static void write_totals(const struct daily *d, FILE *out)
{
	static const enum daily_state order[DAILY_STATES] = { DAILY_OK, DAILY_WAITING, DAILY_LATE, DAILY_MISSED,
		DAILY_UNKNOWN, DAILY_HELP, DAILY_PAUSED, DAILY_UNSCHEDULED }; /* the contract's */
	cJSON *totals = cJSON_CreateObject();

	cJSON_AddNumberToObject(totals, "residents", (double)d->residents);
	cJSON_AddNumberToObject(totals, "open", (double)d->open);
	for (size_t i = 0; i < DAILY_STATES; i++)
		cJSON_AddNumberToObject(totals, daily_state_name(order[i]), (double)d->totals[order[i]]);
	write_object(totals, out);
}

void daily_write_json(const struct daily *d, FILE *out)
{
	char date[DATE_TEXT];

	fprintf(out, "{\"date\":\"%s\",\"version\":%lld,\"listening\":%s,\"blind\":[", date_format(date, d->day),
		(long long)d->version, d->listening ? "true" : "false");
	write_blind(d, out);
	fputs("],\n\"totals\":", out);
	write_totals(d, out);
	fputs(",\n\"residents\":[", out);
	for (size_t i = 0; i < d->residents; i++) {
		fputs(i ? ",\n" : "\n", out);
		write_row(d->rows[i], out);
	}
	fputs("]}\n", out);
}
