/* my_page - the residents on top, each with what can be said about them; below, what the watcher sets for themselves.
 */
#include "server/web/my_page.h"

#include <string.h>

#include "common/clock.h"
#include "common/zone.h"
#include "server/web/answer_page.h"

static const char *const worries[] = { "newspapers", "lights", "sounds", "smell", "other" };
static const enum text_key worry_keys[] = { TEXT_PAGE_NEWSPAPERS, TEXT_PAGE_LIGHTS, TEXT_PAGE_SOUNDS, TEXT_PAGE_SMELL,
	TEXT_MY_OTHER };

void my_page_handle(const struct link_page *p, const char *resident_id, char handle[SECRET_HASH])
{
	secret_derive(p->token, resident_id, handle);
}

static void set_who(struct link_page *p, const struct standing_resident *r)
{
	fields_set(&p->fields, "label", r->label);
	fields_set(&p->fields, "resident", r->name);
	fields_set(&p->fields, "place", r->place);
}

static enum text_key who_text(const struct standing_resident *r)
{
	return r->name[0] && r->place[0] ? TEXT_WHO_NAME_PLACE
	       : r->name[0]              ? TEXT_WHO_NAME
	       : r->place[0]             ? TEXT_WHO_PLACE
					 : TEXT_WHO_LABEL;
}

static void hidden_resident(struct link_page *p, const struct standing_resident *r)
{
	char handle[SECRET_HASH];

	my_page_handle(p, r->resident_id, handle);
	html(p->out, p->language, "<input type=\"hidden\" name=\"resident\" value=\"%s\">", handle);
}

/* How long they met, for the volunteers' hours: nobody has to say. */
static void write_minutes(struct link_page *p)
{
	static const int choices[] = { 10, 30, 60 };

	html(p->out, p->language, "<label class=\"field\">%T<select name=\"minutes\"><option value=\"\">%T</option>\n",
		(int)TEXT_MY_MINUTES, (int)TEXT_MY_MINUTES_NONE);
	for (size_t k = 0; k < sizeof(choices) / sizeof(choices[0]); k++) {
		fields_number(&p->fields, "minutes", choices[k]);
		html(p->out, p->language, "<option value=\"%d\">%s</option>\n", choices[k],
			link_page_say(p, TEXT_MY_MINUTES_ABOUT));
	}
	fputs("</select></label>\n", p->out);
}

static void write_resident(struct link_page *p, const struct standing_resident *r)
{
	static const enum text_key todays[] = { TEXT_MY_ARRIVED, TEXT_MY_NOT_YET, TEXT_MY_PAUSED, TEXT_MY_NONE };
	char handle[SECRET_HASH], query[SECRET_HASH + 24];

	set_who(p, r);
	html(p->out, p->language, "<li class=\"card\"><h3>%s</h3><p class=\"today %s\">%T</p>\n<div class=\"choices\">",
		link_page_say(p, who_text(r)), standing_today_name(r->today), (int)todays[r->today]);
	link_page_form(p, "met");
	hidden_resident(p, r);
	write_minutes(p);
	html(p->out, p->language, "<button>%T</button></form>\n", (int)TEXT_MY_MET);
	my_page_handle(p, r->resident_id, handle);
	snprintf(query, sizeof(query), "?step=worry&of=%s", handle);
	link_page_step(p, query, TEXT_MY_WORRY, "quiet");
	fputs("</div></li>\n", p->out);
}

static void write_residents(struct link_page *p, const struct standing *s)
{
	html(p->out, p->language, "<h2>%T</h2>\n", (int)TEXT_MY_TODAY);
	if (s->count == 0) {
		link_page_text(p, TEXT_MY_NOBODY);
		return;
	}
	fputs("<ul class=\"residents\">\n", p->out);
	for (size_t k = 0; k < s->count; k++)
		write_resident(p, &s->list[k]);
	fputs("</ul>\n", p->out);
}

static void set_date(struct link_page *p, const char *name, const char *date)
{
	int32_t day;

	if (date_parse(date, &day))
		fields_date(&p->fields, name, day);
	else
		fields_set(&p->fields, name, date[0] ? date : "…");
}

static void date_field(struct link_page *p, const char *name, enum text_key key, const char *least, const char *typed)
{
	html(p->out, p->language,
		"<label class=\"field\" for=\"%s\">%T</label><input type=\"date\" id=\"%s\" name=\"%s\" min=\"%s\" value=\"%s\" required>\n",
		name, (int)key, name, name, least, typed);
}

