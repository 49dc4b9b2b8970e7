/* refusal - see there. */
#include "server/watch/refusal.h"

#include <stdarg.h>
#include <stdio.h>

bool refuse(struct refusal *no, enum refusal_code code, const char *why, ...)
{
	va_list args;

	va_start(args, why);
	vsnprintf(no->why, sizeof(no->why), why, args);
	va_end(args);
	no->code = code;
	return false;
}
