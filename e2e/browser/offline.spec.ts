/** The browser edition from a web server that sends no headers at all, and then without any server. */
import { expect, test } from '@playwright/test'
import { createReadStream } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { fileFor, PAGE_POLICY } from '../../scripts/static-server.mjs'
import { evaluationFails } from '../shared/page-policy.ts'
import { Workbench } from '../shared/workbench.ts'

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** A server as anybody might have: types of files, nothing else. */
async function plainServer(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname
    const file = fileFor('out/web', path)
    if (file === null) response.writeHead(404).end()
    else {
      response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream')
      createReadStream(file).pipe(response)
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server
}

test.use({ serviceWorkers: 'allow' })

test('works offline from a server without headers, with the headers of the app', async ({ page }) => {
  test.setTimeout(180_000)
  const server = await plainServer()
  const workbench = new Workbench(page)
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await workbench.idle()
  await page.evaluate(() => navigator.serviceWorker.ready.then((it) => it.active?.state))
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.ready.then((it) => it.active?.state)))
    .toBe('activated')
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  const again = await page.goto(page.url())
  expect(again?.fromServiceWorker()).toBe(true)
  expect((await again?.allHeaders())?.['content-security-policy']).toBe(PAGE_POLICY)
  await workbench.run(`import { alloc_page, GFP_KERNEL } from 'linux'\nalloc_page(GFP_KERNEL)`)
  expect((await workbench.state()).codes).toContain('page-leak')
  expect(await page.evaluate('crossOriginIsolated')).toBe(true)
  expect(await evaluationFails(page)).toBe(true)
})
