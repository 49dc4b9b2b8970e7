/*
 * checkin - the JSON messages between a device and the server (contract 1).
 *
 * cJSON reads and writes the JSON; here stand the fields. A device's words are taken strictly (a number in quotes is no
 * number), because nothing downstream should ever have to guess; members nobody knows are skipped. A member given
 * twice is as bad as one of a wrong type: which of two kinds was pressed must not depend on a parser's habit.
 */
#include "common/checkin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/utf8.h"

#define AT_MAX_S  1e11                     /* no clock shows more; past it, and before 1970, none is meant */
#define AGE_MAX_S (10.0 * 365 * 24 * 3600) /* older is just as old, and the sum stays far from overflow */

static const char *const kinds[CHECKIN_KINDS] = { "ok", "unwell", "talk", "help", "activity" };
static const char *const results[] = { "stored", "duplicate", "unknown_device", "rejected" };
static const char *const message_kinds[] = { "reminder", "notice", "greeting", "roll_call" };

/* Index of a name in a table, -1 if it is none (NULL is none). */
static int find_name(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; name != NULL && i < n; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}
#define FIND(names, name) find_name(names, sizeof(names) / sizeof *(names), name)

const char *checkin_kind_name(enum checkin_kind kind)
{
	return kinds[kind];
}

bool checkin_kind_parse(const char *name, enum checkin_kind *kind)
{
	int found = FIND(kinds, name);

	if (found >= 0)
		*kind = (enum checkin_kind)found;
	return found >= 0;
}

/* The escape of NUL would end a C string early and make two ids one; as \u0001 it is refused wherever it matters. */
static void defuse_nul(char *json)
{
	for (char *s = json; (s = strchr(s, '\\')) != NULL && s[1] != '\0'; s += 2)
		if (strncmp(s, "\\u0000", 6) == 0)
			s[5] = '1';
}

/* A payload as a JSON object to be deleted; NULL and why if it is none. */
static cJSON *read_object(const void *payload, size_t len, const char **why)
{
	char text[PAYLOAD_MAX + 1];

	if (len > PAYLOAD_MAX)
		return *why = "too_long", NULL;
	if (!utf8_valid(payload, len))
		return *why = "not_utf8", NULL;
	*why = "not_json";
	if (len == 0 || memchr(payload, '\0', len) != NULL)
		return NULL;
	memcpy(text, payload, len);
	text[len] = '\0';
	defuse_nul(text);
	cJSON *object = cJSON_ParseWithLengthOpts(text, len + 1, NULL, true);
	if (cJSON_IsObject(object))
		return object;
	cJSON_Delete(object);
	return NULL;
}

/* A member of an object; NULL if it is left out or null. Given twice, it is of no type at all. */
static const cJSON *member(const cJSON *object, const char *name)
{
	static const cJSON twice = { .type = cJSON_Invalid };
	const cJSON *found = NULL, *item;

	cJSON_ArrayForEach(item, object) if (strcmp(item->string, name) == 0)
	{
		if (found != NULL)
			return &twice;
		found = item;
	}
	return cJSON_IsNull(found) ? NULL : found;
}

static bool id_read(const cJSON *item, char id[CHECKIN_ID])
{
	if (!cJSON_IsString(item))
		return false;
	const char *text = item->valuestring;
	size_t len = strlen(text);
	if (len < 1 || len >= CHECKIN_ID)
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	memcpy(id, text, len + 1);
	return true;
}

/* Reads an optional Unix time. What is no number is an error; a number that no clock shows is none. */
static bool at_read(const cJSON *item, int64_t *at)
{
	*at = -1;
	if (item == NULL)
		return true;
	if (!cJSON_IsNumber(item))
		return false;
	if (item->valuedouble >= 0 && item->valuedouble <= AT_MAX_S)
		*at = llround(item->valuedouble * (double)SECOND);
	return true;
}

