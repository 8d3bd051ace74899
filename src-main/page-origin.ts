/**
 * Where the app's page lives: `app://pageward/` in a built app, electron-vite's server in development. Everything that
 * decides about trust (navigation, permissions, IPC senders) asks here.
 */
export const APP_SCHEME = 'app'
export const APP_HOST = 'pageward'

/** electron-vite's server in development; undefined in a built app. */
const devServer = process.env['ELECTRON_RENDERER_URL']

/** Address of the first page. */
export const pageUrl = devServer ?? `${APP_SCHEME}://${APP_HOST}/index.html`

/** Origin of a URL as text, `app://pageward` too: Node's `URL.origin` is `null` for schemes it does not know. */
function originOf(url: string): string {
  if (!URL.canParse(url)) return ''
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}

/** Whether a URL belongs to the app's own page. */
export function isOwnPage(url: string): boolean {
  return originOf(url) === originOf(pageUrl)
}
