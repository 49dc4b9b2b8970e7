/* message - a reminder or a notice as the button reads it (common/checkin.h). */
#include <string.h>

#include "common/checkin.h"
#include "common/clock.h"
#include "common/utf8.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct message m, again;
	char text[8 * PAYLOAD_MAX]; /* a control character of one byte is written as six */
	size_t len;

	memset(&m, 0xa5, sizeof(m));
	if (!message_parse(&m, data, size))
		return 0;
	MUST(m.kind <= MESSAGE_ROLL_CALL && m.until_at >= -1 && m.id[0] != '\0');
	FUZZ_TEXT(m.id);
	FUZZ_TEXT(m.text);
	len = message_format(&m, text, sizeof(text));
	MUST(len > 0 && len == strlen(text) && utf8_valid(text, len));
	if (len > PAYLOAD_MAX)
		return 0;
	MUST(message_parse(&again, text, len));
	MUST(strcmp(again.id, m.id) == 0 && again.kind == m.kind && strcmp(again.text, m.text) == 0);
	MUST(again.until_at == (m.until_at < 0 ? -1 : m.until_at - m.until_at % SECOND));
	return 0;
}
