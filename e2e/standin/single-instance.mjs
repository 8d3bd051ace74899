/** The single-instance lock: a file with the first instance's pid; the second leaves its command line beside it. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param {string} folder of the user's data
 * @param {(words: string[], folder: string) => void} onSecond
 */
export function takeInstance(folder, onSecond) {
  const lock = join(folder, 'standin-lock')
  const messages = join(folder, 'standin-messages')
  mkdirSync(messages, { recursive: true })
  for (let tries = 0; tries < 2; tries++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      listen(messages, onSecond)
      return true
    } catch {
      if (isAlive(Number(readFileSync(lock, 'utf8')))) break
      rmSync(lock, { force: true })
    }
  }
  const message = join(messages, String(process.pid))
  writeFileSync(`${message}.new`, JSON.stringify({ words: process.argv, folder: process.cwd() }))
  renameSync(`${message}.new`, `${message}.json`)
  return false
}

function listen(messages, onSecond) {
  const take = () => {
    for (const name of readdirSync(messages)) {
      if (!name.endsWith('.json')) continue
      const { words, folder } = JSON.parse(readFileSync(join(messages, name), 'utf8'))
      rmSync(join(messages, name))
      onSecond(words, folder)
    }
  }
  watch(messages, take).unref()
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
