// garbage - messages that make no sense, made up from a seed: the same seed makes the same ones.

/** Numbers from 0 to 1 (mulberry32). */
function numbers(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), state | 1);
		t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

const largest = 4096; // bytes of a payload that is read
const wrongValues = ['null', 'true', '-1', '1e400', '-1e308', '99999999999999999999', '""', '"x"', '[]', '{}', '[[["a"]]]', '1.5.5', '0x10', 'NaN', "'a'"];
const wrongIds = ['', ' ', 'a b', 'x'.repeat(65), 'ボタン', 'a\\u0000b', 'a\\nb', '\\ud800', '\\ud83d\\ude00', 'a\x7f'];
const members = ['id', 'kind', 'at', 'age', 'battery', 'reply_to'];
const strangers = ['', ' ', 'a b', '台所', 'a+b', 'x'.repeat(65), '..%2f', "x';--", '$SYS'].filter((name) => !/[+#]/.test(name));

/** Makes garbage for one publisher of this device. */
export class Garbage {
	#random;
	#made = 0;

	constructor(seed) {
		this.#random = numbers(seed);
	}

	below(n) {
		return Math.floor(this.#random() * n);
	}

	pick(list) {
		return list[this.below(list.length)];
	}

	/** A check-in as a device sends one, but of no kind that there is: whatever is done to it, it stays no press. */
	#checkin() {
		return { id: `g${this.#made}`, kind: 'nothing', at: 1795390323, age: 3, battery: 50, reply_to: 'm-1' };
	}

	#json() {
		return Buffer.from(JSON.stringify(this.#checkin()));
	}

	#makers = [
		() => this.#json().subarray(0, this.below(80)), // cut off
		() => Buffer.alloc(0),
		() => {
			const bytes = Buffer.alloc(this.below(200));
			for (let i = 0; i < bytes.length; i++)
				bytes[i] = this.below(256);
			return bytes;
		},
		() => {
			// Some bits are others, behind the kind: the word nothing stays, or the JSON breaks.
			const bytes = this.#json();
			for (let n = 1 + this.below(4); n > 0; n--)
				bytes[bytes.indexOf('nothing') + 8 + this.below(bytes.length - bytes.indexOf('nothing') - 8)] ^= 1 << this.below(8);
			return bytes;
		},
		() => {
			// One member has a value of a wrong type, or one that is out of all bounds.
			const values = Object.entries(this.#checkin()).map(([name, value]) => [name, JSON.stringify(value)]);
			values[this.below(values.length)][1] = this.pick(wrongValues);
			return Buffer.from(`{${values.map(([name, value]) => `"${name}":${value}`).join(',')}}`);
		},
		() => Buffer.from(`{"id":"${this.pick(wrongIds)}","kind":"ok"}`),
		() => Buffer.from(`{"id":"twice","kind":"ok","kind":"${this.pick(['help', 'ok', 'nothing'])}"}`),
		() => Buffer.from('['.repeat(1 + this.below(largest))),
		() => {
			const depth = 1 + this.below(1000);
			return Buffer.from(`{"kind":"nothing","x":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`);
		},
		() => Buffer.from(`{"id":"g","kind":"ok","at":${'9'.repeat(1 + this.below(400))},"battery":1e${this.below(999) + 3}}`),
		() => Buffer.concat([this.#json(), Buffer.from([0])]),
		() => Buffer.from(`{"id":"g\\u0000","kind":"ok"}${' '.repeat(this.below(9))}`),
		() => Buffer.concat([Buffer.from('{"id":"g","kind":"'), this.pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 1, 1, 1]].map((b) => Buffer.from(b))), Buffer.from('"}')]),
		() => Buffer.from(`{"id":"${'long'.repeat(9)}","kind":"nothing","x":"${'x'.repeat(largest - 64 + this.below(80))}"}`),
		() => Buffer.alloc(this.pick([largest, largest + 1, 5000, 65536]), this.pick([' ', '{', '"', '\xff'])),
		() => Buffer.from(`{${Array.from({ length: 1 + this.below(150) }, (_, i) => `"${this.pick(members)}${this.pick(['', i])}":${i}`).join(',')}}`),
	];

	/** What no press is. */
	payload() {
		this.#made++;
		return this.pick(this.#makers)();
	}

	/** What a device may say of itself, rarely right. */
	state() {
		return this.pick([
			() => Buffer.from(JSON.stringify({ online: this.below(2) === 0, battery: this.below(101) })),
			() => Buffer.from(`{"online":${this.pick(wrongValues)},"battery":${this.pick(wrongValues)}}`),
			() => Buffer.from(`{"online":true,"firmware":"${'版'.repeat(this.below(500))}"}`),
			() => this.payload(),
		])();
	}

	/** The daemon's own word, forged. */
	echo(now) {
		return Buffer.from(this.pick([`${now} 1`, `${now + 3_600_000} ffffffffffffffff`, '9223372036854775807 0', '0 0', 'x', `${now} ${this.below(2 ** 31).toString(16)}`]));
	}

	/** A name that no device has. */
	stranger() {
		return this.below(2) ? `nobody-${this.below(200)}` : this.pick(strangers);
	}
}
