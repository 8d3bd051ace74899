/**
 * What the page knows of the program that hosts it. The desktop's preload puts `window.pageward` there; a browser has
 * none. Nothing else in the page asks which host it has: everything goes over the port that `connect.ts` hands out.
 */

/** What the desktop's preload exposes. A port cannot cross the context bridge, so it comes as a window message. */
export interface HostBridge {
  readonly host: 'electron'
  /**
   * Asks for a new port to the core. It comes as a `message` event of this window whose data is `HOST_PORT_MESSAGE`
   * and whose first port is the one asked for.
   */
  connect(): void
  /** Calls back whenever the core process was restarted, with the reason; the page then asks for a new port. */
  onCoreRestart(listener: (reason: string) => void): () => void
  /** Commands of the native menu, by the ids of `commands.ts`. */
  onCommand(listener: (command: string) => void): () => void
}

/** Data of the window message that carries the core's port. */
export const HOST_PORT_MESSAGE = 'pageward:core-port'

declare global {
  interface Window {
    readonly pageward?: HostBridge
  }
}

export type HostName = 'desktop' | 'browser'

export function hostName(): HostName {
  return window.pageward === undefined ? 'browser' : 'desktop'
}
