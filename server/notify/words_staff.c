/*
 * words_staff - what a user reads: who it is about, how to reach them, who else was told; then how it went on.
 */
#include <string.h>

#include "server/notify/matter.h"
#include "server/store/outbox.h"
#include "server/store/timeline.h"
#include "server/watch/incident.h"
#include "server/watch/items.h"

enum { NAMES_MOST = 12, LINKS_MOST = 64 };

static void line_if(struct matter *m, FILE *out, enum text_key key, const char *name, const char *value)
{
	if (value[0]) {
		fields_set(&m->fields, name, value);
		fields_say_line(&m->fields, out, key);
	}
}

static void say_who(struct matter *m, FILE *out)
{
	if (m->has_resident)
		fields_say_line(&m->fields, out, m->resident.place[0] ? TEXT_STAFF_WHO : TEXT_STAFF_WHO_ID);
	else
		fields_say_line(&m->fields, out, matter_kind_text(matter_kind(m)));
}

/* Who did it, and when: the last time before this was written. */
static struct timeline_row last_of(struct matter *m, const char *event)
{
	struct timeline_row row;
	char name[PERSON_NAME] = "";

	if (!timeline_last_by(m->w->store, m->incident.id, event, m->n.written_at, &row))
		row = (struct timeline_row){ .at = m->n.written_at };
	if (row.person[0])
		telling_name(m->w, row.person, name);
	fields_set(&m->fields, "who", name);
	fields_clock(&m->fields, "time", row.at);
	return row;
}

/* "newspapers smell: NOTE" (watch/visit.h) in the reader's words. */
static void say_seen(struct matter *m, FILE *out, const char *detail)
{
	static const struct {
		const char *name;
		enum text_key key;
	} ticks[] = { { "newspapers", TEXT_PAGE_NEWSPAPERS }, { "lights", TEXT_PAGE_LIGHTS },
		{ "sounds", TEXT_PAGE_SOUNDS }, { "smell", TEXT_PAGE_SMELL }, { "other", TEXT_SEEN_OTHER } };
	const char *note = strstr(detail, ": ");
	char seen[1024] = "", words[64];
	size_t used = 0;

	snprintf(words, sizeof(words), "%.*s", note ? (int)(note - detail) : 0, detail);
	for (size_t i = 0; i < sizeof(ticks) / sizeof(ticks[0]); i++)
		if (items_have(words, ticks[i].name))
			used += (size_t)snprintf(seen + used, sizeof(seen) - used, "%s%s",
				used ? text_get(TEXT_LIST_SEPARATOR, m->fields.language) : "",
				text_get(ticks[i].key, m->fields.language));
	if (note && note[2])
		snprintf(seen + used, sizeof(seen) - used, "%s%s", used ? " / " : "", note + 2);
	line_if(m, out, TEXT_STAFF_NOTE, "note", seen);
}

static void say_worry(struct matter *m, FILE *out)
{
	struct timeline_row row = last_of(m, "worry");

	fields_say_line(&m->fields, out, TEXT_STAFF_WORRY);
	say_seen(m, out, matter_is(m, "worry") ? m->n.detail : row.detail);
}

static void say_kind(struct matter *m, FILE *out)
{
	struct fields *f = &m->fields;

	switch (matter_kind(m)) {
	case INCIDENT_HELP:
		fields_say_line(f, out, matter_reported(m) ? TEXT_STAFF_HELP_REPORTED : TEXT_STAFF_HELP);
		break;
	case INCIDENT_MISSED: fields_say_line(f, out, TEXT_STAFF_MISSED); break;
	case INCIDENT_UNWELL:
		if (matter_reported(m))
			say_worry(m, out);
		else
			fields_say_line(f, out, TEXT_STAFF_UNWELL);
		break;
	case INCIDENT_TALK: fields_say_line(f, out, TEXT_STAFF_TALK); break;
	case INCIDENT_PAUSE:
	case INCIDENT_DEVICE:
	case INCIDENT_BLIND:
	case INCIDENT_AREA:
	case INCIDENT_KINDS: break;
	}
}

