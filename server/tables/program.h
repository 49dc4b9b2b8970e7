/* program - runs another program and waits for it. */
#ifndef TABLES_PROGRAM_H
#define TABLES_PROGRAM_H

/*
 * argv ends with NULL; its first word is found along PATH. `input` is what it reads on standard input; what it prints
 * on standard output is thrown away. Its exit status; 127 where there is no such program, -1 where a signal ended it,
 * it could not be started, or it was ended because it took too long.
 */
#define PROGRAM_LONGEST_MS 30000
int program_run(const char *const *argv, const char *input);

#endif
