/*
 * answer_page - few words, large buttons: what is asked of this watcher now, and nothing else.
 *
 * Which page it is follows from the incident alone, so a reload, a second telephone call or somebody else's answer
 * always shows what is true now. Steps (?step=) only ask on; nothing is changed before a form is sent.
 */
#include "server/web/answer_page.h"

#include <string.h>

#define PRIMARY "primary"
#define DANGER  "danger"
#define QUIET   "quiet"

static bool step_is(const struct link_page *p, const char *step)
{
	return p->step && strcmp(p->step, step) == 0;
}

static void set_who(struct link_page *p, const struct answer *a)
{
	enum text_key key = a->name[0] && a->place[0] ? TEXT_WHO_NAME_PLACE
			    : a->name[0]              ? TEXT_WHO_NAME
			    : a->place[0]             ? TEXT_WHO_PLACE
						      : TEXT_WHO_LABEL;

	fields_set(&p->fields, "label", a->label);
	fields_set(&p->fields, "resident", a->name);
	fields_set(&p->fields, "place", a->place);
	fields_set(&p->fields, "who", link_page_say(p, key));
}

static void set_fields(struct link_page *p, const struct answer *a)
{
	set_who(p, a);
	fields_set(&p->fields, "watcher", a->watcher);
	fields_set(&p->fields, "address", a->address);
	fields_set(&p->fields, "care", a->care);
	fields_number(&p->fields, "others", (int64_t)a->others);
	fields_time(&p->fields, "due", a->deadline_at);
	fields_time(&p->fields, "time", a->since_at);
	fields_time(&p->fields, "until", a->until_at);
	fields_when(&p->fields, "when", a->due_at ? a->due_at : a->since_at);
}

static enum text_key what_happened(const struct answer *a)
{
	switch (a->kind) {
	case INCIDENT_HELP: return a->reported ? TEXT_MAIL_NEEDS_HELP : TEXT_MAIL_HELP;
	case INCIDENT_UNWELL: return a->reported ? TEXT_MAIL_WORRY : TEXT_MAIL_UNWELL;
	case INCIDENT_TALK: return TEXT_MAIL_TALK;
	case INCIDENT_MISSED:
	case INCIDENT_PAUSE:
	case INCIDENT_DEVICE:
	case INCIDENT_BLIND:
	case INCIDENT_AREA:
	case INCIDENT_KINDS: break;
	}
	return TEXT_MAIL_MISSED;
}

/* Whom it is about, what happened, where, what to mind. */
static void card(struct link_page *p, const struct answer *a, bool ask)
{
	fputs("<section class=\"card\">\n", p->out);
	link_page_text(p, what_happened(a));
	if (ask && a->kind == INCIDENT_MISSED)
		link_page_text(p, a->can_go ? TEXT_MAIL_MISSED_LOOK : TEXT_MAIL_MISSED_CALL);
	if (ask && a->kind == INCIDENT_UNWELL && a->reported)
		link_page_text(p, a->can_go ? TEXT_MAIL_WORRY_LOOK : TEXT_MAIL_WORRY_CALL);
	if (a->address[0])
		link_page_text(p, TEXT_MAIL_ADDRESS);
	if (a->care[0])
		link_page_text(p, TEXT_MAIL_CARE);
	if (ask && a->others)
		link_page_text(p, TEXT_PAGE_OTHERS);
	fputs("</section>\n", p->out);
}

static void notice(struct link_page *p, enum text_key key)
{
	html(p->out, p->language, "<p class=\"notice\">%s</p>\n", link_page_say(p, key));
}

/* Each sentence on a line of its own: it is read at a door. */
static void sentences(struct link_page *p, enum text_key key)
{
	const char *at = text_get(key, p->language), *end;
	const char *mark = strcmp(p->language, "en") == 0 ? ". " : "。";

	fputs("<ul class=\"todo\">\n", p->out);
	for (; *at; at = end) {
		char sentence[512];

		end = strstr(at, mark);
		end = end ? end + strlen(mark) : at + strlen(at);
		snprintf(sentence, sizeof(sentence), "%.*s", (int)(end - at), at);
		html(p->out, p->language, "<li>%s</li>\n", sentence);
	}
	fputs("</ul>\n", p->out);
}

