// fold - names as they are searched: width, case, and hiragana or katakana make no difference, nor do spaces and dots.
export function fold(text) {
	return text.normalize('NFKC').toLowerCase()
		.replace(/[\u3041-\u3096\u309d\u309e]/g, c => String.fromCharCode(c.charCodeAt(0) + 0x60))
		.replace(/[\s\u30fb.,'’-]+/g, '')
}

// What a row is found by; a mark that nobody types stands between the parts.
export const rowKey = row => [row.name, row.kana, row.resident_id].map(part => fold(part ?? '')).join('\u0000')
