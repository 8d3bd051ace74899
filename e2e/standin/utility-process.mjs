/** utilityProcess: a Node child with `process.parentPort` (utility-child.mjs). */
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { closeRemote, fromRemote } from './ports.mjs'

const CHILD_SIDE = new URL('./utility-child.mjs', import.meta.url).href

/** Utility processes that run. */
export const children = new Set()

class UtilityProcess extends EventEmitter {
  #child
  /** Numbers of the ports it was given. */
  #ports = new Set()
  pid = undefined

  constructor(file, args, options) {
    super()
    this.serviceName = options.serviceName ?? 'Node Utility Process'
    const output = options.stdio === 'pipe' || options.stdio === 'ignore' ? options.stdio : 'inherit'
    this.#child = fork(file, args, {
      serialization: 'advanced',
      execArgv: ['--import', CHILD_SIDE, ...(options.execArgv ?? [])],
      env: options.env ?? process.env,
      cwd: options.cwd ?? process.cwd(),
      stdio: ['ignore', output, output, 'ipc'],
    })
    children.add(this)
    this.#child.on('spawn', () => {
      this.pid = this.#child.pid
      this.emit('spawn')
    })
    this.#child.on('exit', (code, signal) => {
      children.delete(this)
      this.pid = undefined
      for (const number of this.#ports) closeRemote(number)
      // Electron reports a signal as its number.
      this.emit('exit', code ?? (signal === 'SIGKILL' ? 9 : 15))
    })
    this.#child.on('message', (message) => {
      if (message.kind === 'message') this.emit('message', message.data)
      else if (message.kind === 'port') fromRemote(message.number, message.data)
      else closeRemote(message.number)
    })
  }

  get stdout() {
    return this.#child.stdout
  }
  get stderr() {
    return this.#child.stderr
  }

  postMessage(data, transfer = []) {
    const numbers = transfer.map((port) =>
      port.handOver((number) => ({
        send: (value) => this.#send({ kind: 'port', number, data: value }),
        close: () => this.#send({ kind: 'close', number }),
      })),
    )
    for (const number of numbers) this.#ports.add(number)
    this.#send({ kind: 'message', data, numbers })
  }

  kill() {
    return this.#child.kill()
  }

  #send(message) {
    if (this.#child.connected) this.#child.send(message, () => {})
  }
}

export const utilityProcess = { fork: (file, args = [], options = {}) => new UtilityProcess(file, args, options) }
