/*
 * memory - one heap; and out of memory is fatal in libraries too: cJSON would leave out a member of what it writes, or
 * say of a good press that it is no JSON.
 */
#ifndef COMMON_MEMORY_H
#define COMMON_MEMORY_H

void memory_init(void); /* first of all in each program: from now on cJSON always gets what it asks for */
/*
 * What errno says of a file that cannot be read. Where the machine lacked memory or descriptors the file is not at
 * fault: that is fatal, so that a supervisor starts us again, as it does not for a wrong configuration.
 */
const char *memory_file_error(const char *path);

#endif