static void open_choices(struct link_page *p)
{
	fputs("<div class=\"choices\">\n", p->out);
}

static void close_choices(struct link_page *p)
{
	fputs("</div>\n", p->out);
}

static void say_119(struct link_page *p, const struct answer *a)
{
	if (a->kind != INCIDENT_HELP)
		return;
	notice(p, TEXT_PAGE_HELP_119);
	link_page_call(p, "119", TEXT_PAGE_CALL_119, DANGER);
}

static enum text_key asked(const struct answer *a)
{
	if (a->kind != INCIDENT_HELP)
		return a->can_go ? TEXT_PAGE_ASK_GO : TEXT_PAGE_ASK_CALL;
	if (a->reported)
		return a->can_go ? TEXT_PAGE_ASK_HELP_REPORTED : TEXT_PAGE_ASK_HELP_REPORTED_CALL;
	return a->can_go ? TEXT_PAGE_ASK_HELP : TEXT_PAGE_ASK_HELP_CALL;
}

/* What the phase says first. */
static void ask(struct link_page *p, const struct answer *a)
{
	link_page_heading(p, asked(a));
	switch (a->news) {
	case ANSWER_LAPSED: notice(p, a->can_go ? TEXT_PAGE_LAPSED : TEXT_PAGE_LAPSED_CALL); break;
	case ANSWER_GRAVER: notice(p, TEXT_PAGE_GRAVER); break;
	case ANSWER_REPLACED:
	case ANSWER_PASSED: notice(p, TEXT_CLAIM_ENDED); break;
	case ANSWER_NO_NEWS: break;
	}
	card(p, a, true);
	say_119(p, a);
	open_choices(p);
	link_page_button(p, "going", "", a->can_go ? TEXT_PAGE_GOING : TEXT_PAGE_CALLING, PRIMARY);
	link_page_button(p, "cannot", "", a->can_go ? TEXT_PAGE_NOT_NOW : TEXT_PAGE_NOT_CALLING, "");
	link_page_step(p, "?step=report", TEXT_PAGE_MET_ALREADY, QUIET);
	close_choices(p);
}

static void declined(struct link_page *p, const struct answer *a)
{
	link_page_heading(p, TEXT_PAGE_DECLINED);
	link_page_text(p, TEXT_PAGE_DECLINED_WHY);
	card(p, a, false);
	open_choices(p);
	link_page_button(p, "going", "", a->can_go ? TEXT_PAGE_GO_AFTER_ALL : TEXT_PAGE_CALL_AFTER_ALL, "");
	link_page_step(p, "?step=report", TEXT_PAGE_MET_ALREADY, QUIET);
	close_choices(p);
}

static enum text_key who_goes(const struct answer *a)
{
	if (a->taken_by_call)
		return TEXT_CLAIMED_CALLING;
	return a->taken_by[0] ? TEXT_CLAIMED_BY_NAME : TEXT_CLAIMED_BY_OTHER;
}

static void taken(struct link_page *p, const struct answer *a, bool late)
{
	fields_set(&p->fields, "watcher", a->taken_by);
	link_page_heading(p, a->taken_by_call ? TEXT_PAGE_TAKEN_CALL : TEXT_PAGE_TAKEN);
	if (a->news == ANSWER_REPLACED)
		link_page_text(p, TEXT_CLAIM_REPLACED);
	else if (a->news == ANSWER_PASSED)
		link_page_text(p, TEXT_CLAIM_ENDED);
	else if (late && !a->taken_by_call)
		link_page_text(p, a->taken_by[0] ? TEXT_LATE_ANSWER_NAME : TEXT_LATE_ANSWER);
	else
		link_page_text(p, who_goes(a));
	fields_set(&p->fields, "watcher", a->watcher);
	card(p, a, false);
	open_choices(p);
	if (a->may_take_over)
		link_page_button(p, "going", "", TEXT_PAGE_GOING, PRIMARY);
	link_page_step(p, "?step=report", TEXT_PAGE_MET_ALREADY, QUIET);
	close_choices(p);
}

