/* qr - a path of one square for each dark module. */
#include "server/web/qr.h"

#include <qrencode.h>
#include <stdio.h>

#include "common/written.h"

enum { QUIET = 4 }; /* modules around it, as the standard asks */

char *qr_svg(const char *text)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	char *svg = NULL;
	size_t len;
	FILE *out;

	if (!code)
		return NULL;
	out = written_open(&svg, &len);
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
		"<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"",
		code->width + 2 * QUIET, code->width + 2 * QUIET, code->width + 2 * QUIET, code->width + 2 * QUIET);
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++)
			if (code->data[y * code->width + x] & 1)
				fprintf(out, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
	fputs("\"/></svg>", out);
	written_close(out);
	QRcode_free(code);
	return svg;
}
