/* store - whose the file is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/store.h"
#include "tests/unit/test.h"

#define SOMEBODY 12345

static char folder[64], path[96], url[128];

static struct stat opened(void)
{
	struct store store;
	struct stat st;
	char why[256];

	CHECK_INT(store_open(&store, url, why, sizeof(why)), DB_FINE);
	store_close(&store);
	assert_int_equal(stat(path, &st), 0);
	return st;
}

/* A folder with a file of ours in it, to be opened by `url`. */
static void begin_folder(void)
{
	strcpy(folder, "/tmp/mimamori-store-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/m.db", folder);
	snprintf(url, sizeof(url), "sqlite:%s", path);
}

static void end_folder(void)
{
	unlink(path);
	CHECK_INT(rmdir(folder), 0);
}

TEST(a_store_that_root_makes_belongs_to_the_owner_of_its_folder)
{
	if (geteuid() != 0)
		return; /* nobody else can give a file away */
	begin_folder();
	assert_int_equal(chown(folder, SOMEBODY, SOMEBODY + 1), 0);

	struct stat st = opened();
	CHECK_INT(st.st_uid, SOMEBODY);
	CHECK_INT(st.st_gid, SOMEBODY + 1);

	/* Whose it is later is the operator's word. */
	assert_int_equal(chown(path, SOMEBODY + 2, SOMEBODY + 2), 0);
	st = opened();
	CHECK_INT(st.st_uid, SOMEBODY + 2);
	end_folder();
}

/* What happens while the file is synced: the next call of the C library's, from SQLite too. */
static void (*meanwhile)(void);

int fdatasync(int fd)
{
	void (*happens)(void) = meanwhile;

	meanwhile = NULL;
	if (happens)
		happens();
	return fsync(fd);
}

static const char add_sql[] = "INSERT INTO districts (district, name) VALUES ($1, $1)";
static const char count_sql[] = "SELECT count(*) FROM districts";

/* Adds each letter as a piece of work of its own; how many were refused and undone. */
static int add_each(struct store *store, const char *letters)
{
	int refused = 0;

	assert_true(store_begin(store));
	for (; *letters; letters++) {
		char district[] = { *letters, '\0' };

		db_save(store->db);
		db_run(store->db, add_sql, V(district));
		refused += !db_keep(store->db) && db_status(store->db) == DB_FINE;
	}
	return refused;
}

TEST(a_refused_piece_of_work_is_left_out_of_the_second_try)
{
	struct store store;
	char why[256];

	CHECK_INT(store_open(&store, "sqlite::memory:", why, sizeof(why)), DB_FINE);
	CHECK_INT(add_each(&store, "ab"), 0);
	assert_true(store_commit(&store));

	CHECK_INT(add_each(&store, "cad"), 0);
	assert_false(store_commit(&store));
	assert_true(db_again(store.db));
	CHECK_INT(db_number(store.db, -1, count_sql), 2); /* all or nothing */

	CHECK_INT(add_each(&store, "cad"), 1);
	assert_true(store_commit(&store));
	CHECK_INT(db_number(store.db, -1, count_sql), 4);

	/* What is refused outside a piece is nothing that another try could leave out. */
	assert_true(store_begin(&store));
	db_run(store.db, add_sql, V("a"));
	assert_false(store_commit(&store));
	assert_false(db_again(store.db));
	store_close(&store);
}

static const char endless_sql[] =
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

TEST(a_statement_ends_when_there_is_enough)
{
	struct store store;
	char why[256];
	atomic_bool enough = true;

	CHECK_INT(store_open(&store, "sqlite::memory:", why, sizeof(why)), DB_FINE);
	db_until(store.db, &enough);
	CHECK_INT(db_number(store.db, -1, endless_sql), -1);
	CHECK_INT(db_status(store.db), DB_UNWELL);
	store_close(&store);
}

TEST(who_is_turned_away_is_counted)
{
	struct store one, other;
	char why[256];

	begin_folder();
	CHECK_INT(store_open(&one, url, why, sizeof(why)), DB_FINE);
	CHECK_INT(store_open(&other, url, why, sizeof(why)), DB_FINE);
	db_wait(other.db, 0);
	assert_true(store_begin(&one));
	assert_false(store_begin(&other));
	CHECK_INT(db_turned_away(other.db), 1);
	store_rollback(&one);
	assert_true(store_begin(&other));
	CHECK_INT(db_turned_away(other.db), 1);
	store_rollback(&other);
	store_close(&one);
	store_close(&other);
	end_folder();
}

static const char fill_sql[] = "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $1 + $2 - 1)"
			       " INSERT INTO districts (district, name) SELECT i, printf('%04000d', i) FROM n";

/* Writes so many rows of a page each. */
static void write_pages(struct store *s, int first, int count)
{
	assert_true(store_begin(s));
	db_run(s->db, fill_sql, V(first), V(count));
	assert_true(store_commit(s));
}

static struct store writer;
static int written;

static void goes_on_writing(void)
{
	write_pages(&writer, written, 10);
	written += 10;
	meanwhile = goes_on_writing;
}

TEST(a_log_that_somebody_always_writes_begins_anew)
{
	struct store reader, keeper;
	char why[256];
	bool nearly;
	int64_t bytes;

	begin_folder();
	CHECK_INT(store_open(&writer, url, why, sizeof(why)), DB_FINE);
	CHECK_INT(store_open(&reader, url, why, sizeof(why)), DB_FINE);
	CHECK_INT(store_open(&keeper, url, why, sizeof(why)), DB_FINE);
	db_checkpoint_off(writer.db);
	write_pages(&writer, 0, 2000);

	/* What is written while a checkpoint goes on it leaves behind, as what a reader has not seen. */
	assert_true(db_begin_read(reader.db));
	CHECK(db_number(reader.db, 0, count_sql) == 2000);
	write_pages(&writer, 2000, 10);
	assert_true(db_checkpoint_nearly(keeper.db, &nearly));
	assert_true(nearly);
	db_rollback(reader.db);
	bytes = db_log_bytes(keeper.db);
	assert_true(db_checkpoint(writer.db, false));
	write_pages(&writer, 2010, 1500);
	CHECK_INT(db_log_bytes(keeper.db), bytes);

	/* Much is left: another time. */
	assert_true(db_begin_read(reader.db));
	CHECK(db_number(reader.db, 0, count_sql) == 3510);
	write_pages(&writer, 3510, 2000);
	assert_true(db_checkpoint_nearly(keeper.db, &nearly));
	assert_false(nearly);
	db_rollback(reader.db);

	/* Nothing is. */
	assert_true(db_checkpoint_nearly(keeper.db, &nearly));
	assert_false(nearly);

	/* Something always is, and little. */
	written = 5510;
	write_pages(&writer, written, 2000);
	written += 2000;
	bytes = db_log_bytes(keeper.db);
	meanwhile = goes_on_writing;
	assert_true(db_checkpoint_nearly(keeper.db, &nearly));
	meanwhile = NULL;
	assert_true(nearly);
	assert_true(db_checkpoint(writer.db, false));
	write_pages(&writer, written, 3000);
	CHECK_INT(db_log_bytes(keeper.db), bytes);

	store_close(&keeper);
	store_close(&reader);
	store_close(&writer);
	end_folder();
}
