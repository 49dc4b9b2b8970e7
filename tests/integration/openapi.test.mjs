// docs/openapi.yaml itself: a valid description, complete in what programs rely on.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';

import { document, operations, resolved } from './openapi.mjs';

const rights = ['list', 'record', 'act', 'sign', 'edit', 'report', 'export', 'admin', 'audit'];

/** Every object in it with its JSON pointer. */
function* parts(value = document, pointer = '') {
	if (typeof value !== 'object' || value === null)
		return;
	yield [value, pointer];
	for (const [name, of] of Object.entries(value))
		yield* parts(of, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

test('it is valid OpenAPI 3.1', async () => {
	const { valid, errors } = await new Validator().validate(structuredClone(document));
	assert.ok(valid, JSON.stringify(errors, null, 1));
	assert.match(document.openapi, /^3\.1\./);
});

test('every reference leads somewhere, and nothing common stands unused', () => {
	const used = new Set();
	for (const [part, pointer] of parts())
		if (typeof part.$ref === 'string') {
			assert.match(part.$ref, /^#\//, pointer);
			resolved(part.$ref.slice(1));
			used.add(part.$ref.slice(1));
		}
	for (const kind of ['schemas', 'parameters', 'responses'])
		for (const name of Object.keys(document.components[kind]))
			assert.ok(used.has(`/components/${kind}/${name}`), `nobody refers to ${kind}/${name}`);
});

test('every operation has a name of its own, a subject, a right where one is needed, and problems', () => {
	const names = new Set();
	const tags = document.tags.map(({ name }) => name);
	for (const { id, method, path, operation, right, open } of operations) {
		const what = `${method} ${path}`;
		assert.match(id ?? '', /^[a-z_0-9]+$/, what);
		assert.ok(!names.has(id), `${id} stands twice`);
		names.add(id);
		assert.ok(operation.summary, what);
		assert.ok(operation.tags?.length === 1 && tags.includes(operation.tags[0]), what);
		assert.ok((right ?? '').split(' ').filter(Boolean).every((r) => rights.includes(r)), `${what}: x-right ${right}`);
		assert.ok(!open || right === null, `${what} is open to all and asks for a right`);
		assert.ok(operation.responses.default, `${what} names no problem`);
		for (const name of path.matchAll(/\{([^}]+)\}/g))
			assert.match(name[1], /^[a-z_]+$/, what);
	}
});

test('it has the calls that server/web/routes.c has, of the same handlers and rights, and no other', () => {
	const source = readFileSync(new URL('../../server/web/routes.c', import.meta.url), 'utf8');
	const rows = [...source.matchAll(/\{ "([A-Z]+)", "([^"]+)", ([^,]+), ([^,]+), (\w+) \},/g)];
	assert.ok(rows.length > 3);
	const routes = rows
		.filter(([, , , , , handler]) => handler !== 'page_shell' && handler !== 'page_asset')
		.map(([, method, path, needs, flags, handler]) => {
			const names = needs.split('|').map((right) => right.trim().replace('RIGHT_', '').toLowerCase());
			const open = flags.includes('ROUTE_PUBLIC') ? 'anybody' : 'signed in';
			return `${method} ${path} ${handler} ${names.filter((n) => n !== '0').sort().join(' ')} ${open}`;
		});
	const described = operations.map(({ id, method, path, operation, right }) => {
		const open = operation.security && !operation.security.some((s) => s.session) ? 'anybody' : 'signed in';
		return `${method} ${path} ${id} ${(right ?? '').split(' ').sort().join(' ')} ${open}`;
	});
	assert.deepEqual(described.toSorted(), routes.toSorted());
});

test('what a caller sends and gets as JSON names every member', () => {
	for (const { pointer, method, path, operation } of operations) {
		const bodies = Object.keys(operation.requestBody ? resolved(`${pointer}/requestBody`)[0].content : {});
		for (const type of bodies)
			closed(`${pointer}/requestBody`, type, `the request of ${method} ${path}`);
		for (const status of Object.keys(operation.responses))
			for (const type of Object.keys(resolved(`${pointer}/responses/${status}`)[0].content ?? {}))
				if (type.endsWith('json'))
					closed(`${pointer}/responses/${status}`, type, `the answer ${status} of ${method} ${path}`);
	}
});

/** Each object of a body says which members it may have and, of an answer, which it must have. */
function closed(pointer, type, what) {
	const [, body] = resolved(pointer);
	const seen = new Set();
	const look = (at) => {
		const [schema, own] = resolved(at);
		if (seen.has(own))
			return;
		seen.add(own);
		if ([schema.type].flat().includes('object')) {
			assert.ok(schema.properties || schema.additionalProperties, `${what}: ${own} names no member`);
			assert.notEqual(schema.additionalProperties ?? schema.unevaluatedProperties, undefined, `${what}: ${own} is open`);
			for (const name of Object.keys(schema.properties ?? {}))
				look(`${own}/properties/${name}`);
			for (const name of schema.required ?? [])
				assert.ok(schema.properties?.[name], `${what}: ${own} requires ${name}, which it does not describe`);
			if (typeof schema.additionalProperties === 'object')
				look(`${own}/additionalProperties`);
		}
		if (schema.items)
			look(`${own}/items`);
		for (const kind of ['oneOf', 'anyOf'])
			(schema[kind] ?? []).forEach((_, i) => look(`${own}/${kind}/${i}`));
	};
	look(`${body}/content/${type.replaceAll('/', '~1')}/schema`);
}
