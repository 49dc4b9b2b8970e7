// Before the first paint: the theme and the language chosen earlier, so that nothing flashes. Without a choice the
// theme is the system's, as it changes. Others choose by window.setTheme('auto' | 'light' | 'dark').
const root = document.documentElement
const system = matchMedia('(prefers-color-scheme: dark)')

function chosen() {
	try {
		return localStorage.getItem('theme') ?? 'auto'
	} catch {
		return 'auto' // no storage
	}
}
function apply(theme) {
	root.dataset.theme = theme === 'light' || theme === 'dark' ? theme : system.matches ? 'dark' : 'light'
}

apply(chosen())
system.addEventListener('change', () => apply(chosen()))
if (/(?:^|; )lang=en(?:;|$)/.test(document.cookie))
	root.lang = 'en'

window.getTheme = chosen
window.setTheme = theme => {
	try {
		localStorage.setItem('theme', theme)
	} catch {
		// for this page only
	}
	apply(theme)
}
