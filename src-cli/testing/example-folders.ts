/** The folders of examples/drivers for the tests, and the command that they are run with. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const DRIVERS = 'examples/drivers'

export interface ExampleProgram {
  readonly file: string
  readonly title: string
  readonly line: string
  readonly twin?: string
}
/** What `pageward explore` says of a program, within two preemptions. */
export interface Exploration {
  readonly file: string
  readonly era: string
  readonly executions: number
  readonly codes: readonly string[]
}
export interface Example {
  readonly level: string
  readonly systems: readonly string[]
  readonly programs: readonly ExampleProgram[]
  readonly explore?: readonly Exploration[]
}
const text = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8')
/** Folders with an example.json: `npm run generate` refuses one without. */
export const folders = readdirSync(join(ROOT, DRIVERS))
  .filter((folder) => existsSync(join(ROOT, DRIVERS, folder, 'example.json')))
  .sort()
export const example = (folder: string): Example => JSON.parse(text(DRIVERS, folder, 'example.json')) as Example

export interface Run {
  readonly program: string
  readonly log: readonly string[]
  readonly outcome: string
}

/** The command's JSON. */
export function pageward<T>(words: readonly string[]): T {
  const args = ['scripts/pageward.mjs', ...words, '--format', 'json']
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as T
}

/** Explores a program as its example.json says, and compares. */
export function explored({ folder, file, era, executions, codes }: Exploration & { readonly folder: string }): void {
  const words = ['explore', `${DRIVERS}/${folder}/${file}`, '--era', era, '--bound', '2']
  const result = pageward<{ executions: number; complete: boolean; findings: { code: string }[] }>(words)
  expect(result).toMatchObject({ executions, complete: true })
  expect([...new Set(result.findings.map(({ code }) => code))]).toEqual(codes)
}
