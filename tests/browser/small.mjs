// small - a picture of a page as an indexed PNG: pages have few colours, and what is kept in the repository stays small.
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

function* chunksOf(png) {
	for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
		yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + png.readUInt32BE(at)) };
}

/** What browsers write: 8 bits a channel, red, green, blue and maybe alpha, not interlaced. */
function decode(png) {
	const chunks = [...chunksOf(png)];
	const head = chunks.find((c) => c.type === 'IHDR').data;
	const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
	const bytes = { 2: 3, 6: 4 }[head[9]];
	if (head[8] !== 8 || !bytes || head[12] !== 0)
		throw new Error('this is no PNG that a browser writes');
	const raw = inflateSync(Buffer.concat(chunks.filter((c) => c.type === 'IDAT').map((c) => c.data)));
	const line = width * bytes;
	const pixels = Buffer.alloc(height * line);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < line; x++) {
			const left = x >= bytes ? pixels[y * line + x - bytes] : 0;
			const up = y > 0 ? pixels[(y - 1) * line + x] : 0;
			const corner = x >= bytes && y > 0 ? pixels[(y - 1) * line + x - bytes] : 0;
			const filter = raw[y * (line + 1)];
			const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
			const guess = [0, left, up, (left + up) >> 1, a <= b && a <= c ? left : b <= c ? up : corner][filter];
			pixels[y * line + x] = raw[y * (line + 1) + 1 + x] + guess;
		}
	return { width, height, bytes, pixels };
}

function crc(data) {
	let sum = ~0;
	for (const byte of data) {
		sum ^= byte;
		for (let i = 0; i < 8; i++)
			sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
	}
	return ~sum >>> 0;
}

function chunk(type, data) {
	const all = Buffer.alloc(12 + data.length);
	all.writeUInt32BE(data.length, 0);
	all.write(type, 4, 'latin1');
	data.copy(all, 8);
	all.writeUInt32BE(crc(all.subarray(4, 8 + data.length)), 8 + data.length);
	return all;
}

/** Writes a PNG file anew with its 256 commonest colours; each other pixel takes the nearest of them. */
export function makeSmall(path) {
	const { width, height, bytes, pixels } = decode(readFileSync(path));
	const counts = new Map();
	const colourAt = (i) => (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];
	for (let i = 0; i < pixels.length; i += bytes)
		counts.set(colourAt(i), (counts.get(colourAt(i)) ?? 0) + 1);
	const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
	const parts = (c) => [c >> 16, (c >> 8) & 255, c & 255];
	const far = (p, q) => (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2;
	const index = new Map(palette.map((colour, i) => [colour, i]));
	for (const colour of counts.keys())
		if (!index.has(colour)) {
			const distances = palette.map((p) => far(parts(p), parts(colour)));
			index.set(colour, distances.indexOf(Math.min(...distances)));
		}
	const rows = Buffer.alloc(height * (width + 1));
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			rows[y * (width + 1) + 1 + x] = index.get(colourAt((y * width + x) * bytes));
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 3, 0, 0, 0], 8);
	const data = deflateSync(rows, { level: 9, memLevel: 9 });
	const parts4 = [chunk('IHDR', head), chunk('PLTE', Buffer.from(palette.flatMap(parts))), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))];
	writeFileSync(path, Buffer.concat([signature, ...parts4]));
}