static bool age_read(const cJSON *item, int64_t *ms)
{
	*ms = -1;
	if (item == NULL)
		return true;
	if (!cJSON_IsNumber(item) || item->valuedouble < 0)
		return false;
	*ms = llround(fmin(item->valuedouble, AGE_MAX_S) * (double)SECOND);
	return true;
}

static bool battery_read(const cJSON *item, int *percent)
{
	*percent = -1;
	if (item == NULL)
		return true;
	if (!cJSON_IsNumber(item) || item->valuedouble < 0 || item->valuedouble > 100)
		return false;
	*percent = (int)lround(item->valuedouble);
	return true;
}

/* Reads an optional text, cut to fit: what only a person reads is never a reason to lose the message. */
static bool text_read(const cJSON *item, char *text, size_t size)
{
	text[0] = '\0';
	if (item == NULL)
		return true;
	const char *value = cJSON_GetStringValue(item);
	if (value == NULL)
		return false;
	size_t len = utf8_cut(value, strlen(value), size - 1);
	memcpy(text, value, len);
	text[len] = '\0';
	return true;
}

/* Nothing that goes along may silence a call for help: a member that makes no sense counts as left out. */
static void read_what_makes_sense(struct checkin *c, const cJSON *object)
{
	(void)at_read(member(object, "at"), &c->at);
	(void)age_read(member(object, "age"), &c->age_ms);
	(void)battery_read(member(object, "battery"), &c->battery);
	(void)id_read(member(object, "reply_to"), c->reply_to);
}

bool checkin_parse(struct checkin *c, const void *payload, size_t len, const char **why)
{
	c->id[0] = c->reply_to[0] = '\0';
	c->kind = CHECKIN_OK;
	c->at = c->age_ms = c->battery = -1;
	cJSON *object = read_object(payload, len, why);
	if (object == NULL)
		return false;
	const cJSON *id = member(object, "id"), *kind = member(object, "kind"), *reply_to = member(object, "reply_to");

	*why = NULL;
	if (!id_read(id, c->id)) /* first: the ack of whatever else is wrong needs it */
		*why = id == NULL ? "no_id" : "bad_id";
	else if (kind == NULL)
		*why = "no_kind";
	else if (!cJSON_IsString(kind) || !checkin_kind_parse(kind->valuestring, &c->kind))
		*why = "bad_kind";
	else if (c->kind == CHECKIN_HELP)
		read_what_makes_sense(c, object);
	else if (!at_read(member(object, "at"), &c->at))
		*why = "bad_at";
	else if (!age_read(member(object, "age"), &c->age_ms))
		*why = "bad_age";
	else if (!battery_read(member(object, "battery"), &c->battery))
		*why = "bad_battery";
	else if (reply_to != NULL && !id_read(reply_to, c->reply_to))
		*why = "bad_reply_to";
	cJSON_Delete(object);
	return *why == NULL;
}

bool ack_parse(struct ack *a, const void *payload, size_t len)
{
	const char *why;
	cJSON *object = read_object(payload, len, &why);
	if (object == NULL)
		return false;
	const cJSON *id = member(object, "id"), *result = member(object, "result");
	int found = FIND(results, cJSON_GetStringValue(result));

	a->id[0] = '\0';
	if (found >= 0)
		a->result = (enum ack_result)found;
	bool good = found >= 0 && (id == NULL || id_read(id, a->id)) && at_read(member(object, "at"), &a->at) &&
		    text_read(member(object, "reason"), a->reason, sizeof a->reason) &&
		    text_read(member(object, "text"), a->text, sizeof a->text);
	cJSON_Delete(object);
	return good;
}

bool device_state_parse(struct device_state *s, const void *payload, size_t len, const char **why)
{
	cJSON *object = read_object(payload, len, why);
	if (object == NULL)
		return false;
	const cJSON *online = member(object, "online");

	*why = NULL;
	s->online = cJSON_IsTrue(online);
	if (!cJSON_IsBool(online))
		*why = online == NULL ? "no_online" : "bad_online";
	else if (!battery_read(member(object, "battery"), &s->battery))
		*why = "bad_battery";
	else if (!text_read(member(object, "firmware"), s->firmware, sizeof s->firmware))
		*why = "bad_firmware";
	cJSON_Delete(object);
	return *why == NULL;
}

