/* ledger - see ledger.h. */
#include "tests/power/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/power/disk.h"
#include "tests/power/memory.h"

enum { TABLES = 128, TEXT = 4096 };

bool __real_db_begin(struct db *db);
bool __wrap_db_begin(struct db *db);
bool __real_db_commit(struct db *db);
bool __wrap_db_commit(struct db *db);

static struct ledger *ledger;

/* A query's text is its name to db.h, so each stays where it is. */
static char *texts[TABLES];
static size_t text_count;

static const char tables_sql[] = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
				 " ORDER BY name";
static const char columns_sql[] = "SELECT group_concat('quote(' || name || ')', '||''|''||') FROM"
				  " pragma_table_info($1)";

static void make_texts(struct db *db)
{
	static char names[TABLES][65];
	struct query *q = db_query(db, tables_sql);
	size_t n = 0;

	while (n < TABLES && db_step(q))
		db_copy(q, 0, names[n++], sizeof(names[0]));
	for (size_t i = 0; i < n; i++) {
		char text[TEXT];

		q = db_query(db, columns_sql, V(names[i]));
		if (!db_step(q))
			abort();
		snprintf(text, sizeof(text), "SELECT %s FROM %s ORDER BY rowid", db_text(q, 0), names[i]);
		db_done(q);
		texts[text_count++] = strdup(text);
	}
}

static uint64_t add(uint64_t sum, const char *text)
{
	do
		sum = (sum ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
	while (*text++);
	return sum;
}

uint64_t ledger_sum(struct db *db)
{
	uint64_t sum = UINT64_C(0xCBF29CE484222325);

	disk_pause(true);
	memory_pause(true);
	if (!text_count)
		make_texts(db);
	for (size_t i = 0; i < text_count; i++) {
		struct query *q = db_query(db, texts[i]);

		sum = add(sum, texts[i]);
		while (db_step(q))
			sum = add(sum, db_text(q, 0));
	}
	memory_pause(false);
	disk_pause(false);
	return sum;
}

void ledger_open(struct ledger *l, uint64_t state)
{
	ledger = l;
	if (!l)
		return;
	l->state = l->perhaps = state;
	l->count = l->failed = l->wrong = 0;
}

bool __wrap_db_begin(struct db *db)
{
	uint64_t sum;

	if (!__real_db_begin(db))
		return false;
	if (!ledger || !ledger->state || ledger->state == ledger->perhaps)
		return true;
	sum = ledger_sum(db);
	ledger->wrong += sum != ledger->state && sum != ledger->perhaps;
	ledger->state = ledger->perhaps = sum;
	return true;
}

bool __wrap_db_commit(struct db *db)
{
	struct ledger_line *line;

	if (!ledger || db_status(db) != DB_FINE)
		return __real_db_commit(db);
	if (ledger->count == LEDGER_LINES)
		abort();
	line = &ledger->lines[ledger->count];
	*line = (struct ledger_line){ .sum = ledger_sum(db), .asked = disk_now() };
	ledger->count++;
	line->committed = __real_db_commit(db);
	line->done = true;
	line->said = disk_now();
	ledger->perhaps = line->sum;
	if (line->committed)
		ledger->state = line->sum;
	else
		ledger->failed++;
	return line->committed;
}
