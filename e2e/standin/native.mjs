/** What Electron takes from the desktop: menus can be read and clicked by tests, dialogs are cancelled, links kept. */
import { EventEmitter } from 'node:events'
import { rm } from 'node:fs/promises'

export class MenuItem {
  constructor(options) {
    Object.assign(this, { enabled: true, visible: true, checked: false, label: options.role ?? '' }, options)
    this.type = options.type ?? (options.submenu ? 'submenu' : 'normal')
    if (Array.isArray(options.submenu)) this.submenu = Menu.buildFromTemplate(options.submenu)
    const chosen = options.click
    this.click = (event, window, contents) => chosen?.(this, window, { event, contents })
  }
}

export class Menu {
  static #application = null
  items = []

  static buildFromTemplate(template) {
    const menu = new Menu()
    menu.items = template.map((options) => new MenuItem(options))
    return menu
  }
  static setApplicationMenu(menu) {
    Menu.#application = menu
  }
  static getApplicationMenu() {
    return Menu.#application
  }

  append(item) {
    this.items.push(item)
  }
  popup() {}
  getMenuItemById(id) {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }
}

export const dialog = {
  showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
  showSaveDialog: async () => ({ canceled: true, filePath: '' }),
  showMessageBox: async () => ({ response: 0, checkboxChecked: false }),
  showErrorBox: (title, text) => console.error(`[dialog] ${title}: ${text}`),
}

/** Links "opened" in the person's browser, for tests to read: `shell.opened`. */
export const shell = {
  opened: [],
  async openExternal(url) {
    shell.opened.push(url)
  },
  openPath: async () => '',
  trashItem: (path) => rm(path),
  showItemInFolder() {},
}

export const nativeTheme = Object.assign(new EventEmitter(), { shouldUseDarkColors: false, themeSource: 'system' })

const display = {
  id: 1,
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1080 },
  workAreaSize: { width: 1920, height: 1080 },
  scaleFactor: 1,
}
export const screen = Object.assign(new EventEmitter(), {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
})

let clipboardText = ''
export const clipboard = {
  readText: () => clipboardText,
  writeText: (text) => {
    clipboardText = text
  },
}
