/**
 * What the page knows of the program that hosts it. The desktop's preload puts `window.pageward` there; a browser has
 * none. Nothing else in the page asks which host it has: everything goes over the port that `connect.ts` hands out.
 */

/** What the desktop's preload exposes. Ports cannot cross the context bridge: see `HOST_PORT_MESSAGE`. */
export interface HostBridge {
  readonly host: 'electron'
  /**
   * Asks for a new port to the core. The preload answers with a `message` event on this window whose data is
   * `{ pageward: 'port' }` and whose first port is the one asked for.
   */
  requestPort(): void
  /** Calls back whenever the core process was restarted; the page then asks for a new port. */
  onCoreRestart(callback: (reason: string) => void): void
  /** Commands of the native menu, by the ids of `core/commands.ts`. */
  onCommand?(callback: (id: string) => void): void
}

/** Data of the window message that carries the core's port. */
export const HOST_PORT_MESSAGE = 'port'

declare global {
  interface Window {
    readonly pageward?: HostBridge
  }
}

export type HostName = 'desktop' | 'browser'

export function hostName(): HostName {
  return window.pageward === undefined ? 'browser' : 'desktop'
}
