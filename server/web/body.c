/*
 * body - the members of what was sent, a JSON object or a form, read one by one; what is wrong is collected.
 *
 * A JSON object names each member once: of two of one name the second would be overlooked. Numbers are whole, so they
 * keep every digit in a double up to 2^53.
 */
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/utf8.h"
#include "common/zone.h"
#include "server/web/call.h"
#include "server/web/exchange.h"

enum { NESTING = 16, MEMBERS = 200 };

/* cJSON recurses, and ends a text at a NUL: what is nested deeper than any body of ours, or holds one, is refused. */
static const char *wrong_text(const char *text, size_t len)
{
	int depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++)
		if (quoted) {
			if (text[i] == '\\' && strncmp(text + i + 1, "u0000", 5) == 0)
				return "holds a NUL";
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				quoted = false;
		} else if (text[i] == '"') {
			quoted = true;
		} else if (text[i] == '{' || text[i] == '[') {
			if (++depth > NESTING)
				return "is nested too deep";
		} else if (text[i] == '}' || text[i] == ']') {
			depth--;
		}
	return NULL;
}

/* What no honest body has; NULL: it is fine. NOLINTNEXTLINE(misc-no-recursion): as deep as NESTING lets a body be */
static const char *wrong_names(const cJSON *object)
{
	const char *wrong;
	int count = 0;

	for (const cJSON *m = object->child; m; m = m->next) {
		if (cJSON_IsObject(object)) {
			if (++count > MEMBERS)
				return "has an object of too many members";
			for (const cJSON *n = m->next; n; n = n->next)
				if (strcmp(m->string, n->string) == 0)
					return "names a member twice";
		}
		if (m->child && (wrong = wrong_names(m)))
			return wrong;
	}
	return NULL;
}

static void bad(struct call *c, const char *why)
{
	body_fault(c, "", "%s", why);
}

static void read_json(struct call *c)
{
	const char *end = NULL, *wrong;

	if (!utf8_valid(c->body, c->body_len) || memchr(c->body, '\0', c->body_len)) {
		bad(c, "is not UTF-8 text");
		return;
	}
	if ((wrong = wrong_text(c->body, c->body_len))) {
		bad(c, wrong);
		return;
	}
	c->json = cJSON_ParseWithLengthOpts(c->body, c->body_len + 1, &end, true);
	if (!c->json)
		bad(c, "is not JSON");
	else if (!cJSON_IsObject(c->json))
		bad(c, "is not a JSON object");
	else if ((wrong = wrong_names(c->json)))
		bad(c, wrong);
}

/* Of a name that comes twice, as boxes that are ticked do, the values are one text of words. */
static void add_field(cJSON *object, const char *name, const char *value)
{
	cJSON *there = cJSON_GetObjectItemCaseSensitive(object, name);
	char *both;

	if (!there) {
		cJSON_AddStringToObject(object, name, value);
		return;
	}
	if (asprintf(&both, "%s %s", there->valuestring, value) < 0)
		fatal("error=\"out of memory\"");
	cJSON_SetValuestring(there, both);
	free(both);
}

static void read_form(struct call *c)
{
	char *field, *rest = c->body;
	int count = 0;

	c->json = cJSON_CreateObject();
	while ((field = strsep(&rest, "&"))) {
		char *value = field + strcspn(field, "=");
		const char *name, *text;

		if (!*field)
			continue;
		if (*value)
			*value++ = '\0';
		name = call_decode(c, field, true);
		text = call_decode(c, value, true);
		if (!name || !text || ++count > MEMBERS) {
			bad(c, count > MEMBERS ? "has too many fields" : "is not UTF-8 text");
			return;
		}
		add_field(c->json, name, text);
	}
}

/* Reads the body once, when the first member is asked for. */
static const cJSON *object_of(struct call *c)
{
	if (!c->body_read) {
		c->body_read = true;
		if (!c->body_len)
			c->json = cJSON_CreateObject();
		else if (c->form)
			read_form(c);
		else
			read_json(c);
		c->level[0].object = cJSON_IsObject(c->json) && !c->fault_count ? c->json : NULL;
	}
	return c->level[c->depth].object;
}

