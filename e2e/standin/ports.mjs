/** MessageChannelMain. A port that is sent elsewhere (page, utility process) becomes a relay for the other end. */
import { EventEmitter } from 'node:events'

/** @type {Map<number, MessagePortMain>} Ports handed to another process, by the number it knows them under. */
const handedOver = new Map()
let lastNumber = 0

export class MessagePortMain extends EventEmitter {
  #queue = []
  #started = false
  #closed = false
  /** The far side, once handed over: what to do with data for it. */
  #remote = null
  #number = 0
  peer = null

  postMessage(data) {
    if (this.#remote) throw new Error('a port that was transferred cannot be used here')
    this.peer.deliver(structuredClone(data))
  }

  start() {
    this.#started = true
    for (const data of this.#queue.splice(0)) this.emit('message', { data, ports: [] })
  }

  close() {
    if (this.#closed) return
    this.#closed = true
    handedOver.delete(this.#number)
    this.#remote?.close()
    this.emit('close')
    this.peer.close()
  }

  /** Data from the other end. */
  deliver(data) {
    if (this.#remote) this.#remote.send(data)
    else if (this.#started) this.emit('message', { data, ports: [] })
    else this.#queue.push(data)
  }

  /** Gives this end to another process. What came before goes along. Returns the number it is known under there. */
  handOver(makeRemote) {
    this.#number = ++lastNumber
    handedOver.set(this.#number, this)
    const remote = makeRemote(this.#number)
    // After the message that carries the port itself.
    queueMicrotask(() => {
      this.#remote = remote
      for (const data of this.#queue.splice(0)) remote.send(data)
    })
    return this.#number
  }
}

export class MessageChannelMain {
  constructor() {
    this.port1 = new MessagePortMain()
    this.port2 = new MessagePortMain()
    this.port1.peer = this.port2
    this.port2.peer = this.port1
  }
}

/** Data that another process posted on the port numbered so. */
export const fromRemote = (number, data) => handedOver.get(number)?.peer.deliver(data)

/** Another process closed the port numbered so, or died. */
export const closeRemote = (number) => handedOver.get(number)?.close()
