/**
 * What runs in the page before its own scripts: Electron's renderer modules for the preload, over a WebSocket to the
 * main process. In the page's own world, not in an isolated one: the preload's variables are out of the page's reach
 * (a function's scope), but that isolation is not Electron's and proves nothing about it.
 *
 * One closed function; its text is sent into the page, so that the page's policy (no evaluation) does not concern it.
 */
export function pageSide({ encode, decode }, { windowId, socketPath, platform }, preload) {
  if (window !== window.top || !location.protocol.startsWith('http')) return
  if (location.pathname.startsWith('/__standin/')) return

  const listeners = new Map()
  /** Our ends of the ports the page was given, by number. */
  const ports = new Map()
  const waiting = new Map()
  const queue = []
  let asked = 0

  const socket = new WebSocket(`ws://${location.host}${socketPath}?window=${windowId}`)
  socket.binaryType = 'arraybuffer'
  const send = (message) => {
    const bytes = encode(message)
    if (socket.readyState === WebSocket.OPEN) socket.send(bytes)
    else queue.push(bytes)
  }
  socket.onopen = () => queue.splice(0).forEach((bytes) => socket.send(bytes))
  socket.onmessage = ({ data }) => {
    const message = decode(new Uint8Array(data))
    actions[message.kind](message)
  }

  const actions = {
    answer: ({ id, value, error }) => {
      const { resolve, reject } = waiting.get(id)
      waiting.delete(id)
      if (error === undefined) resolve(value)
      else reject(new Error(error))
    },
    send: ({ channel, args, numbers }) => {
      const event = { sender: ipcRenderer, ports: numbers.map(newPort) }
      for (const listener of [...(listeners.get(channel) ?? [])]) listener(event, ...args)
    },
    port: ({ number, data }) => ports.get(number)?.postMessage(data),
    close: ({ number }) => {
      ports.get(number)?.close()
      ports.delete(number)
    },
  }

  const newPort = (number) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => send({ kind: 'port', number, data })
    ports.set(number, port1)
    return port2
  }

  const ipcRenderer = {
    send: (channel, ...args) => send({ kind: 'send', channel, args }),
    postMessage: (channel, data) => send({ kind: 'send', channel, args: [data] }),
    invoke: (channel, ...args) =>
      new Promise((resolve, reject) => {
        waiting.set(++asked, { resolve, reject })
        send({ kind: 'invoke', id: asked, channel, args })
      }),
    on: (channel, listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    },
    once: (channel, listener) => {
      const wrapped = (...args) => {
        ipcRenderer.removeListener(channel, wrapped)
        listener(...args)
      }
      return ipcRenderer.on(channel, wrapped)
    },
    removeListener: (channel, listener) => {
      listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== listener))
      return ipcRenderer
    },
  }

  /** As contextBridge: functions become proxies, plain values are copied and frozen, all else is refused. */
  const bridged = (value) => {
    if (typeof value === 'function') return (...args) => bridged(value(...args.map(bridged)))
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Promise) return value.then(bridged)
    if (Array.isArray(value)) return Object.freeze(value.map(bridged))
    if (Object.getPrototypeOf(value) !== Object.prototype) {
      throw new TypeError(`${value.constructor?.name ?? 'this object'} cannot cross the context bridge`)
    }
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, bridged(one)])))
  }
  const contextBridge = {
    exposeInMainWorld: (name, api) => {
      Object.defineProperty(window, name, { value: bridged(api), enumerable: true })
    },
  }

  // Main decides about new windows; the page gets nothing back, as when the handler answers `deny`.
  window.open = (url = '') => {
    send({ kind: 'open', url: new URL(url, location.href).href })
    return null
  }

  const electron = { ipcRenderer, contextBridge, webUtils: { getPathForFile: (file) => file.name } }
  const module = { exports: {} }
  const require = (name) => {
    if (name === 'electron') return electron
    throw new Error(`module not found: ${name}`)
  }
  const process = { platform, type: 'renderer', sandboxed: true, contextIsolated: true, env: {}, versions: {} }
  preload(require, module, module.exports, process)
}
