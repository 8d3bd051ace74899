/** Answers requests for `app://pageward/…` from the built page's folder. No Electron in it: see app-protocol.ts. */
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { PAGE_HEADERS } from './page-headers.ts'
import { APP_HOST } from './page-origin.ts'

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

/** The answer to one request: only GET, only files in `folder`; all else is a plain 4xx. */
export async function answerPage(folder: string, method: string, url: string): Promise<Response> {
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
