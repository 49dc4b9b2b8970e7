/*
 * sqlite - the SQLite driver of db.h: WAL, synchronous=FULL, foreign keys on.
 *
 * A commit that returns is on disk (the log is synced on every commit). Result codes become the five words of
 * db_status; out of memory and misuse are fatal, for going on would be a lie. After DB_UNWELL the file is opened again
 * at the next begin: a handle that found the disk read-only or full may otherwise stay so.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/utf8.h"
#include "server/store/db.h"

#define SLOTS 1024 /* of the table of prepared queries; a power of two, far more than the program has texts */

#define PARAMETERS     40    /* of one statement, at most */
#define LOOK_UP_EACH   10000 /* instructions of SQLite's machine: some tenths of a ms */
#define LOOK_OFTEN_US  200   /* for the lock, */
#define LOOK_SELDOM_US 2000  /* after */
#define LOOK_OFTEN_MS  100
#define LOG_SHORT      1000 /* pages of the log: nobody minds them */
#define LOG_PASSES     4
#define CAREFUL        1000 /* transactions that go piece by piece after one that was refused */

struct query {
	struct db *db;
	const char *sql; /* the key: its address */
	sqlite3_stmt *stmt;
	bool on;               /* stepping; not yet reset */
	int place[PARAMETERS]; /* SQLite numbers $n in the order the text first names them; place[n - 1] is $n's */
};

struct db {
	sqlite3 *handle;
	char path[1024];
	enum db_status status;
	char why[256];
	int wait_ms;
	int64_t waits_since; /* for a lock, by clock_boot */
	int cache_kib;
	const atomic_bool *enough; /* NULL: nobody says so */
	bool in_transaction;
	bool by_piece; /* this transaction has a savepoint for each piece of work */
	int careful;   /* so many more will, for a piece of one without was refused */
	int stepping;  /* queries that are on */
	uint64_t turned_away;
	bool ruined;
	bool checkpoint_off;
	struct query slots[SLOTS];
};

static enum db_status status_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE: return DB_FINE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL: return DB_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return DB_CORRUPT;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG: return DB_REFUSED;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_NOLFS:
	case SQLITE_INTERRUPT: return DB_UNWELL;
	default: return DB_REFUSED;
	}
}

static int last_errno(sqlite3_file *file)
{
	int error = 0;

	if (file && file->pMethods)
		file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
	return error;
}

/* SQLite calls a page malformed that the disk did not give; what the kernel said of it tells one from the other. */
static bool is_unreadable(const struct db *db)
{
	sqlite3_file *store = NULL, *journal = NULL;

	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &store);
	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &journal);
	return last_errno(store) == EIO || last_errno(journal) == EIO;
}

static void note_failure(struct db *db, int code, const char *doing)
{
	const char *why = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);

	if ((code & 0xff) == SQLITE_CORRUPT && db->handle && is_unreadable(db)) {
		code = SQLITE_IOERR_READ;
		why = sqlite3_errstr(code);
	}

	if ((code & 0xff) == SQLITE_NOMEM)
		fatal("store=%s error=\"out of memory\"", db->path);
	if ((code & 0xff) == SQLITE_MISUSE || (code & 0xff) == SQLITE_ERROR || (code & 0xff) == SQLITE_RANGE)
		fatal("store=%s error=\"%s\" doing=\"%s\"", db->path, why, doing);
	if (db->status != DB_FINE)
		return; /* the first failure is the one that tells */
	db->status = status_of(code);
	if (!db->ruined)
		snprintf(db->why, sizeof(db->why), "%s: %s", db->path, why);
	db->ruined |= db->status == DB_CORRUPT;
}

static bool execute(struct db *db, const char *sql)
{
	int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	if (code != SQLITE_OK)
		note_failure(db, code, sql);
	return code == SQLITE_OK;
}

static void close_handle(struct db *db)
{
	for (size_t i = 0; i < SLOTS; i++)
		sqlite3_finalize(db->slots[i].stmt);
	memset(db->slots, 0, sizeof(db->slots));
	db->stepping = 0;
	sqlite3_close(db->handle);
	db->handle = NULL;
}

