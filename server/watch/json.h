/* json - what the JSON of contract 4 and 5 is made of: null for what there is not, instants with their offset. */
#ifndef WATCH_JSON_H
#define WATCH_JSON_H

#include <stdint.h>
#include <stdio.h>

#include <cjson/cJSON.h>

void json_text(cJSON *object, const char *name, const char *text); /* "": null */
void json_instant(cJSON *object, const char *name, int64_t at);    /* 0: null */
/* Writes it on one line without its end, and deletes it. */
void json_write(cJSON *object, FILE *out);
/* Writes a text as JSON has it, in its quotation marks. */
void json_write_text(const char *text, FILE *out);

#endif
