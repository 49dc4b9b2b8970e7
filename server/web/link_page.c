/* link_page - see there. */
#include "server/web/link_page.h"

#include <string.h>

#include "common/clock.h"
#include "server/web/exchange.h"

#define BROWSER_COOKIE "mimamori_browser"
#define COOKIE_S       INT64_C(34560000) /* 400 days, the most that browsers keep one */
#define TOLD_COOKIE    "mimamori_told"
#define TOLD_S         INT64_C(300) /* a page that did not load may be opened once more */

enum { STEP_MOST = 16, CARRIED = 16 + STEP_MOST + SECRET_HASH };

void link_page_init(struct link_page *p, struct call *c, const char *folder)
{
	const char *cookie = call_cookie(c, BROWSER_COOKIE);

	*p = (struct link_page){ .c = c,
		.token = call_arg(c, 0),
		.step = call_query(c, "step"),
		.of = call_query(c, "of"),
		.note = "",
		.signs = "",
		.from = "",
		.to = "",
		.status = 200,
		.wrong = TEXT_MY_WRONG };
	p->known = secret_is_token(p->token);
	secret_hash(p->token, p->hash);
	if (p->known)
		snprintf(p->path, sizeof(p->path), "%s/%s", folder, p->token);
	if (cookie && secret_is_token(cookie)) {
		p->had_cookie = true;
		memcpy(p->browser, cookie, sizeof(p->browser));
		secret_hash(p->browser, p->browser_id);
	} else {
		secret_make(p->browser);
		/* Lax: the first look comes from a mail, another site to the browser. */
		reply_cookie(c, BROWSER_COOKIE, p->browser, COOKIE_S, false);
	}
	secret_make(p->once);
	reply_header(c, "X-Robots-Tag", "noindex, nofollow");
}

void link_page_language(struct link_page *p, const char *own)
{
	const char *asked = call_query(p->c, "lang"), *language = call_language(p->c);
	const struct settings *s = call_settings(p->c);
	char cookie[64];

	if (asked && strcmp(asked, language) == 0) {
		/* As the staff's pages set it, whose scripts read it. */
		snprintf(cookie, sizeof(cookie), "lang=%s; Path=/; Max-Age=%d; SameSite=Lax", language, 31536000);
		reply_header(p->c, "Set-Cookie", cookie);
	} else if (own[0] && !call_cookie(p->c, "lang")) {
		language = strcmp(own, "en") == 0 ? "en" : "ja";
	}
	p->language = language;
	fields_init(&p->fields, language, call_now(p->c));
	if (s->name[0])
		fields_set(&p->fields, "council", s->name);
	else
		fields_text(&p->fields, "council", TEXT_COUNCIL_UNNAMED);
	fields_set(&p->fields, "phone", s->phone);
}

const char *link_page_say(struct link_page *p, enum text_key key)
{
	text_fill(p->said, sizeof(p->said), text_get(key, p->language), p->fields.list, p->fields.count);
	return p->said;
}

/* "&step=…&of=…" of the step this page is on, where it has the shape of one: what was asked stands in our page. */
static void carried(const struct link_page *p, char query[CARRIED])
{
	size_t len = p->step ? strlen(p->step) : 0;

	query[0] = '\0';
	if (len == 0 || len > STEP_MOST || strspn(p->step, "abcdefghijklmnopqrstuvwxyz_") != len)
		return;
	snprintf(query, CARRIED, "&step=%s", p->step);
	if (p->of && strlen(p->of) == SECRET_HASH - 1 && strspn(p->of, "0123456789abcdef") == SECRET_HASH - 1)
		snprintf(query, CARRIED, "&step=%s&of=%s", p->step, p->of);
}

/* To the same step in another language: who does not understand it is not sent back to the beginning. */
static void languages(struct link_page *p)
{
	static const struct {
		const char *code, *lang, *name;
	} all[] = { { "ja", "ja", "日本語" }, { "ja-easy", "ja", "やさしい日本語" }, { "en", "en", "English" } };

	char query[CARRIED];

	carried(p, query);
	html(p->out, p->language, "<nav class=\"languages\" aria-label=\"%T\">", (int)TEXT_PAGE_LANGUAGE);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i].code, p->language) == 0)
			html(p->out, p->language, "<span lang=\"%s\" aria-current=\"true\">%s</span>", all[i].lang,
				all[i].name);
		else
			html(p->out, p->language, "<a href=\"%s?lang=%s%s\" lang=\"%s\" rel=\"nofollow\">%s</a>",
				p->path, all[i].code, query, all[i].lang, all[i].name);
	fputs("</nav>\n", p->out);
}

