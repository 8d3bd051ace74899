/**
 * Electron's security checklist as code: what no page of this app may do, whatever runs in it. Window options
 * (isolation, sandbox) are in window.ts, response headers in page-headers.ts.
 */
import { app, ipcMain, session, shell } from 'electron'
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron'
import { ASKED_BY_PAGE, FROM_PAGE } from './channels.ts'
import type { Answers, AskedArgs, AskedByPage, FromPage, FromPageArgs } from './channels.ts'
import { isAllowedOutside } from './outside-links.ts'
import { isOwnPage } from './page-origin.ts'

/** No permission is granted, but writing the clipboard after a person's own copy. */
export function denyPermissions(): void {
  const allowed = (permission: string, url: string): boolean =>
    permission === 'clipboard-sanitized-write' && isOwnPage(url)
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide, details) => {
    decide(allowed(permission, details.requestingUrl))
  })
  session.defaultSession.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, origin))
  session.defaultSession.setDevicePermissionHandler(() => false)
}

/** Every page the app ever has: it stays where it is, opens no windows and embeds nothing. */
export function lockNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault()
    })
    contents.on('will-redirect', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      if (isAllowedOutside(url)) void shell.openExternal(url)
      return { action: 'deny' }
    })
  })
}

/** Listens to a page's messages on `channel`; ill-formed ones and those of others are refused. */
export function onPageMessage<C extends FromPage>(
  channel: C,
  handle: (sender: WebContents, ...args: FromPageArgs<C>) => void,
): void {
  ipcMain.on(channel, (event: IpcMainEvent, ...args: unknown[]) => {
    if (!isMainFrame(event) || !FROM_PAGE[channel](args)) refused(channel, event)
    else handle(event.sender, ...(args as unknown as FromPageArgs<C>))
  })
}

/** Answers a page's questions on `channel`; ill-formed ones and those of others get an error. */
export function onPageQuestion<C extends AskedByPage>(
  channel: C,
  handle: (sender: WebContents, ...args: AskedArgs<C>) => Answers[C] | Promise<Answers[C]>,
): void {
  ipcMain.handle(channel, (event: IpcMainInvokeEvent, ...args: unknown[]) => {
    if (isMainFrame(event) && ASKED_BY_PAGE[channel](args)) {
      return handle(event.sender, ...(args as unknown as AskedArgs<C>))
    }
    refused(channel, event)
    throw new Error('refused')
  })
}

function refused(channel: string, { senderFrame }: IpcMainEvent | IpcMainInvokeEvent): void {
  console.warn(`refused a message on ${channel} from ${senderFrame?.url.slice(0, 200) ?? 'a frame that is gone'}`)
}

/** Only the top frame of the app's own page is listened to. */
function isMainFrame(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame
  return frame !== null && frame.parent === null && isOwnPage(frame.url)
}
