/*
 * rows - rows of the tables (contract 2) as the body of a call gives them: what POST and PATCH of residents, watchers,
 * links, devices, districts, policies and users have in common.
 *
 *     rows_read(c, &e, IMPORT_WATCHERS, "ends");      // members named as the columns, texts as import files have them
 *     e.cells[0] = id;
 *     if (body_ends(c) && call_begin(c) && rows_write(c, &e, ROWS_OLD)) {
 *             rows_audit(c, &e, "watcher_changed", id);
 *             if (call_commit(c))
 *                     reply_json(c, 200, rows_object(&e, "watcher_id", id));
 *     }
 *     rows_release(&e);
 *
 * What a body leaves out keeps what is stored; null and "" clear it. `was` may say what the editor saw of the columns
 * they change: where somebody else has changed one since, nothing is changed (409). `reason` goes to the audit.
 */
#ifndef WEB_ROWS_H
#define WEB_ROWS_H

#include "server/tables/edit.h"
#include "server/web/call.h"

struct rows {
	enum import_table table;
	const char *cells[IMPORT_CELLS]; /* of one row; NULL: left out */
	const char *reason;
	const cJSON *was;
	bool begun; /* edit is to be released */
	struct edit edit;
};

/* The caller as the tables know whoever works on them. */
struct clerk rows_clerk(const struct call *c);
/* Reads the texts of a row's columns, but the key's and those of `without` (words). */
void rows_read_cells(struct call *c, enum import_table table, const char *without, const char *cells[IMPORT_CELLS]);
/* The same, and was and reason. */
void rows_read(struct call *c, struct rows *e, enum import_table table, const char *without);
/* A key of the body: needed. */
void rows_read_key(struct call *c, struct rows *e, const char *name);

enum rows_want { ROWS_NEW, ROWS_OLD, ROWS_ANY };
/* Inside the call's transaction. False: 404, 409, 422 or 503 was replied. */
bool rows_write(struct call *c, struct rows *e, enum rows_want want);
/* The same of several rows, one behind the other in `cells`; their faults are named as list/index/column. */
bool rows_write_list(struct call *c, struct rows *e, const char *list, const char *const *cells, size_t count);
void rows_audit(struct call *c, const struct rows *e, const char *what, const char *subject);
/* { NAME: id, changed: [columns], warnings: [{ column, code, about, detail }] } */
cJSON *rows_object(const struct rows *e, const char *name, const char *id);
void rows_release(struct rows *e);

/* Hours or duty in words, { ja, en }; text "": the standard that counts then. */
void rows_add_hours(cJSON *object, const char *name, const char *text, const char *standard);
/* A fault of an import file, as JSON: { column, code, about, detail }. */
cJSON *rows_fault(const struct fault *fault);
/* A cell as JSON: null where it is empty. */
void rows_add_cells(cJSON *object, enum import_table table, const char *const *cells);

#endif
