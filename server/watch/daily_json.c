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
	if (r->incident.step == DAILY_STEP_UNKNOWN)
		cJSON_AddNullToObject(incident, "step");
	else
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

void daily_write_row(const struct daily_row *r, FILE *out)
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

/* The open question about the resident, which is a page of its own. */
static void add_question(cJSON *row, const struct daily_row *r)
{
	cJSON *question;

	if (!r->question.id) {
		cJSON_AddNullToObject(row, "question");
		return;
	}
	question = cJSON_AddObjectToObject(row, "question");
	cJSON_AddNumberToObject(question, "id", (double)r->question.id);
	cJSON_AddStringToObject(question, "kind", incident_kind_name(r->question.kind));
	json_text(question, "claimed_by", r->question.claimed_by);
	json_instant(question, "claimed_until", r->question.claimed_until);
}

bool daily_write_more(const struct daily_row *r, FILE *out)
{
	bool calling = r->incident.claimed && r->incident.calling, reached = !r->incident.id || r->incident.reached;
	cJSON *more;

	if (!r->question.id && !r->after_signing && !calling && reached && !r->incident.no_answer)
		return false;
	more = cJSON_CreateObject();
	add_question(more, r);
	cJSON_AddBoolToObject(more, "after_signing", r->after_signing);
	cJSON_AddBoolToObject(more, "calling", calling);
	cJSON_AddBoolToObject(more, "reached", reached);
	cJSON_AddBoolToObject(more, "no_answer", r->incident.no_answer);
	json_write(more, out);
	return true;
}

void daily_write_questions(const struct daily *d, FILE *out)
{
	fputc('[', out);
	for (size_t i = 0; i < d->question_count; i++) {
		const struct daily_question *q = &d->questions[i];
		cJSON *question = cJSON_CreateObject();

		cJSON_AddNumberToObject(question, "id", (double)q->id);
		cJSON_AddStringToObject(question, "kind", incident_kind_name(q->kind));
		json_text(question, "subject", q->subject);
		json_text(question, "detail", q->detail);
		json_instant(question, "opened_at", q->opened_at);
		json_text(question, "claimed_by", q->claimed_by);
		json_instant(question, "claimed_until", q->claimed_until);
		if (i)
			fputc(',', out);
		json_write(question, out);
	}
	fputc(']', out);
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

void daily_write_totals(size_t residents, size_t open, const size_t totals[DAILY_STATES], FILE *out)
{
	static const enum daily_state order[DAILY_STATES] = { DAILY_OK, DAILY_WAITING, DAILY_LATE, DAILY_MISSED,
		DAILY_UNKNOWN, DAILY_HELP, DAILY_PAUSED, DAILY_UNSCHEDULED }; /* the contract's */
	cJSON *object = cJSON_CreateObject();

	cJSON_AddNumberToObject(object, "residents", (double)residents);
	cJSON_AddNumberToObject(object, "open", (double)open);
	for (size_t i = 0; i < DAILY_STATES; i++)
		cJSON_AddNumberToObject(object, daily_state_name(order[i]), (double)totals[order[i]]);
	json_write(object, out);
}

void daily_write_head(const struct daily *d, int64_t version, FILE *out)
{
	char date[DATE_TEXT];

	fprintf(out, "{\"date\":\"%s\",\"version\":%lld,\"listening\":%s,\"blind\":[", date_format(date, d->day),
		(long long)version, d->listening ? "true" : "false");
	write_blind(d, out);
	fputc(']', out);
}

void daily_write_json(const struct daily *d, FILE *out)
{
	daily_write_head(d, d->version, out);
	fputs(",\n\"totals\":", out);
	daily_write_totals(d->residents, d->open, d->totals, out);
	fputs(",\n\"residents\":[", out);
	for (size_t i = 0; i < d->residents; i++) {
		fputs(i ? ",\n" : "\n", out);
		daily_write_row(d->rows[i], out);
	}
	fputs("]}\n", out);
}