static const cJSON *member(struct call *c, const char *name)
{
	const cJSON *object = object_of(c);
	size_t *n = &c->level[c->depth].seen_count, i = 0;

	while (i < *n && strcmp(c->level[c->depth].seen[i], name) != 0)
		i++;
	if (i == *n) {
		if (*n == sizeof(c->level[0].seen) / sizeof(c->level[0].seen[0]))
			fatal("error=\"a body of too many members\"");
		c->level[c->depth].seen[(*n)++] = name;
	}
	return object ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

static void add_fault(
	struct call *c, const char *name, const char *code, const char *about, const char *format, va_list args)
{
	struct body_fault *f = &c->faults[c->fault_count];

	if (c->fault_count == CALL_FAULTS)
		return;
	if (vasprintf(&f->detail, format, args) < 0 ||
		asprintf(&f->pointer, "%s%s%s", c->level[c->depth].prefix, *name ? "/" : "", name) < 0)
		fatal("error=\"out of memory\"");
	call_keep(c, f->detail);
	call_keep(c, f->pointer);
	f->code = code;
	f->about = about ? call_keep(c, strdup(about)) : NULL;
	c->fault_count++;
}

void body_fault(struct call *c, const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_fault(c, name, NULL, NULL, format, args);
	va_end(args);
}

void body_fault_coded(struct call *c, const char *name, const char *code, const char *about, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_fault(c, name, code, about, format, args);
	va_end(args);
}

/* The member, if it is there and not null; else NULL, and a fault if it is needed. */
static const cJSON *wanted(struct call *c, const char *name, enum body_need need)
{
	const cJSON *m = member(c, name);

	if (m && !cJSON_IsNull(m))
		return m;
	if (need == BODY_NEEDED && object_of(c))
		body_fault_coded(c, name, "required", "", "is missing");
	return NULL;
}

static bool clean(const char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\n' && *text != '\t' && *text != '\r') || *text == 0x7f)
			return false;
	return true;
}

static char *trimmed(struct call *c, const char *text)
{
	size_t len;
	char *copy, *to;

	while (isspace((unsigned char)*text))
		text++;
	len = strlen(text);
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	copy = call_keep(c, strndup(text, len));
	to = copy;
	for (const char *from = copy; *from; from++)
		if (*from != '\r')
			*to++ = *from;
	*to = '\0';
	return copy;
}

static void too_long(struct call *c, const char *name, size_t len, size_t most)
{
	char bytes[24];

	snprintf(bytes, sizeof(bytes), "%zu", most);
	body_fault_coded(c, name, "too_long", bytes, "is too long: %zu bytes, %zu at most", len, most);
}

const char *body_text(struct call *c, const char *name, size_t most, enum body_need need)
{
	const cJSON *m = wanted(c, name, need);
	const char *text;

	if (!m)
		return "";
	if (!cJSON_IsString(m)) {
		body_fault(c, name, "is not a text");
		return "";
	}
	text = trimmed(c, m->valuestring);
	if (!clean(text))
		body_fault_coded(c, name, "control", "", "holds control characters");
	else if (strlen(text) > most)
		too_long(c, name, strlen(text), most);
	else if (!*text && need == BODY_NEEDED)
		body_fault_coded(c, name, "required", "", "is empty");
	else
		return text;
	return "";
}

const char *body_secret(struct call *c, const char *name, size_t most)
{
	const cJSON *m = wanted(c, name, BODY_MAY);

	if (!m)
		return "";
	c->body_secret = true;
	if (cJSON_IsString(m) && strlen(m->valuestring) <= most)
		return m->valuestring;
	body_fault(c, name, "is no text of at most %zu bytes", most);
	return "";
}

const char *body_word(struct call *c, const char *name, const char *words, enum body_need need)
{
	const char *text = body_text(c, name, 200, need), *at = words;
	size_t len = strlen(text);

	if (!len)
		return text;
	while (at) {
		size_t n = strcspn(at, " ");

		if (n == len && memcmp(at, text, n) == 0)
			return text;
		at = at[n] ? at + n + 1 : NULL;
	}
	body_fault_coded(c, name, "one_of", words, "\"%s\" is none of: %s", text, words);
	return "";
}

const char *body_date(struct call *c, const char *name, enum body_need need)
{
	const char *text = body_text(c, name, 40, need);
	int32_t day;

	if (!*text || date_parse(text, &day))
		return text;
	body_fault_coded(c, name, "date", text, "\"%s\" is no date (2026-11-23)", text);
	return "";
}

bool body_flag(struct call *c, const char *name, bool none)
{
	const cJSON *m = wanted(c, name, BODY_MAY);

	if (!m)
		return none;
	if (cJSON_IsBool(m))
		return cJSON_IsTrue(m);
	if (c->form && cJSON_IsString(m))
		return strcmp(m->valuestring, "yes") == 0 || strcmp(m->valuestring, "on") == 0 ||
		       strcmp(m->valuestring, "1") == 0;
	body_fault(c, name, "is neither true nor false");
	return none;
}

int64_t body_number(struct call *c, const char *name, int64_t least, int64_t most, int64_t none, enum body_need need)
{
	const cJSON *m = wanted(c, name, need);
	char *end, bounds[48];
	double number;

	if (!m || (c->form && cJSON_IsString(m) && !*m->valuestring))
		return none;
	if (cJSON_IsNumber(m)) {
		number = m->valuedouble;
	} else if (c->form && cJSON_IsString(m)) {
		number = strtod(m->valuestring, &end);
		if (*end)
			number = NAN;
	} else {
		number = NAN;
	}
	if (number >= (double)least && number <= (double)most && floor(number) == number)
		return (int64_t)number;
	snprintf(bounds, sizeof(bounds), "%lld-%lld", (long long)least, (long long)most);
	body_fault_coded(
		c, name, "number", bounds, "is no whole number from %lld to %lld", (long long)least, (long long)most);
	return none;
}

int64_t body_tenths(struct call *c, const char *name, int64_t most, int64_t none, enum body_need need)
{
	const cJSON *m = wanted(c, name, need);
	double tenths = m && cJSON_IsNumber(m) ? m->valuedouble * 10 : NAN;
	char bounds[48];

	if (!m)
		return none;
	if (tenths >= 0 && tenths <= (double)most && fabs(tenths - round(tenths)) < 1e-6)
		return (int64_t)round(tenths);
	snprintf(bounds, sizeof(bounds), "0-%lld", (long long)most / 10);
	body_fault_coded(c, name, "number", bounds, "is no number from 0 to %lld with at most one decimal",
		(long long)most / 10);
	return none;
}

/* Two digits, and what stands behind them, of a time; -1: they are none. */
static int two_digits(const char *text, int most, char behind)
{
	int number;

	if (!isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]) || (behind && text[2] != behind))
		return -1;
	number = 10 * (text[0] - '0') + text[1] - '0';
	return number <= most ? number : -1;
}