/* phone sms … of the record, in the reader's words. */
static void say_contact(struct matter *m, FILE *out)
{
	static const struct {
		const char *name;
		enum text_key key;
	} ways[] = { { "phone", TEXT_CONTACT_PHONE }, { "sms", TEXT_CONTACT_SMS }, { "fax", TEXT_CONTACT_FAX },
		{ "relay", TEXT_CONTACT_RELAY }, { "visit", TEXT_CONTACT_VISIT } };
	const char *language = m->fields.language, *at = m->resident.contact;
	char list[512] = "";

	while (*(at += strspn(at, " "))) {
		size_t len = strcspn(at, " ");

		for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
			if (strlen(ways[i].name) == len && strncmp(ways[i].name, at, len) == 0) {
				size_t used = strlen(list);

				snprintf(list + used, sizeof(list) - used, "%s%s",
					used ? text_get(TEXT_LIST_SEPARATOR, language) : "",
					text_get(ways[i].key, language));
			}
		at += len;
	}
	line_if(m, out, TEXT_STAFF_CONTACT, "contact", list);
}

static bool has_watchers(struct matter *m)
{
	struct linked_watcher list[LINKS_MOST];
	size_t n = watchers_circle(m->w->store, m->resident.resident_id, list, LINKS_MOST);

	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].link.can, "know") != 0 && list[i].watcher.channels[0])
			return true;
	return false;
}

static void say_told(struct matter *m, FILE *out)
{
	char persons[NAMES_MOST + 2][PERSON], names[(NAMES_MOST + 2) * (PERSON_NAME + 4)] = "";
	size_t n = outbox_asked(m->w->store, m->incident.id, persons, NAMES_MOST + 2), said = 0;
	int64_t put_off_to;

	for (size_t i = 0; i < n && said <= NAMES_MOST; i++) {
		char name[PERSON_NAME];
		size_t used = strlen(names);

		if (strcmp(persons[i], m->n.person) == 0)
			continue;
		telling_name(m->w, persons[i], name);
		snprintf(names + used, sizeof(names) - used, "%s%s",
			said ? text_get(TEXT_LIST_SEPARATOR, m->fields.language) : "", said == NAMES_MOST ? "…" : name);
		said++;
	}
	fields_set(&m->fields, "names", names);
	fields_say_line(&m->fields, out, said ? TEXT_STAFF_TOLD : TEXT_STAFF_TOLD_NOBODY);
	if (!m->resident.consent_on[0])
		fields_say_line(&m->fields, out, TEXT_STAFF_NO_CONSENT);
	else if (!has_watchers(m))
		fields_say_line(&m->fields, out, TEXT_STAFF_NO_WATCHER);
	put_off_to = outbox_put_off_to(m->w->store, m->incident.id, m->now);
	if (put_off_to != INT64_MAX) {
		fields_time(&m->fields, "time", put_off_to);
		fields_say_line(&m->fields, out, TEXT_STAFF_PUT_OFF);
	}
}

static void say_claim(struct matter *m, FILE *out)
{
	char name[PERSON_NAME];

	if (m->incident.state != INCIDENT_CLAIMED) {
		fields_say_line(&m->fields, out, TEXT_STAFF_TAKEN);
		return;
	}
	telling_name(m->w, m->incident.claimed_by, name);
	fields_set(&m->fields, "who", name);
	fields_clock(&m->fields, "until", m->incident.claimed_until);
	fields_say_line(&m->fields, out,
		incident_is_call(m->incident.claimed_by, m->incident.claim_call) ? TEXT_STAFF_CALLING
										 : TEXT_STAFF_CLAIMED);
}

/* What it is about, and all that is needed to do something about it. */
static void say_all(struct matter *m, FILE *out)
{
	say_kind(m, out);
	line_if(m, out, TEXT_STAFF_PHONE, "phone", m->resident.phone);
	say_contact(m, out);
	line_if(m, out, TEXT_STAFF_CARE, "care", m->resident.care);
	say_told(m, out);
	fields_set(&m->fields, "phone", m->w->phone);
}