static void write_away(struct link_page *p, const struct standing *s)
{
	char today[DATE_TEXT];

	html(p->out, p->language, "<section><h2>%T</h2>\n", (int)TEXT_MY_AWAY);
	if (s->away_from[0] || s->away_to[0]) {
		set_date(p, "from", s->away_from);
		set_date(p, "to", s->away_to);
		html(p->out, p->language, "<p class=\"notice\">%s</p>\n", link_page_say(p, TEXT_MY_AWAY_NOW));
		link_page_button(p, "back", "", TEXT_MY_AWAY_BACK, "");
	} else {
		link_page_text(p, TEXT_MY_AWAY_WHY);
		date_format(today, zone_day(call_now(p->c)));
		link_page_form(p, "away");
		date_field(p, "from", TEXT_MY_AWAY_FROM, today, p->from);
		date_field(p, "to", TEXT_MY_AWAY_TO, today, p->to);
		html(p->out, p->language, "<button>%T</button></form>\n", (int)TEXT_MY_AWAY_SEND);
	}
	fputs("</section>\n", p->out);
}

static void write_summary(struct link_page *p, const struct standing *s)
{
	int64_t now = call_now(p->c);
	int32_t second = (int32_t)(call_watch(p->c)->rules.summary_at_ms / SECOND);

	fields_time(&p->fields, "time", zone_instant(zone_day(now), second, ZONE_FIRST));
	html(p->out, p->language, "<section><h2>%T</h2>\n", (int)TEXT_MY_SUMMARY);
	link_page_text(p, TEXT_MY_SUMMARY_WHY);
	if (s->summary)
		html(p->out, p->language, "<p class=\"notice\">%T</p>\n", (int)TEXT_MY_SUMMARY_IS_ON);
	link_page_form(p, "summary");
	html(p->out, p->language,
		"<input type=\"hidden\" name=\"on\" value=\"%s\"><button>%T</button></form></section>\n",
		s->summary ? "no" : "yes", (int)(s->summary ? TEXT_MY_SUMMARY_OFF : TEXT_MY_SUMMARY_ON));
}

/* What became of the form that was sent before, once. */
static void write_done(struct link_page *p)
{
	static const struct {
		const char *word;
		enum text_key key;
	} all[] = { { "met", TEXT_MY_DONE_MET }, { "worry", TEXT_MY_DONE_WORRY }, { "away", TEXT_MY_DONE_AWAY },
		{ "back", TEXT_MY_DONE_BACK }, { "summary", TEXT_MY_DONE_SAVED }, { "wrong", TEXT_MY_WRONG } };
	char word[LINK_PAGE_WORD];

	link_page_told(p, word);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(word, all[i].word) == 0)
			html(p->out, p->language, "<p class=\"notice\" role=\"status\">%T</p>\n", (int)all[i].key);
}

static const struct standing_resident *asked_about(struct link_page *p, const struct standing *s)
{
	for (size_t k = 0; p->step && p->of && strcmp(p->step, "worry") == 0 && k < s->count; k++) {
		char handle[SECRET_HASH];

		my_page_handle(p, s->list[k].resident_id, handle);
		if (secret_equal(handle, p->of))
			return &s->list[k];
	}
	return NULL;
}

static void write_worry(struct link_page *p, const struct standing_resident *r)
{
	set_who(p, r);
	link_page_heading(p, TEXT_MY_WORRY_TITLE);
	link_page_text(p, who_text(r));
	html(p->out, p->language, "<p class=\"notice\">%T</p>\n", (int)TEXT_MY_WORRY_URGENT);
	link_page_form(p, "worry");
	hidden_resident(p, r);
	answer_page_boxes(p, worries, worry_keys, sizeof(worries) / sizeof(worries[0]));
	answer_page_note(p);
	html(p->out, p->language, "<button class=\"primary\">%T</button></form>\n", (int)TEXT_PAGE_TELL_COUNCIL);
	link_page_step(p, "", TEXT_PAGE_BACK, "quiet");
}

void my_page_write(struct link_page *p, const struct standing *s)
{
	const struct standing_resident *worry = asked_about(p, s);

	fields_set(&p->fields, "watcher", s->watcher);
	link_page_begin(p, TEXT_MY_TITLE);
	link_page_retried(p);
	if (worry) {
		write_worry(p, worry);
	} else {
		link_page_heading(p, TEXT_MY_TITLE);
		write_done(p);
		write_residents(p, s);
		write_away(p, s);
		write_summary(p, s);
	}
	link_page_end(p, p->status);
}
