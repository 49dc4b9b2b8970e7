// build - makes the pages: sources -> OUT/files (bundled, named by content), OUT/asset_bytes.s and OUT/asset_list.c, which
// the daemon links (server/web/assets.h), so that it needs no file at run time.
//
//   node build.mjs OUT
//
// Runs on Node 18. It fails when a text is missing in either language, when a page asks for a key that no table has,
// and on whatever esbuild warns of.
import { build } from 'esbuild'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { readTexts, missingKeys } from './texts.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const out = process.argv[2]
if (!out) {
	console.error('usage: build.mjs OUT')
	process.exit(2)
}

const types = {
	'.js': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.html': 'text/html; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.webmanifest': 'application/manifest+json',
	'.map': 'application/json',
	'.txt': 'text/plain; charset=utf-8',
}

const target = ['es2021', 'chrome105', 'firefox104', 'safari15.4']
const shared = { absWorkingDir: here, bundle: true, minify: true, write: false, metafile: true, target, charset: 'utf8', logLevel: 'warning', legalComments: 'none' }

function fail(lines) {
	for (const line of lines)
		console.error(line)
	process.exit(1)
}

// Every text, as a module: { KEY: ['ja', 'en'] }.
const { texts, faults } = await readTexts(here)
faults.push(...missingKeys(here, texts))
if (faults.length)
	fail(faults)
const textsModule = {
	name: 'texts',
	setup(b) {
		b.onResolve({ filter: /^mimamori:texts$/ }, () => ({ path: 'texts', namespace: 'mimamori' }))
		b.onLoad({ filter: /.*/, namespace: 'mimamori' }, () => ({ contents: JSON.stringify(texts), loader: 'json' }))
	},
}

// The staff's pages: modules that load each other. And what stands alone: style sheets, scripts of single pages.
const standalone = ['theme.js', 'style/staff.css', ...readdirSync(join(here, 'plain')).filter(f => /\.(js|css)$/.test(f)).map(f => 'plain/' + f)]
const results = await Promise.all([
	build({ ...shared, entryPoints: ['main.jsx'], outdir: '/', format: 'esm', splitting: true, jsx: 'automatic', jsxImportSource: 'preact',
		entryNames: 'assets/[name]-[hash]', chunkNames: 'assets/[name]-[hash]', assetNames: 'assets/[name]-[hash]', plugins: [textsModule] }),
	build({ ...shared, entryPoints: standalone, outdir: '/', format: 'iife', entryNames: 'assets/[name]-[hash]', assetNames: 'assets/[name]-[hash]', plugins: [textsModule] }),
]).catch(() => process.exit(1))
if (results.some(r => r.warnings.length))
	process.exit(1)

// path -> { name, data }; name: how C and the shell ask for it, '' for parts that only other parts load.
const files = new Map()
const names = {}
for (const result of results) {
	for (const file of result.outputFiles) {
		const path = '/' + relative('/', file.path)
		const output = Object.entries(result.metafile.outputs).find(([p]) => '/' + relative('/', join('/', p.replace(/^(\.\.\/)+/, ''))) === path)
		const entry = output?.[1].entryPoint
		const name = entry === 'main.jsx' || standalone.includes(entry) ? basename(entry).replace(/\.jsx$/, '.js') : ''
		if (name)
			names[name] = path
		files.set(path, { name, data: Buffer.from(file.contents), immutable: true })
	}
}
for (const file of readdirSync(join(here, 'static')))
	files.set('/' + file, { name: file, data: readFileSync(join(here, 'static', file)), immutable: false })

// The shell: {{name}} becomes the file's path, {{preload}} what the first page needs besides.
const main = Object.entries(results[0].metafile.outputs).find(([, o]) => o.entryPoint === 'main.jsx')[1]
const preload = main.imports.filter(i => i.kind === 'import-statement').map(i => '/assets/' + basename(i.path))
const shell = readFileSync(join(here, 'shell.html'), 'utf8').replace(/\{\{([^}]+)\}\}\n?/g, (_, name) => {
	if (name === 'preload')
		return preload.map(p => `<link rel="modulepreload" href="${p}">\n`).join('')
	if (!names[name])
		fail([`shell.html: no file ${name}`])
	return names[name]
})
files.set('/index.html', { name: 'index.html', data: Buffer.from(shell), immutable: false })

const quoted = text => '"' + text.replace(/[\\"]/g, c => '\\' + c) + '"'
rmSync(join(out, 'files'), { recursive: true, force: true })
mkdirSync(join(out, 'files', 'assets'), { recursive: true })
const symbols = [], declared = [], rows = []
let number = 0
function bytes(path, data) {
	const symbol = `mimamori_asset_${number++}`
	const file = join(out, 'files', path)
	writeFileSync(file, data)
	symbols.push(`\t.balign 16\n\t.global ${symbol}\n${symbol}:\n\t.incbin ${quoted(file)}\n\t.byte 0\n`)
	declared.push(`extern const unsigned char ${symbol}[];\n`)
	return symbol
}
let total = 0
for (const path of [...files.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
	const { name, data, immutable } = files.get(path)
	const type = types[extname(path)]
	if (!type)
		fail([`${path}: no content type is known for ${extname(path)}`])
	const etag = createHash('sha256').update(data).digest('base64url').slice(0, 22)
	const packed = /^(text|application)|svg/.test(type) ? gzipSync(data, { level: 9 }) : data
	const small = packed.length < data.length * 0.9
	const plain = bytes(path, data)
	rows.push(`\t{ ${quoted(path)}, ${quoted(name)}, ${quoted(type)}, ${quoted(quoted(etag))}, ${plain}, ${data.length},\n\t\t` +
		`${small ? bytes(path + '.gz', packed) : 'NULL'}, ${small ? packed.length : 0}, ${immutable} },\n`)
	total += small ? packed.length : data.length
}
writeFileSync(join(out, 'asset_bytes.s'), '/* Made by server/web/ui/build.mjs. */\n\t.section .rodata\n' + symbols.join('') + '\t.section .note.GNU-stack,"",%progbits\n')
writeFileSync(join(out, 'asset_list.c'), '/* Made by server/web/ui/build.mjs. */\n#include <stddef.h>\n\n#include "server/web/assets.h"\n\n' +
	declared.join('') + '\nconst struct asset asset_list[] = {\n' + rows.join('') + '};\n' +
	`const size_t asset_count = ${rows.length};\n`)
if (process.env.UI_SIZES)
	console.log([...files].map(([p, f]) => `${String(f.data.length).padStart(8)} ${p}`).join('\n') + `\n${total} bytes in all as sent`)
