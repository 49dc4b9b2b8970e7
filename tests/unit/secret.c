#include "common/secret.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/test.h"

TEST(a_token_is_new_each_time_and_looks_like_one)
{
	char one[SECRET_TOKEN], two[SECRET_TOKEN];

	secret_make(one);
	secret_make(two);
	CHECK(secret_is_token(one));
	CHECK(secret_is_token(two));
	CHECK(strcmp(one, two) != 0);
}

TEST(what_has_not_the_shape_is_no_token)
{
	CHECK(secret_is_token("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_1"));
	CHECK(!secret_is_token(""));
	CHECK(!secret_is_token("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_"));
	CHECK(!secret_is_token("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_12"));
	CHECK(!secret_is_token("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN/_1"));
	CHECK(!secret_is_token("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_="));
}

TEST(a_hash_is_blake2b_256_in_hex)
{
	char hash[SECRET_HASH], other[SECRET_HASH];

	secret_hash("abc", hash);
	CHECK_TEXT(hash, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	secret_hash("abd", other);
	CHECK(strcmp(hash, other) != 0);
}

TEST(what_is_derived_depends_on_the_token_and_the_purpose)
{
	char form[SECRET_HASH], again[SECRET_HASH], other[SECRET_HASH], hash[SECRET_HASH];

	secret_derive("abc", "form", form);
	secret_derive("abc", "form", again);
	CHECK_TEXT(form, again);
	secret_derive("abc", "csrf", other);
	CHECK(strcmp(form, other) != 0);
	secret_derive("abd", "form", other);
	CHECK(strcmp(form, other) != 0);
	secret_hash("abc", hash);
	CHECK(strcmp(form, hash) != 0);
}

TEST(texts_are_compared_whole)
{
	CHECK(secret_equal("", ""));
	CHECK(secret_equal("abc", "abc"));
	CHECK(!secret_equal("abc", "abd"));
	CHECK(!secret_equal("abc", "ab"));
	CHECK(!secret_equal("ab", "abc"));
}

TEST(a_guarded_process_is_dumped_nowhere)
{
	struct rlimit core;
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		secret_guard_process();
		_exit(prctl(PR_GET_DUMPABLE) != 0 || getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK_INT(status, 0);
}
