/* reply - the answer to a call: one body, one status, some headers. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/utf8.h"
#include "common/written.h"
#include "server/web/call.h"
#include "server/web/exchange.h"

void reply_reset(struct call *c)
{
	if (c->out)
		fclose(c->out);
	free(c->out_text);
	free(c->text);
	for (size_t i = 0; i < c->header_count; i++) {
		free(c->headers[i].name);
		free(c->headers[i].value);
	}
	c->out = NULL;
	c->out_text = c->text = NULL;
	c->fixed = NULL;
	c->fixed_len = c->len = c->header_count = 0;
	c->replied = false;
}

static void take(struct call *c, unsigned status, const char *type)
{
	if (c->replied)
		fatal("error=\"%s %s was answered twice\"", c->method, c->path);
	c->replied = true;
	c->status = status;
	c->type = type;
}

void reply_text(struct call *c, unsigned status, const char *type, char *text, size_t len)
{
	take(c, status, type);
	c->text = text;
	c->len = len;
}

void reply_fixed(struct call *c, unsigned status, const char *type, const void *bytes, size_t len)
{
	take(c, status, type);
	c->fixed = bytes;
	c->fixed_len = len;
}

static void reply_object(struct call *c, unsigned status, const char *type, cJSON *object)
{
	char *text = object ? cJSON_PrintUnformatted(object) : NULL;

	if (!text)
		fatal("error=\"out of memory\"");
	cJSON_Delete(object);
	reply_text(c, status, type, text, strlen(text));
}

void reply_json(struct call *c, unsigned status, cJSON *object)
{
	reply_object(c, status, "application/json", object);
}

void reply_nothing(struct call *c)
{
	reply_fixed(c, 204, NULL, "", 0);
}

void reply_see(struct call *c, const char *path)
{
	reply_header(c, "Location", path);
	reply_fixed(c, 303, NULL, "", 0);
}

static const char *title_of(unsigned status)
{
	static const struct {
		unsigned status;
		const char *title;
	} titles[] = { { 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 408, "Request Timeout" }, { 409, "Conflict" }, { 410, "Gone" },
		{ 413, "Content Too Large" }, { 414, "URI Too Long" }, { 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" }, { 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" }, { 503, "Service Unavailable" } };

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "Internal Server Error";
}

static cJSON *problem_object(unsigned status, const char *code, const char *detail)
{
	cJSON *problem = cJSON_CreateObject();

	cJSON_AddStringToObject(problem, "type", "about:blank");
	cJSON_AddStringToObject(problem, "title", title_of(status));
	cJSON_AddNumberToObject(problem, "status", status);
	cJSON_AddStringToObject(problem, "detail", detail);
	cJSON_AddStringToObject(problem, "code", code);
	return problem;
}

/* What callers sent stands in it cut to a length. */
void reply_problem(struct call *c, unsigned status, const char *code, const char *detail, ...)
{
	char text[1024];
	va_list args;
	cJSON *problem;

	va_start(args, detail);
	vsnprintf(text, sizeof(text), detail, args);
	va_end(args);
	utf8_mend(text);
	problem = problem_object(status, code, text);
	if (c->fault_count) {
		cJSON *errors = cJSON_AddArrayToObject(problem, "errors");

		for (size_t i = 0; i < c->fault_count; i++) {
			cJSON *error = cJSON_CreateObject();

			cJSON_AddStringToObject(error, "pointer", c->faults[i].pointer);
			cJSON_AddStringToObject(error, "detail", c->faults[i].detail);
			if (c->faults[i].code)
				cJSON_AddStringToObject(error, "code", c->faults[i].code);
			if (c->faults[i].about && *c->faults[i].about)
				cJSON_AddStringToObject(error, "about", c->faults[i].about);
			cJSON_AddItemToArray(errors, error);
		}
	}
	reply_object(c, status, "application/problem+json", problem);
}

void reply_refusal(struct call *c, const struct refusal *no)
{
	switch (no->code) {
	case REFUSED_UNKNOWN: reply_problem(c, 404, "unknown", "%s", no->why); return;
	case REFUSED_CLOSED: reply_problem(c, 409, "closed", "%s", no->why); return;
	case REFUSED_CLAIMED: reply_problem(c, 409, "claimed", "%s", no->why); return;
	case REFUSED_CHANGED: reply_problem(c, 409, "changed", "%s", no->why); return;
	case REFUSED_NOT_YOURS: reply_problem(c, 403, "not_yours", "%s", no->why); return;
	case REFUSED_INVALID: reply_problem(c, 422, "invalid", "%s", no->why); return;
	case REFUSED_NOT: break;
	}
	reply_store(c); /* the rule did not refuse: its transaction failed */
}

void reply_view(struct call *c, cJSON *object)
{
	if (object && db_commit(call_store(c)->db)) {
		reply_json(c, 200, object);
		return;
	}
	cJSON_Delete(object);
	reply_store(c);
}

void reply_store(struct call *c)
{
	reply_header(c, "Retry-After", "2");
	reply_problem(c, 503, "store", "the store is busy or cannot write now; nothing was changed");
}

void reply_header(struct call *c, const char *name, const char *value)
{
	if (c->header_count == REPLY_HEADERS)
		fatal("error=\"too many headers of an answer\"");
	c->headers[c->header_count].name = strdup(name);
	c->headers[c->header_count].value = strdup(value);
	if (!c->headers[c->header_count].name || !c->headers[c->header_count].value)
		fatal("error=\"out of memory\"");
	c->header_count++;
}

void reply_cookie(struct call *c, const char *name, const char *value, int64_t seconds, bool strict)
{
	char text[512], age[48] = "";

	if (seconds)
		snprintf(age, sizeof(age), "; Max-Age=%lld", seconds < 0 ? 0 : (long long)seconds);
	snprintf(text, sizeof(text), "%s=%s; Path=/; HttpOnly; SameSite=%s%s%s", name, value, strict ? "Strict" : "Lax",
		c->worker->shared->secure ? "; Secure" : "", age);
	reply_header(c, "Set-Cookie", text);
}

void reply_file_name(struct call *c, const char *name)
{
	char text[256];

	snprintf(text, sizeof(text), "attachment; filename=\"%s\"", name);
	reply_header(c, "Content-Disposition", text);
}

FILE *reply_out(struct call *c)
{
	if (!c->out)
		c->out = written_open(&c->out_text, &c->out_len);
	return c->out;
}

void reply_written(struct call *c, unsigned status, const char *type)
{
	char *text;

	written_close(reply_out(c));
	c->out = NULL;
	text = c->out_text;
	c->out_text = NULL;
	reply_text(c, status, type, text, c->out_len);
}
