// openapi - docs/openapi.yaml as a judge: which calls there are, and whether a request and its answer are as it says.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const file = join(dirname(fileURLToPath(import.meta.url)), '../../docs/openapi.yaml');
const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** The document as it stands; a key that is there twice is an error. */
export const document = parse(readFileSync(file, 'utf8'), { uniqueKeys: true });

const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: false });
addFormats.default(ajv);
ajv.addSchema(document, 'openapi.yaml');

const escaped = (name) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const validators = new Map();

/** What a JSON pointer of the document leads to, through `$ref`s: [ the thing, its own pointer ]. */
export function resolved(pointer) {
	let found = document;
	for (const part of pointer.split('/').slice(1)) {
		found = found?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
		if (found === undefined)
			throw new Error(`docs/openapi.yaml has no #${pointer}`);
	}
	return found.$ref ? resolved(found.$ref.slice(1)) : [found, pointer];
}

/** What a value breaks of the schema at a pointer: a text, '' where it is right. */
function breaches(pointer, value) {
	if (!validators.has(pointer))
		validators.set(pointer, ajv.compile({ $ref: `openapi.yaml#${encodeURI(pointer)}` }));
	const validate = validators.get(pointer);
	if (validate(value))
		return '';
	return validate.errors.map((e) => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`).join('\n  ');
}

/** { id, method, path, operation, pointer, pattern, right, open }: `open` says that nobody needs to be signed in. */
export const operations = Object.entries(document.paths).flatMap(([path, item]) =>
	methods
		.filter((method) => item[method])
		.map((method) => {
			const operation = item[method];
			const literal = path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
			return {
				id: operation.operationId,
				method: method.toUpperCase(),
				path,
				operation,
				pointer: `/paths/${escaped(path)}/${method}`,
				pattern: new RegExp(`^${literal.replaceAll(/\{[^}]+\}/g, '([^/]+)')}$`),
				right: operation['x-right'] ?? null,
				open: operation.security?.length === 0,
			};
		}),
);

/** The operation that a method and a path (without query) mean; null: the document knows none. */
export function operationOf(method, path) {
	const fit = operations.filter((one) => one.method === method && one.pattern.test(path));
	const holes = (one) => one.path.split('{').length;
	return fit.sort((a, b) => holes(a) - holes(b))[0] ?? null;
}

/** The parameters of an operation in a place (query, path, header): { name: pointer of its schema, required }. */
function parametersOf(one, place) {
	const item = one.pointer.slice(0, one.pointer.lastIndexOf('/'));
	const found = {};
	for (const at of [item, one.pointer])
		(resolved(at)[0].parameters ?? []).forEach((_, i) => {
			const [parameter, pointer] = resolved(`${at}/parameters/${i}`);
			if (parameter.in === place)
				found[parameter.name] = { required: parameter.required ?? false, pointer: `${pointer}/schema` };
		});
	return found;
}

/** A text of the address as the JSON that its schema means. */
function valueOf(pointer, text) {
	const types = [resolved(pointer)[0].type].flat();
	if ((types.includes('integer') || types.includes('number')) && /^-?\d+(\.\d+)?$/.test(text))
		return Number(text);
	if (types.includes('boolean') && /^(true|false)$/.test(text))
		return text === 'true';
	if (types.includes('array'))
		return text.split(',');
	return text;
}

/** Why a request is not as the document says; '' where it is. `body` undefined: it has none. */
export function requestBreaches(one, path, query, body, type = 'application/json') {
	const wrong = [];
	const given = path.match(one.pattern).slice(1).map(decodeURIComponent);
	const names = [...one.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
	const inPath = parametersOf(one, 'path');
	names.forEach((name, i) => {
		if (!inPath[name])
			wrong.push(`{${name}} is not described`);
		else
			wrong.push(breaches(inPath[name].pointer, valueOf(inPath[name].pointer, given[i])));
	});
	const asked = parametersOf(one, 'query');
	for (const [name, text] of query)
		if (!asked[name])
			wrong.push(`?${name}= is not described`);
		else
			wrong.push(breaches(asked[name].pointer, valueOf(asked[name].pointer, text)));
	for (const [name, { required }] of Object.entries(asked))
		if (required && !query.has(name))
			wrong.push(`?${name}= is missing`);
	const described = one.operation.requestBody && resolved(`${one.pointer}/requestBody`);
	if (!described && body !== undefined)
		wrong.push('a body is not described');
	else if (described && body === undefined && described[0].required)
		wrong.push('the body is missing');
	else if (described && body !== undefined && !described[0].content[type])
		wrong.push(`a body of ${type} is not described`);
	else if (described && body !== undefined && described[0].content[type].schema)
		wrong.push(breaches(`${described[1]}/content/${escaped(type)}/schema`, body));
	return wrong.filter(Boolean).join('\n  ');
}

/** Why an answer is not as the document says; '' where it is. `json` undefined: it is none. */
export function answerBreaches(one, status, type, json) {
	const responses = one.operation.responses;
	const key = [String(status), `${String(status)[0]}XX`, 'default'].find((k) => responses[k]);
	if (!key)
		return `status ${status} is not described`;
	if (status < 400 && key === 'default')
		return `status ${status} is only described as a problem`;
	const [response, pointer] = resolved(`${one.pointer}/responses/${key}`);
	const media = (type ?? '').split(';')[0].trim();
	if (!response.content)
		return media ? `an empty answer is described, it is ${media}` : '';
	if (!response.content[media])
		return `${media || 'an empty answer'} is not described for ${status}`;
	const [{ schema }] = [response.content[media]];
	if (!schema || !/json$/.test(media))
		return '';
	return json === undefined ? 'it is no JSON' : breaches(`${pointer}/content/${escaped(media)}/schema`, json);
}
