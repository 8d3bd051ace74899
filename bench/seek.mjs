/** Random seek in a million-delta trace, as JSON. Run alone: `node bench/seek.mjs`; `npm run bench` calls `seek()`. */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundled } from './bundle.mjs'

/** Builds the measured code and runs it. */
export async function seek() {
  const module = await bundled('seek')
  const wall = () => performance.now()
  const cpu = () => process.cpuUsage().user / 1000
  module.measureSeek(wall, 1024)
  return {
    typical: module.measureSeek(wall, 1024),
    strewn: module.measureSeek(wall, 16_000),
    // The same in processor time: what a machine that does nothing else would show.
    typicalCpu: module.measureSeek(cpu, 1024),
    strewnCpu: module.measureSeek(cpu, 16_000),
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify({ schema: 'pageward.bench-seek/1', ...(await seek()) }))
}
