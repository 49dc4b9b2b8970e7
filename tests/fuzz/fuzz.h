/*
 * fuzz - what the targets share. A target is a decoder of outside bytes with what must hold of whatever it is given:
 * MUST(). Built with libFuzzer it is fed what libFuzzer makes up (`make fuzz`); built without, replay.c feeds it what
 * was kept (`make test`).
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer's name of a target */

/* What does not hold ends the program, so that the input is kept. */
#define MUST(condition) ((condition) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #condition))
_Noreturn void fuzz_broken(const char *file, int line, const char *condition);

/* Once, before the first input: quiet, in Tokyo, without a terminal to read from. */
void fuzz_begin(void);

/* The bytes as a text, cut at their first NUL; to be freed. Its room ends with it, so that reading on is found. */
char *fuzz_text(const uint8_t *data, size_t size);
/* Takes a line off the front, without its end; to be freed. What is left of the input is behind it. */
char *fuzz_line(const uint8_t **data, size_t *size);

/* A folder of this process's own, which is gone when it ends. */
const char *fuzz_folder(void);
/* The path of a file there with these bytes. */
const char *fuzz_file(const char *name, const void *bytes, size_t size);

/* What a decoder wrote about the input: whole lines of UTF-8, each beginning so (NULL: with anything). */
struct fuzz_said {
	FILE *out;
	char *text;
	size_t len;
};
void fuzz_listen(struct fuzz_said *said);
void fuzz_heard(struct fuzz_said *said, const char *begins); /* closes it; the text is there until fuzz_forget */
void fuzz_forget(struct fuzz_said *said);

/* Whether it is a text of at most `size` bytes with its end, in UTF-8. */
bool fuzz_is_text(const char *text, size_t size);
#define FUZZ_TEXT(array) MUST(fuzz_is_text(array, sizeof(array)))

#endif
