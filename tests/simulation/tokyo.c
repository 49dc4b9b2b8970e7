/* tokyo - a town whose clocks never change. */
#include "tests/simulation/simulation.h"

int main(int argc, char **argv)
{
	return simulation_main(argc, argv, 11, "Asia/Tokyo");
}
