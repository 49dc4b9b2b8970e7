/* metrics: what is counted in the store is counted once in a while, however many ask. */
#include "server/web/view.h"
#include "tests/unit/street.h"

static struct health health;
static struct view view;
static char page[65536];

static const char *asked(void)
{
	FILE *out = fmemopen(page, sizeof(page), "w");

	metrics_write(&view, out);
	fclose(out);
	return strstr(page, "mimamori_incidents_open{kind=\"talk\"}");
}

static void begin(void)
{
	street_open();
	resident("R1", "none", T("2026-11-23 05:00"));
	health_init(&health, MINUTE, clock_boot());
	view = (struct view){
		.health = &health, .store = &street.store, .client_id = "mimamorid", .counted = counted_new()
	};
}

static bool says(int incidents)
{
	const char *line = asked();

	return line && atoi(strchr(line, ' ')) == incidents;
}

TEST(what_was_counted_a_moment_ago_is_not_counted_again)
{
	begin();
	CHECK(says(0));
	sql("INSERT INTO incidents (kind, state, resident_id, opened_at, ladder_at) VALUES ('talk', 'open', 'R1', 1, 1)");
	CHECK(says(0));
	counted_free(view.counted);
	view.counted = counted_new();
	CHECK(says(1));
	counted_free(view.counted);
	street_close();
}

TEST(a_store_that_cannot_be_read_leaves_the_counts_out_and_is_asked_again)
{
	struct store none = { .db = NULL };

	begin();
	view.store = &none;
	CHECK(asked() == NULL);
	view.store = &street.store;
	CHECK(says(0));
	counted_free(view.counted);
	street_close();
}
