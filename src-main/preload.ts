/**
 * The bridge into the page: the only code that sees both Electron's IPC and the page. Sandboxed, so it can require
 * nothing but `electron`. Follows Electron's "MessagePorts" guide: a port cannot cross contextBridge, so it is
 * posted to the page's own window. The contract is the page's: src-renderer/core/host.ts.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { HOST_PORT_MESSAGE, type HostBridge } from '../src-renderer/core/host.ts'
import type { FromPage, ToPage } from './channels.ts'

const send = (channel: FromPage): void => ipcRenderer.send(channel)

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
} satisfies HostBridge)
