/**
 * Attempts to escape from the sandbox (corpus/sandbox/attempts), on real runners in worker threads. Oracles would
 * notice success: a canary in the runner's realm, a file, a listener on the loopback, the clock. Each of them fires on
 * a runner that was weakened on purpose.
 */
import {
  existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Worker } from 'node:worker_threads'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../src-core/compiler/compile.ts'
import type { SourceFile } from '../src-core/compiler/contract.ts'
import { DEFAULT_BUDGETS } from '../src-core/runtime/run-options.ts'
import type { FromRunner } from '../src-core/runtime/runner-messages.ts'
import { SURFACE_INDEX } from '../src-core/surface/generated/index.ts'
import { readProgram } from '../src-cli/program-files.ts'
import type { Planted } from './testing/escape-worker.ts'

const ROOT = join(import.meta.dirname, '..')
const ATTEMPTS = 'corpus/sandbox/attempts'
const names = readdirSync(join(ROOT, ATTEMPTS))
const classes = names.filter((name) => name.endsWith('.ts') && name !== 'proof.ts')
const folder = mkdtempSync(join(tmpdir(), 'pageward-sandbox-'))
const proofFile = join(folder, 'escaped')
let connections = 0
let listener: Server
const workers: Worker[] = []

interface Table {
  readonly attempts: Readonly<Record<string, string>>
}
const table = (name: string): [string, string][] =>
  Object.entries((JSON.parse(readFileSync(join(ROOT, ATTEMPTS, name), 'utf8')) as Table).attempts)

type Said = FromRunner | { readonly type: 'canary'; readonly seen: boolean }

interface Ran {
  readonly ending: Said
  readonly log: readonly string[]
  readonly canary: boolean
}

function newWorker(weak: boolean): Worker {
  const planted: Planted = { weak, file: proofFile, port: (listener.address() as AddressInfo).port }
  const worker = new Worker(join(folder, 'escape-worker.mjs'), { workerData: planted, env: {} })
  workers.push(worker)
  return worker
}

function filesOf(name: string): readonly SourceFile[] {
  return readProgram(relative(process.cwd(), join(ROOT, ATTEMPTS, name)))
}

async function run(worker: Worker, files: readonly SourceFile[], interleaved: boolean): Promise<Ran> {
  const program = compile(files[0]!.path, files, SURFACE_INDEX)
  expect(program.errors).toEqual([])
  const log: string[] = []
  let ending: Said | null = null
  return new Promise((resolve, reject) => {
    const hear = (message: Said): void => {
      if (message.type === 'restarted') log.length = 0
      else if (message.type === 'tables') log.push(...message.tables.log.map(({ text }) => text))
      else if (message.type === 'ended' || message.type === 'failed') {
        ending = message
        worker.postMessage({ type: 'look' })
      } else if (message.type === 'canary') {
        worker.off('message', hear)
        worker.off('error', reject)
        resolve({ ending: ending!, log, canary: message.seen })
      }
    }
    worker.on('message', hear)
    worker.on('error', reject)
    const options = { era: 'v6.12', machine: {}, budgets: DEFAULT_BUDGETS, interleaved }
    worker.postMessage({ type: 'run', run: 1, program, options })
  })
}

const attemptsIn = (log: readonly string[]): string[] => log.filter((line) => line.startsWith('attempt '))
const escapesIn = (log: readonly string[]): string[] => attemptsIn(log).filter((line) => line.includes(': ESCAPED'))
/** Whether a log knows what time it is, to a day. */
const tellsTime = (log: readonly string[]): boolean =>
  log.some((line) => [...line.matchAll(/\d{12,}/g)].some(([n]) => Math.abs(Number(n) - Date.now()) < 86_400_000))

