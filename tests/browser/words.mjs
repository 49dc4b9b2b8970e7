// words - what the pages say, by key, from the tables they are built of: a test that looks for a button names its key.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ui = join(dirname(fileURLToPath(import.meta.url)), '../../server/web/ui');
const { readTexts } = await import(join(ui, 'texts.mjs'));
const { texts } = await readTexts(ui);

/** A text with its fields filled in; those that are not given match anything where it is made a pattern (`like`). */
export function say(key, fields = {}, language = 'ja') {
	const pair = texts[key];
	if (!pair)
		throw new Error(`the pages have no text ${key}`);
	return pair[language === 'en' ? 1 : 0].replaceAll(/\{(\w+)\}/g, (hole, name) => fields[name] ?? hole);
}

/** A pattern for a text: {fields} that are not given stand for anything. */
export function like(key, fields, language) {
	const text = say(key, fields, language).replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
	return new RegExp(text.replaceAll(/\{\w+\}/g, '.*'));
}
