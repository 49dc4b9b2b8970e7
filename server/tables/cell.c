/* cell - what may stand in a cell of an import file: pure functions of the cell and the settings. */
#include "server/tables/cell.h"

#include <stdarg.h>
#include <string.h>

#include "common/duration.h"
#include "common/topic.h"
#include "common/utf8.h"
#include "common/zone.h"
#include "server/watch/alike.h"
#include "server/watch/ladder.h"
#include "server/watch/schedule.h"

#define SPACE_WIDE "\xE3\x80\x80" /* U+3000, what a Japanese keyboard types */

/* For "%.*s": not all of a long cell. */
static int shown(const char *text)
{
	return (int)utf8_cut(text, strlen(text), 80);
}

__attribute__((format(printf, 4, 5))) static bool refuse(
	struct cell_why *why, const char *code, const char *about, const char *format, ...)
{
	va_list args;

	why->code = code;
	snprintf(why->about, sizeof(why->about), "%.*s", shown(about), about);
	va_start(args, format);
	vsnprintf(why->text, sizeof(why->text), format, args);
	va_end(args);
	return false;
}

bool cell_next_word(const char **at, const char *separators, char *word, size_t size)
{
	const char *start = *at + strspn(*at, separators);
	size_t len = strcspn(start, separators);

	*at = start + len;
	if (len >= size)
		len = utf8_cut(start, len, size - 1);
	memcpy(word, start, len);
	word[len] = '\0';
	return len > 0;
}

/* Whether one of the words of `words`, separated by spaces, is this one. */
static bool is_among(const char *words, const char *word)
{
	char one[32];

	while (cell_next_word(&words, " ", one, sizeof(one)))
		if (strcmp(one, word) == 0)
			return true;
	return false;
}

/* Whether a word of the cell before `at` is the same. */
static bool stands_before(const char *cell, const char *at, const char *word)
{
	char earlier[512];

	while (cell_next_word(&cell, " ", earlier, sizeof(earlier)) && cell < at)
		if (strcmp(earlier, word) == 0)
			return true;
	return false;
}

static bool has_control(const char *cell, const char *allowed)
{
	for (; *cell; cell++)
		if (((unsigned char)*cell < ' ' && !strchr(allowed, *cell)) || *cell == 0x7f)
			return true;
	return false;
}

static bool is_spaces(const char *cell)
{
	while (*cell == ' ' || *cell == '\t' || *cell == '\r' || *cell == '\n' ||
		strncmp(cell, SPACE_WIDE, strlen(SPACE_WIDE)) == 0)
		cell += *cell == SPACE_WIDE[0] ? strlen(SPACE_WIDE) : 1;
	return !*cell;
}

CELL_CHECK(cell_line)
{
	(void)c, (void)column;
	if (is_spaces(cell))
		return refuse(why, "spaces_only", "", "holds only spaces");
	return !has_control(cell, "") || refuse(why, "control", "", "holds a line end or another control character");
}

CELL_CHECK(cell_lines)
{
	(void)c, (void)column;
	return !has_control(cell, "\r\n\t") || refuse(why, "control", "", "holds a control character");
}

CELL_CHECK(cell_id)
{
	(void)c, (void)column;
	return (!has_control(cell, "") && !strpbrk(cell, " \"\\") && !strstr(cell, SPACE_WIDE)) ||
	       refuse(why, "id", "", "holds a space, a quotation mark, a backslash or a control character");
}

CELL_CHECK(cell_ids)
{
	(void)c, (void)column;
	return (!has_control(cell, "") && !strstr(cell, SPACE_WIDE) && cell[strspn(cell, " ,;")]) ||
	       refuse(why, "ids", "", "is no list of ids, separated by spaces");
}

CELL_CHECK(cell_listed_id)
{
	return cell_id(c, column, cell, why) &&
	       (!strpbrk(cell, ",;") || refuse(why, "listed_id", "", "holds a comma or semicolon"));
}

CELL_CHECK(cell_device)
{
	const char *slash = strchr(cell, '/');

	(void)c, (void)column;
	if (!slash)
		return device_id_valid(cell) ||
		       refuse(why, "device", "", "is neither 1-64 of A-Z a-z 0-9 . _ - nor adapter/name");
	if (strncmp(cell, "staff/", strlen("staff/")) == 0)
		return refuse(why, "device_staff", "", "staff/… stands for check-ins that staff enter");
	return (slash != cell && slash[1] && !has_control(cell, "")) ||
	       refuse(why, "device_adapter", "", "is no adapter/name such as zigbee2mqtt/kitchen");
}

