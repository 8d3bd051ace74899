/** BrowserWindow: a page of the browser, with bounds that exist as numbers (and as the page's viewport). */
import { EventEmitter } from 'node:events'
import { app, preventable } from './app.mjs'
import { WebContents } from './web-contents.mjs'
import { windows } from './window-list.mjs'

/** @type {import('playwright-core').BrowserContext | null} */
let context = null
export const useContext = (opened) => {
  context = opened
}

export class BrowserWindow extends EventEmitter {
  #destroyed = false
  #bounds
  #maximized = false
  #title
  #visible
  webContents

  constructor(options = {}) {
    super()
    if (!context) throw new Error('Cannot create BrowserWindow before app is ready')
    const { x = 0, y = 0, width = 800, height = 600, title = '', show = true } = options
    this.#bounds = { x, y, width, height }
    this.#title = title
    this.#visible = show
    this.webContents = new WebContents(this)
    this.id = this.webContents.id
    windows.add(this)
    this.opened = this.#open(options.webPreferences?.preload)
  }

  async #open(preload) {
    // Headed, the browser came up with one window without tabs: it is the first window's.
    const unused = context.pages().find((page) => page.url().includes('/__standin/') && windows.size === 1)
    const page = unused ?? (await context.newPage())
    page.once('close', () => this.#closed())
    page.once('domcontentloaded', () => setImmediate(() => this.emit('ready-to-show')))
    await this.webContents.adopt(page, preload)
    await this.#fit()
  }
  #fit() {
    return this.webContents.resize(this.#bounds)
  }
  #closed() {
    if (this.#destroyed) return
    this.#destroyed = true
    windows.delete(this)
    this.emit('closed')
    if (windows.size > 0 || app.isQuitting) return
    if (!app.emit('window-all-closed')) app.quit()
  }

  async loadURL(url) {
    await this.opened
    await this.webContents.loadURL(url)
  }
  close() {
    if (this.#destroyed) return
    const event = preventable()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }
  destroy() {
    const { page } = this.webContents
    this.#closed()
    void page?.close().catch(() => {})
  }
  isDestroyed() {
    return this.#destroyed
  }

  getBounds() {
    return { ...this.#bounds }
  }
  getNormalBounds() {
    return { ...this.#bounds }
  }
  setBounds(bounds) {
    Object.assign(this.#bounds, bounds)
    void this.#fit()
    this.emit('move')
    this.emit('resize')
  }
  getTitle() {
    return this.#title
  }
  setTitle(title) {
    this.#title = title
  }
  show() {
    this.#visible = true
    this.emit('show')
  }
  hide() {
    this.#visible = false
  }
  isVisible() {
    return this.#visible
  }
  maximize() {
    this.#maximized = true
  }
  unmaximize() {
    this.#maximized = false
  }
  isMaximized() {
    return this.#maximized
  }
  isMinimized() {
    return false
  }
  isFocused() {
    return true
  }
  minimize() {}
  restore() {}
  focus() {}

  static getAllWindows() {
    return [...windows]
  }
  static getFocusedWindow() {
    return [...windows][0] ?? null
  }
  static fromWebContents(contents) {
    return [...windows].find((window) => window.webContents === contents) ?? null
  }
  static fromId(id) {
    return [...windows].find((window) => window.id === id) ?? null
  }
}
