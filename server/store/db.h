/*
 * db - one SQL text, any database: open, query, step, transaction. One driver a database; SQLite's is sqlite.c.
 *
 * SQL is in words both databases know: $1…$n, ON CONFLICT, RETURNING, integers for time (ms since 1970 UTC). A query is
 * prepared once and kept by the address of its text, so the text must be static.
 *
 * Failure is sticky. After the first failed statement of a transaction every other returns no row and changes nothing,
 * and db_commit refuses: so rules read straight on and only who commits asks what went wrong. Nothing may leave the
 * process before db_commit said true. Outside a transaction each query starts afresh.
 *
 * A handle belongs to one thread at a time.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum db_status {
	DB_FINE,
	DB_BUSY,    /* somebody else holds the lock; try again */
	DB_UNWELL,  /* disk full, I/O error, read-only, cannot open: service goes on once it is well again */
	DB_REFUSED, /* a constraint said no: this row is bad, the database is not */
	DB_CORRUPT, /* not a database, or a damaged one */
};

struct db;
struct query;

/*
 * Opens sqlite:PATH, making the file if `make`. NULL: *status and `why` say what is wrong. Locks are waited for up to
 * 5 s unless db_wait says otherwise.
 */
struct db *db_open(const char *url, bool make, enum db_status *status, char *why, size_t why_size);
void db_close(struct db *db); /* NULL is fine */

void db_wait(struct db *db, int ms); /* how long a lock is waited for; 0 not at all */
/* How many KiB of the file are kept beside what the kernel keeps: 2 MiB, unless much is written at once. */
void db_cache(struct db *db, int kib);
/* Once *enough is true, statements under way end soon as DB_UNWELL: for a thread that an end must not wait for. */
void db_until(struct db *db, const atomic_bool *enough);

bool db_begin(struct db *db);      /* to write: takes the write lock now */
bool db_begin_read(struct db *db); /* one unchanging view of everything */
bool db_commit(struct db *db);     /* false: nothing was stored, db_status says why; the transaction has ended */
void db_rollback(struct db *db);   /* ends a transaction, if there is one */

/*
 * A piece of work inside a transaction, between db_save and db_keep: one that is DB_REFUSED must not spoil its
 * neighbours. A savepoint for each costs as much as the work, and a refused one is a mistake of ours: so transactions
 * go without, until one has failed by such a piece. Those after it have savepoints. False: this piece was refused and
 * is undone (db_status is DB_FINE, the transaction goes on); or the whole has failed, to be done again.
 */
void db_save(struct db *db);
bool db_keep(struct db *db);
/* Whether a failed transaction should be done again at once: the next one takes its work piece by piece. */
bool db_again(const struct db *db);

/* How many transactions could not begin, for somebody else held the lock: what they were for is still to be done. */
uint64_t db_turned_away(const struct db *db);
/* Whether a statement has ever found the store corrupt; db_why says what it was. */
bool db_ruined(const struct db *db);
enum db_status db_status(const struct db *db);
/* Between two pieces of work that know nothing of each other: that one was refused, or turned away, is past. */
void db_forget_refusal(struct db *db);
const char *db_why(const struct db *db); /* of the last failure, one line */

/* A parameter: V(x) of an integer or text, V0(x) the same but NULL for 0, "" and a null pointer. */
struct db_value {
	enum { DB_NULL, DB_INT, DB_TEXT } type;
	int64_t number;
	const char *text;
};
static inline struct db_value db_value_int(int64_t number)
{
	return (struct db_value){ DB_INT, number, NULL };
}
static inline struct db_value db_value_text(const char *text)
{
	return (struct db_value){ text ? DB_TEXT : DB_NULL, 0, text };
}
static inline struct db_value db_value_int0(int64_t number)
{
	return (struct db_value){ number ? DB_INT : DB_NULL, number, NULL };
}
static inline struct db_value db_value_text0(const char *text)
{
	return (struct db_value){ text && *text ? DB_TEXT : DB_NULL, 0, text };
}
#define V(x)  _Generic((x), char * : db_value_text, const char * : db_value_text, default : db_value_int)(x)
#define V0(x) _Generic((x), char * : db_value_text0, const char * : db_value_text0, default : db_value_int0)(x)

#define DB_VALUES(...)                                                  \
	(const struct db_value[]){ { DB_NULL, 0, NULL }, __VA_ARGS__ }, \
		sizeof((const struct db_value[]){ { DB_NULL, 0, NULL }, __VA_ARGS__ }) / sizeof(struct db_value) - 1

/*
 * db_query(db, sql, V(a), V(b)…): a query to step through. Its rows must all be taken, or db_done called, before the
 * same text is asked again. Texts must live until the first step.
 */
#define db_query(db, ...) db_query_values(db, DB_SQL(__VA_ARGS__, 0), DB_ARGS(__VA_ARGS__))
/* db_run(db, sql, V(a)…): runs a statement that gives no rows; how many rows it changed, 0 after a failure. */
#define db_run(db, ...) db_run_values(db, DB_SQL(__VA_ARGS__, 0), DB_ARGS(__VA_ARGS__))
/* db_number(db, sql, V(a)…): the one integer that the query gives; `none` where it gives no row or NULL. */
#define db_number(db, none, ...) db_number_values(db, none, DB_SQL(__VA_ARGS__, 0), DB_ARGS(__VA_ARGS__))

#define DB_SQL(sql, ...)  sql
#define DB_ARGS(sql, ...) DB_VALUES(__VA_ARGS__)

struct query *db_query_values(struct db *db, const char *sql, const struct db_value *values, size_t n);
int64_t db_run_values(struct db *db, const char *sql, const struct db_value *values, size_t n);
int64_t db_number_values(struct db *db, int64_t none, const char *sql, const struct db_value *values, size_t n);

bool db_step(struct query *q); /* true: a row; false: there are no more, or it failed */
void db_done(struct query *q); /* takes no more rows */

/* Columns of the row, from 0. */
int64_t db_int(struct query *q, int column);      /* NULL: 0 */
const char *db_text(struct query *q, int column); /* NULL: ""; valid until the next step */
bool db_null(struct query *q, int column);
void db_copy(struct query *q, int column, char *to, size_t size); /* as text, cut at a whole character */
#define DB_COPY(q, column, array) db_copy(q, column, array, sizeof(array))

int64_t db_last_id(struct db *db); /* of the row this handle inserted last */

bool db_has_table(struct db *db, const char *name);

/* Many statements as one text, for migrations; dialect words of SQLite are the driver's business. */
bool db_script(struct db *db, const char *sql);

/*
 * Copies the whole database to a new file while others write, in one view; `progress` (may be NULL) is told pages
 * done and in all. False and why; a partial file is removed.
 */
bool db_backup(
	struct db *db, const char *path, void (*progress)(void *context, int64_t done, int64_t all), void *context);
/* The database's own check of itself: calls `found` with each fault; returns how many. */
int db_integrity(struct db *db, void (*found)(void *context, const char *fault), void *context);

/* Checkpoints: none on this handle's commits; a passive one; one that also truncates the log, and waits for others. */
void db_checkpoint_off(struct db *db);
bool db_checkpoint(struct db *db, bool truncate);
/*
 * Under unbroken load the log always holds something new when a checkpoint ends, and so it never begins anew. This is a
 * passive one, and as many more as leave little behind, each with its sync: for a thread that may wait. True: `*nearly`
 * says whether a last one, by who writes and between two transactions, would be short and let the log begin anew.
 */
bool db_checkpoint_nearly(struct db *db, bool *nearly);
int64_t db_log_bytes(struct db *db); /* size of the write-ahead log */

#endif
