/** The desktop app's main process: what is set up, in order. Each step lives in the module it is named after. */
import { app, BrowserWindow, nativeTheme } from 'electron'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import V8_FLAGS from '../src-node/v8-flags.json' with { type: 'json' }
import { logPath, setAbout } from './about.ts'
import { registerAppScheme, serveApp } from './app-protocol.ts'
import { CoreProcess } from './core-process.ts'
import { Documents } from './documents.ts'
import { Folders } from './folders.ts'
import { JournalFile } from './journal-file.ts'
import { keepLog } from './log-file.ts'
import { setMenu } from './menu.ts'
import { LINK_SCHEME, parseArguments, parseLink } from './open-requests.ts'
import { RecentFiles } from './recent-files.ts'
import { denyPermissions, lockNavigation, onPageMessage, onPageQuestion } from './security.ts'
import { focusWindow, openWindow } from './window.ts'

const RENDERER = fileURLToPath(new URL('../web', import.meta.url))
const CORE = fileURLToPath(new URL('./core-utility.ts', import.meta.url))

const documents = new Documents()
const folders = new Folders()
const recent = new RecentFiles(join(app.getPath('userData'), 'recent.json'))

/** What may only be done before the app is ready. */
function beforeReady(): void {
  keepLog(logPath())
  app.commandLine.appendSwitch('js-flags', V8_FLAGS.join(' '))
  registerAppScheme()
  documents.onUsed = (path) => recent.add(path)
  lockNavigation()
  listenForDocuments()
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
}

function afterReady(): void {
  denyPermissions()
  serveApp(RENDERER)
  const core = new CoreProcess(CORE, tellRestart)
  onPageMessage('core:connect', (page) => core.attach(page))
  answerPage()
  app.on('will-quit', () => core.stop())
  app.on('activate', focusWindow)
  setAbout()
  showRecent()
  openWindow()
}

/** Files and links: of this start, of a second start, and from the system (macOS). */
function listenForDocuments(): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME)
  const openAll = (words: readonly string[], folder: string): void => {
    for (const request of parseArguments(words, folder)) void documents.open(request)
  }
  app.on('second-instance', (_event, words, folder) => {
    openAll(words.slice(1), folder)
    focusWindow()
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    void documents.open({ kind: 'file', path })
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    const link = parseLink(url)
    if (link !== null) void documents.open(link)
  })
  openAll(process.argv.slice(1), process.cwd())
}

/** The menu has the files used last, and is made anew when they change. */
function showRecent(): void {
  recent.onChange = () => setMenu(documents, recent)
  setMenu(documents, recent)
}

/** The page's journal, files and theme. */
function answerPage(): void {
  const journal = new JournalFile(join(app.getPath('userData'), 'journal.json'))
  onPageQuestion('journal:read', () => journal.read())
  onPageQuestion('journal:keep', (_page, text) => journal.keep(text))
  onPageQuestion('file:save', (page, request) => {
    const window = BrowserWindow.fromWebContents(page)
    return window === null ? { kind: 'cancelled' } : documents.save(window, request)
  })
  onPageQuestion('folder:choose', (page) => {
    const window = BrowserWindow.fromWebContents(page)
    return window === null ? null : folders.choose(window)
  })
  onPageQuestion('folder:save', (_page, request) => folders.save(request))
  onPageMessage('file:ready', (page) => documents.pageIsReady(page))
  onPageMessage('file:choose', (page) => {
    const window = BrowserWindow.fromWebContents(page)
    if (window !== null) void documents.choose(window)
  })
  onPageMessage('theme:choose', (_page, theme) => {
    nativeTheme.themeSource = theme
  })
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
