/* compose - see there. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/written.h"
#include "server/notify/channel.h"
#include "server/notify/compose.h"
#include "server/notify/matter.h"

#define NOTICE_USE HOUR /* a notice on a button that says no better end is of no use after this */

enum reader { READER_RESIDENT, READER_WATCHER, READER_STAFF };

/* What the message as a whole is, for head and subject. */
struct whole {
	enum reader reader;
	struct fields fields; /* of its first paragraph */
	size_t paragraphs, asks;
	int64_t incidents;
	bool test, unsigned_lists;
	bool urgent, pressed; /* pressed: not only reported */
	bool duty, question;  /* question: the first that asks is one */
	bool about;           /* the fields say whom it is about */
	bool goes, others;    /* a watcher is asked to go; others were asked as well */
	bool open;            /* nobody goes for sure: it is not only what was handed to the reader */
	bool page;            /* and answers on our page */
};

void letter_release(struct letter *l)
{
	free(l->text);
	free(l->items);
	l->text = NULL;
	l->items = NULL;
}

static enum reader reader_of(const char *person)
{
	return person_resident(person) ? READER_RESIDENT : person_watcher(person) ? READER_WATCHER : READER_STAFF;
}

static bool write_paragraph(enum reader reader, struct matter *m, FILE *out)
{
	if (matter_is(m, "test")) {
		fields_say(&m->fields, out, TEXT_PREFIX_TEST);
		fields_say_line(&m->fields, out, TEXT_TEST);
		return true;
	}
	switch (reader) {
	case READER_RESIDENT: return resident_paragraph(m, out);
	case READER_WATCHER: return watcher_paragraph(m, out);
	case READER_STAFF: return staff_paragraph(m, out);
	}
	return false;
}

/* After this a button need not show it. */
static int64_t use_ends_at(const struct matter *m)
{
	if (m->n.expectation_id)
		return m->deadline_at;
	if (matter_is(m, "coming") && m->incident.claimed_until)
		return m->incident.claimed_until;
	return m->n.written_at + NOTICE_USE;
}

static void note_item(struct letter *l, const struct matter *m, bool left_out)
{
	struct letter_item *it = &l->items[l->count++];

	*it = (struct letter_item){ .notification_id = m->n.id,
		.incident_id = m->n.incident_id,
		.expectation_id = m->n.expectation_id,
		.round = m->n.round,
		.left_out = left_out };
	if (matter_answerable(m->n.what))
		memcpy(it->url, m->url, sizeof(it->url));
	memcpy(it->kind, m->n.kind, sizeof(it->kind));
	memcpy(it->what, m->n.what, sizeof(it->what));
	memcpy(it->told, m->told, sizeof(it->told));
	snprintf(it->about, sizeof(it->about), "%s",
		person_watcher(m->n.person) ? m->link.label
		: m->has_resident           ? m->resident.resident_id
					    : m->incident.subject);
}

static void note_whole(struct whole *whole, const struct matter *m)
{
	bool asks = matter_asks(m->n.what, whole->reader == READER_STAFF);

	if (whole->paragraphs == 0 || (asks && whole->asks == 0)) {
		whole->fields = m->fields;
		for (size_t i = 0; i < whole->fields.count; i++) /* its values are in its own bytes */
			whole->fields.list[i].value = whole->fields.bytes + (m->fields.list[i].value - m->fields.bytes);
		whole->question = m->has_incident && !incident_of_person(m->incident.kind);
		whole->about = m->has_resident || m->incident.subject[0];
	}
	whole->paragraphs++;
	whole->asks += asks;
	whole->urgent |= m->n.urgent && asks;
	whole->pressed |= m->n.urgent && asks && !matter_reported(m);
	whole->duty |= matter_is(m, "duty");
	whole->test |= matter_is(m, "test");
	whole->unsigned_lists |= matter_is(m, "unsigned");
	whole->open |= asks && !matter_is(m, "handed");
	whole->goes |= asks && strcmp(m->link.can, "call") != 0;
	whole->others |= asks && m->others > 0;
	whole->page |= asks && m->url[0];
}

/* Incidents, each once: those that ask, or where none does, all. */
static int64_t count_incidents(const struct letter *l, bool asks, bool staff)
{
	int64_t count = 0;

	for (size_t i = 0; i < l->count; i++) {
		size_t k = 0;

		while (k < i && (l->items[k].left_out || l->items[k].incident_id != l->items[i].incident_id ||
					(asks && !matter_asks(l->items[k].what, staff))))
			k++;
		count += k == i && !l->items[i].left_out && (!asks || matter_asks(l->items[i].what, staff));
	}
	return count;
}

