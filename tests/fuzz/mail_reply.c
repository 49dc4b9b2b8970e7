/*
 * mail_reply - what a mail server says of a mail, as it comes to log and timeline (server/notify/mailers.h). The input:
 * a line, the recipient's address; the server's words behind it. What is kept is one line of plain words, and names
 * nobody.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/notify/channel.h"
#include "server/notify/mailers.h"
#include "tests/fuzz/fuzz.h"

static void check(const char *text, size_t size, const char *recipient)
{
	char user[256];

	snprintf(user, sizeof(user), "%.*s", (int)strcspn(recipient, "@"), recipient);
	MUST(strnlen(text, size) < size);
	for (const char *c = text; *c; c++)
		MUST(*c >= ' ' && *c <= '~' && *c != '@');
	MUST(text[0] != ' ' && !strstr(text, "  "));
	if (strlen(user) > 2 && !strpbrk(user, " \t\r"))
		MUST(!strcasestr(text, user));
}

/* What there is room for is a beginning of the whole, word by word. */
static void check_short(const char *whole, const char *line, const char *recipient)
{
	char text[24];
	size_t len;

	mailers_clean(text, sizeof(text), line, recipient);
	check(text, sizeof(text), recipient);
	len = strlen(text);
	MUST(strncmp(whole, text, len) == 0 && (whole[len] == '\0' || whole[len] == ' ' || len == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *recipient = fuzz_line(&data, &size), *line = fuzz_text(data, size),
	     again[sizeof(((struct answer *)0)->text)];
	struct answer a;

	fuzz_begin();
	memset(&a, 0xa5, sizeof(a));
	mailers_clean(a.text, sizeof(a.text), line, recipient);
	check(a.text, sizeof(a.text), recipient);
	check_short(a.text, line, recipient);
	mailers_clean(again, sizeof(again), a.text, recipient);
	MUST(strcmp(again, a.text) == 0);
	free(line);
	free(recipient);
	return 0;
}
