/*
 * body - what was sent with a request, JSON or a form, read member by member (server/web/call.h). The input: `{…` is
 * JSON; anything behind an `&` is a form.
 */
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "common/zone.h"
#include "server/web/exchange.h"
#include "tests/fuzz/fuzz.h"

static const char *good_text(const char *text, size_t most)
{
	MUST(strlen(text) <= most && utf8_valid(text, strlen(text)));
	for (const char *at = text; *at; at++)
		MUST((unsigned char)*at >= ' ' || *at == '\n' || *at == '\t');
	return text;
}

static void check_list(struct call *c)
{
	const cJSON *list = body_list(c, "list", 5, BODY_MAY), *one;
	size_t i = 0;

	cJSON_ArrayForEach(one, list)
	{
		MUST(i < 5);
		body_enter(c, "list", i++, one);
		good_text(body_text(c, "id", 10, BODY_NEEDED), 10);
		body_has(c, "more");
		body_leave(c);
	}
}

static void check_members(struct call *c)
{
	const char *text;
	int64_t number;
	int32_t day;

	good_text(body_text(c, "text", 40, BODY_NEEDED), 40);
	text = body_secret(c, "password", 20);
	MUST(strlen(text) <= 20);
	text = good_text(body_word(c, "word", "visit call phone", BODY_MAY), 5);
	MUST(!*text || strstr("visit call phone", text));
	text = good_text(body_date(c, "date", BODY_MAY), 40);
	MUST(!*text || date_parse(text, &day));
	body_flag(c, "flag", true);
	number = body_number(c, "number", -5, 1000000, 7, BODY_MAY);
	MUST(number >= -5 && number <= 1000000);
	number = body_tenths(c, "tenths", 1000, -1, BODY_MAY);
	MUST(number >= -1 && number <= 1000);
	body_instant(c, "instant", BODY_MAY);
	body_object(c, "object", BODY_MAY);
	check_list(c);
}

static void check_answer(struct call *c)
{
	cJSON *problem;

	MUST(c->replied && (c->status == 400 || c->status == 422) && utf8_valid(c->text, c->len));
	problem = cJSON_ParseWithLength(c->text, c->len);
	MUST(cJSON_IsObject(problem));
	MUST(cJSON_GetArraySize(cJSON_GetObjectItem(problem, "errors")) <= CALL_FAULTS);
	cJSON_Delete(problem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct call *c = call_new("POST", "/");

	fuzz_begin();
	c->form = size && *data == '&';
	c->body_len = size - c->form;
	c->body = malloc(c->body_len + 1);
	memcpy(c->body, data + c->form, c->body_len);
	c->body[c->body_len] = '\0';
	check_members(c);
	if (body_ends(c))
		MUST(!c->replied && !c->fault_count);
	else
		check_answer(c);
	call_free(c);
	return 0;
}
