/*
 * words_watcher - what a watcher reads: which home, what came or did not come, what to do; then how it went on.
 *
 * The link's `shares` says what they may know: the number on their paper sheet stands for the name and the place. The
 * end says only what their role needs: never a diagnosis, a death or an absence.
 */
#include <string.h>

#include "server/notify/matter.h"
#include "server/store/never_told.h"
#include "server/watch/incident.h"
#include "server/watch/items.h"

static bool only_calls(const struct matter *m)
{
	return strcmp(m->link.can, "call") == 0;
}

static void set_who(struct matter *m)
{
	bool name = sharing_allows(&m->link, "name");
	bool place = sharing_allows(&m->link, "place") && m->resident.place[0];
	enum text_key key = name && place ? TEXT_WHO_NAME_PLACE
			    : name        ? TEXT_WHO_NAME
			    : place       ? TEXT_WHO_PLACE
					  : TEXT_WHO_LABEL;
	char who[2 * PERSON_NAME + 256];

	if (name)
		items_add(m->told, sizeof(m->told), "name");
	if (place)
		items_add(m->told, sizeof(m->told), "place");
	if (name || place)
		items_add(m->told, sizeof(m->told), "state"); /* that no check-in came, or that they asked for help */
	text_fill(who, sizeof(who), text_get(key, m->fields.language), m->fields.list, m->fields.count);
	fields_set(&m->fields, "who", who);
}

static void alert(struct matter *m, FILE *out)
{
	struct fields *f = &m->fields;

	set_who(m);
	if (matter_is(m, "handed"))
		fields_say_line(f, out, TEXT_MAIL_HANDED);
	else if (m->again && m->incident.state != INCIDENT_CLAIMED)
		fields_say_line(f, out, TEXT_MAIL_AGAIN);
	switch (matter_kind(m)) {
	case INCIDENT_HELP: fields_say_line(f, out, matter_reported(m) ? TEXT_MAIL_NEEDS_HELP : TEXT_MAIL_HELP); break;
	case INCIDENT_UNWELL:
		if (matter_reported(m)) {
			fields_say(f, out, TEXT_MAIL_WORRY);
			fields_say_line(f, out, only_calls(m) ? TEXT_MAIL_WORRY_CALL : TEXT_MAIL_WORRY_LOOK);
		} else {
			fields_say_line(f, out, TEXT_MAIL_UNWELL);
		}
		break;
	case INCIDENT_TALK: fields_say_line(f, out, TEXT_MAIL_TALK); break;
	case INCIDENT_MISSED:
	case INCIDENT_PAUSE:
	case INCIDENT_DEVICE:
	case INCIDENT_BLIND:
	case INCIDENT_AREA:
	case INCIDENT_KINDS:
		fields_say(f, out, TEXT_MAIL_MISSED);
		fields_say_line(f, out, only_calls(m) ? TEXT_MAIL_MISSED_CALL : TEXT_MAIL_MISSED_LOOK);
		break;
	}
	if (sharing_allows(&m->link, "care") && m->resident.care[0]) {
		items_add(m->told, sizeof(m->told), "care");
		fields_set(f, "care", m->resident.care);
		fields_say_line(f, out, TEXT_MAIL_CARE);
	}
}

/* Where the answer goes: under each paragraph, for each is about another home. */
static void answer_line(struct matter *m, FILE *out)
{
	if (m->url[0] && matter_answerable(m->n.what)) {
		fields_set(&m->fields, "url", m->url);
		fields_say_line(&m->fields, out, TEXT_MAIL_LINK);
	}
}

void watcher_foot(const struct fields *f, bool goes, bool held, bool page, bool others, FILE *out)
{
	if (page) {
		if (!held)
			fields_say_line(f, out, goes ? TEXT_MAIL_GO_FIRST : TEXT_MAIL_CALL_FIRST);
		fields_say_line(f, out, goes ? TEXT_MAIL_NO_ANSWER : TEXT_MAIL_NO_ANSWER_CALL_PAGE);
	} else {
		if (!held)
			fields_say_line(f, out, goes ? TEXT_MAIL_TEL : TEXT_MAIL_TEL_CALL);
		fields_say_line(f, out, goes ? TEXT_MAIL_NO_ANSWER_TEL : TEXT_MAIL_NO_ANSWER_CALL);
	}
	if (goes)
		fields_say_line(f, out, TEXT_MAIL_FALLEN);
	if (others)
		fields_say(f, out, TEXT_MAIL_OTHERS);
	fields_say_line(f, out, TEXT_MAIL_PRIVATE);
}

