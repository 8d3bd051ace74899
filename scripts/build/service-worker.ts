/**
 * Makes the browser edition's service-worker.js (every built file kept, each answer with the app's headers, so that a
 * web server need not be set up for them) and `_headers`, the same headers as static hosts read them.
 */
import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'
import { ISOLATION, PAGE_POLICY, RUNNER_POLICY, WORKER_SCRIPTS } from '../static-server.mjs'

export function serviceWorker(): Plugin {
  return {
    name: 'pageward:service-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const files = Object.keys(bundle).sort()
        const version = createHash('sha256')
        for (const file of files) {
          const made = bundle[file]
          if (made !== undefined) version.update(file).update(made.type === 'chunk' ? made.code : made.source)
        }
        const names = JSON.stringify(['./', ...files.filter((file) => file !== 'index.html')])
        const source = workerSource(names, version.digest('hex').slice(0, 16))
        this.emitFile({ type: 'asset', fileName: 'service-worker.js', source })
        this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile(files) })
      },
    },
  }
}

/** The worker. A new version waits until no page of the old one is open, so a page never mixes two builds. */
const workerSource = (files: string, version: string): string => `
const CACHE = 'pageward-${version}'
const FILES = ${files}
const HEADERS = ${JSON.stringify(ISOLATION)}
const PAGE_POLICY = ${JSON.stringify(PAGE_POLICY)}
const RUNNER_POLICY = ${JSON.stringify(RUNNER_POLICY)}
const WORKER_SCRIPTS = ${String(WORKER_SCRIPTS)}

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)))
})
self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys().then((names) =>
      Promise.all(
        names.filter((name) => name.startsWith('pageward-') && name !== CACHE).map((name) => caches.delete(name)),
      ),
    ),
  )
})
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || !url.href.startsWith(self.registration.scope)) return
  event.respondWith(answer(event.request, url))
})

async function answer(request, url) {
  const cache = await caches.open(CACHE)
  const key = request.mode === 'navigate' ? './' : url.href.split(/[?#]/)[0]
  const found = (await cache.match(key)) ?? (await fetch(request))
  const headers = new Headers(found.headers)
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value)
  const name = url.pathname.split('/').pop()
  headers.set('Content-Security-Policy', WORKER_SCRIPTS.test(name) ? RUNNER_POLICY : PAGE_POLICY)
  return new Response(found.body, { status: found.status, statusText: found.statusText, headers })
}
`

function headersFile(files: readonly string[]): string {
  const block = (path: string, policy: string): string => {
    const lines = Object.entries({ ...ISOLATION, 'Content-Security-Policy': policy })
    return `${path}\n${lines.map(([name, value]) => `  ${name}: ${value}\n`).join('')}`
  }
  const others = files.filter((file) => file.endsWith('.js') && !WORKER_SCRIPTS.test(file.split('/').pop() ?? ''))
  const workers = files.filter((file) => WORKER_SCRIPTS.test(file.split('/').pop() ?? ''))
  // One block a script: where two blocks match, hosts join the two policies, and both would hold.
  return ['/', '/index.html', '/service-worker.js', ...others.map((file) => `/${file}`)]
    .map((path) => block(path, PAGE_POLICY))
    .concat(workers.map((file) => block(`/${file}`, RUNNER_POLICY)))
    .join('\n')
}