void link_page_begin(struct link_page *p, enum text_key title)
{
	p->out = reply_out(p->c);
	html_begin(p->out, p->language, link_page_say(p, title), "watcher.css", "watcher.js");
	if (p->known)
		languages(p);
	html(p->out, p->language, "<div class=\"%s\">\n", strcmp(p->language, "ja-easy") == 0 ? "easy" : "plain");
}

void link_page_end(struct link_page *p, unsigned status)
{
	const struct settings *s = call_settings(p->c);

	if (s->phone[0]) {
		fputs("<footer>", p->out);
		link_page_call(p, s->phone, TEXT_PAGE_COUNCIL, "quiet");
		fputs("</footer>\n", p->out);
	}
	fputs("</div>\n", p->out);
	html_end(p->out);
	reply_written(p->c, status, "text/html; charset=utf-8");
}

void link_page_heading(struct link_page *p, enum text_key key)
{
	html(p->out, p->language, "<h1>%s</h1>\n", link_page_say(p, key));
}

void link_page_text(struct link_page *p, enum text_key key)
{
	html(p->out, p->language, "<p>%s</p>\n", link_page_say(p, key));
}

/* What only this browser on a page of this token can say. */
static void sign(const struct link_page *p, const char *once, char signature[SECRET_HASH])
{
	char purpose[2 * SECRET_HASH + 16];

	snprintf(purpose, sizeof(purpose), "form %s %s", p->hash, once);
	secret_derive(p->browser, purpose, signature);
}

void link_page_form(struct link_page *p, const char *act)
{
	char signature[SECRET_HASH];

	sign(p, p->once, signature);
	html(p->out, p->language,
		"<form method=\"post\" action=\"%s\"><input type=\"hidden\" name=\"act\" value=\"%s\">"
		"<input type=\"hidden\" name=\"form\" value=\"%s.%s\">",
		p->path, act, p->once, signature);
}

bool link_page_form_good(const struct link_page *p, const char *form, char once[SECRET_TOKEN])
{
	char signature[SECRET_HASH];

	if (strlen(form) != SECRET_TOKEN - 1 + SECRET_HASH || form[SECRET_TOKEN - 1] != '.')
		return false;
	snprintf(once, SECRET_TOKEN, "%s", form);
	sign(p, once, signature);
	return secret_equal(form + SECRET_TOKEN, signature);
}

/* A word said on this page only: other pages of the same browser have cookies of the same name. */
static void tell(const struct link_page *p, const char *word, char told[SECRET_HASH])
{
	char purpose[LINK_PAGE_WORD + 8];

	snprintf(purpose, sizeof(purpose), "told %s", word);
	secret_derive(p->token, purpose, told);
}

void link_page_see(struct link_page *p, const char *word)
{
	char told[SECRET_HASH], value[LINK_PAGE_WORD + SECRET_HASH];

	if (word[0]) {
		tell(p, word, told);
		snprintf(value, sizeof(value), "%s.%s", word, told);
		reply_cookie(p->c, TOLD_COOKIE, value, TOLD_S, false);
	}
	reply_see(p->c, p->path);
}

void link_page_told(struct link_page *p, char word[LINK_PAGE_WORD])
{
	const char *value = call_cookie(p->c, TOLD_COOKIE), *dot = value ? strchr(value, '.') : NULL;
	char told[SECRET_HASH];

	word[0] = '\0';
	if (p->status != 200 || !dot || dot - value >= LINK_PAGE_WORD)
		return;
	memcpy(word, value, (size_t)(dot - value));
	word[dot - value] = '\0';
	tell(p, word, told);
	if (secret_equal(dot + 1, told))
		reply_cookie(p->c, TOLD_COOKIE, "", -1, false);
	else
		word[0] = '\0';
}

void link_page_button(struct link_page *p, const char *act, const char *how, enum text_key key, const char *style)
{
	link_page_form(p, act);
	if (how[0])
		html(p->out, p->language, "<input type=\"hidden\" name=\"how\" value=\"%s\">", how);
	html(p->out, p->language, "<button class=\"%s\">%s</button></form>\n", style, link_page_say(p, key));
}

void link_page_step(struct link_page *p, const char *query, enum text_key key, const char *style)
{
	html(p->out, p->language, "<a class=\"button %s\" href=\"%s%s\">%s</a>\n", style, p->path, query,
		link_page_say(p, key));
}

