/*
 * assets - finds a file of the pages by its path or name.
 */
#include <stdlib.h>
#include <string.h>

#include "server/web/assets.h"

static int by_path(const void *path, const void *asset)
{
	return strcmp(path, ((const struct asset *)asset)->path);
}

const struct asset *asset_find(const char *path)
{
	return bsearch(path, asset_list, asset_count, sizeof(*asset_list), by_path);
}

const char *asset_path(const char *name)
{
	for (size_t i = 0; i < asset_count; i++)
		if (name[0] && strcmp(asset_list[i].name, name) == 0)
			return asset_list[i].path;
	return NULL;
}
