/*
 * memory - one heap; and out of memory is fatal in libraries too: cJSON would leave out a member of what it writes, or
 * say of a good press that it is no JSON.
 */
#ifndef COMMON_MEMORY_H
#define COMMON_MEMORY_H

void memory_init(void); /* first of all in each program: from now on cJSON always gets what it asks for */

#endif