/* RFC 3339: 2026-11-23T07:12:03+09:00 or …Z, parts of a second allowed and cut. */
static bool parse_instant(const char *text, int64_t *at)
{
	char date[DATE_TEXT];
	int hour, minute, second, off_hour = 0, off_minute = 0;
	int32_t day;
	const char *rest;

	if (strlen(text) < 20 || (text[10] != 'T' && text[10] != 't'))
		return false;
	snprintf(date, sizeof(date), "%.10s", text);
	hour = two_digits(text + 11, 23, ':');
	minute = two_digits(text + 14, 59, ':');
	second = two_digits(text + 17, 59, '\0');
	if (!date_parse(date, &day) || hour < 0 || minute < 0 || second < 0)
		return false;
	rest = text + 19;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (strcasecmp(rest, "Z") != 0) {
		if ((*rest != '+' && *rest != '-') || strlen(rest) != 6)
			return false;
		off_hour = two_digits(rest + 1, 14, ':');
		off_minute = two_digits(rest + 4, 59, '\0');
		if (off_hour < 0 || off_minute < 0)
			return false;
	}
	*at = day * DAY + hour * HOUR + minute * MINUTE + second * SECOND -
	      (*rest == '-' ? -1 : 1) * (off_hour * HOUR + off_minute * MINUTE);
	return true;
}

int64_t body_instant(struct call *c, const char *name, enum body_need need)
{
	const char *text = body_text(c, name, 40, need);
	int64_t at = 0;

	if (*text && !parse_instant(text, &at))
		body_fault(c, name, "\"%s\" is no instant (2026-11-23T07:12:03+09:00)", text);
	return at;
}

const cJSON *body_list(struct call *c, const char *name, size_t most, enum body_need need)
{
	const cJSON *m = wanted(c, name, need);

	if (!m)
		return NULL;
	if (!cJSON_IsArray(m)) {
		body_fault(c, name, "is no list");
		return NULL;
	}
	if ((size_t)cJSON_GetArraySize(m) > most) {
		body_fault(c, name, "is too long: %zu elements at most", most);
		return NULL;
	}
	return m;
}

const cJSON *body_object(struct call *c, const char *name, enum body_need need)
{
	const cJSON *m = wanted(c, name, need);

	if (!m || cJSON_IsObject(m))
		return m;
	body_fault(c, name, "is no object");
	return NULL;
}

bool body_has(struct call *c, const char *name)
{
	return member(c, name) != NULL;
}

void body_enter(struct call *c, const char *name, size_t index, const cJSON *object)
{
	char above[sizeof(c->level[0].prefix)];
	size_t was = c->depth;

	object_of(c);
	if (++c->depth == CALL_DEPTH)
		fatal("error=\"a body entered too deep\"");
	memcpy(above, c->level[was].prefix, sizeof(above));
	snprintf(c->level[c->depth].prefix, sizeof(c->level[0].prefix), "%.60s/%.20s/%zu", above, name, index);
	c->level[c->depth].seen_count = 0;
	c->level[c->depth].object = cJSON_IsObject(object) ? object : NULL;
	if (!cJSON_IsObject(object))
		body_fault(c, "", "is no object");
}

static void refuse_others(struct call *c)
{
	const cJSON *object = object_of(c);

	for (const cJSON *m = object ? object->child : NULL; m; m = m->next) {
		size_t i = 0, n = c->level[c->depth].seen_count;

		while (i < n && strcmp(c->level[c->depth].seen[i], m->string) != 0)
			i++;
		if (i == n)
			body_fault_coded(c, m->string, "unknown_member", "", "is not a member of this call's body");
	}
}

void body_leave(struct call *c)
{
	refuse_others(c);
	c->depth--;
}

bool body_ends(struct call *c)
{
	refuse_others(c);
	if (!c->fault_count)
		return true;
	if (!c->level[0].object)
		reply_problem(c, 400, "malformed", "the body %s", c->faults[0].detail);
	else
		reply_faults(c);
	return false;
}

void reply_faults(struct call *c)
{
	reply_problem(c, 422, "invalid", "%s %s", c->faults[0].pointer, c->faults[0].detail);
}
