/* state - what a device says of itself (common/checkin.h). */
#include <string.h>

#include "common/checkin.h"
#include "common/utf8.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct device_state s, again;
	const char *why = NULL;
	char text[PAYLOAD_MAX + 1];
	size_t len;

	memset(&s, 0xa5, sizeof(s));
	if (!device_state_parse(&s, data, size, &why)) {
		MUST(why && *why);
		return 0;
	}
	MUST(!why && s.battery >= -1 && s.battery <= 100);
	FUZZ_TEXT(s.firmware);
	len = device_state_format(&s, text, sizeof(text));
	MUST(len > 0 && len == strlen(text) && utf8_valid(text, len));
	MUST(device_state_parse(&again, text, len, &why));
	MUST(again.online == s.online && again.battery == s.battery && strcmp(again.firmware, s.firmware) == 0);
	return 0;
}
