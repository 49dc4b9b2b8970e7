/*
 * sqlite_rows - the yardstick of many deadlines at one instant: a plain program that writes exactly the rows which the
 * daemon wrote for them, as fast as SQLite takes them.
 *
 * It has the store as it was before and as the daemon left it. What the daemon added (incident, cause, timeline,
 * notifications) and changed (the expectation's outcome, the resident's next look) is read into memory first; then the
 * clock starts, and all of it is written into the store as it was: the same tables and indexes, in transactions of so
 * many residents, synchronous=FULL.
 *
 *   sqlite_rows BEFORE AFTER GROUP      changes BEFORE; prints one line of JSON
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NEW "WHERE c.incident_id > (SELECT coalesce(max(id), 0) FROM main.incidents)"
#define OF_NEW                                                                      \
	" FROM after.causes c JOIN after.expectations e ON e.id = c.expectation_id" \
	" JOIN after.residents r ON r.resident_id = e.resident_id " NEW " ORDER BY 1"
#define ADDED(table, incident)                                                                                     \
	"SELECT " incident ", * FROM after." table " WHERE id > (SELECT coalesce(max(id), 0) FROM main." table ")" \
	" ORDER BY 1, id"

struct cell {
	int type; /* of SQLite */
	sqlite3_int64 number;
	char *text;
};

/* Rows of one table, by the incident they follow from. */
struct sheet {
	const char *read, *write; /* write NULL: a plain INSERT of all columns */
	const char *table;
	int columns;
	size_t count, room, next;
	sqlite3_int64 *incident;
	struct cell *cells;
	sqlite3_stmt *stmt;
};

static struct sheet sheets[] = {
	{ .read = "SELECT c.incident_id, r.opens_at, r.counts_from_at, r.due_at, r.deadline_at, r.expectation_id,"
		  " r.next_look, r.next_look_at, r.resident_id" OF_NEW,
		.write = "UPDATE residents SET opens_at = ?1, counts_from_at = ?2, due_at = ?3, deadline_at = ?4,"
			 " expectation_id = ?5, next_look = ?6, next_look_at = ?7 WHERE resident_id = ?8" },
	{ .read = "SELECT c.incident_id, e.outcome, e.decided_at, e.id" OF_NEW,
		.write = "UPDATE expectations SET outcome = ?1, decided_at = ?2 WHERE id = ?3" },
	{ .read = ADDED("incidents", "id"), .table = "incidents" },
	{ .read = ADDED("causes", "incident_id"), .table = "causes" },
	{ .read = ADDED("timeline", "coalesce(incident_id, 0)"), .table = "timeline" },
	{ .read = ADDED("notifications", "coalesce(incident_id, 0)"), .table = "notifications" },
};
enum { SHEETS = sizeof(sheets) / sizeof(sheets[0]), INCIDENTS = 2 };

static sqlite3 *db;

static void check(int code)
{
	if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
		return;
	fprintf(stderr, "sqlite_rows: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static void run(const char *sql)
{
	check(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static void *grown(void *list, size_t bytes)
{
	void *more = realloc(list, bytes);

	if (!more)
		abort();
	return more;
}

static void read_row(struct sheet *s, sqlite3_stmt *q)
{
	size_t columns = (size_t)s->columns;

	if (s->count == s->room) {
		s->room = s->room ? 2 * s->room : 4096;
		s->incident = grown(s->incident, s->room * sizeof(*s->incident));
		s->cells = grown(s->cells, s->room * columns * sizeof(*s->cells));
	}
	s->incident[s->count] = sqlite3_column_int64(q, 0);
	for (int i = 0; i < s->columns; i++) {
		struct cell *c = &s->cells[s->count * columns + (size_t)i];

		c->type = sqlite3_column_type(q, i + 1);
		c->number = sqlite3_column_int64(q, i + 1);
		c->text = c->type == SQLITE_TEXT ? strdup((const char *)sqlite3_column_text(q, i + 1)) : NULL;
	}
	s->count++;
}

static void read_sheet(struct sheet *s)
{
	sqlite3_stmt *q;
	char insert[512];
	size_t len;

	check(sqlite3_prepare_v2(db, s->read, -1, &q, NULL));
	s->columns = sqlite3_column_count(q) - 1;
	while (sqlite3_step(q) == SQLITE_ROW)
		read_row(s, q);
	check(sqlite3_finalize(q));
	if (s->write)
		return;
	len = (size_t)snprintf(insert, sizeof(insert), "INSERT INTO main.%s VALUES (?", s->table);
	for (int i = 1; i < s->columns; i++)
		len += (size_t)snprintf(insert + len, sizeof(insert) - len, ", ?");
	snprintf(insert + len, sizeof(insert) - len, ")");
	s->write = strdup(insert);
}

static void write_row(struct sheet *s)
{
	const struct cell *cells = &s->cells[s->next++ * (size_t)s->columns];

	for (int i = 0; i < s->columns; i++)
		switch (cells[i].type) {
		case SQLITE_TEXT: sqlite3_bind_text(s->stmt, i + 1, cells[i].text, -1, SQLITE_STATIC); break;
		case SQLITE_INTEGER: sqlite3_bind_int64(s->stmt, i + 1, cells[i].number); break;
		default: sqlite3_bind_null(s->stmt, i + 1); break;
		}
	check(sqlite3_step(s->stmt));
	check(sqlite3_reset(s->stmt));
	if (sqlite3_changes(db) != 1) {
		fprintf(stderr, "sqlite_rows: a row is not there to be changed\n");
		exit(1);
	}
}

/* All rows that follow from the incidents up to this one. */
static void write_until(sqlite3_int64 incident)
{
	for (size_t k = 0; k < SHEETS; k++)
		while (sheets[k].next < sheets[k].count && sheets[k].incident[sheets[k].next] <= incident)
			write_row(&sheets[k]);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	const struct sheet *incidents = &sheets[INCIDENTS];
	size_t group, rows = 0;
	double began;

	if (argc != 4 || (group = strtoul(argv[3], NULL, 10)) == 0)
		return 2;
	check(sqlite3_open(argv[1], &db));
	char *attach = sqlite3_mprintf("ATTACH %Q AS after", argv[2]);
	run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000");
	run(attach);
	sqlite3_free(attach);
	for (size_t k = 0; k < SHEETS; k++) {
		read_sheet(&sheets[k]);
		rows += sheets[k].count;
	}
	run("DETACH after");
	for (size_t k = 0; k < SHEETS; k++)
		check(sqlite3_prepare_v2(db, sheets[k].write, -1, &sheets[k].stmt, NULL));
	began = now_ms();
	for (size_t i = 0; i < incidents->count; i += group) {
		run("BEGIN IMMEDIATE");
		for (size_t k = i; k < i + group && k < incidents->count; k++)
			write_until(incidents->incident[k]);
		if (i + group >= incidents->count)
			write_until(INT64_MAX);
		run("COMMIT");
	}
	printf("{\"ms\":%.1f,\"incidents\":%zu,\"rows\":%zu}\n", now_ms() - began, incidents->count, rows);
	for (size_t k = 0; k < SHEETS; k++)
		sqlite3_finalize(sheets[k].stmt);
	check(sqlite3_close(db));
	return 0;
}
