/*
 * policies - after how long who is told. Built-in ones stand beside our own; one of our own by a built-in's name takes
 * its place. A policy is replaced whole; an incident that is open keeps the steps it was opened with (rules 4). One
 * that ended, which is nobody's in service, is given to nobody any more; those that count where none is named cannot
 * end.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/policies.h"
#include "server/watch/json.h"
#include "server/watch/ladder.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/rows.h"

enum { POLICIES_MOST = 500, STEPS_MOST = 4 * LADDER_STEPS + 1, COLUMNS = 4, DETAIL = 4096, REASON = 500 };

static void version_of(struct call *c, const char *policy, char version[24])
{
	struct clerk clerk = rows_clerk(c);
	struct import im;

	import_init(&im, &clerk);
	snprintf(version, 24, "%016" PRIx64, import_policy_sum(&im, policy));
	import_release(&im);
}

static cJSON *policy_object(struct call *c, const char *policy)
{
	struct policy_step steps[STEPS_MOST];
	size_t n = policies_steps(call_store(c), policy, steps, STEPS_MOST);
	cJSON *object = cJSON_CreateObject(), *list;
	char version[24], reason[512];

	cJSON_AddStringToObject(object, "policy", policy);
	json_instant(object, "ended_at", policies_ended(call_store(c), policy, reason));
	json_text(object, "end_reason", reason);
	cJSON_AddBoolToObject(object, "built_in", ladder_built_in(policy));
	cJSON_AddBoolToObject(object, "own", n > 0);
	cJSON_AddNumberToObject(object, "residents", (double)policies_residents(call_store(c), policy));
	version_of(c, policy, version);
	cJSON_AddStringToObject(object, "version", version);
	if (!n)
		n = ladder_built_in_steps(policy, steps, STEPS_MOST);
	list = cJSON_AddArrayToObject(object, "steps");
	for (size_t k = 0; k < n; k++) {
		cJSON *step = cJSON_CreateObject();

		cJSON_AddStringToObject(step, "kind", steps[k].kind);
		cJSON_AddStringToObject(step, "after", steps[k].after);
		cJSON_AddStringToObject(step, "notify", steps[k].notify);
		cJSON_AddItemToArray(list, step);
	}
	return object;
}

void policies_show(struct call *c)
{
	char(*names)[65] = call_keep(c, calloc(POLICIES_MOST, sizeof(*names)));
	cJSON *object = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(object, "policies");
	const char *built_in;
	size_t n = policies_names(call_store(c), names, POLICIES_MOST);

	for (size_t k = 0; (built_in = ladder_built_in_name(k)); k++)
		cJSON_AddItemToArray(list, policy_object(c, built_in));
	for (size_t k = 0; k < n; k++)
		if (!ladder_built_in(names[k]))
			cJSON_AddItemToArray(list, policy_object(c, names[k]));
	reply_json(c, 200, object);
}

/* The steps of the body, one row behind the other; how many. */
static size_t read_steps(struct call *c, const char *policy, const char *cells[])
{
	const cJSON *list = body_list(c, "steps", STEPS_MOST - 1, BODY_NEEDED), *one;
	size_t n = 0;

	cJSON_ArrayForEach(one, list)
	{
		const char **row = cells + n * COLUMNS;

		body_enter(c, "steps", n++, one);
		row[0] = policy;
		row[1] = body_text(c, "kind", 15, BODY_NEEDED);
		row[2] = body_text(c, "after", 23, BODY_NEEDED);
		row[3] = body_text(c, "notify", 63, BODY_NEEDED);
		body_leave(c);
	}
	if (list && !n)
		body_fault_coded(c, "steps", "required", "", "is empty");
	return n;
}

static void append(char detail[DETAIL], const char *kind, const char *after, const char *notify)
{
	size_t used = strlen(detail);

	snprintf(detail + used, DETAIL - used, "%s,%s,%s;", kind, after, notify);
}

