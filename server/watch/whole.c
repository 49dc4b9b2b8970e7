/* whole - rows to objects, written one by one. */
#include "server/watch/whole.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "common/zone.h"
#include "server/store/whole.h"
#include "server/watch/json.h"

enum { NAME = 32 };

static void add_cell(cJSON *object, struct query *q, int column, const char *name)
{
	const char *bare = strchr("@#?~%", name[0]) ? name + 1 : name;
	char day[DATE_TEXT], way[NAME];

	if (db_null(q, column)) {
		cJSON_AddNullToObject(object, bare);
		return;
	}
	switch (name[0]) {
	case '@': json_instant(object, bare, db_int(q, column)); break;
	case '#': cJSON_AddNumberToObject(object, bare, (double)db_int(q, column)); break;
	case '?': cJSON_AddBoolToObject(object, bare, db_int(q, column) != 0); break;
	case '~': json_text(object, bare, date_format(day, (int32_t)db_int(q, column))); break;
	case '%':
		snprintf(way, sizeof(way), "%.*s", (int)strcspn(db_text(q, column), ":"), db_text(q, column));
		json_text(object, bare, way);
		break;
	default: json_text(object, bare, db_text(q, column));
	}
}

static cJSON *row_of(struct query *q, const char *columns)
{
	cJSON *object = cJSON_CreateObject();
	int column = 0;

	for (const char *at = columns; *(at += strspn(at, " ")); at += strcspn(at, " ")) {
		char name[NAME];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, " "), at);
		add_cell(object, q, column++, name);
	}
	return object;
}

static void add_incident_sections(struct watch *w, cJSON *incident)
{
	int64_t id = (int64_t)cJSON_GetNumberValue(cJSON_GetObjectItem(incident, "id"));

	for (size_t k = 0; k < whole_incident_section_count; k++) {
		const struct whole_section *s = &whole_incident_sections[k];
		struct query *q = whole_read_incident(w->store, s, id);
		cJSON *list = cJSON_AddArrayToObject(incident, s->name);

		while (db_step(q))
			cJSON_AddItemToArray(list, row_of(q, s->columns));
	}
}

static void write_section(struct watch *w, const struct whole_section *s, const char *resident_id, FILE *out)
{
	struct query *q = whole_read(w->store, s, resident_id);
	const char *between = s->one ? "" : "[";

	fprintf(out, ",\n\"%s\":", s->name);
	while (db_step(q)) {
		cJSON *row = row_of(q, s->columns);

		if (strcmp(s->name, "incidents") == 0)
			add_incident_sections(w, row);
		fputs(between, out);
		json_write(row, out);
		between = ",\n ";
	}
	if (!s->one)
		fputs(between[0] == '[' ? "[]" : "]", out);
	else if (!between[0])
		fputs("null", out);
}

void whole_write(struct watch *w, const char *resident_id, int64_t now, FILE *out)
{
	char at[ZONE_TEXT];

	fprintf(out, "{\"made_at\":\"%s\"", zone_format(at, now));
	for (size_t k = 0; k < whole_section_count; k++)
		write_section(w, &whole_sections[k], resident_id, out);
	fputs("}\n", out);
}
