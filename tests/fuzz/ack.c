/* ack - the server's answer as the button reads it (common/checkin.h). */
#include <string.h>

#include "common/checkin.h"
#include "common/clock.h"
#include "common/utf8.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ack a, again;
	char text[PAYLOAD_MAX + 1];
	size_t len;

	memset(&a, 0xa5, sizeof(a));
	if (!ack_parse(&a, data, size))
		return 0;
	MUST(a.result <= ACK_REJECTED && a.at >= -1);
	FUZZ_TEXT(a.id);
	FUZZ_TEXT(a.reason);
	FUZZ_TEXT(a.text);
	len = ack_format(&a, text, sizeof(text));
	MUST(len > 0 && len == strlen(text) && utf8_valid(text, len));
	MUST(ack_parse(&again, text, len));
	MUST(strcmp(again.id, a.id) == 0 && again.result == a.result && strcmp(again.text, a.text) == 0);
	MUST(again.at == (a.at < 0 ? -1 : a.at - a.at % SECOND));
	MUST(a.result != ACK_REJECTED || strcmp(again.reason, a.reason) == 0);
	return 0;
}