static enum text_key subject_text(const struct whole *w)
{
	switch (w->reader) {
	case READER_RESIDENT: return TEXT_RESIDENT_SUBJECT;
	case READER_WATCHER:
		return !w->asks ? TEXT_MAIL_SUBJECT_NEWS : w->urgent ? TEXT_MAIL_SUBJECT_HELP : TEXT_MAIL_SUBJECT;
	case READER_STAFF: break;
	}
	if (!w->asks && w->unsigned_lists)
		return TEXT_STAFF_SUBJECT_UNSIGNED;
	if (!w->asks)
		return w->incidents > 1 ? TEXT_STAFF_SUBJECT_NEWS_MANY
		       : w->about       ? TEXT_STAFF_SUBJECT_NEWS
					: TEXT_STAFF_SUBJECT_NEWS_KIND;
	if (w->urgent)
		return TEXT_STAFF_SUBJECT_HELP;
	return w->incidents > 1 ? TEXT_STAFF_SUBJECT_MANY
	       : w->question    ? TEXT_STAFF_SUBJECT_QUESTION
				: TEXT_STAFF_SUBJECT;
}

/* Nobody is named in the first two lines; what is asked is said there. */
static void write_head(const struct whole *w, FILE *out)
{
	fields_say_line(&w->fields, out, TEXT_MAIL_GREETING);
	if (w->asks && w->reader != READER_RESIDENT)
		fields_say_line(&w->fields, out,
			w->urgent && w->pressed                ? TEXT_MAIL_REQUEST_HELP
			: w->urgent                            ? TEXT_MAIL_REQUEST_HELP_REPORTED
			: w->duty && w->reader == READER_STAFF ? TEXT_STAFF_OPEN_MANY
							       : TEXT_MAIL_REQUEST);
	fputc('\n', out);
}

/* A button shows the words alone; elsewhere they have a head and a foot. */
static void write_text(struct letter *l, struct whole *w, const char *paragraphs)
{
	size_t len;
	FILE *out;

	if (strncmp(l->channel, "device:", 7) == 0) {
		l->text = strdup(paragraphs);
		if (!l->text)
			fatal("error=\"out of memory\"");
		return;
	}
	out = written_open(&l->text, &len);
	write_head(w, out);
	fputs(paragraphs, out);
	if (w->paragraphs > 1)
		fputc('\n', out);
	if (w->reader == READER_WATCHER && w->asks)
		watcher_foot(&w->fields, w->goes, !w->open, w->page, w->others && w->incidents == 1, out);
	if (w->paragraphs == 1 || (w->reader == READER_WATCHER && w->asks))
		fputc('\n', out);
	fields_say_line(&w->fields, out, TEXT_MAIL_FOOTER);
	written_close(out);
}

static void add_notification(struct letter *l, struct whole *whole, struct matter *m, FILE *out)
{
	char *paragraph;
	size_t len;
	FILE *to = written_open(&paragraph, &len);
	bool said;

	said = write_paragraph(whole->reader, m, to);
	written_close(to);
	note_item(l, m, !said);
	if (said) {
		fprintf(out, "%s%s", whole->paragraphs ? "\n" : "", paragraph);
		note_whole(whole, m);
		l->reminder |= m->n.expectation_id != 0;
		if (use_ends_at(m) > l->until_at)
			l->until_at = use_ends_at(m);
	}
	free(paragraph);
}

static void write_words(struct letter *l, struct whole *whole, const char *language, const char *paragraphs)
{
	size_t used = 0;

	whole->incidents = count_incidents(l, whole->asks > 0, whole->reader == READER_STAFF);
	fields_number(&whole->fields, "count", whole->incidents);
	if (whole->test)
		used = text_fill(l->subject, sizeof(l->subject), text_get(TEXT_PREFIX_TEST, language), NULL, 0);
	text_fill(l->subject + used, sizeof(l->subject) - used, text_get(subject_text(whole), language),
		whole->fields.list, whole->fields.count);
	write_text(l, whole, paragraphs);
}

bool compose_letter(struct watch *w, const struct outbox_message *message, const struct links *links,
	const char *public_url, int64_t now, struct letter *l)
{
	struct whole *whole = calloc(1, sizeof(*whole));
	struct matter *m = malloc(sizeof(*m));
	const struct channel *channel = channel_of(message->channel);
	const char *language = channel && !channel->words ? NULL : telling_language(w, message->person);
	char *paragraphs;
	size_t len;
	FILE *out = written_open(&paragraphs, &len);
	bool said;

	*l = (struct letter){ .message_id = message->message_id };
	l->items = calloc(message->count, sizeof(*l->items));
	if (!whole || !m || !l->items)
		fatal("error=\"out of memory\"");
	memcpy(l->person, message->person, sizeof(l->person));
	memcpy(l->channel, message->channel, sizeof(l->channel));
	whole->reader = reader_of(message->person);
	for (size_t i = 0; i < message->count; i++) {
		struct notification n;

		if (!notifications_find(w->store, message->ids[i], &n))
			continue;
		if (!l->written_at)
			l->written_at = n.written_at;
		matter_read(m, w, &n, language, now);
		links_url(links, public_url, n.incident_id, m->url);
		add_notification(l, whole, m, out);
	}
	written_close(out);
	snprintf(l->id, sizeof(l->id), "%" PRId64 ".%" PRId64, l->message_id, message->message_at);
	said = whole->paragraphs > 0;
	if (said && language)
		write_words(l, whole, language, paragraphs);
	free(paragraphs);
	free(whole);
	free(m);
	return said;
}
