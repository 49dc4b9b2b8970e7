/* qr - a text as a picture that a telephone reads (QR code, ISO/IEC 18004, by libqrencode). */
#ifndef WEB_QR_H
#define WEB_QR_H

/* An SVG of its own, black on white with its quiet zone, to be freed; NULL: the text is too long. */
char *qr_svg(const char *text);

#endif