void link_page_call(struct link_page *p, const char *number, enum text_key key, const char *style)
{
	const char *said = link_page_say(p, key);
	char dial[64];
	size_t len = 0;

	for (const char *at = number; *at && len < sizeof(dial) - 1; at++)
		if ((*at >= '0' && *at <= '9') || *at == '+')
			dial[len++] = *at;
	dial[len] = '\0';
	html(p->out, p->language, "<a class=\"button tel %s\" href=\"tel:%s\">%s", style, dial, said);
	if (!strstr(said, number))
		html(p->out, p->language, "<span>%s</span>", number);
	fputs("</a>\n", p->out);
}

/* A field as it was typed, but for what no text of ours may hold: sent again it would be refused again. */
static const char *typed(struct call *c, const char *name)
{
	char *copy = call_keep(c, strdup(body_secret(c, name, SIZE_MAX))), *to = copy;

	for (const char *from = copy; *from; from++)
		if ((unsigned char)*from >= ' ' ? *from != 0x7f : *from == '\n' || *from == '\t')
			*to++ = *from;
	*to = '\0';
	return copy;
}

void link_page_retry(struct link_page *p, const char *folder, unsigned status)
{
	static const struct {
		const char *act, *step;
	} forms[] = { { "no_answer", "no_answer" }, { "needs_help", "help" }, { "note", "note" },
		{ "worry", "worry" } };
	struct call *c = p->c;
	const char *act = typed(c, "act");

	reply_reset(c);
	link_page_init(p, c, folder);
	p->status = status;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(act, forms[i].act) == 0)
			p->step = forms[i].step;
	p->of = typed(c, "resident");
	p->note = typed(c, "note");
	p->signs = typed(c, "signs");
	p->from = typed(c, "from");
	p->to = typed(c, "to");
}

void link_page_retried(struct link_page *p)
{
	if (p->status != 200)
		html(p->out, p->language, "<p class=\"notice\" role=\"alert\">%T</p>\n",
			(int)(p->status == 503 ? TEXT_PAGE_AGAIN : p->wrong));
}

static void only(struct link_page *p, unsigned status, enum text_key title, enum text_key text)
{
	link_page_begin(p, title);
	link_page_heading(p, title);
	link_page_text(p, text);
	link_page_end(p, status);
}

void link_page_unknown(struct link_page *p, bool dead)
{
	only(p, dead ? 410 : 404, TEXT_PAGE_DEAD_TITLE, TEXT_PAGE_DEAD);
}

void link_page_elsewhere(struct link_page *p)
{
	only(p, 403, TEXT_PAGE_ELSEWHERE_TITLE, TEXT_PAGE_ELSEWHERE);
}

void link_page_again(struct link_page *p, unsigned status)
{
	link_page_begin(p, TEXT_PAGE_AGAIN_TITLE);
	link_page_heading(p, TEXT_PAGE_AGAIN_TITLE);
	link_page_text(p, TEXT_PAGE_AGAIN);
	link_page_step(p, "", TEXT_PAGE_AGAIN_OPEN, "primary");
	link_page_end(p, status);
}

void link_page_too_large(struct call *c)
{
	struct link_page page;

	link_page_init(&page, c, strncmp(call_path(c), "/my/", 4) == 0 ? "/my" : "/w");
	link_page_language(&page, "");
	link_page_again(&page, 413);
}

void link_page_cannot(struct link_page *p)
{
	only(p, 403, TEXT_PAGE_AGAIN_TITLE, TEXT_PAGE_CANNOT);
}

void link_page_ask(struct link_page *p, const char *watcher, enum text_key why)
{
	fields_set(&p->fields, "watcher", watcher);
	if (p->step && strcmp(p->step, "no") == 0) {
		link_page_begin(p, TEXT_PAGE_TITLE);
		link_page_heading(p, TEXT_PAGE_NOT_YOU_TITLE);
		link_page_text(p, TEXT_PAGE_NOT_YOU);
		link_page_step(p, "", TEXT_PAGE_BACK, "quiet");
	} else {
		link_page_begin(p, TEXT_PAGE_TITLE);
		link_page_heading(p, TEXT_PAGE_WHO_ASK);
		link_page_text(p, why);
		link_page_button(p, "yes", "", TEXT_PAGE_WHO_YES, "primary");
		link_page_step(p, "?step=no", TEXT_PAGE_WHO_NO, "quiet");
	}
	link_page_end(p, p->status);
}
