// ini - configuration files as ours read them.
import { writeFileSync } from 'node:fs';

/**
 * Writes { section: { key: value } }. Later ones of `layers` go before earlier ones, key by key; a key or section that
 * is null there is left out.
 */
export function writeIni(path, ...layers) {
	const sections = {};
	for (const [name, keys] of layers.flatMap((layer) => Object.entries(layer)))
		sections[name] = keys === null ? null : { ...sections[name], ...keys };
	const lines = [];
	for (const [name, keys] of Object.entries(sections)) {
		if (keys === null)
			continue;
		lines.push(`[${name}]`);
		for (const [key, value] of Object.entries(keys))
			if (value !== null)
				lines.push(`${key} = ${value}`);
	}
	writeFileSync(path, `${lines.join('\n')}\n`);
}