/*
 * A store that root is the first to open belongs to the owner of its folder, so that the daemon, whose folder it is,
 * can open it as well. SQLite gives the files beside it the owner of the store.
 */
static void make_file(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[sizeof(((struct db *)0)->path)];
	struct stat st;
	int fd;

	if (geteuid() != 0 || !slash)
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash + 1 - path), path);
	if (stat(folder, &st) != 0)
		return;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return; /* it is there, or SQLite will say why not */
	if (fchown(fd, st.st_uid, st.st_gid) != 0)
		log_warn("store=%s error=\"cannot be given to the owner of its folder: %m\"", path);
	close(fd);
}

static int has_enough(void *context)
{
	const struct db *db = context;

	return db->enough && atomic_load_explicit(db->enough, memory_order_relaxed);
}

static bool set_cache(struct db *db)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA cache_size = -%d", db->cache_kib);
	return execute(db, sql);
}

/*
 * The loop takes the lock again soon after it gave it back, for as long as there is much to do: who looks for it each
 * some ms only, as SQLite's own waiting does, seldom finds it free.
 */
static int wait_for_lock(void *context, int tries)
{
	struct db *db = context;
	int64_t now = clock_boot();

	if (tries == 0)
		db->waits_since = now;
	if (now - db->waits_since >= db->wait_ms)
		return 0;
	usleep(now - db->waits_since < LOOK_OFTEN_MS ? LOOK_OFTEN_US : LOOK_SELDOM_US);
	return 1;
}

static bool set_up(struct db *db)
{
	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_handler(db->handle, wait_for_lock, db);
	if (db->enough)
		sqlite3_progress_handler(db->handle, LOOK_UP_EACH, has_enough, db);
	return execute(db, "PRAGMA journal_mode = WAL") && execute(db, "PRAGMA synchronous = FULL") &&
	       execute(db, "PRAGMA foreign_keys = ON") && set_cache(db) &&
	       execute(db, "PRAGMA journal_size_limit = 67108864") &&
	       (!db->checkpoint_off || execute(db, "PRAGMA wal_autocheckpoint = 0"));
}

/*
 * All of it or none: a handle that was not set up whole would go on without foreign keys.
 *
 * What can only be read is not opened: SQLite would keep what it shares with its other handles in this process (-shm)
 * open for reading only, and none of them could write again before all had been closed.
 */
static bool open_handle(struct db *db, bool make)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (make ? SQLITE_OPEN_CREATE : 0);
	int code = sqlite3_open_v2(db->path, &db->handle, flags, NULL);

	db->status = DB_FINE;
	if (code == SQLITE_OK && sqlite3_db_readonly(db->handle, "main") == 1) {
		close_handle(db);
		code = SQLITE_READONLY;
	}
	if (code != SQLITE_OK)
		note_failure(db, code, "open");
	if (code == SQLITE_OK && set_up(db))
		return true;
	close_handle(db);
	return false;
}

/*
 * SQLite takes a block of 64 KiB for almost each statement that writes, and frees it after. The heap's end is not to be
 * given back to the kernel and faulted in again for each (measured: 40 % of the time of a morning's incidents).
 */
static void keep_some_heap(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* at the first open: no statistics, and no lock for them */
	mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
	mallopt(M_TOP_PAD, 256 * 1024);
}

struct db *db_open(const char *url, bool make, enum db_status *status, char *why, size_t why_size)
{
	static const char scheme[] = "sqlite:";
	struct db *db = calloc(1, sizeof(*db));

	if (!db)
		fatal("error=\"out of memory\"");
	keep_some_heap();
	db->wait_ms = 5000;
	db->cache_kib = 2048; /* the kernel keeps the file as well */
	if (strncmp(url, scheme, sizeof(scheme) - 1) != 0 || strlen(url + sizeof(scheme) - 1) >= sizeof(db->path) ||
		!url[sizeof(scheme) - 1]) {
		db->status = DB_REFUSED;
		snprintf(db->why, sizeof(db->why), "\"%s\" is no store: sqlite:/path/to/file is", url);
	} else {
		snprintf(db->path, sizeof(db->path), "%s", url + sizeof(scheme) - 1);
		if (make)
			make_file(db->path);
		open_handle(db, make);
	}
	*status = db->status;
	if (db->status != DB_FINE) {
		snprintf(why, why_size, "%s", db->why);
		db_close(db);
		return NULL;
	}
	return db;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	close_handle(db);
	free(db);
}

