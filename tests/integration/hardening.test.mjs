// The programs as they were built: what the compiler and the linker were told to make of them (HARDENING in the Makefile).
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { run } from './processes.mjs';
import { program } from './programs.mjs';

const programs = ['mimamorid', 'mimamori', 'mimamori-button'];

async function readelf(option, path) {
	const { code, stdout, stderr } = await run('readelf', ['--wide', option, path]);
	assert.equal(code, 0, stderr);
	return stdout;
}

/** How often these bytes of machine code stand in a file. */
function count(path, hex) {
	const [file, bytes] = [readFileSync(path), Buffer.from(hex, 'hex')];
	let n = 0;
	for (let at = file.indexOf(bytes); at >= 0; at = file.indexOf(bytes, at + bytes.length))
		n++;
	return n;
}

for (const name of programs) {
	const path = program(name);

	test(`${name} is loaded at any address, and what is linked is read-only before it begins`, async () => {
		assert.match(await readelf('--file-header', path), /Type:\s+DYN \(Position-Independent Executable file\)/);
		const segments = await readelf('--program-headers', path);
		assert.match(segments, /^\s*GNU_RELRO\s/m);
		assert.match(segments, /^\s*GNU_STACK\s.*\sRW\s/m, 'no code on the stack');
		assert.doesNotMatch(segments, /^\s*LOAD\s.*\sRWE\s/m, 'nothing both writable and code');
		const dynamic = await readelf('--dynamic', path);
		assert.match(dynamic, /\bBIND_NOW\b|Flags:.*\bNOW\b/);
		assert.doesNotMatch(dynamic, /\((TEXTREL|RPATH|RUNPATH)\)/);
	});

	test(`${name} looks after its stack and its buffers`, async (t) => {
		const symbols = await readelf('--dyn-syms', path);
		assert.match(symbols, /\b__stack_chk_fail\b/);
		if (/__(asan|tsan|msan|ubsan|gcov)_/.test(await readelf('--symbols', path)))
			t.diagnostic('built to be looked into: its calls are not fortified');
		else
			for (const call of ['snprintf', 'vsnprintf', 'memcpy'])
				assert.match(symbols, new RegExp(`\\b__${call}_chk\\b`));
		if (process.arch === 'x64') {
			assert.ok(count(path, 'f30f1efa') > 100, 'endbr64: -fcf-protection');
			// gcc's orq $0,(%rsp) and clang's movq $0,(%rsp)
			assert.ok(count(path, '48830c2400') + count(path, '48c7042400000000') > 10, '-fstack-clash-protection');
		}
	});
}
