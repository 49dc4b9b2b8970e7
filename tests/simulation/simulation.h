/* simulation - see simulation.c: the programs differ in where their town lies, and in the seed that they begin with. */
#ifndef TESTS_SIMULATION_SIMULATION_H
#define TESTS_SIMULATION_SIMULATION_H

#include <stdint.h>

int simulation_main(int argc, char **argv, uint64_t seed, const char *zone);

#endif
