/** `app`: the life of the application. lifecycle.mjs fills it in. */
import { EventEmitter } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeInstance } from './single-instance.mjs'
import { children } from './utility-process.mjs'
import { windows } from './window-list.mjs'

/** An event whose default can be prevented. */
export const preventable = (fields = {}) => ({
  ...fields,
  defaultPrevented: false,
  preventDefault() {
    this.defaultPrevented = true
  },
})

class App extends EventEmitter {
  isPackaged = false
  /** Recent documents, for tests to read. */
  recent = []
  commandLine = { appendSwitch() {}, hasSwitch: () => false, getSwitchValue: () => '' }
  #about = { name: 'app', version: '0.0.0', appPath: '.', userData: tmpdir() }
  #ready = false
  #quitting = false
  /** Ends the browser; set by lifecycle.mjs. */
  release = async () => {}

  describe(about) {
    this.#about = about
  }
  becomeReady() {
    this.#ready = true
    this.emit('ready', {})
  }

  get name() {
    return this.#about.name
  }
  getName() {
    return this.#about.name
  }
  getVersion() {
    return this.#about.version
  }
  getAppPath() {
    return this.#about.appPath
  }
  getLocale() {
    return 'en-US'
  }
  getPath(name) {
    if (name === 'userData') return this.#about.userData
    return { temp: tmpdir(), exe: process.execPath, home: process.env.HOME }[name] ?? join(this.#about.userData, name)
  }
  isReady() {
    return this.#ready
  }
  whenReady() {
    return this.#ready ? Promise.resolve() : new Promise((done) => this.once('ready', () => done()))
  }
  /** As Electron's: one app per user folder; a second one hands its command line to the first and is refused. */
  requestSingleInstanceLock() {
    return takeInstance(this.#about.userData, (words, folder) => this.emit('second-instance', {}, words, folder))
  }
  releaseSingleInstanceLock() {}
  addRecentDocument(path) {
    this.recent.push(path)
  }
  clearRecentDocuments() {
    this.recent.length = 0
  }
  setAboutPanelOptions() {}
  setAsDefaultProtocolClient() {
    return true
  }
  setAppUserModelId() {}
  focus() {}

  /** Processes of the app, the utility processes among them: their pids are how a test kills the core. */
  getAppMetrics() {
    const utilities = [...children].map(({ pid, serviceName }) => ({ pid, type: 'Utility', name: serviceName }))
    return [{ pid: process.pid, type: 'Browser' }, ...utilities]
  }

  get isQuitting() {
    return this.#quitting
  }

  quit() {
    if (this.#quitting) return
    const before = preventable()
    this.emit('before-quit', before)
    if (before.defaultPrevented) return
    this.#quitting = true
    for (const window of [...windows]) {
      window.close()
      if (!window.isDestroyed()) {
        this.#quitting = false
        return
      }
    }
    const last = preventable()
    this.emit('will-quit', last)
    if (last.defaultPrevented) this.#quitting = false
    else void this.exit(0)
  }

  async exit(code = 0) {
    this.emit('quit', {}, code)
    for (const child of children) child.kill()
    await this.release()
    process.exit(code)
  }
}

export const app = new App()
