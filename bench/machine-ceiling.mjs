/**
 * What two processors of this machine give at most: the same exploration by one worker, alone and twice at a time in
 * two processes that share nothing. Two workers that share one exploration cannot do better than that.
 */
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { OUT } from './bundle.mjs'

/**
 * How many times the work of one copy two copies do in the same time; bench/explore.ts has to be built.
 * @param {string} file the program
 */
export async function measureCeiling(file) {
  const alone = await exploredMs(file)
  const together = await Promise.all([exploredMs(file), exploredMs(file)])
  return (2 * alone) / Math.max(...together)
}

/**
 * Milliseconds of one exploration in a new process, its start and compiling not among them.
 * @param {string} file @returns {Promise<number>}
 */
function exploredMs(file) {
  const url = JSON.stringify(pathToFileURL(`${OUT}/explore.mjs`).href)
  const program = `bench.programAt(${JSON.stringify(file)})`
  const code = `import(${url}).then((bench) => console.log(bench.exploreHere(${program}).wallMs))`
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (bytes) => (text += String(bytes)))
    child.on('error', reject)
    child.on('close', (status) => (status === 0 ? resolve(Number(text)) : reject(new Error(`it ended with ${status}`))))
  })
}