/* The answers of who goes; of who can only call, in words of the telephone. */
static void reports(struct link_page *p, const struct answer *a)
{
	if (a->can_go) {
		link_page_button(p, "seen", "", TEXT_PAGE_SEEN, PRIMARY);
		link_page_step(p, "?step=heard", TEXT_PAGE_HEARD, "");
		link_page_step(p, "?step=no_answer", TEXT_PAGE_NO_ANSWER, "");
	} else {
		link_page_button(p, "heard", "phone", TEXT_PAGE_SPOKE, PRIMARY);
		link_page_step(p, "?step=no_answer", TEXT_PAGE_NO_PICK_UP, "");
	}
	link_page_step(p, "?step=help", TEXT_PAGE_NEEDS_HELP, DANGER);
}

static void calling_words(struct link_page *p, const struct answer *a)
{
	if (a->can_go)
		return;
	html(p->out, p->language, "<section class=\"card\"><h2>%T</h2>\n", (int)TEXT_PAGE_CALL_WORDS);
	link_page_text(p, a->kind == INCIDENT_MISSED ? TEXT_PAGE_CALL_MISSED
			  : a->kind != INCIDENT_HELP ? TEXT_PAGE_CALL_OTHER
			  : a->reported              ? TEXT_PAGE_CALL_HELP_REPORTED
						     : TEXT_PAGE_CALL_HELP);
	fputs("</section>\n", p->out);
}

static void going(struct link_page *p, const struct answer *a)
{
	link_page_heading(p, TEXT_PAGE_HOW_WAS_IT);
	link_page_text(p, TEXT_PAGE_UNTIL);
	calling_words(p, a);
	open_choices(p);
	reports(p, a);
	if (a->may_renew)
		link_page_button(p, "longer", "", TEXT_PAGE_LONGER, "");
	link_page_button(p, "cannot", "", a->can_go ? TEXT_PAGE_CANNOT_GO : TEXT_PAGE_CANNOT_CALL, QUIET);
	close_choices(p);
	card(p, a, false);
}

static void met(struct link_page *p, const struct answer *a)
{
	link_page_heading(p, a->can_go ? TEXT_ASKED : TEXT_ASKED_CALL);
	open_choices(p);
	reports(p, a);
	link_page_button(p, "cannot", "", a->can_go ? TEXT_PAGE_NOT_MET : TEXT_PAGE_NOT_SPOKEN, "");
	close_choices(p);
	card(p, a, false);
}

/* Who stands at the door may leave because of it: who only telephones is not on the way. */
static void say_others(struct link_page *p, const struct answer *a)
{
	if (a->until_at && !a->holds)
		notice(p, a->taken_by_call ? TEXT_PAGE_TAKEN_CALL : TEXT_PAGE_HELP_COMING);
}

static void after_no_answer(struct link_page *p, const struct answer *a)
{
	link_page_heading(p, TEXT_PAGE_TOLD_COUNCIL);
	if (a->can_go) {
		sentences(p, TEXT_PAGE_STAY_OUT);
		link_page_call(p, "119", TEXT_PAGE_CALL_119, DANGER);
		link_page_call(p, "110", TEXT_PAGE_CALL_110, "");
	} else {
		link_page_text(p, TEXT_PAGE_CALL_TAKEN_OVER);
	}
	say_others(p, a);
	open_choices(p);
	if (a->can_go)
		link_page_button(p, "seen", "", TEXT_PAGE_SEEN, "");
	else
		link_page_button(p, "heard", "phone", TEXT_PAGE_SPOKE, "");
	link_page_step(p, "?step=help", TEXT_PAGE_NEEDS_HELP, DANGER);
	close_choices(p);
	card(p, a, false);
}

static void helping(struct link_page *p, const struct answer *a)
{
	link_page_heading(p, TEXT_PAGE_HELP_FIRST);
	link_page_call(p, "119", TEXT_PAGE_CALL_119, DANGER);
	link_page_text(p, a->others_told ? TEXT_PAGE_HELP_TOLD_OTHERS : TEXT_PAGE_HELP_TOLD);
	link_page_text(p, a->can_go ? TEXT_PAGE_HELP_WAIT : TEXT_PAGE_HELP_WAIT_CALL);
	say_others(p, a);
	card(p, a, false);
	open_choices(p);
	if (a->can_go)
		link_page_button(p, "seen", "", TEXT_PAGE_FINE_NOW, "");
	else
		link_page_button(p, "heard", "phone", TEXT_PAGE_FINE_NOW, "");
	close_choices(p);
}

