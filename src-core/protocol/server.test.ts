import { describe, expect, it } from 'vitest'
import { CallError, Client } from './client.ts'
import type { Core, FinishedRun } from './core-interface.ts'
import type { ExploreAnswer, Calls, LessonAnswer, Notice, RunRequest, StaticFinding, Swapped } from './messages.ts'
import { serve } from './server.ts'
import { portPair } from './testing/port-pair.ts'
import { sampleRun } from './testing/sample-run.ts'

const REQUEST: RunRequest = { entry: 'driver.ts', files: [{ path: 'driver.ts', text: '' }], era: null, machine: {} }

/** A core whose runs end when the test says so. */
class FakeCore implements Core {
  readonly eras = [{ id: 'v6.12', title: 'Linux 6.12', basis: 'measured' as const, summary: '' }]
  readonly begun: {
    finish(run: FinishedRun): void
    fail(error: Error): void
    notify(notice: Notice): void
    entry: string
  }[] = []
  cancelled = 0

  runProgram(request: RunRequest, _run: number, notify: (notice: Notice) => void): Promise<FinishedRun> {
    return new Promise((resolve, reject) => {
      this.begun.push({ finish: resolve, fail: reject, notify, entry: request.entry })
    })
  }
  cancel(): void {
    this.cancelled++
  }
  supersede(): void {
    this.cancelled++
  }
  explore(): Promise<ExploreAnswer> {
    return Promise.resolve({ exploration: null, errors: [] })
  }
  stopExplore(): void {
    this.cancelled++
  }
  pauseExplore(): void {
    // Nothing goes on here.
  }
  swapSteps(): Promise<Swapped> {
    return Promise.resolve({ schedule: null, why: 'not here', difference: null, gone: [], come: [] })
  }
  explain(code: string): null {
    void code
    return null
  }
  async check({ entry }: RunRequest, isWanted: () => boolean): Promise<StaticFinding[] | null> {
    await Promise.resolve()
    if (!isWanted()) return null
    const at = { file: entry, line: 1, column: 1, endLine: 1, endColumn: 2 }
    return [{ code: 'page-leak', severity: 'error', certainty: 'definite', message: '', at, story: [], fix: null }]
  }
  readonly checks: { text: string; finish(answer: LessonAnswer): void }[] = []
  checkLesson({ text }: Calls['lessonCheck']['ask']): Promise<LessonAnswer> {
    return new Promise((finish) => {
      this.checks.push({ text, finish })
    })
  }
}

function connected() {
  const { window, core: corePort } = portPair()
  const core = new FakeCore()
  const server = serve(corePort, core)
  return { client: new Client(window), core, server, window }
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'answered',
    (error: unknown) => (error instanceof CallError ? error.code : String(error)),
  )
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

