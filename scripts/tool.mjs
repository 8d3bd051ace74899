/** Runs a tool as a child process: its output is kept and only shown when it fails. */
import { spawn } from 'node:child_process'
import { ROOT } from './paths.mjs'

/**
 * @typedef {{ status: number, output: string, stdout: string, ms: number }} ToolResult `output` is both streams
 * @typedef {{ env?: Record<string, string>, live?: boolean, shell?: boolean }} ToolOptions
 */

/**
 * Runs `command` in the repository. With `live` the output goes straight to the terminal too.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ToolOptions} [options]
 * @returns {Promise<ToolResult>}
 */
export function run(command, args, options = {}) {
  const started = performance.now()
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...(options.live ? {} : { NO_COLOR: '1' }), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: options.shell ?? false,
    })
    let output = ''
    let stdout = ''
    /** @type {(stream: NodeJS.WriteStream) => (chunk: Buffer) => void} */
    const collect = (stream) => (chunk) => {
      output += chunk.toString()
      if (stream === process.stdout) stdout += chunk.toString()
      if (options.live) stream.write(chunk)
    }
    child.stdout.on('data', collect(process.stdout))
    child.stderr.on('data', collect(process.stderr))
    const end = (/** @type {number} */ status) => done({ status, output, stdout, ms: performance.now() - started })
    child.on('error', (error) => {
      output += `${error.message}\n`
      end(127)
    })
    child.on('close', (status) => end(status ?? 1))
  })
}

/**
 * The same for a script of node_modules (see TOOLS), run by this Node.
 * @param {string} script
 * @param {readonly string[]} args
 * @param {ToolOptions} [options]
 */
export const runNode = (script, args, options) => run(process.execPath, [script, ...args], options)

/** `1.4 s`, `2 min 5 s`. @param {number} ms */
export function duration(ms) {
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
