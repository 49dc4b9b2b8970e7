/*
 * test - TEST(name_as_a_sentence) { … CHECK(…); } over cmocka; every file of tests has its own program.
 */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

void test_add(const char *name, void (*run)(void **));

#define TEST(name)                                                \
	static void name(void **);                                \
	__attribute__((constructor)) static void add_##name(void) \
	{                                                         \
		test_add(#name, name);                            \
	}                                                         \
	static void name(__attribute__((unused)) void **state)

#define CHECK(condition)           assert_true(condition)
#define CHECK_INT(actual, wanted)  assert_int_equal((intmax_t)(actual), (intmax_t)(wanted))
#define CHECK_TEXT(actual, wanted) assert_string_equal(actual, wanted)

#endif