describe('the sandbox', () => {
  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: 'error',
      root: ROOT,
      publicDir: false,
      ssr: { noExternal: true },
      build: {
        ssr: join(ROOT, 'src-node/testing/escape-worker.ts'),
        outDir: folder,
        emptyOutDir: false,
        minify: false,
        rolldownOptions: { output: { entryFileNames: 'escape-worker.mjs' } },
      },
    })
    listener = createServer((socket) => {
      connections++
      socket.destroy()
    })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  }, 120_000)
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.terminate()))
    listener.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('holds 80 attempts and more, of twelve classes and more, five or more each', () => {
    const calls = /^(attempt|pollutes|trapped|given)\(/gm
    const counts = classes.map(
      (name) => [...readFileSync(join(ROOT, ATTEMPTS, name), 'utf8').matchAll(calls)].length,
    )
    counts.push(table('imports.json').length, table('paths.json').length)
    expect(counts.length).toBeGreaterThanOrEqual(12)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(5)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(80)
  })

  it('contains every attempt, in both forms, and no oracle fires', async () => {
    const worker = newWorker(false)
    for (const name of classes) {
      for (const interleaved of [false, true]) {
        const { ending, log, canary } = await run(worker, filesOf(name), interleaved)
        expect(ending, `${name}: ${JSON.stringify(ending)}`).toMatchObject({ type: 'ended', outcome: 'completed' })
        expect(escapesIn(log), name).toEqual([])
        expect(attemptsIn(log).length, name).toBeGreaterThanOrEqual(5)
        expect(canary, name).toBe(false)
        expect(tellsTime(log), name).toBe(false)
      }
    }
    expect(existsSync(proofFile)).toBe(false)
    expect(connections).toBe(0)
  }, 120_000)

  it('would notice: each oracle fires on a weakened runner', async () => {
    const escaped = new Set<string>()
    let canaries = 0
    let clocks = 0
    for (const name of classes) {
      const worker = newWorker(true)
      const { log, canary } = await run(worker, filesOf(name), false)
      if (escapesIn(log).length > 0) escaped.add(name)
      if (canary) canaries++
      if (tellsTime(log)) clocks++
    }
    for (let i = 0; i < 50 && connections === 0; i++) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(canaries).toBeGreaterThan(0)
    expect(clocks).toBeGreaterThan(0)
    expect(connections).toBeGreaterThan(0)
    expect(existsSync(proofFile)).toBe(true)
    expect([...escaped].sort()).toEqual([...classes].sort())
  }, 120_000)

  it.each(table('imports.json'))('refuses before a run: %s', (_name, text) => {
    const { errors } = compile('a.ts', [{ path: 'a.ts', text }], SURFACE_INDEX)
    expect(errors.length).toBeGreaterThan(0)
  })

  describe('paths', () => {
    const inside = join(folder, 'program')
    const SECRET = "import { pr_info } from 'linux'\nexport const secret = 'out of the folder'\npr_info(secret)\n"
    beforeAll(() => {
      mkdirSync(join(inside, 'inner'), { recursive: true })
      writeFileSync(join(folder, 'secret.ts'), SECRET)
      symlinkSync(join(folder, 'secret.ts'), join(inside, 'link.ts'))
      symlinkSync(folder, join(inside, 'folder-link'))
      symlinkSync(join(inside, 'link.ts'), join(inside, 'chain.ts'))
    })

    const program = (specifier: string): string => `import { secret } from ${JSON.stringify(specifier)}\nsecret\n`

    it.each(table('paths.json'))('reads nothing outside: %s', (_name, specifier) => {
      const path = join(inside, 'main.ts')
      writeFileSync(path, program(specifier))
      let files: readonly SourceFile[] = []
      let refused = ''
      try {
        files = readProgram(path)
      } catch (error) {
        refused = (error as Error).message
      }
      expect(files.some(({ text }) => text.includes('out of the folder'))).toBe(false)
      if (refused !== '') expect(refused).toContain("leads out of the program's folder")
      else expect(compile(path, files, SURFACE_INDEX).errors.length).toBeGreaterThan(0)
    })

    it('would notice: a reader that follows every import brings the secret into the log', async () => {
      const files = [
        { path: 'program/main.ts', text: program('../secret.ts') },
        { path: 'secret.ts', text: readFileSync(join(folder, 'secret.ts'), 'utf8') },
      ]
      const { log } = await run(newWorker(false), files, false)
      expect(log).toContain('out of the folder')
    })
  })
})