static void alert(struct matter *m, FILE *out)
{
	if (m->incident.state == INCIDENT_CLAIMED)
		say_claim(m, out);
	else if (m->again && !matter_is(m, "duty"))
		fields_say_line(&m->fields, out, TEXT_STAFF_REPEAT);
	say_all(m, out);
}

/* Now it is the reader's: from whom, why, and all about it. */
static void given(struct matter *m, FILE *out)
{
	bool question = !incident_of_person(m->incident.kind);

	if (!question)
		say_who(m, out);
	if (matter_is(m, "handed")) {
		fields_set(&m->fields, "who", m->n.detail);
		fields_clock(&m->fields, "until", m->incident.claimed_until);
		fields_say_line(&m->fields, out, TEXT_STAFF_HANDED);
	} else {
		last_of(m, "carried");
		fields_say_line(&m->fields, out, TEXT_STAFF_CARRIED);
		line_if(m, out, TEXT_STAFF_CARRIED_WHY, "note", m->n.detail);
	}
	if (question)
		question_lines(m, out);
	else
		say_all(m, out);
}

/* Who went and what they found stands on the timeline; the detail is what was seen. */
static void report(struct matter *m, FILE *out, const char *const events[2], enum text_key key, enum text_key nameless)
{
	struct timeline_row row;
	char name[PERSON_NAME] = "";

	if (!matter_event(m, events, &row))
		row = (struct timeline_row){ .at = m->n.written_at };
	if (row.person[0])
		telling_name(m->w, row.person, name);
	fields_set(&m->fields, "who", name);
	fields_clock(&m->fields, "time", row.at);
	fields_say_line(&m->fields, out, name[0] ? key : nameless);
	line_if(m, out, TEXT_STAFF_NOTE, "note", m->n.detail);
}

static enum text_key outcome_text(const char *outcome)
{
	static const struct {
		const char *name;
		enum text_key key;
	} outcomes[] = { { "safe", TEXT_OUTCOME_SAFE }, { "away", TEXT_OUTCOME_AWAY },
		{ "hospital", TEXT_OUTCOME_HOSPITAL }, { "emergency", TEXT_OUTCOME_EMERGENCY },
		{ "facility", TEXT_OUTCOME_FACILITY }, { "deceased", TEXT_OUTCOME_DECEASED },
		{ "moved", TEXT_OUTCOME_MOVED }, { "false_alarm", TEXT_OUTCOME_FALSE_ALARM },
		{ "checked_in", TEXT_OUTCOME_CHECKED_IN } };

	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (strcmp(outcomes[i].name, outcome) == 0)
			return outcomes[i].key;
	return TEXT_OUTCOME_ANSWERED;
}

static enum text_key how_text(const char *how)
{
	return strcmp(how, "face") == 0    ? TEXT_HOW_FACE
	       : strcmp(how, "voice") == 0 ? TEXT_HOW_VOICE
	       : strcmp(how, "kin") == 0   ? TEXT_HOW_KIN
	       : strcmp(how, "phone") == 0 ? TEXT_HOW_PHONE
					   : TEXT_HOW_AUTHORITY;
}

static void ended(struct matter *m, FILE *out)
{
	const struct incident *i = &m->incident;
	struct fields *f = &m->fields;
	char name[PERSON_NAME] = "";
	bool checked_in = m->n.detail[0] || strcmp(i->outcome, "checked_in") == 0;

	fields_clock(f, "time", i->closed_at ? i->closed_at : m->n.written_at);
	if (i->closed_by[0])
		telling_name(m->w, i->closed_by, name);
	fields_set(f, "who", i->seen_by[0] ? i->seen_by : name);
	fields_text(f, "outcome", outcome_text(i->outcome));
	fields_text(f, "how", how_text(i->how));
	if (checked_in)
		fields_say_line(f, out, TEXT_STAFF_END_CHECKED_IN);
	else if (incident_of_person(i->kind))
		fields_say_line(f, out, TEXT_STAFF_END);
	else
		fields_say_line(f, out, i->closed_by[0] ? TEXT_STAFF_END_ANSWERED : TEXT_STAFF_END_ITSELF);
	if (i->closed_by[0] && !checked_in)
		line_if(m, out, TEXT_STAFF_NOTE, "note", i->note);
}

