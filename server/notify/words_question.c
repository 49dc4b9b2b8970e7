/*
 * words_question - what staff are asked about a button, who forgets it, a pause, or those we could not hear. The
 * incident's detail says what is asked: a word, and a number or an instant after it (watch/press.c, pause.h, usual.h).
 */
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/written.h"
#include "common/zone.h"
#include "server/notify/matter.h"
#include "server/store/concerned.h"
#include "server/store/hearing.h"
#include "server/watch/blind.h"
#include "server/watch/duty.h"
#include "server/watch/pause.h"
#include "server/watch/usual.h"

enum { LISTED_MOST = 300 };

/* The instant in "press 1795390323000"; 0: none. */
static int64_t instant_of(const char *detail)
{
	const char *space = strchr(detail, ' ');

	return space ? strtoll(space + 1, NULL, 10) : 0;
}

static bool detail_is(const struct matter *m, const char *word)
{
	size_t len = strlen(word);
	const char *detail = m->incident.detail;

	return strncmp(detail, word, len) == 0 && (detail[len] == '\0' || detail[len] == ' ');
}

static void set_clock(struct matter *m, const char *name, int minute)
{
	char text[16];

	snprintf(text, sizeof(text), "%d:%02d", minute / 60, minute % 60);
	fields_set(&m->fields, name, text);
}

/* A better time, if they press too late for this one; else another device. */
static void about_forgetting(struct matter *m, FILE *out)
{
	struct fields *f = &m->fields;
	int due = usual_due(&m->resident.vigil), better;
	struct usual usual;

	usual_read(m->w, m->resident.resident_id, m->now, &usual);
	better = due < 0 ? -1 : usual_better_due(&usual, due);
	fields_text(f, "kind", TEXT_KIND_FORGOT);
	fields_number(f, "days", m->w->rules.forgot_within_ms / DAY);
	fields_number(f, "count", FORGOT_TIMES);
	fields_say_line(f, out, TEXT_QUESTION_FORGOT);
	if (usual.learned) {
		set_clock(m, "from", usual.from);
		set_clock(m, "to", usual.to);
		set_clock(m, "median", usual.median);
		fields_say_line(f, out, TEXT_QUESTION_FORGOT_USUAL);
	}
	set_clock(m, "due", due);
	set_clock(m, "time", better);
	fields_say_line(f, out, better < 0 ? TEXT_QUESTION_FORGOT_DEVICE : TEXT_QUESTION_FORGOT_LATER);
}

static void about_device(struct matter *m, FILE *out)
{
	if (detail_is(m, USUAL_DETAIL)) {
		about_forgetting(m, out);
		return;
	}
	fields_set(&m->fields, "device", m->incident.subject);
	fields_time(&m->fields, "time", instant_of(m->incident.detail));
	if (detail_is(m, "unknown_help")) {
		fields_say_line(&m->fields, out, TEXT_QUESTION_DEVICE_UNKNOWN_HELP);
		if (m->has_resident)
			fields_say_line(&m->fields, out, TEXT_STAFF_WHO_ID);
		return;
	}
	fields_say_line(&m->fields, out, TEXT_QUESTION_DEVICE);
	if (detail_is(m, "same_id"))
		fields_say_line(&m->fields, out, TEXT_QUESTION_DEVICE_SAME_ID);
}

static void set_date(struct matter *m, const char *name, const char *date)
{
	int32_t day;

	if (date_parse(date, &day))
		fields_date(&m->fields, name, day);
}

static void about_pause(struct matter *m, FILE *out)
{
	struct pause p;

	if (pause_at(m->w, m->incident.resident_id, m->now, &p)) {
		set_date(m, "from", p.from_on);
		set_date(m, "to", p.to_on);
		fields_say_line(&m->fields, out, TEXT_QUESTION_PAUSE);
	} else {
		fields_say_line(&m->fields, out, TEXT_STAFF_WHO_ID);
	}
	fields_time(&m->fields, "time", instant_of(m->incident.detail));
	fields_say_line(&m->fields, out,
		detail_is(m, PAUSE_PRESS)  ? TEXT_QUESTION_PAUSE_PRESS
		: detail_is(m, PAUSE_LAST) ? TEXT_QUESTION_PAUSE_LAST
					   : TEXT_QUESTION_PAUSE_REVIEW);
}

/* In visiting order; a coordinator reads of their own districts only. */
static size_t list_concerned(const struct matter *m, FILE *lines)
{
	struct concerned *list = calloc(LISTED_MOST, sizeof(*list));
	const char *login = person_user(m->n.person);
	struct user reader;
	bool known = login && users_find(m->w->store, login, &reader);
	struct fields line;
	size_t n, count = 0;

	if (!list)
		fatal("error=\"out of memory\"");
	n = concerned_list(m->w->store, m->incident.id, list, LISTED_MOST);
	for (size_t i = 0; i < n; i++) {
		if (list[i].settled_at || !known || !duty_covers(&reader, list[i].district))
			continue;
		fields_init(&line, m->fields.language, m->now);
		fields_set(&line, "resident", list[i].name);
		fields_set(&line, "resident_id", list[i].resident_id);
		fields_set(&line, "place", list[i].place[0] ? list[i].place : "–");
		fields_set(&line, "phone", list[i].phone[0] ? list[i].phone : "–");
		fields_say_line(&line, lines, TEXT_QUESTION_BLIND_LINE);
		count++;
	}
	free(list);
	return count;
}

static void about_blind(struct matter *m, FILE *out)
{
	int64_t from_at = blind_since(m->w, m->now), to_at = 0;
	struct fields *f = &m->fields;
	size_t count, len;
	char *lines;
	FILE *to;

	if (from_at || hearing_last(m->w->store, m->w->client_id, m->now, &from_at, &to_at)) {
		fields_time(f, "from", from_at);
		fields_time(f, "to", to_at);
		fields_say_line(f, out, to_at ? TEXT_QUESTION_BLIND_ENDED : TEXT_QUESTION_BLIND);
	}
	to = written_open(&lines, &len);
	count = list_concerned(m, to);
	written_close(to);
	fields_number(f, "count", (int64_t)count);
	if (count) {
		fields_say_line(f, out, TEXT_QUESTION_BLIND_LIST);
		fputs(lines, out);
	}
	free(lines);
}

void question_lines(struct matter *m, FILE *out)
{
	switch (m->incident.kind) {
	case INCIDENT_DEVICE: about_device(m, out); break;
	case INCIDENT_PAUSE: about_pause(m, out); break;
	case INCIDENT_BLIND: about_blind(m, out); break;
	case INCIDENT_HELP:
	case INCIDENT_MISSED:
	case INCIDENT_UNWELL:
	case INCIDENT_TALK:
	case INCIDENT_AREA:
	case INCIDENT_KINDS: fields_say_line(&m->fields, out, matter_kind_text(m->incident.kind)); break;
	}
}