static void ended(struct link_page *p, const struct answer *a)
{
	link_page_heading(p, TEXT_PAGE_ENDED);
	switch (a->end) {
	case SHARING_END_CHECKED_IN:
		link_page_text(p, a->label[0] ? TEXT_END_CHECKED_IN : TEXT_END_CHECKED_IN_PLAIN);
		return;
	case SHARING_END_SAFE: link_page_text(p, TEXT_END_SAFE); return;
	case SHARING_END_OTHER: link_page_text(p, TEXT_END_OTHER); return;
	case SHARING_END_SPOKE: break;
	}
	if (a->relation[0])
		fields_set(&p->fields, "kin", a->relation);
	else
		fields_text(&p->fields, "kin", TEXT_KIN_UNNAMED);
	fields_text(&p->fields, "how",
		strcmp(a->how, "phone") == 0   ? TEXT_HOW_PHONE
		: strcmp(a->how, "voice") == 0 ? TEXT_HOW_VOICE
					       : TEXT_HOW_FACE);
	fields_clock(&p->fields, "time", a->closed_at);
	fields_set(&p->fields, "user", a->by);
	link_page_text(p, a->by[0] ? TEXT_END_KIN : TEXT_END_KIN_COUNCIL);
}

void answer_page_boxes(struct link_page *p, const char *const *signs, const enum text_key *keys, size_t count)
{
	html(p->out, p->language, "<fieldset><legend>%T</legend>\n", (int)TEXT_PAGE_TICK);
	for (size_t k = 0; k < count; k++)
		html(p->out, p->language,
			"<label class=\"box\"><input type=\"checkbox\" name=\"signs\" value=\"%s\"%h><span>%T</span></label>\n",
			signs[k], items_have(p->signs, signs[k]) ? " checked" : "", (int)keys[k]);
	fputs("</fieldset>\n", p->out);
}

static void note_field(struct link_page *p, enum text_key label, bool needed)
{
	html(p->out, p->language,
		"<label class=\"field\" for=\"note\">%T</label><p class=\"hint\" id=\"hint\">%T</p>"
		"<textarea id=\"note\" name=\"note\" rows=\"3\" maxlength=\"%d\" aria-describedby=\"hint\"%h>%s</textarea>\n",
		(int)label, (int)TEXT_PAGE_NOTE_HINT, ANSWER_NOTE_CHARACTERS, needed ? " required" : "", p->note);
}

void answer_page_note(struct link_page *p)
{
	note_field(p, TEXT_PAGE_NOTE, false);
}

static void submit(struct link_page *p, enum text_key key, const char *style)
{
	html(p->out, p->language, "<button class=\"%s\">%T</button></form>\n", style, (int)key);
}

static void step_heard(struct link_page *p)
{
	link_page_heading(p, TEXT_PAGE_HEARD_HOW);
	open_choices(p);
	link_page_button(p, "heard", "voice", TEXT_PAGE_HEARD_VOICE, PRIMARY);
	link_page_button(p, "heard", "phone", TEXT_PAGE_HEARD_PHONE, PRIMARY);
	close_choices(p);
}

static void step_no_answer(struct link_page *p, const struct answer *a)
{
	static const enum text_key keys[ANSWER_SIGNS] = { TEXT_PAGE_NEWSPAPERS, TEXT_PAGE_LIGHTS, TEXT_PAGE_SOUNDS,
		TEXT_PAGE_SMELL, TEXT_PAGE_NOTHING };

	link_page_heading(p, a->can_go ? TEXT_PAGE_WHAT_SEEN : TEXT_PAGE_NO_PICK_UP);
	link_page_form(p, "no_answer");
	if (a->can_go)
		answer_page_boxes(p, answer_signs, keys, ANSWER_SIGNS);
	answer_page_note(p);
	submit(p, TEXT_PAGE_TELL_COUNCIL, PRIMARY);
}

