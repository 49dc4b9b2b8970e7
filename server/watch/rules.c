/* rules - the defaults, read from the words of the table. */
#include "common/duration.h"
#include "common/log.h"
#include "server/watch/rules.h"

void rules_default(struct rules *rules)
{
#define RULE(name, standard, help)                        \
	if (!duration_parse(standard, &rules->name##_ms)) \
		fatal("rule=%s error=\"no default\"", #name);
	RULES(RULE)
#undef RULE
}
