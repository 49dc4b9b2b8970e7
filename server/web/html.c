/* html - writes pages, escaping everything that is text. */
#include "server/web/html.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "common/log.h"
#include "server/web/assets.h"

void html_text(FILE *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '"': fputs("&quot;", out); break;
		case '\'': fputs("&#39;", out); break;
		default: fputc(*text, out);
		}
}

void html_begin(FILE *out, const char *language, const char *title, const char *style, const char *script)
{
	html(out, language,
		"<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		"<meta name=\"robots\" content=\"noindex\"><meta name=\"color-scheme\" content=\"light dark\"><title>%s</title>"
		"<link rel=\"stylesheet\" href=\"%s\"><link rel=\"icon\" href=\"/favicon.svg\">",
		strncmp(language, "en", 2) == 0 ? "en" : "ja", title, asset_path(style) ? asset_path(style) : "");
	if (script && asset_path(script))
		html(out, language, "<script defer src=\"%s\"></script>", asset_path(script));
	fputs("</head>\n<body><main>\n", out);
}

void html_end(FILE *out)
{
	fputs("</main></body></html>\n", out);
}

void html_address(FILE *out, const char *text)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text) || strchr("-._~", *text))
			fputc(*text, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*text);
}

static void link_to(FILE *out, const char *code, va_list asked)
{
	const char *name;

	fprintf(out, "<a href=\"?lang=%s", code);
	while ((name = va_arg(asked, const char *))) {
		fprintf(out, "&amp;%s=", name);
		html_address(out, va_arg(asked, const char *));
	}
	fprintf(out, "\" lang=\"%s\">", code);
}

void html_languages(FILE *out, const char *language, ...)
{
	static const struct {
		const char *code, *name;
	} all[] = { { "ja", "日本語" }, { "en", "English" } };

	html(out, language, "<nav class=\"languages\" aria-label=\"%T\">", (int)TEXT_PAGE_LANGUAGE);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		bool here = strncmp(language, all[i].code, 2) == 0;
		va_list asked;

		va_start(asked, language);
		if (here)
			fprintf(out, "<span lang=\"%s\" aria-current=\"true\">", all[i].code);
		else
			link_to(out, all[i].code, asked);
		fprintf(out, "%s%s\n", all[i].name, here ? "</span>" : "</a>");
		va_end(asked);
	}
	fputs("</nav>\n", out);
}

void html(FILE *out, const char *language, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	for (const char *f = format; *f; f++) {
		if (*f != '%') {
			fputc(*f, out);
			continue;
		}
		f++;
		if (*f == 's')
			html_text(out, va_arg(args, const char *));
		else if (*f == 'h')
			fputs(va_arg(args, const char *), out);
		else if (*f == 'T')
			html_text(out, text_get((enum text_key)va_arg(args, int), language));
		else if (*f == 'd')
			fprintf(out, "%d", va_arg(args, int));
		else if (strncmp(f, "lld", 3) == 0)
			fprintf(out, "%lld", va_arg(args, long long)), f += 2;
		else if (*f == '%')
			fputc('%', out);
		else
			fatal("error=\"html knows no such letter\" letter=%c", *f);
	}
	va_end(args);
}
