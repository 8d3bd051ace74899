import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerPage } from './page-files.ts'

describe('the page folder over app://', () => {
  const root = mkdtempSync(join(tmpdir(), 'pageward-page-'))
  const folder = join(root, 'page')
  const get = (path: string): Promise<Response> => answerPage(folder, 'GET', `app://pageward${path}`)

  beforeAll(() => {
    mkdirSync(join(folder, 'assets'), { recursive: true })
    writeFileSync(join(root, 'secret.txt'), 'secret')
    writeFileSync(join(folder, 'index.html'), '<p>page</p>')
    writeFileSync(join(folder, 'assets', 'a.js'), 'export {}')
  })
  afterAll(() => rmSync(root, { recursive: true }))

  it('serves files with their type, the policy and isolation', async () => {
    const response = await get('/assets/a.js')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/javascript')
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(await (await get('/')).text()).toBe('<p>page</p>')
  })

  it.each([
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/%00',
    '/%ff',
  ])('refuses %s', async (path) => {
    const response = await get(path)
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(await response.text()).not.toContain('secret')
  })

  it('serves neither folders, nor other hosts, nor other methods', async () => {
    expect((await get('/assets')).status).toBe(404)
    expect((await answerPage(folder, 'GET', 'app://elsewhere/index.html')).status).toBe(400)
    expect((await answerPage(folder, 'POST', 'app://pageward/index.html')).status).toBe(405)
  })
})
