/**
 * The bridge into the page: the only code that sees both Electron's IPC and the page. Sandboxed, so it can require
 * nothing but `electron`. Follows Electron's "MessagePorts" guide: a port cannot cross contextBridge, so it is
 * posted to the page's own window. The contract is the page's: src-renderer/core/host.ts.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { HOST_PORT_MESSAGE, type HostBridge } from '../src-renderer/core/host.ts'
import type { Answers, AskedArgs, AskedByPage, FromPage, FromPageArgs, ToPage } from './channels.ts'

const send = <C extends FromPage>(channel: C, ...args: FromPageArgs<C>): void => ipcRenderer.send(channel, ...args)
const ask = <C extends AskedByPage>(channel: C, ...args: AskedArgs<C>): Promise<Answers[C]> =>
  ipcRenderer.invoke(channel, ...args) as Promise<Answers[C]>

/** Calls `listener` with what main sends on `channel`; the returned function ends that. */
function listen<C extends keyof ToPage>(channel: C, listener: (...args: ToPage[C]) => void): () => void {
  // Electron's event names its sender: it stays on this side.
  const relay = (_event: unknown, ...args: unknown[]): void => listener(...(args as ToPage[C]))
  ipcRenderer.on(channel, relay)
  return () => {
    ipcRenderer.removeListener(channel, relay)
  }
}

ipcRenderer.on('core:port' satisfies keyof ToPage, (event) => {
  window.postMessage(HOST_PORT_MESSAGE, window.location.origin, [...event.ports])
})

contextBridge.exposeInMainWorld('pageward', {
  host: 'electron',
  connect: () => send('core:connect'),
  onCoreRestart: (listener) => listen('core:restarted', listener),
  onCommand: (listener) => listen('menu:command', listener),
  readJournal: () => ask('journal:read'),
  keepJournal: (text) => ask('journal:keep', text),
  onOpened: (listener) => {
    const stop = listen('file:opened', listener)
    send('file:ready')
    return stop
  },
  save: (request) => ask('file:save', request),
  chooseFolder: () => ask('folder:choose'),
  saveFolder: (request) => ask('folder:save', request),
  chooseTheme: (theme) => send('theme:choose', theme),
} satisfies HostBridge)
