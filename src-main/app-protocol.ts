/**
 * `app://pageward/…`: the built page, read from its folder. Instead of file://, so that the page has an origin of its
 * own, response headers, and no way to name a file outside the folder.
 */
import { protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { PAGE_HEADERS } from './page-headers.ts'
import { APP_HOST, APP_SCHEME } from './page-origin.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
}

/** Has to be called before the app is ready: the scheme gets an origin, fetch, workers and storage like https. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves `folder` as app://pageward/. Only GET, only regular files in the folder; all else is a plain 4xx. */
export function serveApp(folder: string): void {
  protocol.handle(APP_SCHEME, (request) => respond(folder, request.method, request.url))
}

/** The answer to one request. Exported for its test. */
export async function respond(folder: string, method: string, url: string): Promise<Response> {
  const plain = (status: number, text: string): Response => new Response(text, { status, headers: PAGE_HEADERS })
  if (method !== 'GET') return plain(405, 'only GET is served')
  const path = pathInside(folder, url)
  if (path === null) return plain(400, 'no such address')
  try {
    const body = await readFile(path)
    const type = TYPES[extname(path)] ?? 'application/octet-stream'
    return new Response(new Uint8Array(body), { headers: { ...PAGE_HEADERS, 'Content-Type': type } })
  } catch {
    return plain(404, 'not found')
  }
}

/** The file a URL names, or null when it names another host or leaves the folder. */
function pathInside(folder: string, url: string): string | null {
  const { host, pathname } = new URL(url)
  if (host !== APP_HOST) return null
  let name: string
  try {
    name = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (name.includes('\0') || name.includes('\\')) return null
  const path = join(folder, name === '/' ? '/index.html' : name)
  return path.startsWith(folder + sep) ? path : null
}
