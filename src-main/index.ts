/** The desktop app's main process: what is set up, in order. Each step lives in the module it is named after. */
import { app, BrowserWindow } from 'electron'
import { fileURLToPath } from 'node:url'
import { registerAppScheme, serveApp } from './app-protocol.ts'
import { CoreProcess } from './core-process.ts'
import { setMenu } from './menu.ts'
import { denyPermissions, lockNavigation, onPageMessage } from './security.ts'
import { focusWindow, openWindow } from './window.ts'

const RENDERER = fileURLToPath(new URL('../web', import.meta.url))
const CORE = fileURLToPath(new URL('./core-utility.ts', import.meta.url))

/** What may only be done before the app is ready. */
function beforeReady(): void {
  registerAppScheme()
  lockNavigation()
  app.on('second-instance', focusWindow)
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
}

function afterReady(): void {
  denyPermissions()
  serveApp(RENDERER)
  const core = new CoreProcess(CORE, tellRestart)
  onPageMessage('core:connect', (page) => core.attach(page))
  app.on('will-quit', () => core.stop())
  app.on('activate', focusWindow)
  setMenu()
  openWindow()
}

function tellRestart(reason: string): void {
  console.warn(`the core was restarted: ${reason}`)
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send('core:restarted', reason)
}

if (app.requestSingleInstanceLock()) {
  beforeReady()
  void app.whenReady().then(afterReady)
} else {
  app.quit()
}
