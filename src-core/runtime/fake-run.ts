/**
 * Runs a compiled program with the fake surface of the compiler's tests: straight, or interleaved with one task under
 * the default schedule. What it gives is the log of the steps, each with its line. It is no part of the simulator.
 */

import type { CompiledProgram } from '../compiler/contract.ts'
import { callUser, Driven } from '../sched/driven.ts'
import type { Callable, Steps } from '../sched/driven.ts'
import { freshTask, Registers } from './registers.ts'
import type { TaskCode } from './registers.ts'

const BLOCKED = Symbol('blocked')

/** Thrown by the budget and by `die`: no program may catch it. */
export class Fatal extends Error {}

export interface FakeResult {
  readonly log: string[]
  readonly yields: number
  readonly error: unknown
  readonly exports: Record<string, unknown>
}

/** Runs a program in one of its forms. */
export function runFake(
  program: CompiledProgram,
  interleaved: boolean,
  limits = { turns: 100_000, depth: 500 },
): FakeResult {
  const log: string[] = []
  const views = new WeakSet()
  const tasks: TaskCode[] = []
  let held = false
  const place = (site: number): string => {
    const at = program.sites[site]
    return at ? `${at.line}:${at.column}:${at.callee}` : `?${site}`
  }
  const note = (site: number, text: string): void => {
    registers.stepped()
    log.push(`${place(site)} ${text}`)
  }
  const registers: Registers = new Registers({
    onOver: (limit) => {
      throw new Fatal(`over ${limit}`)
    },
    onCannotBlock: (site) => {
      throw new Fatal(`cannot block at ${place(site)}`)
    },
    isFatal: (error) => error instanceof Fatal,
    isView: (value) => views.has(value),
    drop: (site, value) => {
      note(site, `drop ${show(value)}`)
      const { release } = value as { release?: unknown }
      return release === undefined ? undefined : new Driven(callUser(release, [value], value))
    },
    calleeAt: (site) => program.sites[site]?.callee ?? '',
    blocked: BLOCKED,
    maxTurns: limits.turns,
    maxDepth: limits.depth,
  })
  const step: Record<string, Callable> = {
    log: (site, ...args) => {
      note(site as number, `log ${args.map(show).join(' ')}`)
      if (args[0] === 'die') {
        registers.unwinding = true
        throw new Fatal('died')
      }
      return args[0]
    },
    alloc: (site, size) => {
      note(site as number, `alloc ${show(size)}`)
      return { size }
    },
    each: (site, list, fn) => {
      note(site as number, 'each')
      return new Driven(
        (function* () {
          for (const item of list as unknown[]) yield* callUser(fn, [item])
          return undefined
        })(),
      )
    },
    lock: (site) => {
      if (held) return BLOCKED
      held = true
      note(site as number, 'lock')
      return true
    },
    unlock: (site) => {
      held = false
      note(site as number, 'unlock')
      return undefined
    },
    reclaim: (site) => {
      note(site as number, 'reclaim')
      return undefined
    },
    drop: (site, value) => {
      note(site as number, `drop() ${show(value)}`)
      return undefined
    },
    kthread_run: (site, fn) => {
      note(site as number, 'kthread_run')
      tasks.push({ id: tasks.length, steps: callUser(fn, []), then: null, registers: freshTask() })
      return undefined
    },
  }
  const view = (): object => {
    const cells: Record<string, unknown> = { count: 1, other: 2 }
    const proxy = new Proxy(cells, {
      get: (target, key) => {
        note(registers.site, `get ${String(key)}`)
        return target[String(key)]
      },
      set: (target, key, value) => {
        note(registers.site, `set ${String(key)} ${show(value)}`)
        target[String(key)] = value
        return true
      },
    })
    views.add(proxy)
    return proxy
  }
  const value: Record<string, unknown> = {
    LIMIT: 3,
    pure: (x: number) => x + 1,
    View: view,
    Box: class {
      readonly size: unknown
      constructor(size: unknown) {
        note(registers.site, `Box ${show(size)}`)
        this.size = size
      }
    },
  }
  for (const [name, fn] of Object.entries(step)) {
    value[name] = name === 'each' || name === 'lock' ? registers.suspendingValue(fn) : registers.stepValue(fn)
  }
  const method =
    (name: string): Callable =>
    (site, receiver, ...args) => {
      const target = receiver as Record<string, unknown>
      if (typeof target['size'] !== 'number') {
        registers.site = site as number
        return (target[name] as Callable).apply(receiver, args)
      }
      note(site as number, `${name} ${show(receiver)} ${args.map(show).join(' ')}`)
      return target['size']
    }
  const surface = { step, value, methods: { read: method('read'), write: method('write') } }
  const done: Record<string, unknown>[] = []
  let yields = 0
  let error: unknown = null
  const evaluate = (text: string): Callable => new Function(`return (${text})`)() as Callable
  const load = function* (): Steps {
    for (const module of program.modules) {
      const imported = module.imports.map((index) => done[index])
      const fn = evaluate(interleaved ? module.interleaved : module.straight)
      const result = fn(registers, surface, imported)
      done.push((interleaved ? yield* result as Steps : result) as Record<string, unknown>)
    }
    return undefined
  }
  tasks.push({ id: 0, steps: load(), then: null, registers: freshTask() })
  for (let task = tasks[0]; task; task = tasks[0]) {
    try {
      while (!registers.resume(task)) yields++
    } catch (thrown) {
      registers.reword(thrown)
      error ??= thrown
    }
    tasks.shift()
  }
  return { log, yields, error, exports: done[done.length - 1] ?? {} }
}

/** A value as the log shows it. */
export function show(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'size' in value) return `{${String(value.size)}}`
  if (typeof value === 'function') return 'fn'
  return typeof value === 'bigint' ? `${value}n` : String(JSON.stringify(value))
}