void db_wait(struct db *db, int ms)
{
	db->wait_ms = ms;
}

void db_until(struct db *db, const atomic_bool *enough)
{
	db->enough = enough;
	if (db->handle)
		sqlite3_progress_handler(db->handle, LOOK_UP_EACH, has_enough, db);
}

void db_cache(struct db *db, int kib)
{
	db->cache_kib = kib;
	if (db->handle)
		set_cache(db);
}

static void reset_all(struct db *db)
{
	for (size_t i = 0; db->stepping && i < SLOTS; i++)
		if (db->slots[i].on)
			db_done(&db->slots[i]);
}

static bool begin(struct db *db, const char *sql)
{
	if (db->in_transaction)
		fatal("store=%s error=\"a transaction inside a transaction\"", db->path);
	if (db->status == DB_UNWELL || !db->handle) {
		close_handle(db);
		if (!open_handle(db, false))
			return false;
	}
	db->status = DB_FINE;
	db->by_piece = db->careful > 0;
	db->careful -= db->by_piece;
	db->in_transaction = execute(db, sql);
	db->turned_away += db->status == DB_BUSY;
	return db->in_transaction;
}

bool db_begin(struct db *db)
{
	return begin(db, "BEGIN IMMEDIATE");
}

bool db_begin_read(struct db *db)
{
	return begin(db, "BEGIN");
}

bool db_commit(struct db *db)
{
	if (!db->in_transaction)
		return false;
	reset_all(db);
	if (db->status != DB_FINE || !execute(db, "COMMIT")) {
		db_rollback(db);
		return false;
	}
	db->in_transaction = false;
	return true;
}

void db_rollback(struct db *db)
{
	if (!db->in_transaction)
		return;
	reset_all(db);
	/* A full disk or an I/O error has rolled back already; then there is nothing left to end. */
	if (!sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	if (!sqlite3_get_autocommit(db->handle)) /* not even begun */
		fatal("store=%s error=\"out of memory\"", db->path);
	db->in_transaction = false;
}

void db_save(struct db *db)
{
	if (db->by_piece && db->status == DB_FINE)
		execute(db, "SAVEPOINT piece");
}

bool db_keep(struct db *db)
{
	reset_all(db);
	if (db->status == DB_FINE)
		return !db->by_piece || execute(db, "RELEASE piece");
	if (db->status == DB_REFUSED && !db->by_piece) {
		db->careful = CAREFUL;
	} else if (db->status == DB_REFUSED && !sqlite3_get_autocommit(db->handle)) {
		db->status = DB_FINE;
		execute(db, "ROLLBACK TO piece");
		execute(db, "RELEASE piece");
	}
	return false;
}

bool db_again(const struct db *db)
{
	return db->status == DB_REFUSED && !db->by_piece && db->careful > 0;
}

uint64_t db_turned_away(const struct db *db)
{
	return db->turned_away;
}

bool db_ruined(const struct db *db)
{
	return db->ruined;
}

enum db_status db_status(const struct db *db)
{
	return db->status;
}

void db_forget_refusal(struct db *db)
{
	if (db->status == DB_BUSY || db->status == DB_REFUSED)
		db->status = DB_FINE;
}

const char *db_why(const struct db *db)
{
	return db->why;
}

static struct query *slot_of(struct db *db, const char *sql)
{
	size_t i = ((uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15)) >> 54 & (SLOTS - 1);

	for (size_t tried = 0; tried < SLOTS; tried++, i = (i + 1) & (SLOTS - 1))
		if (!db->slots[i].sql || db->slots[i].sql == sql)
			return &db->slots[i];
	fatal("store=%s error=\"more texts of SQL than %d\"", db->path, SLOTS);
}

static void find_places(struct query *q)
{
	int n = sqlite3_bind_parameter_count(q->stmt);
	char name[8];

	if (n > PARAMETERS)
		fatal("error=\"more parameters than %d\" sql=\"%s\"", PARAMETERS, q->sql);
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "$%d", i + 1);
		q->place[i] = sqlite3_bind_parameter_index(q->stmt, name);
		if (q->place[i] == 0)
			fatal("error=\"parameters leave out %s\" sql=\"%s\"", name, q->sql);
	}
}

