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

TEST(a_store_that_root_makes_belongs_to_the_owner_of_its_folder)
{
	if (geteuid() != 0)
		return; /* nobody else can give a file away */
	strcpy(folder, "/tmp/mimamori-store-XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chown(folder, SOMEBODY, SOMEBODY + 1), 0);
	snprintf(path, sizeof(path), "%s/m.db", folder);
	snprintf(url, sizeof(url), "sqlite:%s", path);

	struct stat st = opened();
	CHECK_INT(st.st_uid, SOMEBODY);
	CHECK_INT(st.st_gid, SOMEBODY + 1);

	/* Whose it is later is the operator's word. */
	assert_int_equal(chown(path, SOMEBODY + 2, SOMEBODY + 2), 0);
	st = opened();
	CHECK_INT(st.st_uid, SOMEBODY + 2);
	unlink(path);
	CHECK_INT(rmdir(folder), 0);
}
