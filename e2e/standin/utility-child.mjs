/** Loaded first in a utility process: `process.parentPort` and its ports over the IPC channel to the main process. */
import { EventEmitter } from 'node:events'

/** @type {Map<number, Port>} */
const ports = new Map()

/** A port whose messages wait until it is started. */
class Port extends EventEmitter {
  #number
  #queue = []
  #started = false

  constructor(number) {
    super()
    this.#number = number
    ports.set(number, this)
  }
  postMessage(data) {
    if (process.connected) process.send({ kind: 'port', number: this.#number, data })
  }
  deliver(data) {
    if (this.#started) this.emit('message', { data, ports: [] })
    else this.#queue.push(data)
  }
  start() {
    this.#started = true
    for (const data of this.#queue.splice(0)) this.emit('message', { data, ports: [] })
  }
  close() {
    if (!ports.delete(this.#number)) return
    if (process.connected) process.send({ kind: 'close', number: this.#number })
    this.emit('close')
  }
}

class ParentPort extends EventEmitter {
  #queue = []

  constructor() {
    super()
    this.on('newListener', (event) => {
      if (event === 'message') setImmediate(() => this.#flush())
    })
  }
  #flush() {
    for (const message of this.#queue.splice(0)) this.emit('message', message)
  }
  postMessage(data) {
    if (process.connected) process.send({ kind: 'message', data })
  }
  start() {}
  deliver(message) {
    if (this.listenerCount('message') > 0 && this.#queue.length === 0) this.emit('message', message)
    else this.#queue.push(message)
  }
}

const parentPort = new ParentPort()
process.parentPort = parentPort
process.type = 'utility'

process.on('message', (message) => {
  if (message.kind === 'message') {
    parentPort.deliver({ data: message.data, ports: message.numbers.map((number) => new Port(number)) })
  } else if (message.kind === 'port') ports.get(message.number)?.deliver(message.data)
  else {
    const port = ports.get(message.number)
    ports.delete(message.number)
    port?.emit('close')
  }
})
process.on('disconnect', () => process.exit(0))
