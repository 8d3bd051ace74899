/** Explorations for a window, with workers that live in this thread. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../compiler/compile.ts'
import type { ExplorerHandle } from '../explore/explore-pool.ts'
import { ExploreRunner } from '../explore/explore-runner.ts'
import type { FromExplorer } from '../explore/messages.ts'
import { plainSandbox } from '../explore/testing/open-session.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { ExploreDesk } from './explore-desk.ts'
import type { ExploreRequest, Notice } from './messages.ts'

let alive = 0

function spawnExplorer(): ExplorerHandle {
  let hear: (message: FromExplorer) => void = () => undefined
  alive++
  const runner = new ExploreRunner({
    send: (message) => queueMicrotask(() => hear(message)),
    newSandbox: () => plainSandbox,
    now: () => performance.now(),
    later: (call) => void setImmediate(call),
  })
  return {
    post: (message) => void setImmediate(() => runner.receive(message)),
    onMessage: (handler) => (hear = handler),
    onDeath: () => undefined,
    kill: () => void alive--,
  }
}

const desk = new ExploreDesk({
  spawnExplorer,
  now: () => performance.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds)
    return () => clearTimeout(timer)
  },
})

function request(name: string, more: Partial<ExploreRequest> = {}): ExploreRequest {
  const text = readFileSync(new URL(`../../corpus/explore/${name}.ts`, import.meta.url), 'utf8')
  return {
    entry: 'x.ts',
    files: [{ path: 'x.ts', text }],
    era: null,
    machine: {},
    mode: 'exhaustive',
    bound: null,
    maxExecutions: null,
    seed: 1,
    seconds: null,
    jobs: 1,
    ...more,
  }
}

async function explore(asked: ExploreRequest) {
  const notices: Notice[] = []
  const program = compile(asked.entry, asked.files, SURFACE_INDEX)
  const answer = await desk.explore(asked, program, 'v6.12', (notice) => notices.push(notice))
  return { answer, notices }
}

describe('an exploration for a window', () => {
  for (const jobs of [1, 3]) {
    it(`counts the same with ${jobs} workers, and they are gone at the end`, async () => {
      const { answer, notices } = await explore(request('lastzero-5', { jobs }))
      expect(answer.exploration).toMatchObject({ executions: 64, blocked: 0, complete: true, findings: [] })
      expect(notices.at(-1)).toMatchObject({ notice: 'exploring', executions: 64 })
      expect(alive).toBe(0)
    })
  }

  it('waits when it is paused, and goes on to the same end', async () => {
    const going = explore(request('readers-13', { seconds: 60 }))
    await new Promise((resolve) => setTimeout(resolve, 30))
    desk.pause(true)
    let ended = false
    void going.then(() => (ended = true))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(ended).toBe(false)
    desk.pause(false)
    expect((await going).answer.exploration).toMatchObject({ executions: 8192, complete: true })
  })

  it('ends when it is stopped while it is paused', async () => {
    const going = explore(request('readers-13'))
    await new Promise((resolve) => setTimeout(resolve, 30))
    desk.pause(true)
    desk.stop()
    expect((await going).answer.exploration).toMatchObject({ complete: false, incomplete: ['interrupted'] })
    expect(alive).toBe(0)
  })

  it('ends when it is stopped, with what it found so far', async () => {
    const going = explore(request('readers-13'))
    await new Promise((resolve) => setTimeout(resolve, 30))
    desk.stop()
    const { exploration } = (await going).answer
    expect(exploration).toMatchObject({ complete: false, incomplete: ['interrupted'] })
  })

  it('takes the worker that was started beforehand, once', async () => {
    desk.warm()
    desk.warm()
    expect(alive).toBe(1)
    expect((await explore(request('lastzero-5'))).answer.exploration).toMatchObject({ executions: 64 })
    expect(alive).toBe(0)
    desk.warm()
    desk.close()
    expect(alive).toBe(0)
    expect((await explore(request('lastzero-5', { jobs: 2 }))).answer.exploration).toMatchObject({ executions: 64 })
    expect(alive).toBe(0)
  })

  it('of a program that does not compile says why', async () => {
    const asked = { ...request('readers-8'), files: [{ path: 'x.ts', text: 'const = 1' }] }
    const { answer } = await explore(asked)
    expect(answer.exploration).toBeNull()
    expect(answer.errors[0]).toMatchObject({ file: 'x.ts', line: 1 })
  })
})
