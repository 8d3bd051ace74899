/** `pageward types DIR`: the declarations of the surface as files, so that any editor completes snippets. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DECLARATIONS } from '../../src-core/surface/generated/declarations.ts'
import { Exit, UsageError } from '../exit.ts'
import type { Options } from '../options.ts'
import { print } from '../output.ts'

/** What a snippet sees: ES2023 and dispose, no DOM, no Node. */
const CONFIG = {
  compilerOptions: {
    target: 'ESNext',
    module: 'ESNext',
    moduleResolution: 'Bundler',
    lib: ['ES2023', 'ESNext.Disposable'],
    types: [],
    strict: true,
    noImplicitAny: false,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  },
  include: ['**/*.ts'],
}

export function types(options: Options): Exit {
  const [folder, more] = options.files
  if (folder === undefined || more !== undefined) throw new UsageError('types: give the folder to write into')
  const written = [
    write(folder, 'pageward.d.ts', `${DECLARATIONS.map(({ text }) => text).join('\n')}\n`),
    write(folder, 'tsconfig.json', `${JSON.stringify(CONFIG, null, 2)}\n`),
  ]
  print(`wrote ${written.join(' and ')}`)
  return Exit.OK
}

/** Writes a file that is new or Pageward's own; a tsconfig of the user's is left alone. */
function write(folder: string, name: string, text: string): string {
  const path = join(folder, name)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, text, { flag: name === 'tsconfig.json' ? 'wx' : 'w' })
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST' && name === 'tsconfig.json') return `(kept ${path})`
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
  return path
}