static void news(struct matter *m, FILE *out)
{
	static const char *const no_answer[2] = { "no_answer", "no_answer_other" },
				 *const needs_help[2] = { "graver", "joined" }, *const note[2] = { "note", "note" };
	struct fields *f = &m->fields;
	bool claimant = !m->n.detail[0]; /* without a name it is about the reader's own claim */
	enum incident_kind kind;

	fields_set(f, "what", m->n.what);
	fields_set(f, "who", m->n.detail);
	fields_clock(f, "until", m->incident.claimed_until);
	if (incident_kind_parse(m->n.detail, &kind))
		fields_text(f, "kind", matter_kind_text(kind));
	if (matter_is(m, "claimed"))
		say_claim(m, out);
	else if (matter_is(m, "released"))
		fields_say_line(f, out, strcmp(m->n.detail, "call") == 0 ? TEXT_STAFF_FREE_CALL : TEXT_STAFF_FREE);
	else if (matter_is(m, "nudge"))
		fields_say_line(f, out, TEXT_NUDGE);
	else if (matter_is(m, "asked"))
		fields_say_line(f, out, TEXT_ASKED);
	else if (matter_is(m, "graver"))
		fields_say_line(f, out, TEXT_STAFF_GRAVER);
	else if (matter_is(m, "joined"))
		fields_say_line(f, out, matter_joined(m));
	else if (matter_is(m, "replaced"))
		fields_say_line(f, out, TEXT_CLAIM_REPLACED);
	else if (matter_is(m, "lost"))
		fields_say_line(f, out, claimant ? TEXT_CLAIM_ENDED : TEXT_STAFF_CLAIM_ENDED);
	else if (matter_is(m, "lapsed"))
		fields_say_line(f, out, claimant ? TEXT_CLAIM_LAPSED : TEXT_STAFF_LAPSED);
	else if (matter_is(m, "renewed"))
		fields_say_line(f, out, TEXT_STAFF_RENEWED);
	else if (matter_is(m, "no_answer"))
		report(m, out, no_answer, matter_called(m) ? TEXT_STAFF_NO_ANSWER_CALL : TEXT_STAFF_NO_ANSWER,
			TEXT_NO_ANSWER_OTHER);
	else if (matter_is(m, "needs_help"))
		report(m, out, needs_help, TEXT_STAFF_NEEDS_HELP, TEXT_STAFF_HELP_REPORTED);
	else if (matter_is(m, "note"))
		report(m, out, note, TEXT_STAFF_WRITES, TEXT_STAFF_WRITES_NOBODY);
	else if (matter_is(m, "worry"))
		say_worry(m, out);
	else if (matter_is(m, "unreached"))
		fields_say_line(f, out, TEXT_STAFF_UNREACHED);
	else
		fields_say_line(f, out, TEXT_STAFF_OTHER);
}

bool staff_paragraph(struct matter *m, FILE *out)
{
	bool asks = matter_is(m, "alert") || matter_is(m, "duty") || matter_is(m, "question");

	if (matter_is(m, "unsigned"))
		return unsigned_lines(m, out);
	if (!m->has_incident)
		return false;
	if (matter_is(m, "handed") || matter_is(m, "carried")) {
		given(m, out);
	} else if (asks && !incident_of_person(m->incident.kind)) {
		question_lines(m, out);
	} else {
		say_who(m, out);
		if (asks)
			alert(m, out);
		else if (matter_is(m, "ended"))
			ended(m, out);
		else
			news(m, out);
	}
	fields_say_line(&m->fields, out, TEXT_STAFF_INCIDENT);
	return true;
}
