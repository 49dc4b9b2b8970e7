// texts - every word of the pages: common/text.def, which C reads too, and words/*.js, which only the pages have.
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'

// "a" "b" -> ab: C's strings, joined where they stand side by side.
const cString = text => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(m => JSON.parse(`"${m[1]}"`)).join('')

export function parseTextDef(source) {
	const entry = /^TEXT\(\s*([A-Z0-9_]+)\s*,((?:\s*"(?:[^"\\]|\\.)*")+)\s*,((?:\s*"(?:[^"\\]|\\.)*")+)\s*\)/gm
	const bare = source.replace(/\/\*[\s\S]*?\*\//g, comment => comment.replace(/[^\n]/g, ' '))
	const texts = {}
	for (const [, key, ja, en] of bare.matchAll(entry))
		texts[key] = [cString(ja), cString(en)]
	const seen = [...bare.matchAll(/^TEXT\(\s*([A-Z0-9_]+)/gm)].length
	if (seen !== Object.keys(texts).length)
		throw new Error(`common/text.def: ${seen} texts, but only ${Object.keys(texts).length} could be read`)
	return texts
}

const fields = text => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(m => m[1]))].sort().join(' ')

// { texts, faults }: faults name file and key.
export async function readTexts(here) {
	const texts = parseTextDef(readFileSync(join(here, '../../../common/text.def'), 'utf8'))
	const faults = []
	for (const file of readdirSync(join(here, 'words')).filter(f => f.endsWith('.js')).sort()) {
		const words = (await import(pathToFileURL(join(here, 'words', file)))).default
		for (const [key, pair] of Object.entries(words)) {
			const where = `words/${file}: ${key}`
			if (!/^[A-Z][A-Z0-9_]*$/.test(key))
				faults.push(`${where}: a key is made of A-Z, 0-9 and _`)
			if (texts[key])
				faults.push(`${where}: another table has this key already`)
			if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(w => typeof w === 'string' && w))
				faults.push(`${where}: it needs ['ja', 'en']`)
			else if (fields(pair[0]) !== fields(pair[1]))
				faults.push(`${where}: {${fields(pair[0])}} in Japanese, {${fields(pair[1])}} in English`)
			texts[key] = pair
		}
	}
	return { texts, faults }
}

function* sources(dir) {
	for (const entry of readdirSync(dir, { withFileTypes: true })) {
		if (entry.isDirectory() && !['node_modules', 'words'].includes(entry.name))
			yield* sources(join(dir, entry.name))
		else if (/\.jsx?$/.test(entry.name))
			yield join(dir, entry.name)
	}
}

// t('KEY'), key('KEY') and word('PREFIX', value) of every source, looked up.
export function missingKeys(here, texts) {
	const faults = []
	const known = Object.keys(texts)
	for (const file of sources(here)) {
		const source = readFileSync(file, 'utf8').replace(/^\s*\/\/.*$/gm, '')
		const at = index => `${relative(here, file)}:${source.slice(0, index).split('\n').length}`
		for (const m of source.matchAll(/\b(t|key|word|hasWord)\(\s*(['"`])([^'"`]*)\2\s*([,)+]?)/g)) {
			const [, call, , name, next] = m
			if (call === 'word' || call === 'hasWord') {
				if (!known.some(k => k.startsWith(name + '_')))
					faults.push(`${at(m.index)}: no text begins with ${name}_`)
			} else if (next === '+' || name.includes('${')) {
				faults.push(`${at(m.index)}: say word('PREFIX', value), so that the build can look it up`)
			} else if (/^[A-Z][A-Z0-9_]*$/.test(name) && !texts[name]) {
				faults.push(`${at(m.index)}: no text ${name}`)
			}
		}
	}
	return faults
}

// Words of words/*.js that no source says: by t('KEY') or key('KEY'), a name in quotes, or word('PREFIX', value).
export async function unusedKeys(here) {
	const all = [...sources(here)].map(file => readFileSync(file, 'utf8')).join('\n')
	const said = new Set([...all.matchAll(/['"`]([A-Z][A-Z0-9_]*)['"`]/g)].map(m => m[1]))
	const prefixes = [...all.matchAll(/\b(?:word|hasWord)\(\s*['"`]([A-Z][A-Z0-9_]*)['"`]/g)].map(m => `${m[1]}_`)
	const computed = [...all.matchAll(/`([A-Z][A-Z0-9_]*_)\$\{/g)].map(m => m[1])
	const unused = []
	for (const file of readdirSync(join(here, 'words')).filter(f => f.endsWith('.js')).sort())
		for (const name of Object.keys((await import(pathToFileURL(join(here, 'words', file)))).default))
			if (!said.has(name) && ![...prefixes, ...computed].some(prefix => name.startsWith(prefix)))
				unused.push(`words/${file}: ${name}`)
	return unused
}

// Punctuation of one language, written where both read it: colon(), dots(), bracketed(), commas(), apart() of i18n.js.
export function writtenPunctuation(here) {
	const faults = []
	for (const file of sources(here)) {
		if (/(^|\/)(i18n|time)\.js$/.test(file))
			continue
		readFileSync(file, 'utf8').split('\n').forEach((line, i) => {
			if (/[：・（）、。「」　]/.test(line.replace(/(^|\s)\/\/.*$/, '')))
				faults.push(`${relative(here, file)}:${i + 1}: ${line.trim()}`)
		})
	}
	return faults
}
