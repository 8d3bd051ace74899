/**
 * Serves a built folder on 127.0.0.1 with the headers the app needs: cross-origin isolation (SharedArrayBuffer) and a
 * policy without `unsafe-eval`. Only the scripts of the two locked-down workers, the runner and the explorer, may
 * evaluate, and they may connect nowhere.
 *
 *     node scripts/static-server.mjs FOLDER PORT
 */
import { createReadStream, realpathSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, extname, resolve, sep } from 'node:path'

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.ts': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
}

export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const RUNNER_POLICY = "default-src 'none'; script-src 'self' 'unsafe-eval'; connect-src 'none'"

/** Names of the scripts of the two locked-down workers. */
export const WORKER_SCRIPTS = /^(runner|explore)[.-][^/]*\.m?js$/

/** A worker's policy is the one its own script came with. @param {string} file */
export const policyFor = (file) => (WORKER_SCRIPTS.test(basename(file)) ? RUNNER_POLICY : PAGE_POLICY)

/** Headers of every answer. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

/**
 * The file a URL path names inside `folder`, or null: no way out by `..`, encoded or not, nor by a link.
 * @param {string} folder @param {string} urlPath
 */
export function fileFor(folder, urlPath) {
  let path
  try {
    path = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  if (path.includes('\0') || path.includes('\\')) return null
  if (path.endsWith('/')) path += 'index.html'
  try {
    const root = realpathSync(folder)
    const file = realpathSync(resolve(root, `.${path}`))
    return file.startsWith(root + sep) && statSync(file).isFile() ? file : null
  } catch {
    return null
  }
}

/** @param {string} folder @returns {import('node:http').Server} */
export function staticServer(folder) {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value)
    /** @type {(status: number) => void} */
    const end = (status) => void response.writeHead(status).end()
    // A page of another name that resolves to this machine (DNS rebinding) is refused.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) return end(403)
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(405)
    const file = fileFor(folder, url.pathname)
    if (file === null) return end(url.pathname === '/favicon.ico' ? 204 : 404)
    const info = statSync(file)
    const tag = `"${info.size.toString(36)}-${info.mtimeMs.toString(36)}"`
    response.setHeader('Content-Security-Policy', policyFor(file))
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream')
    response.setHeader('Cache-Control', 'no-cache')
    response.setHeader('ETag', tag)
    if (request.headers['if-none-match'] === tag) return end(304)
    response.setHeader('Content-Length', info.size)
    if (request.method === 'HEAD') return end(200)
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response)
  })
}

/**
 * Listens on 127.0.0.1. When `port` is taken and `orAnother` is true, on a free one.
 * @param {import('node:http').Server} server @param {number} port @param {boolean} orAnother
 * @returns {Promise<number>} the port
 */
export function listen(server, port, orAnother) {
  return new Promise((done, fail) => {
    /** @param {NodeJS.ErrnoException} error */
    const onError = (error) => {
      if (error.code === 'EADDRINUSE' && orAnother && port !== 0) listen(server, 0, false).then(done, fail)
      else fail(error)
    }
    server.once('error', onError)
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', onError)
      done(/** @type {import('node:net').AddressInfo} */ (server.address()).port)
    })
  })
}

if (process.argv[1] === import.meta.filename) {
  const [folder, port] = process.argv.slice(2)
  if (!folder || !port) {
    console.error('usage: node scripts/static-server.mjs FOLDER PORT')
    process.exit(2)
  }
  const server = staticServer(resolve(folder))
  console.log(`http://127.0.0.1:${await listen(server, Number(port), false)}/`)
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => process.exit(0))
}