static void bind(struct query *q, const struct db_value *values, size_t n)
{
	if ((size_t)sqlite3_bind_parameter_count(q->stmt) != n)
		fatal("error=\"%zu values for %d parameters\" sql=\"%s\"", n, sqlite3_bind_parameter_count(q->stmt),
			q->sql);
	for (size_t i = 0; i < n; i++) {
		int code = SQLITE_OK;

		switch (values[i + 1].type) {
		case DB_NULL: code = sqlite3_bind_null(q->stmt, q->place[i]); break;
		case DB_INT: code = sqlite3_bind_int64(q->stmt, q->place[i], values[i + 1].number); break;
		case DB_TEXT:
			code = sqlite3_bind_text(q->stmt, q->place[i], values[i + 1].text, -1, SQLITE_STATIC);
			break;
		}
		if (code != SQLITE_OK)
			note_failure(q->db, code, q->sql);
	}
}

struct query *db_query_values(struct db *db, const char *sql, const struct db_value *values, size_t n)
{
	struct query *q = slot_of(db, sql);

	if (!db->in_transaction) {
		if (db->status == DB_UNWELL || !db->handle) {
			close_handle(db);
			if (open_handle(db, false))
				q = slot_of(db, sql);
		} else {
			db->status = DB_FINE;
		}
	}
	q->db = db;
	if (db->status != DB_FINE)
		return q;
	if (q->on)
		fatal("error=\"asked again while its rows are being taken\" sql=\"%s\"", sql);
	if (!q->stmt) {
		int code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);

		q->sql = sql;
		if (code != SQLITE_OK) {
			note_failure(db, code, sql);
			return q;
		}
		find_places(q);
	}
	bind(q, values, n);
	return q;
}

bool db_step(struct query *q)
{
	int code;

	if (q->db->status != DB_FINE || !q->stmt)
		return false;
	q->db->stepping += !q->on;
	q->on = true;
	code = sqlite3_step(q->stmt);
	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		note_failure(q->db, code, q->sql);
	db_done(q);
	return false;
}

void db_done(struct query *q)
{
	if (q->stmt)
		sqlite3_reset(q->stmt);
	if (q->on)
		q->db->stepping--;
	q->on = false;
}

int64_t db_run_values(struct db *db, const char *sql, const struct db_value *values, size_t n)
{
	struct query *q = db_query_values(db, sql, values, n);

	if (db->status != DB_FINE)
		return 0;
	while (db_step(q))
		;
	return db->status == DB_FINE ? sqlite3_changes64(db->handle) : 0;
}

int64_t db_number_values(struct db *db, int64_t none, const char *sql, const struct db_value *values, size_t n)
{
	struct query *q = db_query_values(db, sql, values, n);
	int64_t number = none;

	if (db_step(q)) {
		if (!db_null(q, 0))
			number = db_int(q, 0);
		db_done(q);
	}
	return number;
}

