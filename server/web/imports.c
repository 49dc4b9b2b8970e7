/*
 * imports - files of the import (contract 2) through the pages: first what they would change, then just that.
 *
 * The preview's token is a hash of the files and of what they would do to each row as it is stored; applying with it
 * does exactly what was seen, or nothing: where the store has moved since, or the files are others, that is 409.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/tables/import_write.h"
#include "server/watch/json.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/rows.h"

enum { CHANGES_MOST = 2000, FAULTS_MOST = 2000, TOKEN = 65, CONTENT_MOST = 32 << 20, REASON = 500 };

static const char *const change_names[] = { "same", "new", "changed", "removed" };

/* An import under way. */
struct job {
	struct call *c;
	struct import im;
	struct import_file files[IMPORT_TABLES];
	size_t count;
	cJSON *changes;
	size_t change_count, left_off;
	char token[TOKEN];
};

/* Base64 to bytes; false: it is none. */
static bool decode(struct call *c, const char *text, struct import_file *file)
{
	size_t len = strlen(text), room = len / 4 * 3 + 3;
	unsigned char *bytes = call_keep(c, malloc(room));

	file->bytes = bytes;
	return sodium_base642bin(bytes, room, text, len, " \n", &file->len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

static void read_files(struct job *job)
{
	struct call *c = job->c;
	const cJSON *list = body_list(c, "files", IMPORT_TABLES, BODY_NEEDED), *one;
	const char *unknown;

	cJSON_ArrayForEach(one, list)
	{
		struct import_file *file = &job->files[job->count];
		const char *content;

		body_enter(c, "files", job->count++, one);
		file->name = body_text(c, "name", 100, BODY_NEEDED);
		content = body_text(c, "content", CONTENT_MOST, BODY_MAY);
		if (!body_has(c, "content"))
			body_fault_coded(c, "content", "required", "", "is missing");
		else if (!decode(c, content, file))
			body_fault_coded(c, "content", "encoding", "", "is not base64");
		body_leave(c);
	}
	if (list && !job->count)
		body_fault_coded(c, "files", "required", "", "is empty");
	if (!c->fault_count && !import_take(&job->im, job->files, job->count, &unknown))
		body_fault_coded(c, "files", "file_unknown", unknown,
			"%s is none of the files that import reads, or stands there twice", unknown);
}

static void add_change(void *context, const struct import_change *change)
{
	const struct table *t = &tables[change->table];
	const char *const *key = change->is ? change->is : change->was;
	struct job *job = context;
	cJSON *object, *list;

	if (job->change_count++ >= CHANGES_MOST) {
		job->left_off++;
		return;
	}
	object = cJSON_CreateObject();
	cJSON_AddStringToObject(object, "file", t->file);
	if (change->line)
		cJSON_AddNumberToObject(object, "line", change->line);
	else
		cJSON_AddNullToObject(object, "line");
	cJSON_AddStringToObject(object, "change", change_names[change->change]);
	list = cJSON_AddArrayToObject(object, "key");
	for (size_t i = 0; i < t->keys; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(key[i]));
	list = cJSON_AddArrayToObject(object, "columns");
	for (size_t i = t->keys; i < t->count; i++) {
		const char *was = change->was ? change->was[i] : "", *is = change->is ? change->is[i] : "";
		cJSON *column;

		if (strcmp(was, is) == 0)
			continue;
		column = cJSON_CreateObject();
		cJSON_AddStringToObject(column, "column", t->columns[i].name);
		json_text(column, "was", was);
		json_text(column, "is", is);
		cJSON_AddItemToArray(list, column);
	}
	cJSON_AddItemToArray(job->changes, object);
}

static void make_token(struct job *job)
{
	uint64_t plan = import_plan_sum(&job->im);
	unsigned char hash[crypto_generichash_BYTES];
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, sizeof(hash));
	for (size_t i = 0; i < job->count; i++) {
		uint64_t len = job->files[i].len;

		crypto_generichash_update(
			&state, (const unsigned char *)job->files[i].name, strlen(job->files[i].name) + 1);
		crypto_generichash_update(&state, (const unsigned char *)&len, sizeof(len));
		crypto_generichash_update(&state, job->files[i].bytes, job->files[i].len);
	}
	crypto_generichash_update(&state, (const unsigned char *)&plan, sizeof(plan));
	crypto_generichash_final(&state, hash, sizeof(hash));
	sodium_bin2hex(job->token, sizeof(job->token), hash, sizeof(hash));
}

static void add_files(const struct job *job, cJSON *object)
{
	cJSON *files = cJSON_AddArrayToObject(object, "files");

	for (enum import_table table = 0; table < IMPORT_TABLES; table++) {
		const size_t *counts = job->im.counts[table];
		cJSON *one;

		if (!job->im.sheets[table].present)
			continue;
		one = cJSON_CreateObject();
		cJSON_AddStringToObject(one, "file", tables[table].file);
		cJSON_AddNumberToObject(one, "rows", (double)job->im.sheets[table].count);
		for (enum row_change change = ROW_NEW; change < ROW_CHANGES; change++)
			cJSON_AddNumberToObject(one, change_names[change], (double)counts[change]);
		cJSON_AddItemToArray(files, one);
	}
}

/* Errors, or warnings, by file and line. */
static void add_faults(struct job *job, cJSON *object, const char *name, const char *left_off_name, bool warnings)
{
	cJSON *list = cJSON_AddArrayToObject(object, name);
	size_t count = 0, left_off = job->im.faults.others[warnings];

	for (size_t i = 0; i < job->im.faults.count; i++) {
		const struct fault *f = &job->im.faults.list[i];
		cJSON *one;

		if (f->warning != warnings)
			continue;
		if (count++ >= FAULTS_MOST) {
			left_off++;
			continue;
		}
		one = rows_fault(f);
		cJSON_AddStringToObject(one, "file", table_file(f->file));
		if (f->line)
			cJSON_AddNumberToObject(one, "line", f->line);
		else
			cJSON_AddNullToObject(one, "line");
		cJSON_AddItemToArray(list, one);
	}
	cJSON_AddNumberToObject(object, left_off_name, (double)left_off);
}

static cJSON *job_object(struct job *job, bool applied)
{
	cJSON *object = cJSON_CreateObject();

	faults_sort(&job->im.faults);
	cJSON_AddBoolToObject(object, "applied", applied);
	json_text(object, "token", job->im.faults.errors ? "" : job->token);
	add_files(job, object);
	cJSON_AddItemToObject(object, "changes", job->changes);
	job->changes = NULL;
	cJSON_AddNumberToObject(object, "changes_left_off", (double)job->left_off);
	add_faults(job, object, "errors", "errors_left_off", false);
	add_faults(job, object, "warnings", "warnings_left_off", true);
	return object;
}

static void reply_moved(struct call *c)
{
	reply_problem(c, 409, "changed", "the store or the files are not as they were in the preview; look again");
}

/* Just what was seen, or nothing. */
static void apply(struct job *job, const char *token, const char *reason)
{
	struct call *c = job->c;
	char told[IMPORT_TOLD];

	if (job->im.faults.errors || strcmp(token, job->token) != 0) {
		reply_moved(c);
		return;
	}
	if (!call_begin(c))
		return;
	if (!import_put(&job->im)) {
		if (job->im.faults.errors)
			reply_moved(c);
		else
			reply_store(c);
		return;
	}
	if (!users_other_admin(call_store(c), "")) {
		reply_problem(c, 409, "last_admin", "no administrator who may sign in would be left");
		return;
	}
	import_told(&job->im, told);
	call_audit(c, "import", "", told, reason);
	if (call_commit(c))
		reply_json(c, 200, job_object(job, true));
}

static void run(struct job *job)
{
	const char *token, *reason;
	struct call *c = job->c;
	bool applies;

	read_files(job);
	applies = body_flag(c, "apply", false);
	token = body_text(c, "token", TOKEN - 1, applies ? BODY_NEEDED : BODY_MAY);
	reason = body_text(c, "reason", REASON, BODY_MAY);
	if (!body_ends(c))
		return;
	if (!import_compare(&job->im)) {
		reply_store(c);
		return;
	}
	make_token(job);
	if (applies)
		apply(job, token, reason);
	else
		reply_json(c, 200, job_object(job, false));
}

void imports_run(struct call *c)
{
	struct clerk clerk = rows_clerk(c);
	struct job *job = call_keep(c, calloc(1, sizeof(*job)));

	job->c = c;
	job->changes = cJSON_CreateArray();
	import_init(&job->im, &clerk);
	job->im.on_change = add_change;
	job->im.context = job;
	run(job);
	import_release(&job->im);
	cJSON_Delete(job->changes);
}
