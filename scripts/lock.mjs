/**
 * A lock between processes: a folder holding the owner's pid. A lock whose owner is gone is taken over.
 * Two takers of the same dead lock are told apart by renaming it away first: only one rename succeeds.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { at } from './paths.mjs'

/** By then the taker of a lock has written its pid, or died before it could. */
const PID_WRITTEN_MS = 10_000

/** @param {number} ms */
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

/**
 * Runs `work` while this process alone holds the lock `name`; waits for another holder first.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function locked(name, work) {
  const folder = at('out/.locks', name)
  mkdirSync(at('out/.locks'), { recursive: true })
  while (!take(folder)) {
    if (isDead(folder)) retire(folder)
    else await sleep(60)
  }
  const release = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.removeListener('exit', release)
    release()
  }
}

/** @param {string} folder */
function take(folder) {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
  writeFileSync(`${folder}/pid`, String(process.pid))
  return true
}

/**
 * True if the owner's process no longer exists. A lock without a pid yet has just been taken.
 * @param {string} folder
 */
function isDead(folder) {
  try {
    const pid = Number(readFileSync(`${folder}/pid`, 'utf8'))
    if (pid > 0) process.kill(pid, 0)
    return false
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code
    if (code !== 'ENOENT') return code === 'ESRCH'
    const info = statSync(folder, { throwIfNoEntry: false })
    return info !== undefined && Date.now() - info.mtimeMs > PID_WRITTEN_MS
  }
}

/** @param {string} folder */
function retire(folder) {
  const aside = `${folder}.dead-${process.pid}`
  try {
    renameSync(folder, aside)
    rmSync(aside, { recursive: true, force: true })
  } catch {
    // Another waiter was first.
  }
}
