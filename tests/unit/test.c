/* test - the main of every unit test program: runs the tests that TEST() added, in the order of the file. */
#include <stdlib.h>

#include "tests/unit/test.h"

static struct CMUnitTest tests[512];
static size_t count;

void test_add(const char *name, void (*run)(void **))
{
	if (count == sizeof(tests) / sizeof(tests[0]))
		abort();
	tests[count++] = (struct CMUnitTest){ .name = name, .test_func = run };
}

int main(int argc, char **argv)
{
	if (argc > 1)
		cmocka_set_test_filter(argv[1]); /* one test by name or pattern */
	return _cmocka_run_group_tests(argv[0], tests, count, NULL, NULL);
}
