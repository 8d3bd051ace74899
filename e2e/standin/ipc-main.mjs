/** ipcMain. */
import { EventEmitter } from 'node:events'

class IpcMain extends EventEmitter {
  #handlers = new Map()

  handle(channel, handler) {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.#handlers.set(channel, handler)
  }

  removeHandler(channel) {
    this.#handlers.delete(channel)
  }

  /** What `ipcRenderer.invoke` asks for: the answer, or an error worded as Electron's. */
  async answer(channel, event, args) {
    const handler = this.#handlers.get(channel)
    const failed = `Error invoking remote method '${channel}'`
    if (!handler) throw new Error(`${failed}: Error: No handler registered for '${channel}'`)
    try {
      return await handler(event, ...args)
    } catch (error) {
      throw new Error(`${failed}: ${error}`, { cause: error })
    }
  }
}

export const ipcMain = new IpcMain()
