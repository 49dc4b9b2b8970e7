// flow - the same work in Node-RED, as somebody would draw it: mqtt in, a function, SQLite (prepared, WAL), a function,
// mqtt out. A trigger keeps each resident's latest press, so that all of it is one statement a press.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from 'node:sqlite';

import { Process } from '../integration/processes.mjs';

const red = fileURLToPath(new URL('node_modules/node-red/red.js', import.meta.url));

const schema = `PRAGMA journal_mode = WAL;
CREATE TABLE residents (device_id TEXT PRIMARY KEY, last_at INTEGER NOT NULL);
CREATE TABLE checkins (seq INTEGER PRIMARY KEY, device_id TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (device_id, id));
CREATE TRIGGER pressed AFTER INSERT ON checkins BEGIN
 UPDATE residents SET last_at = new.at WHERE device_id = new.device_id; END;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
 INSERT INTO residents SELECT printf('B%07d', i), 0 FROM n;`;

const take = `const device = msg.topic.split('/')[2];
msg.press = { topic: 'mimamori/v1/' + device + '/ack', id: msg.payload.id };
msg.params = { $device: device, $id: msg.payload.id, $at: Date.now() };
return msg;`;

const answer = `return { topic: msg.press.topic, qos: 0, payload: JSON.stringify({ id: msg.press.id, result: 'stored',
 at: Math.floor(Date.now() / 1000), text: 'おはようございます。届きました。' }) };`;

function flow(broker, database) {
	const at = (id, type, more, ...wires) => ({ id, z: 'tab', type, name: '', x: 0, y: 0, wires: wires.map((w) => [w]), ...more });
	return [
		{ id: 'tab', type: 'tab', label: 'presses' },
		{ id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', port: broker.port, clientid: broker.user, cleansession: true, protocolVersion: '4', keepalive: 60 },
		{ id: 'db', type: 'sqlitedb', db: database, mode: 'RWC' },
		at('in', 'mqtt in', { topic: 'mimamori/v1/+/checkin', qos: '1', datatype: 'json', broker: 'broker', inputs: 0 }, 'take'),
		at('take', 'function', { func: take, outputs: 1 }, 'store'),
		at('store', 'sqlite', {
			mydb: 'db',
			sqlquery: 'prepared',
			sql: 'INSERT INTO checkins (device_id, id, at) VALUES ($device, $id, $at) ON CONFLICT DO NOTHING',
		}, 'answer'),
		at('answer', 'function', { func: answer, outputs: 1 }, 'out'),
		at('out', 'mqtt out', { topic: '', qos: '0', retain: 'false', broker: 'broker' }),
	];
}

/** Node-RED, connected; a process. */
export async function startFlow(broker, folder) {
	mkdirSync(folder);
	const database = join(folder, 'presses.db');
	const store = new DatabaseSync(database);
	store.exec(schema);
	store.close();
	writeFileSync(join(folder, 'flows.json'), JSON.stringify(flow(broker, database)));
	writeFileSync(join(folder, 'flows_cred.json'), JSON.stringify({ broker: { user: broker.user, password: broker.password } }));
	writeFileSync(
		join(folder, 'settings.js'),
		`module.exports = { flowFile: 'flows.json', credentialSecret: false, httpAdminRoot: false, httpNodeRoot: false,
 uiHost: '127.0.0.1', uiPort: 0, telemetry: { enabled: false } };\n`,
	);
	const process_ = new Process('node-red', process.execPath, [red, '--userDir', folder, '--settings', join(folder, 'settings.js')]);
	await process_.said(/Connected to broker/, { within: 60_000 });
	return process_;
}
