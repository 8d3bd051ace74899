/**
 * The sandbox in a browser's worker: the attempts of corpus/sandbox are contained, with oracles that would notice (a
 * canary in the worker's realm, a database of the origin, a listener on the loopback, the clock), each of which fires
 * on a runner that was weakened on purpose; and the budgets end every program while the app answers.
 */
import { expect, test, type Page } from '@playwright/test'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { readProgram } from '../../src-cli/program-files.ts'
import { compile } from '../../src-core/compiler/compile.ts'
import { DEFAULT_BUDGETS } from '../../src-core/runtime/run-options.ts'
import { SURFACE_INDEX } from '../../src-core/surface/generated/index.ts'
import { ISOLATION } from '../../scripts/static-server.mjs'

const ATTEMPTS = 'corpus/sandbox/attempts'
const classes = readdirSync(ATTEMPTS).filter((name) => name.endsWith('.ts') && name !== 'proof.ts')

interface Ran {
  readonly ending: { readonly type: string; readonly outcome?: string }
  readonly log: readonly string[]
  readonly canary: boolean
}

let folder = ''
let server: Server
let listener: Server
let connections = 0
const portOf = (it: Server): number => (it.address() as AddressInfo).port
const listening = (it: Server): Promise<void> => new Promise((done) => it.listen(0, '127.0.0.1', done))

test.beforeAll(async () => {
  test.setTimeout(120_000)
  folder = mkdtempSync(join(tmpdir(), 'pageward-sandbox-'))
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir: folder,
      minify: false,
      lib: { entry: 'e2e/browser/sandbox/escape.worker.ts', formats: ['es'], fileName: () => 'escape.js' },
    },
  })
  // No content policy: the sandbox has to hold without one.
  server = createServer((request, response) => {
    for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value)
    const script = request.url?.startsWith('/escape.js') === true
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html')
    response.end(script ? readFileSync(join(folder, 'escape.js')) : '<!doctype html><title>sandbox</title>')
  })
  listener = createServer((_request, response) => {
    connections++
    response.end()
  })
  await Promise.all([listening(server), listening(listener)])
})
test.afterAll(() => {
  server.close()
  listener.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a program in a new worker. */
function run(page: Page, name: string, weak: boolean, interleaved: boolean): Promise<Ran> {
  const files = readProgram(`${ATTEMPTS}/${name}`)
  const program = compile(files[0]?.path ?? '', files, SURFACE_INDEX)
  expect(program.errors).toEqual([])
  const options = { era: 'v6.12', machine: {}, budgets: DEFAULT_BUDGETS, interleaved }
  const url = `/escape.js?store=escaped&port=${portOf(listener)}${weak ? '&weak' : ''}`
  return page.evaluate(
    ([address, message]) =>
      new Promise<Ran>((done, fail) => {
        const worker = new Worker(address, { type: 'module' })
        let log: string[] = []
        let ending: Ran['ending'] = { type: 'none' }
        worker.onerror = (event) => fail(new Error(event.message))
        worker.onmessage = ({ data }) => {
          if (data.type === 'restarted') log = []
          else if (data.type === 'tables') {
            for (const { text } of data.tables.log) log.push(String(text))
          } else if (data.type === 'ended' || data.type === 'failed') {
            ending = data
            worker.postMessage({ type: 'look' })
          } else if (data.type === 'canary') {
            worker.terminate()
            done({ ending, log, canary: data.seen === true })
          }
        }
        worker.postMessage(JSON.parse(message))
      }),
    [url, JSON.stringify({ type: 'run', run: 1, program, options })] as const,
  )
}

const attemptsIn = (log: readonly string[]): string[] => log.filter((line) => line.startsWith('attempt '))
const escapesIn = (log: readonly string[]): string[] => attemptsIn(log).filter((line) => line.includes(': ESCAPED'))
/** Whether a log knows what time it is, to a day. */
const tellsTime = (log: readonly string[]): boolean =>
  log.some((line) => [...line.matchAll(/\d{12,}/g)].some(([n]) => Math.abs(Number(n) - Date.now()) < 86_400_000))
const databases = (page: Page): Promise<string[]> =>
  page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''))

test('contains every attempt, in both forms, and no oracle fires', async ({ page }) => {
  test.setTimeout(180_000)
  await page.goto(`http://127.0.0.1:${portOf(server)}/`)
  connections = 0
  for (const name of classes) {
    for (const interleaved of [false, true]) {
      const { ending, log, canary } = await run(page, name, false, interleaved)
      expect(ending, name).toMatchObject({ type: 'ended', outcome: 'completed' })
      expect(escapesIn(log), name).toEqual([])
      expect(attemptsIn(log).length, name).toBeGreaterThanOrEqual(5)
      expect(canary, name).toBe(false)
      expect(tellsTime(log), name).toBe(false)
    }
  }
  expect(await databases(page)).toEqual([])
  expect(connections).toBe(0)
})

test('would notice: each oracle fires on a weakened runner', async ({ page }) => {
  test.setTimeout(180_000)
  await page.goto(`http://127.0.0.1:${portOf(server)}/`)
  connections = 0
  const escaped = new Set<string>()
  let canaries = 0
  let clocks = 0
  for (const name of classes) {
    const { log, canary } = await run(page, name, true, false)
    if (escapesIn(log).length > 0) escaped.add(name)
    if (canary) canaries++
    if (tellsTime(log)) clocks++
  }
  await expect.poll(() => connections).toBeGreaterThan(0)
  await expect.poll(() => databases(page)).toEqual(['escaped'])
  expect(canaries).toBeGreaterThan(0)
  expect(clocks).toBeGreaterThan(0)
  expect([...escaped].sort()).toEqual([...classes].sort())
})
