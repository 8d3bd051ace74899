/** Modules of the surface are made when a name of theirs is first asked for: nobody can tell when that was. */
import { describe, expect, it } from 'vitest'
import { ERA_IDS } from '../eras/index.ts'
import { openSession } from '../explore/testing/open-session.ts'
import { watchState } from '../machine/state-watch.ts'
import { nameBirths } from './handles/objects.ts'
import { SURFACE } from './modules.ts'
import { namesOf } from './names.ts'
import type { RunHost } from './run-host.ts'
import type { Surface } from './surface.ts'

const ARCHES = ['x86_64', 'arm64-16k', 'i386-highmem'] as const

function newSurface(arch: string, era = 'v6.12'): Surface {
  return openSession(`// @machine arch=${arch}\n`, era).session.inside.surface
}

function newHost(): RunHost {
  const none = (): never => {
    throw new Error('a module calls back while it is made')
  }
  return {
    facts: '',
    protect: none,
    stepValue: (fn) => fn,
    suspendingValue: (fn) => fn,
    blocked: Symbol('blocked'),
    scheduler: { add: none, yieldNow: none, sleep: none, isAsleep: none, wakeAll: none, idle: [] },
    access: null,
    exitTask: none,
    caughtExit: none,
    drive: none,
    canWait: none,
    needsInterleaving: none,
  }
}

/** What others could see of a surface. */
function visible(s: Surface, host: RunHost): unknown {
  const { trace, tasks, locks, unbinding, isStateful, random } = s
  const { opCount, deltaCount } = trace.openChunk
  return {
    rows: [trace.step, opCount, deltaCount, trace.lastAllocation],
    tasks: tasks.list.length,
    locks: locks.list.length,
    registered: [unbinding.length, host.scheduler.idle.length, s.calls.added.size],
    isStateful,
    random: JSON.stringify(random),
  }
}

describe('a module of the surface that says nothing else', () => {
  it.each(SURFACE.filter(({ registers }) => registers !== true).map((source) => [source.file, source] as const))(
    '%s can be made at any time',
    (_file, { factory }) => {
      const s = newSurface('x86_64')
      const host = newHost()
      const before = visible(s, host)
      const told: string[] = []
      nameBirths(() => told.push('an object is named'))
      watchState({
        made: () => told.push('an object is named'),
        touched: (part) => told.push(`part ${part} is touched`),
        stopped: () => told.push('a task is stopped'),
        locked: () => told.push('a lock is touched'),
      })
      try {
        factory(s, host)
      } finally {
        watchState(null)
        nameBirths(() => 0)
      }
      expect(told).toEqual([])
      expect(visible(s, host)).toEqual(before)
    },
  )

  it('has the same names in every run', () => {
    const all = ARCHES.flatMap((arch) =>
      ERA_IDS.map((era) => {
        const [s, host] = [newSurface(arch, era), newHost()]
        return namesOf(SURFACE.map(({ factory }) => factory(s, host)))
      }),
    )
    for (const names of all) expect(names).toEqual(all[0])
  })
})
