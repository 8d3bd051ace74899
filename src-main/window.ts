/** The window: a sandboxed, isolated page, shown when it has drawn, brought back when its process dies. */
import { BrowserWindow, dialog, nativeTheme, type WebContents } from 'electron'
import { join } from 'node:path'
import { pageUrl } from './page-origin.ts'
import { keepPlace, readPlace } from './window-bounds.ts'
import { MINIMUM_SIZE } from './window-place.ts'

/** A page that dies more often than this in a minute stays down: it would die again. */
const REVIVALS = 3

/** Opens the window and begins to load its page. */
export function openWindow(): BrowserWindow {
  const place = readPlace()
  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    title: 'Pageward',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  })
  if (place.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  keepPlace(window)
  reviveAfterCrash(window.webContents)
  askAfterHang(window)
  void window.loadURL(pageUrl)
  return window
}

/** The one window, in front: after a second start of the app, or a click in the dock. */
export function focusWindow(): void {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined) {
    openWindow()
    return
  }
  if (window.isMinimized()) window.restore()
  window.focus()
}

/** The page keeps its text in its own storage, so a reload brings all of it back. */
function reviveAfterCrash(page: WebContents): void {
  let deaths: number[] = []
  page.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    const now = performance.now()
    deaths = [...deaths.filter((time) => now - time < 60_000), now]
    console.warn(`the page's process is gone: ${reason}`)
    if (deaths.length <= REVIVALS) page.reload()
  })
}

/** A page that hangs: the person says whether to wait or to load it anew; its text is in the journal. */
function askAfterHang(window: BrowserWindow): void {
  let asking = false
  window.on('unresponsive', () => {
    if (asking) return
    asking = true
    console.warn('the page does not answer')
    const question = {
      type: 'warning' as const,
      message: 'The window does not answer.',
      detail: 'Loading it anew keeps your text.',
      buttons: ['Wait', 'Load it anew'],
      defaultId: 0,
      cancelId: 0,
    }
    void dialog.showMessageBox(window, question).then(({ response }) => {
      asking = false
      // Ends the hung process; reviveAfterCrash loads the page again.
      if (response === 1 && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer()
    })
  })
}