CELL_CHECK(cell_date)
{
	int32_t day;

	(void)c, (void)column;
	return date_parse(cell, &day) ||
	       refuse(why, "date", cell, "\"%.*s\" is no date such as 2026-11-23", shown(cell), cell);
}

CELL_CHECK(cell_birth_date)
{
	int32_t day;

	if (!cell_date(c, column, cell, why))
		return false;
	date_parse(cell, &day);
	return day <= c->today || refuse(why, "future", cell, "%s is still to come", cell);
}

CELL_CHECK(cell_phone)
{
	struct folded folded; /* full-width digits are digits too */
	int digits = 0;

	alike_fold(&folded, cell);
	for (size_t i = 0; i < folded.count; i++)
		digits += folded.letters[i] >= '0' && folded.letters[i] <= '9';
	if (digits < 4)
		return refuse(why, "phone", "", "holds no four digits to identify by");
	return cell_line(c, column, cell, why);
}

CELL_CHECK(cell_one_of)
{
	(void)c;
	return (!strchr(cell, ' ') && is_among(column->words, cell)) ||
	       refuse(why, "one_of", column->words, "\"%.*s\" is none of: %s", shown(cell), cell, column->words);
}

CELL_CHECK(cell_any_of)
{
	const char *at = cell;
	char word[32];

	(void)c;
	while (cell_next_word(&at, " ", word, sizeof(word))) {
		if (!is_among(column->words, word))
			return refuse(why, "one_of", column->words, "\"%s\" is none of: %s", word, column->words);
		if (stands_before(cell, at - strlen(word), word))
			return refuse(why, "twice", word, "names %s twice", word);
	}
	return !is_spaces(cell) || refuse(why, "spaces_only", "", "holds only spaces");
}

static bool check_channel(const struct checking *c, const char *address, struct cell_why *why)
{
	const char *not = "";

	for (const char *at = address; *at; at++)
		if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
			return refuse(why, "channel_characters", address,
				"\"%.*s\" holds a character that no address has", shown(address), address);
	if (!settings_channel(c->settings, address, &not ))
		return refuse(why, "channel", address, "\"%.*s\" %s", shown(address), address, not );
	if (strncmp(address, "mail:", strlen("mail:")) == 0 && strchr(strchr(address, '@') + 1, '@'))
		return refuse(why, "mail", address, "\"%.*s\" is no mail address", shown(address), address);
	return true;
}

CELL_CHECK(cell_channels)
{
	const char *at = cell;
	char address[512];

	(void)column;
	while (cell_next_word(&at, " ", address, sizeof(address))) {
		if (!check_channel(c, address, why))
			return false;
		if (stands_before(cell, at - strlen(address), address))
			return refuse(why, "twice", address, "names \"%.*s\" twice", shown(address), address);
	}
	return !is_spaces(cell) || refuse(why, "spaces_only", "", "holds only spaces");
}

static bool check_schedule(const char *cell, enum schedule_use use, struct cell_why *why)
{
	struct schedule schedule;

	why->code = "schedule";
	why->about[0] = '\0';
	return schedule_parse(&schedule, cell, use, why->text, sizeof(why->text));
}

CELL_CHECK(cell_schedule)
{
	(void)c, (void)column;
	return check_schedule(cell, SCHEDULE_CHECKIN, why);
}

CELL_CHECK(cell_hours)
{
	(void)c, (void)column;
	return check_schedule(cell, SCHEDULE_HOURS, why);
}

CELL_CHECK(cell_after)
{
	int64_t ms;

	(void)c, (void)column;
	return duration_parse(cell, &ms) ||
	       refuse(why, "length", cell, "\"%.*s\" is no length of time such as 90s, 30m, 2h, 1d", shown(cell), cell);
}

CELL_CHECK(cell_notify)
{
	unsigned tell;

	(void)c, (void)column;
	return ladder_tell_parse(cell, &tell) ||
	       refuse(why, "tell", cell, "\"%.*s\" is no list such as resident+tier1+tier2+tier3+staff", shown(cell),
		       cell);
}
