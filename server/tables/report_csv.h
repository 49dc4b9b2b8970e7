/*
 * report_csv - a report as CSV for people: opens in Excel (UTF-8 BOM), a line a district and period, a column a figure,
 * headed in the reader's language. It leaves the house, so only a report whose small counts are hidden is written.
 */
#ifndef TABLES_REPORT_CSV_H
#define TABLES_REPORT_CSV_H

#include <stdio.h>

#include "server/watch/report.h"

/* Trouble is left for ferror. */
void report_csv_write(const struct report_part *p, FILE *out);

#endif
