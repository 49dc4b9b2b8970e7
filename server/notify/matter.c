/* matter - reads what a notification is about. */
#include <string.h>

#include "server/notify/matter.h"
#include "server/store/expectations.h"
#include "server/store/outbox.h"
#include "server/watch/incident.h"

enum { CAUSES_MOST = 64, ASKED_MOST = 128 };

enum text_key matter_kind_text(enum incident_kind kind)
{
	switch (kind) {
	case INCIDENT_HELP: return TEXT_KIND_HELP;
	case INCIDENT_MISSED: return TEXT_KIND_MISSED;
	case INCIDENT_UNWELL: return TEXT_KIND_UNWELL;
	case INCIDENT_TALK: return TEXT_KIND_TALK;
	case INCIDENT_PAUSE: return TEXT_KIND_PAUSE;
	case INCIDENT_DEVICE: return TEXT_KIND_DEVICE;
	case INCIDENT_BLIND: return TEXT_KIND_BLIND;
	case INCIDENT_AREA: return TEXT_KIND_AREA;
	case INCIDENT_KINDS: break;
	}
	return TEXT_KIND_MISSED;
}

enum incident_kind matter_kind(const struct matter *m)
{
	enum incident_kind kind = m->incident.kind;

	incident_kind_parse(m->n.kind, &kind);
	return kind;
}

bool matter_asks(const char *what, bool staff)
{
	static const char *const asks[] = { "alert", "released", "graver", "handed", "duty", "question", "no_answer",
		"needs_help", "unreached", "carried", "worry" };
	enum { OF_WATCHERS = 4 }; /* the first of them */

	for (size_t i = 0; i < (staff ? sizeof(asks) / sizeof(asks[0]) : OF_WATCHERS); i++)
		if (strcmp(what, asks[i]) == 0)
			return true;
	return false;
}

bool matter_answerable(const char *what)
{
	static const char *const answerable[] = { "alert", "released", "graver", "nudge", "asked", "joined", "handed",
		"no_answer", "lapsed" };

	for (size_t i = 0; i < sizeof(answerable) / sizeof(answerable[0]); i++)
		if (strcmp(what, answerable[i]) == 0)
			return true;
	return false;
}

/* Of the causes that are of the notification's kind, an unanswered one before an answered, then the latest. */
static void read_cause(struct matter *m)
{
	struct cause list[CAUSES_MOST];
	size_t n = causes_of(m->w->store, m->incident.id, list, CAUSES_MOST);
	enum incident_kind kind = matter_kind(m), of_detail;

	if ((matter_is(m, "graver") || matter_is(m, "joined")) && incident_kind_parse(m->n.detail, &of_detail))
		kind = of_detail;
	for (size_t i = 0; i < n; i++)
		if (list[i].kind == kind && (!m->cause.id || m->cause.answered_at || !list[i].answered_at))
			m->cause = list[i];
	if (m->cause.expectation_id)
		expectations_times(m->w->store, m->cause.expectation_id, &m->due_at, &m->deadline_at);
}

static void set_fields(struct matter *m)
{
	struct fields *f = &m->fields;
	const char *id = m->has_resident ? m->resident.resident_id : m->incident.subject;

	if (m->w->council[0])
		fields_set(f, "council", m->w->council);
	else
		fields_text(f, "council", TEXT_COUNCIL_UNNAMED);
	fields_set(f, "phone", m->w->phone);
	fields_set(f, "resident_id", id);
	fields_set(f, "resident", m->resident.name);
	fields_set(f, "place", m->resident.place);
	fields_set(f, "label", m->link.label);
	fields_text(f, "kind", matter_kind_text(matter_kind(m)));
	fields_number(f, "incident", m->incident.id);
	fields_number(f, "others", (int64_t)m->others);
	fields_time(f, "due", m->deadline_at);
	fields_time(f, "time", m->cause.at);
	fields_when(f, "when", m->due_at ? m->due_at : m->now);
}

void matter_read(struct matter *m, struct watch *w, const struct notification *n, const char *language, int64_t now)
{
	const char *resident_id, *watcher_id = person_watcher(n->person);

	*m = (struct matter){ .w = w, .now = now, .n = *n };
	fields_init(&m->fields, language ? language : "ja", now);
	m->has_incident = n->incident_id && incidents_find(w->store, n->incident_id, &m->incident);
	resident_id = m->has_incident ? m->incident.resident_id : person_resident(n->person);
	m->has_resident = resident_id && resident_id[0] && residents_find(w->store, resident_id, &m->resident);
	if (watcher_id && m->has_resident)
		watchers_in_circle(w->store, resident_id, watcher_id, &m->link);
	if (n->expectation_id)
		expectations_times(w->store, n->expectation_id, &m->due_at, &m->deadline_at);
	if (m->has_incident)
		read_cause(m);
	if (m->has_incident && language) {
		m->others = outbox_others_asked(w->store, m->incident.id, n->person, ASKED_MOST);
		m->again = outbox_asked_before(w->store, m->incident.id, n->person, n->round);
	}
	set_fields(m);
}

bool matter_reported(const struct matter *m)
{
	return (m->cause.kind == INCIDENT_HELP || m->cause.kind == INCIDENT_UNWELL) && m->cause.id &&
	       !m->cause.checkin_seq;
}

enum text_key matter_joined(const struct matter *m)
{
	if (!matter_reported(m))
		return TEXT_JOINED;
	return m->cause.kind == INCIDENT_HELP ? TEXT_GRAVER_HELP_REPORTED : TEXT_JOINED_WORRY;
}

bool matter_event(const struct matter *m, const char *const events[2], struct timeline_row *row)
{
	struct timeline_row other;
	bool found = false;

	for (int i = 0; i < 2; i++)
		if (timeline_last_by(m->w->store, m->incident.id, events[i], m->n.written_at, &other) &&
			(!found || other.id > row->id)) {
			*row = other;
			found = true;
		}
	return found;
}

bool matter_called(const struct matter *m)
{
	static const char *const no_answer[2] = { "no_answer", "no_answer_other" };
	struct timeline_row row;
	const char *watcher_id;
	struct link l;

	if (!matter_event(m, no_answer, &row))
		return false;
	watcher_id = person_watcher(row.person);
	return incident_is_call(
		row.person, watcher_id && watchers_link(m->w->store, m->incident.resident_id, watcher_id, &l) &&
				    strcmp(l.can, "call") == 0);
}