describe('server and client', () => {
  it('answers what the text shows without a run', async () => {
    const { client } = connected()
    const { findings } = await client.call('check', REQUEST)
    expect(findings.map(({ code, at }) => `${at.file}:${at.line} ${code}`)).toEqual(['driver.ts:1 page-leak'])
    expect(await codeOf(client.call('check', { ...REQUEST, entry: 1 as unknown as string }))).toBe('bad-request')
  })

  it('refuses a schedule that is none, with the reason', async () => {
    const { client } = connected()
    const answer = client.call('run', { ...REQUEST, schedule: 'to and fro' })
    await expect(answer).rejects.toThrow('schedule: "to and fro" is no schedule token')
  })

  it('answers the newest of two checks', async () => {
    const { client } = connected()
    const [older, newer] = [codeOf(client.call('check', REQUEST)), codeOf(client.call('check', REQUEST))]
    expect([await older, await newer]).toEqual(['superseded', 'answered'])
  })

  it('give runs numbers that the window has not seen from a core before this one', async () => {
    const { client, core } = connected()
    await client.call('hello', { version: 1, lastRun: 7 })
    await client.call('hello', { version: 1 })
    const answer = client.call('run', REQUEST)
    await settled()
    core.begun[0].finish(sampleRun())
    expect((await answer).run).toBe(8)
  })

  it('run a program and answer questions about it', async () => {
    const { client, core } = connected()
    const { eras } = await client.call('hello', { version: 1 })
    expect(eras.map((era) => era.id)).toEqual(['v6.12'])
    const answer = client.call('run', REQUEST)
    await settled()
    core.begun[0].finish(sampleRun())
    const summary = await answer
    expect([summary.run, summary.steps, summary.allocations, summary.runMs]).toEqual([1, 8, 3, 2])
    const { rows } = await client.call('steps', { run: summary.run, from: 1, count: 2 })
    expect(rows.map((row) => row.op)).toEqual(['kmalloc', 'virt_to_page'])
    const cells = await client.call('map', { run: 1, step: 3, from: 0, to: 512, cells: 512 })
    expect(cells.kind.length).toBe(512)
    expect(await client.call('explain', { code: 'x' })).toBeNull()
  })

  it('pass notices on', async () => {
    const { client, core } = connected()
    const seen: Notice[] = []
    const stop = client.onNotice((notice) => seen.push(notice))
    void client.call('run', REQUEST)
    await settled()
    core.begun[0].notify({ notice: 'state', state: 'running', steps: 5 })
    await settled()
    stop()
    core.begun[0].notify({ notice: 'state', state: 'idle', steps: 5 })
    await settled()
    expect(seen).toEqual([{ notice: 'state', state: 'running', steps: 5 }])
  })

  it('let a newer run take the place of one that waits, and end the one that goes on', async () => {
    const { client, core } = connected()
    const first = client.call('run', { ...REQUEST, entry: '1' })
    const second = client.call('run', { ...REQUEST, entry: '2' })
    const third = client.call('run', { ...REQUEST, entry: '3' })
    expect(await codeOf(second)).toBe('superseded')
    expect(core.cancelled).toBe(2)
    const cut = sampleRun()
    core.begun[0].finish({ ...cut, record: { ...cut.record, outcome: 'budget' } })
    expect(await codeOf(first)).toBe('superseded')
    core.begun[1].finish(sampleRun())
    expect((await third).run).toBe(2)
    expect(core.begun.map((run) => run.entry)).toEqual(['1', '3'])
  })

  it('keep the last four runs', async () => {
    const { client, core } = connected()
    for (let i = 0; i < 5; i++) {
      const answer = client.call('run', REQUEST)
      await settled()
      core.begun[i].finish(sampleRun())
      await answer
    }
    expect(await codeOf(client.call('steps', { run: 1, from: 1, count: 1 }))).toBe('no-such-run')
    expect(await codeOf(client.call('steps', { run: 2, from: 1, count: 1 }))).toBe('answered')
  })

  it('keep the run on screen while texts that do not compile are tried', async () => {
    const { client, core } = connected()
    const sample = sampleRun()
    const failed = { ...sample, report: { ...sample.report, outcome: 'compile-error' as const } }
    for (let i = 0; i < 6; i++) {
      const answer = client.call('run', REQUEST)
      await settled()
      core.begun[i].finish(i === 0 ? sample : failed)
      await answer
    }
    expect(await codeOf(client.call('steps', { run: 1, from: 1, count: 1 }))).toBe('answered')
  })

  it('keep the run that was asked about last, however many follow', async () => {
    const { client, core } = connected()
    for (let i = 0; i < 6; i++) {
      const answer = client.call('run', REQUEST)
      await settled()
      core.begun[i].finish(sampleRun())
      await answer
      if (i === 0) await client.call('steps', { run: 1, from: 1, count: 1 })
    }
    expect(await codeOf(client.call('steps', { run: 2, from: 1, count: 1 }))).toBe('no-such-run')
    expect(await codeOf(client.call('steps', { run: 1, from: 1, count: 1 }))).toBe('answered')
  })

  it('refuse messages of the wrong shape and say what is wrong', async () => {
    const { client, window } = connected()
    const wrong: unknown[] = []
    const ask = async (call: string, asked: unknown): Promise<string> =>
      (client.call as (call: string, ask: unknown) => Promise<unknown>).call(client, call, asked).then(
        () => 'answered',
        (error: unknown) => (error as Error).message,
      )
    wrong.push(
      await ask('map', { run: 1, step: -1, from: 0, to: 1, cells: 1 }),
      await ask('inspect', { run: 1, step: 0, target: 7 }),
      await ask('run', { entry: 'x', files: [{ path: 1, text: '' }], era: null, machine: {} }),
      await ask('toString', {}),
      await ask('hello', { version: 99 }),
      await ask('bytes', { run: 1, step: 0, address: 0.5, length: 1 }),
    )
    expect(wrong).toEqual([
      'map: step has to be a whole number from 0',
      'inspect: target has to be an object',
      'run: files[0].path has to be a string',
      'there is no call "toString"',
      'the window speaks protocol 99, the core 1: reload the window',
      'bytes: address has to be a whole number from 0',
    ])
    for (const junk of [null, 5, 'x', [], { id: 'a' }, { call: 'map' }]) window.postMessage(junk)
    expect(await codeOf(client.call('hello', { version: 1 }))).toBe('answered')
  })

  it('say when the simulator itself failed, and go on', async () => {
    const { client, core } = connected()
    const answer = client.call('run', REQUEST)
    await settled()
    core.begun[0].fail(new Error('frame 3 is in two states'))
    await expect(answer).rejects.toThrow('frame 3 is in two states')
    const next = client.call('run', REQUEST)
    await settled()
    core.begun[1].finish(sampleRun())
    expect((await next).steps).toBe(8)
  })

  it('fail open and later calls when the port dies', async () => {
    const { client } = connected()
    const open = client.call('run', REQUEST)
    client.close('the core ended')
    expect(await codeOf(open)).toBe('disconnected')
    await expect(client.call('hello', { version: 1 })).rejects.toThrow('the core ended')
  })

  it('give up waiting after the time asked for', async () => {
    const { window } = portPair()
    let fire = (): void => {}
    const client = new Client(window, (_ms, callback) => {
      fire = callback
      return () => {}
    })
    const call = client.call('hello', { version: 1 }, { timeoutMs: 50 })
    fire()
    await expect(call).rejects.toThrow('the core did not answer "hello" within 50 ms')
  })

  it('end the run that goes on when the window closes', async () => {
    const { client, core, server } = connected()
    void client.call('run', REQUEST)
    await settled()
    server.close()
    expect(core.cancelled).toBe(1)
  })

  it('judge the newest answer to a lesson, and refuse those that waited', async () => {
    const { client, core } = connected()
    const ask = (text: string): Promise<LessonAnswer> =>
      client.call('lessonCheck', { id: '01-x', files: {}, program: 'start.ts', text, race: false })
    const first = ask('1')
    const second = codeOf(ask('2'))
    const third = ask('3')
    await settled()
    const answer = { goals: [], answers: {}, errors: [], broken: '', exploration: null }
    core.checks[0]?.finish(answer)
    await settled()
    core.checks[1]?.finish({ ...answer, broken: 'x' })
    expect(await second).toBe('superseded')
    expect([await first, await third]).toEqual([answer, { ...answer, broken: 'x' }])
    expect(core.checks.map(({ text }) => text)).toEqual(['1', '3'])
    const { lesson, problems } = await client.call('lesson', { id: '01-x', files: { 'lesson.md': '# no' } })
    expect([lesson, problems.length]).toEqual([null, 1])
  })
})