static void end_for_kin(struct matter *m, FILE *out)
{
	const struct incident *i = &m->incident;
	struct fields *f = &m->fields;
	char name[PERSON_NAME];

	items_add(m->told, sizeof(m->told), "outcome");
	if (m->link.relation[0])
		fields_set(f, "kin", m->link.relation);
	else
		fields_text(f, "kin", TEXT_KIN_UNNAMED);
	fields_text(f, "how",
		strcmp(i->how, "phone") == 0   ? TEXT_HOW_PHONE
		: strcmp(i->how, "voice") == 0 ? TEXT_HOW_VOICE
					       : TEXT_HOW_FACE);
	fields_clock(f, "time", i->closed_at);
	sharing_seen_by(m->w, i, name);
	fields_set(f, "user", name);
	fields_say_line(f, out, name[0] ? TEXT_END_KIN : TEXT_END_KIN_COUNCIL);
}

/* A detail says that only this kind is over: a press answered it. */
static enum sharing_end end_of(const struct matter *m)
{
	return m->n.detail[0] ? SHARING_END_CHECKED_IN : sharing_end(&m->incident, &m->link);
}

static void ended(struct matter *m, FILE *out)
{
	switch (end_of(m)) {
	case SHARING_END_CHECKED_IN:
		fields_say_line(&m->fields, out, m->link.label[0] ? TEXT_END_CHECKED_IN : TEXT_END_CHECKED_IN_PLAIN);
		break;
	case SHARING_END_SAFE: fields_say_line(&m->fields, out, TEXT_END_SAFE); break;
	case SHARING_END_SPOKE: end_for_kin(m, out); break;
	case SHARING_END_OTHER: fields_say_line(&m->fields, out, TEXT_END_OTHER); break;
	}
}

static enum text_key graver_text(const struct matter *m)
{
	if (strcmp(m->n.detail, "help") == 0)
		return matter_reported(m) ? TEXT_GRAVER_HELP_REPORTED : TEXT_GRAVER_HELP;
	return strcmp(m->n.detail, "missed") == 0 && m->due_at ? TEXT_GRAVER_MISSED : TEXT_JOINED;
}

/* Nobody goes any more who was going (watch/telling.h says how it was): the reader is asked again. */
static enum text_key released_text(const struct matter *m)
{
	if (strcmp(m->n.detail, "no_answer") == 0)
		return matter_called(m) ? TEXT_RELEASED_NO_ANSWER_CALL : TEXT_RELEASED_NO_ANSWER;
	return strcmp(m->n.detail, "call") == 0 ? TEXT_RELEASED_CALL : TEXT_RELEASED;
}

/* What of the news is one fixed phrase. */
static bool news_text(const struct matter *m, enum text_key *key)
{
	const struct {
		const char *what;
		enum text_key key;
	} phrases[] = {
		{ "claimed", incident_is_call(m->incident.claimed_by, m->incident.claim_call) ? TEXT_CLAIMED_CALLING
			     : m->n.detail[0]                                                 ? TEXT_CLAIMED_BY_NAME
											      : TEXT_CLAIMED_BY_OTHER },
		{ "released", released_text(m) },
		{ "nudge", TEXT_NUDGE },
		{ "asked", TEXT_ASKED },
		{ "graver", graver_text(m) },
		{ "joined", matter_joined(m) },
		{ "replaced", TEXT_CLAIM_REPLACED },
		{ "lost", TEXT_CLAIM_ENDED },
		{ "lapsed", TEXT_CLAIM_LAPSED },
		{ "no_answer", matter_is(m, "no_answer") && matter_called(m) ? TEXT_NO_ANSWER_OTHER_CALL
									     : TEXT_NO_ANSWER_OTHER },
	};

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (matter_is(m, phrases[i].what)) {
			*key = phrases[i].key;
			return true;
		}
	return false;
}

static void news(struct matter *m, enum text_key key, FILE *out)
{
	struct fields *f = &m->fields;
	enum incident_kind kind;

	if (incident_kind_parse(m->n.detail, &kind))
		fields_text(f, "kind", matter_kind_text(kind));
	fields_set(f, "watcher", m->n.detail);
	fields_say_line(f, out, key);
}

bool watcher_paragraph(struct matter *m, FILE *out)
{
	bool may_know = m->has_resident && m->link.tier;
	enum text_key key = TEXT_END_OTHER;

	if (matter_is(m, "alert") || matter_is(m, "handed")) {
		if (may_know) {
			alert(m, out);
			answer_line(m, out);
		}
		return may_know;
	}
	if (!m->has_incident || never_told_bars(m->w->store, m->incident.resident_id, person_watcher(m->n.person)) ||
		(!matter_is(m, "ended") && !news_text(m, &key)))
		return false;
	/* Whoever was told hears how it goes on, though the link be gone: then without the number. */
	if (m->link.label[0] && !(matter_is(m, "ended") && end_of(m) == SHARING_END_CHECKED_IN))
		fields_say_line(&m->fields, out, TEXT_NEWS_HOME);
	if (matter_is(m, "ended"))
		ended(m, out);
	else
		news(m, key, out);
	if (may_know)
		answer_line(m, out);
	return true;
}
