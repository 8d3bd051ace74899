/** webContents: one page, its IPC over the window's WebSocket, its navigation asked for before it happens. */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { app, preventable } from './app.mjs'
import { cloneCodec } from './clone.mjs'
import { ipcMain } from './ipc-main.mjs'
import { fromLoopback, SOCKET, takeSockets, toLoopback } from './loopback.mjs'
import { pageSide } from './page-side.mjs'
import { closeRemote, fromRemote } from './ports.mjs'
import { session } from './protocol.mjs'
import { windows } from './window-list.mjs'

const codec = cloneCodec()
let lastId = 0

export class WebContents extends EventEmitter {
  id = ++lastId
  session = session.defaultSession
  targetId = ''
  page = null
  #owner
  #cdp = null
  #socket = null
  /** Messages on their way, and those from before the page listens. */
  #queue = []
  /** Numbers of the ports the page holds. */
  #ports = new Set()
  #openHandler = () => ({ action: 'allow' })
  /** The navigation that main itself asked for. */
  #expected = ''

  constructor(owner) {
    super()
    this.#owner = owner
    takeSockets(this.id, (socket) => this.#take(socket))
    app.emit('web-contents-created', {}, this)
  }

  /** Makes `page` this one: preload, navigation, events. */
  async adopt(page, preloadFile) {
    this.page = page
    this.#cdp = await page.context().newCDPSession(page)
    this.targetId = (await this.#cdp.send('Target.getTargetInfo')).targetInfo.targetId
    const preload = preloadFile ? readFileSync(preloadFile, 'utf8') : ''
    const settings = JSON.stringify({ windowId: this.id, socketPath: SOCKET, platform: process.platform })
    await page.addInitScript({
      content: `(${pageSide})((${cloneCodec})(), ${settings}, (require, module, exports, process) => {${preload}\n})`,
    })
    this.#cdp.on('Fetch.requestPaused', (event) => void this.#navigates(event))
    await this.#cdp.send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Request' }] })
    page.on('domcontentloaded', () => this.emit('dom-ready', {}))
    page.on('load', () => this.emit('did-finish-load', {}))
    page.on('crash', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }))
    page.on('popup', (popup) => void popup.close())
    page.on('close', () => this.#forgetPorts())
  }

  async loadURL(url) {
    const address = toLoopback(url)
    await this.#decidePermissions(url, new URL(address).origin)
    this.#expected = address
    await this.page.goto(address)
  }
  reload() {
    this.#expected = this.page.url()
    void this.#cdp.send('Page.reload').catch(() => {})
  }
  getURL() {
    return fromLoopback(this.page?.url() ?? '')
  }
  executeJavaScript(code) {
    return this.#owner.opened.then(() => this.page.evaluate(code))
  }
  setWindowOpenHandler(handler) {
    this.#openHandler = handler
  }
  isDestroyed() {
    return this.#owner.isDestroyed()
  }
  close() {
    this.#owner.close()
  }
  /** The page's viewport; headed, the window on screen too. */
  async resize({ x, y, width, height }) {
    if (process.env.STANDIN_HEADED) {
      const { windowId } = await this.#cdp.send('Browser.getWindowForTarget')
      await this.#cdp.send('Browser.setWindowBounds', { windowId, bounds: { left: x, top: y, width, height } })
    }
    await this.page.setViewportSize({ width, height })
  }
  forcefullyCrashRenderer() {
    void this.#cdp.send('Page.crash').catch(() => {})
  }
  openDevTools() {}

  send(channel, ...args) {
    this.#post({ kind: 'send', channel, args, numbers: [] })
  }
  postMessage(channel, data, transfer = []) {
    const numbers = transfer.map((port) =>
      port.handOver((number) => ({
        send: (value) => this.#post({ kind: 'port', number, data: value }),
        close: () => this.#post({ kind: 'close', number }),
      })),
    )
    for (const number of numbers) this.#ports.add(number)
    this.#post({ kind: 'send', channel, args: [data], numbers })
  }

  /**
   * Never writes at once: what a test evaluates here runs as an interrupt, maybe in the middle of another write of this
   * socket, and a write inside a write gets lost.
   */
  #post(message) {
    this.#queue.push(codec.encode(message))
    setImmediate(() => this.#flush())
  }
  #flush() {
    if (this.#socket) for (const bytes of this.#queue.splice(0)) this.#socket.send(bytes)
  }

  /** A new document of the page listens; the ports of the one before died with it. */
  #take(socket) {
    this.#forgetPorts()
    if (this.#socket !== undefined) this.emit('did-start-loading')
    this.#socket = socket
    socket.on('message', (bytes) => void this.#receive(codec.decode(new Uint8Array(bytes))))
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null
    })
    this.#flush()
  }

  async #receive(message) {
    if (message.kind === 'port') return fromRemote(message.number, message.data)
    if (message.kind === 'open') return this.#opens(message.url)
    const event = {
      sender: this,
      senderFrame: { url: this.getURL(), parent: null, top: null },
      ports: [],
      reply: (channel, ...args) => this.send(channel, ...args),
    }
    if (message.kind === 'send') return void ipcMain.emit(message.channel, event, ...message.args)
    try {
      this.#post({ kind: 'answer', id: message.id, value: await ipcMain.answer(message.channel, event, message.args) })
    } catch (error) {
      this.#post({ kind: 'answer', id: message.id, error: error.message })
    }
  }

  #opens(url) {
    const { action } = this.#openHandler({ url: fromLoopback(url), frameName: '', disposition: 'new-window' })
    if (action === 'allow') console.warn(`the stand-in opens no second window: ${url}`)
  }

  /** A document is about to be loaded: one that the page itself asked for may be refused. */
  async #navigates({ requestId, request, frameId }) {
    const own = this.#expected !== '' && request.url.split('#')[0] === this.#expected.split('#')[0]
    this.#expected = ''
    const event = preventable({ url: fromLoopback(request.url), frame: { frameId }, isMainFrame: true })
    if (!own) this.emit('will-navigate', event, event.url)
    const answer = event.defaultPrevented
      ? this.#cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      : this.#cdp.send('Fetch.continueRequest', { requestId })
    await answer.catch(() => {})
  }

  async #decidePermissions(url, origin) {
    for (const [name, granted] of await session.defaultSession.decide(this, url)) {
      const setting = granted ? 'granted' : 'denied'
      await this.#cdp.send('Browser.setPermission', { permission: { name }, setting, origin })
    }
  }

  #forgetPorts() {
    for (const number of this.#ports) closeRemote(number)
    this.#ports.clear()
    this.#socket = null
  }
}

export const webContents = {
  getAllWebContents: () => [...windows].map((window) => window.webContents),
  fromId: (id) => webContents.getAllWebContents().find((contents) => contents.id === id),
  fromDevToolsTargetId: (target) => webContents.getAllWebContents().find((contents) => contents.targetId === target),
}
