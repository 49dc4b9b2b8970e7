/* json - over cJSON. */
#include "server/watch/json.h"

#include <stdlib.h>

#include "common/log.h"
#include "common/zone.h"

void json_text(cJSON *object, const char *name, const char *text)
{
	if (text[0])
		cJSON_AddStringToObject(object, name, text);
	else
		cJSON_AddNullToObject(object, name);
}

void json_instant(cJSON *object, const char *name, int64_t at)
{
	char text[ZONE_TEXT];

	json_text(object, name, at ? zone_format(text, at) : "");
}

void json_write(cJSON *object, FILE *out)
{
	char *text = cJSON_PrintUnformatted(object);

	if (!text)
		fatal("error=\"out of memory\"");
	fputs(text, out);
	free(text);
	cJSON_Delete(object);
}

void json_write_text(const char *text, FILE *out)
{
	json_write(cJSON_CreateString(text), out);
}
