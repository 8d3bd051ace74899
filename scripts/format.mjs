/** `npm run format -- PATHS`: Prettier over these paths only. */
import { spawnSync } from 'node:child_process'
import { ROOT, TOOLS } from './paths.mjs'
import { ensureSetup } from './setup.mjs'

const paths = process.argv.slice(2)
if (paths.length === 0) {
  console.error('usage: npm run format -- PATHS')
  process.exit(2)
}
await ensureSetup()
const { status } = spawnSync(process.execPath, [TOOLS.prettier, '--write', ...paths], { cwd: ROOT, stdio: 'inherit' })
process.exit(status ?? 1)