int64_t db_int(struct query *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

const char *db_text(struct query *q, int column)
{
	const char *text = (const char *)sqlite3_column_text(q->stmt, column);

	if (!text && sqlite3_errcode(q->db->handle) == SQLITE_NOMEM)
		fatal("store=%s error=\"out of memory\"", q->db->path);
	return text ? text : "";
}

bool db_null(struct query *q, int column)
{
	return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

void db_copy(struct query *q, int column, char *to, size_t size)
{
	const char *text = db_text(q, column);
	size_t len = utf8_cut(text, strlen(text), size - 1);

	memcpy(to, text, len);
	to[len] = '\0';
}

int64_t db_last_id(struct db *db)
{
	return db->handle ? sqlite3_last_insert_rowid(db->handle) : 0;
}

static const char table_sql[] = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1";

bool db_has_table(struct db *db, const char *name)
{
	return db_number(db, 0, table_sql, V(name)) == 1;
}

bool db_script(struct db *db, const char *sql)
{
	return db->status == DB_FINE && execute(db, sql);
}

bool db_backup(
	struct db *db, const char *path, void (*progress)(void *context, int64_t done, int64_t all), void *context)
{
	sqlite3 *copy = NULL;
	sqlite3_backup *backup = NULL;
	int code;

	db->status = DB_FINE;
	if (access(path, F_OK) == 0) {
		db->status = DB_REFUSED;
		snprintf(db->why, sizeof(db->why), "%s: is there already", path);
		return false;
	}
	/* Without one view for the whole copy, every commit of the daemon would make it start again. */
	if (!db_begin_read(db))
		return false;
	code = sqlite3_exec(db->handle, "SELECT count(*) FROM sqlite_master", NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_open(path, &copy);
	if (code == SQLITE_OK && !(backup = sqlite3_backup_init(copy, "main", db->handle, "main")))
		code = sqlite3_errcode(copy);
	while (backup && (code = sqlite3_backup_step(backup, 1000)) == SQLITE_OK)
		if (progress)
			progress(context, sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup),
				sqlite3_backup_pagecount(backup));
	if (backup)
		sqlite3_backup_finish(backup);
	if (code == SQLITE_DONE) {
		code = SQLITE_OK;
		if (progress)
			progress(context, 1, 1);
	}
	if (code != SQLITE_OK) {
		db->status = status_of(code) == DB_FINE ? DB_UNWELL : status_of(code);
		snprintf(db->why, sizeof(db->why), "%s: %s", path, copy ? sqlite3_errmsg(copy) : sqlite3_errstr(code));
	}
	sqlite3_close(copy);
	db_rollback(db);
	if (code != SQLITE_OK)
		unlink(path);
	return code == SQLITE_OK;
}

static const char integrity_sql[] = "PRAGMA integrity_check";
static const char foreign_sql[] = "PRAGMA foreign_key_check";

int db_integrity(struct db *db, void (*found)(void *context, const char *fault), void *context)
{
	struct query *q = db_query(db, integrity_sql);
	int faults = 0;
	char text[256];

	while (db_step(q))
		if (strcmp(db_text(q, 0), "ok") != 0) {
			found(context, db_text(q, 0));
			faults++;
		}
	if (db->status == DB_FINE) {
		q = db_query(db, foreign_sql);
		while (db_step(q)) {
			snprintf(text, sizeof(text), "row %lld of %s names no row of %s", (long long)db_int(q, 1),
				db_text(q, 0), db_text(q, 2));
			found(context, text);
			faults++;
		}
	}
	if (db->status != DB_FINE) {
		found(context, db->why);
		faults++;
	}
	return faults;
}

void db_checkpoint_off(struct db *db)
{
	db->checkpoint_off = true;
	if (db->handle)
		sqlite3_wal_autocheckpoint(db->handle, 0);
}

static bool checkpoint(struct db *db, int how, int *pages, int *moved)
{
	return db->handle && sqlite3_wal_checkpoint_v2(db->handle, NULL, how, pages, moved) == SQLITE_OK;
}

bool db_checkpoint(struct db *db, bool truncate)
{
	return checkpoint(db, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

/* What a checkpoint leaves to its end, in which all that was moved is synced. */
static bool sync_file(struct db *db)
{
	sqlite3_file *file = NULL;

	return sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
	       file->pMethods && file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) == SQLITE_OK;
}

bool db_checkpoint_nearly(struct db *db, bool *nearly)
{
	int pages, moved, before = 0;

	*nearly = false;
	for (int i = 0; i < LOG_PASSES; i++, before = moved) {
		if (!checkpoint(db, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved))
			return false;
		/* `pages` are those of when it began; as many as it has newly moved may have come meanwhile. */
		if (pages < LOG_SHORT || (pages == moved && moved == before))
			return true;
		*nearly = pages - moved < LOG_SHORT && moved - before < LOG_SHORT;
		if (*nearly)
			return true;
		if (!sync_file(db))
			return false;
	}
	return true;
}

int64_t db_log_bytes(struct db *db)
{
	char path[sizeof(db->path) + 8];
	struct stat st;

	snprintf(path, sizeof(path), "%s-wal", db->path);
	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}