static void step_help(struct link_page *p)
{
	link_page_heading(p, TEXT_PAGE_HELP_FIRST);
	link_page_call(p, "119", TEXT_PAGE_CALL_119, DANGER);
	link_page_form(p, "needs_help");
	answer_page_note(p);
	submit(p, TEXT_PAGE_HELP_TELL, PRIMARY);
}

static void step_report(struct link_page *p, const struct answer *a)
{
	link_page_heading(p, TEXT_PAGE_HOW_WAS_IT);
	card(p, a, false);
	open_choices(p);
	reports(p, a);
	close_choices(p);
}

static void step_note(struct link_page *p)
{
	link_page_heading(p, TEXT_PAGE_WRITE);
	link_page_form(p, "note");
	note_field(p, TEXT_PAGE_NOTE_ONLY, true);
	submit(p, TEXT_PAGE_SEND, PRIMARY);
}

/* False: no step was asked for. */
static bool write_step(struct link_page *p, const struct answer *a)
{
	if (a->phase == ANSWER_CLOSED)
		return false;
	if (step_is(p, "heard"))
		step_heard(p);
	else if (step_is(p, "no_answer"))
		step_no_answer(p, a);
	else if (step_is(p, "help"))
		step_help(p);
	else if (step_is(p, "report"))
		step_report(p, a);
	else if (step_is(p, "note"))
		step_note(p);
	else
		return false;
	link_page_step(p, "", TEXT_PAGE_BACK, QUIET);
	return true;
}

/* What became of the form that led here, said once. */
static void say_told(struct link_page *p, const char *told)
{
	if (strcmp(told, "note") == 0)
		html(p->out, p->language, "<p class=\"notice\" role=\"status\">%T</p>\n", (int)TEXT_PAGE_NOTE_SENT);
}

static void write_phase(struct link_page *p, const struct answer *a)
{
	char told[LINK_PAGE_WORD];

	link_page_told(p, told);
	say_told(p, told);
	/* A script shows it when there is news; without one, the next look does. */
	html(p->out, p->language,
		"<p id=\"changed\" role=\"status\"><a class=\"button\" href=\"%s\" hidden>%T</a></p>\n", p->path,
		(int)TEXT_PAGE_CHANGED);
	switch (a->phase) {
	case ANSWER_ASKED: ask(p, a); break;
	case ANSWER_DECLINED: declined(p, a); break;
	case ANSWER_TAKEN: taken(p, a, strcmp(told, "late") == 0); break;
	case ANSWER_GOING: going(p, a); break;
	case ANSWER_MET: met(p, a); break;
	case ANSWER_NO_ANSWER: after_no_answer(p, a); break;
	case ANSWER_HELPING: helping(p, a); break;
	case ANSWER_CLOSED: ended(p, a); return;
	}
	link_page_step(p, "?step=note", TEXT_PAGE_WRITE, QUIET);
}

void answer_page(struct link_page *p, const struct answer *a)
{
	set_fields(p, a);
	link_page_begin(p, TEXT_PAGE_TITLE);
	link_page_retried(p);
	if (!write_step(p, a))
		write_phase(p, a);
	link_page_end(p, p->status);
}

void answer_page_lost(struct link_page *p, bool help, bool ended)
{
	const char *phone = call_settings(p->c)->phone;

	link_page_begin(p, TEXT_PAGE_TITLE);
	link_page_heading(p, TEXT_PAGE_LOST);
	if (help) {
		notice(p, TEXT_PAGE_HELP_FIRST);
		link_page_call(p, "119", TEXT_PAGE_CALL_119, DANGER);
	}
	link_page_text(p, ended ? TEXT_PAGE_LOST_ENDED : TEXT_PAGE_LOST_LINK);
	if (phone[0])
		link_page_call(p, phone, TEXT_PAGE_COUNCIL, help ? "" : PRIMARY);
	if (p->note[0])
		html(p->out, p->language, "<section class=\"card\"><h2>%T</h2><p>%s</p></section>\n",
			(int)TEXT_PAGE_LOST_NOTE, p->note);
	link_page_step(p, "", TEXT_PAGE_BACK, QUIET);
	link_page_end(p, p->status);
}
