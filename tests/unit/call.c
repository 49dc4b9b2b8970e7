/* call - what a request says, taken apart: paths, queries, bodies; and pages, put together. */
#include <stdlib.h>
#include <string.h>

#include "server/web/exchange.h"
#include "server/web/html.h"
#include "server/web/routes.h"
#include "tests/unit/test.h"

static struct call *asked(const char *body, bool form)
{
	struct call *c = call_new("POST", "/");

	c->body = strdup(body);
	c->body_len = strlen(body);
	c->form = form;
	return c;
}

/* Reads nothing of it; what was wrong, "" nothing. */
static const char *said(struct call *c)
{
	static char text[512];

	text[0] = '\0';
	if (!body_ends(c))
		snprintf(text, sizeof(text), "%u %s", c->status, c->text);
	call_free(c);
	return text;
}

static bool says(struct call *c, const char *part)
{
	return strstr(said(c), part) != NULL;
}

TEST(a_body_is_one_json_object_in_utf8)
{
	CHECK(says(asked("{", false), "400"));
	CHECK(says(asked("[]", false), "is not a JSON object"));
	CHECK(says(asked("{} x", false), "is not JSON"));
	CHECK(says(asked("{\"a\":\"\xff\"}", false), "is not UTF-8"));
	CHECK(says(asked("{\"a\":1,\"a\":2}", false), "names a member twice"));
	CHECK(says(asked("{\"a\":{\"b\":[{\"c\":1,\"c\":1}]}}", false), "names a member twice"));
	CHECK_TEXT(said(asked("", false)), "");
	CHECK_TEXT(said(asked("{}", false)), "");
}

TEST(what_is_nested_deep_or_has_members_without_end_is_refused)
{
	char deep[4096], wide[8192] = "{";
	size_t used = 1;

	memset(deep, '[', 2000);
	snprintf(deep + 2000, sizeof(deep) - 2000, "1");
	CHECK(says(asked(deep, false), "nested too deep"));
	for (int i = 0; i < 300; i++)
		used += (size_t)snprintf(wide + used, sizeof(wide) - used, "%s\"m%d\":1", i ? "," : "", i);
	snprintf(wide + used, sizeof(wide) - used, "}");
	CHECK(says(asked(wide, false), "too many members"));
	CHECK(says(asked("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[\"}", false),
		"is not a member")); /* of a text it is no depth */
}

TEST(every_fault_of_a_body_is_named_at_once)
{
	struct call *c = asked(
		"{\"name\":7,\"on\":\"2026-02-30\",\"kind\":\"x\",\"n\":1.5,\"more\":1,\"flag\":\"yes\"}", false);

	body_text(c, "name", 10, BODY_NEEDED);
	body_date(c, "on", BODY_NEEDED);
	body_word(c, "kind", "visit call", BODY_NEEDED);
	CHECK_INT(body_number(c, "n", 1, 5, 3, BODY_MAY), 3);
	CHECK(!body_flag(c, "flag", false));
	body_text(c, "gone", 10, BODY_NEEDED);
	CHECK_TEXT(body_text(c, "left_out", 10, BODY_MAY), "");
	CHECK(!body_ends(c));
	CHECK_INT(c->status, 422);
	for (size_t i = 0; i < 7; i++) {
		static const char *const faults[] = { "/name", "/on", "/kind", "/n\"", "/flag", "/gone", "/more" };

		CHECK(strstr(c->text, faults[i]));
	}
	call_free(c);
}

TEST(texts_are_trimmed_and_without_control_characters)
{
	struct call *c = asked("{\"a\":\"  x\\r\\ny  \",\"b\":\"\\u0007\",\"c\":\"あいう\",\"d\":\"   \"}", false);

	CHECK_TEXT(body_text(c, "a", 10, BODY_NEEDED), "x\ny");
	CHECK_TEXT(body_text(c, "b", 10, BODY_NEEDED), "");
	CHECK_TEXT(body_text(c, "c", 8, BODY_NEEDED), ""); /* nine bytes */
	CHECK_TEXT(body_text(c, "d", 8, BODY_NEEDED), "");
	CHECK_INT(c->fault_count, 3);
	call_free(c);
}

