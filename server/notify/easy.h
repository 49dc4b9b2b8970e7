/* easy - what every transfer of ours has in common, whatever carries it. */
#ifndef NOTIFY_EASY_H
#define NOTIFY_EASY_H

#include <curl/curl.h>

#include "server/notify/channel.h"

/*
 * Time limits; no signals, no proxy of the environment, no answer's body, no wait for a look-up at the end.
 * $SSL_CERT_FILE stands for the machine's certificate authorities, as with other programs on OpenSSL.
 */
void easy_prepare(CURL *easy, int64_t longest_ms);

#endif