bool message_parse(struct message *m, const void *payload, size_t len)
{
	const char *why;
	cJSON *object = read_object(payload, len, &why);
	if (object == NULL)
		return false;
	const cJSON *kind = member(object, "kind"), *text = member(object, "text");
	int found = FIND(message_kinds, cJSON_GetStringValue(kind));

	if (found >= 0)
		m->kind = (enum message_kind)found;
	bool good = found >= 0 && id_read(member(object, "id"), m->id) && text != NULL &&
		    text_read(text, m->text, sizeof m->text) && at_read(member(object, "until"), &m->until_at);
	cJSON_Delete(object);
	return good;
}

static cJSON *object_new(void)
{
	cJSON *object = cJSON_CreateObject();

	if (object == NULL)
		fatal("out of memory");
	return object;
}

/* Hands `item` to the object. */
static void add(cJSON *object, const char *name, cJSON *item)
{
	if (item == NULL || !cJSON_AddItemToObject(object, name, item))
		fatal("out of memory");
}

static void add_text(cJSON *object, const char *name, const char *text)
{
	add(object, name, cJSON_CreateString(text));
}

static void add_seconds(cJSON *object, const char *name, int64_t ms)
{
	if (ms >= 0)
		add(object, name, cJSON_CreateNumber((double)ms / (double)SECOND));
}

static void add_battery(cJSON *object, int percent)
{
	if (percent >= 0)
		add(object, "battery", cJSON_CreateNumber(percent));
}

/* Writes the object and frees it; the length, 0 if it does not fit. */
static size_t write_object(cJSON *object, char *buf, size_t size)
{
	char *text = cJSON_PrintUnformatted(object);

	if (text == NULL)
		fatal("out of memory");
	size_t len = strlen(text);
	if (len >= size)
		len = 0;
	else
		memcpy(buf, text, len + 1);
	cJSON_free(text);
	cJSON_Delete(object);
	return len;
}

size_t checkin_format(const struct checkin *c, char *buf, size_t size)
{
	cJSON *object = object_new();

	add_text(object, "id", c->id);
	add_text(object, "kind", checkin_kind_name(c->kind));
	add_seconds(object, "at", c->at);
	add_seconds(object, "age", c->age_ms);
	add_battery(object, c->battery);
	if (c->reply_to[0] != '\0')
		add_text(object, "reply_to", c->reply_to);
	return write_object(object, buf, size);
}

size_t ack_format(const struct ack *a, char *buf, size_t size)
{
	cJSON *object = object_new();

	add(object, "id", a->id[0] == '\0' ? cJSON_CreateNull() : cJSON_CreateString(a->id));
	add_text(object, "result", results[a->result]);
	add_seconds(object, "at", a->at < 0 ? -1 : a->at - a->at % SECOND);
	if (a->result == ACK_REJECTED)
		add_text(object, "reason", a->reason);
	if (a->text[0] != '\0')
		add_text(object, "text", a->text);
	return write_object(object, buf, size);
}

size_t device_state_format(const struct device_state *s, char *buf, size_t size)
{
	cJSON *object = object_new();

	add(object, "online", cJSON_CreateBool(s->online));
	add_battery(object, s->battery);
	if (s->firmware[0] != '\0')
		add_text(object, "firmware", s->firmware);
	return write_object(object, buf, size);
}

size_t message_format(const struct message *m, char *buf, size_t size)
{
	cJSON *object = object_new();

	add_text(object, "id", m->id);
	add_text(object, "kind", message_kinds[m->kind]);
	add_text(object, "text", m->text);
	add_seconds(object, "until", m->until_at < 0 ? -1 : m->until_at - m->until_at % SECOND);
	return write_object(object, buf, size);
}
