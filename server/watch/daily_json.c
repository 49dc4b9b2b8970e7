/* daily_json - the daily list as the object of contract 5, for the shell and for the web. */
#include "common/zone.h"
#include "server/watch/daily.h"
#include "server/watch/json.h"

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
	json_text(incident, "claimed_by", r->incident.claimed_by);
	json_instant(incident, "claimed_until", r->incident.claimed_until);
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
	json_text(handled, "how", r->handled.how);
	json_instant(handled, "at", r->handled.at);
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
	json_text(device, "trouble", r->device.trouble);
}

static void write_row(const struct daily_row *r, FILE *out)
{
	cJSON *row = cJSON_CreateObject();

	cJSON_AddStringToObject(row, "resident_id", r->resident_id);
	cJSON_AddStringToObject(row, "name", r->name);
	cJSON_AddStringToObject(row, "kana", r->kana);
	cJSON_AddStringToObject(row, "district", r->district);
	json_text(row, "household", r->household);
	cJSON_AddStringToObject(row, "state", daily_state_name(r->state));
	json_instant(row, "checked_in_at", r->checked_in_at);
	json_text(row, "kind", r->kind);
	json_instant(row, "due_at", r->due_at);
	cJSON_AddBoolToObject(row, "needs_person", r->needs_person);
	add_handled(row, r);
	add_incident(row, r);
	add_device(row, r);
	json_write(row, out);
}

static void write_blind(const struct daily *d, FILE *out)
{
	for (size_t i = 0; i < d->blind_count; i++) {
		cJSON *period = cJSON_CreateObject();

		json_instant(period, "from", d->blind[i].from_at);
		json_instant(period, "to", d->blind[i].to_at);
		if (i)
			fputc(',', out);
		json_write(period, out);
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
	json_write(totals, out);
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
