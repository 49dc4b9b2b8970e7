// watcher - looks now and then whether the matter of this page has moved on, and if so offers the page anew. The page
// needs none of it.
const every = 30_000
const offer = document.querySelector('#changed a')
let first

async function look() {
	if (document.visibilityState !== 'visible' || !offer.hidden)
		return
	try {
		const answer = await fetch('/api/v1' + location.pathname, { cache: 'no-store' })
		const now = await answer.text()
		first ??= now
		offer.hidden = now === first
	} catch {
		// no connection: the next look tells
	}
}

if (offer) {
	look()
	setInterval(look, every)
	document.addEventListener('visibilitychange', look)
}
