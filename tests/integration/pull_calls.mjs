// pull_calls - a valid request of each operation of docs/openapi.yaml, made anew each time from what the world knows.
//
// { as, path, body, form, mark, made }: `as` names a session, 'key', 'device' or a link's browser, null nobody; `form` is
// sent as a form. `mark` ([kind, text, once]) is what the request writes and nothing else does; `made` is told the JSON of
// a good answer. A call gives null while there is nothing yet to ask it about.
const told = { verify: '9999', told_by: '長女' };
const steps = [{ kind: 'missed', after: '10m', notify: 'tier1+staff' }];
const password = 'another-ひまわり-4';
const acting = ['admin', 'staff', 'coordinator'];
const reading = [...acting, 'viewer', 'key'];
const districts = Buffer.from('district,name\r\nD02,港地区社協\r\n').toString('base64');

/** Somebody who may act in a district. */
const actor = (w, district) => w.pick(district === 'D01' ? acting : ['admin', 'staff']);
const looker = (w, district) => w.pick(district === 'D01' ? reading : reading.filter((one) => one !== 'coordinator'));

/** About a guest: their district's people ask. `of(id, district)` says the rest. */
const about = (w, ask, by = actor) => {
	const district = w.pick(Object.keys(w.guests));
	const id = w.resident(district);
	return { as: by(w, district), ...ask(`/api/v1/residents/${id}`, id, district) };
};
const record = (end) => (w) => about(w, (at) => ({ path: at + end }), looker);
const made = (w, kind, ask, options) => {
	const id = w.one(kind, options);
	return id && ask(id);
};
const incident = (w, ask, wanted) => {
	const found = w.incident(wanted);
	return found && { as: actor(w, found.district), incident: found.id, ...ask(`/api/v1/incidents/${found.id}`, found) };
};
const read = (path) => (w) => ({ as: w.pick(reading.filter((one) => one !== 'key' || !/session/.test(path))), path });
const byAdmin = (path) => () => ({ as: 'admin', path });
const link = (w, kind, ask) => made(w, kind, ask);

function ofPerson({ kind }) {
	return ['help', 'missed', 'unwell', 'talk'].includes(kind);
}

