/** `npm run dev`: the app in a browser with hot reload. Arguments go to vite (`npm run dev -- --port 5200`). */
import { spawn } from 'node:child_process'
import { ROOT, TOOLS } from './paths.mjs'
import { ensureSetup } from './setup.mjs'

await ensureSetup()
const args = [TOOLS.vite, '-c', 'vite.web.config.ts', ...process.argv.slice(2)]
const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
child.on('close', (status) => process.exit(status ?? 0))
