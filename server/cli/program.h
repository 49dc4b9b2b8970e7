/* program - runs another program and waits for it. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

/*
 * argv ends with NULL; its first word is found along PATH. `input` is what it reads on standard input; what it prints
 * on standard output is thrown away. Its exit status; 127 where there is no such program, -1 where a signal ended it
 * or it could not be started.
 */
int program_run(const char *const *argv, const char *input);

#endif
