import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen, PAGE_POLICY, RUNNER_POLICY, staticServer } from './static-server.mjs'

const base = mkdtempSync(join(tmpdir(), 'pageward-serve-'))
const root = join(base, 'web')
const server = staticServer(root)
let port = 0

beforeAll(async () => {
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(base, 'secret.txt'), 'secret')
  writeFileSync(join(root, 'index.html'), '<title>page</title>')
  writeFileSync(join(root, 'assets/runner-ab12.js'), '1')
  writeFileSync(join(root, 'assets/explore.worker-ab12.js'), '1')
  writeFileSync(join(root, 'assets/supervisor-ab12.js'), '1')
  symlinkSync(join(base, 'secret.txt'), join(root, 'link.txt'))
  port = await listen(server, 0, false)
})

afterAll(() => {
  server.close()
  rmSync(base, { recursive: true })
})

function ask(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    get({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      response.resume()
      done(response)
    }).on('error', fail)
  })
}

describe('static server', () => {
  it('serves the page isolated and without evaluation', async () => {
    const { statusCode, headers } = await ask('/')
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cross-origin-opener-policy']).toBe('same-origin')
    expect(headers['cross-origin-embedder-policy']).toBe('require-corp')
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    expect(headers['content-security-policy']).toBe(PAGE_POLICY)
    expect(PAGE_POLICY).not.toContain('unsafe-eval')
  })

  it("lets only the runner's script evaluate, and it may connect nowhere", async () => {
    expect((await ask('/assets/runner-ab12.js')).headers['content-security-policy']).toBe(RUNNER_POLICY)
    expect((await ask('/assets/explore.worker-ab12.js')).headers['content-security-policy']).toBe(RUNNER_POLICY)
    expect((await ask('/assets/supervisor-ab12.js')).headers['content-security-policy']).toBe(PAGE_POLICY)
    expect(RUNNER_POLICY).toContain("connect-src 'none'")
  })

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/link.txt'])(
    'gives nothing outside its folder for %s',
    async (path) => expect((await ask(path)).statusCode).toBe(404),
  )

  it('refuses a page of another name that resolves to this machine', async () => {
    expect((await ask('/', { Host: 'evil.example' })).statusCode).toBe(403)
  })

  it('answers 304 when the file has not changed', async () => {
    const { etag } = (await ask('/')).headers
    expect((await ask('/', { 'If-None-Match': etag ?? '' })).statusCode).toBe(304)
  })

  it('takes a free port when the preferred one is taken, and only then', async () => {
    const other = staticServer(root)
    expect(await listen(other, port, true)).not.toBe(port)
    other.close()
    await expect(listen(staticServer(root), port, false)).rejects.toThrow('EADDRINUSE')
  })
})
