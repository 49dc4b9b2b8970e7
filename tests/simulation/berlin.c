/* berlin - a town whose clocks go forward in March and back in October. */
#include "tests/simulation/simulation.h"

int main(int argc, char **argv)
{
	return simulation_main(argc, argv, 12, "Europe/Berlin");
}
