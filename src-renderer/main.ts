/** What the page is: the app, or by its address the gallery (`#gallery`) or Monaco alone (`#monaco`, for the bench). */

const { hash } = location
if (/^#gallery\b/.test(hash)) await import('./gallery/main.ts')
else if (hash === '#monaco') await import('./gallery/monaco-alone.ts')
else await import('./start-app.ts')