/* The steps as they were and as they are. */
static void tell(struct call *c, const char *policy, const char *const *cells, size_t count, char detail[DETAIL])
{
	struct policy_step was[STEPS_MOST];
	size_t n = policies_steps(call_store(c), policy, was, STEPS_MOST);

	detail[0] = '\0';
	for (size_t k = 0; k < n; k++)
		append(detail, was[k].kind, was[k].after, was[k].notify);
	snprintf(detail + strlen(detail), DETAIL - strlen(detail), " -> ");
	for (size_t k = 0; k < count; k++)
		append(detail, cells[k * COLUMNS + 1], cells[k * COLUMNS + 2], cells[k * COLUMNS + 3]);
}

/* Inside the transaction: whether it is as the editor saw it. False: it was replied. */
static bool may_write(struct call *c, const char *policy, const char *version, bool new)
{
	struct policy_step step;
	bool there = policies_steps(call_store(c), policy, &step, 1) > 0;
	char now[24], reason[512];

	if (new && (there || policies_ended(call_store(c), policy, reason))) {
		reply_problem(c, 409, "exists", "there is a policy %.64s already", policy);
		return false;
	}
	if (!new && !there && !ladder_built_in(policy)) {
		reply_problem(c, 404, "unknown", "there is no policy %.64s", policy);
		return false;
	}
	version_of(c, policy, now);
	if (!*version || strcmp(version, now) == 0)
		return true;
	reply_problem(c, 409, "changed", "%.64s was changed by somebody else meanwhile", policy);
	return false;
}

static void write(struct call *c, const char *policy, bool new)
{
	const char *cells[STEPS_MOST * COLUMNS], *version = "";
	struct rows e = { .table = IMPORT_POLICIES };
	char detail[DETAIL];
	size_t count = read_steps(c, policy, cells);

	e.reason = body_text(c, "reason", 500, BODY_MAY);
	if (!new)
		version = body_text(c, "version", 23, BODY_MAY);
	if (!body_ends(c) || !call_begin(c) || !may_write(c, policy, version, new))
		return;
	tell(c, policy, cells, count, detail);
	if (rows_write_list(c, &e, "steps", cells, count)) {
		call_audit(c, new ? "policy_added" : "policy_changed", policy, detail, e.reason);
		if (call_commit(c))
			reply_json(c, new ? 201 : 200, policy_object(c, policy));
	}
	rows_release(&e);
}

void policies_add(struct call *c)
{
	write(c, body_text(c, "policy", 64, BODY_NEEDED), true);
}

void policies_change(struct call *c)
{
	write(c, call_arg(c, 0), false);
}

static bool find(struct call *c, const char *policy)
{
	struct policy_step step;

	if (ladder_built_in(policy) || policies_steps(call_store(c), policy, &step, 1) > 0)
		return true;
	reply_problem(c, 404, "unknown", "there is no policy %.64s", policy);
	return false;
}

/* Inside the transaction. False: it was replied. */
static bool is_free(struct call *c, const char *policy)
{
	int64_t residents;

	if (strcmp(policy, ladder_policy("", "")) == 0 || strcmp(policy, ladder_policy("", "parenting")) == 0) {
		reply_problem(c, 409, "used_as_standard", "%s counts for whoever has no other policy", policy);
		return false;
	}
	residents = policies_residents(call_store(c), policy);
	if (residents)
		reply_problem(c, 409, "used_by_residents", "%s has residents in service: %" PRId64, policy, residents);
	return !residents;
}

void policies_finish(struct call *c)
{
	const char *policy = call_arg(c, 0), *reason = body_text(c, "reason", REASON, BODY_NEEDED);

	if (!body_ends(c) || !call_begin(c) || !find(c, policy) || !is_free(c, policy))
		return;
	if (!policies_end(call_store(c), policy, call_now(c), reason)) {
		reply_problem(c, 409, "ended_already", "%s has ended already", policy);
		return;
	}
	call_audit(c, "policy_ended", policy, "", reason);
	if (call_commit(c))
		reply_nothing(c);
}

void policies_resume(struct call *c)
{
	const char *policy = call_arg(c, 0), *reason = body_text(c, "reason", REASON, BODY_MAY);

	if (!body_ends(c) || !call_begin(c) || !find(c, policy))
		return;
	if (!policies_end(call_store(c), policy, 0, "")) {
		reply_problem(c, 409, "not_ended", "%s has not ended", policy);
		return;
	}
	call_audit(c, "policy_resumed", policy, "", reason);
	if (call_commit(c))
		reply_nothing(c);
}
