/**
 * A small surface for the tests of the compiler and the runtime: its steps write a log of what was called where, so
 * that the logs of both forms can be compared. It is no part of the simulator.
 */

import { Compiler } from './compile.ts'
import type { CompiledProgram, SourceFile, SurfaceIndex } from './contract.ts'

/** The index of the surface below. */
export const FAKE_INDEX: SurfaceIndex = {
  modules: {
    linux: {
      log: 'step',
      alloc: 'step',
      each: 'suspending',
      lock: 'suspending',
      unlock: 'step',
      pure: 'pure',
      LIMIT: 'value',
      View: 'value',
      page: 'type',
      kthread_run: 'step',
    },
    sim: { reclaim: 'step', sim: 'value' },
    kernel: { drop: 'step', Box: 'value' },
  },
  methods: ['read', 'write'],
  namespaces: { sim: 'sim' },
  tasks: ['kthread_run', 'lock'],
  missing: { BorrowedPage: { instead: 'Page', text: 'Page (since v6.18)' } },
}

/** Compiles files given by path; the last one is the entry. */
export function compileFake(
  files: Record<string, string>,
  compiler = new Compiler(),
  surface: SurfaceIndex = FAKE_INDEX,
): CompiledProgram {
  const list: SourceFile[] = Object.entries(files).map(([path, text]) => ({ path, text }))
  return compiler.compile(list[list.length - 1]?.path ?? '', list, surface)
}

/** The same as if nothing made tasks or waited: both forms of any program. */
export function compileBothForms(files: Record<string, string>): CompiledProgram {
  return compileFake(files, new Compiler(), { ...FAKE_INDEX, tasks: [] })
}
