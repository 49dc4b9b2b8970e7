/*
 * lamp - a LED of the kernel (/sys/class/leds/NAME/brightness) that says what core_lamp says.
 */
#ifndef DEVICE_BUTTON_LAMP_H
#define DEVICE_BUTTON_LAMP_H

#include "device/button/core.h"

struct lamp {
	const char *path; /* "": there is none */
	enum lamp_show show;
	int64_t since_ms; /* when it began to show that */
	int lit;          /* 1, 0; -1: not known */
	bool failed;      /* said so already */
};

void lamp_init(struct lamp *l, const char *path);
void lamp_turn(struct lamp *l, enum lamp_show show, int64_t now_ms); /* lights it, or not, as the pattern has it now */
int64_t lamp_due(const struct lamp *l, int64_t now_ms); /* when the pattern changes it; -1: not by itself */

#endif