TEST(instants_have_an_offset)
{
	struct call *c = asked(
		"{\"a\":\"2026-11-23T07:12:03+09:00\",\"b\":\"2026-11-22T22:12:03.5Z\",\"c\":\"2026-11-23T07:12:03\","
		"\"d\":\"2026-11-23T24:00:00Z\",\"e\":\"2026-11-23T07:12:03+09:00x\"}",
		false);

	CHECK_INT(body_instant(c, "a", BODY_NEEDED), INT64_C(1795385523000));
	CHECK_INT(body_instant(c, "b", BODY_NEEDED), INT64_C(1795385523000));
	CHECK_INT(body_instant(c, "c", BODY_NEEDED), 0);
	CHECK_INT(body_instant(c, "d", BODY_NEEDED), 0);
	CHECK_INT(body_instant(c, "e", BODY_NEEDED), 0);
	CHECK_INT(c->fault_count, 3);
	call_free(c);
}

TEST(elements_of_a_list_are_bodies_of_their_own)
{
	struct call *c = asked("{\"list\":[{\"id\":\"R1\"},{\"id\":2,\"x\":1},3]}", false);
	const cJSON *list = body_list(c, "list", 5, BODY_NEEDED);

	CHECK_INT(cJSON_GetArraySize(list), 3);
	for (int i = 0; i < 3; i++) {
		body_enter(c, "list", (size_t)i, cJSON_GetArrayItem(list, i));
		body_text(c, "id", 10, BODY_NEEDED);
		body_leave(c);
	}
	CHECK(!body_ends(c));
	CHECK(strstr(c->text, "/list/1/id") && strstr(c->text, "/list/1/x") && strstr(c->text, "/list/2\""));
	CHECK(!strstr(c->text, "/list/0"));
	call_free(c);
}

TEST(a_form_gives_texts_numbers_and_ticked_boxes)
{
	struct call *c = asked("note=%E3%81%82+b%26c&seen=papers&seen=smell&on=yes&n=12&empty=", true);

	CHECK_TEXT(body_text(c, "note", 20, BODY_NEEDED), "あ b&c");
	CHECK_TEXT(body_text(c, "seen", 40, BODY_NEEDED), "papers smell");
	CHECK(body_flag(c, "on", false));
	CHECK_INT(body_number(c, "n", 0, 99, 0, BODY_NEEDED), 12);
	CHECK_INT(body_number(c, "empty", 0, 99, 7, BODY_MAY), 7);
	CHECK(body_ends(c));
	call_free(c);
	CHECK(says(asked("a=%00", true), "400"));
	CHECK(says(asked("a=%zz", true), "400"));
	CHECK(says(asked("a=%ff", true), "400"));
}

static const char *handled_by(const char *method, const char *path, unsigned *status, char allow[64])
{
	static char args[256];
	struct call *c = call_new(method, path);
	const struct route *r = route_find(c, status, allow);

	snprintf(args, sizeof(args), "%s %s %s", r ? r->pattern : "none", call_arg(c, 0), call_arg(c, 1));
	call_free(c);
	return args;
}

TEST(a_path_finds_its_route_part_by_part)
{
	unsigned status;
	char allow[64];

	CHECK_TEXT(handled_by("GET", "/residents/R001", &status, allow), "/residents/{id} R001 ");
	CHECK_TEXT(handled_by("HEAD", "/residents/R%20%2F..", &status, allow), "/residents/{id} R /.. ");
	CHECK_TEXT(handled_by("GET", "/residents/%00", &status, allow), "none  ");
	CHECK_INT(status, 400);
	CHECK_TEXT(handled_by("GET", "/residents/", &status, allow), "none  ");
	CHECK_INT(status, 404);
	CHECK_TEXT(handled_by("GET", "/residents/R001/", &status, allow), "none  ");
	CHECK_TEXT(handled_by("GET", "/residents/../etc/passwd", &status, allow), "none  ");
	CHECK_TEXT(handled_by("GET", "residents/R001", &status, allow), "none  ");
	CHECK_TEXT(handled_by("DELETE", "/api/v1/status", &status, allow), "none  ");
	CHECK_INT(status, 405);
	CHECK_TEXT(allow, "GET, HEAD");
}

TEST(every_route_that_changes_something_asks_who_it_is_or_says_why_not)
{
	for (size_t i = 0; i < route_count; i++) {
		const struct route *r = &routes[i];

		CHECK(r->pattern[0] == '/' && r->handle);
		CHECK(!(r->flags & ROUTE_PUBLIC) || !r->rights);
		CHECK(!(r->flags & ROUTE_NO_STORE) || r->flags & ROUTE_PUBLIC);
	}
}

TEST(what_people_wrote_is_text_in_a_page)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	html(out, "en", "<p title=\"%s\">%s %d%% %lld %h %T</p>", "\"><script>", "<b>&'", 5, (long long)7, "<br>",
		(int)TEXT_PAGE_GOING);
	CHECK_INT(fclose(out), 0);
	CHECK_TEXT(text, "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;&#39; 5% 7 <br> I am going</p>");
	free(text);
}