export const calls = {
	session_show: read('/api/v1/session'),
	session_begin: () => ({ as: null, path: '/api/v1/session', body: { login: 'mori', password: 'ひまわり-3-kaze' }, rare: true }),
	session_change: (w) => ({ as: w.pick(acting), path: '/api/v1/session', body: { language: 'ja' } }),
	session_end: (w) => made(w, 'sessions', (as) => ({ as, path: '/api/v1/session' })),
	factor_begin: () => ({ as: 'viewer', path: '/api/v1/session/totp', rare: true }),
	factor_confirm: () => ({ as: 'viewer', path: '/api/v1/session/totp', body: { code: '000000' }, rare: true, refused: true }),
	factor_remove: () => ({ as: 'viewer', path: '/api/v1/session/totp', body: { password: 'ひまわり-3-kaze' }, rare: true }),
	sessions_show: (w) => ({ as: w.pick(acting), path: '/api/v1/sessions' }),
	sessions_revoke: () => ({ as: 'viewer', path: `/api/v1/sessions/${'a'.repeat(16)}`, refused: true }),
	setup_finish: (w) => ({
		...{ as: null, path: '/api/v1/setup', refused: true, rare: true },
		body: { token: 'a'.repeat(43), login: w.word('first'), name: '最初 の人', password },
	}),

	status_show: (w) => ({ as: w.pick(reading), path: `/api/v1/status${w.pick(['', '', '?district=D01', '?limit=5', '?q=P', '?state=needed'])}` }),
	status_csv: (w) => ({ as: w.pick(acting), path: '/api/v1/status.csv' }),
	events_open: (w) => ({ as: w.pick(reading), path: '/api/v1/events', stream: true }),
	signoffs_show: read('/api/v1/signoffs'),
	signoffs_sign: (w) => ({
		...{ as: w.pick(['admin', 'staff']), path: '/api/v1/signoffs' },
		body: {
			...{ date: w.day(), district: 'D02', version: w.version?.D02 ?? 0 },
			carried: (w.unhandled?.D02 ?? []).map((resident_id) => ({ resident_id, reason: 'あす朝', to: 'tanaka' })),
		},
	}),
	colleagues_show: (w) => ({ as: w.pick(acting), path: '/api/v1/colleagues' }),
	paper_show: (w) => ({ as: w.pick(acting), path: '/paper' }),

	residents_search: (w) => ({ as: w.pick(reading), path: `/api/v1/residents?limit=20&q=${encodeURIComponent(w.pick(['住民', '客', 'P0']))}` }),
	residents_add: (w) => {
		const [resident_id, district] = [w.word('N'), w.pick(Object.keys(w.guests))];
		return {
			...{ as: actor(w, district), path: '/api/v1/residents', mark: ['resident', resident_id] },
			body: { resident_id, name: '新しい 方', district, phone: '000-555-9999', schedule: 'none' },
			made: () => w.keep('residents', resident_id),
		};
	},
	residents_show: record(''),
	residents_change: (w) =>
		about(w, (path) => {
			const note = w.word('裏口');
			return { path, body: { note } };
		}),
	residents_days: record('/days'),
	residents_print: record('/prints'),
	residents_timeline: record('/timeline'),
	residents_presses: record('/presses'),
	residents_check_in: (w) => about(w, (at) => ({ path: `${at}/checkins`, body: told })),
	residents_pause: (w) =>
		made(w, 'residents', (id) => {
			const reason = w.word('旅行');
			return { as: 'staff', path: `/api/v1/residents/${id}/pauses`, body: { ...told, from: w.day(), to: w.day(1), reason }, mark: ['pause', reason] };
		}),
	residents_resume: (w) => made(w, 'residents', (id) => ({ as: 'admin', path: `/api/v1/residents/${id}/resume`, body: told })),
	residents_end: (w) =>
		(w.made.residents?.length ?? 0) > 1
			? made(w, 'residents', (id) => ({ as: 'admin', path: `/api/v1/residents/${id}/end`, body: { ...told, reason: 'moved' } }), { use: true })
			: null,
	residents_visits: record('/visits'),
	residents_add_visit: (w) =>
		about(w, (at) => {
			const note = w.word('訪問');
			return { path: `${at}/visits`, body: { ...told, kind: w.pick(['visit', 'call']), note }, mark: ['visit', note] };
		}),
	consents_show: record('/consents'),
	consents_add_one: (w) =>
		about(w, (at) => {
			const note = w.word('同意');
			const body = { what: 'entry', given: true, agreed_on: w.day(), agreed_by: '本人', form: 'paper', note };
			return { path: `${at}/consents`, body, mark: ['consent', note] };
		}),
	never_told_show: record('/never-told'),
	never_told_enter: (w) =>
		about(w, (at, id) => {
			const name = w.word('誰か');
			return {
				...{ path: `${at}/never-told`, body: { name, reason: '絶縁' }, mark: ['never_told', name] },
				made: (json) => w.keep('barred', [id, json.id]),
			};
		}),
	never_told_lift: (w) =>
		made(w, 'barred', ([id, entry]) => ({ as: 'staff', path: `/api/v1/residents/${id}/never-told/${entry}`, body: { reason: '和解' } }), { use: true }),
	disclosures_show: record('/disclosures'),
	disclosures_add_one: (w) =>
		about(w, (at) => {
			const reason = w.word('倒れている');
			const body = { name: '本町消防署', items: ['name', 'address'], reason, channel: 'telephone' };
			return { path: `${at}/disclosures`, body, mark: ['disclosure', reason] };
		}),
	records_download: (w) => about(w, (at) => ({ path: `${at}/record?reason=${encodeURIComponent('開示請求')}` })),

	incidents_show: (w) => ({ as: w.pick(reading), path: `/api/v1/incidents${w.pick(['', '?state=open', '?state=closed', '?limit=10'])}` }),
	incidents_show_one: (w) => {
		const found = w.incident();
		return found && { as: looker(w, found.district), path: `/api/v1/incidents/${found.id}` };
	},
	incidents_claim: (w) => incident(w, (at) => ({ path: `${at}/claim`, claim: true, race: w.random() < 0.5 })),
	incidents_release: (w) => incident(w, (at) => ({ path: `${at}/release` })),
	incidents_report: (w) =>
		incident(
			w,
			(at) => {
				const note = w.word('留守');
				return { path: `${at}/report`, body: { result: 'no_answer', note }, mark: ['no_answer', note] };
			},
			ofPerson,
		),
	incidents_close: (w) =>
		incident(w, (at, one) => {
			const note = w.word('無事');
			const body = ofPerson(one)
				? { outcome: 'safe', cause: w.pick(['forgot', 'other']), how: w.pick(['phone', 'face']), seen_by: '田中', note }
				: { outcome: 'answered', note };
			return { path: `${at}/close`, body, closes: true, mark: ['closed', note], race: w.random() < 0.3 };
		}),
	incidents_print: (w) => incident(w, (at) => ({ path: `${at}/prints` })),
	incidents_add_note: (w) =>
		incident(w, (at) => {
			const note = w.word('電話');
			return { path: `${at}/notes`, body: { note }, mark: ['note', note], race: w.random() < 0.3 };
		}),
	incidents_hand_over: (w) => incident(w, (at) => ({ path: `${at}/handover`, body: { to: w.pick(['tanaka', 'suzuki']) } })),

	watchers_show: read('/api/v1/watchers?limit=20'),
	watchers_add: (w) => {
		const [watcher_id, district] = [w.word('W'), w.pick(Object.keys(w.guests))];
		return {
			...{ as: actor(w, district), path: '/api/v1/watchers', mark: ['watcher', watcher_id] },
			body: { watcher_id, name: '新しい 隣人', channels: `mail:${watcher_id.toLowerCase()}@example.jp`, links: [{ resident_id: w.resident(district), tier: 3 }] },
			made: () => w.keep('watchers', watcher_id),
		};
	},
	watchers_show_one: (w) => ({ as: 'viewer', path: `/api/v1/watchers/${w.pick(w.watchers)}` }),
	watchers_change: (w) => made(w, 'watchers', (id) => ({ as: 'admin', path: `/api/v1/watchers/${id}`, body: { note: w.word('夜勤') } })),
	watchers_end: (w) =>
		(w.made.watchers?.length ?? 0) > 2
			? made(w, 'watchers', (id) => ({ as: 'staff', path: `/api/v1/watchers/${id}/end`, body: { on: w.day(), reason: '転居' } }), { use: true })
			: null,
	watcher_tests_show: (w) => ({ as: 'staff', path: `/api/v1/watchers/${w.pick(w.watchers)}/test-alert?ids=1` }),
	watcher_tests_begin: (w) => ({ as: 'staff', path: `/api/v1/watchers/${w.pick(w.watchers)}/test-alert`, rare: true }),
	watcher_links_put: (w) =>
		made(w, 'watchers', (id) => ({ as: 'admin', path: `/api/v1/residents/${w.resident()}/watchers/${id}`, body: { tier: 2 } })),
	watcher_links_remove: (w) =>
		made(w, 'watchers', (id) => ({ as: 'admin', path: `/api/v1/residents/${w.resident()}/watchers/${id}`, body: { reason: '転居' }, refused: true })),
	replacements_show: (w) => ({ as: 'staff', path: `/api/v1/watchers/${w.pick(w.watchers)}/replacement` }),
	replacements_plan: (w) =>
		made(w, 'watchers', (id) => {
			const by = w.one('watchers');
			return { as: 'admin', path: `/api/v1/watchers/${id}/replacement`, body: { by, from: w.day(5), reason: '転居' } };
		}),
	replacements_take_back: (w) => made(w, 'watchers', (id) => ({ as: 'admin', path: `/api/v1/watchers/${id}/replacement`, body: { reason: '続ける' } })),
	watcher_sheets_show: (w) => ({ as: 'staff', path: `/watchers/${w.pick(w.watchers)}/sheet` }),
	checks_show: (w) => ({ as: w.pick(acting), path: '/api/v1/checks' }),

	devices_give: (w) =>
		made(w, 'residents', (id) => {
			const device_id = w.word('given');
			return {
				...{ as: 'staff', path: `/api/v1/residents/${id}/devices`, body: { device_id }, rare: true, mark: ['device', device_id] },
				made: () => w.keep('devices', [id, device_id]),
			};
		}),
	devices_change: (w) => made(w, 'devices', ([id, device]) => ({ as: 'staff', path: `/api/v1/residents/${id}/devices/${device}`, body: { note: '玄関' } })),
	devices_revoke: (w) =>
		made(w, 'devices', ([id, device]) => ({ as: 'staff', path: `/api/v1/residents/${id}/devices/${device}/revoke`, body: { reason: '故障' }, rare: true }), { use: true }),
	devices_show: read('/api/v1/devices'),
	devices_check_in: (w) => {
		const [device, press, resident] = [w.pick(Object.keys(w.devices)), w.word('web'), w.random() < 0.3];
		const kind = resident ? w.pick(['talk', 'unwell', 'talk', 'help']) : 'ok';
		return { as: `device ${device}`, path: '/api/v1/checkins', body: { id: press, kind }, press: { device, id: press, kind }, race: w.random() < 0.3 };
	},

	districts_show: read('/api/v1/districts'),
	districts_add: (w) => {
		const district = w.word('E');
		return {
			...{ as: 'admin', path: '/api/v1/districts', body: { district, name: 'だれもいない地区' }, mark: ['district', district] },
			made: () => w.keep('districts', district),
		};
	},
	districts_change: (w) => made(w, 'districts', (id) => ({ as: 'admin', path: `/api/v1/districts/${id}`, body: { name: w.word('地区') } })),
	districts_finish: (w) => made(w, 'districts', (id) => ({ as: 'admin', path: `/api/v1/districts/${id}/end`, body: { reason: '合併' } })),
	districts_resume: (w) => made(w, 'districts', (id) => ({ as: 'admin', path: `/api/v1/districts/${id}/resume` })),
	policies_show: read('/api/v1/policies'),
	policies_add: (w) => {
		const policy = w.word('p');
		return {
			...{ as: 'admin', path: '/api/v1/policies', body: { policy, steps }, mark: ['policy', policy] },
			made: () => w.keep('policies', policy),
		};
	},
	policies_change: (w) => made(w, 'policies', (id) => ({ as: 'admin', path: `/api/v1/policies/${id}`, body: { steps } })),
	policies_finish: (w) => made(w, 'policies', (id) => ({ as: 'admin', path: `/api/v1/policies/${id}/end`, body: { reason: '使わない' } })),
	policies_resume: (w) => made(w, 'policies', (id) => ({ as: 'admin', path: `/api/v1/policies/${id}/resume` })),
	users_show: byAdmin('/api/v1/users'),
	users_add: (w) => {
		const login = w.word('u');
		return {
			...{ as: 'admin', path: '/api/v1/users', body: { login, name: '新しい 人', role: 'viewer' }, rare: true, mark: ['user', login] },
			made: () => w.keep('users', login),
		};
	},
	users_change: (w) => made(w, 'users', (id) => ({ as: 'admin', path: `/api/v1/users/${id}`, body: { name: w.word('名') } })),
	users_password: (w) => made(w, 'users', (id) => ({ as: 'admin', path: `/api/v1/users/${id}/password`, body: { password }, rare: true })),
	users_disable: (w) => made(w, 'users', (id) => ({ as: 'admin', path: `/api/v1/users/${id}/disable`, body: { reason: '退職' } })),
	users_enable: (w) => made(w, 'users', (id) => ({ as: 'admin', path: `/api/v1/users/${id}/enable` })),
	users_forget_factor: (w) => made(w, 'users', (id) => ({ as: 'admin', path: `/api/v1/users/${id}/totp`, body: { reason: '電話を失くした' } })),
	imports_run: () => ({ as: 'admin', path: '/api/v1/imports', body: { files: [{ name: 'districts.csv', content: districts }] }, rare: true }),
	exports_table: (w) => ({ as: w.pick(acting), path: `/api/v1/export/${w.pick(['residents', 'watchers', 'links', 'devices'])}.csv` }),
	keys_show: byAdmin('/api/v1/keys'),
	keys_add: (w) => {
		const name = w.word('key');
		return {
			...{ as: 'admin', path: '/api/v1/keys', body: { name, login: 'mori', scopes: 'list' }, mark: ['key', name] },
			made: (json) => w.keep('keys', json.id),
		};
	},
	keys_revoke: (w) => made(w, 'keys', (id) => ({ as: 'admin', path: `/api/v1/keys/${id}` }), { use: true }),
	audit_show: byAdmin('/api/v1/audit?limit=50'),
	audit_csv: () => ({ as: 'admin', path: '/api/v1/audit.csv', rare: true }),
	reports_show: read('/api/v1/reports'),
	reports_csv: read('/api/v1/reports.csv'),
	reports_print: read('/api/v1/reports/prints'),
	targets_show: read('/api/v1/targets'),
	targets_put: () => ({ as: 'admin', path: '/api/v1/targets', body: { figure: 'visits', year: 2026, district: 'D01', value: 12.5 } }),

	answers_page: (w) => link(w, 'links', (token) => ({ as: `link ${token}`, path: `/w/${token}`, page: true })),
	answers_send: (w) => made(w, 'forms', ([as, path, form]) => ({ as, path, form: { act: 'yes', form }, race: true })),
	answers_show: (w) => link(w, 'links', (token) => ({ as: `link ${token}`, path: `/api/v1/w/${token}` })),
	answers_act: (w) =>
		link(w, 'links', (token) => {
			const note = w.word('様子');
			const body = w.random() < 0.4 ? { act: 'yes' } : { act: 'note', note, once: note };
			return { as: `link ${token}`, path: `/api/v1/w/${token}`, body, race: true, ...(body.note && { mark: ['note', note, true] }) };
		}),
	my_page: (w) => ({ as: `my ${w.tokens[0]}`, path: `/my/${w.tokens[0]}`, page: true }),
	my_send: (w) => made(w, 'my_forms', ([as, path, form]) => ({ as, path, form: { act: 'yes', form }, race: true })),
	my_show: (w) => ({ as: `my ${w.tokens[0]}`, path: `/api/v1/my/${w.tokens[0]}` }),
	my_act: (w) => ({ as: `my ${w.tokens[0]}`, path: `/api/v1/my/${w.tokens[0]}`, body: { act: w.pick(['yes', 'summary']), once: w.word('once') } }),
	links_make_page: (w) => made(w, 'watchers', (id) => ({ as: 'staff', path: `/api/v1/watchers/${id}/link` })),
	links_end_page: (w) => made(w, 'watchers', (id) => ({ as: 'staff', path: `/api/v1/watchers/${id}/link` })),
	links_free: (w) => incident(w, (at) => ({ path: `${at}/links/${w.pick(w.watchers)}/free`, refused: true })),

	probe_alive: () => ({ as: null, path: '/healthz' }),
	probe_ready: () => ({ as: null, path: '/readyz' }),
	probe_metrics: () => ({ as: null, path: '/metrics' }),
};
