/**
 * Runs before `npm pack`: builds the command line anew into out/package, with nothing in it but what runs. The tarball
 * works in any folder: `npx pageward`.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { at, TOOLS } from './paths.mjs'
import { ensureSetup } from './setup.mjs'
import { runNode } from './tool.mjs'

const FOLDER = 'out/package'

await ensureSetup()
rmSync(at(FOLDER), { recursive: true, force: true })
mkdirSync(at(FOLDER), { recursive: true })
for (const [tool, words] of /** @type {[string, string[]][]} */ ([
  [TOOLS.vite, ['build', '-c', 'vite.cli.config.ts', '--outDir', at(FOLDER), '--logLevel', 'warn']],
  [at('scripts/build/cache-typescript.mjs'), [at(FOLDER)]],
])) {
  const { status, output } = await runNode(tool, words)
  if (status !== 0) {
    console.error(output)
    process.exit(1)
  }
}
// The compiled code of the compiler fits one version of Node: others do without it.
for (const file of ['typescript.cache', 'typescript.made', 'inputs.json']) rmSync(at(FOLDER, file), { force: true })
writeFileSync(at(FOLDER, 'pageward.js'), "#!/usr/bin/env node\nimport './main.js'\n")
chmodSync(at(FOLDER, 'pageward.js'), 0o755)
