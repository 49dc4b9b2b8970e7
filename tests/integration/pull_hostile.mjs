// pull_hostile - what somebody who means ill makes of a valid request. None of it may be taken.
import { requestBreaches } from './openapi.mjs';

const acts = /act|edit|sign|export|admin|audit/;

/** A body with one member of another kind, or null where that is as it should be. */
function spoiled({ path, body }, one, w) {
	const name = w.pick(Object.keys(body));
	const other = { ...body, [name]: w.pick([[], {}, ['x'], { a: 1 }, 'x'.repeat(5000), 1e300, true]) };
	const { pathname, searchParams } = new URL(path, 'http://x');
	return requestBreaches(one, pathname, searchParams, other) ? other : null;
}

/** [name, what it makes of a request (null: nothing), the statuses that may answer]. */
const ways = [
	['nobody', (spec, one) => (one.open || !spec.as ? null : { ...spec, as: null }), [401]],
	['forged', (spec, one) => (one.open || !spec.as ? null : { ...spec, as: null, headers: { Cookie: `mimamori_session=${'A'.repeat(43)}` } }), [401]],
	['forged key', (spec, one) => (one.open || !spec.as ? null : { ...spec, as: null, headers: { Authorization: `Bearer ${'k'.repeat(43)}` } }), [401]],
	['no proof', (spec, one) => (one.method === 'GET' || !isStaff(spec.as) ? null : { ...spec, proof: false }), [403]],
	['no right', (spec, one) => (acts.test(one.right ?? '') ? { ...spec, as: 'viewer' } : null), [403]],
	['far', (spec) => far(spec), [404]],
	['types', (spec, one, w) => {
		const body = spec.body && spoiled(spec, one, w);
		return body ? { ...spec, body } : null;
	}, null],
	['member', (spec, one) => (spec.body && one.id !== 'devices_check_in' ? { ...spec, body: { ...spec.body, ['__proto__x']: 1 } } : null), null],
	['no JSON', (spec) => (spec.body ? { ...spec, text: '{"a":' } : null), null],
	['another type', (spec) => (spec.body ? { ...spec, headers: { 'Content-Type': 'text/plain' } } : null), null],
	['large', (spec, one) => (spec.body && one.id !== 'imports_run' ? { ...spec, text: `{"x":"${'x'.repeat(70_000)}"}` } : null), null],
	['up', (spec, one, w) => ({ ...spec, path: spec.path.replace(/\/[^/]*$/, w.pick(['/../../etc/passwd', '/%2e%2e%2f%2e%2e%2fetc', '/%00', '/%ff'])) }), null],
	['quote', (spec) => (/\/(residents|incidents|watchers)\/[^/]+/.test(spec.path) ? { ...spec, path: spec.path.replace(/(residents|incidents|watchers)\/[^/?]+/, "$1/'%3BDROP%20TABLE%20residents--") } : null), null],
	['query', (spec, one) => (one.method === 'GET' && isStaff(spec.as) ? { ...spec, path: `${spec.path}${spec.path.includes('?') ? '&' : '?'}cursor=${'%27'.repeat(900)}&limit=-1&date=x` } : null), 'any'],
	['method', (spec) => ({ ...spec, method: 'PROPFIND' }), [400, 404, 405, 501]],
];

function isStaff(as) {
	return ['admin', 'staff', 'coordinator', 'viewer'].includes(as);
}

/** What is in the other district, asked for by the coordinator, who is not there. */
function far(spec) {
	return isStaff(spec.as) && /\/residents\/G2/.test(spec.path) ? { ...spec, as: 'coordinator' } : null;
}

/** A hostile request of a valid one: the same with `hostile` (its name) and `may` (statuses; null any of 4xx, 'any' what is no fault). */
export function hostile(spec, one, w) {
	for (let i = 0; i < 20; i++) {
		const [name, make, may] = w.dealt('hostile', ways);
		const found = make(spec, one, w);
		if (found)
			return { ...found, race: false, stream: false, hostile: name, may };
	}
	return null;
}
