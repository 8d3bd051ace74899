/** The native menu. Items of the app itself only name a command; the page's shortcut table says what it does. */
import { app, BrowserWindow, Menu, shell, type MenuItemConstructorOptions } from 'electron'
import { showLicences, showLog } from './about.ts'
import type { Documents } from './documents.ts'
import type { RecentFiles } from './recent-files.ts'

const MAC = process.platform === 'darwin'

/** An item that hands `command` to the page. Its accelerator is shown only: the page handles the keys itself. */
function command(id: string, label: string, accelerator?: string): MenuItemConstructorOptions {
  return {
    id,
    label,
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
    click: (_item, window) => {
      if (window instanceof BrowserWindow) window.webContents.send('menu:command', id)
    },
  }
}

const separator: MenuItemConstructorOptions = { type: 'separator' }

/** The files opened last: the system's own list on macOS, ours elsewhere. */
function recentMenu(documents: Documents, recent: RecentFiles): MenuItemConstructorOptions {
  if (MAC) return { role: 'recentDocuments', submenu: [{ role: 'clearRecentDocuments' }] }
  const files = recent.list.map((path, i): MenuItemConstructorOptions => ({
    id: `recent-${i}`,
    // An ampersand would make the next character the item's key.
    label: path.replaceAll('&', '&&'),
    click: () => void documents.open({ kind: 'file', path }),
  }))
  return {
    id: 'recent',
    label: 'Open recent',
    enabled: files.length > 0,
    submenu: [...files, separator, { id: 'recent-clear', label: 'Clear this list', click: () => recent.clear() }],
  }
}

/** Builds and sets the application's menu. */
export function setMenu(documents: Documents, recent: RecentFiles): void {
  const template: MenuItemConstructorOptions[] = [
    ...(MAC ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        {
          id: 'file-open',
          label: 'Open…',
          accelerator: 'CmdOrCtrl+O',
          click: (_item, window) => {
            if (window instanceof BrowserWindow) void documents.choose(window)
          },
        },
        recentMenu(documents, recent),
        separator,
        { ...command('file-save', 'Save', 'CmdOrCtrl+S'), registerAccelerator: true },
        { ...command('file-save-as', 'Save as…', 'CmdOrCtrl+Shift+S'), registerAccelerator: true },
        separator,
        command('examples', 'Examples', 'CmdOrCtrl+B'),
        separator,
        { role: MAC ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        command('problems', 'Problems', 'Alt+1'),
        command('console', 'Console', 'Alt+2'),
        command('eras', 'Eras', 'Alt+3'),
        separator,
        command('theme', 'Switch theme'),
        command('reset-layout', 'Reset layout'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [separator, { role: 'toggleDevTools' } as const]),
      ],
    },
    {
      label: '&Run',
      submenu: [
        command('run', 'Run', 'CmdOrCtrl+Enter'),
        separator,
        command('step-forward', 'Step forward', 'F10'),
        command('step-back', 'Step back', 'Shift+F10'),
        command('next-problem', 'Next problem', 'F8'),
      ],
    },
    {
      role: 'help',
      submenu: [
        command('shortcuts', 'Keyboard shortcuts'),
        { label: 'Kernel memory management documentation', click: () => void shell.openExternal(KERNEL_DOCS) },
        separator,
        { id: 'log', label: 'Show the log file', click: showLog },
        { id: 'licences', label: 'Licences', click: showLicences },
        ...(MAC ? [] : [{ role: 'about' } as const]),
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

const KERNEL_DOCS = 'https://docs.kernel.org/mm/index.html'
