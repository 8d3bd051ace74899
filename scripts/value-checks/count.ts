/**
 * In how many checks of values each function of SURFACE §2 is called: programs whose values were measured
 * (corpus/ground-truth), programs whose values were read from the kernel's source (corpus/memory), and tests that say
 * what they expect.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { DOCUMENTED } from '../fuzz/documented.ts'
import { at } from '../paths.mjs'

export interface Checks {
  readonly measured: number
  readonly read: number
  readonly tests: number
}

/** Functions that random programs have no row for. */
const OTHERS = ['module_init', 'module_exit', 'access_set', 'gpu_page_table']

/** Functions of SURFACE §2, in its order. */
export const FUNCTIONS: readonly string[] = [...Object.keys(DOCUMENTED), ...OTHERS]

/** Text without comments and imports: what is left names a function only where it is called or handed over. */
function code(text: string): string {
  return text
    .replaceAll(/^import\b[\s\S]*?from '[^']*'$/gm, '')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
}

function filesUnder(folder: string, ending: string): string[] {
  const names = readdirSync(at(folder), { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .sort()
    .map((name) => readFileSync(at(folder, name), 'utf8'))
}

/** The tests of a file: what stands from one `it(` to the next, if it expects something. */
function testsOf(text: string): string[] {
  return text
    .split(/^ *it(?:\.each\([\s\S]*?\))?\(/m)
    .slice(1)
    .filter((test) => test.includes('expect('))
}

/** Checks by function. */
export function countChecks(): Map<string, Checks> {
  const measured = filesUnder('corpus/ground-truth', '.ts').map(code)
  const read = filesUnder('corpus/memory', '.ts').map(code)
  const tests = filesUnder('src-core', '.test.ts').flatMap((text) => testsOf(code(text)))
  return new Map(
    FUNCTIONS.map((name) => {
      const call = new RegExp(`(?<![\\w$])${name}\\b(?: as \\w+)? *\\(|[(,] *(?:k\\.)?${name} *[,)]`)
      const among = (texts: readonly string[]): number => texts.filter((text) => call.test(text)).length
      return [name, { measured: among(measured), read: among(read), tests: among(tests) }] as const
    }),
  )
}
